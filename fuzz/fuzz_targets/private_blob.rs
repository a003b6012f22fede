//! The bytes inside the armor of a private key, so that they change and not their base64: DER, BER and OpenSSH's own
//! encoding never make reading or opening panic. The first byte chooses the label.
#![no_main]

use base64ct::{Base64, Encoding};
use libfuzzer_sys::fuzz_target;
use rkeygen::format::{KeyFile, may_be_private};
use rkeygen::secret::Passphrase;

const LABELS: [&str; 5] = ["OPENSSH ", "", "ENCRYPTED ", "RSA ", "EC "];

fuzz_target!(|input: &[u8]| {
    let Some((&first, body)) = input.split_first() else { return };
    let label = LABELS[usize::from(first) % LABELS.len()];
    let base64 = Base64::encode_string(body);
    let text = format!("-----BEGIN {label}PRIVATE KEY-----\n{base64}\n-----END {label}PRIVATE KEY-----\n");
    assert!(may_be_private(text.as_bytes()));
    let Ok(parsed) = KeyFile::parse(text.as_bytes()) else { return };
    let _ = parsed.public();
    let opened = match parsed.protection() {
        None => parsed.open(&Passphrase::empty()),
        Some(protection) if protection.rounds.is_some_and(|rounds| rounds <= 2) => {
            parsed.open(&Passphrase::new(b"correct horse".to_vec()))
        }
        Some(_) => return,
    };
    if let Ok(key) = opened {
        let _ = key.public().weaknesses();
    }
});
