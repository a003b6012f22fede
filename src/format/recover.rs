//! Private keys in text that something happened to: mail, chat, word processors, clipboards, YAML, JSON and CI variables.
//!
//! Reads what is unambiguous: each key is decoded, and its container checked, before it counts as found. What was
//! undone on the way is the cause that is reported.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use self::body::Body;
use self::encoding::decoded;
use self::layers::{LAYERS, Text, decode_base64};
use super::{Damage, KeyFile, armor, openssh, pem, pkcs8};
use crate::secret::Secret;
use crate::text::DASHES;

/// A longer text is not searched for damage, in bytes.
const LONGEST: usize = 1 << 20;
/// Nor is a longer one freed of layers: no key is as long, even with each byte written as several.
const LONGEST_LAYERED: usize = 1 << 17;
/// No file holds more keys that are reported one by one.
const MOST_KEYS: usize = 64;
/// How many layers lie around a key: base64 of base64, JSON inside JSON.
const MOST_LAYERS: usize = 5;
/// How many texts are searched that the layers of one file give, and how many bytes they have together.
const MOST_TEXTS: usize = 32;
const MOST_WORK: usize = 1 << 20;

/// A key, as ssh loads it, or as PuTTY does if it is one of PuTTY's.
#[derive(Debug)]
pub struct Recovered {
    /// What was undone to get at it.
    pub causes: Vec<Damage>,
    /// The text of the file.
    pub text: Secret,
}

/// Every private key in a text, in order.
#[must_use]
pub fn recover(file: &[u8]) -> Vec<Recovered> {
    let found = search(file, |text, causes| {
        let found = keys_of(text, causes);
        if found.is_empty() { putty::key_of(text, causes).map(|key| vec![key]) } else { Some(found) }
    });
    found.unwrap_or_else(|texts| {
        texts.iter().find_map(|(text, causes)| without_frame(text, causes)).into_iter().collect()
    })
}

/// What is found in the text of a file, or in what is left of it without some of its layers; or all of these texts.
fn search<T>(
    file: &[u8],
    find: impl Fn(&str, &[Damage]) -> Option<T>,
) -> Result<T, Vec<(Text, Vec<Damage>)>> {
    if file.len() > LONGEST {
        return Err(Vec::new());
    }
    let mut causes = Vec::new();
    let text = decoded(file, &mut causes);
    let mut work = 0;
    let mut texts = vec![(text, causes)];
    let mut at = 0;
    while let Some((text, causes)) = texts.get(at) {
        if let Some(found) = find(text, causes) {
            return Ok(found);
        }
        if causes.len() < MOST_LAYERS && text.len() <= LONGEST_LAYERED {
            let next = without_a_layer(text, causes);
            for (text, causes) in next {
                work += text.len();
                if work < MOST_WORK
                    && texts.len() < MOST_TEXTS
                    && texts.iter().all(|(known, _)| *known != text)
                {
                    texts.push((text, causes));
                }
            }
        }
        at += 1;
    }
    Err(texts)
}

/// The texts that are left without one layer each.
fn without_a_layer(text: &str, causes: &[Damage]) -> Vec<(Text, Vec<Damage>)> {
    let undone = |(layer, cause): &(_, Damage)| {
        let layer: &fn(&str) -> Option<Text> = layer;
        Some((layer(text)?, [causes, &[*cause]].concat()))
    };
    LAYERS.iter().filter_map(undone).collect()
}

/// A `BEGIN` or `END` line, wherever it stands.
struct Mark<'a> {
    /// Where its dashes begin and end.
    start: usize,
    end: usize,
    label: &'a str,
    is_whole: bool,
}

/// No label of a private key is longer, in bytes.
const LONGEST_LABEL: usize = 40;

/// Whether it is a dash as people and word processors write them.
fn is_dash(c: char) -> bool {
    c == '-' || DASHES.contains(&c)
}

/// The next mark with `word`, from `from` on. Dashes before that belong to another mark.
fn mark<'a>(text: &'a str, first: usize, word: &str) -> Option<Mark<'a>> {
    let mut from = first;
    loop {
        let at = from + text.get(from..)?.find(word)?;
        from = at + word.len();
        let rest = &text[from..];
        let is_label = |byte: &&u8| **byte == b' ' || byte.is_ascii_uppercase();
        let length = rest.as_bytes().iter().take(LONGEST_LABEL).take_while(is_label).count();
        let label = rest[..length].trim_end();
        if !label.ends_with("PRIVATE KEY") || label.starts_with(' ') {
            continue;
        }
        let (before, after) = (&text[..at], &rest[label.len()..]);
        let (leading, trailing) = (before.trim_end_matches(is_dash), after.trim_start_matches(is_dash));
        let (dashes_before, dashes_after) =
            (&before[leading.len()..], &after[..after.len() - trailing.len()]);
        let is_whole = dashes_before == "-----" && dashes_after == "-----";
        let start = leading.len().max(first);
        return Some(Mark { start, end: text.len() - trailing.len(), label, is_whole });
    }
}

/// Whether a `BEGIN` line has its `END` line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    Whole,
    NoEnd,
}

fn keys_of(text: &str, causes: &[Damage]) -> Vec<Recovered> {
    let mut found = Vec::new();
    let mut from = 0;
    for _ in 0..MOST_KEYS {
        let Some(begin) = mark(text, from, "BEGIN ") else { break };
        from = begin.end;
        let next = mark(text, from, "BEGIN ").map_or(text.len(), |next| next.start);
        // Dashes of both may have run together.
        let before_next = text[next..].trim_start_matches(is_dash).len();
        let end = mark(&text[..text.len() - before_next], from, "END ");
        let body = &text[from..end.as_ref().map_or(next, |end| end.start)];
        let mut own = causes.to_vec();
        if !begin.is_whole || end.as_ref().is_some_and(|end| !end.is_whole) {
            own.push(Damage::Dashes);
        }
        if end.as_ref().is_some_and(|end| end.label != begin.label) {
            own.push(Damage::EndLabel);
        }
        let frame = if end.is_some() { Frame::Whole } else { Frame::NoEnd };
        let Some(key) = key_of(begin.label, body, frame, &mut own) else { continue };
        let is_alone = is_alone(text, &begin) && end.as_ref().is_none_or(|end| is_alone(text, end));
        if own.is_empty() && !is_alone {
            own.push(Damage::MarkLine);
        }
        found.push(Recovered { causes: own, text: key });
    }
    found
}

/// Whether nothing else is on the line of a mark.
fn is_alone(text: &str, mark: &Mark<'_>) -> bool {
    let before = text[..mark.start].rsplit(['\n', '\r']).next().unwrap_or_default();
    let after = text[mark.end..].split(['\n', '\r']).next().unwrap_or_default();
    before.trim().is_empty() && after.trim().is_empty()
}

/// The key between two marks. Without the second one its own lengths say where it ends.
fn key_of(label: &str, text: &str, frame: Frame, causes: &mut Vec<Damage>) -> Option<Secret> {
    let mut body = Body { base64: Zeroizing::new(String::with_capacity(text.len())), ..Body::default() };
    // The headers of encrypted keys, run together.
    let joined = text.contains("ENCRYPTEDDEK-Info:");
    let apart = joined.then(|| Zeroizing::new(text.replace("ENCRYPTEDDEK-Info:", "ENCRYPTED\nDEK-Info:")));
    let lines = apart.as_ref().map_or(text, |apart| apart.as_str());
    for line in lines.split(['\n', '\r']) {
        match body.add(line) {
            Some(()) => {}
            None if frame == Frame::NoEnd && !body.base64.is_empty() => break,
            None => return None,
        }
    }
    if body.decorated {
        causes.push(Damage::TextAround);
    }
    if !text.trim().is_empty() && !text.trim().contains(['\n', '\r']) && !text.starts_with(['\n', '\r']) {
        causes.push(Damage::OneLine);
    }
    finish(label, &body, frame, causes)
}

fn finish(label: &str, body: &Body, frame: Frame, causes: &mut Vec<Damage>) -> Option<Secret> {
    let bytes = Zeroizing::new(decode_base64(&body.base64)?);
    if body.base64.contains(['-', '_']) {
        if body.base64.contains(['+', '/']) {
            return None;
        }
        causes.push(Damage::UrlAlphabet);
    } else if Base64::decode_vec(&body.base64).map(Zeroizing::new).is_err() {
        causes.push(Damage::Padding);
    }
    let headers = body.openssl_headers();
    // Traditional PEM does not say how long it is: only its lines show that nothing is missing.
    if body.ragged && !headers.is_empty() {
        return None;
    }
    let separator = if headers.is_empty() { "" } else { "\n" };
    if frame == Frame::NoEnd {
        causes.push(Damage::NoEnd);
    }
    framed(label, &format!("{headers}{separator}"), &bytes)
}

/// The key file with these bytes, if it is one.
fn framed(label: &str, headers: &str, bytes: &[u8]) -> Option<Secret> {
    let width = if label == openssh::LABEL { openssh::WIDTH } else { pem::WIDTH };
    let text = armor::write(label, headers, bytes, width);
    is_sound(text.expose()).then_some(text)
}

/// Whether the text is a key file: an open one is opened.
fn is_sound(text: &[u8]) -> bool {
    let Ok(file) = KeyFile::parse_strictly(text) else { return false };
    file.protection().is_some() || file.open(&crate::secret::Passphrase::empty()).is_ok()
}

/// A key whose `BEGIN` or `END` line is missing, or has the wrong label: what it decodes to says which they were.
fn without_frame(text: &str, causes: &[Damage]) -> Option<Recovered> {
    let begin = mark(text, 0, "BEGIN ");
    let start = begin.as_ref().map_or(0, |begin| begin.end);
    let end = mark(text, start, "END ");
    let has_both = text.contains("BEGIN ") && text.contains("END ");
    let mut causes = [causes, &[if has_both { Damage::Label } else { Damage::NoFrame }]].concat();
    let body = &text[start..end.as_ref().map_or(text.len(), |end| end.start)];
    if let Some(at) = body.find("Proc-Type:") {
        // Encrypted, so that only its length tells an EC key from others.
        let shorter = if body.len() - at < LONGEST_EC { pem::EC_LABEL } else { pem::RSA_LABEL };
        let label = end
            .map(|end| end.label)
            .filter(|label| [pem::EC_LABEL, pem::RSA_LABEL, "DSA PRIVATE KEY"].contains(label));
        let body = body[at..].split("-----").next()?;
        let text = key_of(label.unwrap_or(shorter), body, Frame::Whole, &mut causes)?;
        return Some(Recovered { causes, text });
    }
    let lines = body.lines().filter(|line| !line.contains("-----") && !line.trim().is_empty());
    let base64: Zeroizing<String> = Zeroizing::new(lines.flat_map(str::split_whitespace).collect());
    let bytes = Zeroizing::new(decode_base64(base64.trim_matches(['"', '\'']))?);
    let label = if bytes.starts_with(b"openssh-key-v1\0") {
        openssh::LABEL
    } else if bytes.first() != Some(&0x30) {
        return None;
    } else if pkcs8::is_encrypted(&bytes) {
        pkcs8::ENCRYPTED_LABEL
    } else {
        super::fields::label_of(&bytes)?
    };
    Some(Recovered { text: framed(label, "", &bytes)?, causes })
}

/// No encrypted EC key of traditional PEM has more characters, with its headers.
const LONGEST_EC: usize = 480;

mod body;
mod dump;
mod encoding;
mod escapes;
mod joined;
mod labels;
mod layers;
mod marks;
mod markup;
pub(super) mod public;
mod putty;
mod putty_ends;
#[cfg(test)]
mod tests;
