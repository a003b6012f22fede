//! Public keys and certificates from files.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use thiserror::Error;

use super::Context;
use crate::certificate::{KeyInLine, KeyOrCertificate};
use crate::format::KeyFile;
use crate::host::files::{self, Access, Seen};
use crate::key::Comment;

/// Why there is no public key.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// The file is none that holds one.
    #[error("invalid format")]
    Invalid,
    /// The file is longer than OpenSSH reads.
    #[error("the file is too long")]
    TooLong,
}

/// Loads a key or certificate with its comment: from a `.pub` file, from `.pub` beside the path, or from a private key
/// file that tells its public half, in ssh-keygen's order.
pub(super) fn load(path: &Path) -> Result<(KeyOrCertificate, Comment), Failure> {
    let file = read(path);
    let line = |file: &[u8], path: &Path| of_named(file, path, KeyInLine::at_front);
    let beside = with_suffix(path, ".pub");
    let found = file.as_ref().ok().and_then(|file| line(file, path));
    let found = found.or_else(|| {
        let file = files::read_regular(&beside).ok()?;
        line(file.bytes.expose(), &beside)
    });
    let found = found.or_else(|| {
        let public = KeyFile::parse(file.as_ref().ok()?).ok()?.public()?.clone();
        Some((KeyOrCertificate::Key(public), Comment::default()))
    });
    found.ok_or_else(|| file.err().unwrap_or_else(|| Error::Invalid.into()))
}

/// As [`of_lines`]; where the line has no comment, ssh-keygen shows the name of the file.
pub(super) fn of_named<'a>(
    file: &'a [u8],
    path: &Path,
    read: fn(&'a [u8]) -> Option<KeyInLine<'a>>,
) -> Option<(KeyOrCertificate, Comment)> {
    let (key, comment) = of_lines(file, read)?;
    let name = || Comment::from_file(path.as_os_str().as_encoded_bytes());
    Some((key, if comment.is_empty() { name() } else { comment }))
}

/// The key of the first line in which `read` finds one.
pub(super) fn of_lines<'a>(
    file: &'a [u8],
    read: fn(&'a [u8]) -> Option<KeyInLine<'a>>,
) -> Option<(KeyOrCertificate, Comment)> {
    let KeyInLine { key, comment } = file.split(|&byte| byte == b'\n').find_map(read)?;
    Some((key, Comment::from_file(comment.unwrap_or_default())))
}

/// Reads a file that holds no secret, of any length up to OpenSSH's limit.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    read_all(files::open(path)?).at(path)
}

/// Reads to the end.
pub(super) fn read_all(from: impl Read) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    from.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if is_readable(bytes.len()) { Ok(bytes) } else { Err(Error::TooLong.into()) }
}

/// Whether OpenSSH reads files of that length.
pub(super) fn is_readable(length: usize) -> bool {
    u64::try_from(length).is_ok_and(|length| length <= MAX_FILE)
}

/// OpenSSH's limit for keys, lists and signatures.
const MAX_FILE: u64 = 0x800_0000;

/// Writes a public file that is on disk when this returns, in place of anything but a private key: ssh-keygen would
/// overwrite that too.
pub(super) fn save(path: &Path, bytes: &[u8], ctx: &mut Context<'_>) -> Result<(), files::Error> {
    let written = files::save(&Seen::file(path)?, bytes, Access::Public)?;
    ctx.tell(&written);
    Ok(())
}

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
