//! A file on its way: written beside its place, and put there when it is whole.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;
use zeroize::Zeroizing;

use super::{Access, Error, Owner, at, directory_of, mounted, system, writeback};

pub(super) const PREFIX: &str = ".rkeygen-";
pub(super) const SUFFIX: &str = ".tmp";
/// How many characters of a temporary name are random.
pub(super) const RANDOM: usize = 12;

/// A file that is not yet under its name, gone when dropped. It has no name at all where the system has such files, so
/// that nothing of it is left when the process is killed.
#[derive(Debug)]
pub(super) struct TemporaryFile {
    name: Option<TempPath>,
    file: File,
    target: PathBuf,
    access: Access,
}

impl TemporaryFile {
    /// A file that is to be at `target`, a path without links. It gets the mode of `old`.
    pub(super) fn begin(target: &Path, access: Access, old: Option<&Metadata>) -> Result<Self, Error> {
        let target = target.to_owned();
        let unnamed = system::create_unnamed(directory_of(&target), access, old);
        if let Some(file) = unnamed.map_err(at(directory_of(&target)))? {
            return Ok(Self { name: None, file, target, access });
        }
        Self::named(&target, access, old).map_err(at(directory_of(&target)))
    }

    fn named(target: &Path, access: Access, old: Option<&Metadata>) -> io::Result<Self> {
        let create = |path: &Path| system::create_new(path, access, old);
        let (file, name) =
            temporary_name(SUFFIX).make_in(directory_of(target), create).map_err(unwrapped)?.into_parts();
        // A later run that looks for leftovers sees that this one is in use.
        let _ = file.try_lock();
        Ok(Self { name: Some(name), file, target: target.to_owned(), access })
    }

    /// Where the file is to be.
    pub(super) fn target(&self) -> &Path {
        &self.target
    }

    /// Gives the file the mode of the one that it will replace; and its owner, if that is to stay.
    pub(super) fn take_after(&self, old: &Metadata, owner: Owner) -> Result<(), Error> {
        system::take_after(&self.file, old, self.access, owner).map_err(at(&self.target))
    }

    /// Has the system begin to put on disk what was written.
    pub(super) fn begin_sync(&self) {
        writeback::begin(&self.file);
    }

    /// Waits until the file is on disk.
    pub(super) fn sync(&self) -> Result<(), Error> {
        system::sync_file(&self.file).map_err(at(&self.target))
    }

    /// Puts the file under its name, where nothing may be.
    pub(super) fn create(mut self) -> Result<(), Error> {
        let path = self.target.clone();
        let created = match self.name.take() {
            Some(name) => system::rename_new(name, &path),
            None => match system::link_unnamed(&self.file, &path) {
                Ok(false) => self.copy().and_then(|copy| system::rename_new(copy, &path)),
                linked => linked.map(drop),
            },
        };
        created.map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                Error::Taken { path }
            } else {
                at(&path)(unwrapped(error))
            }
        })
    }

    /// Puts the file under its name, in place of what is there.
    pub(super) fn replace(mut self) -> Result<(), Error> {
        let path = self.target.clone();
        let name = match self.name.take() {
            Some(name) => name,
            None => self.link().map_err(at(&path))?,
        };
        match name.persist(&path) {
            Err(failed) if system::is_mounted(&failed.error) => mounted::write(&path, &mut self.file),
            done => done.map_err(|failed| at(&path)(unwrapped(failed.error))),
        }
    }

    /// Gives the file a temporary name.
    fn link(&mut self) -> io::Result<TempPath> {
        let link = |path: &Path| system::link_unnamed(&self.file, path);
        let linked = temporary_name(SUFFIX).make_in(directory_of(&self.target), link);
        match linked.map_err(unwrapped)?.into_parts() {
            (true, name) => Ok(name),
            (false, nothing) => {
                // No file has that name.
                let _ = nothing.keep();
                self.copy()
            }
        }
    }

    /// A copy with a temporary name, on disk like the file itself.
    fn copy(&mut self) -> io::Result<TempPath> {
        let found = self.file.metadata()?;
        let mut copy = Self::named(&self.target, self.access, Some(&found))?;
        copy_all(&mut self.file, &mut copy.file)?;
        system::take_after(&copy.file, &found, self.access, Owner::AsBefore)?;
        system::sync_file(&copy.file)?;
        copy.name.take().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Write for TemporaryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Copies a file from its start, through memory that is wiped.
pub(super) fn copy_all(from: &mut File, to: &mut File) -> io::Result<()> {
    from.rewind()?;
    let mut piece = Zeroizing::new(vec![0; 1 << 16]);
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(length) => to.write_all(&piece[..length])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// tempfile puts the path of its file into its errors; no one has seen that file.
pub(super) fn unwrapped(error: io::Error) -> io::Error {
    error.raw_os_error().map(io::Error::from_raw_os_error).unwrap_or_else(|| io::Error::from(error.kind()))
}

pub(super) fn temporary_name(suffix: &str) -> tempfile::Builder<'static, '_> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(suffix).rand_bytes(RANDOM);
    builder
}

/// What is known of the file that a temporary will replace; `None` when nothing is there.
pub(super) fn metadata(path: &Path) -> Option<Metadata> {
    fs::symlink_metadata(path).ok()
}
