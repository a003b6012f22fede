//! The ledger of a CA: what it has signed. A file of JSON lines that only grows.
//!
//! A line is about a certificate, or has the key of a CA whose certificates follow. Members that are not known are passed
//! over, so that later versions can add some; one that is missing or of another type means that the file is damaged.

use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::certificate::{Certificate, KeyOrCertificate};
use crate::date::rfc3339;
use crate::key::{Comment, HashAlgorithm, PublicKey};

/// One line of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A CA, before its first certificate.
    Ca(PublicKey),
    /// A certificate.
    Entry(Entry),
}

/// What a ledger says of a certificate, as far as it is read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its serial number.
    pub serial: u64,
    /// Its key ID.
    pub key_id: String,
    /// The SHA256 fingerprint of its key.
    pub fingerprint: String,
    /// The SHA256 fingerprint of the key of the CA.
    pub ca_fingerprint: String,
}

/// What is wrong with a line.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum BadRecord {
    /// The file ends within the line.
    #[error("the line is incomplete")]
    Incomplete,
    /// It is not a JSON object.
    #[error("invalid JSON")]
    Json,
    /// A member is missing or of another type.
    #[error("{0} is missing or invalid")]
    Member(&'static str),
    /// The certificate is of a CA that no line before names.
    #[error("no line before has the key of this CA")]
    UnknownCa,
    /// Two lines have the same serial number.
    #[error("the serial number is that of a line before")]
    SameSerial,
}

/// A key ID that JSON cannot hold.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("the key ID or a principal is not UTF-8, which a ledger cannot hold")]
pub struct NotText;

/// How fingerprints are written in a ledger.
#[must_use]
pub fn fingerprint(key: &PublicKey) -> String {
    key.fingerprint(HashAlgorithm::Sha256).to_string()
}

/// The line of a CA.
#[must_use]
pub fn ca_line(ca: &PublicKey) -> Vec<u8> {
    let key = ca.to_line(&Comment::default());
    let object = json!({
        "ca_fingerprint": fingerprint(ca),
        "ca_public_key": String::from_utf8_lossy(&key),
    });
    format!("{object}\n").into_bytes()
}

/// The line of a certificate.
///
/// # Errors
/// [`NotText`].
pub fn line(certificate: &Certificate, now: u64) -> Result<Vec<u8>, NotText> {
    let statement = certificate.statement();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| NotText);
    let principals: Vec<String> =
        statement.principals.iter().map(|name| text(name)).collect::<Result<_, _>>()?;
    let mut object = json!({
        "serial": statement.serial,
        "key_id": text(&statement.key_id)?,
        "role": statement.role.name(),
        "principals": principals,
        "type": certificate.subject().algorithm().short_name(),
        "fingerprint": fingerprint(certificate.subject()),
        "ca_fingerprint": fingerprint(certificate.ca()),
        "signed_at": rfc3339(now),
    });
    if statement.validity.after != 0 {
        object["valid_after"] = rfc3339(statement.validity.after).into();
    }
    if statement.validity.before != u64::MAX {
        object["valid_before"] = rfc3339(statement.validity.before).into();
    }
    Ok(format!("{object}\n").into_bytes())
}

/// Reads a line with its newline.
///
/// # Errors
/// [`BadRecord`].
pub fn read(line: &[u8]) -> Result<Record, BadRecord> {
    let line = line.strip_suffix(b"\n").ok_or(BadRecord::Incomplete)?;
    let Ok(Value::Object(object)) = serde_json::from_slice(line) else { return Err(BadRecord::Json) };
    let ca_fingerprint = text(&object, "ca_fingerprint")?;
    if object.contains_key("ca_public_key") {
        let key = text(&object, "ca_public_key")?;
        let key = key
            .split_once(' ')
            .and_then(|(name, base64)| KeyOrCertificate::from_words(name.as_bytes(), base64.as_bytes()).ok());
        return match key {
            Some(KeyOrCertificate::Key(key)) if fingerprint(&key) == ca_fingerprint => Ok(Record::Ca(key)),
            _ => Err(BadRecord::Member("ca_public_key")),
        };
    }
    let serial = object.get("serial").and_then(Value::as_u64).filter(|&serial| serial != 0);
    text(&object, "role")?;
    text(&object, "signed_at")?;
    let principals = object.get("principals").and_then(Value::as_array);
    if principals.is_none_or(|names| !names.iter().all(Value::is_string)) {
        return Err(BadRecord::Member("principals"));
    }
    Ok(Record::Entry(Entry {
        serial: serial.ok_or(BadRecord::Member("serial"))?,
        key_id: text(&object, "key_id")?,
        fingerprint: text(&object, "fingerprint")?,
        ca_fingerprint,
    }))
}

fn text(object: &Map<String, Value>, name: &'static str) -> Result<String, BadRecord> {
    object.get(name).and_then(Value::as_str).map(str::to_owned).ok_or(BadRecord::Member(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::KeyInLine;

    const CERTIFICATE: &[u8] = include_bytes!("../tests/vectors/certificate-ed25519.pub");

    fn certificate() -> Certificate {
        match KeyInLine::at_front(CERTIFICATE).map(|found| found.key) {
            Some(KeyOrCertificate::Certificate(certificate)) => certificate,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let certificate = certificate();
        assert_eq!(read(&ca_line(certificate.ca())), Ok(Record::Ca(certificate.ca().clone())));
        let statement = certificate.statement();
        let entry = Entry {
            serial: statement.serial,
            key_id: String::from_utf8_lossy(&statement.key_id).into_owned(),
            fingerprint: fingerprint(certificate.subject()),
            ca_fingerprint: fingerprint(certificate.ca()),
        };
        assert_eq!(read(&line(&certificate, 1).expect("a line")), Ok(Record::Entry(entry)));
    }

    #[test]
    fn no_damage_is_read_as_another_certificate() {
        let certificate = certificate();
        let whole = line(&certificate, 1).expect("a line");
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_err(), "{end}");
            let mut cut = whole[..end].to_vec();
            cut.push(b'\n');
            assert!(cut == whole || read(&cut).is_err(), "{end}");
        }
        let text = String::from_utf8(whole).expect("text");
        for (from, to, error) in [
            ("\"serial\":", "\"serial\":-", BadRecord::Json),
            ("\"serial\":", "\"serial\":0,\"was\":", BadRecord::Member("serial")),
            ("\"key_id\":", "\"id\":", BadRecord::Member("key_id")),
            ("\"fingerprint\":", "\"fingerprint\":1,\"was\":", BadRecord::Member("fingerprint")),
            ("\"principals\":[", "\"principals\":[1,", BadRecord::Member("principals")),
            (
                "\"ca_fingerprint\":",
                "\"ca_public_key\":\"x\",\"ca_fingerprint\":",
                BadRecord::Member("ca_public_key"),
            ),
        ] {
            let changed = text.replace(from, to);
            let found = read(changed.as_bytes());
            assert!(
                found == Err(error.clone()) || error == BadRecord::Json && found.is_err(),
                "{changed}: {found:?}"
            );
        }
    }
}
