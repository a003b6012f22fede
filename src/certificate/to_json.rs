//! What a certificate says, for programs.

use serde_json::{Value, json};

use super::{Certificate, Entry, Options};
use crate::date::rfc3339;
use crate::key::HashAlgorithm;
use crate::text::hex;

/// The contents of a certificate. A bound of the validity interval that is not there is no member.
#[must_use]
pub fn to_json(certificate: &Certificate, hash: HashAlgorithm) -> Value {
    let statement = certificate.statement();
    let mut object = json!({
        "role": statement.role.name(),
        "key_id": text(&statement.key_id),
        "serial": statement.serial,
        "principals": statement.principals.iter().map(|name| text(name)).collect::<Vec<_>>(),
        "critical_options": options(&statement.critical),
        "extensions": options(&statement.extensions),
        "ca_type": certificate.ca().algorithm().short_name(),
        "ca_fingerprint": certificate.ca().fingerprint(hash).to_string(),
        "signature_algorithm": certificate.signature().scheme().name(),
    });
    let validity = statement.validity;
    if validity.after != 0 {
        object["valid_after"] = rfc3339(validity.after).into();
    }
    if validity.before != u64::MAX {
        object["valid_before"] = rfc3339(validity.before).into();
    }
    object
}

fn options(options: &Options) -> Vec<Value> {
    options.entries().iter().map(option).collect()
}

fn option(entry: &Entry) -> Value {
    let mut object = json!({ "name": text(&entry.name) });
    if let Some(value) = entry.value() {
        object["value"] = text(value).into();
    }
    if !entry.data.is_empty() {
        object["data_hex"] = hex(&entry.data).into();
    }
    object
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
