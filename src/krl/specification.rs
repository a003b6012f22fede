//! The lines of a specification (ssh-keygen(1), KEY REVOCATION LISTS).

use sha1::Sha1;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::Revocation;
use crate::certificate::{KeyInLine, KeyOrCertificate};
use crate::key::Algorithm;
use crate::text::{is_blank, trim_blanks};
use crate::wire::from_base64;

/// A line that revokes nothing that is known.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum SpecificationError {
    /// Neither a directive nor a key.
    #[error("invalid key: invalid format")]
    Key,
    /// Not a number.
    #[error("invalid serial \"{0}\"")]
    Serial(String),
    /// Over 64 bits.
    #[error("serial out of range")]
    OutOfRange,
    /// The end is not behind the start.
    #[error("invalid serial range {0}:{1}")]
    Range(u64, u64),
    /// Zero stands for "no serial number".
    #[error("invalid serial 0: certificates without a serial number are revoked by id:")]
    Zero,
    /// Another hash than SHA256.
    #[error("unsupported hash algorithm")]
    Hash,
    /// Not the base64 of a SHA-256 hash.
    #[error("decode hash failed")]
    Base64,
}

/// Reads one line, without its newline; `None` when it is empty or a comment.
///
/// # Errors
/// [`SpecificationError`].
pub fn read_line(line: &[u8]) -> Result<Option<Revocation>, SpecificationError> {
    // To OpenSSH a NUL byte ends the line.
    let end = line.iter().position(|&byte| matches!(byte, b'#' | 0)).unwrap_or(line.len());
    let line = trim_blanks(&line[..end]);
    let last = line.iter().rposition(|byte| !is_blank(byte));
    let Some(last) = last else { return Ok(None) };
    let line = &line[..=last];
    let directive = |name: &str| {
        let (word, rest) = line.split_at_checked(name.len())?;
        word.eq_ignore_ascii_case(name.as_bytes()).then(|| trim_blanks(rest))
    };
    Ok(Some(if let Some(text) = directive("serial:") {
        serials(text)?
    } else if let Some(id) = directive("id:") {
        Revocation::KeyId(id.to_vec())
    } else if let Some(text) = directive("hash:") {
        Revocation::Sha256(hash(text)?)
    } else if let Some(text) = directive("key:") {
        Revocation::Key(key(text)?.key().clone())
    } else if let Some(text) = directive("sha1:") {
        Revocation::Sha1(Sha1::digest(key(text)?.key().blob()).into())
    } else if let Some(text) = directive("sha256:") {
        Revocation::Sha256(Sha256::digest(key(text)?.key().blob()).into())
    } else {
        match key(line)? {
            KeyOrCertificate::Key(key) => Revocation::Key(key),
            KeyOrCertificate::Certificate(certificate) => Revocation::Certificate(Box::new(certificate)),
        }
    }))
}

/// Reads one line, without its newline, of a list of revoked keys that is no KRL; `None` when it is empty, a comment, or an
/// RSA key so short that OpenSSH trusts no signature of it. Of a certificate, the key is revoked.
///
/// # Errors
/// [`SpecificationError::Key`].
pub fn read_key_line(line: &[u8]) -> Result<Option<Revocation>, SpecificationError> {
    let line = trim_blanks(line.split(|&byte| byte == 0).next().unwrap_or_default());
    if line.is_empty() || line.starts_with(b"#") {
        return Ok(None);
    }
    match KeyInLine::at_front(line).map(|found| found.key) {
        Some(key) if key.is_obsolete() && key.key().algorithm() == Algorithm::Rsa => Ok(None),
        Some(key) if !key.is_obsolete() => Ok(Some(Revocation::Key(key.key().clone()))),
        _ => Err(SpecificationError::Key),
    }
}

fn key(text: &[u8]) -> Result<KeyOrCertificate, SpecificationError> {
    let found = KeyInLine::at_front(text).map(|found| found.key);
    found.filter(|key| !key.is_obsolete()).ok_or(SpecificationError::Key)
}

/// The base64 of a hash, with its padding or without.
fn hash(text: &[u8]) -> Result<[u8; 32], SpecificationError> {
    let base64 = text.strip_prefix(b"SHA256:").ok_or(SpecificationError::Hash)?;
    let padding = base64.len().next_multiple_of(4) - base64.len();
    let hash = from_base64(&[base64, &b"==="[..padding]].concat());
    hash.and_then(|hash| hash.try_into().ok()).ok_or(SpecificationError::Base64)
}

fn serials(text: &[u8]) -> Result<Revocation, SpecificationError> {
    let shown = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
    let Number { value, rest } = Number::read(text);
    if text.is_empty() || !matches!(rest, [] | [b'-', ..]) {
        return Err(SpecificationError::Serial(shown(text)));
    }
    let first = value.ok_or(SpecificationError::OutOfRange)?;
    let last = match rest {
        [b'-', text @ ..] => {
            let Number { value, rest } = Number::read(text);
            if text.is_empty() || !rest.is_empty() {
                return Err(SpecificationError::Serial(shown(text)));
            }
            Some(value.ok_or(SpecificationError::OutOfRange)?)
        }
        _ => None,
    };
    if let Some(last) = last.filter(|&last| last <= first) {
        return Err(SpecificationError::Range(first, last));
    }
    if first == 0 {
        return Err(SpecificationError::Zero);
    }
    Ok(Revocation::Serials(first, last.unwrap_or(first)))
}

/// What strtoull(3) with base 0 makes of a text.
struct Number<'a> {
    /// `None` when it has over 64 bits.
    value: Option<u64>,
    /// What follows the number; the whole text when there is none.
    rest: &'a [u8],
}

impl<'a> Number<'a> {
    /// Reads decimal, `0x` hexadecimal, `0b` binary and `0` octal numbers. As in C, a negative one is counted from 2^64.
    fn read(text: &'a [u8]) -> Self {
        let start = text.iter().position(|byte| !matches!(byte, b' ' | b'\t'..=b'\r')).unwrap_or(text.len());
        let (negative, unsigned) = match &text[start..] {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let (digits, radix) = match unsigned {
            [b'0', b'x' | b'X', digit, ..] if digit.is_ascii_hexdigit() => (&unsigned[2..], 16),
            [b'0', b'b' | b'B', b'0' | b'1', ..] => (&unsigned[2..], 2),
            [b'0', ..] => (unsigned, 8),
            _ => (unsigned, 10),
        };
        let is_digit = |byte: &u8| char::from(*byte).is_digit(radix);
        let end = digits.iter().position(|byte| !is_digit(byte)).unwrap_or(digits.len());
        if end == 0 {
            return Self { value: Some(0), rest: text };
        }
        let value = digits[..end].iter().try_fold(0, |value: u64, &byte| {
            value.checked_mul(u64::from(radix))?.checked_add(u64::from(char::from(byte).to_digit(radix)?))
        });
        Self {
            value: value.map(|value| if negative { value.wrapping_neg() } else { value }),
            rest: &digits[end..],
        }
    }
}
