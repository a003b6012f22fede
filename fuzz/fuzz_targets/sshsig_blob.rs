//! The bytes inside the armor of a signature: one that is read is written and read again as the same, and no bytes sign
//! for a message that nobody signed.
#![no_main]

use base64ct::{Base64, Encoding};
use libfuzzer_sys::fuzz_target;
use rkeygen::signature::Signature;
use rkeygen::sshsig::{FileSignature, signer};

fuzz_target!(|blob: &[u8]| {
    let _ = Signature::from_blob(blob);
    let base64 = Base64::encode_string(blob);
    let armor = format!("-----BEGIN SSH SIGNATURE-----\n{base64}\n-----END SSH SIGNATURE-----\n");
    let _ = signer(armor.as_bytes());
    if let Ok(signature) = FileSignature::from_armor(armor.as_bytes()) {
        let message = signature.hash().of(&b"hello\n"[..]).expect("a message");
        let _ = signature.verify(&message, b"file");
        assert_eq!(FileSignature::from_armor(signature.to_armor().as_bytes()), Ok(signature));
    }
});
