//! Private keys in text that something happened to: mail, chat, word processors, clipboards, YAML, JSON and CI variables.
//!
//! Reads what is unambiguous: each key is decoded, and its container checked, before it counts as found. What was
//! undone on the way is the cause that is reported.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::{Damage, KeyFile, armor, openssh, pkcs8};
use crate::secret::Secret;

/// The headers of encrypted keys (RFC 1421).
const HEADERS: [&str; 2] = ["Proc-Type", "DEK-Info"];
/// A longer text is not searched for damage, in bytes.
const LONGEST: usize = 1 << 20;
/// No file holds more keys that are reported one by one.
const MOST_KEYS: usize = 64;
/// How often a text was encoded: base64 of base64, JSON inside JSON.
const MOST_LAYERS: usize = 4;

/// A key, as ssh loads it.
#[derive(Debug)]
pub struct Recovered {
    /// What was undone to get at it.
    pub causes: Vec<Damage>,
    /// The text of the file that ssh loads.
    pub text: Secret,
}

/// Every private key in a text, in order.
#[must_use]
pub fn recover(file: &[u8]) -> Vec<Recovered> {
    if file.len() > LONGEST {
        return Vec::new();
    }
    let mut causes = Vec::new();
    let mut text = decoded(file, &mut causes);
    for _ in 0..MOST_LAYERS {
        let found = keys_of(&text, &causes);
        if !found.is_empty() {
            return found;
        }
        let Some((next, cause)) = without_layer(&text) else { break };
        text = next;
        causes.push(cause);
    }
    without_frame(&text, &causes).into_iter().collect()
}

/// The characters of the file. Bytes that are not UTF-8 cannot belong to a key, and become U+FFFD.
fn decoded(file: &[u8], causes: &mut Vec<Damage>) -> Zeroizing<String> {
    let mut note = |cause| causes.push(cause);
    let text = match from_utf16(file) {
        Some(text) => {
            note(Damage::Utf16);
            text
        }
        None => Zeroizing::new(String::from_utf8_lossy(file).into_owned()),
    };
    if text.starts_with('\u{feff}') && causes.is_empty() {
        causes.push(Damage::ByteOrderMark);
    }
    let invisible = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}');
    if text.chars().skip(1).any(|c| invisible(c) || c == '\u{a0}') {
        causes.push(Damage::Invisible);
    }
    let plain = text.chars().filter(|&c| !invisible(c)).map(|c| if c == '\u{a0}' { ' ' } else { c });
    Zeroizing::new(plain.collect())
}

pub(super) fn from_utf16(file: &[u8]) -> Option<Zeroizing<String>> {
    let (decode, rest): (fn([u8; 2]) -> u16, _) = match file {
        [0xff, 0xfe, rest @ ..] => (u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => (u16::from_be_bytes, rest),
        [b'-', 0, ..] => (u16::from_le_bytes, file),
        [0, b'-', ..] => (u16::from_be_bytes, file),
        _ => return None,
    };
    let units = rest.chunks_exact(2).map(|pair| decode([pair[0], pair[1]]));
    char::decode_utf16(units).collect::<Result<String, _>>().ok().map(Zeroizing::new)
}

/// Undoes one encoding of the whole text.
fn without_layer(text: &str) -> Option<(Zeroizing<String>, Damage)> {
    if text.contains("\\n") && text.contains("PRIVATE KEY") {
        let plain = text.replace("\\\\", "\\").replace("\\r", "").replace("\\n", "\n").replace("\\/", "/");
        return Some((Zeroizing::new(plain), Damage::EscapedNewlines));
    }
    if text.contains("%20") || text.contains("%0A") || text.contains("%0a") {
        // Forms write a blank as a plus sign, and that as %2B.
        let form = text.contains("PRIVATE+KEY").then(|| Zeroizing::new(text.replace('+', " ")));
        let text = form.as_ref().map_or(text, |form| form.as_str());
        return percent_decoded(text).map(|plain| (plain, Damage::UrlEncoded));
    }
    if text.len() > 200 && text.lines().all(|line| line.trim_end_matches('\r').chars().count() <= 1) {
        let plain = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
        return Some((Zeroizing::new(plain), Damage::OneCharacterALine));
    }
    // Also behind a name, as in NAME=... or "name": "...".
    let word =
        text.split(|c: char| c.is_whitespace() || "\"'`,:;={}".contains(c)).max_by_key(|word| word.len())?;
    let lines: Zeroizing<String> = Zeroizing::new(text.split_whitespace().collect());
    [&lines[..], word.trim_end_matches('=')].into_iter().find_map(|base64| {
        let bytes = Zeroizing::new(decode_base64(base64)?);
        let plain =
            std::str::from_utf8(&bytes).ok().filter(|plain| !plain.contains('\0') && plain.len() > 60)?;
        Some((Zeroizing::new(plain.to_owned()), Damage::EncodedTwice))
    })
}

fn percent_decoded(text: &str) -> Option<Zeroizing<String>> {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(if byte == b'%' {
            let digits = [bytes.next()?, bytes.next()?];
            *armor::unhex(std::str::from_utf8(&digits).ok()?)?.first()?
        } else {
            byte
        });
    }
    String::from_utf8(std::mem::take(&mut *out)).ok().map(Zeroizing::new)
}

/// Decodes base64 of either alphabet, whose padding may be missing.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut base64 = Zeroizing::new(text.trim_end_matches('=').replace('-', "+").replace('_', "/"));
    while !base64.len().is_multiple_of(4) {
        base64.push('=');
    }
    if base64.len() < 4 { None } else { Base64::decode_vec(&base64).ok() }
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
/// Dashes as people and word processors write them.
const DASHES: [char; 7] = ['-', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2212}'];

/// The next mark with `word`, from `from` on.
fn mark<'a>(text: &'a str, mut from: usize, word: &str) -> Option<Mark<'a>> {
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
        let (leading, trailing) = (before.trim_end_matches(DASHES), after.trim_start_matches(DASHES));
        let (dashes_before, dashes_after) =
            (&before[leading.len()..], &after[..after.len() - trailing.len()]);
        let is_whole = dashes_before == "-----" && dashes_after == "-----";
        return Some(Mark { start: leading.len(), end: text.len() - trailing.len(), label, is_whole });
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
        let next = mark(text, from, "BEGIN ").map_or(text.len(), |next| next.start.max(from));
        // Dashes of both may have run together.
        let before_next = text[next..].trim_start_matches(DASHES).len();
        let end =
            mark(&text[..text.len() - before_next], from, "END ").filter(|end| end.label == begin.label);
        let body = &text[begin.end..end.as_ref().map_or(next, |end| end.start)];
        let mut own = causes.to_vec();
        if !begin.is_whole || end.as_ref().is_some_and(|end| !end.is_whole) {
            own.push(Damage::Dashes);
        }
        let frame = if end.is_some() { Frame::Whole } else { Frame::NoEnd };
        if let Some(text) = key_of(begin.label, body, frame, &mut own) {
            found.push(Recovered { causes: own, text });
        }
    }
    found
}

/// What is between two marks.
#[derive(Default)]
struct Body {
    headers: String,
    base64: Zeroizing<String>,
    /// Whether lines have marks of mail, YAML or a programming language.
    decorated: bool,
}

impl Body {
    /// Adds a line. `None` at a word that cannot belong to a key.
    fn add(&mut self, line: &str) -> Option<()> {
        let clean = line.trim_matches(|c: char| c.is_whitespace() || "\"'`,>|*#;\\".contains(c));
        self.decorated |= clean != line.trim();
        let mut words = clean.split_whitespace();
        while let Some(word) = words.next() {
            if let Some((name, value)) = word.split_once(':') {
                // OpenSSL takes no other header.
                let Some(known) = HEADERS.iter().find(|known| known.eq_ignore_ascii_case(name)) else {
                    self.decorated = true;
                    return Some(());
                };
                let value = if value.is_empty() { words.next()? } else { value };
                self.headers.push_str(&format!("{known}: {value}\n"));
            } else if word.bytes().all(|byte| byte == b'-' || byte == b'+') {
                // A list of YAML, a text in pieces.
                self.decorated = true;
            } else if word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)) {
                self.base64.push_str(word);
            } else {
                return None;
            }
        }
        Some(())
    }
}

/// The key between two marks. Without the second one its own lengths say where it ends.
fn key_of(label: &str, text: &str, frame: Frame, causes: &mut Vec<Damage>) -> Option<Secret> {
    let mut body = Body { base64: Zeroizing::new(String::with_capacity(text.len())), ..Body::default() };
    for line in text.split(['\n', '\r']) {
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
    finish(label, &body.headers, &body.base64, frame, causes)
}

fn finish(
    label: &str,
    headers: &str,
    base64: &str,
    frame: Frame,
    causes: &mut Vec<Damage>,
) -> Option<Secret> {
    let bytes = Zeroizing::new(decode_base64(base64)?);
    let separator = if headers.is_empty() { "" } else { "\n" };
    let width = if label == openssh::LABEL { 70 } else { 64 };
    let text = armor::write(label, &format!("{headers}{separator}"), &bytes, width);
    if frame == Frame::NoEnd {
        causes.push(Damage::NoEnd);
    }
    is_sound(&text).then_some(text)
}

/// Whether the text is a key file: an open one is opened.
fn is_sound(text: &Secret) -> bool {
    let Ok(file) = KeyFile::parse_armor(text.expose()) else { return false };
    file.protection().is_some() || file.open(&crate::secret::Passphrase::empty()).is_ok()
}

/// A key whose `BEGIN` and `END` lines are missing: what it decodes to says which they were.
fn without_frame(text: &str, causes: &[Damage]) -> Option<Recovered> {
    let lines = text.lines().filter(|line| !line.contains("PRIVATE KEY") && !line.trim().is_empty());
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
    let text = armor::write(label, "", &bytes, if label == openssh::LABEL { 70 } else { 64 });
    let causes = [causes, &[Damage::NoFrame]].concat();
    is_sound(&text).then_some(Recovered { causes, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = include_str!("../../tests/vectors/openssh-ed25519.key");
    const PEM: &str = include_str!("../../tests/vectors/pem-rsa-encrypted.key");

    fn causes(text: &str) -> Option<Vec<Damage>> {
        let mut found = recover(text.as_bytes());
        let first = (!found.is_empty()).then(|| found.remove(0))?;
        assert!(found.is_empty(), "{text}");
        let flat: String = text.split_whitespace().collect();
        let is_openssh = flat.contains("OPENSSH") || flat.contains("b3BlbnNzaC1rZXktdjE");
        let expected = if is_openssh { KEY } else { PEM };
        assert!(
            first.text.expose() == expected.as_bytes() || first.causes.contains(&Damage::EncodedTwice),
            "{text}"
        );
        Some(first.causes)
    }

    #[test]
    fn keys_are_found_in_text_and_the_cause_is_named() {
        let body = KEY.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().join("\n");
        for (text, cause) in [
            (KEY.to_owned(), vec![]),
            (PEM.to_owned(), vec![]),
            (KEY.replace('\n', "\r\n"), vec![]),
            (format!("```\n{KEY}```\n"), vec![]),
            (format!("{{\"key\": \"{}\"}}", KEY.replace('\n', "\\n")), vec![Damage::EscapedNewlines]),
            (format!("\"{}\"", KEY.replace('\n', "\\\\n")), vec![Damage::EscapedNewlines]),
            (KEY.lines().map(|line| format!("> {line}\n")).collect(), vec![Damage::TextAround]),
            (KEY.replace('\n', " "), vec![Damage::OneLine]),
            (PEM.replace('\n', " "), vec![Damage::OneLine]),
            (KEY.lines().map(|line| format!("  - {line}\n")).collect(), vec![Damage::TextAround]),
            (
                KEY.replace('\n', "").chars().map(|c| format!("{c}\n")).collect(),
                vec![Damage::OneCharacterALine, Damage::OneLine],
            ),
            (KEY.replace("-----", "----"), vec![Damage::Dashes]),
            (KEY.replace("-----", "\u{2014}-"), vec![Damage::Dashes]),
            (KEY[1..].to_owned(), vec![Damage::Dashes]),
            (KEY.replace('\n', "%0A").replace(' ', "%20"), vec![Damage::UrlEncoded]),
            (format!("\u{feff}{KEY}"), vec![Damage::ByteOrderMark]),
            (KEY.replace("KEY-----\n", "KEY-----\u{200b}\n"), vec![Damage::Invisible]),
            (KEY.replace("-----END OPENSSH PRIVATE KEY-----\n", ""), vec![Damage::NoEnd]),
            (body, vec![Damage::NoFrame]),
            (Base64::encode_string(KEY.as_bytes()), vec![Damage::EncodedTwice]),
            (format!("KEY={}\n", Base64::encode_string(KEY.as_bytes())), vec![Damage::EncodedTwice]),
            (
                Base64::encode_string(Base64::encode_string(KEY.as_bytes()).as_bytes()),
                vec![Damage::EncodedTwice, Damage::EncodedTwice],
            ),
        ] {
            assert_eq!(causes(&text), Some(cause), "{text}");
        }
        for text in
            [&KEY[..150], "", "-----BEGIN OPENSSH PRIVATE KEY-----", "BEGIN PRIVATE KEY END PRIVATE KEY"]
        {
            assert!(recover(text.as_bytes()).is_empty(), "{text}");
        }
    }

    #[test]
    fn every_key_of_a_text_is_found_and_hostile_text_costs_little() {
        assert_eq!(recover(format!("{}{KEY}", KEY.trim_end()).as_bytes()).len(), 2);
        assert_eq!(recover(format!("{KEY}{KEY}{PEM}").as_bytes()).len(), 3);
        for part in ["BEGIN ", "-----BEGIN RSA PRIVATE KEY-----", "%0A", "\\n PRIVATE KEY", "QUFB", "-----"] {
            let _ = recover(part.repeat(LONGEST / part.len()).as_bytes());
        }
    }
}
