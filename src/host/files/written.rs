//! What there is to tell after a file was written.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// A file is written. What the user has to know beside that is in its notes.
#[derive(Debug, Default)]
#[must_use = "the notes are for the user"]
pub struct Written {
    notes: Vec<Note>,
}

impl Written {
    /// The notes, each one line.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Adds the notes of something that was written along with it.
    pub fn and(mut self, other: Self) -> Self {
        self.notes.extend(other.notes);
        self
    }

    pub(super) fn note(&mut self, note: Note) {
        self.notes.push(note);
    }
}

/// Something that the user has to know although nothing failed.
#[derive(Debug)]
pub enum Note {
    /// The file is complete, but the directory entry may not be on the disk.
    NotDurable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A temporary file of an interrupted run was removed.
    RemovedLeftover {
        /// The temporary file.
        path: PathBuf,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDurable { path, cause } => {
                write!(
                    f,
                    "Warning: {}: written, but may not survive a power failure: {cause}",
                    path.display()
                )
            }
            Self::RemovedLeftover { path } => {
                write!(f, "Removed {}, left by an interrupted run.", path.display())
            }
        }
    }
}
