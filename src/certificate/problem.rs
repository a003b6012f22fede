//! What is wrong with a line that begins like a key.

use std::fmt;

use super::{Certificate, Error, KeyOrCertificate};
use crate::key::{Algorithm, PublicKey};
use crate::wire::{Reader, from_base64};

/// What is wrong with a line that begins like a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineProblem {
    /// The certificate in it is not valid.
    Certificate(Error),
    /// The key is whole, but of a type that rkeygen does not know.
    Unsupported(String),
    /// Dots are in place of most of the key.
    Placeholder,
    /// The line names one type, and the key is of another.
    OtherType {
        /// The line's word.
        said: String,
        /// The key's own name.
        inner: String,
    },
    /// The key is truncated or corrupt.
    Damaged,
}

impl fmt::Display for LineProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate(error) => write!(f, "the certificate is not valid: {error}"),
            Self::Unsupported(name) => write!(f, "unknown or unsupported key type: {name}"),
            Self::Placeholder => f.write_str("the key is only a placeholder, cut with dots"),
            Self::OtherType { said, inner } => write!(f, "the line says {said}, and the key is {inner}"),
            Self::Damaged => f.write_str("the key is truncated or corrupt"),
        }
    }
}

/// What is wrong with a line that begins like a key; `None` for a sound one, and for one that does not begin so.
#[must_use]
pub fn problem_of_line(line: &[u8]) -> Option<LineProblem> {
    let mut words = line.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
    let (name, base64) = (words.next()?, words.next()?);
    let is_name =
        PublicKey::algorithm_of(name).is_some() || name.starts_with(b"ssh-") || name.starts_with(b"ecdsa-");
    let is_meant = base64.starts_with(b"AAAA")
        || PublicKey::algorithm_of(name).is_some() && base64.len() > SHORTEST && base64.iter().all(is_digit);
    if !is_name || !is_meant || KeyOrCertificate::from_words(name, base64).is_ok() {
        return None;
    }
    let said = String::from_utf8_lossy(name).into_owned();
    let blob = from_base64(base64).unwrap_or_default();
    let is_certificate = Algorithm::from_certificate_name(name).is_some();
    match Certificate::from_blob(&blob) {
        Err(Error::Invalid) | Ok(_) => {}
        Err(error) => return Some(LineProblem::Certificate(error)),
    }
    if !is_certificate && PublicKey::algorithm_of(name).is_none() && Reader::new(&blob).string() == Ok(name) {
        return Some(LineProblem::Unsupported(said));
    }
    if base64.windows(3).any(|three| three == b"...") || base64.ends_with("…".as_bytes()) {
        return Some(LineProblem::Placeholder);
    }
    let inner = KeyOrCertificate::from_blob(&blob).map(|key| key.wire_name().to_owned());
    Some(match inner {
        Ok(inner) if inner != said => LineProblem::OtherType { said, inner },
        _ => LineProblem::Damaged,
    })
}

/// No key is shorter, in characters of base64.
const SHORTEST: usize = 40;

fn is_digit(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}
