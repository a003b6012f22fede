//! One line: `PRINCIPALS [OPTIONS] TYPE BASE64 [COMMENT]`.

use thiserror::Error;

use crate::certificate::{KeyInLine, KeyOrCertificate};
use crate::date::{Clock, Moment};
use crate::text::{is_blank, trim_start, unquoted_end};

/// A line that cannot be read.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum LineError {
    /// There is only one word, or a quote is not closed.
    #[error("invalid line")]
    Invalid,
    /// A quote in the options is not closed.
    #[error("invalid options")]
    OpenQuote,
    /// There are only principals and options.
    #[error("missing key")]
    NoKey,
    /// What should be a key is none.
    #[error("invalid key: invalid format")]
    Key,
    /// An option is wrong.
    #[error("bad options: {0}")]
    Options(&'static str),
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signers {
    /// Patterns of who it is about, with commas between.
    pub principals: Vec<u8>,
    /// The key is that of a CA, whose certificates are meant.
    pub cert_authority: bool,
    /// Patterns of what for, with commas between; for everything when there are none.
    pub namespaces: Option<Vec<u8>>,
    /// From when on.
    pub valid_after: Option<u64>,
    /// Up to when.
    pub valid_before: Option<u64>,
    /// The key.
    pub key: KeyOrCertificate,
}

impl Signers {
    /// Reads a line, with its newline if it has one; `None` when it is empty, a comment, or about other principals.
    ///
    /// # Errors
    /// [`LineError`].
    pub fn parse(
        line: &[u8],
        clock: &Clock,
        about: impl FnOnce(&[u8]) -> bool,
    ) -> Result<Option<Self>, LineError> {
        let Some(line) = content(line) else { return Ok(None) };
        let (principals, rest) = first_word(line).ok_or(LineError::Invalid)?;
        if !about(&principals) {
            return Ok(None);
        }
        let empty = |key| Self {
            principals: principals.clone(),
            cert_authority: false,
            namespaces: None,
            valid_after: None,
            valid_before: None,
            key,
        };
        if let Some(key) = read_key(rest) {
            return Ok(Some(empty(key)));
        }
        let end = unquoted_end(rest, is_blank).ok_or(LineError::OpenQuote)?;
        let (options, rest) = rest.split_at(end);
        if rest.is_empty() {
            return Err(LineError::NoKey);
        }
        let mut signers = empty(read_key(rest).ok_or(LineError::Key)?);
        signers.read_options(options, clock).map_err(LineError::Options)?;
        Ok(Some(signers))
    }

    fn read_options(&mut self, options: &[u8], clock: &Clock) -> Result<(), &'static str> {
        let mut rest = options;
        loop {
            rest = self.read_option(rest, clock)?;
            match rest {
                [] => break,
                [b','] => return Err("unexpected end-of-options"),
                [b',', behind @ ..] => rest = behind,
                _ => return Err("unknown key option"),
            }
        }
        match (self.valid_after, self.valid_before) {
            (Some(after), Some(before)) if before <= after => {
                Err("\"valid-before\" time is before \"valid-after\"")
            }
            _ => Ok(()),
        }
    }

    /// Reads one option, if it is one, and gives what follows it.
    fn read_option<'a>(&mut self, text: &'a [u8], clock: &Clock) -> Result<&'a [u8], &'static str> {
        let name = |name: &str| {
            let (word, rest) = text.split_at_checked(name.len())?;
            word.eq_ignore_ascii_case(name.as_bytes()).then_some(rest)
        };
        if let Some(rest) = name("cert-authority") {
            self.cert_authority = true;
            return Ok(rest);
        }
        if let Some(rest) = name("namespaces=") {
            let (value, rest) = dequote(rest)?;
            let first = self.namespaces.replace(value).is_none();
            return if first { Ok(rest) } else { Err("multiple \"namespaces\" clauses") };
        }
        let (again, wrong, slot, rest) = if let Some(rest) = name("valid-after=") {
            let again = "multiple \"valid-after\" clauses";
            (again, "invalid \"valid-after\" time", &mut self.valid_after, rest)
        } else if let Some(rest) = name("valid-before=") {
            let again = "multiple \"valid-before\" clauses";
            (again, "invalid \"valid-before\" time", &mut self.valid_before, rest)
        } else {
            // Nothing between two commas is no option, and no fault.
            return Ok(text);
        };
        let (value, rest) = dequote(rest)?;
        let text = String::from_utf8(value).map_err(|_| wrong)?;
        let time = Moment::absolute(&text).and_then(|moment| moment.at(clock)).filter(|&time| time != 0);
        let first = slot.replace(time.ok_or(wrong)?).is_none();
        if first { Ok(rest) } else { Err(again) }
    }
}

/// The line without white space in front; `None` when it is empty or a comment.
pub(super) fn content(line: &[u8]) -> Option<&[u8]> {
    // To OpenSSH a NUL byte ends the line.
    let line = line.split(|&byte| byte == 0).next().unwrap_or_default();
    let line = trim_start(line, is_white);
    (!line.is_empty() && !line.starts_with(b"#")).then_some(line)
}

/// The first word and what follows it. As in OpenSSH, the first quotation mark of the line, wherever it is in the word,
/// starts a part that goes to the next one, and both are dropped. `None` when the line ends with the word, without a
/// newline, or the part does not end.
pub(super) fn first_word(line: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let end = line.iter().position(|&byte| is_white(&byte) || byte == b'"')?;
    let (word, rest) = (&line[..end], &line[end + 1..]);
    if line[end] != b'"' {
        return Some((word.to_vec(), trim_start(rest, is_white)));
    }
    let close = rest.iter().position(|&byte| byte == b'"')?;
    Some(([word, &rest[..close]].concat(), trim_start(&rest[close + 1..], is_white)))
}

/// White space between words.
pub(super) fn is_white(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The key at the front of the text, if OpenSSH reads it.
pub(super) fn read_key(text: &[u8]) -> Option<KeyOrCertificate> {
    KeyInLine::at_front(text).map(|found| found.key).filter(|key| !key.is_obsolete())
}

/// A value in double quotes, in which `\"` is a quote, and what follows it.
fn dequote(text: &[u8]) -> Result<(Vec<u8>, &[u8]), &'static str> {
    let mut rest = text.strip_prefix(b"\"").ok_or("missing start quote")?;
    let mut value = Vec::new();
    loop {
        rest = match rest {
            [] => return Err("missing end quote"),
            [b'"', behind @ ..] => return Ok((value, behind)),
            [b'\\', b'"', behind @ ..] => {
                value.push(b'"');
                behind
            }
            [byte, behind @ ..] => {
                value.push(*byte);
                behind
            }
        };
    }
}
