//! Weaknesses that only show between keys.

use super::health::Health;
use crate::finding::FindingId;
use crate::host::ui::Ui;
use crate::key::{Algorithm, PublicKey, shared_primes};

/// Finds primes that keys have in common, those of private key files and of all lines of other files.
pub(super) fn compare(patients: &mut [Health], ui: &dyn Ui) {
    let (places, keys): (Vec<_>, Vec<&PublicKey>) = patients.iter().enumerate().flat_map(keys_of).unzip();
    let many = (keys.len() >= MANY_KEYS).then(|| ui.progress(format!("Comparing {} RSA keys", keys.len())));
    let found = shared_primes(&keys);
    drop(many);
    for shared in found {
        let name = |(place, line): (usize, Option<u64>)| {
            let path = patients[place].path.display();
            line.map_or_else(|| path.to_string(), |line| format!("{path}:{line}"))
        };
        let other =
            shared.other.map_or_else(|| "another of these keys".to_owned(), |other| name(places[other]));
        let (place, line) = places[shared.key];
        let which = line.map_or_else(|| "it".to_owned(), |line| format!("the key in line {line}"));
        let message = format!("{which} has a prime in common with {other}");
        patients[place].find(FindingId::SharedPrime, message, "make new keys: both can be computed", None);
    }
}

/// The keys of a file, each with the place of the file and, if it has several keys, the line.
fn keys_of((place, health): (usize, &Health)) -> Vec<((usize, Option<u64>), &PublicKey)> {
    match &health.listed[..] {
        [] => health
            .key
            .iter()
            .map(|key| ((place, None), key.key()))
            .filter(|(_, key)| key.algorithm() == Algorithm::Rsa)
            .collect(),
        [one] => vec![((place, None), &one.key)],
        several => several.iter().map(|it| ((place, Some(it.line)), &it.key)).collect(),
    }
}

/// From so many keys on their comparison may take a second.
const MANY_KEYS: usize = 1000;
