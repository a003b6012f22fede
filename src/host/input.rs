//! What a command reads: a file, or standard input.

use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::files::{self, Unreadable};
use crate::secret::Secret;

/// A file, or standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
}

/// A name as it was typed: `-` is standard input.
impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::File(path) }
    }
}

impl Input {
    /// The name of the file; that of standard input is `(stdin)`.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Stdin => Path::new(files::STDIN),
            Self::File(path) => path,
        }
    }

    /// Opens it for reading, whatever its length is.
    ///
    /// # Errors
    /// [`Unreadable::System`].
    pub fn open(&self) -> Result<Box<dyn BufRead>, Unreadable> {
        Ok(match self {
            Self::Stdin => Box::new(io::stdin().lock()),
            Self::File(path) => Box::new(BufReader::with_capacity(1 << 16, files::open(path)?)),
        })
    }

    /// Reads a key.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn read_key(&self) -> Result<Secret, Unreadable> {
        match self {
            Self::Stdin => files::read_stdin(),
            Self::File(path) => files::read(path),
        }
    }
}
