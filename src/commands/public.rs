//! Public keys and certificates from files: where they are looked for, and in which order.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use thiserror::Error;

use crate::certificate::{KeyInLine, KeyOrCertificate};
use crate::format::rfc4716::{self, Ssh2Key};
use crate::format::{KeyFile, spki};
use crate::host::files;
use crate::host::input::Input;
use crate::key::Comment;

/// Why there is no public key.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// The file is none that holds one.
    #[error("invalid format")]
    Invalid,
    /// The file is a private key, and a public one was requested.
    #[error("a private key, not a public key")]
    PrivateKey,
    /// The file is longer than OpenSSH reads.
    #[error("the file is too long")]
    TooLong,
}

/// Where the public key of a key file may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The file itself.
    File(Reading),
    /// The `.pub` file next to it.
    Beside(Reading),
    /// The part of a private key file that is not encrypted.
    Header,
}

/// How a file with a public key is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// By lines that start with a key. Without a comment in the line, ssh-keygen shows the name of the file.
    AtFront,
    /// By lines with a key anywhere, as above.
    InLine,
    /// As OpenSSH, RFC 4716 or OpenSSL write it.
    AnyFormat,
}

/// A public key or a certificate, and the comment from where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) key: KeyOrCertificate,
    pub(super) comment: Comment,
}

/// Looks for the public key of a key file: in these places, in this order. `file` is the content of the file, if it can
/// be read.
pub(super) fn find(path: &Path, file: Option<&[u8]>, places: &[Place]) -> Option<Found> {
    places.iter().find_map(|place| match place {
        Place::File(reading) => reading.key_of(file?, path),
        Place::Beside(reading) => {
            let path = with_suffix(path, ".pub");
            reading.key_of(files::read_regular(&path).ok()?.bytes.expose(), &path)
        }
        Place::Header => {
            let file = KeyFile::parse(file?).ok()?;
            let comment = file.clear_comment().cloned().unwrap_or_default();
            Some(Found { key: KeyOrCertificate::Key(file.public()?.clone()), comment })
        }
    })
}

/// The public key in the `.pub` file next to a private key.
pub(super) fn beside(path: &Path) -> Option<Found> {
    find(path, None, &[Place::Beside(Reading::AnyFormat)])
}

/// Loads the public key of a file as ssh-keygen does when it needs no private key.
pub(super) fn load(path: &Path) -> Result<(KeyOrCertificate, Comment), Failure> {
    let file = read(path);
    first(path, file.as_deref().ok()).ok_or_else(|| file.err().unwrap_or_else(|| Error::Invalid.into()))
}

/// The same of a file that a list names: a regular one, no longer than a key can be.
pub(super) fn load_regular(path: &Path) -> Result<(KeyOrCertificate, Comment), Failure> {
    let file = files::read_regular(path);
    let found = first(path, file.as_ref().ok().map(|file| file.bytes.expose()));
    found.ok_or_else(|| file.map_or_else(Failure::from, |_| Error::Invalid.into()))
}

fn first(path: &Path, file: Option<&[u8]>) -> Option<(KeyOrCertificate, Comment)> {
    const ORDER: [Place; 3] = [Place::File(Reading::AtFront), Place::Beside(Reading::AtFront), Place::Header];
    find(path, file, &ORDER).map(|Found { key, comment }| (key, comment))
}

/// A public key as OpenSSH, RFC 4716 or OpenSSL write it.
pub(super) fn of_any_format(file: &[u8]) -> Option<Found> {
    // ssh-keygen reads only lines that start with the key.
    let found = first_line(file, KeyInLine::at_front).or_else(|| first_line(file, KeyInLine::find));
    found.or_else(|| of_other_format(file))
}

/// A public key as RFC 4716 or OpenSSL write it.
pub(super) fn of_other_format(file: &[u8]) -> Option<Found> {
    match rfc4716::decode(file) {
        // Base64 without a BEGIN line is something that `-i` alone reads.
        Ok(Ssh2Key::Public(key, comment)) if file.windows(4).any(|four| four == b"----") => {
            Some(Found { key, comment })
        }
        _ => {
            let key = KeyOrCertificate::Key(spki::decode(file).ok()?);
            Some(Found { key, comment: Comment::default() })
        }
    }
}

impl Reading {
    fn key_of(self, file: &[u8], path: &Path) -> Option<Found> {
        let found = match self {
            Self::AtFront => {
                // OpenSSH no longer sees a key in the line of an obsolete one.
                let usable = |line| KeyInLine::at_front(line).filter(|found| !found.key.is_obsolete());
                first_line(file, usable).or_else(|| first_line(file, KeyInLine::at_front))?
            }
            Self::InLine => first_line(file, KeyInLine::find)?,
            Self::AnyFormat => return of_any_format(file),
        };
        let name = || Comment::from_file(path.as_os_str().as_encoded_bytes());
        let comment = if found.comment.is_empty() { name() } else { found.comment };
        Some(Found { comment, ..found })
    }
}

/// The key of the first line in which `read` finds one.
fn first_line<'a>(file: &'a [u8], read: fn(&'a [u8]) -> Option<KeyInLine<'a>>) -> Option<Found> {
    let KeyInLine { key, comment, .. } = file.split(|&byte| byte == b'\n').find_map(read)?;
    Some(Found { key, comment: Comment::from_file(comment.unwrap_or_default()) })
}

/// Reads a file that holds no secret, of any length up to OpenSSH's limit.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    read_all(files::open(path)?).at(path)
}

/// Reads a file or standard input, as above.
pub(super) fn read_input(input: &Input) -> Result<Vec<u8>, Failure> {
    match input {
        Input::Stdin => read_all(input.open()?),
        Input::File(path) => read(path),
    }
}

/// Reads to the end.
fn read_all(from: impl Read) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::with_capacity(USUAL_FILE);
    from.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if is_readable(bytes.len()) { Ok(bytes) } else { Err(Error::TooLong.into()) }
}

/// Whether OpenSSH reads files of that length.
pub(super) fn is_readable(length: usize) -> bool {
    u64::try_from(length).is_ok_and(|length| length <= MAX_FILE)
}

/// Longer than most keys and certificates in a file, so that one call reads them.
const USUAL_FILE: usize = 2 << 10;
/// OpenSSH's limit for keys, lists and signatures.
const MAX_FILE: u64 = 0x800_0000;

/// The path with something behind it.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The path without one of the suffixes, where it has one.
pub(super) fn without_suffix(path: &Path, suffixes: &[&str]) -> PathBuf {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match suffixes.iter().find_map(|suffix| name.strip_suffix(suffix)) {
        Some(stem) => path.with_file_name(stem),
        None => path.to_owned(),
    }
}
