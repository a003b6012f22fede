//! `-l` and `-B`: fingerprints of keys of every kind, wherever they stand.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use serde_json::Value;
use thiserror::Error;

use super::json::{KEYS, Members, Part, Style, file, key_members, printable};
use super::public::{Place, Reading};
use super::{Context, Outcome, ask, load, public};
use crate::certificate::{KeyInLine, KeyOrCertificate};
use crate::format::KeyFile;
use crate::host::files;
use crate::host::input::Input;
use crate::host::lines::{LineBatch, LineBatches, read_line, too_long};
use crate::host::parallel::in_order;
use crate::host::ui::{List, Report};
use crate::key::{Comment, HashAlgorithm, bubblebabble};
use crate::secret::Passphrase;

/// What to show, and how.
#[derive(Debug)]
pub struct Args {
    /// Where the keys are. Without any the user is asked.
    pub inputs: Vec<Input>,
    /// `-E`.
    pub hash: HashAlgorithm,
    /// `-B`: as words that can be spoken.
    pub bubblebabble: bool,
    /// `-v`: the picture too.
    pub picture: bool,
}

/// Why there is nothing to show.
#[derive(Debug, Error)]
pub enum Error {
    /// No line of the file holds a key.
    #[error("{} is not a public key file.", .0.display())]
    NoPublicKey(PathBuf),
    /// The private key tells nothing without its passphrase, and its `.pub` is not there.
    #[error("{} is not a key file.", .0.display())]
    NoKey(PathBuf),
}

/// Shows the fingerprints.
///
/// # Errors
/// [`enum@Error`] and those of reading.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let asked = if args.inputs.is_empty() { Some(ask::input(None, ctx)?) } else { None };
    let inputs: Vec<&Input> = asked.iter().chain(&args.inputs).collect();
    let list = List::new(KEYS, "keys");
    ctx.ui.begin(match inputs.as_slice() {
        [only] => list.with("file", file(only.path())),
        _ => list,
    })?;
    let mut failed: Option<Failure> = None;
    for input in &inputs {
        let source = FromFile { args: &args, file: (inputs.len() > 1).then_some(input.path()) };
        if let Err(failure) = source.run(input, ctx)
            && let Some(earlier) = failed.replace(failure)
        {
            ctx.ui.warn(&earlier.to_string());
        }
    }
    if let Some(failure) = failed {
        return Err(failure);
    }
    ctx.ui.end(Members::new())?;
    Ok(Outcome::Done)
}

/// The keys of one file, and its name if it is one of several.
#[derive(Clone, Copy)]
struct FromFile<'a> {
    args: &'a Args,
    file: Option<&'a Path>,
}

impl FromFile<'_> {
    fn run(self, input: &Input, ctx: &mut Context<'_>) -> Result<(), Failure> {
        let found = match input {
            Input::Stdin => each_line(input.open()?, &mut |found| self.show(found, ctx))?,
            Input::File(path) => self.show_file(path, ctx)?,
        };
        if found { Ok(()) } else { Err(Error::NoPublicKey(input.path().to_owned()).into()) }
    }

    /// Shows the keys of a file, and says whether there are any.
    fn show_file(self, path: &Path, ctx: &mut Context<'_>) -> Result<bool, Failure> {
        let mut text = BufReader::with_capacity(BATCH, files::open(path)?);
        let start = text.fill_buf().at(path)?;
        if KeyFile::is_meant(start) {
            let found = of_private_file(path, ctx)?;
            self.show(&found, ctx)?;
            return Ok(true);
        }
        // A pipe is shown line by line, as it comes.
        let is_long = start.len() == BATCH && text.get_ref().metadata().is_ok_and(|it| it.is_file());
        let found = match is_long {
            true => self.show_all(LineBatches::new(text, BATCH), ctx)?,
            false => each_line(text, &mut |found: &_| self.show(found, ctx))?,
        };
        Ok(found || of_other_format(path, &mut |found: &_| self.show(found, ctx))?)
    }

    fn show(self, found: &Found, ctx: &mut Context<'_>) -> Result<(), Failure> {
        Ok(ctx.ui.item(&Shown { from: self, found })?)
    }

    /// Shows the keys of a long file, whose lines are read on all cores, and says whether there are any.
    fn show_all(self, batches: LineBatches<impl Read>, ctx: &mut Context<'_>) -> Result<bool, Failure> {
        let style = Style::of(ctx.ui);
        let mut any = false;
        let batches = batches.map(|batch| batch.during("cannot read the rest"));
        let take = |(part, failure): (Part, Option<Failure>)| {
            any |= !part.is_empty();
            ctx.ui.items(&part)?;
            failure.map_or(Ok(()), Err)
        };
        in_order(AHEAD, batches, |batch| self.part(&batch, style), take)?;
        Ok(any)
    }

    /// The keys of some lines, and why those after them are not read.
    fn part(self, batch: &LineBatch, style: Style) -> (Part, Option<Failure>) {
        let mut part = Part::new(style);
        for (number, line) in batch.lines() {
            if u64::try_from(line.len()).is_ok_and(|length| length > LONGEST_LINE) {
                let failure = Err::<(), _>(too_long()).during("cannot read the rest");
                return (part, failure.err());
            }
            if let Some(found) = Found::in_line(number, line) {
                part.add(&Shown { from: self, found: &found });
            }
        }
        (part, None)
    }
}

/// No line with a key is longer, in bytes.
const LONGEST_LINE: u64 = 1 << 20;
/// How much of a long file one thread takes at a time, in bytes.
const BATCH: usize = 1 << 16;
/// So many batches for each core are read before they are wanted.
const AHEAD: usize = 4;

type Show<'a> = dyn FnMut(&Found) -> Result<(), Failure> + 'a;

/// A key, and what is known of it from where it was found.
struct Found {
    key: KeyOrCertificate,
    comment: Option<Vec<u8>>,
    /// The number of its line, in a file of lines.
    line: Option<u64>,
    /// The options before it, in an authorized_keys file.
    options: Option<Vec<u8>>,
    /// Whether its private key file is encrypted.
    encrypted: Option<bool>,
}

impl Found {
    fn new(key: KeyOrCertificate, comment: Option<Vec<u8>>) -> Self {
        Self { key, comment, line: None, options: None, encrypted: None }
    }

    /// The key of a line of a file.
    fn in_line(number: u64, line: &[u8]) -> Option<Self> {
        let KeyInLine { key, comment, options } = KeyInLine::find(line)?;
        let options = options.map(<[u8]>::to_vec);
        Some(Self { line: Some(number), options, ..Self::new(key, comment.map(<[u8]>::to_vec)) })
    }
}

/// Shows the key of each line that holds one, and says whether any did.
fn each_line(mut from: impl BufRead, show: &mut Show<'_>) -> Result<bool, Failure> {
    let mut line = Vec::new();
    let mut found = false;
    for number in 1.. {
        line.clear();
        if read_line(&mut from, &mut line, LONGEST_LINE).during("cannot read the rest")? == 0 {
            break;
        }
        if let Some(key) = Found::in_line(number, &line) {
            show(&key)?;
            found = true;
        }
    }
    Ok(found)
}

/// A public key as RFC 4716 or OpenSSL write it.
fn of_other_format(path: &Path, show: &mut Show<'_>) -> Result<bool, Failure> {
    let Ok(file) = files::read(path) else { return Ok(false) };
    let Some(found) = public::of_other_format(file.expose()) else { return Ok(false) };
    show(&Found::new(found.key, None))?;
    Ok(true)
}

impl Args {
    fn text(&self, found: &Found) -> Vec<u8> {
        let key = &found.key;
        let comment = found.comment.as_deref().unwrap_or(b"no comment");
        let fingerprint = key.fingerprint(self.hash);
        let shown = if self.bubblebabble { bubblebabble(key.key().blob()) } else { fingerprint.to_string() };
        let mut text = format!("{} {shown} ", key.key().bits()).into_bytes();
        text.extend(printable(comment));
        text.extend(format!(" ({})\n", key.display_name()).into_bytes());
        if self.picture {
            text.extend(key.randomart(&fingerprint).into_bytes());
            text.push(b'\n');
        }
        text
    }
}

/// A key as `-l` shows it.
struct Shown<'a> {
    from: FromFile<'a>,
    found: &'a Found,
}

impl Report for Shown<'_> {
    fn text(&self) -> Vec<u8> {
        self.from.args.text(self.found)
    }

    fn json(&self) -> Value {
        let comment = Comment::from_file(self.found.comment.as_deref().unwrap_or_default());
        let mut members = key_members(&self.found.key, &comment, self.from.args.hash);
        if let Some(name) = self.from.file {
            members.insert("file".to_owned(), file(name));
        }
        if let Some(line) = self.found.line {
            members.insert("line".to_owned(), line.into());
        }
        if let Some(options) = &self.found.options {
            members.insert("options".to_owned(), String::from_utf8_lossy(options).into());
        }
        if let Some(encrypted) = self.found.encrypted {
            members.insert("encrypted".to_owned(), encrypted.into());
        }
        members.into()
    }
}

/// The public key of a private key file, from `.pub` beside it or from the file itself, and the
/// comment, from wherever there is one.
fn of_private_file(path: &Path, ctx: &mut Context<'_>) -> Result<Found, Failure> {
    let beside = public::find(path, None, &[Place::Beside(Reading::InLine)]);
    let file = match &beside {
        Some(_) => files::read(path).map_err(Failure::from),
        None => load::private_file(path, ctx),
    };
    let readable = file.as_ref().ok().cloned().or_else(|| files::read(path).ok());
    let key_file = readable.and_then(|file| KeyFile::parse(file.expose()).ok());
    let encrypted = key_file.as_ref().map(|file| file.protection().is_some());
    let found = |key, comment| Found { encrypted, ..Found::new(key, comment) };
    if let Some(beside) = beside {
        return Ok(found(beside.key, Some(beside.comment.as_bytes().to_vec())));
    }
    let opened =
        key_file.as_ref().filter(|_| file.is_ok()).and_then(|file| file.open(&Passphrase::empty()).ok());
    if let Some(key) = opened {
        let holds = key_file.as_ref().is_some_and(|file| file.container().holds_comment());
        let comment = holds.then(|| key.comment().as_bytes().to_vec());
        return Ok(found(KeyOrCertificate::Key(key.public().clone()), comment));
    }
    let clear_comment = key_file.as_ref().and_then(KeyFile::clear_comment);
    match key_file.as_ref().and_then(KeyFile::public) {
        Some(public) => {
            let comment = clear_comment.map(|comment| comment.as_bytes().to_vec());
            Ok(found(KeyOrCertificate::Key(public.clone()), comment))
        }
        None => {
            file?;
            Err(Error::NoKey(path.to_owned()).into())
        }
    }
}
