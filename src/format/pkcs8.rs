//! PKCS#8 (RFC 5958), encrypted with PBES2 (RFC 8018 section 6.2).

use ::pkcs8::pkcs5::pbes2::Parameters;
use ::pkcs8::spki::AlgorithmIdentifierRef;
use ::pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use der::Encode;
use der::asn1::{AnyRef, OctetStringRef};
use rand_core::CryptoRng;
use ssh_key::private::KeypairData;

use super::ber::{Elements, OCTET_STRING, SEQUENCE};
use super::pbes::{self, Scheme};
use super::{Error, Obstacle, Part, Protection, armor, asn1, fields};
use crate::key::{Curve, Pair, PrivateKey};
use crate::secret::{Passphrase, Secret};

pub(super) const LABEL: &str = "PRIVATE KEY";
pub(super) const ENCRYPTED_LABEL: &str = "ENCRYPTED PRIVATE KEY";
const WIDTH: usize = 64;
const SALT_BYTES: usize = 16;

/// A PBES2 scheme: PBKDF2-HMAC-SHA256 with a salt of 16 bytes, and AES in CBC mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pbes2 {
    /// What `ssh-keygen -m PKCS8` writes: AES-128, 2048 iterations.
    AsSshKeygen,
    /// What the FIPS-readable profile asks for: AES-256, 600000 iterations.
    Fips,
}

impl Pbes2 {
    fn parameters(self, rng: &mut impl CryptoRng) -> Result<Parameters, Error> {
        let (mut salt, mut iv) = ([0; SALT_BYTES], [0; 16]);
        rng.fill_bytes(&mut salt);
        rng.fill_bytes(&mut iv);
        let parameters = match self {
            Self::AsSshKeygen => Parameters::generate_pbkdf2_sha256_aes128cbc(2048, &salt, iv),
            Self::Fips => Parameters::generate_pbkdf2_sha256_aes256cbc(600_000, &salt, iv),
        };
        parameters.map_err(|_| Error::damaged(Part::PrivateKey))
    }
}

/// Writes the key as PEM text.
pub(super) fn seal(
    key: &PrivateKey,
    passphrase: &Passphrase,
    scheme: Pbes2,
    rng: &mut impl CryptoRng,
) -> Result<Secret, Error> {
    let label = if passphrase.is_empty() { LABEL } else { ENCRYPTED_LABEL };
    let der = seal_der(key, passphrase, scheme, rng)?;
    Ok(armor::write(label, "", der.expose(), WIDTH))
}

/// Writes the key in DER: PrivateKeyInfo, or EncryptedPrivateKeyInfo if there is a passphrase.
pub(super) fn seal_der(
    key: &PrivateKey,
    passphrase: &Passphrase,
    scheme: Pbes2,
    rng: &mut impl CryptoRng,
) -> Result<Secret, Error> {
    let info = private_key_info(key)?;
    if passphrase.is_empty() {
        return Ok(info);
    }
    let parameters = scheme.parameters(rng)?;
    let encrypted = parameters
        .encrypt(passphrase.expose(), info.expose())
        .map_err(|_| Error::damaged(Part::PrivateKey))?;
    let document = EncryptedPrivateKeyInfoRef {
        encryption_algorithm: parameters.into(),
        encrypted_data: OctetStringRef::new(&encrypted)?,
    };
    Ok(Secret::new(document.to_der()?))
}

/// PrivateKeyInfo, version 1, as OpenSSL writes it.
fn private_key_info(key: &PrivateKey) -> Result<Secret, Error> {
    let curve;
    let (oid, parameters, private) = match key.pair() {
        Pair::Ssh(KeypairData::Rsa(pair)) => (asn1::RSA, Some(AnyRef::NULL), asn1::rsa_to_der(pair)?),
        Pair::Ssh(KeypairData::Ecdsa(pair)) => {
            curve = asn1::curve_oid(Curve::of_pair(pair));
            (asn1::EC, Some(AnyRef::from(&curve)), asn1::ec_to_der(pair, asn1::CurveName::Outside)?)
        }
        Pair::Ssh(KeypairData::Ed25519(pair)) => (asn1::ED25519, None, asn1::ed25519_to_der(pair)?),
        _ => return Err(Error::TypeNotSupported),
    };
    let algorithm = AlgorithmIdentifierRef { oid, parameters };
    let info = PrivateKeyInfoRef::new(algorithm, OctetStringRef::new(private.expose())?);
    Ok(Secret::new(info.to_der()?))
}

/// A PKCS#8 document, still encrypted if it was.
#[derive(Debug)]
pub struct Sealed {
    /// In the clear, or the encrypted contents.
    bytes: Secret,
    scheme: Option<Scheme>,
}

/// Whether the bytes begin like an EncryptedPrivateKeyInfo: an algorithm, then the encrypted contents.
pub(super) fn is_encrypted(der: &[u8]) -> bool {
    Elements::new(der).sequence().is_ok_and(|body| body.tag() == Some(SEQUENCE))
}

impl Sealed {
    pub(super) fn in_the_clear(der: &[u8]) -> Self {
        Self { bytes: Secret::new(der.to_vec()), scheme: None }
    }

    /// Takes an EncryptedPrivateKeyInfo apart.
    pub(super) fn encrypted(der: &[u8]) -> Result<Self, Error> {
        let parts = || {
            let mut body = Elements::new(der).sequence()?;
            let scheme = body.sequence()?;
            let bytes = body.take(OCTET_STRING)?;
            body.end().map(|()| (scheme, bytes))
        };
        let (scheme, bytes) = parts().map_err(|_| Error::damaged(Part::Container))?;
        Ok(Self { scheme: Some(pbes::scheme(scheme)?), bytes: Secret::new(bytes.to_vec()) })
    }

    pub(super) fn protection(&self) -> Option<Protection> {
        self.scheme.as_ref().map(Scheme::protection)
    }

    /// Whether it is written as the FIPS-readable profile asks for.
    pub(super) fn is_fips_profile(&self) -> bool {
        self.scheme.as_ref().is_some_and(Scheme::is_fips_profile)
    }

    /// What keeps OpenSSL from decrypting it.
    pub(super) fn obstacle(&self) -> Option<Obstacle> {
        self.scheme.as_ref().and_then(Scheme::obstacle)
    }

    pub(super) fn open(&self, passphrase: &Passphrase) -> Result<PrivateKey, Error> {
        let Some(scheme) = &self.scheme else { return read(self.bytes.expose()) };
        let plain = scheme.decrypt(passphrase, self.bytes.expose())?;
        if !fields::begins_like_a_key(plain.expose()) {
            return Err(Error::WrongPassphrase);
        }
        read(plain.expose())
    }
}

fn read(der: &[u8]) -> Result<PrivateKey, Error> {
    fields::private_key(der).map(|(key, _)| key)
}
