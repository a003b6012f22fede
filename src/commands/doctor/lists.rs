//! Files of lines: authorized_keys, known_hosts, allowed_signers, and ssh's configuration.

use std::collections::hash_map::{Entry as Slot, HashMap};

use super::health::Health;
use super::public;
use super::role::{self, Role};
use crate::allowed_signers::Signers;
use crate::authorized_keys::{Entry, Flaw};
use crate::certificate::KeyOrCertificate;
use crate::client_config::{named_files, path_of};
use crate::commands::known_hosts::lint;
use crate::finding::FindingId;
use crate::host::{clock, files};
use crate::text::{BOM, is_utf16};

/// What is wrong with the lines.
pub(super) fn examine(health: &mut Health, role: Role, file: &[u8]) {
    health.kind = role.kind();
    if is_utf16(file) && role != Role::KnownHosts {
        let hint = "save the file as UTF-8 or ASCII; in PowerShell: Out-File -Encoding ascii";
        health.find(FindingId::Utf16, "no line of this file is read: it is UTF-16 text", hint, None);
        return;
    }
    if file.starts_with(BOM) && role != Role::KnownHosts {
        let message = "line 1: it begins with a BOM, which hides the line";
        health.find(FindingId::ByteOrderMark, message, "save it without a BOM (as UTF-8, or ASCII)", None);
    }
    match role {
        Role::AuthorizedKeys => authorized_keys(health, file),
        Role::KnownHosts => known_hosts(health),
        Role::AllowedSigners => allowed_signers(health, file),
        Role::Config => config(health, file),
        Role::Ordinary | Role::Key => {}
    }
}

/// The lines, with their numbers, without their ends and without a BOM.
fn numbered(file: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let file = file.strip_prefix(BOM).unwrap_or(file);
    (1..)
        .zip(file.split(|&byte| byte == b'\n'))
        .map(|(number, line)| (number, line.strip_suffix(b"\r").unwrap_or(line)))
}

fn authorized_keys(health: &mut Health, file: &[u8]) {
    let (clock, mut seen) = (clock::read(), HashMap::new());
    for (number, line) in numbered(file) {
        let entry = match Entry::read(line, &clock) {
            Ok(None) => continue,
            Ok(Some(entry)) => entry,
            Err(flaw) => {
                let (id, message) = unread(&flaw, line);
                health.find(id, format!("line {number}: {message}"), fix_of_line(&flaw), None);
                continue;
            }
        };
        count(health, number, &entry.key, "generate a new key, and remove this line");
        match seen.entry(entry.key.blob().to_vec()) {
            Slot::Vacant(slot) => {
                slot.insert(number);
            }
            Slot::Occupied(first) => {
                let first = first.get();
                let message = format!("line {number}: the same key as in line {first}, whose options count");
                health.find(FindingId::Duplicate, message, "remove one of the lines", None);
            }
        }
    }
}

/// Counts the key of a line, and reports it if it is weak.
fn count(health: &mut Health, number: u64, key: &KeyOrCertificate, hint: &str) {
    health.keys = Some(health.keys.unwrap_or_default() + 1);
    for weakness in key.key().weaknesses() {
        health.find(FindingId::WeakKey, format!("line {number}: {weakness}"), hint, None);
    }
}

/// What sshd makes of a line that lets no key in.
fn unread(flaw: &Flaw, line: &[u8]) -> (FindingId, String) {
    let problem = public::problem_of_line(Entry::key_part(line));
    match flaw {
        Flaw::Expired => (FindingId::Expired, flaw.to_string()),
        Flaw::RanTogether => (FindingId::RanTogether, flaw.to_string()),
        Flaw::NoKey => (
            FindingId::UnreadLine,
            format!("sshd ignores it: {}", problem.unwrap_or_else(|| flaw.to_string())),
        ),
        _ => (FindingId::UnreadLine, format!("sshd ignores it: {flaw}")),
    }
}

fn fix_of_line(flaw: &Flaw) -> &'static str {
    match flaw {
        Flaw::NoKey => "copy the key again, as one line",
        Flaw::Expired => "remove the line, or set a later expiry-time",
        Flaw::RanTogether => "put each key on a line of its own",
        _ => "correct the options: see sshd(8), AUTHORIZED_KEYS FILE FORMAT",
    }
}

fn known_hosts(health: &mut Health) {
    match lint::problems(&health.path) {
        Ok(found) => {
            health.keys = Some(found.entries);
            for (line, problem) in found.problems {
                health.find(problem.id(), format!("line {line}: {problem}"), lint::fix(&problem), None);
            }
        }
        Err(error) => health.unreadable = Some(error.to_string()),
    }
}

fn allowed_signers(health: &mut Health, file: &[u8]) {
    let clock = clock::read();
    for (number, line) in numbered(file) {
        match Signers::parse(line, &clock, |_| true) {
            Ok(None) => {}
            Ok(Some(signers)) => {
                count(health, number, &signers.key, "generate a new key, and replace this line");
            }
            Err(error) => {
                let hint = "correct the line: see ssh-keygen(1), ALLOWED SIGNERS";
                health.find(
                    FindingId::UnreadLine,
                    format!("line {number}: ssh-keygen does not read it: {error}"),
                    hint,
                    None,
                );
            }
        }
    }
}

/// Keys and certificates that the configuration names, and that are not there.
fn config(health: &mut Health, file: &[u8]) {
    let Some(home) = role::home_of(&health.path) else { return };
    let text = String::from_utf8_lossy(file);
    for named in named_files(&text) {
        let Some(path) = path_of(&named.name, &home) else { continue };
        if files::stat(&path).is_err() {
            let message = format!("line {}: {} {} does not exist", named.line, named.keyword, named.name);
            let hint = "correct the name, or remove the line: ssh passes over it";
            health.find(FindingId::MissingFile, message, hint, None);
        }
    }
}
