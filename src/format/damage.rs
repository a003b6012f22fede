//! Damage to key files from mail, chat, clipboards and CI variables.

use std::fmt;

use super::{Error, Other, Part, Recovered, other};
use crate::certificate::KeyOrCertificate;

/// How a file in a known format is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Nothing is in it.
    Empty,
    /// There is no `END` line after the `BEGIN` line.
    NoEnd,
    /// The last lines are missing.
    Cut,
    /// The `END` line names something else than the `BEGIN` line.
    EndLabel,
    /// Characters between `BEGIN` and `END` that are no base64, or too few of them.
    Base64,
    /// UTF-16, as PowerShell's `>` writes it.
    Utf16,
    /// UTF-32.
    Utf32,
    /// A byte-order mark before the key.
    ByteOrderMark,
    /// Characters that are not seen, or blanks of other kinds, as web pages have them.
    Invisible,
    /// A backslash and an `n` where lines should end.
    EscapedNewlines,
    /// `%20` and `%0A` instead of blanks and newlines.
    UrlEncoded,
    /// All on one line.
    OneLine,
    /// Each character is on a line of its own.
    OneCharacterALine,
    /// The base64 of a key file, as variables of CI hold it.
    EncodedTwice,
    /// A dump of the bytes of a key file, or a list of them.
    Dump,
    /// The first line is missing.
    NoStart,
    /// The hexadecimal digits of a key file.
    Hexadecimal,
    /// The `BEGIN` or `END` line has too few, too many or other dashes.
    Dashes,
    /// The `BEGIN` or `END` line is not spelled as it should be, or names no kind of key.
    Label,
    /// Something else is on the line of `BEGIN` or `END`.
    MarkLine,
    /// The base64 does not end with as many signs of equality as it should.
    Padding,
    /// `=3D` and `=20`, as mail has them.
    QuotedPrintable,
    /// HTML.
    Markup,
    /// RTF, as word processors save it.
    RichText,
    /// Something else than newlines separates the lines.
    Joined,
    /// Blanks instead of plus signs, as forms decode them.
    LostPlus,
    /// Minus and underscore where base64 has plus and slash.
    UrlAlphabet,
    /// A public key on more than one line.
    Folded,
    /// An encrypted key of traditional PEM without the headers that say how.
    NoHeaders,
    /// No blank between the type of a public key and its base64.
    NoBlank,
    /// No key type before the base64 of a public key, or no such word.
    KeyType,
    /// Marks of mail, YAML, or a programming language around the lines.
    TextAround,
    /// The `BEGIN` and `END` lines are missing.
    NoFrame,
    /// The text is whole; what it encodes is truncated or corrupt.
    Fields(Part),
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the file is empty",
            Self::NoEnd => "the END line is missing: the file is truncated",
            Self::Cut => "the file is truncated: its last lines are missing",
            Self::EndLabel => "the END line does not match the BEGIN line",
            Self::Base64 => "the text between BEGIN and END is truncated or corrupt",
            Self::Utf16 => "the file is UTF-16 text",
            Self::Utf32 => "the file is UTF-32 text",
            Self::ByteOrderMark => "the file begins with a BOM",
            Self::Invisible => "there are invisible characters in the text",
            Self::EscapedNewlines => "newlines are escaped as \\n",
            Self::UrlEncoded => "the text is URL-encoded",
            Self::OneLine => "the whole key is on one line",
            Self::OneCharacterALine => "each character is on a line of its own",
            Self::EncodedTwice => "the whole key file is base64-encoded",
            Self::Dump => "the file is a dump of bytes (xxd, hexdump, od, or a list of numbers)",
            Self::NoStart => "the first line is missing",
            Self::Hexadecimal => "the whole key file is written in hexadecimal digits",
            Self::Dashes => "the BEGIN or END line does not have five dashes on each side",
            Self::Label => "the BEGIN or END line is misspelled",
            Self::MarkLine => "there is other text on the BEGIN or END line",
            Self::Padding => "the base64 has too few or too many = at its end",
            Self::QuotedPrintable => "the text is encoded for mail (quoted-printable)",
            Self::Markup => "there is HTML markup in the text",
            Self::RichText => "the file is a document of a word processor (RTF)",
            Self::Joined => "the lines are separated by something else than newlines",
            Self::LostPlus => "the plus signs of the base64 have become blanks",
            Self::UrlAlphabet => "the base64 has - and _ instead of + and /",
            Self::Folded => "the key is folded: it must be on one line",
            Self::NoHeaders => "the Proc-Type and DEK-Info lines of an encrypted key are missing",
            Self::NoBlank => "there is no blank between the key type and the base64",
            Self::KeyType => "the key type before the base64 is missing or misspelled",
            Self::TextAround => "there are other characters around the lines of the key",
            Self::NoFrame => "the BEGIN and END lines are missing",
            Self::Fields(part) => return write!(f, "the {part} is truncated or corrupt"),
        })
    }
}

/// What was undone first to repair the file, if it can be repaired.
pub(super) fn cause(found: &[Recovered]) -> Option<Damage> {
    found.first()?.causes.first().copied()
}

/// The same error, or a better name for it, from a look at the whole file. What can be repaired is named after its cause.
pub(super) fn refined(error: Error, file: &[u8], found: &[Recovered]) -> Error {
    if file.trim_ascii().is_empty() {
        return Error::Damaged(Damage::Empty);
    }
    if let Some(cause) = cause(found) {
        return Error::Damaged(cause);
    }
    let text = String::from_utf8_lossy(file);
    let mut words = text.trim_start_matches('\u{feff}').split_whitespace();
    let public = (words.next().zip(words.next())).is_some_and(|(name, base64)| {
        KeyOrCertificate::from_words(name.as_bytes(), base64.as_bytes()).is_ok()
    });
    let labels = ["BEGIN PUBLIC KEY", "BEGIN RSA PUBLIC KEY", "BEGIN SSH2 PUBLIC KEY"];
    if public || labels.iter().any(|label| text.contains(label)) {
        return Error::NotThisFormat(Other::PublicKey);
    }
    match error {
        Error::Damaged(_) if other::has_placeholder_body(&text) => Error::NotThisFormat(Other::Placeholder),
        Error::NotThisFormat(Other::Unknown) => Error::NotThisFormat(other::identify(file)),
        error => error,
    }
}
