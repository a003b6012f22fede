//! What is wrong with the lines of a known_hosts file, alone and beside each other.

use std::fmt;

use sha2::{Digest, Sha256};

use super::hashed::HashedName;
use super::{Entry, Flaw, Marker};
use crate::finding::FindingId;
use crate::format::NoKey;
use crate::key::{PublicKey, Weakness};
use crate::text::{BOM, is_utf16};

/// What is wrong with a line. Lines are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// ssh does not read it.
    Dead {
        /// Why not.
        flaw: Flaw,
        /// What is in place of the key, if that says more.
        no_key: Option<NoKey>,
    },
    /// Earlier lines say all that it says.
    Duplicate {
        /// The first of them.
        of: u64,
    },
    /// An earlier line has another key of the same type for the same host.
    Conflict {
        /// The host, as the line names it.
        host: Vec<u8>,
        /// The earlier line.
        with: u64,
    },
    /// One of two lines trusts the key for the host, and the other revokes it.
    Revoked {
        /// The host, as the line names it.
        host: Vec<u8>,
        /// The other line.
        with: u64,
    },
    /// A hashed line says what a plain one says.
    Twin {
        /// The host, as the plain line names it.
        host: Vec<u8>,
        /// The plain line.
        of: u64,
    },
    /// The key should not be trusted by anyone.
    Weak(Weakness),
    /// ssh looks for no such name.
    NeverMatches {
        /// The name in the line.
        name: Vec<u8>,
        /// How ssh would look for it.
        instead: Option<Vec<u8>>,
    },
    /// A newline is missing: the line contains a second entry.
    RanTogether,
    /// A BOM is taken for a part of the first host's name.
    ByteOrderMark,
    /// The file is UTF-16 text, of which ssh reads nothing.
    Utf16,
}

impl Problem {
    /// What kind of problem it is.
    #[must_use]
    pub fn id(&self) -> FindingId {
        match self {
            Self::Dead { .. } => FindingId::InvalidLine,
            Self::Duplicate { .. } => FindingId::Duplicate,
            Self::Conflict { .. } => FindingId::Conflict,
            Self::Revoked { .. } => FindingId::Revoked,
            Self::Twin { .. } => FindingId::HashedDuplicate,
            Self::Weak(_) => FindingId::WeakKey,
            Self::NeverMatches { .. } => FindingId::NeverMatches,
            Self::RanTogether => FindingId::RanTogether,
            Self::ByteOrderMark => FindingId::ByteOrderMark,
            Self::Utf16 => FindingId::Utf16,
        }
    }

    /// The line that it is about beside its own.
    #[must_use]
    pub fn other_line(&self) -> Option<u64> {
        match self {
            Self::Duplicate { of: line }
            | Self::Twin { of: line, .. }
            | Self::Conflict { with: line, .. }
            | Self::Revoked { with: line, .. } => Some(*line),
            Self::Dead { .. }
            | Self::Weak(_)
            | Self::NeverMatches { .. }
            | Self::RanTogether
            | Self::ByteOrderMark
            | Self::Utf16 => None,
        }
    }

    /// The host that it is about, where it is about one.
    #[must_use]
    pub fn host(&self) -> Option<&[u8]> {
        match self {
            Self::Conflict { host, .. } | Self::Revoked { host, .. } | Self::Twin { host, .. } => Some(host),
            Self::NeverMatches { name, .. } => Some(name),
            Self::Dead { .. }
            | Self::Duplicate { .. }
            | Self::Weak(_)
            | Self::RanTogether
            | Self::ByteOrderMark
            | Self::Utf16 => None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.host().map(String::from_utf8_lossy).unwrap_or_default();
        match self {
            Self::Dead { no_key: Some(no_key), .. } => write!(f, "ssh does not read it: {no_key}"),
            Self::Dead { flaw, no_key: None } => write!(f, "ssh does not read it: {flaw}"),
            Self::Duplicate { of } => write!(f, "line {of} says the same or more"),
            Self::Conflict { with, .. } => {
                write!(f, "a different key of the same type for {host} than in line {with}")
            }
            Self::Revoked { with, .. } => {
                write!(
                    f,
                    "this line and line {with} disagree: one revokes the key of {host}, the other trusts it"
                )
            }
            Self::Twin { of, .. } => write!(f, "the hashed form of {host} in line {of}"),
            Self::Weak(weakness) => write!(f, "weak key: {weakness}"),
            Self::NeverMatches { name, instead: None } if name.starts_with(b"!") => {
                write!(f, "{host} never matches: it only excludes hosts")
            }
            Self::NeverMatches { name, .. } if name.ends_with(b"]*") => {
                write!(f, "{host} does not match port 22: ssh looks for the name without brackets there")
            }
            Self::NeverMatches { .. } => write!(f, "{host} never matches: ssh looks for no such name"),
            Self::RanTogether => f.write_str("two entries run together on this line: a newline is missing"),
            Self::ByteOrderMark => {
                f.write_str("ssh does not find the first host: the file begins with a BOM")
            }
            Self::Utf16 => f.write_str("ssh reads no line of this file: it is UTF-16 text"),
        }
    }
}

/// What a line says, read without regard to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    marker: Option<Marker>,
    /// In small letters; one for the whole list where it holds patterns, or is hashed.
    names: Vec<Vec<u8>>,
    hashed: Option<HashedName>,
    key: Key,
    public: PublicKey,
    /// Names that ssh never looks for.
    never: Vec<Problem>,
}

/// A key, as far as it is compared with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    wire_name: &'static str,
    /// SHA-256 of the blob.
    digest: [u8; 32],
}

impl Statement {
    /// Reads a line without its line feed. `None` for a blank line and a comment.
    ///
    /// # Errors
    /// [`Problem::Dead`], and [`Problem::Weak`] for a DSA key, which OpenSSH 10 does not read.
    pub fn read(line: &[u8]) -> Result<Option<Self>, Problem> {
        if let Some(text) = line.strip_prefix(BOM) {
            let hides_host = !matches!(Entry::read(text), Ok(None));
            return if hides_host { Err(Problem::ByteOrderMark) } else { Ok(None) };
        }
        match line {
            _ if is_utf16(line) => return Err(Problem::Utf16),
            // The other lines of such a file.
            [0, _, 0, ..] => return Ok(None),
            _ => {}
        }
        let Some(entry) = Entry::read(line).map_err(|flaw| names::dead(flaw, line, line))? else {
            return Ok(None);
        };
        if names::ran_together(line) {
            return Err(Problem::RanTogether);
        }
        if entry.key_text().starts_with(b"ssh-dss ") {
            return Err(Problem::Weak(Weakness::Dsa));
        }
        let key = entry
            .key()
            .map_err(|flaw| names::dead(names::refined(flaw, &entry), entry.key_text(), line))?
            .key;
        let hashed = entry.is_hashed().then(|| HashedName::read(entry.names())).transpose();
        let names = if entry.is_hashed() {
            vec![entry.names().to_vec()]
        } else if entry.has_wildcard() {
            vec![entry.names().to_ascii_lowercase()]
        } else {
            let names = entry.names().split(|&byte| byte == b',').filter(|name| !name.is_empty());
            names.map(<[u8]>::to_ascii_lowercase).collect()
        };
        Ok(Some(Self {
            marker: entry.marker(),
            never: names::never_matching(entry.names()),
            names,
            hashed: hashed.map_err(|flaw| Problem::Dead { flaw, no_key: None })?,
            key: Key { wire_name: key.wire_name(), digest: Sha256::digest(key.blob()).into() },
            public: key.key().clone(),
        }))
    }

    /// What is wrong with the line by itself, its names and its key: some milliseconds of work for an RSA key.
    #[must_use]
    pub fn own_problems(&self) -> Vec<Problem> {
        let weak = self.public.weaknesses().into_iter().map(Problem::Weak);
        self.never.iter().cloned().chain(weak).collect()
    }
}

mod lines;
mod names;

pub use lines::Lint;

#[cfg(test)]
mod tests;
