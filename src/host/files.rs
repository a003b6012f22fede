//! The only place that reads key files and writes files.
//!
//! [`Seen`] answers what is at a path, before a decision is taken. The writing functions take what was seen, and make
//! sure under a lock that it is still there. Files are written whole or not at all, and with their permissions from the
//! start; never through a link of another user's to what is not theirs, and never with a public file in place of a private key.

#[cfg(unix)]
#[path = "files/unix.rs"]
mod system;
#[cfg(windows)]
#[path = "files/windows.rs"]
mod system;

mod append;
mod found;
mod fresh;
mod journal;
mod leftovers;
mod lock;
mod mounted;
mod pair;
mod read;
mod rewrite;
mod temporary;
mod trusted;
mod version;
mod write;
mod writeback;
mod written;

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

pub use self::append::Appender;
pub use self::found::{Found, Seen};
pub use self::fresh::Fresh;
pub use self::journal::{Journal, Missing};
pub use self::pair::{Pair, SeenPair, write_pair};
pub use self::read::{
    Entry, Opened, STDIN, Unreadable, descriptor, entries, open, path_from_bytes, read, read_regular,
    read_stdin, read_with_mode, stat,
};
pub use self::rewrite::Rewrite;
pub use self::trusted::{Untrusted, check_trusted, is_in_ssh_directory};
pub use self::version::{Identity, is_same_file};
pub use self::write::{
    Publisher, check_writable, create, create_private_directory, publish, remove, remove_empty_directory,
    replace_unchanged, restrict, save, save_change,
};
pub use self::written::{Note, Written};

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The owner alone: mode 0600; on Windows a protected list of owner, SYSTEM, Administrators.
    Private,
    /// As the umask says: mode 0644 without its bits.
    Public,
    /// Everyone: mode 0644 whatever the umask and the file before.
    Shared,
    /// The same from mode 0666, as programs make files that they think nothing of.
    Plain,
}

/// Who owns a file that replaces another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// Who runs the program.
    User,
    /// The owner of the other one, which was this file before it was changed.
    AsBefore,
}

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Nothing.
    Free,
    /// A regular file.
    File,
    /// A symbolic link, and where it leads.
    Link(PathBuf),
    /// A directory, FIFO, device or socket.
    Other(&'static str),
}

/// Why a file cannot be written. The files that were there are as they were.
#[derive(Debug, Error)]
pub enum Error {
    /// The system refused.
    #[error("{}: {cause}", path.display())]
    System {
        /// The file or directory that was worked on.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Someone else created the file in the meantime.
    #[error("{}: another program has just created it; not overwritten", path.display())]
    Taken {
        /// The file.
        path: PathBuf,
    },
    /// A device or a directory stands where a file is to be written.
    #[error("{}: is {kind}; not overwritten", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is.
        kind: &'static str,
    },
    /// Another process keeps the directory locked.
    #[error("{}: another program has locked the directory for {seconds} seconds", path.display())]
    Locked {
        /// The directory.
        path: PathBuf,
        /// How long rkeygen waited.
        seconds: u64,
    },
    /// Someone else wrote to the file while it was read and rewritten.
    #[error("{}: another program has just changed it; not overwritten", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A public file was to be written where a private key is, or what may be one.
    #[error("{}: holds a private key; not overwritten", path.display())]
    PrivateKey {
        /// The file.
        path: PathBuf,
    },
    /// A public file was to be written where a file is that cannot be read.
    #[error("{}: cannot be read ({cause}) and may hold a private key; not overwritten", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// Why it cannot be read.
        cause: String,
    },
    /// Another user's link in a directory that anyone may write, or to a file that is not that user's.
    #[error("{}: is another user's symbolic link {reason}; not followed", path.display())]
    ForeignLink {
        /// The link.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Root was to write a file that stays another user's, in a directory that others can write.
    #[error(
        "{}: belongs to another user (uid {owner}) in a directory that others can write; not changed",
        path.display()
    )]
    ForeignOwner {
        /// The file.
        path: PathBuf,
        /// Who owns it.
        owner: u32,
    },
    /// Something is mounted at the file, and its content cannot be changed either.
    #[error(
        "{}: is a mount point, which cannot be replaced, and cannot be changed in place: {cause}{}",
        path.display(),
        copy.as_ref().map(|copy| format!(" (the old content is in {})", copy.display())).unwrap_or_default()
    )]
    Mounted {
        /// The file.
        path: PathBuf,
        /// Where its old content is, when that could not be put back.
        copy: Option<PathBuf>,
        /// What the system said.
        cause: io::Error,
    },
}

/// No key file is longer, in bytes.
pub const MAX_KEY_FILE: u64 = 1 << 20;

/// Attaches the path to what the system said.
fn at(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |cause| {
        if system::is_mounted(&cause) {
            Error::Mounted { path, copy: None, cause }
        } else {
            Error::System { path, cause }
        }
    }
}

/// What the system said, for a caller that names the path itself.
fn plain(error: Error) -> io::Error {
    match error {
        Error::System { cause, .. } => cause,
        error => io::Error::other(error),
    }
}

/// Looks at a path without following a link there, and without looking into a file.
///
/// # Errors
/// [`Error::System`], for example when the name is too long or a directory may not be searched.
pub fn look(path: &Path) -> Result<Place, Error> {
    let found = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Place::Free),
        found => found.map_err(at(path))?,
    };
    if found.is_symlink() {
        return fs::read_link(path).map(Place::Link).map_err(at(path));
    }
    Ok(if found.is_file() { Place::File } else { Place::Other(kind(&found)) })
}

fn kind(metadata: &Metadata) -> &'static str {
    if metadata.is_dir() { "a directory" } else { "not a regular file" }
}

/// Whether anyone but the owner (and root) may put files into the directory; if so, which directory it is.
#[must_use]
pub fn others_can_write(directory: &Path) -> Option<Identity> {
    system::others_can_write(directory)
}

/// Whether the file has other names (hard links), which keep what it holds when it is replaced.
#[must_use]
pub fn has_other_names(path: &Path) -> bool {
    system::names_of(path) > 1
}

/// The directory of a path; `.` for a bare name.
#[must_use]
pub fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
