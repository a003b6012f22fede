//! The hashes of PBKDF2 (RFC 8018 appendix B.1).

use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};

use crate::secret::Passphrase;

/// A hash of PBKDF2's HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512Of224,
    Sha512Of256,
}

impl Hash {
    pub(super) const ALL: [(&'static str, Self); 7] = [
        ("1.2.840.113549.2.7", Self::Sha1),
        ("1.2.840.113549.2.8", Self::Sha224),
        ("1.2.840.113549.2.9", Self::Sha256),
        ("1.2.840.113549.2.10", Self::Sha384),
        ("1.2.840.113549.2.11", Self::Sha512),
        ("1.2.840.113549.2.12", Self::Sha512Of224),
        ("1.2.840.113549.2.13", Self::Sha512Of256),
    ];

    pub(super) fn derive(self, passphrase: &Passphrase, salt: &[u8], iterations: u32, out: &mut [u8]) {
        let passphrase = passphrase.expose();
        match self {
            Self::Sha1 => pbkdf2_hmac::<Sha1>(passphrase, salt, iterations, out),
            Self::Sha224 => pbkdf2_hmac::<Sha224>(passphrase, salt, iterations, out),
            Self::Sha256 => pbkdf2_hmac::<Sha256>(passphrase, salt, iterations, out),
            Self::Sha384 => pbkdf2_hmac::<Sha384>(passphrase, salt, iterations, out),
            Self::Sha512 => pbkdf2_hmac::<Sha512>(passphrase, salt, iterations, out),
            Self::Sha512Of224 => pbkdf2_hmac::<Sha512_224>(passphrase, salt, iterations, out),
            Self::Sha512Of256 => pbkdf2_hmac::<Sha512_256>(passphrase, salt, iterations, out),
        }
    }
}
