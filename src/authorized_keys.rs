//! The lines of an authorized_keys file, as sshd reads them (sshd(8), AUTHORIZED_KEYS FILE FORMAT; `auth2-pubkeyfile.c`).

mod lint;
mod options;
mod request;
mod values;

use thiserror::Error;

use self::options::check_options;
use crate::certificate::{KeyInLine, KeyOrCertificate};
use crate::date::Clock;
use crate::text::{is_blank, trim_blanks, unquoted_end};

pub use self::lint::{Lint, Statement};
pub use self::options::{BadOption, Options};
pub use self::request::{Unwanted, Wanted};

/// Why sshd takes no key from a line.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// A quotation mark of the options is not closed.
    #[error("a quotation mark in the options is not closed")]
    OpenQuote,
    /// There are only options, or none of the words is a key.
    #[error("there is no key at the front of the line, nor after its options")]
    NoKey,
    /// sshd knows no such option.
    #[error("sshd does not know the option {0}")]
    UnknownOption(String),
    /// The option needs a value in quotation marks.
    #[error("the option {0} needs a value in quotation marks")]
    NoValue(String),
    /// sshd takes the option once only.
    #[error("the option {0} is there twice")]
    Twice(String),
    /// sshd does not take the value of the option.
    #[error("{0}")]
    BadValue(&'static str),
    /// The date is not one.
    #[error("expiry-time is not a date")]
    BadDate,
    /// The line held up to a date.
    #[error("the key has expired")]
    Expired,
    /// Another key follows the first, which sshd takes for a comment.
    #[error("two keys run together on this line: a newline is missing")]
    RanTogether,
}

/// The parts of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// The options, with commas between; empty if there are none.
    pub options: &'a [u8],
    /// The key.
    pub key: KeyOrCertificate,
    /// What follows it.
    pub comment: &'a [u8],
}

impl<'a> Line<'a> {
    /// Splits a line without its newline. `None` for a blank line and a comment. The options are not checked.
    ///
    /// # Errors
    /// [`Flaw::OpenQuote`], [`Flaw::NoKey`].
    pub fn read(line: &'a [u8]) -> Result<Option<Self>, Flaw> {
        // To sshd, NUL ends a line.
        let line = trim_blanks(line.split(|&byte| byte == 0).next().unwrap_or_default());
        if line.is_empty() || line.starts_with(b"#") {
            return Ok(None);
        }
        let (options, found) = match KeyInLine::at_front(line) {
            Some(found) => (&b""[..], found),
            None => {
                let length = unquoted_end(line, is_blank).ok_or(Flaw::OpenQuote)?;
                let found = KeyInLine::at_front(&line[length..]).ok_or(Flaw::NoKey)?;
                (&line[..length], found)
            }
        };
        Ok(Some(Self { options, key: found.key, comment: found.comment.unwrap_or_default() }))
    }
}

/// Whether sshd knows the options of a line, and takes their values; they may have held up to a date.
#[must_use]
pub fn are_valid(options: &[u8], clock: &Clock) -> bool {
    matches!(check_options(options, clock), Ok(()) | Err(Flaw::Expired))
}

/// A line with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: KeyOrCertificate,
}

impl Entry {
    /// Reads a line without its newline. `None` for a blank line and a comment.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn read(line: &[u8], clock: &Clock) -> Result<Option<Self>, Flaw> {
        let Some(Line { options, key, comment }) = Line::read(line)? else { return Ok(None) };
        check_options(options, clock)?;
        if KeyInLine::is_in_rest(line, comment) {
            return Err(Flaw::RanTogether);
        }
        Ok(Some(Self { key }))
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBTMJOSpEmO0tVTuWGLVKAFpYqbqe64zCM/WxMvfFl93";

    fn read(line: &str) -> Result<bool, Flaw> {
        let clock = Clock { now: 1_800_000_000, zone: TimeZone::UTC };
        Entry::read(line.as_bytes(), &clock).map(|entry| entry.is_some())
    }

    #[test]
    fn lines_are_read_as_sshd_reads_them() {
        let unknown = |option: &str| Err(Flaw::UnknownOption(option.to_owned()));
        for (line, expected) in [
            (KEY.to_owned(), Ok(true)),
            (format!("  {KEY} me"), Ok(true)),
            (format!("no-pty,command=\"a \\\"b\\\", c\",No-X11-Forwarding   {KEY} me"), Ok(true)),
            (format!("restrict,pty,from=\"10.0.0.0/8,!10.1.0.0/16\" {KEY}"), Ok(true)),
            (format!("expiry-time=\"20991231\" {KEY}"), Ok(true)),
            (format!("expiry-time=\"20010101Z\" {KEY}"), Err(Flaw::Expired)),
            (format!("expiry-time=\"soon\" {KEY}"), Err(Flaw::BadDate)),
            (format!("no-restrict {KEY}"), unknown("no-restrict")),
            (format!("no-ptty {KEY}"), unknown("no-ptty")),
            (format!("no-pty, {KEY}"), Ok(true)),
            (format!(",no-pty,,no-user-rc {KEY}"), Ok(true)),
            (format!("command=\"a\",command=\"a\" {KEY}"), Err(Flaw::Twice("command".to_owned()))),
            (
                format!("principals=\"a\" {KEY}"),
                Err(Flaw::BadValue("principals is for lines with cert-authority")),
            ),
            (format!("cert-authority,principals=\"a\" {KEY}"), Ok(true)),
            (format!("command=ls {KEY}"), Err(Flaw::NoValue("command".to_owned()))),
            (format!("from {KEY}"), Err(Flaw::NoValue("from".to_owned()))),
            (format!("command=\"ls {KEY}"), Err(Flaw::OpenQuote)),
            (format!("{KEY} me{KEY} you"), Err(Flaw::RanTogether)),
            (format!("{KEY} {KEY}"), Err(Flaw::RanTogether)),
            ("no-pty".to_owned(), Err(Flaw::NoKey)),
            (KEY[..60].to_owned(), Err(Flaw::NoKey)),
            ("# comment".to_owned(), Ok(false)),
            (" \t".to_owned(), Ok(false)),
        ] {
            assert_eq!(read(&line), expected, "{line}");
        }
        for end in 0..KEY.len() {
            let _ = read(&format!("from=\"a b\",x {}", &KEY[..end]));
        }
    }
}
