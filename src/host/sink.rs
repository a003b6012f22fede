//! Where a generated passphrase is written: `file:PATH`, `fd:N`.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::str::FromStr;

use thiserror::Error;
use zeroize::Zeroizing;

use super::account;
use super::files::{self, Access, Written};
use crate::secret::Passphrase;

/// A place for a passphrase: one line, with a newline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sink {
    /// `file:PATH`: a new file, for its owner alone.
    File(PathBuf),
    /// `fd:N`: an open file descriptor from 3, since what goes to standard output and error is often kept.
    Descriptor(u32),
}

/// The text names no place.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("not a place for a passphrase (file:PATH or fd:NUMBER from 3)")]
pub struct NotASink;

/// A passphrase was not written, and the key is as it was.
#[derive(Debug, Error)]
pub enum Error {
    /// The file exists.
    #[error("{}: already exists; a passphrase is written to a new file only", .0.display())]
    Exists(PathBuf),
    /// The file cannot be created.
    #[error(transparent)]
    File(files::Error),
    /// The descriptor cannot be written.
    #[error("cannot write the passphrase to file descriptor {0}: {1}")]
    Descriptor(u32, io::Error),
    /// `~` of no one.
    #[error(transparent)]
    Account(#[from] account::Error),
}

impl FromStr for Sink {
    type Err = NotASink;

    fn from_str(text: &str) -> Result<Self, NotASink> {
        match text.split_once(':') {
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            Some(("fd", number)) => match number.parse() {
                Ok(number) if number > 2 => Ok(Self::Descriptor(number)),
                _ => Err(NotASink),
            },
            _ => Err(NotASink),
        }
    }
}

impl Sink {
    /// Writes the passphrase, and waits until it is on the disk. A file that exists is never written to.
    ///
    /// # Errors
    /// [`enum@Error`].
    pub fn write(&self, passphrase: &Passphrase) -> Result<Written, Error> {
        let mut line = Zeroizing::new(Vec::with_capacity(passphrase.expose().len() + 1));
        line.extend_from_slice(passphrase.expose());
        line.push(b'\n');
        match self {
            Self::File(path) => {
                let created = files::create(&account::expand_tilde(path)?, &line, Access::Private);
                created.map_err(|error| match error {
                    files::Error::Taken { path } => Error::Exists(path),
                    error => Error::File(error),
                })
            }
            Self::Descriptor(number) => {
                let written = files::descriptor(*number).and_then(|mut file: File| file.write_all(&line));
                written.map(|()| Written::default()).map_err(|error| Error::Descriptor(*number, error))
            }
        }
    }

    /// How messages call it.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Descriptor(number) => format!("file descriptor {number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_files_and_descriptors_from_3() {
        assert_eq!("file:a:b".parse(), Ok(Sink::File("a:b".into())));
        assert_eq!("fd:3".parse(), Ok(Sink::Descriptor(3)));
        for wrong in ["", "a", "file:", "fd:", "fd:0", "fd:1", "fd:2", "fd:-3", "stdout", "env:A"] {
            assert_eq!(wrong.parse::<Sink>(), Err(NotASink), "{wrong}");
        }
    }
}
