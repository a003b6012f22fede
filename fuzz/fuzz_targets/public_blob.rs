//! The bytes inside a public key or certificate, and inside the armor of RFC 4716 and SubjectPublicKeyInfo: no bytes make
//! reading panic, and what is read is written back the same.
#![no_main]

use base64ct::{Base64, Encoding};
use libfuzzer_sys::fuzz_target;
use rkeygen::certificate::KeyOrCertificate;
use rkeygen::format::{rfc4716, spki};
use rkeygen::key::HashAlgorithm;

fuzz_target!(|blob: &[u8]| {
    if let Ok(key) = KeyOrCertificate::from_blob(blob) {
        assert_eq!(KeyOrCertificate::from_blob(key.blob()), Ok(key.clone()));
        let _ = (key.fingerprint(HashAlgorithm::Md5).to_string(), key.key().weaknesses());
        let _ = spki::encode(key.key());
    }
    let base64 = Base64::encode_string(blob);
    let spki = format!("-----BEGIN PUBLIC KEY-----\n{base64}\n-----END PUBLIC KEY-----\n");
    let _ = spki::decode(spki.as_bytes()).is_ok();
    let ssh2 = format!("---- BEGIN SSH2 PUBLIC KEY ----\n{base64}\n---- END SSH2 PUBLIC KEY ----\n");
    let _ = rfc4716::decode(ssh2.as_bytes()).is_ok();
});
