//! Text as bytes: blanks, hexadecimal digits, and what a terminal may show.

use std::borrow::Cow;
use std::io;

/// Whether a byte is a blank: a space or a tab.
#[must_use]
pub fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The lines of a text with their line feeds, and their numbers; the first has the number `first`.
pub fn numbered_lines(text: &[u8], first: u64) -> impl Iterator<Item = (u64, &[u8])> {
    let ends = memchr::memchr_iter(b'\n', text).map(|at| at + 1);
    let last = (!text.is_empty() && !text.ends_with(b"\n")).then_some(text.len());
    let mut start = 0;
    let lines = ends.chain(last).map(move |end| {
        let line = &text[start..end];
        start = end;
        line
    });
    (first..).zip(lines)
}

/// The text without the blanks at its start.
#[must_use]
pub fn trim_blanks(text: &[u8]) -> &[u8] {
    trim_start(text, is_blank)
}

/// The text without such bytes at its start.
#[must_use]
pub fn trim_start(text: &[u8], skip: fn(&u8) -> bool) -> &[u8] {
    &text[text.iter().position(|byte| !skip(byte)).unwrap_or(text.len())..]
}

/// What people and word processors write instead of a hyphen: other hyphens, dashes and the minus sign.
pub const DASHES: [char; 6] = ['\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2212}'];

/// What word processors write instead of quotation marks.
pub const QUOTATION_MARKS: [char; 9] =
    ['\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}', '\u{201a}', '\u{ab}', '\u{bb}', '\u{2032}'];

/// Characters that are not seen, or that look like a blank and are none: zero-width characters, marks of direction, a BOM
/// inside a text, a soft hyphen, no-break spaces.
pub const INVISIBLE: [char; 10] = [
    '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{2060}', '\u{feff}', '\u{ad}', '\u{a0}',
    '\u{202f}',
];

/// The byte-order mark of UTF-8.
pub const BOM: &[u8] = b"\xef\xbb\xbf";

/// Whether a file starts with a byte-order mark of UTF-16.
#[must_use]
pub fn is_utf16(file: &[u8]) -> bool {
    matches!(file, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
}

/// Where the first such byte outside of quotation marks is; the length of the text where there is none. As in sshd
/// (`sshd(8)`, AUTHORIZED_KEYS FILE FORMAT), a backslash escapes a quotation mark, inside quotes or not, and nothing else:
/// in `"x\\"` the second backslash escapes the mark. `None` if a quotation mark before it is not closed.
#[must_use]
pub fn unquoted_end(text: &[u8], stop: fn(&u8) -> bool) -> Option<usize> {
    let (mut quoted, mut at) = (false, 0);
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' if text.get(at + 1) == Some(&b'"') => at += 1,
            b'"' => quoted = !quoted,
            byte if stop(byte) && !quoted => break,
            _ => {}
        }
        at += 1;
    }
    (!quoted).then_some(at)
}

/// Bytes as hexadecimal digits, in lower case.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The characters that are shown as they are. Control characters never are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Those of ASCII.
    Ascii,
    /// Those of UTF-8.
    Utf8,
    /// Those of UTF-8, and bytes that are not UTF-8.
    Bytes,
}

impl Charset {
    /// Text for a terminal: what is not in the character set becomes octal numbers, as in ssh-keygen, but for some control
    /// characters that are kept.
    #[must_use]
    pub fn escape(self, text: &[u8], kept: &[char]) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len());
        for chunk in text.utf8_chunks() {
            for c in chunk.valid().chars() {
                let mut buffer = [0; 4];
                let encoded = c.encode_utf8(&mut buffer).as_bytes();
                if kept.contains(&c) || self.shows(c) {
                    out.extend_from_slice(encoded);
                } else {
                    out.extend(octal(encoded).into_bytes());
                }
            }
            match self {
                Self::Bytes => out.extend_from_slice(chunk.invalid()),
                Self::Ascii | Self::Utf8 => out.extend(octal(chunk.invalid()).into_bytes()),
            }
        }
        out
    }

    fn shows(self, c: char) -> bool {
        // The C library also counts the separators of lines and paragraphs as control characters.
        let control = c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        !control && (self != Self::Ascii || c.is_ascii())
    }
}

/// A message whose control characters, but for the newline, are octal numbers: those of file names and values must not
/// reach the terminal.
#[must_use]
pub fn visible(message: &str) -> String {
    String::from_utf8_lossy(&Charset::Utf8.escape(message.as_bytes(), &['\n'])).into_owned()
}

/// A file name for a message, on one line.
#[must_use]
pub fn shown(path: &std::path::Path) -> String {
    String::from_utf8_lossy(&Charset::Utf8.escape(path.as_os_str().as_encoded_bytes(), &[])).into_owned()
}

/// Bytes as octal numbers, each after a backslash.
#[must_use]
pub fn octal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\{byte:03o}")).collect()
}

/// A message without the error numbers that Rust adds to the system's words, which are those of Unix for the common
/// errors: scripts match on them, and OpenSSH says them on Windows too.
#[must_use]
pub fn without_numbers(message: &str) -> String {
    let mut parts = message.split(" (os error ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let number = part.split_once(')').and_then(|(number, rest)| Some((number.parse().ok()?, rest)));
        match number {
            Some((number, rest)) => {
                say_as_unix(&mut out, number);
                out.push_str(rest);
            }
            None => out = [&out, " (os error ", part].concat(),
        }
    }
    out
}

/// Replaces the words at the end of a message, which are the system's for the error of that number.
fn say_as_unix(message: &mut String, number: i32) {
    let error = io::Error::from_raw_os_error(number);
    let words = match error.kind() {
        _ if cfg!(unix) => return,
        io::ErrorKind::NotFound => "No such file or directory",
        io::ErrorKind::PermissionDenied => "Permission denied",
        io::ErrorKind::AlreadyExists => "File exists",
        io::ErrorKind::DirectoryNotEmpty => "Directory not empty",
        io::ErrorKind::StorageFull => "No space left on device",
        io::ErrorKind::BrokenPipe => "Broken pipe",
        _ => return,
    };
    let said = error.to_string();
    let said = said.strip_suffix(&format!(" (os error {number})")).unwrap_or_default();
    if let Some(before) = message.strip_suffix(said) {
        *message = [before, words].concat();
    }
}

/// A message without the middle, if it is so long that it must quote a hostile file. File names are shorter.
#[must_use]
pub fn shortened(message: &str) -> Cow<'_, str> {
    if message.len() <= LONGEST_MESSAGE {
        return message.into();
    }
    let (start, end) =
        (&message.as_bytes()[..LONGEST_MESSAGE - 1000], &message.as_bytes()[message.len() - 1000..]);
    format!("{} ... {}", String::from_utf8_lossy(start), String::from_utf8_lossy(end)).into()
}

/// So long may a message be, in bytes.
const LONGEST_MESSAGE: usize = 6000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_charset_shows_its_characters() {
        let text = b"a\t\x1b\xc3\xa9\xc2\x9b\xe2\x80\xa8\xff\n";
        for (charset, kept, shown) in [
            (Charset::Ascii, &[][..], &br"a\011\033\303\251\302\233\342\200\250\377\012"[..]),
            (Charset::Utf8, &['\t'], b"a\t\\033\xc3\xa9\\302\\233\\342\\200\\250\\377\\012"),
            (Charset::Bytes, &['\n'], b"a\\011\\033\xc3\xa9\\302\\233\\342\\200\\250\xff\n"),
        ] {
            assert_eq!(charset.escape(text, kept), shown, "{charset:?}");
        }
    }

    #[test]
    fn quotation_marks_hide_blanks() {
        for (text, end) in [
            ("a b", Some(1)),
            ("a", Some(1)),
            ("", Some(0)),
            (r#""a b",c d"#, Some(7)),
            (r#"a\"b c"#, Some(4)),
            (r#""a\" b" c"#, Some(7)),
            (r"a\ b", Some(2)),
            (r#"a\""#, Some(3)),
            (r#""a b"#, None),
        ] {
            assert_eq!(unquoted_end(text.as_bytes(), is_blank), end, "{text}");
        }
    }

    #[test]
    fn messages_keep_their_lines() {
        assert_eq!(visible("b\u{e9}\n\r\u{7}"), "b\u{e9}\n\\015\\007");
    }
}
