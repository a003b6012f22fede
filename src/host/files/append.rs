//! Where results go that come piece by piece: the end of a file, or standard output.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::found::{Found, Seen};
use super::{Error, plain};

/// A file, or standard output, that grows at its end.
#[derive(Debug)]
pub struct Appender(To);

#[derive(Debug)]
enum To {
    Stdout(io::Stdout),
    /// What is not a regular file, such as a FIFO.
    Stream(File),
    File(File),
}

impl Appender {
    /// Standard output.
    #[must_use]
    pub fn stdout() -> Self {
        Self(To::Stdout(io::stdout()))
    }

    /// The end of a file, which is made if it is not there, public as the umask says.
    ///
    /// # Errors
    /// What the system says, or that the file may be a private key.
    pub fn open(path: &Path) -> io::Result<Self> {
        let seen = Seen::file(path).map_err(plain)?;
        let stream = matches!(seen.found(), Found::NotAFile(_));
        if !stream {
            seen.check_not_private().map_err(plain)?;
        }
        let place = if stream { path } else { seen.path() };
        let file = OpenOptions::new().append(true).create_new(seen.is_free()).open(place)?;
        let metadata = file.metadata()?;
        let same = if stream { !metadata.is_file() } else { seen.is_free() || seen.is(&metadata) };
        if !same {
            // Something else has been put there since.
            return Err(plain(Error::Changed { path: path.to_owned() }));
        }
        Ok(Self(if metadata.is_file() { To::File(file) } else { To::Stream(file) }))
    }

    /// Writes on: in a file all of it or nothing.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.0 {
            To::Stdout(stdout) => stdout.write_all(bytes).and_then(|()| stdout.flush()),
            To::Stream(file) => file.write_all(bytes),
            To::File(file) => {
                let before = file.metadata()?.len();
                file.write_all(bytes).inspect_err(|_| {
                    let _ = file.set_len(before);
                })
            }
        }
    }

    /// Waits until what was written is on disk.
    ///
    /// # Errors
    /// What the system says.
    pub fn sync(&self) -> io::Result<()> {
        match &self.0 {
            To::File(file) => file.sync_data(),
            To::Stdout(_) | To::Stream(_) => Ok(()),
        }
    }
}
