//! Whether sshd reads a user's file of keys (`StrictModes` of sshd_config(5); OpenSSH `misc.c`, `safe_path`).

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{directory_of, system};

/// Why sshd would not read a file: itself, or a directory on the way to it.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Untrusted {
    /// Others can write to it.
    #[error("{}: others can write to it (mode {mode:04o}), so sshd ignores the file", path.display())]
    Writable {
        /// The file or directory.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It belongs to a user who is neither root nor the one whose file it is.
    #[error("{}: belongs to another user (uid {owner}), so sshd ignores the file", path.display())]
    Owner {
        /// The file or directory.
        path: PathBuf,
        /// Who owns it.
        owner: u32,
    },
    /// A new file would belong to who runs the program.
    #[error("{}: belongs to another user (uid {owner}), who could not read a new file", path.display())]
    NewFile {
        /// The directory.
        path: PathBuf,
        /// Who owns it.
        owner: u32,
    },
}

/// Checks the file, if it exists, and its directory; of a file in `.ssh`, the home directory too.
///
/// # Errors
/// [`Untrusted`].
pub fn check_trusted(path: &Path) -> Result<(), Untrusted> {
    let resolved = system::resolve(path).unwrap_or_else(|_| path.to_owned());
    let directory = directory_of(&resolved);
    let home = directory.file_name().filter(|name| *name == ".ssh").and(directory.parent());
    system::check_trusted(&resolved, directory, home)
}
