//! Public keys in text that something happened to: folded, quoted, escaped, without their type, or in a frame that is
//! not whole. A key counts as found when its base64 decodes to one.

use base64ct::{Base64, Encoding as _};

use super::body::undecorated;
use super::layers::decode_base64;
use super::{Damage, is_dash, search};
use crate::certificate::KeyOrCertificate;
use crate::format::spki;
use crate::key::{Comment, PublicKey};
use crate::text::QUOTATION_MARKS;

/// How many places of a text may be the start of a key, and how many pieces one may be in.
const MOST_PLACES: usize = 8;
const MOST_PIECES: usize = 64;
/// So many plus signs in a row may be lost.
const MOST_BLANKS: usize = 6;
/// No key is longer, in characters of base64.
const LONGEST: usize = 1 << 14;

/// A public key or a certificate.
#[derive(Debug)]
pub struct RecoveredPublic {
    /// What was undone to get at it.
    pub causes: Vec<Damage>,
    /// The key.
    pub key: KeyOrCertificate,
    /// Its comment, if the text shows where it ends.
    pub comment: Comment,
}

/// The first public key in a text that ssh does not read as one.
#[must_use]
pub fn recover_public(file: &[u8]) -> Option<RecoveredPublic> {
    search(file, key_of).ok()
}

fn key_of(text: &str, causes: &[Damage]) -> Option<RecoveredPublic> {
    if ["PRIVATE KEY", "Private-Lines", "Private-MAC"].iter().any(|mark| text.contains(mark)) {
        return None;
    }
    let is_framed = text.contains("BEGIN ") && text.contains("PUBLIC KEY");
    let mut found = if is_framed { framed(text) } else { in_line(text).or_else(|| without_frame(text)) }?;
    found.causes.splice(0..0, causes.iter().copied());
    if found.causes.is_empty() {
        found.causes.push(Damage::TextAround);
    }
    Some(found)
}

/// A key between marks, as RFC 4716 and OpenSSL have it. Dashes may be wrong, and newlines missing.
fn framed(text: &str) -> Option<RecoveredPublic> {
    let (before, rest) = text.split_once("BEGIN ")?;
    let length = rest.find("PUBLIC KEY")? + "PUBLIC KEY".len();
    let label = &rest[..length];
    if label.len() > 24 {
        return None;
    }
    let rest = &rest[length..];
    let (body, end) = rest.split_once("END ").map_or((rest, None), |(body, end)| (body, Some(end)));
    let mut causes = Vec::new();
    let is_ssh = label == "SSH2 PUBLIC KEY";
    let dashes = if is_ssh { "----" } else { "-----" };
    let whole = |text: &str| text.chars().filter(|c| is_dash(*c)).eq(dashes.chars());
    let leading = &before[before.trim_end_matches(|c| is_dash(c) || c == ' ').len()..];
    let trailing = &rest[..rest.len() - rest.trim_start_matches(|c| is_dash(c) || c == ' ').len()];
    if !whole(leading) || !whole(trailing) || end.is_some_and(|end| !end.contains(dashes)) {
        causes.push(Damage::Dashes);
    }
    if end.is_none() {
        causes.push(Damage::NoEnd);
    }
    if !["PUBLIC KEY", "RSA PUBLIC KEY", "SSH2 PUBLIC KEY"].contains(&label) {
        causes.push(Damage::Label);
    }
    let body = body.trim_matches(|c: char| is_dash(c) || c == ' ');
    if !body.trim_end().contains('\n') {
        causes.push(Damage::OneLine);
    }
    let words: Vec<&str> = body.split_whitespace().map(|word| word.trim_matches(['"', '\'', '\\'])).collect();
    let starts = (0..words.len()).filter(|start| words[*start].starts_with(['A', 'M'])).take(MOST_PLACES);
    let key = starts.filter_map(|start| of_base64(&words[start..].concat())).next()?;
    let comment = body.split_once("Comment: \"").and_then(|(_, rest)| rest.split_once('"'));
    let comment = Comment::from_file(comment.map_or("", |(comment, _)| comment).as_bytes());
    Some(RecoveredPublic { causes, key, comment })
}

/// The key that base64 without a frame gives: SSH's encoding, or OpenSSL's.
fn of_base64(base64: &str) -> Option<KeyOrCertificate> {
    let bytes = decode_base64(base64.get(..LONGEST.min(base64.len()))?)?;
    if let Ok(key) = KeyOrCertificate::from_blob(&bytes) {
        return Some(key);
    }
    let is_public = spki::is_public(&bytes);
    is_public.then(|| spki::decode_der(&bytes).ok().map(KeyOrCertificate::Key)).flatten()
}

/// OpenSSL's base64 without its marks.
fn without_frame(text: &str) -> Option<RecoveredPublic> {
    let base64: String = text.split_whitespace().collect();
    let key = of_base64(base64.trim_matches(['"', '\'']))?;
    Some(RecoveredPublic { causes: vec![Damage::NoFrame], key, comment: Comment::default() })
}

/// How the pieces of base64 are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    Nothing,
    Plus,
}

/// A key in OpenSSH's form: its type, base64 that starts with `AAAA`, and a comment.
fn in_line(text: &str) -> Option<RecoveredPublic> {
    let mut places = text.match_indices("AAAA").take(MOST_PLACES);
    // Behind a key that is damaged, another one is not the one that is meant.
    let (at, _) = places.find(|(at, _)| begins_like_a_key(&text[*at..]))?;
    let (before, rest) = text.split_at(at);
    // Where plus signs were lost, the first letters of a comment may take their place.
    let (key, used, joined) = [Join::Plus, Join::Nothing].iter().find_map(|join| pieces(rest, *join))?;
    let mut causes = Vec::new();
    causes.extend(joined);
    causes.extend(before_base64(before, key.wire_name()));
    if rest[..used].contains(['-', '_']) {
        causes.push(Damage::UrlAlphabet);
    } else if joined.is_none() && Base64::decode_vec(&rest[..used]).is_err() {
        causes.push(Damage::Padding);
    }
    let after = rest[used..].split(['\n', '\r', '"', '<']).next().unwrap_or_default();
    let comment = Comment::from_file(undecorated(after.trim_start_matches('=')).as_bytes());
    Some(RecoveredPublic { causes, key, comment })
}

/// The key that base64 at the start of a text gives, in one piece or several; how much of the text it is, and what was
/// wrong with it.
fn pieces(text: &str, join: Join) -> Option<(KeyOrCertificate, usize, Option<Damage>)> {
    let is_digit = |c: char| c.is_ascii_alphanumeric() || "+/-_=".contains(c);
    let from_base64 = |base64: &str| KeyOrCertificate::from_blob(&decode_base64(base64)?).ok();
    let mut base64 = String::new();
    let (mut at, mut has_lost) = (0, false);
    for piece in 0..MOST_PIECES {
        let digits = text[at..].find(|c| !is_digit(c)).unwrap_or(text.len() - at);
        base64.push_str(&text[at..at + digits]);
        at += digits;
        if base64.len() > LONGEST || (piece == 0 && !begins_like_a_key(&base64)) {
            return None;
        }
        if let Some(key) = from_base64(&base64) {
            let damage = if has_lost { Damage::LostPlus } else { Damage::Folded };
            return Some((key, at, (piece > 0).then_some(damage)));
        }
        if join == Join::Plus {
            // Each blank was a plus sign, but for the one before a comment.
            for _ in text[at..].bytes().take(MOST_BLANKS).take_while(|byte| *byte == b' ') {
                base64.push('+');
                at += 1;
                if let Some(key) = from_base64(&base64) {
                    return Some((key, at, Some(Damage::LostPlus)));
                }
                has_lost = true;
            }
        }
        // A shell continues a line after a backslash.
        let rest = text[at..].strip_prefix('\\').filter(|rest| rest.starts_with(['\r', '\n']));
        let next = rest.unwrap_or(&text[at..]).trim_start();
        if next.is_empty() || (next.len() == text.len() - at && !next.starts_with(is_digit)) {
            return None;
        }
        at = text.len() - next.len();
    }
    None
}

/// Whether base64 begins with the name of a key type, as far as it goes.
fn begins_like_a_key(base64: &str) -> bool {
    let start: String = base64.chars().take(16).collect();
    let Some(bytes) = decode_base64(&start) else { return false };
    matches!(bytes[..], [0, 0, 0, length, b's' | b'e' | b'r', ..] if length < 64)
}

/// What is wrong with the text before the base64, in which the type should be.
fn before_base64(before: &str, name: &str) -> Option<Damage> {
    let line = before.rsplit('\n').next().unwrap_or_default();
    if line.trim_end_matches([',', ';', ':', '|']).ends_with(name) {
        return Some(Damage::NoBlank);
    }
    if line.ends_with(';') && line.contains('&') {
        return Some(Damage::Markup);
    }
    let is_mark = |c: char| "\"'`=:,;>#+*([{|".contains(c) || QUOTATION_MARKS.contains(&c);
    let text = line.trim_end().trim_end_matches(is_mark).trim_end();
    let word = text.rsplit(|c: char| c.is_whitespace() || is_mark(c)).next();
    let is_type = |word: &str| word == name || PublicKey::algorithm_of(word.as_bytes()).is_some();
    if line.trim().is_empty() && before.trim_end().ends_with(name) {
        return Some(Damage::Folded);
    }
    match word {
        Some(word) if is_type(word) && line.trim_start() == line.trim_end() => None,
        Some(word) if is_type(word) => Some(Damage::TextAround).filter(|_| line.trim().len() > word.len()),
        _ => Some(Damage::KeyType),
    }
}
