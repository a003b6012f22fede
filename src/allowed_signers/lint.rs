//! What is wrong with the lines of an allowed_signers file, alone and beside each other.

use sha2::{Digest, Sha256};

use super::Signers;
use crate::date::Clock;
use crate::finding::FindingId;
use crate::key_list::{EarlierLines, Permission, Problem, Repeat};
use crate::pattern;
use crate::wire::{Reader, Truncated, put_string, put_u64};

mod own;

/// What a line says, read without regard to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// SHA-256 of the key's blob.
    key: [u8; 32],
    scope: Scope,
    own: Vec<Problem>,
}

impl Statement {
    /// Reads a line. `None` for a blank line and a comment.
    ///
    /// # Errors
    /// The [`Problem`] that keeps ssh-keygen from using it.
    pub fn read(line: &[u8], clock: &Clock) -> Result<Option<Self>, Problem> {
        let signers = Signers::parse(line, clock, |_| true).map_err(|error| own::of_error(&error, line))?;
        let Some(signers) = signers else { return Ok(None) };
        let mut own = own::of_line(&signers, clock);
        own.extend(own::second_entry(line));
        own.extend(own::options_in_comment(line));
        let weak = signers.key.key().weaknesses().into_iter();
        own.extend(weak.map(|weakness| {
            Problem::new(
                FindingId::WeakKey,
                weakness.to_string(),
                "generate a new key, and replace this line",
            )
        }));
        let key = Sha256::digest(signers.key.blob()).into();
        let scope = Scope(Permitted::of(&signers).to_bytes());
        Ok(Some(Self { key, scope, own }))
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
        let Statement { key, scope, own: mut problems } = statement;
        problems.extend(self.seen.add(line, &key, &scope).map(|repeat| match repeat {
            Repeat::Same(of) => {
                let message = format!("says what line {of} says");
                let fix = "rkeygen allowed-signers dedupe removes it";
                Problem::new(FindingId::Duplicate, message, fix).beside(of)
            }
            Repeat::Within(of) => {
                let message = format!("permits nothing that line {of} does not permit");
                Problem::new(FindingId::Shadowed, message, "remove one of the lines").beside(of)
            }
        }));
        problems
    }
}

/// Who may sign, for what and when, as bytes: of a million lines they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Scope(Vec<u8>);

impl Permission for Scope {
    fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn is_same(&self, earlier: &[u8]) -> bool {
        self.0 == earlier
    }

    fn is_within(&self, earlier: &[u8]) -> bool {
        let read = [earlier, &self.0].map(Permitted::from_bytes);
        matches!(read, [Ok(earlier), Ok(this)] if earlier.covers(&this))
    }
}

/// Who may sign, for what and when.
struct Permitted<'a> {
    cert_authority: bool,
    namespaces: Option<&'a [u8]>,
    valid_after: Option<u64>,
    valid_before: Option<u64>,
    principals: &'a [u8],
}

impl<'a> Permitted<'a> {
    fn of(signers: &'a Signers) -> Self {
        Self {
            cert_authority: signers.cert_authority,
            namespaces: signers.namespaces.as_deref(),
            valid_after: signers.valid_after,
            valid_before: signers.valid_before,
            principals: &signers.principals,
        }
    }

    /// A byte says which parts are there.
    fn to_bytes(&self) -> Vec<u8> {
        let Self { cert_authority, namespaces, valid_after, valid_before, principals } = self;
        let parts = [*cert_authority, namespaces.is_some(), valid_after.is_some(), valid_before.is_some()];
        let parts = parts.iter().fold(0, |parts, &is_there| parts << 1 | u8::from(is_there));
        let mut bytes = vec![parts];
        namespaces.iter().for_each(|namespaces| put_string(&mut bytes, namespaces));
        [valid_after, valid_before].into_iter().flatten().for_each(|&time| put_u64(&mut bytes, time));
        bytes.extend_from_slice(principals);
        bytes
    }

    fn from_bytes(bytes: &'a [u8]) -> Result<Self, Truncated> {
        let mut bytes = Reader::new(bytes);
        let parts = bytes.u8()?;
        let has = |place: u8| (parts >> place & 1 == 1).then_some(());
        Ok(Self {
            cert_authority: has(3).is_some(),
            namespaces: has(2).map(|()| bytes.string()).transpose()?,
            valid_after: has(1).map(|()| bytes.u64()).transpose()?,
            valid_before: has(0).map(|()| bytes.u64()).transpose()?,
            principals: bytes.rest(),
        })
    }

    /// Whether all that the other permits is permitted, as far as that is easily seen.
    fn covers(&self, other: &Self) -> bool {
        let plain = |list: &[u8]| !list.contains(&b'!');
        let within = |list: &[u8], all: &[u8]| {
            let names = list.split(|&byte| byte == b',').filter(|name| !name.is_empty());
            list == all || plain(list) && plain(all) && names.clone().all(|name| is_in(name, all))
        };
        let namespaces = match (self.namespaces, other.namespaces) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(ours), Some(theirs)) => within(theirs, ours),
        };
        self.cert_authority == other.cert_authority
            && within(other.principals, self.principals)
            && namespaces
            && self.valid_after.is_none_or(|after| other.valid_after.is_some_and(|theirs| theirs >= after))
            && self
                .valid_before
                .is_none_or(|before| other.valid_before.is_some_and(|theirs| theirs <= before))
    }
}

/// Whether all that a pattern matches is matched by a list: it is in the list, or without wildcards.
fn is_in(name: &[u8], list: &[u8]) -> bool {
    let is_plain = !name.iter().any(|byte| matches!(byte, b'*' | b'?'));
    list.split(|&byte| byte == b',').any(|one| one == name) || is_plain && pattern::list_matches(name, list)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

    fn ids(lines: &[(u64, &str)]) -> Vec<(u64, &'static str, Option<u64>)> {
        let clock = Clock { now: 1_800_000_000, zone: TimeZone::UTC };
        let mut lint = Lint::default();
        let mut found = Vec::new();
        for &(number, line) in lines {
            let problems = match Statement::read(format!("{line} {KEY}\n").as_bytes(), &clock) {
                Ok(Some(statement)) => lint.add(number, statement),
                Ok(None) => Vec::new(),
                Err(problem) => vec![problem],
            };
            found.extend(problems.iter().map(|it| (number, it.id.name(), it.other_line)));
        }
        found
    }

    #[test]
    fn lines_are_compared() {
        let found = ids(&[
            (1, "me@x"),
            (2, "me@x namespaces=\"git\""),
            (3, "me@x"),
            (4, "me@x,you@x namespaces=\"git,file\""),
            (5, "you@x namespaces=\"git\""),
            (6, "*@x valid-before=\"20300101Z\""),
            (7, "a@x valid-before=\"20290101Z\""),
            (8, "a@x valid-before=\"20310101Z\""),
            (9, "me@x cert-authority"),
            (10, "!me@x,*@x namespaces=\"git\""),
        ]);
        assert_eq!(
            found,
            [
                (2, "shadowed", Some(1)),
                (3, "duplicate", Some(1)),
                (5, "shadowed", Some(4)),
                (7, "shadowed", Some(6)),
            ]
        );
    }

    #[test]
    fn lines_that_never_match_are_found() {
        for (line, id) in [
            ("!me@x", "never-matches"),
            ("*,!*", "never-matches"),
            ("me@x namespaces=\"\"", "never-matches"),
            ("me@x valid-before=\"20200101Z\"", "expired"),
            ("\u{201c}me@x\u{201d}", "quotation-mark"),
            ("me@x namespaces=git", "unread-line"),
        ] {
            assert_eq!(ids(&[(1, line)]), [(1, id, None)], "{line}");
        }
        assert_eq!(ids(&[(1, "\"me@x\""), (2, "*,!me@x namespaces=\"!git,*\"")]), []);
    }
}
