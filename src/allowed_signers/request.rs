//! Lines that an allowed_signers file is to have, and lines that are to go.

use std::str::FromStr;

use thiserror::Error;

use super::Signers;
use super::entry::{Entry, without_names};
use crate::certificate::KeyOrCertificate;
use crate::date::{Clock, Moment};
use crate::key::Comment;
use crate::key_list::{Beside, Conflict, Keys, Relation, Request, Selections, without_ending};
use crate::pattern;

/// Why a text cannot be written into a line.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum BadText {
    /// It would end the list, or the line.
    #[error(
        "a list of names contains no blanks, quotation marks or control characters, no empty name, and does not start with #"
    )]
    Names,
    /// It is not a date.
    #[error(
        "{0:?} is not a date: write YYYYMMDD, YYYYMMDDHHMMSS, a time from now such as +52w, or either in UTC with a Z at the end"
    )]
    Date(String),
    /// The end is not after the start.
    #[error("valid-before is not after valid-after")]
    Empty,
}

/// Names or patterns, with commas between: of principals, or of namespaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names(String);

impl Names {
    fn each(&self) -> impl Iterator<Item = &[u8]> {
        self.0.split(',').map(str::as_bytes)
    }
}

impl FromStr for Names {
    type Err = BadText;

    fn from_str(text: &str) -> Result<Self, BadText> {
        let ends_list = |c: char| c.is_whitespace() || c.is_control() || c == '"';
        let is_sound = !text.contains(ends_list)
            && !text.starts_with('#')
            && text.split(',').all(|name| !name.is_empty() && name != "!");
        if is_sound { Ok(Self(text.to_owned())) } else { Err(BadText::Names) }
    }
}

/// A date as it is written, and the time that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Date {
    text: String,
    time: u64,
}

impl Date {
    /// Reads a date, or a time from now, which is written in UTC.
    ///
    /// # Errors
    /// [`BadText::Date`].
    pub fn new(text: &str, clock: &Clock) -> Result<Self, BadText> {
        let date = match Moment::absolute(text) {
            Some(moment) => moment.at(clock).map(|time| Self { text: text.to_owned(), time }),
            None => Moment::relative(text).and_then(|moment| moment.at(clock)).map(|time| {
                let then = Clock { now: time, zone: clock.zone.clone() };
                Self { text: format!("{}Z", then.to_utc_digits()), time }
            }),
        };
        date.filter(|date| date.time != 0).ok_or_else(|| BadText::Date(text.to_owned()))
    }
}

/// What a line says beside who has which key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    cert_authority: bool,
    namespaces: Option<Names>,
    valid_after: Option<Date>,
    valid_before: Option<Date>,
}

/// What the keys of a line are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeysOf {
    /// Those of signers.
    Signers,
    /// Those of CAs, whose certificates sign.
    CertAuthorities,
}

impl Options {
    /// The options of a line.
    ///
    /// # Errors
    /// [`BadText::Empty`].
    pub fn new(
        keys_of: KeysOf,
        namespaces: Option<Names>,
        valid_after: Option<Date>,
        valid_before: Option<Date>,
    ) -> Result<Self, BadText> {
        if let (Some(after), Some(before)) = (&valid_after, &valid_before)
            && before.time <= after.time
        {
            return Err(BadText::Empty);
        }
        let cert_authority = keys_of == KeysOf::CertAuthorities;
        Ok(Self { cert_authority, namespaces, valid_after, valid_before })
    }

    /// Whether nothing signed at that time, in seconds since 1970, is valid any more.
    #[must_use]
    pub fn ended(&self, now: u64) -> bool {
        self.valid_before.as_ref().is_some_and(|before| before.time <= now)
    }

    fn text(&self) -> String {
        let named = |name: &str, value: Option<&str>| value.map(|value| format!("{name}=\"{value}\""));
        let options = [
            self.cert_authority.then(|| "cert-authority".to_owned()),
            named("namespaces", self.namespaces.as_ref().map(|names| &*names.0)),
            named("valid-after", self.valid_after.as_ref().map(|date| &*date.text)),
            named("valid-before", self.valid_before.as_ref().map(|date| &*date.text)),
        ];
        options.into_iter().flatten().collect::<Vec<_>>().join(",")
    }

    fn are_those_of(&self, signers: &Signers) -> bool {
        self.namespaces.as_ref().map(|names| names.0.as_bytes()) == signers.namespaces.as_deref()
            && self.valid_after.as_ref().map(|date| date.time) == signers.valid_after
            && self.valid_before.as_ref().map(|date| date.time) == signers.valid_before
    }
}

/// Keys with which someone may sign.
#[derive(Debug)]
pub struct Wanted {
    /// Who.
    pub who: Names,
    /// The keys, with their comments.
    pub keys: Keys<Comment>,
    /// For what and when.
    pub options: Options,
    /// Where local time comes from.
    pub clock: Clock,
}

impl Request for Wanted {
    fn count(&self) -> usize {
        self.keys.as_slice().len()
    }

    fn beside(&self, line: &[u8]) -> Beside {
        let signers = match Signers::parse(line, &self.clock, |_| true) {
            Ok(Some(signers)) => signers,
            Ok(None) => return Beside::Nothing,
            Err(_) => return Beside::Invalid,
        };
        let KeyOrCertificate::Key(key) = &signers.key else { return Beside::Entry(Vec::new()) };
        let theirs: Vec<_> = signers.principals.split(|&byte| byte == b',').collect();
        let is_theirs = self.who.each().all(|name| theirs.contains(&name))
            && signers.cert_authority == self.options.cert_authority;
        let relation = if self.options.are_those_of(&signers) {
            Relation::Same
        } else {
            Relation::Against(Conflict::OtherOptions)
        };
        let place = self.keys.place(key).filter(|_| is_theirs);
        Beside::Entry(place.map(|place| (place, relation)).into_iter().collect())
    }

    fn without(&self, line: &[u8]) -> Option<Vec<u8>> {
        without_names(line, &self.who.each().collect::<Vec<_>>())
    }

    fn lines(&self, places: &[usize]) -> Vec<Vec<u8>> {
        let options = self.options.text();
        let blank = if options.is_empty() { "" } else { " " };
        let front = format!("{} {options}{blank}", self.who.0);
        let keys = places.iter().filter_map(|&place| self.keys.as_slice().get(place));
        keys.map(|(key, comment)| [front.as_bytes(), &key.to_line(comment)].concat()).collect()
    }
}

/// Who may no longer sign, or with which keys.
#[derive(Debug)]
pub struct Unwanted {
    /// The names.
    pub names: Vec<Names>,
    /// The keys.
    pub keys: Selections,
}

impl Unwanted {
    fn names(&self) -> Vec<&[u8]> {
        self.names.iter().flat_map(Names::each).collect()
    }
}

impl Request for Unwanted {
    fn count(&self) -> usize {
        0
    }

    fn beside(&self, line: &[u8]) -> Beside {
        let entry = match Entry::read(without_ending(line)) {
            Ok(Some(entry)) => entry,
            Ok(None) => return Beside::Nothing,
            Err(_) => return Beside::Invalid,
        };
        let is_theirs = self.names().iter().any(|name| {
            let named = entry.principals.split(|&byte| byte == b',').any(|one| one == *name);
            named || pattern::list_matches(name, &entry.principals)
        });
        let is_meant = is_theirs || self.keys.are_of(&entry.key, b"");
        let relation = (0, Relation::Against(Conflict::OtherOptions));
        Beside::Entry(if is_meant { vec![relation] } else { Vec::new() })
    }

    fn without(&self, line: &[u8]) -> Option<Vec<u8>> {
        let entry = Entry::read(without_ending(line)).ok()??;
        if self.keys.are_of(&entry.key, b"") {
            return Some(Vec::new());
        }
        without_names(line, &self.names())
    }

    fn lines(&self, _: &[usize]) -> Vec<Vec<u8>> {
        Vec::new()
    }
}
