//! The public key of a key.

use base64ct::{Base64, Encoding};
use ssh_encoding::Encode;
use ssh_key::public::KeyData;
use thiserror::Error;

use super::private::Pair;
use super::{Algorithm, Comment, Curve, Fingerprint, HashAlgorithm, composite};
use crate::wire::{Reader, Truncated, put_string, without_zeros};

/// The bytes are not a public key of a type that rkeygen knows.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("invalid format")]
pub struct InvalidKey;

impl From<Truncated> for InvalidKey {
    fn from(_: Truncated) -> Self {
        Self
    }
}

/// A public key, checked, with its SSH encoding (RFC 4253 section 6.6).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    algorithm: Algorithm,
    bits: u32,
    blob: Vec<u8>,
}

impl PublicKey {
    /// Reads the SSH encoding of a public key: its wire name, then its fields. It is kept in its one form: surplus
    /// zeros in front of numbers go, as in OpenSSH, and so do the names of signature algorithms.
    ///
    /// # Errors
    /// [`InvalidKey`] when it is truncated, has bytes left over, or is of an unknown type.
    pub fn from_blob(blob: &[u8]) -> Result<Self, InvalidKey> {
        let mut reader = Reader::new(blob);
        let algorithm = Self::algorithm_of(reader.cstring()?).ok_or(InvalidKey)?;
        let key = Self::from_fields(algorithm, &mut reader)?;
        if reader.rest().is_empty() { Ok(key) } else { Err(InvalidKey) }
    }

    /// The key type that a blob or a line names. OpenSSH takes the names of signature algorithms too.
    #[must_use]
    pub fn algorithm_of(name: &[u8]) -> Option<Algorithm> {
        Algorithm::from_wire_name(name)
    }

    /// Reads the fields of a key of known type, as they stand in a certificate, and leaves what
    /// follows them.
    ///
    /// # Errors
    /// [`InvalidKey`].
    pub fn from_fields(algorithm: Algorithm, reader: &mut Reader<'_>) -> Result<Self, InvalidKey> {
        let mut blob = Vec::new();
        put_string(&mut blob, algorithm.wire_name().as_bytes());
        let bits = copy_fields(algorithm, reader, &mut blob)?;
        Ok(Self { algorithm, bits, blob })
    }

    /// The public key of key material.
    pub(super) fn of_pair(pair: &Pair) -> Result<Self, InvalidKey> {
        let mut blob = Vec::new();
        match pair {
            Pair::Ssh(pair) => {
                KeyData::try_from(pair).map_err(|_| InvalidKey)?.encode(&mut blob).map_err(|_| InvalidKey)?;
            }
            Pair::Composite(seeds) => {
                put_string(&mut blob, Algorithm::Mldsa44Ed25519.wire_name().as_bytes());
                put_string(&mut blob, &seeds.public());
            }
        }
        Self::from_blob(&blob)
    }

    /// The type.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The size in bits: of the modulus (RSA, DSA), of the field (ECDSA), 256 (Ed25519), 512 (ML-DSA-44 with Ed25519).
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// Whether OpenSSH 10 refuses such keys everywhere: DSA, and RSA under 1024 bits.
    #[must_use]
    pub fn is_obsolete(&self) -> bool {
        match self.algorithm {
            Algorithm::Dsa => true,
            Algorithm::Rsa => self.bits < 1024,
            _ => false,
        }
    }

    /// The SSH encoding, in its one form: what reads as the same key has the same bytes.
    #[must_use]
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// The hash of the SSH encoding.
    #[must_use]
    pub fn fingerprint(&self, hash: HashAlgorithm) -> Fingerprint {
        Fingerprint::of_blob(&self.blob, hash)
    }

    /// The line of a `.pub` file: type, base64, the comment if there is one; no line ending.
    #[must_use]
    pub fn to_line(&self, comment: &Comment) -> Vec<u8> {
        line(self.algorithm.wire_name(), &self.blob, comment)
    }

    /// What a `.pub` file holds: [`to_line`](Self::to_line), with a blank before an empty comment too, as OpenSSH
    /// writes it, and a line ending.
    #[must_use]
    pub fn to_file(&self, comment: &Comment) -> Vec<u8> {
        line_of_file(self.to_line(comment), comment)
    }
}

/// A line as a `.pub` file has it.
pub(crate) fn line_of_file(mut line: Vec<u8>, comment: &Comment) -> Vec<u8> {
    line.extend_from_slice(if comment.is_empty() { b" \n" } else { b"\n" });
    line
}

/// A line of type, base64 and comment.
pub(crate) fn line(name: &str, blob: &[u8], comment: &Comment) -> Vec<u8> {
    let mut line = format!("{name} {}", Base64::encode_string(blob)).into_bytes();
    if !comment.is_empty() {
        line.push(b' ');
        // A private key file can contain any comment; a second line would be a second key in authorized_keys.
        let one_line = comment
            .as_bytes()
            .iter()
            .map(|&byte| if matches!(byte, b'\n' | b'\r' | 0) { b' ' } else { byte });
        line.extend(one_line);
    }
    line
}

const ED25519_BYTES: usize = 32;
/// What ssh-keygen calls the size of a composite key: that of its private seeds.
const COMPOSITE_BITS: u32 = 512;

/// Copies the fields after the wire name, each in its one form, and gives the key's size in bits.
fn copy_fields(algorithm: Algorithm, reader: &mut Reader<'_>, blob: &mut Vec<u8>) -> Result<u32, InvalidKey> {
    let bits = match algorithm {
        Algorithm::Ed25519 | Algorithm::Ed25519Sk => exactly(ED25519_BYTES, reader.string()?, blob)?,
        Algorithm::Mldsa44Ed25519 => {
            exactly(composite::PUBLIC_BYTES, reader.string()?, blob)?;
            COMPOSITE_BITS
        }
        Algorithm::Ecdsa(curve) => point(curve, reader, blob)?,
        Algorithm::EcdsaSk => point(Curve::P256, reader, blob)?,
        Algorithm::Rsa => {
            // Zero is no exponent, but OpenSSH lists such a key.
            let _exponent = number_or_zero(reader, blob)?;
            number(reader, blob)?
        }
        Algorithm::Dsa => {
            let bits = number(reader, blob)?;
            for _ in ["q", "g", "y"] {
                number(reader, blob)?;
            }
            bits
        }
    };
    if matches!(algorithm, Algorithm::Ed25519Sk | Algorithm::EcdsaSk) {
        put_string(blob, reader.cstring()?);
    }
    Ok(bits)
}

/// The size of a key of fixed length; Ed25519 and what is built on it count as 256 bits.
fn exactly(length: usize, field: &[u8], blob: &mut Vec<u8>) -> Result<u32, InvalidKey> {
    put_string(blob, field);
    if field.len() == length { Ok(256) } else { Err(InvalidKey) }
}

/// A point of the curve, uncompressed (RFC 5656 section 3.1).
fn point(curve: Curve, reader: &mut Reader<'_>, blob: &mut Vec<u8>) -> Result<u32, InvalidKey> {
    let (name, point) = (reader.cstring()?, reader.string()?);
    let on_curve = match curve {
        Curve::P256 => p256::PublicKey::from_sec1_bytes(point).is_ok(),
        Curve::P384 => p384::PublicKey::from_sec1_bytes(point).is_ok(),
        Curve::P521 => p521::PublicKey::from_sec1_bytes(point).is_ok(),
    };
    put_string(blob, name);
    put_string(blob, point);
    let sound = name == curve.wire_name().as_bytes() && point.first() == Some(&4) && on_curve;
    if sound { Ok(curve.bits()) } else { Err(InvalidKey) }
}

/// The size in bits of an `mpint` (RFC 4251 section 5) that is not negative, of 16384 bits at most as in OpenSSH, which
/// drops zeros in front of it.
fn number(reader: &mut Reader<'_>, blob: &mut Vec<u8>) -> Result<u32, InvalidKey> {
    number_or_zero(reader, blob).and_then(|bits| if bits == 0 { Err(InvalidKey) } else { Ok(bits) })
}

fn number_or_zero(reader: &mut Reader<'_>, blob: &mut Vec<u8>) -> Result<u32, InvalidKey> {
    let bytes = reader.string()?;
    let digits = without_zeros(bytes);
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    // One zero in front keeps the number from being negative; OpenSSH counts all of them for its limit.
    if negative || bytes.len() > MAX_NUMBER_BYTES + 1 || digits.len() > MAX_NUMBER_BYTES {
        return Err(InvalidKey);
    }
    if digits.first().is_some_and(|first| first & 0x80 != 0) {
        put_string(blob, &[&[0], digits].concat());
    } else {
        put_string(blob, digits);
    }
    Ok(bit_length(digits))
}

const MAX_NUMBER_BYTES: usize = 16384 / 8;

/// The length in bits of a big-endian number without zeros in front.
fn bit_length(digits: &[u8]) -> u32 {
    let Some(first) = digits.first() else { return 0 };
    u32::try_from(digits.len()).map_or(u32::MAX, |length| length.saturating_mul(8)) - first.leading_zeros()
}
