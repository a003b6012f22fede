//! What is at a path, as far as writing there goes.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::version::Version;
use super::{Error, MAX_KEY_FILE, at, kind, system};
use crate::format;

/// How often a file is looked at that others keep replacing.
const LOOKS: usize = 20;

/// What is at a path.
#[derive(Debug)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// A file that is empty.
    Empty,
    /// A file that holds no private key.
    Ordinary,
    /// A file that is a private key, or may be one: damaged, or of a format that nothing here reads.
    PrivateKey,
    /// A file that cannot be read, so that it may be anything.
    Unreadable(io::Error),
    /// A symbolic link; only [`Seen::name`] finds one.
    Link(PathBuf),
    /// A directory, FIFO, device or socket.
    NotAFile(&'static str),
}

/// A look at a path, on which a decision about writing there rests. When the file is written, it is made sure that
/// the path is still as it was seen.
#[derive(Debug)]
pub struct Seen {
    /// The path as it was given.
    given: PathBuf,
    /// Where it leads.
    path: PathBuf,
    found: Found,
    version: Option<Version>,
}

impl Seen {
    /// Looks at the file that a path leads to.
    ///
    /// # Errors
    /// [`Error::ForeignLink`] for a link of another user's in a directory that anyone may write, or to a file that is not
    /// theirs; [`Error::Changed`] if others keep replacing the file; [`Error::System`].
    pub fn file(path: &Path) -> Result<Self, Error> {
        Self::look(path, system::resolve(path)?)
    }

    /// Looks at what has that very name: a link there is not followed.
    ///
    /// # Errors
    /// [`Error::Changed`] if others keep replacing the file; [`Error::System`].
    pub fn name(path: &Path) -> Result<Self, Error> {
        Self::look(path, path.to_owned())
    }

    /// A file that is replaced while it is looked at is looked at again.
    fn look(given: &Path, path: PathBuf) -> Result<Self, Error> {
        let given = given.to_owned();
        for _ in 0..LOOKS {
            let metadata = match fs::symlink_metadata(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok(Self { given, path, found: Found::Nothing, version: None });
                }
                metadata => metadata.map_err(at(&path))?,
            };
            let found = if metadata.is_symlink() {
                fs::read_link(&path).ok().map(Found::Link)
            } else if metadata.is_file() {
                look_inside(&path, &metadata)
            } else {
                Some(Found::NotAFile(kind(&metadata)))
            };
            if let Some(found) = found {
                return Ok(Self { given, path, found, version: Some(Version::of(&metadata)) });
            }
        }
        Err(Error::Changed { path: given })
    }

    /// What was found.
    #[must_use]
    pub fn found(&self) -> &Found {
        &self.found
    }

    /// Whether nothing is there.
    #[must_use]
    pub fn is_free(&self) -> bool {
        matches!(self.found, Found::Nothing)
    }

    /// The path without links.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Checks that a file which is no private key may be written there.
    ///
    /// # Errors
    /// [`Error::PrivateKey`], [`Error::Unknown`], [`Error::NotAFile`].
    pub fn check_not_private(&self) -> Result<(), Error> {
        let path = self.given.clone();
        match &self.found {
            Found::Nothing | Found::Empty | Found::Ordinary => Ok(()),
            Found::Link(_) => Err(Error::NotAFile { path, kind: "a symbolic link" }),
            Found::NotAFile(kind) => Err(Error::NotAFile { path, kind }),
            Found::PrivateKey => Err(Error::PrivateKey { path }),
            Found::Unreadable(error) => Err(Error::Unknown { path, cause: error.to_string() }),
        }
    }

    /// Checks that a copy of another file may take this name. A link there is replaced, not followed.
    pub(super) fn check_backup(&self) -> Result<(), Error> {
        if matches!(self.found, Found::Link(_)) { Ok(()) } else { self.check_not_private() }
    }

    /// Checks that the path is as it was seen.
    ///
    /// # Errors
    /// [`Error::Taken`] if something is there now where nothing was, [`Error::Changed`] for anything else.
    pub(super) fn check_unchanged(&self) -> Result<(), Error> {
        let path = self.given.clone();
        match (Version::at(&self.path).ok(), self.version) {
            (now, then) if now == then => Ok(()),
            (Some(_), None) => Err(Error::Taken { path }),
            _ => Err(Error::Changed { path }),
        }
    }

    /// Whether an open file is what was seen.
    pub(super) fn is(&self, opened: &Metadata) -> bool {
        self.version == Some(Version::of(opened))
    }

    /// Whether a second name that was given to the file leads to what was seen. On an overlay of two file systems the
    /// second name can have another number than the first; then the first still has that which was seen.
    pub(super) fn is_linked_at(&self, second: &Path) -> bool {
        let (second, Some(seen)) = (Version::at(second).ok(), self.version) else { return false };
        second == self.version
            || second.is_some_and(|second| second.is_alike(seen)) && self.check_unchanged().is_ok()
    }
}

/// What is in a file; nothing if it is no longer the one that was met.
fn look_inside(path: &Path, before: &Metadata) -> Option<Found> {
    let file = match system::open_to_look(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => return Some(Found::Unreadable(error)),
        Ok(file) => file,
    };
    let looked = match file.metadata() {
        Ok(now) if Version::of(&now) != Version::of(before) => return None,
        Ok(now) if now.len() == 0 => Ok(Found::Empty),
        Ok(_) => content(file),
        Err(error) => Err(error),
    };
    Some(looked.unwrap_or_else(Found::Unreadable))
}

/// A file that is longer than any key may still have one in it.
fn content(mut file: File) -> io::Result<Found> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(16 << 10));
    file.by_ref().take(MAX_KEY_FILE).read_to_end(&mut bytes)?;
    if format::may_be_private(&bytes) {
        return Ok(Found::PrivateKey);
    }
    let mut piece = Zeroizing::new(Vec::new());
    while u64::try_from(bytes.len()).is_ok_and(|length| length == MAX_KEY_FILE) {
        // A mark may lie across two pieces.
        piece.clear();
        piece.extend_from_slice(&bytes[bytes.len() - format::LONGEST_MARK..]);
        bytes.clear();
        file.by_ref().take(MAX_KEY_FILE).read_to_end(&mut bytes)?;
        piece.extend_from_slice(&bytes);
        if format::is_marked(&piece) {
            return Ok(Found::PrivateKey);
        }
    }
    Ok(Found::Ordinary)
}
