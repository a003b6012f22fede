//! A lock that keeps other processes of the same user from a directory while files in it are replaced.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::{Error, system};
use crate::host::process::EndingSignals;

/// The name of the file that is the lock. It is there only while someone holds the lock, or was killed then.
pub(super) const NAME: &str = ".rkeygen-lock";

/// What became of an attempt to take the lock.
pub(super) enum Attempt {
    /// It is ours, by this file at this path.
    Held(File, PathBuf),
    /// Another process has it.
    Busy,
    /// The file system has no locks, or nothing can be created in the directory.
    Unavailable,
}

/// The lock, held until dropped.
pub(super) struct Lock {
    path: PathBuf,
    /// Closed after the path is removed: whoever waits sees that it is gone.
    _file: File,
    /// Declared last: signals come through when the lock is released.
    _held: Option<EndingSignals>,
}

impl Lock {
    /// Waits for the lock for a while. `None` where there are no locks: there, only the exclusive creation of files and
    /// the second look before they are replaced help.
    pub(super) fn take(directory: &Path) -> Result<Option<Self>, Error> {
        let start = Instant::now();
        loop {
            let held = EndingSignals::hold();
            match system::try_lock(directory) {
                Attempt::Held(file, path) => return Ok(Some(Self { path, _file: file, _held: held })),
                Attempt::Unavailable => return Ok(None),
                Attempt::Busy => drop(held),
            }
            if start.elapsed() > LONGEST {
                return Err(Error::Locked { path: directory.to_owned(), seconds: LONGEST.as_secs() });
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// How long another process may keep a directory locked. It does so while it writes two files.
const LONGEST: Duration = Duration::from_secs(10);
