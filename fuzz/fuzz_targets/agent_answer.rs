//! No answer of an agent makes reading it panic, and a signature is of the scheme that was asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rkeygen::device::agent;
use rkeygen::signature::Scheme;

fuzz_target!(|answer: &[u8]| {
    if let Ok(keys) = agent::identities(answer) {
        assert!(keys.iter().map(|key| key.blob().len()).sum::<usize>() < answer.len());
    }
    for scheme in [Scheme::Ed25519, Scheme::RsaSha512] {
        if let Ok(signature) = agent::signature(answer, scheme) {
            assert_eq!(signature.scheme(), scheme);
        }
    }
});
