//! What tells one file, and one state of a file, from another.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::SystemTime;

use super::system;

/// A state of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version {
    file: Identity,
    length: u64,
    modified: Option<SystemTime>,
}

impl Version {
    pub(super) fn of(found: &Metadata) -> Self {
        let file = Identity::of(found);
        Self { file, length: found.len(), modified: found.modified().ok() }
    }

    /// Whether length and time are the same, whatever the file.
    pub(super) fn is_alike(self, other: Self) -> bool {
        (self.length, self.modified) == (other.length, other.modified)
    }

    /// The state of what is at a path; a link there is not followed.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        fs::symlink_metadata(path).map(|found| Self::of(&found))
    }
}

/// Which file something is, whatever its name and content: its device and inode, where the system has such numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity(Option<(u64, u64)>);

impl Identity {
    pub(super) fn of(found: &Metadata) -> Self {
        Self(system::identity(found))
    }
}

/// Returns whether two paths lead to one file: by the same name, through links, or by its second name.
#[must_use]
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    system::same_file(one, other).unwrap_or(false)
}
