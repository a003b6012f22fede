//! Writes the numbers of a key in DER: RSAPrivateKey (RFC 8017 appendix A.1.2), ECPrivateKey (RFC 5915),
//! CurvePrivateKey (RFC 8410 section 7).

use crypto_bigint::{BoxedUint, NonZero};
use der::Encode;
use der::asn1::{ObjectIdentifier, OctetStringRef, UintRef};
use pkcs1::RsaPrivateKeyRef;
use sec1::EcPrivateKey;
use ssh_key::Mpint;
use ssh_key::private::{EcdsaKeypair, Ed25519Keypair, RsaKeypair};
use zeroize::Zeroizing;

use super::{Error, Name, Part};
use crate::key::Curve;
use crate::secret::Secret;

/// rsaEncryption (RFC 8017 appendix A.1).
pub(super) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// The same key type in X.500, as old programs name it.
pub(super) const RSA_OF_X500: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.8.1.1");
/// id-ecPublicKey (RFC 5480 section 2.1.1).
pub(super) const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// id-dsa (RFC 3279 section 2.3.2).
pub(super) const DSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10040.4.1");
/// id-Ed25519 (RFC 8410 section 3).
pub(super) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// id-X25519 (RFC 8410 section 3).
pub(super) const X25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.110");
/// id-Ed448.
pub(super) const ED448: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.113");

/// A key type that SSH does not use.
pub(super) fn unsupported(oid: ObjectIdentifier) -> Error {
    const KNOWN: [(&str, &str); 18] = [
        ("1.3.101.110", "X25519, which cannot sign"),
        ("1.3.101.111", "X448, which cannot sign"),
        ("1.3.101.113", "Ed448, which OpenSSH does not use"),
        ("1.2.840.113549.1.1.10", "RSA for PSS signatures only"),
        ("1.2.840.113549.1.1.7", "RSA for OAEP encryption only"),
        ("1.2.840.113549.1.3.1", "Diffie-Hellman, which cannot sign"),
        ("1.3.132.1.12", "an EC key for key agreement only, which cannot sign"),
        ("1.3.132.1.13", "an EC key for key agreement only, which cannot sign"),
        ("1.2.643.2.2.19", "GOST R 34.10-2001, which OpenSSH does not use"),
        ("1.2.840.10046.2.1", "Diffie-Hellman, which cannot sign"),
        ("2.16.840.1.101.3.4.3.17", "ML-DSA-44, which OpenSSH uses only together with Ed25519"),
        ("2.16.840.1.101.3.4.3.18", "ML-DSA-65, which OpenSSH does not use"),
        ("2.16.840.1.101.3.4.3.19", "ML-DSA-87, which OpenSSH does not use"),
        ("2.16.840.1.101.3.4.4.1", "ML-KEM-512, which cannot sign"),
        ("2.16.840.1.101.3.4.4.2", "ML-KEM-768, which cannot sign"),
        ("2.16.840.1.101.3.4.4.3", "ML-KEM-1024, which cannot sign"),
        ("1.2.156.10197.1.301", "SM2, which OpenSSH does not use"),
        ("1.2.643.7.1.1.1.1", "GOST R 34.10-2012, which OpenSSH does not use"),
    ];
    Error::key_type(name_of(&KNOWN, oid))
}

/// The name of an object identifier, from a table.
pub(super) fn known_name(table: &[(&str, &'static str)], oid: ObjectIdentifier) -> Option<Name> {
    let dotted = oid.to_string();
    table.iter().find(|(known, _)| *known == dotted).map(|(_, name)| Name::known(name))
}

/// The name of an object identifier, from a table, or its numbers.
pub(super) fn name_of(table: &[(&str, &'static str)], oid: ObjectIdentifier) -> Name {
    known_name(table, oid).unwrap_or_else(|| Name::from_file(oid.to_string().as_bytes()))
}

/// The object identifier of a NIST curve (RFC 5480 section 2.1.1.1).
pub(super) fn curve_oid(curve: Curve) -> ObjectIdentifier {
    match curve {
        Curve::P256 => ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"),
        Curve::P384 => ObjectIdentifier::new_unwrap("1.3.132.0.34"),
        Curve::P521 => ObjectIdentifier::new_unwrap("1.3.132.0.35"),
    }
}

/// RSAPrivateKey, with the two exponents that SSH does not store.
pub(super) fn rsa_to_der(pair: &RsaKeypair) -> Result<Secret, Error> {
    let bytes = |number: &Mpint| number.as_positive_bytes().map(|bytes| Zeroizing::new(bytes.to_vec()));
    let (public, private) = (pair.public(), pair.private());
    let all = [public.n(), public.e(), private.d(), private.p(), private.q(), private.iqmp()].map(bytes);
    let [Some(n), Some(e), Some(d), Some(p), Some(q), Some(coefficient)] = all else {
        return Err(Error::damaged(Part::PrivateKey));
    };
    let (exponent1, exponent2) = (exponent_below(&d, &p)?, exponent_below(&d, &q)?);
    let key = RsaPrivateKeyRef {
        modulus: UintRef::new(&n)?,
        public_exponent: UintRef::new(&e)?,
        private_exponent: UintRef::new(&d)?,
        prime1: UintRef::new(&p)?,
        prime2: UintRef::new(&q)?,
        exponent1: UintRef::new(&exponent1)?,
        exponent2: UintRef::new(&exponent2)?,
        coefficient: UintRef::new(&coefficient)?,
        other_prime_infos: None,
    };
    Ok(Secret::new(key.to_der()?))
}

/// d modulo (prime - 1).
pub(super) fn exponent_below(d: &[u8], prime: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let order = BoxedUint::from_be_slice_vartime(prime).wrapping_sub(BoxedUint::one());
    let order = NonZero::new(order).into_option().ok_or(Error::damaged(Part::PrivateKey))?;
    let d = Zeroizing::new(BoxedUint::from_be_slice_vartime(d));
    let exponent = Zeroizing::new(d.rem(&order));
    Ok(Zeroizing::new(exponent.to_be_bytes().into_vec()))
}

/// Where a file names the curve of an ECPrivateKey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CurveName {
    /// Inside it, as in PEM.
    Inside,
    /// Outside, as in PKCS#8.
    Outside,
}

/// ECPrivateKey with its public point.
pub(super) fn ec_to_der(pair: &EcdsaKeypair, curve: CurveName) -> Result<Secret, Error> {
    let key = EcPrivateKey {
        private_key: pair.private_key_bytes(),
        parameters: (curve == CurveName::Inside).then(|| curve_oid(Curve::of_pair(pair)).into()),
        public_key: Some(pair.public_key_bytes()),
    };
    Ok(Secret::new(key.to_der()?))
}

/// CurvePrivateKey: the seed of 32 bytes.
pub(super) fn ed25519_to_der(pair: &Ed25519Keypair) -> Result<Secret, Error> {
    let seed = OctetStringRef::new(pair.private.as_ref())?;
    Ok(Secret::new(seed.to_der()?))
}
