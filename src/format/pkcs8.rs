//! PKCS#8 (RFC 5958), encrypted with PBES2 (RFC 8018 section 6.2).

use ::pkcs8::pkcs5::pbes2::{EncryptionScheme, Kdf, Parameters};
use ::pkcs8::spki::AlgorithmIdentifierRef;
use ::pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use der::asn1::{AnyRef, OctetStringRef};
use der::{Decode, Encode};
use rand_core::CryptoRng;
use ssh_key::private::KeypairData;

use super::armor::{self, Armor};
use super::{Error, Limit, Name, OverLimit, Part, Protection, asn1};
use crate::key::{Comment, Curve, Pair, PrivateKey};
use crate::secret::{Passphrase, Secret};

pub(super) const LABEL: &str = "PRIVATE KEY";
pub(super) const ENCRYPTED_LABEL: &str = "ENCRYPTED PRIVATE KEY";
const WIDTH: usize = 64;
const SALT_BYTES: usize = 16;

/// The most PBKDF2 iterations, and the most scrypt memory in bytes, that a file may ask for.
const MAX_ITERATIONS: u32 = 50_000_000;
const MAX_SCRYPT_MEMORY: u64 = 64 << 20;
const MAX_SCRYPT_LANES: u64 = 16;

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

/// Writes the key.
pub(super) fn seal(
    key: &PrivateKey,
    passphrase: &Passphrase,
    scheme: Pbes2,
    rng: &mut impl CryptoRng,
) -> Result<Secret, Error> {
    let info = private_key_info(key)?;
    if passphrase.is_empty() {
        return Ok(armor::write(LABEL, "", info.expose(), WIDTH));
    }
    let parameters = scheme.parameters(rng)?;
    let encrypted = parameters
        .encrypt(passphrase.expose(), info.expose())
        .map_err(|_| Error::damaged(Part::PrivateKey))?;
    let document = EncryptedPrivateKeyInfoRef {
        encryption_algorithm: parameters.into(),
        encrypted_data: OctetStringRef::new(&encrypted)?,
    };
    Ok(armor::write(ENCRYPTED_LABEL, "", &document.to_der()?, WIDTH))
}

/// PrivateKeyInfo, version 1, as OpenSSL writes it.
fn private_key_info(key: &PrivateKey) -> Result<Secret, Error> {
    let curve;
    let (oid, parameters, private) = match key.pair() {
        Pair::Ssh(KeypairData::Rsa(pair)) => (asn1::RSA, Some(AnyRef::NULL), asn1::rsa_to_der(pair)?),
        Pair::Ssh(KeypairData::Ecdsa(pair)) => {
            curve = asn1::curve_oid(Curve::of_pair(pair));
            (asn1::EC, Some(AnyRef::from(&curve)), asn1::ec_to_der(pair, false)?)
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
    document: Secret,
    scheme: Option<Parameters>,
}

impl Sealed {
    pub(super) fn parse(armor: &Armor) -> Result<Self, Error> {
        let document = Secret::new(armor.bytes().to_vec());
        if armor.label() == LABEL {
            return Ok(Self { document, scheme: None });
        }
        let encrypted = EncryptedPrivateKeyInfoRef::from_der(armor.bytes()).map_err(|_| {
            let other = Error::cipher(Name::known("another scheme than PBES2"));
            if has_scheme(armor.bytes()) { other } else { Error::damaged(Part::Encryption) }
        })?;
        let scheme = encrypted.encryption_algorithm.pbes2();
        let scheme = scheme.ok_or_else(|| Error::cipher(Name::known("another scheme than PBES2")))?;
        Ok(Self { scheme: Some(scheme.clone()), document })
    }

    pub(super) fn protection(&self) -> Option<Protection> {
        let scheme = self.scheme.as_ref()?;
        let (kdf, rounds) = match &scheme.kdf {
            Kdf::Pbkdf2(params) => ("PBKDF2", Some(u64::from(params.iteration_count))),
            Kdf::Scrypt(params) => ("scrypt", Some(params.cost_parameter)),
            _ => ("another KDF", None),
        };
        Some(Protection { cipher: cipher_name(&scheme.encryption).to_owned(), kdf: kdf.to_owned(), rounds })
    }

    pub(super) fn open(&self, passphrase: &Passphrase) -> Result<PrivateKey, Error> {
        let Some(scheme) = &self.scheme else { return from_info(self.document.expose()) };
        bound_work(&scheme.kdf)?;
        let encrypted = EncryptedPrivateKeyInfoRef::from_der(self.document.expose())?;
        let plain = scheme
            .decrypt(passphrase.expose(), encrypted.encrypted_data.as_bytes())
            .map(Secret::new)
            .map_err(|_| Error::WrongPassphrase)?;
        // A wrong passphrase passes the padding check once in 256 times.
        from_info(plain.expose())
            .map_err(|error| if error.shows_sense() { error } else { Error::WrongPassphrase })
    }
}

/// Whether the document is whole, so that only its scheme (RFC 8018 section 6.1, RFC 7292 appendix C)
/// keeps it from being read.
fn has_scheme(document: &[u8]) -> bool {
    let parts = |reader: &mut der::SliceReader<'_>| -> der::Result<bool> {
        let scheme = AlgorithmIdentifierRef::decode(reader)?;
        <&OctetStringRef>::decode(reader)?;
        Ok(scheme.oid != ::pkcs8::pkcs5::pbes2::PBES2_OID)
    };
    AnyRef::from_der(document).and_then(|whole| whole.sequence(parts)).unwrap_or(false)
}

fn cipher_name(scheme: &EncryptionScheme) -> &'static str {
    match scheme {
        EncryptionScheme::Aes128Cbc { .. } => "AES-128-CBC",
        EncryptionScheme::Aes192Cbc { .. } => "AES-192-CBC",
        EncryptionScheme::Aes256Cbc { .. } => "AES-256-CBC",
        EncryptionScheme::Aes128Gcm { .. } => "AES-128-GCM",
        EncryptionScheme::Aes256Gcm { .. } => "AES-256-GCM",
        EncryptionScheme::DesEde3Cbc { .. } => "3DES-CBC",
        _ => "another cipher",
    }
}

/// Refuses a key derivation that no honest key asks for.
fn bound_work(kdf: &Kdf) -> Result<(), OverLimit> {
    match kdf {
        Kdf::Pbkdf2(params) => {
            OverLimit::check(Limit::Iterations, params.iteration_count.into(), MAX_ITERATIONS.into())
        }
        Kdf::Scrypt(params) => {
            let block = u64::from(params.block_size) * 128;
            let memory = params.cost_parameter.saturating_mul(block).div_ceil(1024);
            OverLimit::check(Limit::ScryptMemory, memory, MAX_SCRYPT_MEMORY / 1024)?;
            OverLimit::check(Limit::ScryptParallelism, params.parallelization.into(), MAX_SCRYPT_LANES)
        }
        _ => Ok(()),
    }
}

fn from_info(der: &[u8]) -> Result<PrivateKey, Error> {
    let info = PrivateKeyInfoRef::from_der(der)?;
    let private = info.private_key.as_bytes();
    let pair = match info.algorithm.oid {
        asn1::RSA => asn1::rsa_from_der(private)?,
        asn1::EC => {
            let curve = info.algorithm.parameters.and_then(|any| any.decode_as().ok());
            asn1::ec_from_der(private, curve)?
        }
        asn1::ED25519 => asn1::ed25519_from_der(private)?,
        asn1::DSA => {
            asn1::dsa_from_parts(info.algorithm.parameters.ok_or(Error::damaged(Part::PrivateKey))?, private)?
        }
        other => return Err(asn1::unsupported(other)),
    };
    PrivateKey::new(pair, Comment::default()).map_err(|_| Error::damaged(Part::PrivateKey))
}
