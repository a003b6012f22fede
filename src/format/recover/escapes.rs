//! Characters that strings of programs, addresses and mail write with a mark and digits.

use zeroize::Zeroizing;

use super::layers::Text;

/// Newlines and other characters that JSON, programs and shells write with a backslash, or with several where one string was
/// put into another. No key has a backslash of its own.
pub(super) fn unescaped(text: &str) -> Option<Text> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let (mut rest, mut changed) = (text, false);
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let after = rest[at..].trim_start_matches('\\');
        let (plain, length) = escaped(after).unwrap_or((None, 0));
        // A backslash at the end of a line is the mark of a line that goes on.
        changed |= length > 0;
        out.extend(plain);
        rest = &after[length..];
    }
    out.push_str(rest);
    changed.then_some(out)
}

/// What an escape means, and how long it is behind its backslash.
fn escaped(after: &str) -> Option<(Option<char>, usize)> {
    let number = |from: usize, to: usize, radix| {
        let digits = after.get(from..to)?;
        Some((char::from_u32(u32::from_str_radix(digits, radix).ok()?), to))
    };
    match after.chars().next()? {
        'n' => Some((Some('\n'), 1)),
        'r' => Some((None, 1)),
        't' => Some((Some('\t'), 1)),
        'x' => number(1, 3, 16),
        'u' => number(1, 5, 16),
        '0'..='3' => number(0, 3, 8),
        c if c.is_ascii_punctuation() => Some((Some(c), 1)),
        _ => None,
    }
}

/// Percent signs and two digits each, as addresses and forms have them.
pub(super) fn percent_decoded(text: &str) -> Option<Text> {
    // Forms write a blank as a plus sign, and that as %2B.
    let is_form = text.contains("BEGIN+") || text.contains("%3A+");
    let mut out = Zeroizing::new(Vec::with_capacity(text.len()));
    let (mut bytes, mut changed) = (text.as_bytes(), false);
    while let [first, rest @ ..] = bytes {
        let digits =
            rest.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        changed |= byte.is_some();
        out.push(byte.unwrap_or(if is_form && *first == b'+' { b' ' } else { *first }));
        bytes = if byte.is_some() { &rest[2..] } else { rest };
    }
    let text = changed.then(|| String::from_utf8(std::mem::take(&mut *out)).ok());
    text.flatten().map(Zeroizing::new)
}

/// Decodes `=3D` and the like of mail (RFC 2045 section 6.7). A sign that means nothing there stays.
pub(super) fn quoted_printable(text: &str) -> Option<Text> {
    if !text.contains("=3D") && !text.contains("=20") {
        return None;
    }
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
    Some(out)
}
