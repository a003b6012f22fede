//! Files that are written whole or not at all.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::found::{Found, Seen};
use super::lock::Lock;
use super::read::read_regular;
use super::temporary::{TemporaryFile, metadata};
use super::{Access, Error, Note, Owner, Written, at, directory_of, leftovers, system};
use crate::host::process;
use crate::secret::Secret;

/// Writes a file where something was seen, or nothing: what is there is replaced if it is still what was seen. The user
/// owns the file. A link that was followed stays.
///
/// # Errors
/// [`Error::PrivateKey`] and [`Error::Unknown`] when a public file would replace what may be a private key;
/// [`Error::Taken`], [`Error::Changed`], [`Error::Locked`] and others. What is there is then as it was.
pub fn save(seen: &Seen, bytes: &[u8], access: Access) -> Result<Written, Error> {
    put(seen, bytes, access, Owner::User)
}

/// Writes a file as [`save`] does, but in place of an earlier state of itself: it keeps its owner.
///
/// # Errors
/// Those of [`save`]; [`Error::ForeignOwner`] when that owner cannot be trusted.
pub fn save_change(seen: &Seen, bytes: &[u8], access: Access) -> Result<Written, Error> {
    put(seen, bytes, access, Owner::AsBefore)
}

/// Writes a public file that can be made again at will: whole or not at all to whoever reads it, but without waiting
/// for the disk.
///
/// # Errors
/// Those of [`save`].
pub fn publish(seen: &Seen, bytes: &[u8]) -> Result<(), Error> {
    Publisher::default().publish(seen, bytes)
}

/// Writes several files as [`publish`] does. While it exists, the directory of the last one is locked, and signals that
/// end the process wait: it is meant for files that are ready to be written.
#[derive(Default)]
pub struct Publisher {
    /// The directory, and its lock where it has one.
    locked: Option<(PathBuf, Option<Lock>)>,
}

impl Publisher {
    /// Writes one more file.
    ///
    /// # Errors
    /// Those of [`save`].
    pub fn publish(&mut self, seen: &Seen, bytes: &[u8]) -> Result<(), Error> {
        seen.check_not_private()?;
        let directory = directory_of(seen.path());
        if self.locked.as_ref().is_none_or(|(locked, _)| locked != directory) {
            self.release();
            self.locked = Some((directory.to_owned(), Lock::take(directory)?));
        }
        process::uninterrupted(|| {
            let temporary = temporary(seen, bytes, Access::Public, Owner::User)?;
            place(temporary, seen)
        })
    }

    /// Unlocks the directory; the next file locks its own.
    pub fn release(&mut self) {
        self.locked = None;
    }
}

/// Writes a private key file in place of one that was read, if that still holds what was read. It keeps its owner.
///
/// # Errors
/// [`Error::Changed`] when it does not, [`Error::Locked`], and those of [`save_change`].
pub fn replace_unchanged(path: &Path, before: &Secret, bytes: &[u8]) -> Result<Written, Error> {
    let seen = Seen::file(path)?;
    match read_regular(seen.path()) {
        Ok(now) if now.bytes == *before => {}
        _ if matches!(seen.found(), Found::NotAFile(_)) => seen.check_not_private()?,
        _ => return Err(Error::Changed { path: path.to_owned() }),
    }
    save_change(&seen, bytes, Access::Private)
}

/// Writes one new file.
///
/// # Errors
/// [`Error::Taken`] when something has that name; [`Error::System`].
pub fn create(path: &Path, bytes: &[u8], access: Access) -> Result<Written, Error> {
    let seen = Seen::name(path)?;
    if !seen.is_free() {
        return Err(Error::Taken { path: path.to_owned() });
    }
    save(&seen, bytes, access)
}

fn put(seen: &Seen, bytes: &[u8], access: Access, owner: Owner) -> Result<Written, Error> {
    match access {
        Access::Public | Access::Shared | Access::Plain => seen.check_not_private()?,
        Access::Private => check_is_file(seen)?,
    }
    let parent = directory_of(seen.path());
    let _lock = Lock::take(parent)?;
    process::uninterrupted(|| {
        let temporary = temporary(seen, bytes, access, owner)?;
        temporary.sync()?;
        place(temporary, seen)?;
        let mut written = durable(seen.path());
        if access == Access::Private {
            leftovers::remove(parent, &mut written);
        }
        Ok(written)
    })
}

fn check_is_file(seen: &Seen) -> Result<(), Error> {
    match seen.found() {
        Found::Link(_) | Found::NotAFile(_) => seen.check_not_private(),
        Found::Nothing | Found::Empty | Found::Ordinary | Found::PrivateKey | Found::Unreadable(_) => Ok(()),
    }
}

/// A file that is complete, but perhaps not yet on disk. It has the mode of the one that was seen.
pub(super) fn temporary(
    seen: &Seen,
    bytes: &[u8],
    access: Access,
    owner: Owner,
) -> Result<TemporaryFile, Error> {
    if owner == Owner::AsBefore
        && let Some(owner) = system::untrusted_owner(seen.path())
    {
        return Err(Error::ForeignOwner { path: seen.path().to_owned(), owner });
    }
    let old = if seen.is_free() { None } else { metadata(seen.path()) };
    let mut temporary = TemporaryFile::begin(seen.path(), access, old.as_ref())?;
    temporary.write_all(bytes).map_err(at(seen.path()))?;
    if let Some(old) = &old {
        temporary.take_after(old, owner)?;
    }
    Ok(temporary)
}

/// Puts the file in its place, if that is still as it was seen.
fn place(temporary: TemporaryFile, seen: &Seen) -> Result<(), Error> {
    seen.check_unchanged()?;
    if seen.is_free() { temporary.create() } else { temporary.replace() }
}

/// What there is to tell of a file that is in its place, after an attempt to put its name on the disk.
pub(super) fn durable(path: &Path) -> Written {
    let mut written = Written::default();
    if let Err(cause) = system::sync_directory(directory_of(path)) {
        written.note(Note::NotDurable { path: path.to_owned(), cause });
    }
    written
}

/// Makes a directory that only its owner may enter (mode 0700), in one that exists, and waits until it is on disk.
///
/// # Errors
/// [`Error::System`].
pub fn create_private_directory(path: &Path) -> Result<Written, Error> {
    system::create_private_directory(path).map_err(at(path))?;
    Ok(durable(path))
}

/// Removes a directory if nothing is in it.
pub fn remove_empty_directory(path: &Path) {
    let _ = fs::remove_dir(path);
}

/// Checks that files can be created beside `path`, before long work is done for them.
///
/// # Errors
/// [`Error::System`] when they cannot.
pub fn check_writable(path: &Path) -> Result<(), Error> {
    system::check_writable(directory_of(path)).map_err(at(directory_of(path)))
}

/// Takes the permissions of others away from a file that was read, and from a directory that of writing. Works on what
/// is open, and only if that is still what was looked at.
///
/// # Errors
/// [`Error::Changed`], [`Error::System`].
pub fn restrict(path: &Path, identity: super::Identity) -> Result<(), Error> {
    let file = system::open_at_once(path).map_err(at(path))?;
    let found = file.metadata().map_err(at(path))?;
    if super::Identity::of(&found) != identity {
        return Err(Error::Changed { path: path.to_owned() });
    }
    system::restrict(&file).map_err(at(path))
}

/// Removes a file, if there is one.
///
/// # Errors
/// What the system says.
pub fn remove(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
