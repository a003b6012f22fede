//! The hashes of PBKDF2 (RFC 8018 appendix B.1), as far as OpenSSL's default provider has them.

use md5::Md5;
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};
use sm3::Sm3;

use crate::secret::Passphrase;

/// A hash of PBKDF2's HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512Of224,
    Sha512Of256,
    Sha3Of224,
    Sha3Of256,
    Sha3Of384,
    Sha3Of512,
    Sm3,
}

impl Hash {
    pub(super) const ALL: [(&'static str, Self); 15] = [
        ("1.2.840.113549.2.6", Self::Md5),
        // RFC 2403 and RFC 2404 name HMAC-MD5 and HMAC-SHA1 once more.
        ("1.3.6.1.5.5.8.1.1", Self::Md5),
        ("1.3.6.1.5.5.8.1.2", Self::Sha1),
        ("1.2.840.113549.2.7", Self::Sha1),
        ("1.2.840.113549.2.8", Self::Sha224),
        ("1.2.840.113549.2.9", Self::Sha256),
        ("1.2.840.113549.2.10", Self::Sha384),
        ("1.2.840.113549.2.11", Self::Sha512),
        ("1.2.840.113549.2.12", Self::Sha512Of224),
        ("1.2.840.113549.2.13", Self::Sha512Of256),
        ("2.16.840.1.101.3.4.2.13", Self::Sha3Of224),
        ("2.16.840.1.101.3.4.2.14", Self::Sha3Of256),
        ("2.16.840.1.101.3.4.2.15", Self::Sha3Of384),
        ("2.16.840.1.101.3.4.2.16", Self::Sha3Of512),
        ("1.2.156.10197.1.401.3.1", Self::Sm3),
    ];

    pub(super) fn derive(self, passphrase: &Passphrase, salt: &[u8], iterations: u32, out: &mut [u8]) {
        let passphrase = passphrase.expose();
        match self {
            Self::Md5 => pbkdf2_hmac::<Md5>(passphrase, salt, iterations, out),
            Self::Sha1 => pbkdf2_hmac::<Sha1>(passphrase, salt, iterations, out),
            Self::Sha224 => pbkdf2_hmac::<Sha224>(passphrase, salt, iterations, out),
            Self::Sha256 => pbkdf2_hmac::<Sha256>(passphrase, salt, iterations, out),
            Self::Sha384 => pbkdf2_hmac::<Sha384>(passphrase, salt, iterations, out),
            Self::Sha512 => pbkdf2_hmac::<Sha512>(passphrase, salt, iterations, out),
            Self::Sha512Of224 => pbkdf2_hmac::<Sha512_224>(passphrase, salt, iterations, out),
            Self::Sha512Of256 => pbkdf2_hmac::<Sha512_256>(passphrase, salt, iterations, out),
            Self::Sha3Of224 => pbkdf2_hmac::<Sha3_224>(passphrase, salt, iterations, out),
            Self::Sha3Of256 => pbkdf2_hmac::<Sha3_256>(passphrase, salt, iterations, out),
            Self::Sha3Of384 => pbkdf2_hmac::<Sha3_384>(passphrase, salt, iterations, out),
            Self::Sha3Of512 => pbkdf2_hmac::<Sha3_512>(passphrase, salt, iterations, out),
            Self::Sm3 => pbkdf2_hmac::<Sm3>(passphrase, salt, iterations, out),
        }
    }
}
