//! The numbers of a key in DER: RSAPrivateKey (RFC 8017 appendix A.1.2), ECPrivateKey (RFC 5915),
//! CurvePrivateKey (RFC 8410 section 7).

use crypto_bigint::{BoxedUint, NonZero};
use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef, UintRef};
use der::{Decode, Encode};
use pkcs1::RsaPrivateKeyRef;
use sec1::EcPrivateKey;
use ssh_key::Mpint;
use ssh_key::private::{
    DsaKeypair, DsaPrivateKey, EcdsaKeypair, Ed25519Keypair, KeypairData, RsaKeypair, RsaPrivateKey,
};
use ssh_key::public::{DsaPublicKey, RsaPublicKey};
use zeroize::Zeroizing;

use super::{Error, Feature, Name, Part, Unsupported};
use crate::key::{Curve, Mismatch, ecdsa_pair, power_modulo};
use crate::secret::Secret;

/// rsaEncryption (RFC 8017 appendix A.1).
pub(super) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// id-ecPublicKey (RFC 5480 section 2.1.1).
pub(super) const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// id-dsa (RFC 3279 section 2.3.2).
pub(super) const DSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10040.4.1");
/// id-Ed25519 (RFC 8410 section 3).
pub(super) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// What keys of other types are, where it is known; what SSH does not use has no name on the wire.
pub(super) fn unsupported(oid: ObjectIdentifier) -> Error {
    const KNOWN: [(&str, &str); 6] = [
        ("1.3.101.110", "X25519, which cannot sign"),
        ("1.3.101.111", "X448, which cannot sign"),
        ("1.3.101.113", "Ed448, which OpenSSH does not use"),
        ("1.2.840.113549.1.1.10", "RSA for PSS signatures only"),
        ("1.2.840.113549.1.3.1", "Diffie-Hellman, which cannot sign"),
        ("1.2.840.10046.2.1", "Diffie-Hellman, which cannot sign"),
    ];
    let known = KNOWN.into_iter().find(|(dotted, _)| ObjectIdentifier::new(dotted).is_ok_and(|it| it == oid));
    let name = known.map(|(_, name)| Name::known(name));
    Error::key_type(name.unwrap_or_else(|| Name::from_file(oid.to_string().as_bytes())))
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
fn exponent_below(d: &[u8], prime: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let order = BoxedUint::from_be_slice_vartime(prime).wrapping_sub(BoxedUint::one());
    let order = NonZero::new(order).into_option().ok_or(Error::damaged(Part::PrivateKey))?;
    let d = Zeroizing::new(BoxedUint::from_be_slice_vartime(d));
    let exponent = Zeroizing::new(d.rem(&order));
    Ok(Zeroizing::new(exponent.to_be_bytes().into_vec()))
}

/// Reads an RSAPrivateKey of two primes.
pub(super) fn rsa_from_der(der: &[u8]) -> Result<KeypairData, Error> {
    let key = RsaPrivateKeyRef::from_der(der)?;
    if key.other_prime_infos.is_some() {
        return Err(Error::key_type(Name::known("RSA of more than two primes")));
    }
    let number = |number: UintRef<'_>| Mpint::from_positive_bytes(number.as_bytes());
    let public = RsaPublicKey::new(number(key.public_exponent), number(key.modulus))?;
    let private = RsaPrivateKey::new(
        number(key.private_exponent),
        number(key.coefficient),
        number(key.prime1),
        number(key.prime2),
    )?;
    Ok(RsaKeypair::new(public, private)?.into())
}

/// ECPrivateKey with its public point; PEM files name the curve inside it, PKCS8 ones outside.
pub(super) fn ec_to_der(pair: &EcdsaKeypair, named: bool) -> Result<Secret, Error> {
    let key = EcPrivateKey {
        private_key: pair.private_key_bytes(),
        parameters: named.then(|| curve_oid(Curve::of_pair(pair)).into()),
        public_key: Some(pair.public_key_bytes()),
    };
    Ok(Secret::new(key.to_der()?))
}

/// Reads an ECPrivateKey; the curve stands inside it or is given. The point may be missing.
pub(super) fn ec_from_der(der: &[u8], curve: Option<ObjectIdentifier>) -> Result<KeypairData, Error> {
    let key = EcPrivateKey::from_der(der)?;
    let oid = key.parameters.and_then(|parameters| parameters.named_curve()).or(curve);
    let curve = Curve::ALL.into_iter().find(|curve| Some(curve_oid(*curve)) == oid);
    let curve = curve.ok_or_else(|| {
        let name = oid.map(|oid| Name::from_file(oid.to_string().as_bytes()));
        let name = name.unwrap_or(Name::known("parameters of another curve"));
        Error::Unsupported(Unsupported { what: Feature::Curve, name })
    })?;
    let pair = ecdsa_pair(curve, key.private_key).ok_or(Error::damaged(Part::PrivateKey))?;
    let stated = key.public_key.unwrap_or(pair.public_key_bytes());
    // A compressed point (RFC 5480 section 2.2) states less; its first byte is 2 or 3.
    let compressed = matches!(stated, [2 | 3, ..]);
    if !compressed && stated != pair.public_key_bytes() {
        return Err(Error::Mismatch(Mismatch));
    }
    Ok(pair.into())
}

/// Reads the DSA key of OpenSSL's PEM: version, p, q, g, y, x.
pub(super) fn dsa_from_der(der: &[u8]) -> Result<KeypairData, Error> {
    let numbers = Vec::<UintRef<'_>>::from_der(der)?;
    let [version, p, q, g, y, x] = numbers[..] else { return Err(Error::damaged(Part::PrivateKey)) };
    if version.as_bytes() != [0] {
        return Err(Error::damaged(Part::PrivateKey));
    }
    dsa_pair([p, q, g], y, x)
}

/// Reads the DSA key of PKCS#8, which leaves the public half out: Dss-Parms (RFC 3279 section
/// 2.3.2) and the private number.
pub(super) fn dsa_from_parts(parameters: AnyRef<'_>, private: &[u8]) -> Result<KeypairData, Error> {
    let domain: Vec<UintRef<'_>> = parameters.decode_as()?;
    let domain: [UintRef<'_>; 3] = domain.try_into().map_err(|_| Error::damaged(Part::PrivateKey))?;
    let x = UintRef::from_der(private)?;
    let [p, _, g] = domain.map(|number| number.as_bytes());
    let y = power_modulo(g, x.as_bytes(), p).ok_or(Error::damaged(Part::PrivateKey))?;
    dsa_pair(domain, UintRef::new(&y)?, x)
}

fn dsa_pair([p, q, g]: [UintRef<'_>; 3], y: UintRef<'_>, x: UintRef<'_>) -> Result<KeypairData, Error> {
    let number = |number: UintRef<'_>| Mpint::from_positive_bytes(number.as_bytes());
    let public = DsaPublicKey::new(number(p), number(q), number(g), number(y))?;
    let private = DsaPrivateKey::new(number(x))?;
    Ok(KeypairData::Dsa(DsaKeypair::new(public, private)?))
}

/// CurvePrivateKey: the seed of 32 bytes.
pub(super) fn ed25519_to_der(pair: &Ed25519Keypair) -> Result<Secret, Error> {
    let seed = OctetStringRef::new(pair.private.as_ref())?;
    Ok(Secret::new(seed.to_der()?))
}

/// Reads a CurvePrivateKey.
pub(super) fn ed25519_from_der(der: &[u8]) -> Result<KeypairData, Error> {
    let seed = <&OctetStringRef>::from_der(der)?.as_bytes();
    let seed = seed.try_into().map_err(|_| Error::damaged(Part::PrivateKey))?;
    Ok(Ed25519Keypair::from_seed(seed).into())
}
