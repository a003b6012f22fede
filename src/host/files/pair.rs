//! A key pair as two files that never disagree.

use std::fs;
use std::io;
use std::path::Path;

use tempfile::TempPath;

use super::found::{Found, Seen};
use super::lock::Lock;
use super::temporary::{TemporaryFile, temporary_name, unwrapped};
use super::write::{durable, temporary};
use super::{Access, Error, Owner, Place, Written, at, directory_of, leftovers, look, system};
use crate::host::process;

/// A look at the two places of a key pair, on which the decision to write it rests.
#[derive(Debug)]
pub struct SeenPair {
    /// The place of the private key.
    pub private: Seen,
    /// The place of the public key.
    pub public: Seen,
}

impl SeenPair {
    /// Looks at the two names. Links are not followed.
    ///
    /// # Errors
    /// [`Error::System`].
    pub fn look(private: &Path, public: &Path) -> Result<Self, Error> {
        Ok(Self { private: Seen::name(private)?, public: Seen::name(public)? })
    }

    /// Checks that a pair may be written there: the public key over no private key, and both over nothing but files.
    ///
    /// # Errors
    /// [`Error::NotAFile`], [`Error::PrivateKey`], [`Error::Unknown`].
    pub fn check(&self) -> Result<(), Error> {
        if let Found::Link(_) | Found::NotAFile(_) = self.private.found() {
            self.private.check_not_private()?;
        }
        self.public.check_not_private()
    }

    fn check_unchanged(&self) -> Result<(), Error> {
        self.private.check_unchanged()?;
        self.public.check_unchanged()
    }
}

/// A key pair as two files.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// The path of the private key.
    pub private_path: &'a Path,
    /// The private key.
    pub private: &'a [u8],
    /// The path of the public key.
    pub public_path: &'a Path,
    /// The public key.
    pub public: &'a [u8],
    /// Who may read the public key.
    pub public_access: Access,
}

/// Writes a key pair: both files, on disk, or neither. What was seen at the two places is replaced, if it is still
/// there.
///
/// At no time are keys of different pairs under the two names, not even when the
/// machine loses power in between or several processes write the same pair of names: the public
/// key is taken away first and put back last, and the directory is locked meanwhile.
///
/// # Errors
/// [`enum@Error`]; what was there is as it was.
pub fn write_pair(pair: &Pair<'_>, seen: &SeenPair) -> Result<Written, Error> {
    seen.check()?;
    let parent = directory_of(pair.private_path);
    let _lock = Lock::take(parent)?;
    process::uninterrupted(|| {
        let private = temporary(&seen.private, pair.private, Access::Private, Owner::User)?;
        let public = temporary(&seen.public, pair.public, pair.public_access, Owner::User)?;
        // Both are written before either is waited for: the disk has less to do then.
        private.sync()?;
        public.sync()?;
        seen.check_unchanged()?;
        if seen.private.is_free() && seen.public.is_free() {
            create_both(private, public)?;
        } else {
            replace_both(private, public, seen)?;
        }
        let mut written = durable(pair.private_path);
        leftovers::remove(parent, &mut written);
        Ok(written)
    })
}

/// Puts a file in its place: where nothing was seen, nothing may be there.
fn put(temporary: TemporaryFile, seen: &Seen) -> Result<(), Error> {
    if seen.is_free() { temporary.create() } else { temporary.replace() }
}

fn create_both(private: TemporaryFile, public: TemporaryFile) -> Result<(), Error> {
    if look(public.target())? != Place::Free {
        return Err(Error::Taken { path: public.target().to_owned() });
    }
    let private_path = private.target().to_owned();
    private.create()?;
    public.create().inspect_err(|_| {
        let _ = fs::remove_file(private_path);
    })
}

fn replace_both(private: TemporaryFile, public: TemporaryFile, seen: &SeenPair) -> Result<(), Error> {
    let old_private = Old::keep(&seen.private)?;
    let old_public = Old::keep(&seen.public)?;
    old_public.take_away()?;
    if let Err(error) = put(private, &seen.private) {
        // The private key is as it was, whoever wrote it.
        old_public.put_back()?;
        return Err(error);
    }
    // What was seen at the public key is gone by now.
    if let Err(error) = public.create() {
        // The private key goes back first: without its public key it is still whole.
        old_private.undo()?;
        old_public.put_back()?;
        return Err(error);
    }
    old_private.forget();
    old_public.forget();
    Ok(())
}

/// What stood at a path, under a second name until it is known that it is not needed any more. If
/// that never becomes known, it goes back to its place.
struct Old<'a> {
    path: &'a Path,
    copy: Option<TempPath>,
}

impl<'a> Old<'a> {
    fn keep(seen: &'a Seen) -> Result<Self, Error> {
        let path = seen.path();
        if seen.is_free() {
            return Ok(Self { path, copy: None });
        }
        // Where there are no hard links, the file itself is moved.
        let second_name = |copy: &Path| {
            fs::hard_link(path, copy).or_else(|_| {
                system::create_new(copy, Access::Private, None)?;
                fs::rename(path, copy)
            })
        };
        // Not a name of those that later runs remove: for a moment it can be the only one.
        let copy = temporary_name(".old")
            .make_in(directory_of(path), second_name)
            .map_err(|error| at(path)(unwrapped(error)))?;
        let old = Self { path, copy: Some(copy.into_temp_path()) };
        match &old.copy {
            Some(copy) if !seen.is_linked_at(copy) => Err(Error::Changed { path: path.to_owned() }),
            _ => Ok(old),
        }
    }

    fn take_away(&self) -> Result<(), Error> {
        if self.copy.is_some() { self.remove() } else { Ok(()) }
    }

    fn remove(&self) -> Result<(), Error> {
        match fs::remove_file(self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(self.path)(error)),
            _ => Ok(()),
        }
    }

    /// What stood at the path is back; where nothing stood, nothing was put.
    fn put_back(mut self) -> Result<(), Error> {
        self.copy.take().map_or(Ok(()), |copy| restore(copy, self.path))
    }

    /// The same where something was put.
    fn undo(self) -> Result<(), Error> {
        if self.copy.is_some() { self.put_back() } else { self.remove() }
    }

    /// What stood there is not needed any more.
    fn forget(mut self) {
        drop(self.copy.take());
    }
}

impl Drop for Old<'_> {
    fn drop(&mut self) {
        if let Some(copy) = self.copy.take() {
            let _ = restore(copy, self.path);
        }
    }
}

/// Gives a file its first name back. When even that fails it stays under its second name.
fn restore(copy: TempPath, path: &Path) -> Result<(), Error> {
    match fs::rename(&copy, path) {
        // Where both names are one file, renaming does nothing: dropping removes the second name.
        Ok(()) => Ok(()),
        Err(error) => {
            let _ = copy.keep();
            Err(at(path)(error))
        }
    }
}
