//! A long new file, written piece by piece beside its place, or a stream.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{Access, folder, system, temporary_name, unwrapped};
#[cfg(unix)]
use crate::host::process::EndingSignals;

/// What is written is under its name when it is finished; before, and if it never is, what was there
/// stays. Standard output, FIFOs and devices get it as it comes.
#[derive(Debug)]
pub struct Fresh(To);

#[derive(Debug)]
enum To {
    Stdout(io::Stdout),
    Stream(File),
    /// The file to be, links resolved, and what is written of it.
    File(PathBuf, Option<Box<Draft>>),
}

/// A file on its way.
#[derive(Debug)]
struct Draft {
    file: BufWriter<NamedTempFile>,
    /// Declared last: signals come through when the temporary file is gone.
    #[cfg(unix)]
    _held: Option<EndingSignals>,
}

impl Fresh {
    /// Standard output.
    #[must_use]
    pub fn stdout() -> Self {
        Self(To::Stdout(io::stdout()))
    }

    /// The file at `path`, which need not be there; a link stays. Checks that it can be written.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path) -> io::Result<Self> {
        match fs::metadata(path) {
            Ok(found) if !found.is_file() => {
                OpenOptions::new().write(true).open(path).map(|file| Self(To::Stream(file)))
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            there => {
                if there.is_ok() {
                    OpenOptions::new().append(true).open(path)?;
                }
                let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
                system::check_writable(folder(&target))?;
                Ok(Self(To::File(target, None)))
            }
        }
    }

    /// Writes on.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.0 {
            To::Stdout(stdout) => stdout.write_all(bytes),
            To::Stream(file) => file.write_all(bytes),
            To::File(target, draft) => {
                let draft = match draft {
                    Some(draft) => draft,
                    None => draft.insert(Box::new(Draft::begin(target)?)),
                };
                draft.file.write_all(bytes).map_err(unwrapped)
            }
        }
    }

    /// Puts the file under its name, when it is on disk.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(&mut self) -> io::Result<()> {
        match &mut self.0 {
            To::Stdout(stdout) => stdout.flush(),
            To::Stream(file) => file.flush(),
            To::File(target, draft) => {
                let draft = match draft.take() {
                    Some(draft) => *draft,
                    None => Draft::begin(target)?,
                };
                draft.commit(target)
            }
        }
    }
}

impl Draft {
    fn begin(target: &Path) -> io::Result<Self> {
        #[cfg(unix)]
        let held = EndingSignals::hold();
        let create = |path: &Path| system::create_new(path, Access::Public);
        let file = temporary_name().make_in(folder(target), create).map_err(unwrapped)?;
        Ok(Self {
            file: BufWriter::with_capacity(1 << 16, file),
            #[cfg(unix)]
            _held: held,
        })
    }

    fn commit(self, target: &Path) -> io::Result<()> {
        let file = self.file.into_inner().map_err(|error| unwrapped(error.into_error()))?;
        system::take_after(file.as_file(), target, Access::Public)?;
        file.as_file().sync_all()?;
        file.persist(target).map_err(|error| unwrapped(error.error))?;
        system::sync_folder(folder(target))
    }
}
