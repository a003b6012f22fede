//! Damage to key files from mail, chat, clipboards and CI variables.

use std::fmt;

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::{Error, KeyFile, Other, Part, other};
use crate::key::Published;
use crate::secret::Secret;

/// How a file in a known format is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Nothing is in it.
    Empty,
    /// The `END` line is missing or names something else: the end of the file was cut off.
    NoEnd,
    /// Characters between `BEGIN` and `END` that are no base64, or too few of them.
    Base64,
    /// UTF-16, as PowerShell's `>` writes it.
    Utf16,
    /// A backslash and an `n` where lines should end.
    EscapedNewlines,
    /// All on one line.
    OneLine,
    /// The base64 of a key file, as variables of CI hold it.
    EncodedTwice,
    /// The text is whole; what it encodes is truncated or corrupt.
    Fields(Part),
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the file is empty",
            Self::NoEnd => "the END line is missing: the file is truncated",
            Self::Base64 => "the text between BEGIN and END is truncated or corrupt",
            Self::Utf16 => "the file is UTF-16 text",
            Self::EscapedNewlines => "newlines are escaped as \\n",
            Self::OneLine => "the whole key is on one line",
            Self::EncodedTwice => "the whole key file is base64-encoded",
            Self::Fields(part) => return write!(f, "the {part} is truncated or corrupt"),
        })
    }
}

impl Damage {
    /// What to do about it.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Empty => "restore the key from a copy, or generate a new one",
            Self::NoEnd | Self::Base64 => "copy the key again, from its BEGIN line to its END line",
            Self::Utf16 | Self::EscapedNewlines | Self::OneLine | Self::EncodedTwice => {
                "rkeygen doctor --fix writes a repaired copy"
            }
            Self::Fields(_) => "restore the key from a copy",
        }
    }
}

/// The same error, or a better name for it, from a look at the whole file.
pub(super) fn refined(error: Error, file: &[u8]) -> Error {
    if file.trim_ascii().is_empty() {
        return Error::Damaged(Damage::Empty);
    }
    if from_utf16(file).is_some() {
        return Error::Damaged(Damage::Utf16);
    }
    let text = String::from_utf8_lossy(file);
    let mut words = text.split_whitespace();
    let public = (words.next().zip(words.next()))
        .is_some_and(|(name, base64)| Published::from_words(name.as_bytes(), base64.as_bytes()).is_ok());
    let spki = text.contains("BEGIN PUBLIC KEY") || text.contains("BEGIN RSA PUBLIC KEY");
    if public || spki || text.contains("BEGIN SSH2 PUBLIC KEY") {
        return Error::NotThisFormat(Other::PublicKey);
    }
    let has_key = text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----");
    let one_line = text.trim().lines().count() == 1;
    match error {
        _ if has_key && text.contains("\\n") => Error::Damaged(Damage::EscapedNewlines),
        _ if has_key && one_line && text.contains("-----END ") => Error::Damaged(Damage::OneLine),
        Error::NotThisFormat(_) if decoded(file).is_some() => Error::Damaged(Damage::EncodedTwice),
        Error::NotThisFormat(Other::Unknown) => Error::NotThisFormat(other::identify(file)),
        _ => error,
    }
}

/// A repaired copy of a file that is damaged in a way that leaves no doubt about what it was.
#[must_use]
pub fn repaired(file: &[u8]) -> Option<Secret> {
    let Err(Error::Damaged(damage)) = KeyFile::parse(file) else { return None };
    let text = match damage {
        Damage::Utf16 => from_utf16(file)?,
        Damage::EscapedNewlines => {
            let text = Zeroizing::new(std::str::from_utf8(file).ok()?.trim().to_owned());
            Zeroizing::new(
                text.trim_matches(['"', '\'']).replace("\\r", "").replace("\\n", "\n").into_bytes(),
            )
        }
        Damage::OneLine => wrapped(std::str::from_utf8(file).ok()?.trim())?,
        Damage::EncodedTwice => decoded(file)?,
        Damage::Empty | Damage::NoEnd | Damage::Base64 | Damage::Fields(_) => return None,
    };
    let mut text = Zeroizing::new(text.trim_ascii().to_vec());
    text.push(b'\n');
    KeyFile::parse(&text).ok()?;
    Some(Secret::new(std::mem::take(&mut *text)))
}

fn from_utf16(file: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (decode, rest): (fn([u8; 2]) -> u16, _) = match file {
        [0xff, 0xfe, rest @ ..] => (u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => (u16::from_be_bytes, rest),
        [b'-', 0, ..] => (u16::from_le_bytes, file),
        [0, b'-', ..] => (u16::from_be_bytes, file),
        _ => return None,
    };
    let units = rest.chunks_exact(2).map(|pair| decode([pair[0], pair[1]]));
    let text = char::decode_utf16(units).collect::<Result<String, _>>().ok()?;
    Some(Zeroizing::new(text.into_bytes()))
}

fn decoded(file: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let base64: Zeroizing<Vec<u8>> =
        Zeroizing::new(file.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect());
    let bytes = Zeroizing::new(Base64::decode_vec(std::str::from_utf8(&base64).ok()?).ok()?);
    bytes.starts_with(b"-----BEGIN ").then_some(bytes)
}

/// Puts the `BEGIN` and `END` lines on lines of their own.
fn wrapped(line: &str) -> Option<Zeroizing<Vec<u8>>> {
    let rest = line.strip_prefix("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (base64, _) = rest.split_once("-----END ")?;
    let base64: Zeroizing<String> = Zeroizing::new(base64.split_whitespace().collect());
    Some(Zeroizing::new(
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", *base64).into_bytes(),
    ))
}
