//! What the doctor says.

use std::path::Path;

use serde_json::{Value, json};

use super::health::{Finding, Health};
use super::private::REPAIRABLE;
use crate::certificate::{Certificate, KeyOrCertificate, Statement};
use crate::commands::json::{DOCTOR, Members, file, key_members, members, object, printable};
use crate::commands::public::with_suffix;
use crate::commands::quote;
use crate::host::{clock, ui};
use crate::key::HashAlgorithm;
use crate::text::Charset;

/// All files that were examined.
pub(super) struct Report<'a>(pub(super) &'a [Health]);

impl ui::Report for Report<'_> {
    fn text(&self) -> Vec<u8> {
        let files: Vec<_> = self.0.iter().map(text).collect();
        files.join(&b'\n')
    }

    fn json(&self) -> Value {
        object(DOCTOR, members(json!({ "files": self.0.iter().map(item).collect::<Vec<_>>() })))
    }
}

fn text(health: &Health) -> Vec<u8> {
    let path = printable(health.path.as_os_str().as_encoded_bytes());
    let part = health.part.map(|number| format!(" (key {number})")).unwrap_or_default();
    let mut out = [&path[..], part.as_bytes(), b": "].concat();
    if let Some(error) = &health.unreadable {
        out.extend_from_slice(format!("cannot be read: {}\n", one_line(error)).as_bytes());
        return out;
    }
    out.extend_from_slice(health.kind.as_bytes());
    if let Some(container) = health.container {
        out.extend_from_slice(format!(", {} format", container.name()).as_bytes());
    }
    out.push(b'\n');
    let mut row = |name: &str, value: &[u8]| {
        out.extend_from_slice(format!("  {name:<12} ").as_bytes());
        out.extend_from_slice(value);
        out.push(b'\n');
    };
    if let Some(key) = &health.key {
        let name = key.key().algorithm().short_name();
        row("type", format!("{name}, {} bits", key.key().bits()).as_bytes());
        row("fingerprint", key.fingerprint(HashAlgorithm::default()).to_string().as_bytes());
    }
    if !health.comment.is_empty() {
        row("comment", &printable(health.comment.as_bytes()));
    }
    if health.container.is_some() {
        row("passphrase", protection(health).as_bytes());
        row("FIPS mode", fips(health).as_bytes());
    }
    if let Some(KeyOrCertificate::Certificate(certificate)) = &health.key {
        certificate_rows(certificate, &mut row);
    }
    if let Some(keys) = health.keys {
        row("keys", keys.to_string().as_bytes());
    }
    for finding in &health.findings {
        row("PROBLEM", one_line(&finding.message).as_bytes());
        row("fix", one_line(&fix(finding, &health.path)).as_bytes());
    }
    out
}

/// What to do, or what was done.
fn fix(finding: &Finding, path: &Path) -> String {
    if finding.fixed {
        return format!("done: {}", finding.hint);
    }
    let Some(proof) = finding.hint.strip_prefix(REPAIRABLE) else { return finding.hint.clone() };
    if finding.copied {
        let copy = with_suffix(Path::new(path.file_name().unwrap_or_default()), ".repaired");
        return format!("a repaired copy is next to it: {}{proof}", quote::path(&copy));
    }
    format!("rkeygen doctor --fix {} writes a repaired copy{proof}", quote::path(path))
}

/// Names in messages may have line breaks and control characters, which become octal numbers.
fn one_line(text: &str) -> String {
    String::from_utf8_lossy(&Charset::Utf8.escape(text.as_bytes(), &[])).into_owned()
}

fn fips(health: &Health) -> String {
    match &health.fips {
        Some(Ok(())) => "a client can read it".to_owned(),
        Some(Err(barrier)) => format!("no client can read it: {barrier}"),
        None => "a client can read it, if its type is rsa or ecdsa".to_owned(),
    }
}

/// Whom a certificate is for, until when, and who issued it.
fn certificate_rows(certificate: &Certificate, row: &mut dyn FnMut(&str, &[u8])) {
    let statement = certificate.statement();
    row("certifies", for_whom(statement).as_bytes());
    row("valid", statement.validity.shown(&clock::read().zone).as_bytes());
    row("CA", certificate.ca().fingerprint(HashAlgorithm::default()).to_string().as_bytes());
}

/// The role, the key ID and the principals of a certificate.
fn for_whom(statement: &Statement) -> String {
    let shown = |bytes: &[u8]| String::from_utf8_lossy(&printable(bytes)).into_owned();
    let principals: Vec<String> = statement.principals.iter().map(|name| shown(name)).collect();
    let names = if principals.is_empty() { "anyone".to_owned() } else { principals.join(", ") };
    one_line(&format!("{} {names}, key ID \"{}\"", statement.role.name(), shown(&statement.key_id)))
}

fn protection(health: &Health) -> String {
    let Some(protection) = &health.protection else { return "none".to_owned() };
    let state = match health.opened {
        None => "encrypted",
        Some(true) => "encrypted; this passphrase is right",
        Some(false) => "encrypted; this passphrase is wrong",
    };
    let rounds = protection.rounds.map(|rounds| format!(" x {rounds}")).unwrap_or_default();
    format!("{state} ({}, {}{rounds})", protection.cipher, protection.kdf.name())
}

fn item(health: &Health) -> Value {
    let mut members = match &health.key {
        Some(key) => key_members(key, &health.comment, HashAlgorithm::default()),
        None => Members::new(),
    };
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    put("file", file(&health.path));
    put("kind", health.kind.into());
    if let Some(part) = health.part {
        put("part", part.into());
    }
    if let Some(container) = health.container {
        put("format", container.name().into());
        put("encrypted", health.protection.is_some().into());
    }
    if let Some(protection) = &health.protection {
        put("cipher", protection.cipher.as_str().into());
        put("kdf", protection.kdf.name().into());
    }
    if let Some(rounds) = health.protection.as_ref().and_then(|protection| protection.rounds) {
        put("kdf_rounds", rounds.into());
    }
    if let Some(fips) = &health.fips {
        put("fips_readable", fips.is_ok().into());
    }
    if let Some(keys) = health.keys {
        put("keys", keys.into());
    }
    if let Some(opened) = health.opened {
        put("passphrase_is_right", opened.into());
    }
    if let Some(error) = &health.unreadable {
        put("unreadable", error.as_str().into());
    }
    put("findings", health.findings.iter().map(finding).collect());
    members.into()
}

fn finding(finding: &Finding) -> Value {
    json!({
        "id": finding.id.name(), "message": finding.message, "fix": finding.hint,
        "fixed": finding.fixed, "repaired_copy": finding.copied,
    })
}
