//! What the lists of lines with keys have in common: known_hosts, authorized_keys and allowed_signers.

mod earlier;
mod misplaced;

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use crate::certificate::KeyOrCertificate;
use crate::finding::FindingId;
use crate::key::{HashAlgorithm, PublicKey};

pub use self::earlier::{EarlierLines, Permission, Repeat};
pub(crate) use self::misplaced::{BLANK_IN_OPTIONS, begins_with_option, in_comment};

/// Which list a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Which keys belong to which hosts, for ssh.
    KnownHosts,
    /// Which keys may log in, for sshd.
    AuthorizedKeys,
    /// Which keys may sign, for ssh-keygen.
    AllowedSigners,
}

impl Kind {
    /// The name of such a file in `~/.ssh`.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::KnownHosts => "known_hosts",
            Self::AuthorizedKeys => "authorized_keys",
            Self::AllowedSigners => "allowed_signers",
        }
    }
}

/// Entries that a list is to have.
pub trait Request: Sync {
    /// How many entries they are.
    fn count(&self) -> usize;

    /// What a line, with its line ending, is to them.
    fn beside(&self, line: &[u8]) -> Beside;

    /// The line without what stands against them: empty if nothing is left. `None` if it cannot be taken out of the line.
    fn without(&self, line: &[u8]) -> Option<Vec<u8>>;

    /// The lines, without line endings, for the entries at those places.
    fn lines(&self, places: &[usize]) -> Vec<Vec<u8>>;
}

/// What a line is to requested entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beside {
    /// It is blank, or a comment.
    Nothing,
    /// The program that the list is for does not read it.
    Invalid,
    /// It is an entry, and this to those at these places.
    Entry(Vec<(usize, Relation)>),
}

/// What a line is to one requested entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// It is that entry.
    Same,
    /// Both together do not do what is requested.
    Against(Conflict),
}

/// Why a line and a requested entry do not go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// It trusts a different key of the same type for the host.
    OtherKey,
    /// It revokes the key.
    Revoked,
    /// It has the same key with other options.
    OtherOptions,
}

/// Which lines are meant, by what they have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// The fingerprint of the key, as ssh-keygen shows it.
    Fingerprint(HashAlgorithm, String),
    /// The key, or a certificate over it.
    Key(PublicKey),
    /// The comment.
    Comment(Vec<u8>),
}

impl Selection {
    /// A fingerprint. `None` for another text.
    #[must_use]
    pub fn of_fingerprint(text: &str) -> Option<Self> {
        let (name, _) = text.split_once(':')?;
        let hash: HashAlgorithm = name.parse().ok()?;
        (hash.name() == name).then(|| Self::Fingerprint(hash, text.trim_end_matches('=').to_owned()))
    }
}

/// Many selections. How many there are makes no line slower to look up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selections {
    fingerprints: HashMap<HashAlgorithm, HashSet<String>>,
    keys: HashSet<PublicKey>,
    comments: HashSet<Vec<u8>>,
}

impl Selections {
    /// Whether a line with that key and comment is meant.
    #[must_use]
    pub fn are_of(&self, key: &KeyOrCertificate, comment: &[u8]) -> bool {
        self.keys.contains(key.key())
            || self.comments.contains(comment.trim_ascii_end())
            || self
                .fingerprints
                .iter()
                .any(|(&hash, texts)| texts.contains(&key.fingerprint(hash).to_string()))
    }
}

impl Extend<Selection> for Selections {
    fn extend<T: IntoIterator<Item = Selection>>(&mut self, selections: T) {
        for selection in selections {
            match selection {
                Selection::Fingerprint(hash, text) => {
                    self.fingerprints.entry(hash).or_default().insert(text);
                }
                Selection::Key(key) => drop(self.keys.insert(key)),
                Selection::Comment(comment) => drop(self.comments.insert(comment)),
            }
        }
    }
}

/// Keys in their order, each once, with what belongs to it. How many there are makes none slower to find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys<T> {
    list: Vec<(PublicKey, T)>,
    places: HashMap<PublicKey, usize>,
}

impl<T> Keys<T> {
    /// The place of a key.
    #[must_use]
    pub fn place(&self, key: &PublicKey) -> Option<usize> {
        self.places.get(key).copied()
    }

    /// The keys.
    #[must_use]
    pub fn as_slice(&self) -> &[(PublicKey, T)] {
        &self.list
    }
}

impl<T> FromIterator<(PublicKey, T)> for Keys<T> {
    /// The first of equal keys stays.
    fn from_iter<I: IntoIterator<Item = (PublicKey, T)>>(keys: I) -> Self {
        let (mut list, mut places) = (Vec::new(), HashMap::new());
        for (key, more) in keys {
            if let Entry::Vacant(entry) = places.entry(key) {
                list.push((entry.key().clone(), more));
                entry.insert(list.len() - 1);
            }
        }
        Self { list, places }
    }
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A word for programs.
    pub id: FindingId,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub fix: Cow<'static, str>,
    /// The line that it is about beside its own.
    pub other_line: Option<u64>,
}

impl Problem {
    /// A problem of one line by itself.
    #[must_use]
    pub fn new(id: FindingId, message: impl Into<String>, fix: impl Into<Cow<'static, str>>) -> Self {
        Self { id, message: message.into(), fix: fix.into(), other_line: None }
    }

    /// The problem of a file of UTF-16 text.
    #[must_use]
    pub fn utf16() -> Self {
        Self::new(FindingId::Utf16, "no line of this file is read: it is UTF-16 text", SAVE_AS_ASCII)
    }

    /// With the line that it is about beside its own.
    #[must_use]
    pub fn beside(mut self, line: u64) -> Self {
        self.other_line = Some(line);
        self
    }
}

/// What to do about a file of UTF-16 text.
pub const SAVE_AS_ASCII: &str = "save the file as UTF-8 or ASCII; in PowerShell: Out-File -Encoding ascii";

/// A line without its line ending.
#[must_use]
pub fn without_ending(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}
