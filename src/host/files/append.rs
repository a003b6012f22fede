//! Where results go that come piece by piece: the end of a file, or standard output.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::found::{Found, Seen};
use super::plain;

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
        if !matches!(seen.found(), Found::NotAFile(_)) {
            seen.check_not_private().map_err(plain)?;
        }
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        let regular = file.metadata()?.is_file();
        Ok(Self(if regular { To::File(file) } else { To::Stream(file) }))
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
