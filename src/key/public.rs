//! The public half of a key.

use base64ct::{Base64, Encoding};
use ssh_encoding::{Decode, Encode};
use ssh_key::private::KeypairData;
use ssh_key::public::KeyData;
use thiserror::Error;

use super::{Algorithm, Comment, Curve, Fingerprint, HashAlgorithm};

/// The bytes are not a public key of a type that rkeygen knows.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("invalid format")]
pub struct InvalidKey;

/// A public key, checked, with its SSH encoding (RFC 4253 section 6.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    algorithm: Algorithm,
    bits: u32,
    blob: Vec<u8>,
}

impl PublicKey {
    /// Reads the SSH encoding of a public key: its wire name, then its fields.
    ///
    /// # Errors
    /// [`InvalidKey`] when it is truncated, has bytes left over, or is of an unknown type.
    pub fn from_blob(blob: &[u8]) -> Result<Self, InvalidKey> {
        let mut rest = blob;
        let data = KeyData::decode(&mut rest).map_err(|_| InvalidKey)?;
        let key = Self::from_data(&data)?;
        // Encoding again catches bytes left over and numbers that are not in their one form.
        if key.blob == blob { Ok(key) } else { Err(InvalidKey) }
    }

    /// The public half of key material.
    ///
    /// # Errors
    /// [`InvalidKey`] when the material is of a type that rkeygen does not make.
    pub(super) fn of_pair(pair: &KeypairData) -> Result<Self, InvalidKey> {
        Self::from_data(&KeyData::try_from(pair).map_err(|_| InvalidKey)?)
    }

    fn from_data(data: &KeyData) -> Result<Self, InvalidKey> {
        let (algorithm, bits) = match data {
            KeyData::Ed25519(_) => (Algorithm::Ed25519, 256),
            KeyData::Ecdsa(key) => {
                let curve = match key.curve() {
                    ssh_key::EcdsaCurve::NistP256 => Curve::P256,
                    ssh_key::EcdsaCurve::NistP384 => Curve::P384,
                    ssh_key::EcdsaCurve::NistP521 => Curve::P521,
                };
                (Algorithm::Ecdsa(curve), curve.bits())
            }
            KeyData::Rsa(key) => {
                let modulus = key.n().as_positive_bytes().ok_or(InvalidKey)?;
                (Algorithm::Rsa, bit_length(modulus))
            }
            _ => return Err(InvalidKey),
        };
        let mut blob = Vec::new();
        data.encode(&mut blob).map_err(|_| InvalidKey)?;
        Ok(Self { algorithm, bits, blob })
    }

    /// The type.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The size in bits: of the modulus (RSA), of the field (ECDSA), 256 (Ed25519).
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// The SSH encoding.
    #[must_use]
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// The hash of the SSH encoding.
    #[must_use]
    pub fn fingerprint(&self, hash: HashAlgorithm) -> Fingerprint {
        Fingerprint::of_blob(&self.blob, hash)
    }

    /// The line of a `.pub` file: type, base64, the comment if there is one; no line end.
    #[must_use]
    pub fn to_line(&self, comment: &Comment) -> Vec<u8> {
        let base64 = Base64::encode_string(&self.blob);
        let mut line = format!("{} {base64}", self.algorithm.wire_name()).into_bytes();
        if !comment.is_empty() {
            line.push(b' ');
            line.extend_from_slice(comment.as_bytes());
        }
        line
    }

    /// Reads the first line of a `.pub` file: the key and its comment.
    ///
    /// # Errors
    /// [`InvalidKey`] when the line is not `TYPE BASE64 [COMMENT]`, or the type that it names is
    /// not the one that the base64 holds.
    pub fn from_line(text: &[u8]) -> Result<(Self, Comment), InvalidKey> {
        let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii();
        let mut words = line.splitn(3, u8::is_ascii_whitespace);
        let (name, base64) = (words.next().ok_or(InvalidKey)?, words.next().ok_or(InvalidKey)?);
        let base64 = std::str::from_utf8(base64).map_err(|_| InvalidKey)?;
        let key = Self::from_blob(&Base64::decode_vec(base64).map_err(|_| InvalidKey)?)?;
        if name != key.algorithm.wire_name().as_bytes() {
            return Err(InvalidKey);
        }
        Ok((key, Comment::from_file(words.next().unwrap_or_default().trim_ascii())))
    }
}

/// The length in bits of a big-endian number, leading zero bytes not counted.
pub(super) fn bit_length(bytes: &[u8]) -> u32 {
    let digits = bytes.iter().position(|&byte| byte != 0).map_or(&[][..], |start| &bytes[start..]);
    let Some(first) = digits.first() else { return 0 };
    u32::try_from(digits.len()).map_or(u32::MAX, |length| length.saturating_mul(8)) - first.leading_zeros()
}
