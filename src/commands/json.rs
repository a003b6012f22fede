//! How results are shown: ssh-keygen's text, and one family of JSON schemas.
//!
//! In all schemas the same member has the same name and type. Times are RFC 3339 in UTC. A member that does not apply
//! is missing, not null. `docs/schemas` describes each schema; a member that changes its meaning changes the version.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::certificate;
use crate::certificate::KeyOrCertificate;
use crate::host::locale;
use crate::host::ui::{BETWEEN_ITEMS, Report, Ui};
use crate::key::{Comment, HashAlgorithm, PrivateKey};

/// One key: made, changed, converted, imported or printed.
pub(super) const KEY: &str = "rkeygen/key/2";
/// The keys of a file.
pub(super) const KEYS: &str = "rkeygen/keys/1";
/// The host keys of a machine.
pub(super) const HOST_KEYS: &str = "rkeygen/host-keys/2";
/// Certificates, signed or shown.
pub(super) const CERTIFICATES: &str = "rkeygen/certificates/1";
/// A key revocation list that was written.
pub(super) const KRL: &str = "rkeygen/krl/1";
/// What a key revocation list says of keys.
pub(super) const KRL_QUERY: &str = "rkeygen/krl-query/1";
/// Signatures that were made.
pub(super) const SIGNATURES: &str = "rkeygen/signatures/1";
/// Whether a signature holds.
pub(super) const VERDICT: &str = "rkeygen/verdict/2";
/// The principals that an allowed signers file names.
pub(super) const PRINCIPALS: &str = "rkeygen/principals/1";
/// SSHFP records.
pub(super) const SSHFP: &str = "rkeygen/sshfp/2";
/// Diffie-Hellman moduli that were generated or screened.
pub(super) const MODULI: &str = "rkeygen/moduli/1";
/// The entries of a host.
pub(super) const FIND_HOST: &str = "rkeygen/known-hosts-find/2";
/// A host that was removed.
pub(super) const REMOVE_HOST: &str = "rkeygen/known-hosts-remove/2";
/// Host names that were hashed.
pub(super) const HASH_HOSTS: &str = "rkeygen/known-hosts-hash/2";
/// Problems of a known_hosts file.
pub(super) const LINT_HOSTS: &str = "rkeygen/known-hosts-lint/2";
/// Redundant lines of a known_hosts file that were removed.
pub(super) const DEDUPE_HOSTS: &str = "rkeygen/known-hosts-dedupe/2";
/// The entries of a list of lines with keys.
pub(super) const LIST_ENTRIES: &str = "rkeygen/list-entries/1";
/// Entries that were added to such a list.
pub(super) const LIST_ADD: &str = "rkeygen/list-add/1";
/// Entries that were removed from such a list.
pub(super) const LIST_REMOVE: &str = "rkeygen/list-remove/1";
/// Problems of such a list.
pub(super) const LIST_LINT: &str = "rkeygen/list-lint/1";
/// Redundant lines of such a list that were removed.
pub(super) const LIST_DEDUPE: &str = "rkeygen/list-dedupe/1";
/// The keys of a token that were saved.
pub(super) const RESIDENT_KEYS: &str = "rkeygen/resident-keys/1";
/// The keys that the tokens of a PKCS#11 library show.
pub(super) const TOKEN_KEYS: &str = "rkeygen/token-keys/1";
/// What the tokens of a PKCS#11 library are.
pub(super) const TOKENS: &str = "rkeygen/tokens/1";
/// What key files are, and what is wrong with them.
pub(super) const DOCTOR: &str = "rkeygen/doctor/2";

/// The members of an object of JSON.
pub(super) type Members = Map<String, Value>;

/// The members of an object that is written with `json!`.
pub(super) fn members(object: Value) -> Members {
    match object {
        Value::Object(members) => members,
        _ => Members::new(),
    }
}

/// The members that every key has; a certificate has its contents as `certificate`.
pub(super) fn key_members(key: &KeyOrCertificate, comment: &Comment, hash: HashAlgorithm) -> Members {
    let mut members = members(json!({
        "type": key.key().algorithm().short_name(),
        "bits": key.key().bits(),
        "fingerprint": key.fingerprint(hash).to_string(),
        "comment": comment.to_text(),
        "public_key": String::from_utf8_lossy(&key.to_line(comment)),
    }));
    if let KeyOrCertificate::Certificate(certificate) = key {
        members.insert("certificate".to_owned(), certificate::to_json(certificate, hash));
    }
    members
}

/// Whether a command changed a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    /// It did.
    Yes,
    /// The file was right already.
    No,
}

/// A private key file after a command.
pub(super) fn key_file(key: &PrivateKey, path: &Path, changed: Changed) -> Value {
    let public = KeyOrCertificate::Key(key.public().clone());
    let mut members = key_members(&public, key.comment(), HashAlgorithm::default());
    members.insert("file".to_owned(), file(path));
    members.insert("changed".to_owned(), (changed == Changed::Yes).into());
    object(KEY, members)
}

/// An object of that schema.
pub(super) fn object(schema: &str, members: Members) -> Value {
    let mut object = Members::new();
    object.insert("schema".to_owned(), schema.into());
    object.extend(members);
    Value::Object(object)
}

/// A file name as JSON.
pub(super) fn file(path: &Path) -> Value {
    path.to_string_lossy().into()
}

/// The name that the old file keeps, if it does, as a member.
pub(super) fn backup_file(backup: Option<&Path>) -> Option<(String, Value)> {
    backup.map(|backup| ("backup_file".to_owned(), file(backup)))
}

/// A result whose text and JSON are at hand.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) text: Vec<u8>,
    pub(super) json: Value,
}

impl Report for Ready {
    fn text(&self) -> Vec<u8> {
        self.text.clone()
    }

    fn json(&self) -> Value {
        self.json.clone()
    }
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As ssh-keygen's text.
    Text,
    /// As JSON.
    Json,
}

impl Style {
    /// How this user interface prints.
    pub(super) fn of(ui: &dyn Ui) -> Self {
        if ui.prints_json() { Self::Json } else { Self::Text }
    }
}

/// Some items of a list in a row, made ready on any thread and printed at once.
#[derive(Debug)]
pub(super) struct Part {
    style: Style,
    /// The text, or the JSON.
    text: Vec<u8>,
}

impl Part {
    /// No items yet.
    pub(super) fn new(style: Style) -> Self {
        Self { style, text: Vec::new() }
    }

    /// Adds an item.
    pub(super) fn add(&mut self, item: &dyn Report) {
        match self.style {
            Style::Text => self.text.extend(item.text()),
            Style::Json => {
                if !self.text.is_empty() {
                    self.text.extend_from_slice(BETWEEN_ITEMS);
                }
                self.text.extend(item.json().to_string().into_bytes());
            }
        }
    }

    /// Whether there are no items.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

impl Report for Part {
    fn text(&self) -> Vec<u8> {
        self.text.clone()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&[b"[", &*self.text, b"]"].concat()).unwrap_or_default()
    }

    fn rendered(&self) -> Option<&[u8]> {
        (self.style == Style::Json).then_some(&self.text)
    }

    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(&self.text)
    }
}

/// The result of a command that ends in silence, as text.
#[derive(Debug)]
pub(super) struct Silent(pub(super) Value);

impl Report for Silent {
    fn text(&self) -> Vec<u8> {
        Vec::new()
    }

    fn json(&self) -> Value {
        self.0.clone()
    }
}

/// Bytes of a file as the terminal may show them.
pub(super) fn printable(bytes: &[u8]) -> Vec<u8> {
    locale::charset().escape(bytes, &['\t'])
}
