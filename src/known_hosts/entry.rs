//! One line of a known_hosts file, read as far as each question needs it.

use thiserror::Error;

use super::hashed::HashedName;
use crate::certificate::KeyOrCertificate;
use crate::key::Algorithm;
use crate::pattern;
use crate::text::{is_blank, trim_blanks};

/// What is wrong with a line.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// A word with `@` in front that is no marker, or two of them.
    #[error("unknown marker")]
    Marker,
    /// Nothing stands behind the host names, or behind the type of key.
    #[error("there is no key after the names")]
    Truncated,
    /// A hashed name that is none.
    #[error("the hash of the host name is not valid")]
    HostHash,
    /// A blank ends the list of names before its last name.
    #[error("there is a blank in the list of names: only commas go between them")]
    BlankInNames,
    /// OpenSSH 10 knows no such type of key.
    #[error("unknown key type")]
    KeyType,
    /// The key is not what its type says.
    #[error("the key is truncated or corrupt")]
    Key,
    /// Hidden, each name would repeat a text that is too long for that.
    #[error("too many names to hash for a line this long")]
    TooManyNames,
}

/// The meaning of a line beyond "this host has this key".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Marker {
    /// The key signs certificates of these hosts.
    CertAuthority,
    /// The key is not to be trusted.
    Revoked,
}

impl Marker {
    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::CertAuthority => "@cert-authority",
            Self::Revoked => "@revoked",
        }
    }
}

/// Hosts and their key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    marker: Option<Marker>,
    names: &'a [u8],
    key: &'a [u8],
}

/// The key of an entry, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyOfHost<'a> {
    /// The key or certificate.
    pub key: KeyOrCertificate,
    /// What stands behind it.
    pub comment: &'a [u8],
}

/// A host that is looked for: in plain entries its case does not count, in hashed ones it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostName {
    name: Vec<u8>,
    lower: Vec<u8>,
}

impl HostName {
    /// A name, an address, or `[NAME]:PORT`.
    #[must_use]
    pub fn new(name: &[u8]) -> Self {
        Self { name: name.to_vec(), lower: name.to_ascii_lowercase() }
    }

    /// As given.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.name
    }
}

impl<'a> Entry<'a> {
    /// Reads a line without its line feed, up to where the key starts. `None` for a blank line and
    /// a comment.
    ///
    /// # Errors
    /// [`Flaw::Marker`], [`Flaw::Truncated`].
    pub fn read(line: &'a [u8]) -> Result<Option<Self>, Flaw> {
        // To OpenSSH, NUL ends a line.
        let rest = trim_blanks(memchr::memchr(0, line).map_or(line, |end| &line[..end]));
        if rest.is_empty() || rest.starts_with(b"#") {
            return Ok(None);
        }
        let (marker, rest) = marker(rest)?;
        let end = memchr::memchr2(b' ', b'\t', rest).ok_or(Flaw::Truncated)?;
        Ok(Some(Self { marker, names: &rest[..end], key: trim_blanks(&rest[end..]) }))
    }

    /// The marker.
    #[must_use]
    pub fn marker(&self) -> Option<Marker> {
        self.marker
    }

    /// The list of patterns, or the hashed name.
    #[must_use]
    pub fn names(&self) -> &'a [u8] {
        self.names
    }

    /// The rest of the line: type, base64, comment.
    #[must_use]
    pub fn key_text(&self) -> &'a [u8] {
        self.key
    }

    /// Whether the name is hidden.
    #[must_use]
    pub fn is_hashed(&self) -> bool {
        self.names.starts_with(b"|")
    }

    /// Whether the names hold a pattern.
    #[must_use]
    pub fn has_wildcard(&self) -> bool {
        self.names.iter().any(|byte| matches!(byte, b'*' | b'?' | b'!'))
    }

    /// Whether the entry is about that host.
    ///
    /// # Errors
    /// [`Flaw::HostHash`].
    pub fn is_about(&self, host: &HostName) -> Result<bool, Flaw> {
        if self.is_hashed() {
            return Ok(HashedName::read(self.names)?.is(&host.name));
        }
        // A comma at the end starts no further pattern.
        let names = self.names.strip_suffix(b",").unwrap_or(self.names);
        if names.iter().any(u8::is_ascii_uppercase) {
            return Ok(pattern::list_matches(&host.lower, &names.to_ascii_lowercase()));
        }
        Ok(pattern::list_matches(&host.lower, names))
    }

    /// Checks the type of the key, and that something follows it, as ssh-keygen does where it does
    /// not need the key itself.
    ///
    /// # Errors
    /// [`Flaw::KeyType`], [`Flaw::Truncated`].
    pub fn check_type(&self) -> Result<(), Flaw> {
        let (name, rest) = self.key.split_at(self.key.iter().position(is_blank).unwrap_or(self.key.len()));
        let rest = trim_blanks(rest);
        if [name, rest].iter().any(|word| word.is_empty() || word.starts_with(b"#")) {
            return Err(Flaw::Truncated);
        }
        if is_known(name) { Ok(()) } else { Err(Flaw::KeyType) }
    }

    /// Decodes the key.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn key(&self) -> Result<KeyOfHost<'a>, Flaw> {
        self.check_type()?;
        let mut words = self.key.splitn(2, is_blank);
        let name = words.next().unwrap_or_default();
        let rest = trim_blanks(words.next().unwrap_or_default());
        let (base64, rest) = rest.split_at(rest.iter().position(is_blank).unwrap_or(rest.len()));
        // The line ending of a file from Windows sticks to a key without a comment.
        let base64 = base64.trim_ascii_end();
        let key = KeyOrCertificate::from_words(name, base64).map_err(|_| Flaw::Key)?;
        Ok(KeyOfHost { key, comment: trim_blanks(rest) })
    }
}

/// The types that OpenSSH 10 reads; names of signature algorithms are among them.
fn is_known(name: &[u8]) -> bool {
    const ALSO: [&str; 4] = [
        "rsa-sha2-256",
        "rsa-sha2-512",
        "rsa-sha2-256-cert-v01@openssh.com",
        "rsa-sha2-512-cert-v01@openssh.com",
    ];
    let known = Algorithm::from_wire_name(name).or_else(|| Algorithm::from_certificate_name(name));
    known.is_some_and(|algorithm| algorithm != Algorithm::Dsa)
        || ALSO.iter().any(|also| also.as_bytes() == name)
}

/// The marker and what follows it. It ends at the first space of the line, at a tab only if there
/// is no space: ssh reads it so.
fn marker(line: &[u8]) -> Result<(Option<Marker>, &[u8]), Flaw> {
    if !line.starts_with(b"@") {
        return Ok((None, line));
    }
    let end = line.iter().position(|&byte| byte == b' ').or_else(|| line.iter().position(is_blank));
    let (word, rest) = line.split_at(end.ok_or(Flaw::Marker)?);
    let marker = [Marker::CertAuthority, Marker::Revoked]
        .into_iter()
        .find(|marker| marker.word().as_bytes() == word)
        .ok_or(Flaw::Marker)?;
    let rest = trim_blanks(rest);
    if rest.starts_with(b"@") { Err(Flaw::Marker) } else { Ok((Some(marker), rest)) }
}

#[cfg(test)]
mod tests;
