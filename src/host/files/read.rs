//! Reading files: keys, which have a longest length, and others.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;
use zeroize::Zeroizing;

use super::version::Identity;
use super::{MAX_KEY_FILE, system};
use crate::secret::Secret;
use crate::text::without_numbers;

/// Why a file cannot be read.
#[derive(Debug, Error)]
pub enum Unreadable {
    /// The system refused.
    #[error("{}: {cause}", path.display())]
    System {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The file is longer than a key can be.
    #[error("{}: too long for a key file (over {max} bytes)", path.display(), max = MAX_KEY_FILE)]
    TooLong {
        /// The file.
        path: PathBuf,
    },
}

/// What standard input is called, as in ssh-keygen.
pub const STDIN: &str = "(stdin)";

impl Unreadable {
    /// What the system said, for a caller that names the file itself.
    #[must_use]
    pub fn into_cause(self) -> io::Error {
        match self {
            Self::System { cause, .. } => cause,
            Self::TooLong { .. } => io::Error::other(self),
        }
    }

    /// What is wrong, without the name of the file.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::System { cause, .. } => without_numbers(&cause.to_string()),
            Self::TooLong { .. } => format!("too long for a key file (over {MAX_KEY_FILE} bytes)"),
        }
    }
}

/// A file that was read, and what its descriptor shows of it.
#[derive(Debug)]
pub struct Opened {
    /// What it holds.
    pub bytes: Secret,
    /// The mode of a file of the user's own that others can read: ssh ignores a private key in such a file.
    pub too_open: Option<u32>,
    /// Which file it is; `None` for standard input.
    pub identity: Option<Identity>,
}

impl Opened {
    /// What was read from standard input.
    #[must_use]
    pub fn of_stream(bytes: Secret) -> Self {
        Self { bytes, too_open: None, identity: None }
    }
}

/// Reads a key file, following links as every reader does. A FIFO is a file, as in `-f <(...)`.
///
/// # Errors
/// [`Unreadable`].
pub fn read(path: &Path) -> Result<Secret, Unreadable> {
    read_with_mode(path).map(|opened| opened.bytes)
}

/// Reads a key file, and tells which file it is and who else may read it.
///
/// # Errors
/// [`Unreadable`].
pub fn read_with_mode(path: &Path) -> Result<Opened, Unreadable> {
    let file = open(path)?;
    let found = file.metadata().map_err(at(path))?;
    opened(file, &found, path)
}

/// Reads a key file that the user did not name, such as a `.pub` file: only a regular file, so that it ends.
///
/// # Errors
/// [`Unreadable`].
pub fn read_regular(path: &Path) -> Result<Opened, Unreadable> {
    let file = system::open_at_once(path).map_err(at(path))?;
    let found = file.metadata().map_err(at(path))?;
    if !found.is_file() {
        return Err(at(path)(io::Error::other("not a regular file")));
    }
    opened(file, &found, path)
}

fn opened(file: File, found: &Metadata, path: &Path) -> Result<Opened, Unreadable> {
    let (too_open, identity) = (system::too_open(found), Some(Identity::of(found)));
    Ok(Opened { bytes: read_key(file, path)?, too_open, identity })
}

/// Reads a key from standard input.
///
/// # Errors
/// [`Unreadable`], with the path [`STDIN`].
pub fn read_stdin() -> Result<Secret, Unreadable> {
    read_key(io::stdin().lock(), Path::new(STDIN))
}

/// Opens a file of any length for reading.
///
/// # Errors
/// [`Unreadable::System`].
pub fn open(path: &Path) -> Result<File, Unreadable> {
    system::open(path).map_err(at(path))
}

/// The length in bytes of what is at a path, following links.
///
/// # Errors
/// What the system says of a path where nothing is, or nothing can be seen.
pub fn stat(path: &Path) -> io::Result<u64> {
    fs::metadata(path).map(|metadata| metadata.len())
}

/// A file that the caller opened for the program, by its number; it goes on where it was.
///
/// # Errors
/// What the system says of a number that stands for no open file.
pub fn descriptor(number: u32) -> io::Result<File> {
    system::descriptor(number)
}

/// What is in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it is.
    pub path: PathBuf,
    /// What it is; `None` for a regular file, or a link to one.
    pub kind: Option<&'static str>,
}

/// What is in a directory, in the order of the names.
///
/// # Errors
/// What the system says of a directory that cannot be listed.
pub fn entries(directory: &Path) -> io::Result<Vec<Entry>> {
    let entry = |path: PathBuf| {
        let kind = match fs::metadata(&path) {
            Ok(found) if found.is_file() => None,
            Ok(found) if found.is_dir() => Some("directory"),
            Ok(_) => Some("named pipe, socket or device, not read"),
            Err(_) => Some("dangling link"),
        };
        Entry { path, kind }
    };
    let found = fs::read_dir(directory)?.map(|found| found.map(|found| entry(found.path())));
    let mut all = found.collect::<io::Result<Vec<_>>>()?;
    all.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(all)
}

/// A file name as it was typed.
///
/// # Errors
/// [`Unreadable`] on Windows, when it is not UTF-8.
pub fn path_from_bytes(bytes: Vec<u8>) -> Result<PathBuf, Unreadable> {
    system::path_from_bytes(bytes).map_err(at(Path::new("")))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> Unreadable {
    let path = path.to_owned();
    move |cause| Unreadable::System { path, cause }
}

fn read_key(from: impl Read, path: &Path) -> Result<Secret, Unreadable> {
    // Reserved whole, so that no copy of the key stays behind in memory when the vector grows.
    let mut bytes = Zeroizing::new(Vec::with_capacity(16 << 10));
    from.take(MAX_KEY_FILE + 1).read_to_end(&mut bytes).map_err(at(path))?;
    let short = u64::try_from(bytes.len()).is_ok_and(|length| length <= MAX_KEY_FILE);
    if !short {
        return Err(Unreadable::TooLong { path: path.to_owned() });
    }
    Ok(Secret::new(std::mem::take(&mut *bytes)))
}
