//! A signature that is read is written and read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rkeygen::sshsig::FileSignature;

fuzz_target!(|file: &[u8]| {
    if let Ok(signature) = FileSignature::from_armor(file) {
        let message = signature.hash().of(&b"hello\n"[..]).expect("a message");
        let _ = signature.verify(&message, b"file");
        assert_eq!(FileSignature::from_armor(signature.to_armor().as_bytes()), Ok(signature));
    }
});
