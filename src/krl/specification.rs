//! The lines of a specification (ssh-keygen(1), KEY REVOCATION LISTS).

use base64ct::{Base64Unpadded, Encoding};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::Revocation;
use crate::key::Published;

/// A line that revokes nothing that can be told.
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

/// Reads one line; `None` when it is empty or a comment.
///
/// # Errors
/// [`SpecificationError`].
pub fn read_line(line: &[u8]) -> Result<Option<Revocation>, SpecificationError> {
    let end = line.iter().position(|&byte| byte == b'#').unwrap_or(line.len());
    let line = line[..end].trim_ascii();
    if line.is_empty() {
        return Ok(None);
    }
    let directive = |name: &str| {
        let (word, rest) = line.split_at_checked(name.len())?;
        word.eq_ignore_ascii_case(name.as_bytes()).then(|| rest.trim_ascii_start())
    };
    Ok(Some(if let Some(text) = directive("serial:") {
        serials(&String::from_utf8_lossy(text))?
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
            Published::Key(key) => Revocation::Key(key),
            Published::Certificate(certificate) => Revocation::Certificate(Box::new(certificate)),
        }
    }))
}

/// Reads one line of a list of revoked keys that is no KRL; `None` when it is empty or a comment.
/// Of a certificate, the key is revoked.
///
/// # Errors
/// [`SpecificationError::Key`].
pub fn read_key_line(line: &[u8]) -> Result<Option<Revocation>, SpecificationError> {
    let line = line.trim_ascii();
    if line.is_empty() || line.starts_with(b"#") {
        return Ok(None);
    }
    Ok(Some(Revocation::Key(key(line)?.key().clone())))
}

fn key(text: &[u8]) -> Result<Published, SpecificationError> {
    let mut words = text.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
    let (Some(name), Some(base64)) = (words.next(), words.next()) else {
        return Err(SpecificationError::Key);
    };
    Published::from_words(name, base64).map_err(|_| SpecificationError::Key)
}

fn hash(text: &[u8]) -> Result<[u8; 32], SpecificationError> {
    let base64 = text.strip_prefix(b"SHA256:").ok_or(SpecificationError::Hash)?;
    let base64 = std::str::from_utf8(base64).map_err(|_| SpecificationError::Base64)?;
    let mut out = [0; 32];
    let length = Base64Unpadded::decode(base64.trim_end_matches('='), &mut out).map(<[u8]>::len);
    if length == Ok(32) { Ok(out) } else { Err(SpecificationError::Base64) }
}

fn serials(text: &str) -> Result<Revocation, SpecificationError> {
    let (first, last) = match text.split_once('-') {
        None => (serial(text, text)?, None),
        Some((first, last)) => (serial(first, text)?, Some(serial(last, last)?)),
    };
    if let Some(last) = last.filter(|&last| last <= first) {
        return Err(SpecificationError::Range(first, last));
    }
    if first == 0 {
        return Err(SpecificationError::Zero);
    }
    Ok(Revocation::Serials(first, last.unwrap_or(first)))
}

/// As strtoull(3) with base 0: decimal, `0x` hexadecimal, `0` octal.
fn serial(text: &str, shown: &str) -> Result<u64, SpecificationError> {
    let text = text.trim_ascii_start();
    let text = text.strip_prefix('+').unwrap_or(text);
    let (digits, radix) = if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        (hex, 16)
    } else if text.len() > 1 && text.starts_with('0') {
        (&text[1..], 8)
    } else {
        (text, 10)
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(SpecificationError::Serial(shown.to_owned()));
    }
    u64::from_str_radix(digits, radix).map_err(|_| SpecificationError::OutOfRange)
}
