//! One line, its parts as they are written.

use super::line::{LineError, content, first_word, read_key};
use crate::certificate::{KeyInLine, KeyOrCertificate};
use crate::text::{is_blank, unquoted_end};

/// The parts of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Patterns of who it is about, with commas between, without quotation marks.
    pub principals: Vec<u8>,
    /// The options, with commas between; empty if there are none.
    pub options: &'a [u8],
    /// The key.
    pub key: KeyOrCertificate,
    /// What follows it.
    pub comment: &'a [u8],
}

impl<'a> Entry<'a> {
    /// Splits a line; `None` when it is empty or a comment. The options are not checked.
    ///
    /// # Errors
    /// [`LineError`].
    pub fn read(line: &'a [u8]) -> Result<Option<Self>, LineError> {
        let Some(line) = content(line) else { return Ok(None) };
        let (principals, rest) = first_word(line).ok_or(LineError::Invalid)?;
        let (options, rest) = if read_key(rest).is_some() {
            (&b""[..], rest)
        } else {
            rest.split_at(unquoted_end(rest, is_blank).ok_or(LineError::OpenQuote)?)
        };
        let found = KeyInLine::at_front(rest).filter(|found| !found.key.is_obsolete());
        let found = found.ok_or(if rest.is_empty() { LineError::NoKey } else { LineError::Key })?;
        Ok(Some(Self { principals, options, key: found.key, comment: found.comment.unwrap_or_default() }))
    }
}

/// The line without some names of its list of principals: empty if none is left. `None` if the list is quoted, or if a
/// pattern that is left matches one of the names.
#[must_use]
pub(super) fn without_names(line: &[u8], names: &[&[u8]]) -> Option<Vec<u8>> {
    let text = content(line)?;
    let start = line.len() - crate::text::trim_start(line, super::line::is_white).len();
    let end = text.iter().position(super::line::is_white)?;
    let list = &text[..end];
    let kept: Vec<_> =
        list.split(|&byte| byte == b',').filter(|name| !name.is_empty() && !names.contains(name)).collect();
    if kept.iter().all(|name| name.starts_with(b"!")) {
        return Some(Vec::new());
    }
    let kept = kept.join(&b',');
    let still = names.iter().any(|name| crate::pattern::list_matches(name, &kept));
    (!list.contains(&b'"') && !still).then(|| [&line[..start], &kept, &line[start + end..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBTMJOSpEmO0tVTuWGLVKAFpYqbqe64zCM/WxMvfFl93";

    #[test]
    fn lines_are_split() {
        for (line, parts) in [
            (format!("me@x {KEY}\n"), Some(("me@x", "", ""))),
            (
                format!("\"me@x\" namespaces=\"a b\",cert-authority {KEY} me too\r\n"),
                Some(("me@x", "namespaces=\"a b\",cert-authority", "me too")),
            ),
            (
                format!("a,b  valid-before=\"20300101\"   {KEY}"),
                Some(("a,b", "valid-before=\"20300101\"", "")),
            ),
            ("# x\n".to_owned(), None),
            ("\n".to_owned(), None),
        ] {
            let found = Entry::read(line.as_bytes()).expect("a line");
            let found = found.as_ref().map(|entry| (&entry.principals[..], entry.options, entry.comment));
            let parts =
                parts.map(|(who, options, comment)| (who.as_bytes(), options.as_bytes(), comment.as_bytes()));
            assert_eq!(found, parts, "{line}");
        }
        for (line, error) in [
            ("me".to_owned(), LineError::Invalid),
            ("me x\n".to_owned(), LineError::NoKey),
            (format!("me \"x {KEY}"), LineError::OpenQuote),
            (format!("me x {}", &KEY[..60]), LineError::Key),
        ] {
            assert_eq!(Entry::read(line.as_bytes()), Err(error), "{line}");
        }
    }

    #[test]
    fn names_are_taken_out() {
        for (line, left) in [
            ("me KEY\n", Some("")),
            (" \ta,me,b  KEY\r\n", Some(" \ta,b  KEY\r\n")),
            ("me,!you KEY\n", Some("")),
            ("me,* KEY\n", None),
            ("\"me,b\" KEY\n", None),
        ] {
            let found = without_names(line.as_bytes(), &[b"me"]);
            assert_eq!(found.as_deref(), left.map(str::as_bytes), "{line}");
        }
    }
}
