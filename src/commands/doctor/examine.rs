//! Looks at one file.

use std::path::Path;

use memchr::memmem;

use super::health::Health;
use super::role::{Role, is_named_as_key};
use super::{Args, listed, lists, private, public, surroundings};
use crate::certificate::KeyOrCertificate;
use crate::commands::Context;
use crate::commands::failure::hint;
use crate::commands::public::{Found, of_any_format, read as read_lines};
use crate::finding::FindingId;
use crate::format::{self, KeyFile, Other, recover_public};
use crate::host::files::{self, Entry, Opened, Unreadable};
use crate::host::input::Input;
use crate::krl::{self, Krl};

/// How a file came to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The user named it: it is meant to be a key.
    Given,
    /// It is in a directory that the user named, among others.
    InDirectory,
}

/// Looks at what is in a directory.
pub(super) fn entry(entry: &Entry, args: &Args, ctx: &mut Context<'_>) -> Vec<Health> {
    let mut health = Health::new(&entry.path);
    match entry.kind {
        None => return examine(&Input::File(entry.path.clone()), Place::InDirectory, args, ctx),
        Some("dangling link") => {
            health.kind = "symbolic link";
            health.find(FindingId::DanglingLink, "it leads nowhere", "remove it, or restore the file", None);
        }
        Some(kind) => health.kind = kind,
    }
    vec![health]
}

/// Looks at a file, and at each key in it; never fails, and asks at most for its passphrase.
pub(super) fn examine(input: &Input, place: Place, args: &Args, ctx: &mut Context<'_>) -> Vec<Health> {
    let path = input.path();
    let mut health = Health::new(path);
    let role = Role::of(path);
    let file = match read(input, place) {
        Ok(Opened { bytes, too_open, identity }) => {
            health.open = too_open.zip(identity);
            bytes
        }
        Err(error) => return vec![unread(health, role, place, &error)],
    };
    let bytes = file.expose();
    if role != Role::Key && (!has_label(bytes) || lists::has_entries(role, bytes)) {
        lists::examine(&mut health, role, bytes);
        health.listed = listed::of_bytes(bytes);
        surroundings::of_public(&mut health, role);
        return vec![health];
    }
    let mut all = keys(health, bytes, place, args, ctx);
    if let Some(first) = all.first_mut().filter(|first| first.container.is_some() && role.is_named(path)) {
        let message = format!("a private key in place of {}: no line of it is read", role.kind());
        let fix = "move it to a file of its own, and put public keys there: rkeygen -y -f FILE prints one";
        first.find(FindingId::UnreadLine, message, fix, None);
    }
    all.iter_mut().for_each(private::weak_key);
    all
}

/// Reads a file; in a directory only what ends.
fn read(input: &Input, place: Place) -> Result<Opened, Unreadable> {
    match (input, place) {
        (Input::Stdin, _) => input.read_key().map(Opened::of_stream),
        (Input::File(path), Place::Given) => files::read_with_mode(path),
        (Input::File(path), Place::InDirectory) => files::read_regular(path),
    }
}

/// A file that cannot be read as a key: it is too long for one, and perhaps a list, or the system refuses.
fn unread(mut health: Health, role: Role, place: Place, error: &Unreadable) -> Health {
    if !matches!(error, Unreadable::TooLong { .. }) {
        health.unreadable = Some(error.reason());
        return health;
    }
    let list = listed::of_long_file(&health.path);
    health.listed = list.rsa;
    match role {
        Role::Key if list.keys > 0 => health.kind = "list of public keys",
        Role::Key if place == Place::Given => health.unreadable = Some(error.reason()),
        Role::Key | Role::Ordinary => health.kind = role.kind(),
        _ => match read_lines(&health.path) {
            Ok(lines) => lists::examine(&mut health, role, &lines),
            Err(error) => health.unreadable = Some(error.to_string()),
        },
    }
    surroundings::of_public(&mut health, role);
    health
}

/// The keys of a file: its own, and what else is in its text.
fn keys(mut health: Health, file: &[u8], place: Place, args: &Args, ctx: &mut Context<'_>) -> Vec<Health> {
    let (parsed, found) = KeyFile::parse_and_recover(file);
    match parsed {
        Ok(parsed) => {
            private::examine(&mut health, &parsed, found.first(), args, ctx);
            let repair = private::repair(health.protection.as_ref(), health.opened);
            private::loading(&mut health, file, (!found.is_empty()).then_some(repair));
            if health.path != Path::new(files::STDIN) {
                surroundings::of_private(&mut health, place);
            }
        }
        // A public key may stand before a private key that something happened to.
        Err(error) => match of_any_format(file).filter(|_| found.is_empty()) {
            Some(found) => published(&mut health, file, found, args),
            None => {
                let repair =
                    found.first().and_then(|key| KeyFile::parse(key.text.expose()).ok()).map(|key| {
                        let opened = private::opens(&health, &key, args, ctx);
                        private::repair(key.protection().as_ref(), opened)
                    });
                damaged(&mut health, file, error, repair, place);
            }
        },
    }
    if health.container.is_none() {
        health.listed = listed::of_bytes(file);
    }
    let path = health.path.clone();
    if found.len() > 1 {
        let message = format!("it contains {} keys, and ssh reads the first only", found.len());
        health.find(FindingId::MoreKeys, message, "write each key to a file of its own", None);
    }
    let others = found.iter().enumerate().skip(1).map(|(number, key)| {
        let mut health = Health { part: Some(number + 1), ..Health::new(&path) };
        match KeyFile::parse(key.text.expose()) {
            Ok(parsed) => private::examine(&mut health, &parsed, None, args, ctx),
            Err(error) => private::unreadable(&mut health, &error, None),
        }
        health
    });
    let others: Vec<Health> = others.collect();
    std::iter::once(health).chain(others).collect()
}

/// A file with a public key or a certificate.
fn published(health: &mut Health, file: &[u8], found: Found, args: &Args) {
    let is_key = matches!(found.key, KeyOrCertificate::Key(_));
    health.kind = if is_key { "public key" } else { "certificate" };
    (health.key, health.comment) = (Some(found.key), found.comment);
    public::examine(health, file, args);
    surroundings::of_certificate(health);
    surroundings::of_public(health, Role::Key);
}

/// A file that holds no key that can be read: a finding, unless it is not meant as a key.
fn damaged(health: &mut Health, file: &[u8], error: format::Error, repair: Option<String>, place: Place) {
    match error {
        format::Error::NotThisFormat(other)
            if matches!(other, Other::Unknown | Other::PublicKey) || recover_public(file).is_some() =>
        {
            if public::damaged(health, file, place) || is_known(health, file) {
            } else if has_label(file) {
                private::unreadable(health, &error, repair);
            } else if place == Place::Given || is_named_as_key(&health.path) {
                let hint = hint::of_key_file(&error).unwrap_or_default();
                health.find(FindingId::Unknown, "it is in no format of a key that rkeygen knows", hint, None);
            }
        }
        format::Error::NotThisFormat(other) => {
            health.kind = "not an SSH private key";
            // In a directory it may be another program's.
            if place == Place::Given || other == Other::Placeholder || is_named_as_key(&health.path) {
                health.find(FindingId::OtherFormat, other, hint::of_other(other), None);
            } else {
                health.kind = other.name();
            }
        }
        _ if place == Place::InDirectory && file.is_empty() && !is_named_as_key(&health.path) => {
            health.kind = "empty file";
        }
        error => {
            private::unreadable(health, &error, repair);
            if health.path.extension().is_some_and(|end| end == "pub") {
                health.kind = "public key, damaged";
            } else {
                // What others can read of it may be enough for the whole key.
                surroundings::permissions(health);
            }
        }
    }
}

/// Whether a file has the label of private keys in its text.
fn has_label(file: &[u8]) -> bool {
    memmem::find(file, b"PRIVATE KEY").is_some()
}

/// Names files that rkeygen knows and that are no keys. While sshd cannot read its revocation list, it lets no key in.
fn is_known(health: &mut Health, file: &[u8]) -> bool {
    if !file.starts_with(b"SSHKRL") {
        return false;
    }
    health.kind = "key revocation list";
    let (id, message) = match Krl::from_bytes(file) {
        Ok(_) => return true,
        Err(krl::Error::Unsupported) => {
            (FindingId::Unsupported, "it has a section that OpenSSH does not know")
        }
        Err(_) => (FindingId::Damaged, "it is truncated or corrupt"),
    };
    let message = format!("{message}: sshd with this list refuses every key");
    health.find(id, message, "restore it from a copy, or make it again: rkeygen krl make", None);
    true
}
