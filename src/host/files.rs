//! The only place that writes files: whole or not at all, never through a link, never with
//! permissions that are mended afterwards.

#[cfg(unix)]
#[path = "files/unix.rs"]
mod system;
#[cfg(windows)]
#[path = "files/windows.rs"]
mod system;

mod fresh;
mod growing;
mod pair;
mod rewrite;

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;
use thiserror::Error;
use zeroize::Zeroizing;

pub use self::fresh::Fresh;
pub use self::growing::{Growing, remove};
pub use self::pair::{Existing, Pair, write_pair};
pub use self::rewrite::Rewrite;
use super::process;
use crate::secret::Secret;

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The owner alone: mode 0600; on Windows a protected list of owner, SYSTEM, Administrators.
    Private,
    /// As the umask says: mode 0644 without its bits.
    Public,
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
    /// A folder, FIFO, device or socket.
    Other(&'static str),
}

/// Why a file cannot be written. The files that were there are as they were.
#[derive(Debug, Error)]
pub enum Error {
    /// The system refused.
    #[error("{}: {cause}", path.display())]
    System {
        /// The file or folder that was worked on.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Somebody else created the file in the meantime.
    #[error("{}: another program has just created it; it was left alone", path.display())]
    Taken {
        /// The file.
        path: PathBuf,
    },
    /// A device or a folder stands where a file is to be written.
    #[error("{}: is {kind}; it was left alone", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is.
        kind: &'static str,
    },
    /// Another process keeps the folder locked.
    #[error("{}: another program has locked the folder for {seconds} seconds", path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
        /// How long rkeygen waited.
        seconds: u64,
    },
    /// Somebody else wrote to the file while it was read and written anew.
    #[error("{}: another program has just changed it; it was left alone", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
}

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

/// No key file is longer, in bytes.
pub const MAX_KEY_FILE: u64 = 1 << 20;

/// Attaches the path to what the system said.
fn at(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |cause| Error::System { path, cause }
}

/// Looks at a path without following a link there.
///
/// # Errors
/// [`Error::System`], for example when the name is too long or a folder may not be searched.
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
    if metadata.is_dir() { "a folder" } else { "not a regular file" }
}

/// Reads a key file, following links as every reader does.
///
/// # Errors
/// [`Unreadable`].
pub fn read(path: &Path) -> Result<Secret, Unreadable> {
    read_key(open(path)?, path)
}

/// Reads a key from standard input.
///
/// # Errors
/// [`Unreadable`], with the path `(stdin)`.
pub fn read_stdin() -> Result<Secret, Unreadable> {
    read_key(io::stdin().lock(), Path::new("(stdin)"))
}

/// Opens a file of any length for reading.
///
/// # Errors
/// [`Unreadable::System`].
pub fn open(path: &Path) -> Result<File, Unreadable> {
    File::open(path).map_err(|cause| Unreadable::System { path: path.to_owned(), cause })
}

/// The length in bytes of what stands at a path, following links.
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

fn read_key(from: impl Read, path: &Path) -> Result<Secret, Unreadable> {
    // Reserved whole, so that no copy of the key stays behind in memory when the vector grows.
    let mut bytes = Zeroizing::new(Vec::with_capacity(16 << 10));
    from.take(MAX_KEY_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(|cause| Unreadable::System { path: path.to_owned(), cause })?;
    let short = u64::try_from(bytes.len()).is_ok_and(|length| length <= MAX_KEY_FILE);
    if !short {
        return Err(Unreadable::TooLong { path: path.to_owned() });
    }
    Ok(Secret::new(std::mem::take(&mut *bytes)))
}

/// The mode of a private key file of the user's own that others can read: ssh ignores such a key.
#[must_use]
pub fn too_open(path: &Path) -> Option<u32> {
    system::too_open(path)
}

/// Whether anyone but the owner (and root) may put files into the folder.
#[must_use]
pub fn others_can_write(folder: &Path) -> bool {
    system::others_can_write(folder)
}

/// Takes all permissions of others away from a file, and that of writing from a folder.
///
/// # Errors
/// [`Error::System`].
pub fn restrict(path: &Path) -> Result<(), Error> {
    system::restrict(path).map_err(at(path))
}

/// The regular files of a folder, links to files among them, in the order of their names.
///
/// # Errors
/// What the system says of a folder that cannot be listed.
pub fn regular_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.is_file());
    paths.sort();
    Ok(paths)
}

/// Makes a folder that only its owner may enter (mode 0700), and its parents by the umask.
///
/// # Errors
/// [`Error::System`].
pub fn create_private_folder(path: &Path) -> Result<(), Error> {
    system::create_private_folder(path).map_err(at(path))
}

/// Removes a folder if nothing is in it.
pub fn remove_empty_folder(path: &Path) {
    let _ = fs::remove_dir(path);
}

/// Checks that files can be created beside `path`, before long work is done for them.
///
/// # Errors
/// [`Error::System`] when they cannot.
pub fn check_writable(path: &Path) -> Result<(), Error> {
    system::check_writable(folder(path)).map_err(at(folder(path)))
}

/// A file name as it was typed.
///
/// # Errors
/// [`Unreadable`] on Windows, when it is not UTF-8.
pub fn path_from_bytes(bytes: Vec<u8>) -> Result<PathBuf, Unreadable> {
    system::path_from_bytes(bytes).map_err(|cause| Unreadable::System { path: PathBuf::new(), cause })
}

/// Whether the file has other names (hard links), which keep what it holds when it is replaced.
#[must_use]
pub fn has_other_names(path: &Path) -> bool {
    system::names_of(path) > 1
}

/// The folder of a path; `.` for a bare name.
#[must_use]
pub fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file that is complete on disk, but not yet under its name.
struct Draft<'a> {
    file: NamedTempFile,
    target: &'a Path,
}

fn stage<'a>(target: &'a Path, bytes: &[u8], access: Access) -> Result<Draft<'a>, Error> {
    let draft = write(target, bytes, access)?;
    draft.sync()?;
    Ok(draft)
}

/// Writes a file that is complete, but perhaps not yet on disk.
fn write<'a>(target: &'a Path, bytes: &[u8], access: Access) -> Result<Draft<'a>, Error> {
    let create = |path: &Path| system::create_new(path, access);
    let mut file = temporary_name()
        .make_in(folder(target), create)
        .map_err(|error| at(folder(target))(unwrapped(error)))?;
    file.as_file_mut().write_all(bytes).map_err(at(target))?;
    Ok(Draft { file, target })
}

/// tempfile puts the path of its file into its errors; nobody has seen that file.
fn unwrapped(error: io::Error) -> io::Error {
    error.raw_os_error().map(io::Error::from_raw_os_error).unwrap_or_else(|| io::Error::from(error.kind()))
}

fn temporary_name() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".rkeygen-").suffix(".tmp").rand_bytes(12);
    builder
}

impl Draft<'_> {
    /// Gives the file to whom the one belongs that it is to replace.
    fn keep_owner(&self) {
        system::keep_owner(self.file.as_file(), self.target);
    }

    /// Waits until the file is on disk.
    fn sync(&self) -> Result<(), Error> {
        self.file.as_file().sync_all().map_err(at(self.target))
    }

    /// Puts the file under its name, where nothing may stand.
    fn create(self) -> Result<(), Error> {
        let path = self.target;
        self.file.persist_noclobber(path).map(drop).map_err(|error| {
            if error.error.kind() == io::ErrorKind::AlreadyExists {
                Error::Taken { path: path.to_owned() }
            } else {
                at(path)(unwrapped(error.error))
            }
        })
    }

    /// Puts the file under its name, in place of what stands there.
    fn replace(self) -> Result<(), Error> {
        let path = self.target;
        self.file.persist(path).map(drop).map_err(|error| at(path)(unwrapped(error.error)))
    }
}

/// Writes one file, in place of what stands there. A link is kept: the file that it leads to is
/// replaced. Owner and group stay where the system allows it; of a private file only permissions of
/// the owner stay.
///
/// # Errors
/// [`Error::NotAFile`], [`Error::System`]; the file is then as it was.
pub fn replace(path: &Path, bytes: &[u8], access: Access) -> Result<(), Error> {
    put(&resolve(path)?, bytes, access, |_| Ok(()))
}

/// Writes a private key file in place of one that was read, if that still holds what was read.
///
/// # Errors
/// [`Error::Changed`] when it does not, [`Error::Locked`], and those of [`replace`].
pub fn replace_unchanged(path: &Path, before: &Secret, bytes: &[u8]) -> Result<(), Error> {
    let path = &resolve(path)?;
    let _lock = lock(folder(path))?;
    put(path, bytes, Access::Private, |path| match read(path) {
        Ok(now) if now == *before => Ok(()),
        _ => Err(Error::Changed { path: path.to_owned() }),
    })
}

/// Writes one file whose links are resolved, if `check` still agrees when the new one is on disk.
fn put(
    path: &Path,
    bytes: &[u8],
    access: Access,
    check: impl FnOnce(&Path) -> Result<(), Error>,
) -> Result<(), Error> {
    process::uninterrupted(|| {
        let draft = stage(path, bytes, access)?;
        system::take_after(draft.file.as_file(), path, access).map_err(at(path))?;
        check(path)?;
        draft.replace()?;
        system::sync_folder(folder(path)).map_err(at(folder(path)))
    })
}

/// Where links lead, unless what stands there is no file.
fn resolve(path: &Path) -> Result<PathBuf, Error> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match look(&path)? {
        Place::Other(kind) => Err(Error::NotAFile { path, kind }),
        _ => Ok(path),
    }
}

/// Keeps other processes of this program from a folder until dropped; waits for them a while.
fn lock(folder: &Path) -> Result<Option<File>, Error> {
    let start = Instant::now();
    loop {
        match system::lock_folder(folder) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            // Where the file system has no locks, only the exclusive creation of files helps.
            locked => return Ok(locked.ok()),
        }
        if start.elapsed() > LONGEST_LOCK {
            return Err(Error::Locked { path: folder.to_owned(), seconds: LONGEST_LOCK.as_secs() });
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// How long another process may keep a folder locked. It does so while it writes two files.
const LONGEST_LOCK: Duration = Duration::from_secs(10);

/// Writes one public file that can be made again at will, in place of what stands there: whole or
/// not at all to whoever reads it, but without waiting for the disk.
///
/// # Errors
/// [`Error::System`]; the file is then as it was.
pub fn publish(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let path = &resolve(path)?;
    process::uninterrupted(|| {
        let draft = write(path, bytes, Access::Public)?;
        system::take_after(draft.file.as_file(), path, Access::Public).map_err(at(path))?;
        draft.replace()
    })
}

/// Writes one new file.
///
/// # Errors
/// [`Error::Taken`] when something stands there; [`Error::System`].
pub fn create(path: &Path, bytes: &[u8], access: Access) -> Result<(), Error> {
    process::uninterrupted(|| {
        stage(path, bytes, access)?.create()?;
        system::sync_folder(folder(path)).map_err(at(folder(path)))
    })
}
