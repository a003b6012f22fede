//! One entry of a list, as text and as JSON.

use serde_json::{Value, json};

use crate::allowed_signers;
use crate::authorized_keys;
use crate::certificate::KeyOrCertificate;
use crate::commands::json::{Members, key_members, members as members_of, printable};
use crate::date::Clock;
use crate::host::ui::Report;
use crate::key::{Comment, HashAlgorithm};
use crate::key_list::{Kind, without_ending};
use crate::known_hosts;

/// A line with an entry, kept as it is: a list may have a million. What it says is read again when it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Its number.
    pub(super) number: u64,
    kind: Kind,
    text: Box<[u8]>,
}

impl Line {
    /// A line with an entry that can be read, else `None`.
    pub(super) fn new(kind: Kind, number: u64, text: &[u8]) -> Option<Self> {
        let line = Self { number, kind, text: text.into() };
        line.item().map(|_| line)
    }

    /// What it says.
    pub(super) fn item(&self) -> Option<Item> {
        Item::read(self.kind, self.number, &self.text)
    }
}

/// What a line says of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// The number of the line.
    pub(super) line: u64,
    key: KeyOrCertificate,
    comment: Comment,
    /// Of whom, or with which options: before the type of the key in the list of fingerprints.
    about: Vec<u8>,
    /// The options, after the type of the key there.
    behind: Vec<u8>,
    /// The same for programs.
    members: Members,
}

impl Item {
    /// Reads a line. `None` for one without an entry that can be read.
    pub(super) fn read(kind: Kind, line: u64, text: &[u8]) -> Option<Self> {
        match kind {
            Kind::KnownHosts => Self::of_host(line, without_ending(text)),
            Kind::AuthorizedKeys => Self::of_login(line, without_ending(text)),
            Kind::AllowedSigners => Self::of_signer(line, without_ending(text)),
        }
    }

    /// Whether the program that the list is for uses the entry: it reads the key, and sshd the options.
    pub(super) fn is_used(&self, kind: Kind, clock: &Clock) -> bool {
        let is_valid = kind != Kind::AuthorizedKeys || authorized_keys::are_valid(&self.behind, clock);
        is_valid && !self.key.is_obsolete()
    }

    fn of_host(line: u64, text: &[u8]) -> Option<Self> {
        let entry = known_hosts::Entry::read(text).ok()??;
        let found = entry.key().ok()?;
        let names = entry.names().split(|&byte| byte == b',');
        let names: Vec<_> = names.filter(|name| !name.is_empty()).map(String::from_utf8_lossy).collect();
        let mut members = members_of(json!({ "names": names, "hashed": entry.is_hashed() }));
        let mut about = entry.names().to_vec();
        if let Some(marker) = entry.marker() {
            members.insert("marker".to_owned(), marker.word().into());
            about = [marker.word().as_bytes(), b" ", entry.names()].concat();
        }
        let comment = Comment::from_file(found.comment.trim_ascii_end());
        Some(Self { line, key: found.key, comment, about, behind: Vec::new(), members })
    }

    fn of_login(line: u64, text: &[u8]) -> Option<Self> {
        let found = authorized_keys::Line::read(text).ok()??;
        let options = String::from_utf8_lossy(found.options);
        let members = if options.is_empty() { json!({}) } else { json!({ "options": options }) };
        let comment = Comment::from_file(found.comment.trim_ascii_end());
        let about = if comment.is_empty() { b"no comment".to_vec() } else { comment.as_bytes().to_vec() };
        let behind = found.options.to_vec();
        Some(Self { line, key: found.key, comment, about, behind, members: members_of(members) })
    }

    fn of_signer(line: u64, text: &[u8]) -> Option<Self> {
        let found = allowed_signers::Entry::read(text).ok()??;
        let names = found.principals.split(|&byte| byte == b',').filter(|name| !name.is_empty());
        let names: Vec<_> = names.map(String::from_utf8_lossy).collect();
        let mut members = members_of(json!({ "principals": names }));
        if !found.options.is_empty() {
            members.insert("options".to_owned(), String::from_utf8_lossy(found.options).into());
        }
        let comment = Comment::from_file(found.comment.trim_ascii_end());
        let behind = found.options.to_vec();
        Some(Self { line, key: found.key, comment, about: found.principals, behind, members })
    }

    /// The entry as an object, with what else there is to say.
    pub(super) fn object(&self, more: Value) -> Value {
        let mut object = members_of(json!({ "line": self.line }));
        object.extend(members_of(more));
        object.extend(self.members.clone());
        let key = key_members(&self.key, &self.comment, HashAlgorithm::default());
        object.insert("key".to_owned(), key.into());
        object.into()
    }

    /// The fingerprint in ssh-keygen's form, with what the line says of the key where the comment is there.
    pub(super) fn shown(&self) -> Vec<u8> {
        let key = &self.key;
        let fingerprint = key.fingerprint(HashAlgorithm::default());
        let start = format!("{} {fingerprint} ", key.key().bits());
        let about = printable(&self.about);
        let behind = printable(&self.behind);
        let blank: &[u8] = if behind.is_empty() { b"" } else { b" " };
        [start.as_bytes(), &about, b" (", key.display_name().as_bytes(), b")", blank, &behind].concat()
    }
}

impl Report for Item {
    fn text(&self) -> Vec<u8> {
        [format!("{}: ", self.line).as_bytes(), &self.shown(), b"\n"].concat()
    }

    fn json(&self) -> Value {
        self.object(json!({}))
    }
}
