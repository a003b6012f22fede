//! The numbers of a key, read from DER as OpenSSL reads them: RSAPrivateKey (RFC 8017 appendix A.1.2), ECPrivateKey
//! (RFC 5915), DSA's six numbers, PrivateKeyInfo and OneAsymmetricKey (RFC 5208, RFC 5958). What the bytes hold decides,
//! not the label of the PEM text.

use der::asn1::ObjectIdentifier;
use ssh_key::Mpint;
use ssh_key::private::{DsaKeypair, DsaPrivateKey, Ed25519Keypair, KeypairData};
use ssh_key::public::DsaPublicKey;

use super::ber::{self, Elements, Malformed, OCTET_STRING, SEQUENCE};
use super::{Error, Limit, Name, Obstacle, OverLimit, Part, asn1, ec};
use crate::key::{
    Comment, MAX_DSA_BYTES, MAX_RSA_BYTES, Mismatch, PrivateKey, RsaNumbers, ecdsa_pair, power_modulo,
    rsa_pair,
};
use crate::wire::without_zeros;

impl From<Malformed> for Error {
    fn from(_: Malformed) -> Self {
        Self::damaged(Part::PrivateKey)
    }
}

/// The structure that a private key is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Structure {
    /// PrivateKeyInfo: names its algorithm.
    Pkcs8,
    /// RSAPrivateKey, ECPrivateKey or DSA's numbers.
    Traditional,
}

/// Whether decrypted bytes begin like a key. Those of a wrong passphrase do so by chance only, once in millions.
pub(super) fn begins_like_a_key(der: &[u8]) -> bool {
    Elements::new(der).sequence().is_ok_and(|mut body| body.small().is_ok_and(|version| version <= 2))
}

/// Reads a private key of any structure.
pub(super) fn private_key(der: &[u8]) -> Result<(PrivateKey, Structure), Error> {
    let mut body = Elements::new(der).sequence()?;
    let mut after = body;
    after.integer()?;
    let (pair, structure) = match after.tag() {
        Some(SEQUENCE) => (private_key_info(&mut body)?, Structure::Pkcs8),
        Some(OCTET_STRING) => (ec_private_key(&mut body, None)?, Structure::Traditional),
        _ => (rsa_or_dsa(&mut body)?, Structure::Traditional),
    };
    let key = PrivateKey::new(pair, Comment::default()).map_err(|_| Error::damaged(Part::PublicKey))?;
    Ok((key, structure))
}

/// PrivateKeyInfo: version, algorithm, the key, attributes, and from version 1 on the public key.
fn private_key_info(body: &mut Elements<'_>) -> Result<KeypairData, Error> {
    let _version = body.small()?;
    let mut algorithm = body.sequence()?;
    let oid = algorithm.oid()?;
    let private = body.take(OCTET_STRING)?;
    let _attributes = body.optional(0xa0)?;
    let public = match body.tag() {
        Some(0x81) => Some(ber::whole_bytes(body.take(0x81)?)?),
        // ring and others tag the BIT STRING explicitly.
        Some(0xa1) => Some(Elements::new(body.take(0xa1)?).bits()?),
        _ => None,
    };
    body.end()?;
    let pair = match oid {
        asn1::RSA | asn1::RSA_OF_X500 => rsa_or_dsa(&mut Elements::new(private).sequence()?)?,
        asn1::EC => ec_private_key(&mut Elements::new(private).sequence()?, Some(algorithm))?,
        asn1::ED25519 => ed25519(private)?,
        asn1::DSA => dsa_of_parameters(algorithm.sequence()?, private)?,
        other => return Err(asn1::unsupported(other)),
    };
    let matches = match (&pair, public) {
        // An empty one says nothing.
        (_, Some([])) => true,
        (KeypairData::Ed25519(pair), Some(public)) => public == pair.public.as_ref(),
        (KeypairData::Ecdsa(pair), Some(public)) => ec::is_point_of(public, pair.public_key_bytes()),
        (KeypairData::Rsa(pair), Some(public)) => is_modulus_of(public, pair.public().n()),
        _ => true,
    };
    if matches { Ok(pair) } else { Err(Error::Mismatch(Mismatch)) }
}

/// Whether an RSAPublicKey, if the bytes are one, has this modulus.
fn is_modulus_of(public: &[u8], modulus: &Mpint) -> bool {
    let read = Elements::new(public).sequence().and_then(|mut numbers| numbers.integer());
    read.map_or(true, |read| modulus.as_positive_bytes() == Some(read))
}

/// RSA's nine numbers, or DSA's six.
fn rsa_or_dsa(body: &mut Elements<'_>) -> Result<KeypairData, Error> {
    let version = body.small()?;
    let mut numbers = Vec::with_capacity(8);
    while numbers.len() < 8 && body.tag() == Some(2) {
        numbers.push(body.integer()?);
    }
    match numbers[..] {
        // The three numbers after q follow from those before.
        [n, e, d, p, q, _, _, _] => {
            if version == 1 && body.tag() == Some(SEQUENCE) {
                return Err(Error::key_type(Name::MORE_PRIMES));
            }
            body.end()?;
            check_rsa_size(n)?;
            Ok(rsa_pair(&RsaNumbers { n, e, d, p, q })?.into())
        }
        [p, q, g, y, x] => {
            body.end()?;
            dsa_pair([p, q, g], y, x)
        }
        _ => Err(Error::damaged(Part::PrivateKey)),
    }
}

/// Refuses RSA moduli that would cost seconds to compute with.
pub(super) fn check_rsa_size(modulus: &[u8]) -> Result<(), OverLimit> {
    bounded(modulus, MAX_RSA_BYTES)
}

/// Refuses numbers that would cost seconds to compute with.
fn bounded(number: &[u8], allowed: usize) -> Result<(), OverLimit> {
    let bits = |bytes: usize| u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(8);
    OverLimit::check(Limit::KeyBits, bits(number.len()), bits(allowed))
}

/// ECPrivateKey. The curve inside it counts before the one outside; the point may be missing, or the curve.
fn ec_private_key(body: &mut Elements<'_>, outside: Option<Elements<'_>>) -> Result<KeypairData, Error> {
    let _version = body.small()?;
    let scalar = body.take(OCTET_STRING)?;
    let inside = body.optional(0xa0)?.map(Elements::new);
    let point = body.optional(0xa1)?.map(|field| Elements::new(field).bits()).transpose()?;
    body.end()?;
    let curve = match inside.or(outside) {
        // Only the point shows which curve it is.
        None => ec::curve_of_point(scalar, point)?,
        parameters => ec::curve(parameters)?,
    };
    let pair = ecdsa_pair(curve, scalar).ok_or(Error::damaged(Part::PrivateKey))?;
    if point.is_some_and(|point| !ec::is_point_of(point, pair.public_key_bytes())) {
        return Err(Error::Mismatch(Mismatch));
    }
    Ok(pair.into())
}

/// CurvePrivateKey (RFC 8410 section 7): the seed of 32 bytes. Some programs leave its OCTET STRING out, or write the
/// public key after the seed.
fn ed25519(private: &[u8]) -> Result<KeypairData, Error> {
    let inside = match private.len() {
        32 | 64 => private,
        _ => Elements::new(private).take(OCTET_STRING)?,
    };
    let (seed, public) = inside.split_first_chunk().ok_or(Error::damaged(Part::PrivateKey))?;
    let pair = Ed25519Keypair::from_seed(seed);
    match public {
        [] => Ok(pair.into()),
        public if public == pair.public.as_ref() => Ok(pair.into()),
        public if public.len() == pair.public.as_ref().len() => Err(Error::Mismatch(Mismatch)),
        _ => Err(Error::damaged(Part::PrivateKey)),
    }
}

/// The DSA key of PKCS#8, which leaves the public key out: Dss-Parms (RFC 3279 section 2.3.2) and the private number.
fn dsa_of_parameters(mut parameters: Elements<'_>, private: &[u8]) -> Result<KeypairData, Error> {
    let domain = [parameters.integer()?, parameters.integer()?, parameters.integer()?];
    let x = Elements::new(private).integer()?;
    let [p, _, g] = domain;
    bounded(p, MAX_DSA_BYTES)?;
    let y = power_modulo(g, x, p).ok_or(Error::damaged(Part::PrivateKey))?;
    dsa_pair(domain, &y, x)
}

fn dsa_pair([p, q, g]: [&[u8]; 3], y: &[u8], x: &[u8]) -> Result<KeypairData, Error> {
    let [p, q, g, y, x] = [p, q, g, y, x].map(Mpint::from_positive_bytes);
    bounded(p.as_positive_bytes().unwrap_or_default(), MAX_DSA_BYTES)?;
    let (public, private) = (DsaPublicKey::new(p, q, g, y)?, DsaPrivateKey::new(x)?);
    Ok(KeypairData::Dsa(DsaKeypair::new(public, private)?))
}

/// The algorithm of a PrivateKeyInfo, if it is one.
pub(super) fn algorithm(der: &[u8]) -> Option<ObjectIdentifier> {
    let mut body = Elements::new(der).sequence().ok()?;
    body.integer().ok()?;
    body.sequence().ok()?.oid().ok()
}

/// The label under which OpenSSL reads the structures of the key's type.
pub(super) fn traditional_label(der: &[u8]) -> Option<&'static str> {
    let mut body = Elements::new(der).sequence().ok()?;
    body.integer().ok()?;
    Some(match body.tag()? {
        SEQUENCE => match body.sequence().ok()?.oid().ok()? {
            asn1::RSA | asn1::RSA_OF_X500 => "RSA PRIVATE KEY",
            asn1::EC => "EC PRIVATE KEY",
            asn1::DSA => "DSA PRIVATE KEY",
            _ => "PRIVATE KEY",
        },
        OCTET_STRING => "EC PRIVATE KEY",
        _ => {
            let is_dsa = (0..5).all(|_| body.integer().is_ok()) && body.end().is_ok();
            if is_dsa { "DSA PRIVATE KEY" } else { "RSA PRIVATE KEY" }
        }
    })
}

/// Whether the label is a public one under which OpenSSL reads the private structure too.
pub(super) fn is_other_label(label: &str, der: &[u8]) -> bool {
    let own = match label {
        "RSA PUBLIC KEY" => "RSA PRIVATE KEY",
        "EC PARAMETERS" => "EC PRIVATE KEY",
        _ => return false,
    };
    begins_like_a_key(der) && traditional_label(der) == Some(own)
}

/// The label that fits the structure.
pub(super) fn label_of(der: &[u8]) -> Option<&'static str> {
    if algorithm(der).is_some() { Some("PRIVATE KEY") } else { traditional_label(der) }
}

/// What keeps OpenSSL from a PrivateKeyInfo: a public key needs version 1, Ed25519 has no parameters and a seed in an
/// OCTET STRING, EC has parameters.
pub(super) fn obstacle_of_info(der: &[u8]) -> Result<Option<Obstacle>, Malformed> {
    let mut body = Elements::new(der).sequence()?;
    let version = body.small()?;
    let mut algorithm = body.sequence()?;
    let oid = algorithm.oid()?;
    let private = body.take(OCTET_STRING)?;
    body.optional(0xa0)?;
    if version > 1 || (version == 0 && body.tag().is_some()) {
        return Ok(Some(Obstacle::Version));
    }
    let is_structure = match oid {
        asn1::ED25519 => {
            let seed = Elements::new(private).take(OCTET_STRING);
            algorithm.tag().is_none() && seed.is_ok_and(|seed| seed.len() == 32)
        }
        // The name of a curve, or its numbers.
        asn1::EC => matches!(algorithm.tag(), Some(6 | SEQUENCE)),
        asn1::RSA | asn1::RSA_OF_X500 => return obstacle_of_traditional(private),
        _ => true,
    };
    Ok((!is_structure).then_some(Obstacle::Structure))
}

/// What keeps OpenSSL from a traditional structure, or ssh from signing: version 1 is for an RSA key with more than two
/// primes. An EC key needs its curve; RSA needs both primes, and d or all of the three numbers that follow from it.
pub(super) fn obstacle_of_traditional(der: &[u8]) -> Result<Option<Obstacle>, Malformed> {
    let mut body = Elements::new(der).sequence()?;
    let version = body.small()?;
    if body.tag() == Some(OCTET_STRING) {
        body.take(OCTET_STRING)?;
        return Ok(body.optional(0xa0)?.is_none().then_some(Obstacle::Structure));
    }
    let mut numbers = Vec::with_capacity(8);
    while body.tag() == Some(2) && numbers.len() < 8 {
        numbers.push(body.integer()?);
    }
    let is_version = if version == 1 { body.tag() == Some(SEQUENCE) } else { i32::try_from(version).is_ok() };
    let is_missing = |number: &[u8]| without_zeros(number).is_empty();
    let cannot_sign = match numbers[..] {
        [_, _, d, p, q, dp, dq, coefficient] => {
            is_missing(p)
                || is_missing(q)
                || (is_missing(d) && [dp, dq, coefficient].into_iter().any(is_missing))
        }
        _ => false,
    };
    Ok(if !is_version { Some(Obstacle::Version) } else { cannot_sign.then_some(Obstacle::Numbers) })
}
