//! Fingerprints: hashes of the public key blob (RFC 4255, RFC 4716 section 4, ssh-keygen -E).

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64Unpadded, Encoding};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use thiserror::Error;

/// A hash that fingerprints are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum HashAlgorithm {
    /// MD5, 16 bytes, shown as colon-separated hex.
    Md5,
    /// SHA-1, 20 bytes.
    Sha1,
    /// SHA-256, 32 bytes: the default.
    #[default]
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
}

/// The hash is none that ssh-keygen knows.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("Invalid hash algorithm \"{0}\"")]
pub struct UnknownHash(String);

impl HashAlgorithm {
    /// The name as fingerprints show it: `SHA256`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha384 => "SHA384",
            Self::Sha512 => "SHA512",
        }
    }

    fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => Md5::digest(bytes).to_vec(),
            Self::Sha1 => Sha1::digest(bytes).to_vec(),
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha384 => Sha384::digest(bytes).to_vec(),
            Self::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }
}

impl FromStr for HashAlgorithm {
    type Err = UnknownHash;

    fn from_str(name: &str) -> Result<Self, UnknownHash> {
        [Self::Md5, Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512]
            .into_iter()
            .find(|hash| hash.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| UnknownHash(name.to_owned()))
    }
}

/// The hash of a public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    hash: HashAlgorithm,
    digest: Vec<u8>,
}

impl Fingerprint {
    /// Hashes the SSH encoding of a public key.
    #[must_use]
    pub fn of_blob(blob: &[u8], hash: HashAlgorithm) -> Self {
        Self { hash, digest: hash.digest(blob) }
    }

    /// The hash that was used.
    #[must_use]
    pub fn hash(&self) -> HashAlgorithm {
        self.hash
    }

    /// The digest: 16 to 64 bytes.
    #[must_use]
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }
}

/// The SHA-1 digest of a blob in words that can be spoken, as `-B` shows it
/// (Antti Huima, "The Bubble Babble Binary Data Encoding", 2000).
#[must_use]
pub fn bubblebabble(blob: &[u8]) -> String {
    const VOWELS: &[u8; 6] = b"aeiouy";
    const CONSONANTS: &[u8; 17] = b"bcdfghklmnprstvzx";
    let digest = Sha1::digest(blob);
    let letter = |table: &[u8], index: usize| char::from(table[index]);
    let mut seed = 1_usize;
    let mut text = String::from("x");
    for pair in digest.chunks(2) {
        let [first, second] = [0, 1].map(|index| pair.get(index).map_or(0, |&byte| usize::from(byte)));
        text.push(letter(VOWELS, ((first >> 6) + seed) % 6));
        text.push(letter(CONSONANTS, first >> 2 & 15));
        text.push(letter(VOWELS, ((first & 3) + seed / 6) % 6));
        text.push(letter(CONSONANTS, second >> 4));
        text.push('-');
        text.push(letter(CONSONANTS, second & 15));
        seed = (seed * 5 + first * 7 + second) % 36;
    }
    // A digest of even length ends with a group of its own.
    text.push(letter(VOWELS, seed % 6));
    text.push('x');
    text.push(letter(VOWELS, seed / 6));
    text.push('x');
    text
}

/// `SHA256:` and unpadded base64; MD5 alone is colon-separated hex.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.hash.name())?;
        if self.hash == HashAlgorithm::Md5 {
            return self.digest.iter().try_for_each(|byte| write!(f, ":{byte:02x}"));
        }
        write!(f, ":{}", Base64Unpadded::encode_string(&self.digest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hash_has_its_form() {
        let md5 = Fingerprint::of_blob(b"", HashAlgorithm::Md5).to_string();
        assert_eq!(md5, "MD5:d4:1d:8c:d9:8f:00:b2:04:e9:80:09:98:ec:f8:42:7e");
        let sha256 = Fingerprint::of_blob(b"", HashAlgorithm::Sha256).to_string();
        assert_eq!(sha256, "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU");
        assert_eq!("sHa512".parse(), Ok(HashAlgorithm::Sha512));
        assert_eq!("sha224".parse::<HashAlgorithm>(), Err(UnknownHash("sha224".to_owned())));
    }
}
