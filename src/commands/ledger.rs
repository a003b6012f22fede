//! `--ledger`: what a CA has signed, so that no serial number and no key ID is given twice, and names can be revoked.

mod lookup;
mod used;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use thiserror::Error;

use self::used::Used;
use super::Context;
use super::failure::{Failure, While as _};
use crate::certificate::Certificate;
use crate::host::account;
use crate::host::files::{Journal, Missing};
use crate::host::lines::{LineBatch, LineBatches};
use crate::host::parallel::in_order;
use crate::key::PublicKey;
use crate::krl::Serials;
use crate::ledger::{self, BadRecord, NotText, Record};

pub use self::lookup::{Lookup, revocations};
pub(super) use self::used::Reuse;

/// Why something is not signed or not revoked by a ledger.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// A line of the ledger cannot be read.
    #[error("{}:{line}: damaged ledger: {problem}", path.display())]
    Damaged {
        /// The ledger.
        path: PathBuf,
        /// The line.
        line: u64,
        /// What is wrong with it.
        problem: BadRecord,
    },
    /// The CA has used the serial number.
    #[error("the serial number {0} is used already, as the ledger says")]
    UsedSerial(u64),
    /// The CA has used the key ID.
    #[error("the key ID \"{0}\" is used already, as the ledger says")]
    UsedId(String),
    /// Zero stands for no serial number.
    #[error("with --ledger, serial numbers start at 1")]
    Zero,
    /// All numbers up to the greatest are used.
    #[error("the ledger has no serial number left")]
    NoneLeft,
    /// A name that JSON cannot hold.
    #[error(transparent)]
    NotText(#[from] NotText),
    /// No certificate has that name.
    #[error("{0}: no certificate in the ledger has it")]
    NotFound(String),
    /// Certificates of several CAs have that name.
    #[error("{0}: certificates of several CAs in the ledger have it")]
    SeveralCas(String),
}

/// The ledger of a CA, locked.
pub(super) struct Ledger {
    journal: Journal,
    used: Used,
    /// Lines that are not written yet.
    pending: Vec<u8>,
    now: u64,
}

impl Ledger {
    /// Locks and reads a ledger, which is created if there is none.
    ///
    /// # Errors
    /// [`Error::Damaged`], and those of the file.
    pub(super) fn open(
        path: &Path,
        ca: &PublicKey,
        now: u64,
        ctx: &mut Context<'_>,
    ) -> Result<Self, Failure> {
        let mut journal = lock(path, Missing::Create, ctx)?;
        let mut used = Used::default();
        let (mut known, name) = (false, ledger::fingerprint(ca));
        each(&mut journal, path, |record| match record {
            Record::Ca(key) => known |= key == *ca,
            Record::Entry(entry) if entry.ca_fingerprint == name => used.add(&entry),
            Record::Entry(_) => {}
        })?;
        let pending = if known { Vec::new() } else { ledger::ca_line(ca) };
        Ok(Self { journal, used, pending, now })
    }

    /// The number after the greatest that is used.
    ///
    /// # Errors
    /// [`Error::NoneLeft`].
    pub(super) fn next_serial(&self, least: u64) -> Result<u64, Error> {
        self.used.greatest().max(least).checked_add(1).ok_or(Error::NoneLeft)
    }

    /// What is used, to try requests on.
    pub(super) fn used(&self) -> Used {
        self.used.clone()
    }

    /// Notes a certificate that is about to be written.
    ///
    /// # Errors
    /// [`enum@Error`] if its number or name is used.
    pub(super) fn note(&mut self, certificate: &Certificate, reuse: Reuse) -> Result<(), Error> {
        let line = ledger::line(certificate, self.now)?;
        self.used.admit(certificate.statement(), Some(certificate.subject()), reuse)?;
        self.pending.extend(line);
        Ok(())
    }

    /// Writes down what was noted. Only then may the certificates be written.
    ///
    /// # Errors
    /// Those of the file.
    pub(super) fn write(&mut self) -> Result<(), Failure> {
        if !self.pending.is_empty() {
            self.journal.append(&self.pending)?;
            self.pending.clear();
        }
        Ok(())
    }
}

fn lock(path: &Path, missing: Missing, ctx: &mut Context<'_>) -> Result<Journal, Failure> {
    let (journal, written) = Journal::open(&account::expand_tilde(path)?, missing)?;
    ctx.tell(&written);
    Ok(journal)
}

/// Hands over each line of a ledger.
fn each(journal: &mut Journal, path: &Path, mut take: impl FnMut(Record)) -> Result<(), Failure> {
    let batches = LineBatches::new(journal.reader()?, BATCH).map(|batch| batch.at(path));
    let mut cas: HashMap<String, Serials> = HashMap::new();
    in_order(AHEAD, batches, read_batch, |records| {
        for (line, record) in records {
            let damaged = |problem| Error::Damaged { path: path.to_owned(), line, problem };
            let record = record.map_err(damaged)?;
            match &record {
                Record::Ca(key) => drop(cas.entry(ledger::fingerprint(key)).or_default()),
                Record::Entry(entry) => {
                    let serials =
                        cas.get_mut(&entry.ca_fingerprint).ok_or(BadRecord::UnknownCa).map_err(damaged)?;
                    if serials.contains(entry.serial) {
                        return Err(damaged(BadRecord::SameSerial).into());
                    }
                    serials.insert(entry.serial, entry.serial);
                }
            }
            take(record);
        }
        Ok(())
    })
}

type Numbered = (u64, Result<Record, BadRecord>);

fn read_batch(batch: LineBatch) -> Vec<Numbered> {
    batch.lines().map(|(number, line)| (number, ledger::read(line))).collect()
}

/// How much of a ledger one thread reads at a time, in bytes.
const BATCH: usize = 1 << 17;
/// How many such parts wait for each thread.
const AHEAD: usize = 2;
