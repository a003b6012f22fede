//! A long file rewritten, piece by piece, beside the one that it replaces.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::found::Seen;
use super::lock::Lock;
use super::temporary::{SUFFIX, TemporaryFile, metadata, temporary_name, unwrapped};
use super::version::Version;
use super::write::durable;
use super::{Access, Error, Owner, Written, at, directory_of, system};
use crate::host::process::EndingSignals;

/// A file on its way: gone when dropped, in its place when committed.
#[derive(Debug)]
pub struct Rewrite {
    file: BufWriter<TemporaryFile>,
    /// How much was written, in bytes, since the disk last got work.
    waiting: usize,
    before: Version,
    /// Declared last: signals come through when the temporary file is gone.
    _held: Option<EndingSignals>,
}

impl Rewrite {
    /// Opens the file that is at `path`, and one beside it that is to replace it. A link stays:
    /// the file that it leads to is replaced.
    ///
    /// # Errors
    /// [`Error::System`].
    pub fn begin(path: &Path) -> Result<(File, Self), Error> {
        let target = system::resolve(path)?;
        let source = File::open(&target).map_err(at(path))?;
        let found = source.metadata().map_err(at(path))?;
        if !found.is_file() {
            return Err(at(path)(io::Error::other("not a regular file")));
        }
        if let Some(owner) = system::untrusted_owner(&target) {
            return Err(Error::ForeignOwner { path: target, owner });
        }
        let held = EndingSignals::hold();
        let temporary = TemporaryFile::begin(&target, Access::Public, Some(&found))?;
        let file = BufWriter::with_capacity(1 << 16, temporary);
        let before = Version::of(&found);
        Ok((source, Self { file, waiting: 0, before, _held: held }))
    }

    /// Writes on.
    ///
    /// # Errors
    /// [`Error::System`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(|error| at(self.file.get_ref().target())(error))?;
        self.waiting += bytes.len();
        if self.waiting >= STRETCH {
            self.file.get_ref().begin_sync();
            self.waiting = 0;
        }
        Ok(())
    }

    /// Puts the new file in place, with the owner and mode of the old one, which stays under the
    /// name `backup`.
    ///
    /// # Errors
    /// [`Error::Changed`] when someone has written to the file since; [`Error::System`]. The file
    /// is then as it was.
    pub fn commit(self, backup: &Path) -> Result<Written, Error> {
        self.put(|target| second_name(target, backup))
    }

    /// As [`commit`](Self::commit), of a file that nothing was taken out of: no other name is kept.
    ///
    /// # Errors
    /// Those of [`commit`](Self::commit).
    pub fn commit_without_backup(self) -> Result<Written, Error> {
        self.put(|_| Ok(()))
    }

    fn put(self, keep: impl FnOnce(&Path) -> Result<(), Error>) -> Result<Written, Error> {
        let target = self.file.get_ref().target().to_owned();
        let temporary = self.file.into_inner().map_err(|error| at(&target)(error.into_error()))?;
        if let Some(old) = metadata(&target) {
            temporary.take_after(&old, Owner::AsBefore)?;
        }
        temporary.sync()?;
        let _lock = Lock::take(directory_of(&target))?;
        if Version::at(&target).map_err(at(&target))? != self.before {
            return Err(Error::Changed { path: target });
        }
        keep(&target)?;
        temporary.replace()?;
        Ok(durable(&target))
    }
}

/// After how many bytes the disk gets work, while the rest of a long file is still computed.
const STRETCH: usize = 1 << 20;

/// Gives the file a second name, in place of what has that name; where there are no hard links, or
/// the name is on another file system, the second name is a copy.
fn second_name(path: &Path, second: &Path) -> Result<(), Error> {
    Seen::name(second)?.check_backup()?;
    let link = |name: &Path| {
        fs::hard_link(path, name).or_else(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                return Err(error);
            }
            let old = fs::metadata(path)?;
            let mut copy = system::create_new(name, Access::Public, Some(&old))?;
            io::copy(&mut File::open(path)?, &mut copy)?;
            system::take_after(&copy, &old, Access::Public, Owner::AsBefore)?;
            system::sync_file(&copy)
        })
    };
    let temporary = temporary_name(SUFFIX)
        .make_in(directory_of(second), link)
        .map_err(|error| at(second)(unwrapped(error)))?;
    temporary.into_temp_path().persist(second).map_err(|error| at(second)(unwrapped(error.error)))
}
