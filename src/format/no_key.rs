//! Why no key is read from text where one should be: a line of authorized_keys, known_hosts or allowed_signers.

use std::fmt;

use super::{Damage, recover_public};
use crate::certificate::{KeyInLine, LineProblem, problem_of_line};

/// What is in place of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoKey {
    /// It begins like a key.
    Line(LineProblem),
    /// A key is in the line, and this hides it.
    Damage(Damage),
    /// A blank is inside the base64.
    Blank,
    /// A line of a private key.
    PrivateKey,
    /// A public key as RFC 4716 or OpenSSL write it, which takes several lines.
    OtherFormat,
    /// A key without the names that belong before it.
    NoNames,
    /// A key that OpenSSH 10 does not read any more.
    Obsolete,
    /// A fingerprint.
    Fingerprint,
    /// A key of SSH protocol 1.
    Ssh1,
    /// The name of a file.
    FileName,
    /// Base64 alone, as in the later lines of a folded key.
    Piece,
    /// What git writes between two versions.
    Conflict,
}

impl fmt::Display for NoKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Line(problem) => return problem.fmt(f),
            Self::Damage(Damage::ByteOrderMark) => "a BOM hides the start of the line",
            Self::Damage(Damage::Invisible) => "there are invisible characters in the line",
            Self::Damage(Damage::TextAround) => "there is other text before or after the key",
            Self::Damage(Damage::EscapedNewlines) => "characters are escaped, as \\n or \\u002b in JSON",
            Self::Damage(Damage::Dashes) => "a dash of a word processor is in the line",
            Self::Damage(damage) => return damage.fmt(f),
            Self::Blank => "there is a blank inside the base64",
            Self::PrivateKey => "a line of a private key, which belongs in no list",
            Self::OtherFormat => "a public key in the format of another program, not on one line",
            Self::NoNames => "the line begins with the key: the names before it are missing",
            Self::Obsolete => "OpenSSH 10 reads no DSA keys, and no RSA keys under 1024 bits",
            Self::Fingerprint => "a fingerprint in place of the key",
            Self::Ssh1 => "a key of SSH protocol 1, which OpenSSH does not read",
            Self::FileName => "the name of a file in place of the key",
            Self::Piece => "a part of a key: a key must be on one line",
            Self::Conflict => "a mark of a merge conflict",
        })
    }
}

/// No line with a key is longer, in bytes; a longer one is not searched.
const LONGEST: usize = 1 << 15;
/// No key is shorter, in characters of base64.
const SHORTEST: usize = 40;

impl NoKey {
    /// What is in a line in place of a key. `key` is the part of the line where the key should be. `None` if neither shows
    /// the reason.
    #[must_use]
    pub fn of(key: &[u8], line: &[u8]) -> Option<Self> {
        if line.len() > LONGEST {
            return None;
        }
        if KeyInLine::at_front(key).is_some_and(|found| found.key.is_obsolete()) {
            return Some(Self::Obsolete);
        }
        if KeyInLine::at_front(line).is_some() {
            return Some(Self::NoNames);
        }
        let begun = problem_of_line(key);
        if let Some(problem) = begun.clone().filter(|problem| *problem != LineProblem::Damaged) {
            return Some(Self::Line(problem));
        }
        let text = String::from_utf8_lossy(line);
        marked(&text)
            .or_else(|| hidden(line, &text))
            .or(begun.map(Self::Line))
            .or_else(|| instead(&String::from_utf8_lossy(key)))
            .or_else(|| instead(&text))
            .or_else(|| piece(&text).then_some(Self::Piece))
    }

    /// What to do about it.
    #[must_use]
    pub fn fix(&self) -> &'static str {
        match self {
            Self::PrivateKey => {
                "remove it, and put the line of the .pub file there: rkeygen -y -f FILE prints it"
            }
            Self::OtherFormat => "put the line there that rkeygen -i -f FILE prints",
            Self::FileName => "put the text of the file there, not its name",
            Self::NoNames => "write the names before the key, with a blank between",
            Self::Obsolete => "generate a new key, and replace this line",
            Self::Fingerprint | Self::Ssh1 => "remove the line, or put a key there",
            Self::Line(LineProblem::Unsupported(_)) => "put a key of a type there that ssh -Q key lists",
            Self::Piece | Self::Conflict => "remove the line, and put each key on a line of its own",
            Self::Line(_) | Self::Damage(_) | Self::Blank => "copy the key again, as one line of plain text",
        }
    }
}

/// What the line is by its words in capital letters, or by its first characters.
fn marked(text: &str) -> Option<NoKey> {
    let is_private = ["PRIVATE KEY", "PuTTY-User-Key-File", "Private-Lines:", "Private-MAC:"];
    if is_private.iter().any(|mark| text.contains(mark)) {
        return Some(NoKey::PrivateKey);
    }
    if text.contains("PUBLIC KEY") && text.contains("----") {
        return Some(NoKey::OtherFormat);
    }
    let is_conflict = ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| text.starts_with(mark));
    is_conflict.then_some(NoKey::Conflict)
}

/// What hides a whole key that is in the line.
fn hidden(line: &[u8], text: &str) -> Option<NoKey> {
    let may_have_key =
        line.len() > SHORTEST && line.windows(3).any(|three| matches!(three, b"AAA" | b"A\0A"));
    if !may_have_key {
        return None;
    }
    let found = recover_public(line)?;
    let telling = found.causes.iter().find(|cause| **cause != Damage::TextAround);
    Some(match telling.or(found.causes.first())? {
        Damage::Folded if !text.trim_end().contains(['\\', '\n']) => NoKey::Blank,
        damage => NoKey::Damage(*damage),
    })
}

/// What is there that is no key at all.
fn instead(text: &str) -> Option<NoKey> {
    let mut words = text.split_whitespace();
    if is_ssh1(text.as_bytes()) {
        return Some(NoKey::Ssh1);
    }
    words.by_ref().take(MOST_WORDS).find_map(|word| {
        let is_fingerprint = word.starts_with("SHA256:") || word.starts_with("MD5:");
        let is_path = word.starts_with(['/', '~']) && word.contains('/') && !is_random(word);
        let is_name = is_path || word.ends_with(".pub");
        match (is_fingerprint, is_name) {
            (true, _) => Some(NoKey::Fingerprint),
            (_, true) => Some(NoKey::FileName),
            _ => None,
        }
    })
}

/// So many words of a line are looked at.
const MOST_WORDS: usize = 4;

/// Whether a word that begins with `/` is rather base64 than a path: it has no characters but those of base64, and at least a
/// seventh are capital letters inside a name, where a path seldom has any.
fn is_random(word: &str) -> bool {
    let word = word.trim_end_matches(['=', '\\']);
    let inside = word.as_bytes().windows(2).filter(|two| two[0] != b'/' && two[1].is_ascii_uppercase());
    word.len() >= SHORTEST / 4 && inside.count() * 7 >= word.len() && word.chars().all(is_digit)
}

/// Whether a line is base64 alone, but perhaps for a comment after it.
fn piece(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default().trim_end_matches(['=', '\\']);
    word.len() >= SHORTEST / 2
        && word.contains(|c: char| c.is_ascii_uppercase())
        && word.chars().all(is_digit)
}

/// Whether base64 has the character, padding aside.
fn is_digit(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+/".contains(c)
}

/// Whether a line is a public key of protocol 1: its bits, its exponent and its modulus as decimal numbers.
#[must_use]
pub fn is_ssh1(line: &[u8]) -> bool {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let mut number = || words.next().filter(|word| word.iter().all(u8::is_ascii_digit)).map(<[u8]>::len);
    matches!((number(), number(), number()), (Some(3..=5), Some(1..=10), Some(3..)))
}
