//! Passphrases that are not typed: `file:PATH`, `env:NAME`, `fd:N`, `stdin`.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;
use std::str::FromStr;

use thiserror::Error;
use zeroize::Zeroizing;

use super::files;
use crate::secret::{LongPassphrase, Passphrase};

/// Where a passphrase is read from. The first line counts, without its line ending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `file:PATH`.
    File(PathBuf),
    /// `env:NAME`.
    Variable(OsString),
    /// `fd:N`: an open file descriptor.
    Descriptor(u32),
    /// `stdin`.
    StandardInput,
}

/// The text names no source.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("not a passphrase source (file:PATH, env:NAME, fd:NUMBER or stdin)")]
pub struct NotASource;

/// A source did not give a passphrase.
#[derive(Debug, Error)]
pub enum Error {
    /// It cannot be read.
    #[error("cannot read the passphrase from {0}: {1}")]
    Unreadable(String, io::Error),
    /// The variable is not set.
    #[error("the variable {0} is not set")]
    Unset(String),
    /// The source ended before its first line.
    #[error("{0} is empty: no passphrase")]
    Empty(String),
    /// The first line is longer than any passphrase.
    #[error("cannot read the passphrase from {0}: {1}")]
    TooLong(String, LongPassphrase),
    /// Standard input is a terminal, which would show what is typed.
    #[error("standard input is a terminal, which would show the passphrase")]
    Terminal,
}

impl FromStr for Source {
    type Err = NotASource;

    fn from_str(text: &str) -> Result<Self, NotASource> {
        match text.split_once(':') {
            None if text == "stdin" => Ok(Self::StandardInput),
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            Some(("env", name)) if !name.is_empty() => Ok(Self::Variable(name.into())),
            Some(("fd", number)) => number.parse().map(Self::Descriptor).map_err(|_| NotASource),
            // The text may well be the passphrase itself, so the error does not show it.
            _ => Err(NotASource),
        }
    }
}

impl Source {
    /// Reads the passphrase.
    ///
    /// # Errors
    /// [`enum@Error`] when there is none; an empty first line is a passphrase, an empty source is not.
    pub fn read(&self) -> Result<Passphrase, Error> {
        match self {
            Self::File(path) => {
                let name = path.display().to_string();
                let file = File::open(path).map_err(|error| Error::Unreadable(name.clone(), error))?;
                first_line(file, name)
            }
            Self::Variable(name) => {
                let shown = name.to_string_lossy().into_owned();
                let value = std::env::var_os(name).ok_or_else(|| Error::Unset(shown.clone()))?;
                let value = Zeroizing::new(value.into_encoded_bytes());
                first_line(value.as_slice().chain(&b"\n"[..]), shown)
            }
            Self::Descriptor(0) | Self::StandardInput => {
                if io::stdin().is_terminal() {
                    return Err(Error::Terminal);
                }
                first_line(io::stdin().lock(), "standard input".to_owned())
            }
            Self::Descriptor(number) => {
                let name = format!("file descriptor {number}");
                let file =
                    files::descriptor(*number).map_err(|error| Error::Unreadable(name.clone(), error))?;
                first_line(file, name)
            }
        }
    }
}

/// Reads byte by byte: what stands behind the first line belongs to someone else.
fn first_line(mut from: impl Read, name: String) -> Result<Passphrase, Error> {
    let mut line = Zeroizing::new(Vec::with_capacity(Passphrase::MAX_BYTES + 2));
    let mut byte = [0];
    loop {
        match from.read(&mut byte) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::Unreadable(name, error)),
            Ok(0) if line.is_empty() => return Err(Error::Empty(name)),
            Ok(0) => break,
            Ok(_) if byte == *b"\n" => break,
            Ok(_) if line.len() > Passphrase::MAX_BYTES => return Err(Error::TooLong(name, LongPassphrase)),
            Ok(_) => line.push(byte[0]),
        }
    }
    let end = line.strip_suffix(b"\r").unwrap_or(&line).len();
    Passphrase::given(line[..end].to_vec()).map_err(|error| Error::TooLong(name, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &[u8]) -> Option<Vec<u8>> {
        first_line(text, "test".to_owned()).ok().map(|passphrase| passphrase.expose().to_vec())
    }

    #[test]
    fn the_first_line_without_its_end() {
        assert_eq!(line(b"secret\nmore"), Some(b"secret".to_vec()));
        assert_eq!(line(b"secret\r\n"), Some(b"secret".to_vec()));
        assert_eq!(line(b" s \xff"), Some(b" s \xff".to_vec()));
        assert_eq!(line(b"\n"), Some(Vec::new()));
        assert_eq!(line(b""), None);
        assert_eq!(line(&[b'x'; 1023]).map(|line| line.len()), Some(1023));
        assert_eq!(line(&[b'x'; 1024]), None);
    }

    #[test]
    fn sources_are_spelled_in_four_ways() {
        assert_eq!("file:a:b".parse(), Ok(Source::File("a:b".into())));
        assert_eq!("env:PW".parse(), Ok(Source::Variable("PW".into())));
        assert_eq!("fd:3".parse(), Ok(Source::Descriptor(3)));
        assert_eq!("stdin".parse(), Ok(Source::StandardInput));
        for wrong in ["", "secret", "file:", "env:", "fd:", "fd:x", "fd:-1", "stdin:"] {
            assert_eq!(wrong.parse::<Source>(), Err(NotASource), "{wrong}");
        }
    }
}
