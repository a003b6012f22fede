//! Whether ssh loads a private key file: OpenSSH's own reader takes less than rkeygen does, and OpenSSL's, which it uses
//! for PEM and PKCS#8, something else (OpenSSH `sshkey.c`, `private2_uudecode`; OpenSSL `pem_lib.c`).

use std::fmt;

use ssh_key::private::KeypairData;

use super::armor::Armor;
use super::{KeyFile, ec, fields, openssh, pkcs8};
use crate::key::{Pair, PrivateKey};
use crate::wire::without_zeros;

/// Why ssh does not load a private key file that rkeygen reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The file is PuTTY's.
    Ppk,
    /// A BOM before the first line.
    ByteOrderMark,
    /// CR or CRLF line endings.
    CarriageReturns,
    /// No newline after the last line.
    NoNewline,
    /// Blanks before or after the `BEGIN` or `END` line.
    Blanks,
    /// Something before the `BEGIN` line.
    TextBefore,
    /// Characters that are not seen.
    Invisible,
    /// Blank lines or headers inside.
    LinesInside,
    /// The `BEGIN` line names another structure than the one inside.
    Label,
    /// DSA, which OpenSSH 10 does not read.
    Dsa,
    /// The version of the structure does not allow what it holds.
    Version,
    /// The structure has other parameters, or its numbers in another form, than OpenSSL and OpenSSH read.
    Structure,
    /// A private number of an RSA key is missing, which follows from others.
    Numbers,
    /// A cipher that OpenSSL does not have for PKCS#8.
    Cipher,
    /// More memory for scrypt than OpenSSL takes, so that ssh calls the passphrase wrong.
    Memory,
    /// A private number of an EC key with less than half of the bits that it should have.
    SmallScalar,
    /// The largest private number that an EC key can have.
    LargeScalar,
    /// A number without its leading zero, which OpenSSH takes for a negative one.
    Negative,
    /// A comment with a NUL byte.
    Comment,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ppk => "it is a PuTTY key",
            Self::ByteOrderMark => "it begins with a BOM",
            Self::CarriageReturns => "its line endings are those of Windows (CRLF) or old Macs (CR)",
            Self::NoNewline => "it has no newline after the last line",
            Self::Blanks => "its lines are indented or end in blanks",
            Self::TextBefore => "there is text before the BEGIN line",
            Self::Invisible => "there are invisible characters in the text",
            Self::LinesInside => "there are blank lines or unknown headers inside",
            Self::Label => "the BEGIN line names a different kind of key than the one inside",
            Self::Dsa => "OpenSSH 10 does not support DSA",
            Self::Version => "the version of its structure does not fit what it contains",
            Self::Structure => "its parameters or private numbers are not in the form that ssh reads",
            Self::Numbers => "one of its private numbers is missing",
            Self::Cipher => "OpenSSL does not read its cipher",
            Self::Memory => {
                "OpenSSL refuses the memory that its scrypt needs, and ssh calls the passphrase incorrect"
            }
            Self::SmallScalar => "its private number is too small",
            Self::LargeScalar => "its private number is too large",
            Self::Negative => "a number lacks its leading zero",
            Self::Comment => "its comment contains a NUL byte",
        })
    }
}

impl Obstacle {
    /// Whether the same key, written again, loads: what is wrong is the text alone.
    #[must_use]
    pub fn is_of_text(self) -> bool {
        matches!(
            self,
            Self::ByteOrderMark
                | Self::CarriageReturns
                | Self::NoNewline
                | Self::Blanks
                | Self::TextBefore
                | Self::Invisible
                | Self::LinesInside
        )
    }

    /// Whether writing the key in OpenSSH's format helps.
    #[must_use]
    pub fn is_of_format(self) -> bool {
        matches!(
            self,
            Self::Ppk
                | Self::Label
                | Self::Version
                | Self::Structure
                | Self::Numbers
                | Self::Memory
                | Self::Cipher
                | Self::Negative
        )
    }
}

/// What keeps ssh from loading the file, as far as it tells without its passphrase.
#[must_use]
pub fn obstacle(file: &[u8]) -> Option<Obstacle> {
    match KeyFile::parse_strictly(file).ok()? {
        KeyFile::Ppk(_) => return Some(Obstacle::Ppk),
        KeyFile::Pkcs8(sealed) if sealed.obstacle().is_some() => return sealed.obstacle(),
        _ => {}
    }
    let armor = Armor::parse(file).ok()?;
    if pkcs8::is_encrypted(armor.bytes()) && armor.label() != pkcs8::ENCRYPTED_LABEL {
        return Some(Obstacle::Label);
    }
    let loads =
        if armor.label() == openssh::LABEL { openssh_loads(file) } else { openssl_loads(file, &armor) };
    if !loads {
        return Some(of_text(file));
    }
    let is_open_info = fields::algorithm(armor.bytes()).is_some();
    if armor.label() == openssh::LABEL
        || (armor.label() == pkcs8::ENCRYPTED_LABEL && !is_open_info)
        || armor.header("DEK-Info").is_some()
    {
        return None;
    }
    of_structure(armor.label(), armor.bytes())
}

/// What keeps ssh from using the opened key.
#[must_use]
pub fn obstacle_of_key(key: &PrivateKey) -> Option<Obstacle> {
    match key.pair() {
        _ if key.comment().as_bytes().contains(&0) => Some(Obstacle::Comment),
        Pair::Ssh(KeypairData::Dsa(_)) => Some(Obstacle::Dsa),
        Pair::Ssh(KeypairData::Ecdsa(pair)) => {
            let scalar = pair.private_key_bytes();
            let digits = without_zeros(scalar);
            if 2 * digits.len() <= scalar.len() {
                return Some(Obstacle::SmallScalar);
            }
            ec::is_largest_scalar(digits).then_some(Obstacle::LargeScalar)
        }
        _ => None,
    }
}

/// OpenSSH wants its `BEGIN` line first, a bare newline after it, one after the `END` line, and base64 between.
fn openssh_loads(file: &[u8]) -> bool {
    let begin = b"-----BEGIN OPENSSH PRIVATE KEY-----\n";
    let end = b"\n-----END OPENSSH PRIVATE KEY-----\n";
    let Some(rest) = file.strip_prefix(begin) else { return false };
    let length = rest.windows(end.len()).position(|window| window == end);
    let is_sound = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=\n\r\t ".contains(byte);
    length.is_some_and(|length| rest[..length].iter().all(is_sound))
}

/// OpenSSL passes over a BOM and lines before the `BEGIN` line, and blanks at the ends of lines. Inside it takes headers,
/// of which those of encrypted keys come first, and one blank line after them, or without any. After that line, each but
/// the last has 64 characters.
fn openssl_loads(file: &[u8], armor: &Armor) -> bool {
    let Ok(text) = std::str::from_utf8(file) else { return false };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let begin = format!("-----BEGIN {}-----", armor.label());
    let end = format!("-----END {}-----", armor.label());
    let mut lines = text
        .split('\n')
        .map(|line| line.trim_end_matches(|c: char| c <= ' '))
        .skip_while(|line| *line != begin);
    if lines.next().is_none() {
        return false;
    }
    let inside: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
    let blank = inside.iter().position(|line| line.is_empty());
    let (headers, body) = inside.split_at(blank.unwrap_or_default());
    let body = if blank.is_some() { &body[1..] } else { body };
    let has_end = text.lines().any(|line| line.trim_end_matches(|c: char| c <= ' ') == end);
    let sound = |line: &&str| !line.is_empty() && !line.contains([':', '\r']);
    let width = |line: &str, is_last| line.len() == 64 || (is_last && line.len() < 64);
    let last = body.len().saturating_sub(1);
    let full = blank.is_none() || body.iter().enumerate().all(|(number, line)| width(line, number == last));
    let is_encrypted = armor.header("DEK-Info").is_some();
    // What is before a blank line counts as headers, base64 too, and is not decoded.
    let only_headers = headers.iter().all(|line| line.contains(':'));
    has_end
        && only_headers
        && body.iter().all(sound)
        && full
        && (!is_encrypted || encryption_headers(headers))
}

/// `Proc-Type: 4,ENCRYPTED` and `DEK-Info: CIPHER,DIGITS`, spelled exactly so, and perhaps others after them.
fn encryption_headers(headers: &[&str]) -> bool {
    let [kind, info, ..] = headers else { return false };
    let encrypted = kind
        .strip_prefix("Proc-Type:")
        .and_then(|value| value.trim_start_matches([' ', '\t']).strip_prefix("4,"))
        .is_some_and(|value| value.trim_start_matches([' ', '\t']) == "ENCRYPTED");
    let digits = info.strip_prefix("DEK-Info:").and_then(|value| value.split_once(','));
    encrypted && digits.is_some_and(|(_, digits)| digits.starts_with(|c: char| c.is_ascii_hexdigit()))
}

/// The obstacle in a text that is sound otherwise, the most telling first.
fn of_text(file: &[u8]) -> Obstacle {
    let text = String::from_utf8_lossy(file);
    let before = text.find("-----BEGIN ").map_or(&text[..], |at| &text[..at]);
    let is_blank = |line: &str| line.trim().is_empty();
    if text.starts_with('\u{feff}') {
        Obstacle::ByteOrderMark
    } else if text.contains(['\u{feff}', '\u{200b}', '\u{a0}', '\u{ad}', '\0']) {
        Obstacle::Invisible
    } else if text.contains('\r') {
        Obstacle::CarriageReturns
    } else if !is_blank(before) || before.contains('\n') {
        Obstacle::TextBefore
    } else if !before.is_empty() || text.lines().any(|line| line.trim() != line) {
        Obstacle::Blanks
    } else if !text.ends_with('\n') {
        Obstacle::NoNewline
    } else {
        Obstacle::LinesInside
    }
}

/// OpenSSL reads PKCS#8 under its own label and that of the key's type, other structures under that of the type alone.
fn of_structure(label: &str, der: &[u8]) -> Option<Obstacle> {
    let (own, is_pkcs8) = (fields::traditional_label(der)?, fields::algorithm(der).is_some());
    let fits = label == own
        || fields::is_other_label(label, der)
        || (is_pkcs8 && [pkcs8::LABEL, pkcs8::ENCRYPTED_LABEL].contains(&label));
    if !fits {
        return Some(Obstacle::Label);
    }
    let found = if is_pkcs8 { fields::obstacle_of_info(der) } else { fields::obstacle_of_traditional(der) };
    found.unwrap_or(Some(Obstacle::Version))
}
