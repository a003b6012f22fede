//! SSHFP records: fingerprints of host keys in the DNS (RFC 4255, RFC 6594, RFC 7479).

use crate::certificate::KeyOrCertificate;
use crate::key::{Algorithm, HashAlgorithm};
use crate::text::hex;

/// A fingerprint of a host key, for the DNS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The number of the key's type: 1 RSA, 3 ECDSA, 4 Ed25519.
    pub algorithm: u8,
    /// The number of the hash: 1 SHA-1, 2 SHA-256.
    pub hash: u8,
    /// The hash of the key's SSH encoding: 20 or 32 bytes.
    pub fingerprint: Vec<u8>,
}

/// How a record is written in a zone file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// With the type's own name.
    Sshfp,
    /// As a type without a name, for servers that do not know it (RFC 3597).
    Generic,
}

impl Record {
    /// The record of a key; none for types and hashes that have no number, and for certificates.
    #[must_use]
    pub fn new(key: &KeyOrCertificate, hash: HashAlgorithm) -> Option<Self> {
        let KeyOrCertificate::Key(key) = key else { return None };
        let algorithm = match key.algorithm() {
            Algorithm::Rsa => 1,
            Algorithm::Dsa => 2,
            Algorithm::Ecdsa(_) => 3,
            Algorithm::Ed25519 => 4,
            _ => return None,
        };
        let number = match hash {
            HashAlgorithm::Sha1 => 1,
            HashAlgorithm::Sha256 => 2,
            _ => return None,
        };
        Some(Self { algorithm, hash: number, fingerprint: key.fingerprint(hash).digest().to_vec() })
    }

    /// What stands behind the host's name in a zone file.
    #[must_use]
    pub fn to_text(&self, form: Form) -> String {
        let (algorithm, hash, hex) = (self.algorithm, self.hash, self.hex());
        match form {
            Form::Sshfp => format!("IN SSHFP {algorithm} {hash} {hex}"),
            Form::Generic => {
                format!("IN TYPE44 \\# {} {algorithm:02x} {hash:02x} {hex}", 2 + self.fingerprint.len())
            }
        }
    }

    /// The fingerprint in hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        hex(&self.fingerprint)
    }
}
