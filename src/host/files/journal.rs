//! A file that only grows: one process at a time reads it and adds to its end, and what it added is on the disk.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::found::Seen;
use super::version::Identity;
use super::write::durable;
use super::{Access, Error, Written, at, system};

/// What happens if there is no journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// It is created, for its owner alone.
    Create,
    /// That is an error; the journal is only read.
    Fail,
}

/// A journal, locked until it is dropped.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Opens a journal, and waits for other processes to release it.
    ///
    /// # Errors
    /// [`Error::PrivateKey`], [`Error::Unknown`], [`Error::NotAFile`]; [`Error::System`], also when another process keeps it
    /// locked.
    pub fn open(path: &Path, missing: Missing) -> Result<(Self, Written), Error> {
        let start = Instant::now();
        loop {
            let seen = Seen::file(path)?;
            seen.check_not_private()?;
            let place = seen.path();
            let (file, written) = if missing == Missing::Fail {
                (File::open(place), Written::default())
            } else if seen.is_free() {
                match system::create_new(place, Access::Private, None) {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                    created => drop(created.map_err(at(path))?),
                }
                (append(place), durable(place))
            } else {
                (append(place), Written::default())
            };
            let file = file.map_err(at(path))?;
            lock(&file, start).map_err(at(path))?;
            let found = file.metadata().map_err(at(path))?;
            // Another one may have been put there since.
            if found.is_file()
                && fs::metadata(place).is_ok_and(|now| Identity::of(&now) == Identity::of(&found))
            {
                return Ok((Self { path: path.to_owned(), file }, written));
            }
        }
    }

    /// The journal from its start.
    ///
    /// # Errors
    /// [`Error::System`].
    pub fn reader(&mut self) -> Result<&File, Error> {
        self.file.rewind().map_err(at(&self.path))?;
        Ok(&self.file)
    }

    /// Adds to the end, and waits until that is on the disk. What cannot be added whole is not added.
    ///
    /// # Errors
    /// [`Error::System`].
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let before = self.file.metadata().map_err(at(&self.path))?.len();
        let added = self.file.write_all(bytes).and_then(|()| system::sync_file(&self.file));
        added.map_err(|error| {
            let _ = self.file.set_len(before);
            at(&self.path)(error)
        })
    }
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).append(true).open(path)
}

/// Waits for the lock. Where there are no locks, no process can be kept out.
fn lock(file: &File, start: Instant) -> io::Result<()> {
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if start.elapsed() < LONGEST => {
                thread::sleep(Duration::from_millis(20));
            }
            Err(TryLockError::WouldBlock) => {
                let seconds = LONGEST.as_secs();
                return Err(io::Error::other(format!("another program has locked it for {seconds} seconds")));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// How long another process may keep it.
const LONGEST: Duration = Duration::from_secs(60);
