//! What the lists of lines with keys have in common: known_hosts, authorized_keys and allowed_signers.

use std::borrow::Cow;

use crate::certificate::KeyOrCertificate;
use crate::finding::FindingId;
use crate::key::{HashAlgorithm, PublicKey};

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

    /// Whether a line with that key and comment is meant.
    #[must_use]
    pub fn is_of(&self, key: &KeyOrCertificate, comment: &[u8]) -> bool {
        match self {
            Self::Fingerprint(hash, text) => key.fingerprint(*hash).to_string() == *text,
            Self::Key(wanted) => key.key() == wanted,
            Self::Comment(wanted) => comment.trim_ascii_end() == wanted,
        }
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
