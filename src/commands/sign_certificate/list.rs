//! `--from`: certificates by a list. All of it is read and checked before anything is written.

mod check;

use std::io::BufRead;
use std::path::PathBuf;

use self::check::Check;
use super::job::{Job, Numbered, Numbers, Origin, Subject, certificate_path};
use super::many::batches;
use super::settling::Settling;
use super::{Args, Error, Principals, by_ledger};
use crate::certificate::{Request, RequestReader, Statement, Subject as Requested};
use crate::commands::failure::{Failure, While as _};
use crate::commands::ledger::Ledger;
use crate::date::Clock;
use crate::host::account;
use crate::host::files::path_from_bytes;
use crate::host::input::Input;
use crate::host::lines::read_line;
use crate::host::parallel::in_order;
use crate::host::spool::{LONGEST_LINE, Spool};
use crate::host::ui::Ui;

/// A list, as it was when it was read.
pub(super) struct SigningList {
    spool: Spool,
    path: PathBuf,
}

/// A line of the list that requests a certificate.
struct Entry {
    line: u64,
    job: Result<Job, Failure>,
}

impl SigningList {
    /// Reads a list to its end.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn read(input: &Input) -> Result<Self, Failure> {
        let spool = Spool::copy(input.open()?).at(input.path())?;
        Ok(Self { spool, path: input.path().to_owned() })
    }

    /// Checks each line and its key, and shows warnings. Returns the greatest serial number.
    ///
    /// # Errors
    /// That of the first line that cannot be carried out; the others are shown.
    pub(super) fn check(&mut self, args: &Args, clock: &Clock, ui: &mut dyn Ui) -> Result<u64, Failure> {
        let mut check = Check::new(&self.path, clock.now);
        let marks = check.marks();
        let entries = self.entries(args, clock)?;
        let mut begun = false;
        let entries = entries.inspect(|_| begun = true);
        let work = |entries: Vec<Entry>| entries.into_iter().map(|it| marks.of(it)).collect::<Vec<_>>();
        in_order(AHEAD, batches(entries, BATCH), work, |checked| {
            checked.into_iter().for_each(|it| check.add(it, ui));
            Ok::<_, Failure>(())
        })?;
        let greatest = check.finish(ui)?;
        if begun || self.has_header()? {
            Ok(greatest)
        } else {
            Err(Error::EmptyList(self.path.clone()).into())
        }
    }

    /// Whether a list without requests has at least the names of its columns.
    fn has_header(&mut self) -> Result<bool, Failure> {
        let mut line = Vec::new();
        self.spool.reader()?.read_until(b'\n', &mut line)?;
        Ok(!line.trim_ascii().is_empty())
    }

    /// Checks the list by a ledger.
    ///
    /// # Errors
    /// That of the first line which the ledger refuses.
    pub(super) fn check_by(
        &mut self,
        args: &Args,
        ledger: &Ledger,
        clock: &Clock,
        settling: Settling<'_>,
    ) -> Result<(), Failure> {
        let jobs = self.entries(args, clock)?.map(|entry| entry?.job);
        by_ledger::check(args, ledger, settling.all(jobs))
    }

    /// The certificates of a list that was checked, in batches.
    ///
    /// # Errors
    /// Those of reading the copy.
    pub(super) fn jobs(
        &mut self,
        args: &Args,
        clock: &Clock,
        settling: Settling<'_>,
    ) -> Result<impl Iterator<Item = Result<Vec<Job>, Failure>>, Failure> {
        let jobs = self.entries(args, clock)?.map(|entry| entry?.job);
        Ok(batches(settling.all(jobs), BATCH))
    }

    fn entries(
        &mut self,
        args: &Args,
        clock: &Clock,
    ) -> Result<impl Iterator<Item = Result<Entry, Failure>>, Failure> {
        let mut from = self.spool.reader().at(&self.path)?;
        let (path, mut numbers) = (&self.path, Numbers::new(args.serial));
        let (mut requests, mut line, mut number) = (RequestReader::new(), Vec::new(), 0);
        Ok(std::iter::from_fn(move || {
            loop {
                line.clear();
                match read_line(&mut from, &mut line, LONGEST_LINE).at(path) {
                    Ok(0) => return None,
                    Ok(_) => number += 1,
                    Err(error) => return Some(Err(error)),
                }
                let request = requests.read(&line).map_err(|error| Failure::from(Error::from(error)));
                let Some(request) = request.transpose() else { continue };
                if !requests.has_begun() {
                    // Without its columns, nothing can be said of the lines below.
                    let failed = request.map(drop).during_step(|| format!("{}:{number}", path.display()));
                    return failed.err().map(Err);
                }
                let job = request.and_then(|it| args.job(it, number, clock, &mut numbers));
                return Some(Ok(Entry { line: number, job }));
            }
        }))
    }
}

impl Args {
    /// What a line requests. What it leaves open, the command line says.
    fn job(&self, request: Request, line: u64, clock: &Clock, numbers: &mut Numbers) -> Result<Job, Failure> {
        let file = |name| Ok::<_, Failure>(account::expand_tilde(&path_from_bytes(name)?)?);
        let (subject, output) = match request.public_key {
            Requested::File(name) => {
                let key = file(name)?;
                let output = certificate_path(&key);
                (Subject::Listed(key), Ok(output))
            }
            Requested::Line(text) => (Subject::Line(text), Err(Error::Missing("output"))),
        };
        let output = request.output.map_or(Ok(output), |name| file(name).map(Ok))??;
        let principals =
            request.principals.map(Principals::of).transpose()?.or_else(|| self.principals.clone());
        let validity = self.validity(request.validity.or(self.period), clock)?;
        self.rules.check(validity, principals.as_ref())?;
        let mut restrictions = self.restrictions.clone();
        request.options.iter().try_for_each(|option| restrictions.add(option)).map_err(Error::from)?;
        let key_id = request.key_id.or_else(|| self.key_id.clone()).ok_or(Error::Missing("key_id"))?;
        let (serial, numbered) = match request.serial {
            Some(serial) => (serial, Numbered::Requested),
            None => (numbers.take()?, self.numbered()),
        };
        let statement = Statement {
            serial,
            role: self.role,
            key_id,
            principals: principals.map(|it| it.0).unwrap_or_default(),
            validity,
            critical: restrictions.critical(),
            extensions: restrictions.extensions(),
        };
        Ok(Job { subject, origin: Origin { line: Some(line), output, numbered }, statement, kept: None })
    }
}

/// So many certificates are signed and written together.
const BATCH: usize = 32;
/// So many batches for each core are read before they are wanted.
const AHEAD: usize = 2;
