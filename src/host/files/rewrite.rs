//! A long file written anew, piece by piece, beside the one that it replaces.

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::NamedTempFile;

use super::{Access, Error, Place, at, folder, lock, look, system, temporary_name, unwrapped};
#[cfg(unix)]
use crate::host::process::EndingSignals;

/// A file on its way: gone when dropped, in its place when committed.
#[derive(Debug)]
pub struct Rewrite {
    file: BufWriter<NamedTempFile>,
    /// The file to replace, links resolved.
    target: PathBuf,
    before: Version,
    /// Declared last: signals come through when the temporary file is gone.
    #[cfg(unix)]
    _held: Option<EndingSignals>,
}

/// What tells one state of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Version {
    length: u64,
    modified: Option<SystemTime>,
}

impl Version {
    fn of(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), modified: metadata.modified().ok() }
    }
}

impl Rewrite {
    /// Opens the file that is at `path`, and one beside it that is to replace it. A link stays:
    /// the file that it leads to is replaced.
    ///
    /// # Errors
    /// [`Error::System`].
    pub fn begin(path: &Path) -> Result<(File, Self), Error> {
        let target = fs::canonicalize(path).map_err(at(path))?;
        let source = File::open(&target).map_err(at(path))?;
        let metadata = source.metadata().map_err(at(path))?;
        if !metadata.is_file() {
            return Err(at(path)(io::Error::other("not a regular file")));
        }
        #[cfg(unix)]
        let held = EndingSignals::hold();
        let file = temporary_name()
            .make_in(folder(&target), |path| system::create_new(path, Access::Private))
            .map_err(|error| at(folder(&target))(unwrapped(error)))?;
        let rewrite = Self {
            file: BufWriter::with_capacity(1 << 16, file),
            before: Version::of(&metadata),
            target,
            #[cfg(unix)]
            _held: held,
        };
        Ok((source, rewrite))
    }

    /// Writes on.
    ///
    /// # Errors
    /// [`Error::System`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(|error| at(&self.target)(unwrapped(error)))
    }

    /// Puts the new file in place, with the owner and mode of the old one, which stays under the
    /// name `backup`.
    ///
    /// # Errors
    /// [`Error::Changed`] when somebody has written to the file since; [`Error::System`]. The file
    /// is then as it was.
    pub fn commit(self, backup: &Path) -> Result<(), Error> {
        let target = &self.target;
        let file = self.file.into_inner().map_err(|error| at(target)(unwrapped(error.into_error())))?;
        system::take_after(file.as_file(), target, Access::Public).map_err(at(target))?;
        file.as_file().sync_all().map_err(at(target))?;
        let _lock = lock(folder(target))?;
        let now = fs::metadata(target).map_err(at(target))?;
        if Version::of(&now) != self.before {
            return Err(Error::Changed { path: target.clone() });
        }
        second_name(target, backup)?;
        file.persist(target).map_err(|error| at(target)(unwrapped(error.error)))?;
        system::sync_folder(folder(target)).map_err(at(folder(target)))
    }
}

/// Gives the file a second name, in place of what has that name; where there are no hard links, or
/// the name is on another file system, the second name is a copy.
fn second_name(path: &Path, second: &Path) -> Result<(), Error> {
    if let Place::Other(kind) = look(second)? {
        return Err(Error::NotAFile { path: second.to_owned(), kind });
    }
    let link = |name: &Path| {
        fs::hard_link(path, name).or_else(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                return Err(error);
            }
            let mut copy = system::create_new(name, Access::Private)?;
            io::copy(&mut File::open(path)?, &mut copy)?;
            system::take_after(&copy, path, Access::Public)?;
            copy.sync_all()
        })
    };
    let draft =
        temporary_name().make_in(folder(second), link).map_err(|error| at(second)(unwrapped(error)))?;
    draft.into_temp_path().persist(second).map_err(|error| at(second)(unwrapped(error.error)))
}
