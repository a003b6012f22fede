//! Whether sshd reads a user's file of keys (`StrictModes` of sshd_config(5); OpenSSH `misc.c`, `safe_path`).

use std::fs;
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
    /// It is root's alone, and sshd reads the file as the user.
    #[error("{}: only root can read it (mode {mode:04o}), so sshd ignores the file", path.display())]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// Its mode.
        mode: u32,
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

impl Untrusted {
    /// The file or directory that is the reason.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Writable { path, .. }
            | Self::Owner { path, .. }
            | Self::Unreadable { path, .. }
            | Self::NewFile { path, .. } => path,
        }
    }
}

/// Checks the file, if it exists, and its directory; of a file in `.ssh`, all directories up to the home directory, or up
/// to the root if links lead out of it.
///
/// # Errors
/// [`Untrusted`].
pub fn check_trusted(path: &Path) -> Result<(), Untrusted> {
    let resolved = system::resolve(path).and_then(|path| absolute(&path)).unwrap_or_else(|_| path.to_owned());
    let home = home_of(path).or_else(|| home_of(&resolved)).and_then(|home| fs::canonicalize(home).ok());
    let mut directories: Vec<&Path> = resolved.ancestors().skip(1).collect();
    match &home {
        Some(home) => directories.truncate(
            directories.iter().position(|directory| directory == home).map_or(usize::MAX, |place| place + 1),
        ),
        None => directories.truncate(1),
    }
    system::check_trusted(&resolved, &directories, home.as_deref())
}

/// Whether the file is in a directory `.ssh`, where sshd looks for it.
#[must_use]
pub fn is_in_ssh_directory(path: &Path) -> bool {
    home_of(path).is_some()
}

/// The home directory to which a file in a directory `.ssh` belongs.
fn home_of(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    let directory = path.parent()?;
    if directory.file_name()? == ".ssh" { directory.parent().map(Path::to_owned) } else { None }
}

/// The path from the root, without links in it.
fn absolute(path: &Path) -> Result<PathBuf, super::Error> {
    let directory = fs::canonicalize(directory_of(path)).unwrap_or_else(|_| directory_of(path).to_owned());
    Ok(path.file_name().map_or(directory.clone(), |name| directory.join(name)))
}
