//! A key somewhere in a line: of a `.pub`, an authorized_keys or a known_hosts file.

use super::KeyOrCertificate;
use crate::text::{is_blank, trim_blanks, unquoted_end};

/// A key found in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInLine<'a> {
    /// The key.
    pub key: KeyOrCertificate,
    /// What stands behind it; where nothing does, what stands before it: options or host names.
    pub comment: Option<&'a [u8]>,
    /// What stands before it, if that is options of authorized_keys.
    pub options: Option<&'a [u8]>,
}

impl<'a> KeyInLine<'a> {
    /// The key at the front of the line. `None` for a blank line, a comment line, and a line in which
    /// something else stands there: options, host names.
    #[must_use]
    pub fn at_front(line: &'a [u8]) -> Option<Self> {
        let (key, rest) = at_front(content(line)?)?;
        let comment = trim_blanks(rest).split(|&byte| byte == b'\r').next();
        Some(Self { key, comment: comment.filter(|comment| !comment.is_empty()), options: None })
    }

    /// Whether [`at_front`](Self::at_front) finds a key there, or would if the signature of a certificate held.
    #[must_use]
    pub fn is_at_front(line: &[u8]) -> bool {
        content(line)
            .and_then(words)
            .is_some_and(|(name, base64, _)| KeyOrCertificate::are_words(name, base64))
    }

    /// Whether a key begins anywhere in the text: in that of a comment, a newline is missing before it.
    #[must_use]
    pub fn is_in(text: &[u8]) -> bool {
        let starts = text
            .windows(4)
            .enumerate()
            .filter(|(_, bytes)| [&b"ssh-"[..], b"ecds", b"sk-s", b"sk-e", b"rsa-"].contains(bytes));
        starts.take(MOST_STARTS).any(|(at, _)| KeyInLine::at_front(&text[at..]).is_some())
    }

    /// Whether a second key follows the one of a line, in its comment, or after a carriage return, which ends the comment.
    #[must_use]
    pub fn is_in_rest(line: &[u8], comment: &[u8]) -> bool {
        let mut after = line.split(|&byte| byte == b'\r').skip(1);
        KeyInLine::is_in(comment) || after.any(KeyInLine::is_in)
    }

    /// The part of a line where its key should be: after the options, if it begins with any.
    #[must_use]
    pub fn place(line: &[u8]) -> &[u8] {
        let line = trim_blanks(line);
        let starts = [&b"ssh-"[..], b"ecdsa-", b"sk-", b"rsa-sha2-"];
        if starts.iter().any(|start| line.starts_with(start)) {
            return line;
        }
        unquoted_end(line, is_blank).map_or(line, |length| trim_blanks(&line[length..]))
    }

    /// Looks for a key at the front of the line, and behind its first word if there is none.
    /// Quotes hold a word of options together. `None` for a blank line, a comment line, and a line
    /// in which no key stands at those two places.
    #[must_use]
    pub fn find(line: &'a [u8]) -> Option<Self> {
        let line = content(line)?;
        // To ssh-keygen of OpenSSH 10, a carriage return ends a line that is listed.
        let line = line.split(|&byte| byte == b'\r').next().unwrap_or(line);
        if let Some((key, rest)) = at_front(line) {
            return Some(Self { key, comment: comment(rest), options: None });
        }
        // A number at the front was a key of SSH 1 once.
        let (word, rest) = split_word(line)?;
        if is_number(word) {
            return None;
        }
        // One blank exactly, as ssh-keygen wants it.
        let (key, rest) = at_front(&rest[1..])?;
        let options = Some(word).filter(|word| is_options(word));
        Some(Self { key, comment: comment(rest).or(Some(word)), options })
    }
}

/// So many places of a text are looked at where a key may begin.
const MOST_STARTS: usize = 16;

/// The line without blanks in front and without its end; `None` where nothing is left, or a comment.
fn content(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    // To ssh-keygen, NUL ends a line.
    let line = line.split(|&byte| byte == 0).next().unwrap_or(line);
    let line = trim_blanks(line.strip_suffix(b"\r").unwrap_or(line));
    (!line.is_empty() && !line.starts_with(b"#")).then_some(line)
}

/// Whether a word before a key starts with an option of sshd(8), AUTHORIZED_KEYS FILE FORMAT; else it names hosts.
fn is_options(word: &[u8]) -> bool {
    let end = word.iter().position(|byte| matches!(byte, b',' | b'=')).unwrap_or(word.len());
    let name = word[..end].strip_prefix(b"no-").unwrap_or(&word[..end]);
    AUTHORIZED_KEYS_OPTIONS.iter().any(|(option, _)| option.as_bytes().eq_ignore_ascii_case(name))
}

/// How an option of authorized_keys is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OptionForm {
    /// Alone.
    Flag,
    /// Alone, also with `no-` before it.
    Switch,
    /// With a value in quotation marks.
    Value,
}

/// The options of sshd(8), AUTHORIZED_KEYS FILE FORMAT, in lower case.
pub(crate) const AUTHORIZED_KEYS_OPTIONS: [(&str, OptionForm); 17] = [
    ("agent-forwarding", OptionForm::Switch),
    ("cert-authority", OptionForm::Flag),
    ("command", OptionForm::Value),
    ("environment", OptionForm::Value),
    ("expiry-time", OptionForm::Value),
    ("from", OptionForm::Value),
    ("permitlisten", OptionForm::Value),
    ("permitopen", OptionForm::Value),
    ("port-forwarding", OptionForm::Switch),
    ("principals", OptionForm::Value),
    ("pty", OptionForm::Switch),
    ("restrict", OptionForm::Flag),
    ("touch-required", OptionForm::Switch),
    ("tunnel", OptionForm::Value),
    ("user-rc", OptionForm::Switch),
    ("verify-required", OptionForm::Switch),
    ("x11-forwarding", OptionForm::Switch),
];

fn is_number(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"-").unwrap_or(word);
    digits.iter().all(u8::is_ascii_digit) && digits.iter().any(|&digit| digit != b'0')
}

/// A type and its base64, and what follows them.
fn at_front(line: &[u8]) -> Option<(KeyOrCertificate, &[u8])> {
    let (name, base64, rest) = words(line)?;
    KeyOrCertificate::from_words(name, base64).ok().map(|key| (key, rest))
}

/// The first two words, and what follows them.
fn words(line: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let name = line.iter().position(is_blank)?;
    let rest = trim_blanks(&line[name..]);
    let end = rest.iter().position(is_blank).unwrap_or(rest.len());
    Some((&line[..name], &rest[..end], &rest[end..]))
}

/// The first word, in which blanks between quotes do not count, and what follows it, if anything does.
fn split_word(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = unquoted_end(line, is_blank).filter(|&end| end < line.len())?;
    Some(line.split_at(end))
}

/// As in listings, where a comment of the file may follow the key.
fn comment(rest: &[u8]) -> Option<&[u8]> {
    Some(trim_blanks(rest)).filter(|rest| !rest.is_empty() && !rest.starts_with(b"#"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBTMJOSpEmO0tVTuWGLVKAFpYqbqe64zCM/WxMvfFl93";

    fn comment(line: &str) -> Option<Option<String>> {
        let found = KeyInLine::find(line.as_bytes())?;
        Some(found.comment.map(|comment| String::from_utf8_lossy(comment).into_owned()))
    }

    #[test]
    fn keys_stand_at_the_front_or_behind_one_word() {
        for (line, expected) in [
            (KEY.to_owned(), Some(None)),
            (format!("  \t{KEY}  me too \r\n"), Some(Some("me too "))),
            (format!("{} # not a comment", KEY.replace(' ', "\t ")), Some(None)),
            (format!("command=\"echo \\\"hi there\\\"\",no-pty {KEY} me"), Some(Some("me"))),
            (format!("command=\"x\\\\\" {KEY} y\" {KEY} me"), Some(Some("me"))),
            (format!("command=\"x\\\\\" {KEY} me"), None),
            (format!("a\\\"b {KEY} me"), Some(Some("me"))),
            (format!("host1,host2 {KEY}"), Some(Some("host1,host2"))),
            (format!("host  {KEY}"), None),
            (format!("@revoked host {KEY}"), None),
            (format!("12 {KEY}"), None),
            (format!("# {KEY}"), None),
            ("".to_owned(), None),
            ("ssh-ed25519 AAAA".to_owned(), None),
            (KEY.replace("ed25519", "rsa"), None),
        ] {
            let expected = expected.map(|comment: Option<&str>| comment.map(str::to_owned));
            assert_eq!(comment(&line), expected, "{line:?}");
        }
    }

    #[test]
    fn options_are_told_from_host_names() {
        for (word, expected) in [
            ("from=\"10.0.0.0/8\",no-pty", true),
            ("no-touch-required", true),
            ("Cert-Authority,principals=\"a\"", true),
            ("restrict", true),
            ("host1,host2", false),
            ("|1|c2FsdA==|aGFzaA==", false),
        ] {
            let line = format!("{word} {KEY} me");
            let options = KeyInLine::find(line.as_bytes()).expect("a key").options;
            assert_eq!(options, expected.then_some(word.as_bytes()), "{word}");
        }
    }

    #[test]
    fn truncated_and_changed_lines_never_panic() {
        let line = format!("opt=\"a b\" {KEY} me");
        for end in 0..line.len() {
            let _ = KeyInLine::find(&line.as_bytes()[..end]);
            let mut changed = line.clone().into_bytes();
            changed[end] ^= 1;
            let _ = KeyInLine::find(&changed);
        }
    }
}
