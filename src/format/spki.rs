//! Public keys as OpenSSL has them: SubjectPublicKeyInfo (RFC 5280) and RSAPublicKey (RFC 8017).

use ::pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use der::Encode;
use der::asn1::{AnyRef, BitStringRef, UintRef};
use pkcs1::RsaPublicKeyRef;
use ssh_encoding::Encode as _;
use ssh_key::Mpint;

use super::armor::{self, Armor};
use super::ber::{BIT_STRING, Elements, SEQUENCE};
use super::{Error, Other, Part, asn1, ec};
use crate::key::{Algorithm, PublicKey};
use crate::secret::Secret;
use crate::wire::{Reader, put_string};

const SPKI_LABEL: &str = "PUBLIC KEY";
const RSA_LABEL: &str = "RSA PUBLIC KEY";
/// Labels under which OpenSSL reads public keys too: what the bytes hold decides.
const OTHER_LABELS: [&str; 4] = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "EC PARAMETERS"];
const WIDTH: usize = 64;

/// Writes `BEGIN PUBLIC KEY`: RSA, ECDSA, Ed25519.
///
/// # Errors
/// [`Error::TypeNotSupported`] for other types.
pub fn encode(key: &PublicKey) -> Result<Secret, Error> {
    Ok(armor::write(SPKI_LABEL, "", &encode_der(key)?, WIDTH))
}

/// Writes SubjectPublicKeyInfo in DER, of the same types.
///
/// # Errors
/// [`Error::TypeNotSupported`] for other types.
pub fn encode_der(key: &PublicKey) -> Result<Vec<u8>, Error> {
    let mut fields = Reader::new(key.blob());
    fields.string()?;
    let (algorithm, bits);
    let curve;
    match key.algorithm() {
        Algorithm::Rsa => {
            algorithm = AlgorithmIdentifierRef { oid: asn1::RSA, parameters: Some(AnyRef::NULL) };
            bits = rsa_public_key(&mut fields)?;
        }
        Algorithm::Ecdsa(own) => {
            curve = asn1::curve_oid(own);
            algorithm = AlgorithmIdentifierRef { oid: asn1::EC, parameters: Some(AnyRef::from(&curve)) };
            fields.string()?;
            bits = fields.string()?.to_vec();
        }
        Algorithm::Ed25519 => {
            algorithm = AlgorithmIdentifierRef { oid: asn1::ED25519, parameters: None };
            bits = fields.string()?.to_vec();
        }
        _ => return Err(Error::TypeNotSupported),
    }
    let info = SubjectPublicKeyInfoRef { algorithm, subject_public_key: BitStringRef::from_bytes(&bits)? };
    Ok(info.to_der()?)
}

/// Writes `BEGIN RSA PUBLIC KEY`; ECDSA keys have no such form and become `BEGIN PUBLIC KEY`, as
/// ssh-keygen does.
///
/// # Errors
/// [`Error::TypeNotSupported`] for other types.
pub fn encode_pem(key: &PublicKey) -> Result<Secret, Error> {
    let label = if key.algorithm() == Algorithm::Rsa { RSA_LABEL } else { SPKI_LABEL };
    Ok(armor::write(label, "", &encode_traditional_der(key)?, WIDTH))
}

/// Writes RSAPublicKey in DER, or SubjectPublicKeyInfo for ECDSA keys.
///
/// # Errors
/// [`Error::TypeNotSupported`] for other types.
pub fn encode_traditional_der(key: &PublicKey) -> Result<Vec<u8>, Error> {
    match key.algorithm() {
        Algorithm::Rsa => {
            let mut fields = Reader::new(key.blob());
            fields.string()?;
            rsa_public_key(&mut fields)
        }
        Algorithm::Ecdsa(_) => encode_der(key),
        _ => Err(Error::TypeNotSupported),
    }
}

fn rsa_public_key(fields: &mut Reader<'_>) -> Result<Vec<u8>, Error> {
    let (e, n) = (one_byte_at_least(fields.string()?), fields.string()?);
    Ok(RsaPublicKeyRef { modulus: UintRef::new(n)?, public_exponent: UintRef::new(e)? }.to_der()?)
}

/// Reads either form.
///
/// # Errors
/// [`enum@Error`]: not this format, damaged, unsupported.
pub fn decode(file: &[u8]) -> Result<PublicKey, Error> {
    let armor = Armor::parse(file)?;
    match armor.label() {
        SPKI_LABEL | RSA_LABEL => decode_der(armor.bytes()),
        label if OTHER_LABELS.contains(&label) && is_public(armor.bytes()) => decode_der(armor.bytes()),
        _ => Err(Error::NotThisFormat(Other::Unknown)),
    }
}

/// Whether the label is the one under which OpenSSL reads the structure: `RSA PUBLIC KEY` is for RSA alone, and
/// RSAPublicKey has no other. A file that is not in PEM has no wrong label.
#[must_use]
pub fn has_own_label(file: &[u8]) -> bool {
    let Ok(armor) = Armor::parse(file) else { return true };
    let Ok(mut body) = sequence(armor.bytes()) else { return true };
    let of_info = body.sequence().and_then(|mut algorithm| algorithm.oid());
    match (armor.label(), of_info) {
        (SPKI_LABEL, info) => info.is_ok(),
        (RSA_LABEL, Ok(oid)) => oid == asn1::RSA || oid == asn1::RSA_OF_X500,
        _ => true,
    }
}

/// Reads either form in DER: what the bytes hold decides.
///
/// # Errors
/// [`enum@Error`]: damaged, unsupported.
pub fn decode_der(der: &[u8]) -> Result<PublicKey, Error> {
    let mut body = sequence(der)?;
    let is_info = body.tag() == Some(SEQUENCE);
    of_blob(if is_info { subject_public_key_info(&mut body)? } else { rsa_blob(body)? })
}

/// Whether DER begins as a public key does: an algorithm and a BIT STRING, or two numbers, of which the first is no
/// version.
pub(super) fn is_public(der: &[u8]) -> bool {
    let Ok(mut body) = Elements::new(der).sequence() else { return false };
    match body.tag() {
        Some(SEQUENCE) => body.sequence().is_ok() && body.tag() == Some(BIT_STRING),
        _ => {
            let is_modulus = body.integer().is_ok_and(|number| number.len() > 8);
            is_modulus && body.integer().is_ok() && body.end().is_ok()
        }
    }
}

fn sequence(der: &[u8]) -> Result<Elements<'_>, Error> {
    Elements::new(der).sequence().map_err(|_| MALFORMED)
}

fn of_blob(blob: Vec<u8>) -> Result<PublicKey, Error> {
    PublicKey::from_blob(&blob).map_err(|_| MALFORMED)
}

const MALFORMED: Error = Error::damaged(Part::PublicKey);

fn subject_public_key_info(body: &mut Elements<'_>) -> Result<Vec<u8>, Error> {
    let mut algorithm = body.sequence().map_err(|_| MALFORMED)?;
    let (oid, bits) = (algorithm.oid().map_err(|_| MALFORMED)?, body.bits().map_err(|_| MALFORMED)?);
    let mut blob = Vec::new();
    match oid {
        asn1::RSA | asn1::RSA_OF_X500 => {
            return rsa_blob(Elements::new(bits).sequence().map_err(|_| MALFORMED)?);
        }
        asn1::EC => {
            let curve = ec::curve(Some(algorithm))?;
            let point = ec::uncompressed(curve, bits).ok_or(MALFORMED)?;
            put_string(&mut blob, Algorithm::Ecdsa(curve).wire_name().as_bytes());
            put_string(&mut blob, curve.wire_name().as_bytes());
            put_string(&mut blob, &point);
        }
        asn1::ED25519 => {
            put_string(&mut blob, Algorithm::Ed25519.wire_name().as_bytes());
            put_string(&mut blob, bits);
        }
        other => return Err(asn1::unsupported(other)),
    }
    Ok(blob)
}

/// RSAPublicKey. A number without its leading zero is read as OpenSSL reads it.
fn rsa_blob(mut numbers: Elements<'_>) -> Result<Vec<u8>, Error> {
    let mut number = || numbers.integer().map_err(|_| MALFORMED);
    let (modulus, exponent) = (number()?, number()?);
    blob_of_numbers(modulus, exponent)
}

/// A number for a format in which zero takes a byte; SSH has none for it.
pub(super) fn one_byte_at_least(number: &[u8]) -> &[u8] {
    if number.is_empty() { &[0] } else { number }
}

/// The SSH encoding of an RSA key, of two big-endian numbers.
pub(super) fn blob_of_numbers(modulus: &[u8], exponent: &[u8]) -> Result<Vec<u8>, Error> {
    let mut blob = Vec::new();
    put_string(&mut blob, Algorithm::Rsa.wire_name().as_bytes());
    for number in [exponent, modulus] {
        Mpint::from_positive_bytes(number).encode(&mut blob).map_err(|_| MALFORMED)?;
    }
    Ok(blob)
}
