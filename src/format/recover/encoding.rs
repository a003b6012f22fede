//! The bytes of a file as text: UTF-8, UTF-16, UTF-32 or Windows-1252, without what an editor does not show.

use zeroize::Zeroizing;

use super::Damage;
use super::layers::Text;

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
        [first, 0, ..] if first.is_ascii() && *first != 0 => (u16::from_le_bytes, file),
        [0, first, ..] if first.is_ascii() && *first != 0 => (u16::from_be_bytes, file),
        _ => return None,
    };
    let units = rest.chunks_exact(2).map(|pair| decode([pair[0], pair[1]]));
    char::decode_utf16(units).collect::<Result<String, _>>().ok().map(Zeroizing::new)
}

fn from_utf32(file: &[u8]) -> Option<Text> {
    let (decode, rest): (fn([u8; 4]) -> u32, _) = match file {
        [0xff, 0xfe, 0, 0, rest @ ..] => (u32::from_le_bytes, rest),
        [0, 0, 0xfe, 0xff, rest @ ..] => (u32::from_be_bytes, rest),
        [1..=0x7f, 0, 0, 0, ..] => (u32::from_le_bytes, file),
        [0, 0, 0, 1..=0x7f, ..] => (u32::from_be_bytes, file),
        _ => return None,
    };
    let units = rest.chunks_exact(4).map(|four| decode([four[0], four[1], four[2], four[3]]));
    units.map(char::from_u32).collect::<Option<String>>().map(Zeroizing::new)
}
