//! A key pair as two files that never disagree.

use std::fs;
use std::io;
use std::path::Path;

use tempfile::TempPath;

use super::{Access, Draft, Error, Place, at, folder, lock, look, system, temporary_name, unwrapped, write};
use crate::host::process;

/// Whether a pair may take the place of files that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Nothing may be there; what turns up in the meantime is left alone.
    Keep,
    /// A public half that is there is replaced; a private one is left alone.
    ReplacePublic,
    /// What is there is replaced.
    Replace,
}

/// A key pair as two files.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// The path of the private half.
    pub private_path: &'a Path,
    /// The private half.
    pub private: &'a [u8],
    /// The path of the public half.
    pub public_path: &'a Path,
    /// The public half.
    pub public: &'a [u8],
}

/// Writes a key pair: both halves, on disk, or neither.
///
/// At no time do two halves of different pairs stand under the two names, not even when the
/// machine loses power in between or several processes write the same pair of names: the public
/// half is taken away first and put back last, and the folder is locked meanwhile.
///
/// # Errors
/// [`enum@Error`]; what was there is as it was.
pub fn write_pair(pair: &Pair<'_>, existing: Existing) -> Result<(), Error> {
    let parent = folder(pair.private_path);
    let _lock = lock(parent)?;
    process::uninterrupted(|| {
        let private = write(pair.private_path, pair.private, Access::Private)?;
        let public = write(pair.public_path, pair.public, Access::Public)?;
        if existing != Existing::Keep {
            private.keep_owner();
            public.keep_owner();
        }
        // Both are written before either is waited for: the disk has less to do then.
        private.sync()?;
        public.sync()?;
        match existing {
            Existing::Keep => create_both(private, public)?,
            Existing::ReplacePublic => replace_both(private, Draft::create, public)?,
            Existing::Replace => replace_both(private, Draft::replace, public)?,
        }
        system::sync_folder(parent).map_err(at(parent))
    })
}

fn create_both(private: Draft<'_>, public: Draft<'_>) -> Result<(), Error> {
    if look(public.target)? != Place::Free {
        return Err(Error::Taken { path: public.target.to_owned() });
    }
    let private_path = private.target;
    private.create()?;
    public.create().inspect_err(|_| {
        let _ = fs::remove_file(private_path);
    })
}

fn replace_both<'a>(
    private: Draft<'a>,
    publish: fn(Draft<'a>) -> Result<(), Error>,
    public: Draft<'a>,
) -> Result<(), Error> {
    let old_private = Old::keep(private.target)?;
    let old_public = Old::keep(public.target)?;
    old_public.take_away()?;
    if let Err(error) = publish(private) {
        // The private half is as it was, whoever wrote it.
        old_public.put_back()?;
        return Err(error);
    }
    if let Err(error) = public.replace() {
        // The private half goes back first: without its public half it is still whole.
        old_private.put_back()?;
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
    fn keep(path: &'a Path) -> Result<Self, Error> {
        if look(path)? == Place::Free {
            return Ok(Self { path, copy: None });
        }
        // Where there are no hard links, the file itself is moved.
        let second_name = |copy: &Path| {
            fs::hard_link(path, copy).or_else(|_| {
                system::create_new(copy, Access::Private)?;
                fs::rename(path, copy)
            })
        };
        let copy = temporary_name()
            .make_in(folder(path), second_name)
            .map_err(|error| at(path)(unwrapped(error)))?;
        Ok(Self { path, copy: Some(copy.into_temp_path()) })
    }

    fn take_away(&self) -> Result<(), Error> {
        match fs::remove_file(self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(self.path)(error)),
            _ => Ok(()),
        }
    }

    /// The path is as it was: what stood there is back, or nothing is there.
    fn put_back(mut self) -> Result<(), Error> {
        match self.copy.take() {
            None => self.take_away(),
            Some(copy) => restore(copy, self.path),
        }
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
