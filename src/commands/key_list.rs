//! The verbs of the lists of lines with keys: known_hosts, authorized_keys and allowed_signers.

pub mod add;
mod change;
pub mod dedupe;
mod item;
pub mod lint;
pub mod remove;
pub mod show;

use std::fs::File;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::failure::{Failure, While as _};
use super::json::printable;
use super::known_hosts;
use super::public::{self, read_input};
use super::{Context, Outcome};
use crate::allowed_signers::BadText;
use crate::authorized_keys::BadOption;
use crate::certificate::{KeyInLine, KeyOrCertificate};
use crate::format::{KeyFile, NoKey};
use crate::host::input::Input;
use crate::host::lines::{LineBatch, LineBatches};
use crate::host::parallel::in_order;
use crate::host::{account, files};
use crate::key::{Comment, PublicKey};
use crate::key_list::{Conflict, Kind};

/// What to do with a list.
#[derive(Debug)]
pub enum Args {
    /// Show its entries.
    Show(show::Args),
    /// Add entries.
    Add(add::Args),
    /// Remove entries.
    Remove(remove::Args),
    /// Say what is wrong with an authorized_keys or allowed_signers file.
    Lint(lint::Args),
    /// Take out its lines that say nothing new.
    Dedupe(dedupe::Args),
    /// Say what is wrong with a known_hosts file.
    LintKnownHosts(known_hosts::lint::Args),
}

/// Carries it out.
///
/// # Errors
/// [`enum@Error`] and those of the files.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    match args {
        Args::Show(args) => show::run(args, ctx),
        Args::Add(args) => add::run(args, ctx),
        Args::Remove(args) => remove::run(args, ctx),
        Args::Lint(args) => lint::run(args, ctx),
        Args::Dedupe(args) => dedupe::run(args, ctx),
        Args::LintKnownHosts(args) => known_hosts::lint::run(args, ctx),
    }
}

/// Why a list was not changed.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// A line cannot be read, and no one said that it may stay.
    #[error("{} is not a valid known_hosts file.\nNot replacing existing known_hosts file because of errors", .0.display())]
    InvalidLines(PathBuf),
    /// No line of the file is one of such a list.
    #[error("{}: no line is one of {}; not changed", path.display(), kind.file_name())]
    NotAList {
        /// The file.
        path: PathBuf,
        /// What it was to be.
        kind: Kind,
    },
    /// A line stands against what is to be added.
    #[error("{}:{line}: {}; not changed", path.display(), in_words(*conflict))]
    Conflict {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
        /// What is wrong with it.
        conflict: Conflict,
    },
    /// A line stands against what is to be added, and cannot be replaced.
    #[error("{}:{line}: {}, by more than this name; not changed", path.display(), in_words(*conflict))]
    Stuck {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
        /// What is wrong with it.
        conflict: Conflict,
    },
    /// A private key was given, which belongs in no list.
    #[error("{}: a private key, not a public key", .0.display())]
    PrivateKey(PathBuf),
    /// Something keeps the keys of a file from being read.
    #[error("{}: invalid format: {no_key}", path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
        /// What it is.
        no_key: NoKey,
    },
    /// A line of a file has two keys.
    #[error("{}:{line}: two keys run together on this line: a newline is missing", path.display())]
    RanTogether {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
    },
    /// A certificate was given, not a key.
    #[error("{}: a certificate, not a key", .0.display())]
    Certificate(PathBuf),
    /// sshd would not read the line.
    #[error(transparent)]
    Option(#[from] BadOption),
    /// ssh-keygen would not read the line.
    #[error(transparent)]
    Text(#[from] BadText),
    /// sshd would not read the file.
    #[error(transparent)]
    Untrusted(#[from] files::Untrusted),
    /// OpenSSH 10 uses no such keys.
    #[error("{}: keys of this type or size are not supported by OpenSSH 10", .0.display())]
    Obsolete(PathBuf),
}

fn in_words(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::OtherKey => "a different key of the same type for the host",
        Conflict::Revoked => "revokes this key",
        Conflict::OtherOptions => "the same key with other options",
    }
}

/// A list: which one, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which list it is.
    pub kind: Kind,
    /// The file that was given.
    pub file: Option<PathBuf>,
}

impl Place {
    /// The file that was given, or the user's own.
    pub(super) fn path(&self) -> Result<PathBuf, Failure> {
        match &self.file {
            Some(path) => Ok(path.clone()),
            None => Ok(account::home()?.join(".ssh").join(self.kind.file_name())),
        }
    }

    /// The same, if it is there; if not, that is said in the words of ssh-keygen.
    pub(super) fn existing(&self) -> Result<PathBuf, Failure> {
        let path = self.path()?;
        let stated = files::stat(&path).during_step(|| format!("Cannot stat {}", path.display()));
        stated.map_err(|failure| failure.with_file(&path))?;
        Ok(path)
    }
}

/// The keys of a file of public keys, as OpenSSH, RFC 4716 or OpenSSL write them: of each of its lines.
fn keys(input: &Input) -> Result<Vec<(PublicKey, Comment)>, Failure> {
    let path = input.path();
    let file = read_input(input)?;
    if KeyFile::is_meant(&file) {
        return Err(Error::PrivateKey(path.to_owned()).into());
    }
    let found = lines_with_keys(&file, path).and_then(|found| {
        let other = |found: public::Found| Ok((plain(found.key, path)?, found.comment));
        match found {
            Some(found) => Ok(found),
            None => {
                public::of_any_format(&file).map(|found| vec![other(found)]).ok_or(public::Error::Invalid)
            }
        }
    });
    if found == Err(public::Error::Invalid)
        && let Some(no_key) = no_key(&file)
    {
        return Err(Error::NoKey { path: path.to_owned(), no_key }.into());
    }
    Ok(found.at(path)?.into_iter().collect::<Result<_, _>>()?)
}

/// Why no keys are read from a file, as far as it shows it.
fn no_key(file: &[u8]) -> Option<NoKey> {
    let mut lines = file.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let first = lines.next()?;
    NoKey::of(file, file).or_else(|| NoKey::of(first, first))
}

/// The keys of a file whose lines begin with one; none for another file. A line without one is not passed over.
fn lines_with_keys(file: &[u8], path: &Path) -> Result<Option<Vec<Plain>>, public::Error> {
    let (mut keys, mut others) = (Vec::new(), false);
    for (number, line) in (1..).zip(file.split(|&byte| byte == b'\n')) {
        match KeyInLine::at_front(line) {
            Some(found) if KeyInLine::is_in_rest(line, found.comment.unwrap_or_default()) => {
                keys.push(Err(Error::RanTogether { path: path.to_owned(), line: number }));
            }
            Some(found) => {
                let comment = Comment::from_file(found.comment.unwrap_or_default());
                keys.push(plain(found.key, path).map(|key| (key, comment)));
            }
            None if line.trim_ascii().is_empty() || line.trim_ascii_start().starts_with(b"#") => {}
            None => others = true,
        }
    }
    if others && !keys.is_empty() {
        Err(public::Error::Invalid)
    } else {
        Ok(Some(keys).filter(|keys| !keys.is_empty()))
    }
}

/// A key that a list may have, and its comment.
type Plain = Result<(PublicKey, Comment), Error>;

fn plain(key: KeyOrCertificate, path: &Path) -> Result<PublicKey, Error> {
    match key {
        KeyOrCertificate::Certificate(_) => Err(Error::Certificate(path.to_owned())),
        KeyOrCertificate::Key(key) if key.is_obsolete() => Err(Error::Obsolete(path.to_owned())),
        KeyOrCertificate::Key(key) => Ok(key),
    }
}

/// That the old list keeps a name, in ssh-keygen's words.
fn retained(backup: Option<&Path>) -> Vec<u8> {
    let Some(backup) = backup else { return Vec::new() };
    let name = printable(backup.as_os_str().as_encoded_bytes());
    [b"Original contents retained as ", &*name, b"\n"].concat()
}

/// Works on the lines of a list on all cores, in batches of about `size` bytes, and hands what comes of them on in their order.
pub(super) fn in_batches<T: Send>(
    source: File,
    size: usize,
    work: impl Fn(LineBatch) -> T + Sync,
    take: impl FnMut(T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    in_order(AHEAD, LineBatches::new(source, size).map(|batch| Ok(batch?)), work, take)
}

/// Works on each line of a list, with its line ending, on all cores, and hands what comes of them on in their order, each
/// with the number of the line.
pub(super) fn each_line<T: Send>(
    source: File,
    work: impl Fn(u64, &[u8]) -> T + Sync,
    mut take: impl FnMut(u64, T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let of_batch = |batch: LineBatch| {
        batch.lines().map(|(number, line)| (number, work(number, line))).collect::<Vec<_>>()
    };
    in_batches(source, FEW_LINES, of_batch, |made| {
        made.into_iter().try_for_each(|(number, made)| take(number, made))
    })
}

/// How much of a file one thread examines at a time, in bytes: a byte of it can be a line, with some hundred bytes to say.
const FEW_LINES: usize = 1 << 15;
/// How much of a file one thread copies or shows at a time, in bytes.
const BATCH: usize = 1 << 17;
/// How many such parts wait for each thread.
const AHEAD: usize = 2;
