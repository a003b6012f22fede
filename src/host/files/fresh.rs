//! A long new file, written piece by piece beside its place, or a stream.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::found::{Found, Seen};
use super::lock::Lock;
use super::temporary::{TemporaryFile, metadata};
use super::write::durable;
use super::{Access, Error, Owner, Written, directory_of, plain, system};
use crate::host::process::EndingSignals;

/// What is written is under its name when it is finished; before, and if it never is, what was there
/// stays. Standard output, FIFOs and devices get it as it comes.
#[derive(Debug)]
pub struct Fresh(To);

#[derive(Debug)]
enum To {
    Stdout(io::Stdout),
    Stream(File),
    /// The file to be, and what is written of it.
    File(Box<Seen>, Option<Box<Begun>>),
}

/// A file on its way.
#[derive(Debug)]
struct Begun {
    file: BufWriter<TemporaryFile>,
    /// Declared last: signals come through when the temporary file is gone.
    _held: Option<EndingSignals>,
}

impl Fresh {
    /// Standard output.
    #[must_use]
    pub fn stdout() -> Self {
        Self(To::Stdout(io::stdout()))
    }

    /// The file at `path`, which need not exist; a link stays. Checks that it can be written, and that it is no private
    /// key.
    ///
    /// # Errors
    /// What the system says, or why the file is not overwritten.
    pub fn open(path: &Path) -> io::Result<Self> {
        let seen = Seen::file(path).map_err(plain)?;
        if let Found::NotAFile(_) = seen.found() {
            let file = OpenOptions::new().write(true).open(path)?;
            // Something else may have been put there since.
            if file.metadata()?.is_file() {
                return Err(plain(Error::Changed { path: path.to_owned() }));
            }
            return Ok(Self(To::Stream(file)));
        }
        seen.check_not_private().map_err(plain)?;
        if !seen.is_free() {
            OpenOptions::new().append(true).open(path)?;
        }
        system::check_writable(directory_of(seen.path()))?;
        Ok(Self(To::File(Box::new(seen), None)))
    }

    /// Writes on.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.0 {
            To::Stdout(stdout) => stdout.write_all(bytes),
            To::Stream(file) => file.write_all(bytes),
            To::File(seen, begun) => {
                let begun = match begun {
                    Some(begun) => begun,
                    None => begun.insert(Box::new(Begun::new(seen)?)),
                };
                begun.file.write_all(bytes)
            }
        }
    }

    /// Puts the file under its name, when it is on disk.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(&mut self) -> io::Result<Written> {
        match &mut self.0 {
            To::Stdout(stdout) => stdout.flush().map(|()| Written::default()),
            To::Stream(file) => file.flush().map(|()| Written::default()),
            To::File(seen, begun) => {
                let begun = match begun.take() {
                    Some(begun) => *begun,
                    None => Begun::new(seen)?,
                };
                begun.commit(seen)
            }
        }
    }
}

impl Begun {
    fn new(seen: &Seen) -> io::Result<Self> {
        let held = EndingSignals::hold();
        let old = metadata(seen.path());
        let temporary = TemporaryFile::begin(seen.path(), Access::Public, old.as_ref()).map_err(plain)?;
        Ok(Self { file: BufWriter::with_capacity(1 << 16, temporary), _held: held })
    }

    fn commit(self, seen: &Seen) -> io::Result<Written> {
        let temporary = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        if let Some(old) = metadata(seen.path()) {
            temporary.take_after(&old, Owner::User).map_err(plain)?;
        }
        temporary.sync().map_err(plain)?;
        let _lock = Lock::take(directory_of(seen.path())).map_err(plain)?;
        seen.check_unchanged().map_err(plain)?;
        if seen.is_free() { temporary.create() } else { temporary.replace() }.map_err(plain)?;
        Ok(durable(seen.path()))
    }
}
