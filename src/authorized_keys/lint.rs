//! What is wrong with the lines of an authorized_keys file, alone and beside each other.

use std::fmt::Display;

use sha2::{Digest, Sha256};

use super::options::{are_same, may_refuse, never_matching};
use super::{Entry, Flaw, Line};
use crate::certificate::KeyInLine;
use crate::date::Clock;
use crate::finding::FindingId;
use crate::format::{Damage, NoKey};
use crate::key_list::{
    BLANK_IN_OPTIONS, EarlierLines, Permission, Problem, Repeat, begins_with_option, in_comment,
    without_ending,
};

/// What a line says, read without regard to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// SHA-256 of the key's blob.
    key: [u8; 32],
    options: Vec<u8>,
    own: Vec<Problem>,
}

impl Statement {
    /// Reads a line. `None` for a blank line and a comment.
    ///
    /// # Errors
    /// The [`Problem`] that keeps sshd from using it.
    pub fn read(line: &[u8], clock: &Clock) -> Result<Option<Self>, Problem> {
        let line = without_ending(line);
        let entry = Entry::read(line, clock).map_err(|flaw| of_flaw(&flaw, line))?;
        let parts = Line::read(line).ok().flatten();
        let (Some(entry), Some(Line { options, comment, .. })) = (entry, parts) else { return Ok(None) };
        let weak = entry.key.key().weaknesses().into_iter();
        let weak = weak.map(|weakness| {
            let fix = "generate a new key, and remove this line";
            Problem::new(FindingId::WeakKey, weakness.to_string(), fix)
        });
        let never = never_matching(options).into_iter().map(|entry| {
            let message = format!("the entry \"{entry}\" of from never matches");
            let fix = "write names, patterns, addresses or ADDRESS/LENGTH, with commas and no blanks between";
            Problem::new(FindingId::NeverMatches, message, fix)
        });
        let own = weak.chain(never).chain(in_comment(comment)).collect();
        Ok(Some(Self { key: Sha256::digest(entry.key.blob()).into(), options: options.to_vec(), own }))
    }
}

fn of_flaw(flaw: &Flaw, line: &[u8]) -> Problem {
    match flaw {
        Flaw::Expired => {
            Problem::new(FindingId::Expired, flaw.to_string(), "remove the line, or set a later expiry-time")
        }
        Flaw::RanTogether => {
            Problem::new(FindingId::RanTogether, flaw.to_string(), "put each key on a line of its own")
        }
        Flaw::NoKey | Flaw::OpenQuote => match NoKey::of(KeyInLine::place(line), line) {
            Some(NoKey::Damage(Damage::TextAround))
                if *flaw == Flaw::NoKey && begins_with_option(&String::from_utf8_lossy(line)) =>
            {
                let (message, fix) = BLANK_IN_OPTIONS;
                unread(&message, fix)
            }
            // A mark that is not closed says more than that there is text around the key.
            Some(no_key) if *flaw == Flaw::NoKey || no_key != NoKey::Damage(Damage::TextAround) => {
                unread(&no_key, no_key.fix())
            }
            _ if *flaw == Flaw::NoKey => unread(flaw, "copy the key again, as one line of plain text"),
            _ => unread(flaw, SEE_SSHD),
        },
        Flaw::UnknownOption(name) if !name.contains(|c: char| c.is_ascii_alphabetic()) => {
            let text = NoKey::Damage(Damage::TextAround);
            unread(&text, text.fix())
        }
        _ => unread(flaw, SEE_SSHD),
    }
}

const SEE_SSHD: &str = "correct the options: see sshd(8), AUTHORIZED_KEYS FILE FORMAT";

fn unread(reason: &impl Display, fix: &'static str) -> Problem {
    Problem::new(FindingId::UnreadLine, format!("sshd ignores it: {reason}"), fix)
}

/// The options of a line.
struct Said(Vec<u8>);

impl Permission for Said {
    fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn is_same(&self, earlier: &[u8]) -> bool {
        are_same(earlier, &self.0)
    }

    /// sshd goes on to the next line with a key only where from= or expiry-time= refuse.
    fn is_within(&self, earlier: &[u8]) -> bool {
        !may_refuse(earlier)
    }
}

/// Compares the lines of a file, which are added in their order.
#[derive(Debug, Default)]
pub struct Lint {
    seen: EarlierLines,
}

impl Lint {
    /// Adds a line, and says what is wrong with it.
    pub fn add(&mut self, line: u64, statement: Statement) -> Vec<Problem> {
        let Statement { key, options, own: mut problems } = statement;
        problems.extend(self.seen.add(line, &key, &Said(options)).map(|repeat| match repeat {
            Repeat::Same(of) => {
                let message = format!("the same key with the same options as in line {of}");
                let fix = "rkeygen authorized-keys dedupe removes it";
                Problem::new(FindingId::Duplicate, message, fix).beside(of)
            }
            Repeat::Within(of) => {
                let message = format!("the same key as in line {of}, whose options count");
                Problem::new(FindingId::Shadowed, message, "remove one of the lines").beside(of)
            }
        }));
        problems
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    const ONE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
    const TWO: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

    #[test]
    fn lines_are_compared() {
        let clock = Clock { now: 1_800_000_000, zone: TimeZone::UTC };
        let mut lint = Lint::default();
        for (number, line, expected) in [
            (1, format!("{ONE} me\r\n"), None),
            (2, format!("no-pty {ONE}"), Some(("shadowed", Some(1)))),
            (3, format!("{ONE} you"), Some(("duplicate", Some(1)))),
            (4, format!("from=\"10.0.0.1\" {TWO}"), None),
            (5, TWO.to_owned(), None),
            (6, format!("From=\"10.0.0.1\" {TWO}"), Some(("duplicate", Some(4)))),
            (7, format!("pty {TWO}"), Some(("shadowed", Some(5)))),
            (8, format!("expiry-time=\"20010101\" {TWO}"), Some(("expired", None))),
            (9, format!("{ONE} {TWO}"), Some(("ran-together", None))),
            (10, "no-pty ssh-ed25519 AAAA".to_owned(), Some(("unread-line", None))),
            (11, "# x".to_owned(), None),
        ] {
            let problems = match Statement::read(line.as_bytes(), &clock) {
                Ok(Some(statement)) => lint.add(number, statement),
                Ok(None) => Vec::new(),
                Err(problem) => vec![problem],
            };
            let found: Vec<_> = problems.iter().map(|it| (it.id.name(), it.other_line)).collect();
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{line}");
        }
    }
}
