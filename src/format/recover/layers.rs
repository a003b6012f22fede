//! What lies around the text of a key: encodings of the whole file, markup, and marks at the front of each line.

use std::iter::once;

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::{Damage, armor, labels, ppk};

type Text = Zeroizing<String>;

/// The characters of the file. Bytes that are not text cannot belong to a key, and become U+FFFD.
pub(super) fn decoded(file: &[u8], causes: &mut Vec<Damage>) -> Text {
    let (text, wide) = match (from_utf32(file), from_utf16(file)) {
        (Some(text), _) => (text, Some(Damage::Utf32)),
        (None, Some(text)) => (text, Some(Damage::Utf16)),
        (None, None) => (from_bytes(file), None),
    };
    causes.extend(wide);
    if wide.is_none() && text.starts_with('\u{feff}') {
        causes.push(Damage::ByteOrderMark);
    }
    let (mut plain, mut changed) = (Zeroizing::new(String::with_capacity(text.len())), false);
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(&text);
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c == '\u{1b}' {
            // The colors of a terminal.
            rest = rest
                .strip_prefix('[')
                .map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';'));
            rest = rest.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest);
        }
        let seen = seen(c);
        changed |= seen != Some(c);
        plain.extend(seen);
    }
    if changed {
        causes.push(Damage::Invisible);
    }
    plain
}

/// The character, as a text editor shows it: none, a blank or a newline for some that look so.
fn seen(c: char) -> Option<char> {
    match c {
        '\0' | '\u{8}' | '\u{1a}' | '\u{1b}' | '\u{7f}' | '\u{ad}' | '\u{180e}' | '\u{feff}' => None,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => None,
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Some(' '),
        '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        c => Some(c),
    }
}

/// UTF-8, or the dashes and blanks of Windows-1252 where it is none.
fn from_bytes(file: &[u8]) -> Text {
    let utf8 = String::from_utf8_lossy(file);
    let is_narrow = |byte: &u8| byte.is_ascii() || matches!(byte, 0x91..=0x97 | 0xa0 | 0xab | 0xbb);
    if !utf8.contains('\u{fffd}') || !file.iter().all(is_narrow) {
        return Zeroizing::new(utf8.into_owned());
    }
    let narrow = |byte: &u8| match byte {
        0x96 | 0x97 => '\u{2013}',
        0x91..=0x94 | 0xab | 0xbb => '"',
        byte => char::from(*byte),
    };
    Zeroizing::new(file.iter().map(narrow).collect())
}

fn from_utf16(file: &[u8]) -> Option<Text> {
    let (decode, rest): (fn([u8; 2]) -> u16, _) = match file {
        [0xff, 0xfe, rest @ ..] => (u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => (u16::from_be_bytes, rest),
        [b'-' | b'P', 0, ..] => (u16::from_le_bytes, file),
        [0, b'-' | b'P', ..] => (u16::from_be_bytes, file),
        _ => return None,
    };
    let units = rest.chunks_exact(2).map(|pair| decode([pair[0], pair[1]]));
    char::decode_utf16(units).collect::<Result<String, _>>().ok().map(Zeroizing::new)
}

fn from_utf32(file: &[u8]) -> Option<Text> {
    let (decode, rest): (fn([u8; 4]) -> u32, _) = match file {
        [0xff, 0xfe, 0, 0, rest @ ..] => (u32::from_le_bytes, rest),
        [0, 0, 0xfe, 0xff, rest @ ..] => (u32::from_be_bytes, rest),
        [b'-', 0, 0, 0, ..] => (u32::from_le_bytes, file),
        [0, 0, 0, b'-', ..] => (u32::from_be_bytes, file),
        _ => return None,
    };
    let units = rest.chunks_exact(4).map(|four| decode([four[0], four[1], four[2], four[3]]));
    units.map(char::from_u32).collect::<Option<String>>().map(Zeroizing::new)
}

/// Undoes one encoding of the whole text.
pub(super) fn without_layer(text: &str) -> Option<(Text, Damage)> {
    let has_key = text.contains("PRIVATE KEY") || text.contains(ppk::START);
    if has_key && (text.contains("\\n") || text.contains("\\u00")) {
        return Some((unescaped(text), Damage::EscapedNewlines));
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
    if has_key && (text.contains("=3D") || text.contains("=20")) {
        return Some((quoted_printable(text), Damage::QuotedPrintable));
    }
    if has_key && let Some(plain) = without_markup(text) {
        return Some((plain, Damage::Markup));
    }
    if let Some(plain) = without_marks(text) {
        return Some((plain, Damage::TextAround));
    }
    if let Some(plain) = labels::spelled(text) {
        return Some((plain, Damage::Label));
    }
    inner_text(text)
}

/// The text that base64 or hexadecimal digits are of; also after a name, as in NAME=... or "name": "...".
fn inner_text(text: &str) -> Option<(Text, Damage)> {
    let word =
        text.split(|c: char| c.is_whitespace() || "\"'`,:;={}".contains(c)).max_by_key(|word| word.len())?;
    let lines: Text = Zeroizing::new(text.split_whitespace().collect());
    let is_text = |plain: &&str| !plain.contains('\0') && plain.len() > 60;
    [&lines[..], word.trim_end_matches('=')].into_iter().find_map(|digits| {
        let ways =
            [(armor::unhex(digits), Damage::Hexadecimal), (decode_base64(digits), Damage::EncodedTwice)];
        ways.into_iter().find_map(|(bytes, cause)| {
            let bytes = Zeroizing::new(bytes?);
            let plain = std::str::from_utf8(&bytes).ok().filter(is_text)?;
            Some((Zeroizing::new(plain.to_owned()), cause))
        })
    })
}

/// Newlines and other characters that JSON and shells write with a backslash.
fn unescaped(text: &str) -> Text {
    let plain = Zeroizing::new(text.replace("\\\\", "\\").replace("\\r", "").replace("\\n", "\n"));
    let mut out = Zeroizing::new(String::with_capacity(plain.len()));
    let mut parts = plain.split("\\u00");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(char::from(byte));
                out.push_str(&part[2..]);
            }
            None => out.push_str(part),
        }
    }
    Zeroizing::new(out.replace("\\/", "/"))
}

fn percent_decoded(text: &str) -> Option<Text> {
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

/// Decodes `=3D` and the like of mail (RFC 2045 section 6.7). A sign that means nothing there stays.
fn quoted_printable(text: &str) -> Text {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut parts = text.split('=');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let newline = part.strip_prefix("\r\n").or_else(|| part.strip_prefix('\n'));
        let digits = part.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match (newline, digits.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (Some(rest), _) => out.push_str(rest),
            (None, Some(byte)) => {
                out.push(char::from(byte));
                out.push_str(&part[2..]);
            }
            (None, None) => {
                out.push('=');
                out.push_str(part);
            }
        }
    }
    out
}

/// The text without the tags and the character references of HTML; `None` where there are none.
fn without_markup(text: &str) -> Option<Text> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        let (mark, after) = rest[at..].split_at(1);
        let (plain, next) = if mark == "<" { tag(after) } else { reference(after) }.unwrap_or((mark, after));
        out.push_str(plain);
        rest = next;
    }
    out.push_str(rest);
    (*out != text).then_some(out)
}

/// A tag, which breaks the line, and what follows it.
fn tag(after: &str) -> Option<(&'static str, &str)> {
    let (name, rest) = after.split_once('>')?;
    let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    (is_tag && name.len() < 200 && !name.contains(['<', '\n'])).then_some(("\n", rest))
}

/// A character reference, and what follows it.
fn reference(after: &str) -> Option<(&'static str, &str)> {
    const KNOWN: [(&str, &str); 14] = [
        ("#10;", "\n"),
        ("#xA;", "\n"),
        ("#xa;", "\n"),
        ("#13;", ""),
        ("#xD;", ""),
        ("#61;", "="),
        ("#x3D;", "="),
        ("#43;", "+"),
        ("#x2B;", "+"),
        ("#47;", "/"),
        ("#x2F;", "/"),
        ("nbsp;", " "),
        ("quot;", "\""),
        ("amp;", "&"),
    ];
    KNOWN.iter().find_map(|(name, plain)| Some((*plain, after.strip_prefix(name)?)))
}

/// The lines of the key without what each of them begins with: a mark of comments, mail or changes, or its number.
fn without_marks(text: &str) -> Option<Text> {
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| line.contains("BEGIN ") && line.contains("PRIVATE KEY"))?;
    let end = |line: &&str| line.contains("END ") && line.contains("PRIVATE KEY");
    let last = first + lines[first..].iter().position(end)?;
    let key = &lines[first..=last];
    let before = &key[0][..key[0].find("-----BEGIN")?];
    // A removed line of a change: `-` before the five dashes.
    let mark = if before.is_empty() && key[0].starts_with("------BEGIN") { "-" } else { before.trim_end() };
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let number = before.trim().trim_end_matches([':', '.', ')', '|', '\t', ' ']);
    let strip = |line: &&'_ str| -> Option<String> {
        let rest = if is_number(number) {
            let rest = line.trim_start();
            rest[rest.find(|c: char| !c.is_ascii_digit())?..]
                .trim_start_matches([':', '.', ')', '|', '\t', ' '])
        } else if mark.is_empty() {
            return None;
        } else {
            line.strip_prefix(mark)?
        };
        Some(format!("{rest}\n"))
    };
    let stripped: Option<Vec<String>> = key.iter().map(strip).collect();
    let plain: String = stripped?.concat();
    let others =
        lines[..first].iter().chain(&lines[last + 1..]).flat_map(|line| once(*line).chain(once("\n")));
    Some(Zeroizing::new(others.fold(plain, |text, part| text + part)))
}

/// Decodes base64 of either alphabet, whose padding may be missing.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut base64 = Zeroizing::new(text.trim_end_matches('=').replace('-', "+").replace('_', "/"));
    while !base64.len().is_multiple_of(4) {
        base64.push('=');
    }
    if base64.len() < 4 { None } else { Base64::decode_vec(&base64).ok() }
}
