//! What is known of a file.

use std::path::{Path, PathBuf};

use super::listed::Listed;
use crate::certificate::KeyOrCertificate;
use crate::finding::FindingId;
use crate::format::{Container, Obstacle, Protection};
use crate::host::files;
use crate::key::Comment;

/// What is known of a file.
#[derive(Debug)]
pub(super) struct Health {
    pub(super) path: PathBuf,
    /// The mode of a file that others can read, and which file that is.
    pub(super) open: Option<(u32, files::Identity)>,
    /// Which key of the file, from the second on.
    pub(super) part: Option<usize>,
    pub(super) kind: &'static str,
    pub(super) container: Option<Container>,
    pub(super) key: Option<KeyOrCertificate>,
    pub(super) comment: Comment,
    pub(super) protection: Option<Protection>,
    /// Whether the passphrase at hand opens it; `None` when none was tried.
    pub(super) opened: Option<bool>,
    pub(super) unreadable: Option<String>,
    /// What keeps ssh from using the opened key.
    pub(super) obstacle: Option<Obstacle>,
    /// Whether a client in FIPS mode reads it, and if not, why.
    pub(super) fips: Option<Result<(), String>>,
    /// How many keys a file of lines has.
    pub(super) keys: Option<u64>,
    pub(super) findings: Vec<Finding>,
    /// The RSA keys in its lines, if it is no private key.
    pub(super) listed: Vec<Listed>,
}

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    /// A word for programs.
    pub(super) id: FindingId,
    pub(super) message: String,
    /// What the user can do about it.
    pub(super) hint: String,
    /// What `--fix` does about it.
    pub(super) fix: Option<Fix>,
    pub(super) fixed: bool,
    /// A repaired copy was written next to the file.
    pub(super) copied: bool,
}

/// A fix that is safe to apply automatically.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fix {
    Permissions(files::Identity),
    OwnPermissions(files::Identity),
    DirectoryPermissions(files::Identity),
    RepairedCopy,
}

impl Health {
    /// What a file is called that is no key of any kind.
    pub(super) const UNKNOWN: &str = "unknown, not a key";

    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            open: None,
            part: None,
            kind: Self::UNKNOWN,
            container: None,
            key: None,
            comment: Comment::default(),
            protection: None,
            opened: None,
            unreadable: None,
            obstacle: None,
            fips: None,
            keys: None,
            findings: Vec::new(),
            listed: Vec::new(),
        }
    }

    pub(super) fn find(
        &mut self,
        id: FindingId,
        message: impl ToString,
        hint: impl ToString,
        fix: Option<Fix>,
    ) {
        let (message, hint) = (message.to_string(), hint.to_string());
        self.findings.push(Finding { id, message, hint, fix, fixed: false, copied: false });
    }
}
