//! What a key revocation list revokes, for programs.

use serde_json::{Value, json};

use super::{Ca, Krl, OfCa};
use crate::date::rfc3339;
use crate::key::{HashAlgorithm, PublicKey};
use crate::text::hex;

/// The contents of a list. Serial numbers are ranges, both ends included; a CA with very many of them has a member
/// `serials_left_out` instead.
#[must_use]
pub fn to_json(krl: &Krl) -> Value {
    let fingerprint = |blob: &Vec<u8>| {
        Some(PublicKey::from_blob(blob).ok()?.fingerprint(HashAlgorithm::Sha256).to_string())
    };
    let mut object = json!({
        "version": krl.version,
        "generated": rfc3339(krl.generated),
        "keys": krl.keys.iter().filter_map(fingerprint).collect::<Vec<_>>(),
        "sha256": krl.sha256.iter().map(|hash| hex(hash)).collect::<Vec<_>>(),
        "sha1": krl.sha1.iter().map(|hash| hex(hash)).collect::<Vec<_>>(),
        "certificates": krl.certificates.iter().map(of_ca).collect::<Vec<_>>(),
    });
    if !krl.comment.is_empty() {
        object["comment"] = String::from_utf8_lossy(&krl.comment).into();
    }
    object
}

fn of_ca(of_ca: &OfCa) -> Value {
    let serials = of_ca.serials.runs().map(|(first, last)| json!({ "first": first, "last": last }));
    let count = of_ca.serials.runs().count();
    let key_ids = of_ca.key_ids.iter().map(|id| String::from_utf8_lossy(id));
    let mut object = json!({ "serials": serials.take(MOST_RUNS).collect::<Vec<_>>(), "key_ids": key_ids.collect::<Vec<_>>() });
    if count > MOST_RUNS {
        object["serials"] = Vec::<Value>::new().into();
        object["serials_left_out"] = count.into();
    }
    if let Ca::Key(key) = &of_ca.ca {
        object["ca_type"] = key.key().algorithm().short_name().into();
        object["ca_fingerprint"] = key.fingerprint(HashAlgorithm::Sha256).to_string().into();
    }
    object
}

/// A megabyte of a hostile list has eight million, each of which takes hundreds of bytes as JSON.
const MOST_RUNS: usize = 100_000;
