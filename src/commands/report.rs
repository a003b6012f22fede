//! How keys are shown: the text that ssh-keygen prints, and one schema of JSON for all commands.

use serde_json::{Map, Value, json};

use crate::host::ui::Report;
use crate::key::{Comment, HashAlgorithm, Published};

/// The members that the JSON of every key has.
pub(super) fn key_members(key: &Published, comment: &Comment, hash: HashAlgorithm) -> Map<String, Value> {
    let members = json!({
        "schema": "rkeygen/key/1",
        "type": key.key().algorithm().short_name(),
        "certificate": matches!(key, Published::Certificate(_)),
        "bits": key.key().bits(),
        "fingerprint": key.fingerprint(hash).to_string(),
        "comment": comment.to_text(),
        "public_key": String::from_utf8_lossy(&key.to_line(comment)),
    });
    match members {
        Value::Object(members) => members,
        _ => Map::new(),
    }
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

/// Bytes of a file as a terminal may see them: control characters become octal numbers, and so do
/// letters beyond ASCII unless the terminal is known to take UTF-8.
pub(super) fn printable(bytes: &[u8], utf8: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            let mut buffer = [0; 4];
            let encoded = c.encode_utf8(&mut buffer).as_bytes();
            if c == '\t' || (!c.is_control() && (utf8 || c.is_ascii())) {
                out.extend_from_slice(encoded);
            } else {
                octal(encoded, &mut out);
            }
        }
        octal(chunk.invalid(), &mut out);
    }
    out
}

fn octal(bytes: &[u8], out: &mut Vec<u8>) {
    for byte in bytes {
        out.extend_from_slice(format!("\\{byte:03o}").as_bytes());
    }
}
