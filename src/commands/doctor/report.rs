//! What the doctor says.

use serde_json::{Map, Value, json};

use super::examine::{Finding, Health};
use crate::commands::report::{key_members, printable};
use crate::host::{locale, ui};
use crate::key::HashAlgorithm;

/// All files that were examined.
pub(super) struct Report<'a>(pub(super) &'a [Health]);

impl ui::Report for Report<'_> {
    fn text(&self) -> Vec<u8> {
        let files: Vec<_> = self.0.iter().map(text).collect();
        files.join(&b'\n')
    }

    fn json(&self) -> Value {
        json!({ "schema": "rkeygen/doctor/1", "files": self.0.iter().map(object).collect::<Vec<_>>() })
    }
}

fn text(health: &Health) -> Vec<u8> {
    let path = printable(health.path.as_os_str().as_encoded_bytes(), locale::is_utf8());
    let mut out = [&path[..], b": "].concat();
    if let Some(error) = &health.unreadable {
        out.extend_from_slice(format!("cannot be read: {error}\n").as_bytes());
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
        row("comment", &printable(health.comment.as_bytes(), locale::is_utf8()));
    }
    if health.container.is_some() {
        row("passphrase", protection(health).as_bytes());
    }
    for finding in &health.findings {
        row("PROBLEM", finding.message.as_bytes());
        row("mend", mend(finding).as_bytes());
    }
    out
}

fn mend(finding: &Finding) -> String {
    match (finding.fixed, finding.copied) {
        (true, _) => format!("done: {}", finding.mend),
        (_, true) => "a repaired copy was written beside it, named .repaired".to_owned(),
        _ => finding.mend.clone(),
    }
}

fn protection(health: &Health) -> String {
    let Some(protection) = &health.protection else { return "none".to_owned() };
    let state = match health.opened {
        None => "yes",
        Some(true) => "yes, and this is it",
        Some(false) => "yes, another than this",
    };
    let rounds = protection.rounds.map(|rounds| format!(" x {rounds}")).unwrap_or_default();
    format!("{state} ({}, {}{rounds})", protection.cipher, protection.kdf)
}

fn object(health: &Health) -> Value {
    let mut object = match &health.key {
        Some(key) => key_members(key, &health.comment, HashAlgorithm::default()),
        None => Map::new(),
    };
    object.remove("schema");
    let findings: Vec<_> = health
        .findings
        .iter()
        .map(|finding| {
            json!({
                "id": finding.id, "message": finding.message, "mend": finding.mend,
                "fixed": finding.fixed, "repaired_copy": finding.copied,
            })
        })
        .collect();
    object.insert("file".to_owned(), json!(health.path.to_string_lossy()));
    object.insert("kind".to_owned(), json!(health.kind));
    object.insert("format".to_owned(), json!(health.container.map(crate::format::Container::name)));
    object.insert("encrypted".to_owned(), json!(health.protection.is_some()));
    object.insert(
        "cipher".to_owned(),
        json!(health.protection.as_ref().map(|protection| protection.cipher.clone())),
    );
    object
        .insert("kdf".to_owned(), json!(health.protection.as_ref().map(|protection| protection.kdf.clone())));
    object.insert(
        "kdf_rounds".to_owned(),
        json!(health.protection.as_ref().and_then(|protection| protection.rounds)),
    );
    object.insert("passphrase_is_right".to_owned(), json!(health.opened));
    object.insert("unreadable".to_owned(), json!(health.unreadable));
    object.insert("findings".to_owned(), Value::Array(findings));
    Value::Object(object)
}
