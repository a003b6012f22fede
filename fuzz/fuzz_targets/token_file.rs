//! What key files and attestation files say of a key in a token: read, written and read again, it is the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rkeygen::device::fido::Attestation;
use rkeygen::key::TokenKey;

fuzz_target!(|file: &[u8]| {
    if let Some(key) = TokenKey::from_fields(file) {
        assert_eq!(TokenKey::from_fields(&key.to_fields()), Some(key));
    }
    if let Some(attestation) = Attestation::from_file(file) {
        assert_eq!(Attestation::from_file(&attestation.to_file()), Some(attestation));
    }
});
