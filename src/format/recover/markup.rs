//! HTML and RTF, as web pages and word processors save them.

use zeroize::Zeroizing;

use super::layers::Text;

/// The text without the tags and the character references of HTML.
pub(super) fn without_markup(text: &str) -> Option<Text> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        let (mark, after) = rest[at..].split_at(1);
        let found = if mark == "<" { tag(after) } else { reference(after) };
        let (plain, next) = found.unwrap_or_else(|| (mark.to_owned(), after));
        out.push_str(&plain);
        rest = next;
    }
    out.push_str(rest);
    (*out != text).then_some(out)
}

/// A tag, which breaks the line, and what follows it.
fn tag(after: &str) -> Option<(String, &str)> {
    let (name, rest) = after.split_once('>')?;
    let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    (is_tag && name.len() < 200 && !name.contains(['<', '\n'])).then(|| ("\n".to_owned(), rest))
}

/// A character reference, and what follows it.
fn reference(after: &str) -> Option<(String, &str)> {
    const NAMES: [(&str, &str); 12] = [
        ("nbsp", " "),
        ("quot", "\""),
        ("apos", "'"),
        ("amp", "&"),
        ("lt", "<"),
        ("gt", ">"),
        ("plus", "+"),
        ("equals", "="),
        ("sol", "/"),
        ("Tab", "\t"),
        ("NewLine", "\n"),
        ("shy", ""),
    ];
    let (name, rest) = after.split_once(';').filter(|(name, _)| name.len() <= 8)?;
    let plain = match name.strip_prefix('#') {
        Some(number) => {
            let hex = number.strip_prefix(['x', 'X']);
            let number = hex.map_or_else(|| number.parse(), |digits| u32::from_str_radix(digits, 16));
            char::from_u32(number.ok()?)?.to_string()
        }
        None => NAMES.iter().find(|(known, _)| *known == name)?.1.to_owned(),
    };
    Some((plain, rest))
}

/// The text of an RTF document.
pub(super) fn rich_text(text: &str) -> Option<Text> {
    let mut rest = text.trim_start().strip_prefix("{\\rtf")?;
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    while let Some(at) = rest.find(['{', '}', '\\', '\r', '\n']) {
        out.push_str(&rest[..at]);
        let (mark, after) = rest[at..].split_at(1);
        rest = if mark == "\\" { control(after, &mut out) } else { after };
    }
    out.push_str(rest);
    Some(out)
}

/// A control word of RTF, after its backslash, and what follows it.
fn control<'a>(after: &'a str, out: &mut String) -> &'a str {
    if let Some(rest) = after.strip_prefix('\'') {
        let byte = rest.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.extend(byte.map(char::from));
        return rest.get(2..).unwrap_or_default();
    }
    let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, rest) = after.split_at(letters);
    match word {
        "" => {
            let next = after.chars().next();
            // A backslash before a newline closes a paragraph.
            out.extend(next.map(|c| if c == '\r' { '\n' } else { c }));
            return &after[next.map_or(0, char::len_utf8)..];
        }
        "par" | "line" => out.push('\n'),
        _ => {}
    }
    let rest = rest.trim_start_matches(|c: char| c == '-' || c.is_ascii_digit());
    rest.strip_prefix(' ').unwrap_or(rest)
}
