//! Formats that other programs exchange and ssh does not read: DER without the text around it, and JSON Web Keys.

use super::ber::SEQUENCE;
use super::{Error, KeyFile, Other, fields, jwk, other, spki};
use crate::key::{Comment, PrivateKey, PublicKey};

/// A key in one of them.
#[derive(Debug)]
pub enum Foreign {
    /// A private key in DER, encrypted or not.
    Der(KeyFile),
    /// A private JSON Web Key.
    Jwk(PrivateKey),
    /// A public key, with its comment where the format has one.
    Public(PublicKey, Comment),
}

impl Foreign {
    /// Reads a file in one of these formats: RSAPrivateKey and RSAPublicKey (RFC 8017), ECPrivateKey (RFC 5915),
    /// PrivateKeyInfo and EncryptedPrivateKeyInfo (RFC 5958), SubjectPublicKeyInfo (RFC 5280), or a JSON Web Key
    /// (RFC 7517).
    ///
    /// # Errors
    /// [`Error::NotThisFormat`] for any other file; damaged and unsupported keys.
    pub fn parse(file: &[u8]) -> Result<Self, Error> {
        if file.first() == Some(&SEQUENCE) {
            return Self::of_der(file);
        }
        Ok(match jwk::decode(file)? {
            jwk::Jwk::Private(key) => Self::Jwk(key),
            jwk::Jwk::Public(key, comment) => Self::Public(key, comment),
        })
    }

    fn of_der(file: &[u8]) -> Result<Self, Error> {
        if spki::is_public(file) {
            return Ok(Self::Public(spki::decode_der(file)?, Comment::default()));
        }
        match other::identify(file) {
            Other::Der => KeyFile::of_der(file).map(Self::Der),
            Other::Unknown if fields::begins_like_a_key(file) => KeyFile::of_der(file).map(Self::Der),
            other => Err(Error::NotThisFormat(other)),
        }
    }
}
