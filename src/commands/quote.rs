//! Names in commands that are suggested, quoted for the shell: what is pasted does what it says.

use std::path::Path;

use crate::text::octal;

/// A word as a POSIX shell reads it. Control characters, which a terminal would obey, and bytes that are no UTF-8 are
/// octal numbers, as in POSIX.1-2024.
pub(super) fn word(bytes: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(byte);
    let text = String::from_utf8_lossy(bytes);
    if !bytes.is_empty() && bytes.iter().all(plain) {
        return text.into_owned();
    }
    if std::str::from_utf8(bytes).is_ok() && !text.chars().any(char::is_control) {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    let mut quoted = "$'".to_owned();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\'' | '\\' => quoted.extend(['\\', c]),
                c if c.is_control() => quoted.push_str(&octal(c.encode_utf8(&mut [0; 4]).as_bytes())),
                c => quoted.push(c),
            }
        }
        quoted.push_str(&octal(chunk.invalid()));
    }
    quoted.push('\'');
    quoted
}

/// A file name as a word that is no option.
pub(super) fn path(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    if bytes.starts_with(b"-") { word(&[b"./", bytes].concat()) } else { word(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_as_a_shell_reads_them() {
        for (typed, quoted) in [
            (&b"id_rsa"[..], "id_rsa"),
            (b"", "''"),
            (b"a b", "'a b'"),
            (b"~/key", "'~/key'"),
            (b"a';>pwned;'", r"'a'\'';>pwned;'\'''"),
            ("schlüssel".as_bytes(), "'schlüssel'"),
            (b"a\nb\x1b'\\", r"$'a\012b\033\'\\'"),
            (b"k\xffy", r"$'k\377y'"),
        ] {
            assert_eq!(word(typed), quoted);
        }
        assert_eq!(path(Path::new("-rf")), "./-rf");
    }

    /// bash is asked: what it makes of the quoted word is the word.
    #[cfg(unix)]
    #[test]
    fn a_shell_reads_the_words_back() {
        let words = (1..=255_u8).map(|byte| vec![b'x', byte, b'\'', byte]);
        let quoted: Vec<_> = words.clone().map(|bytes| word(&bytes)).collect();
        let script = format!("printf '%s\\0' {}", quoted.join(" "));
        let Ok(output) = std::process::Command::new("bash").args(["-c", &script]).output() else { return };
        let read: Vec<_> = output.stdout.split(|&byte| byte == 0).map(<[u8]>::to_vec).collect();
        assert_eq!(read[..255], words.collect::<Vec<_>>());
    }
}
