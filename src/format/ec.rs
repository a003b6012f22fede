//! The curve and the points of an EC key, in the forms that OpenSSL reads: a curve named or given by its numbers (SEC 1
//! appendix C.2, RFC 3279 section 2.3.5), a point uncompressed, compressed or hybrid (SEC 1 section 2.3.3).

use der::asn1::ObjectIdentifier;
use p256::elliptic_curve::sec1::ToSec1Point;

use super::ber::{Elements, Malformed, OCTET_STRING, SEQUENCE};
use super::{Error, Feature, Name, Part, Unsupported, asn1};
use crate::key::{Curve, ecdsa_pair};
use crate::wire::without_zeros;

/// prime-field (RFC 3279 section 2.3.5).
const PRIME_FIELD: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.1.1");

/// The numbers of a curve over a prime field, as hexadecimal text: p, a, b, the generator's x and y, its order.
struct Numbers([&'static str; 6]);

const P256: Numbers = Numbers([
    "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
    "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc",
    "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
]);
const P384: Numbers = Numbers([
    "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
    "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffc",
    "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
    "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
    "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
]);
const P521: Numbers = Numbers([
    "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
     ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
     fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc",
    "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e1\
     56193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
    "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dba\
     a14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
    "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c\
     97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
    "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa\
     51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
]);

/// The curve of ECParameters.
pub(super) fn curve(parameters: Option<Elements<'_>>) -> Result<Curve, Error> {
    let mut parameters = parameters.ok_or(Error::damaged(Part::PrivateKey))?;
    if parameters.tag() == Some(SEQUENCE) {
        let numbers = parameters.sequence()?;
        let found = Curve::ALL.into_iter().find(|curve| has_numbers(numbers, *curve));
        return found.ok_or_else(|| {
            unsupported(if is_over_prime_field(numbers) {
                Name::known("explicit parameters of another curve than nistp256, nistp384 and nistp521")
            } else {
                Name::known("explicit parameters of a curve that is not over a prime field")
            })
        });
    }
    let oid = parameters.oid()?;
    let found = Curve::ALL.into_iter().find(|curve| asn1::curve_oid(*curve) == oid);
    found.ok_or_else(|| unsupported(curve_name(oid)))
}

/// The curve of a key that does not name it: that on which its point is the private number's.
pub(super) fn curve_of_point(scalar: &[u8], point: Option<&[u8]>) -> Result<Curve, Error> {
    let is_own = |curve: &Curve| {
        let pair = ecdsa_pair(*curve, scalar);
        point.zip(pair).is_some_and(|(point, pair)| is_point_of(point, pair.public_key_bytes()))
    };
    Curve::ALL.into_iter().find(is_own).ok_or_else(|| unsupported(Name::known("the key does not name it")))
}

fn unsupported(name: Name) -> Error {
    Unsupported { what: Feature::Curve, name }.into()
}

fn curve_name(oid: ObjectIdentifier) -> Name {
    const KNOWN: [(&str, &str); 20] = [
        ("1.3.132.0.10", "secp256k1"),
        ("1.3.132.0.33", "secp224r1"),
        ("1.2.840.10045.3.1.1", "secp192r1"),
        ("1.3.132.0.8", "secp160r1"),
        ("1.3.132.0.9", "secp160k1"),
        ("1.3.132.0.16", "sect283k1"),
        ("1.3.132.0.17", "sect283r1"),
        ("1.3.132.0.36", "sect409k1"),
        ("1.3.132.0.37", "sect409r1"),
        ("1.3.132.0.38", "sect571k1"),
        ("1.3.132.0.39", "sect571r1"),
        ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"),
        ("1.3.36.3.3.2.8.1.1.8", "brainpoolP256t1"),
        ("1.3.36.3.3.2.8.1.1.9", "brainpoolP320r1"),
        ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"),
        ("1.3.36.3.3.2.8.1.1.12", "brainpoolP384t1"),
        ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"),
        ("1.3.36.3.3.2.8.1.1.14", "brainpoolP512t1"),
        ("1.2.156.10197.1.301", "SM2"),
        ("1.2.643.7.1.2.1.1.1", "GOST R 34.10-2012"),
    ];
    asn1::known_name(&KNOWN, oid).unwrap_or_else(|| Name::from_file(oid.to_string().as_bytes()))
}

fn is_over_prime_field(mut numbers: Elements<'_>) -> bool {
    let mut field = || {
        numbers.small()?;
        numbers.sequence()?.oid()
    };
    field() == Ok(PRIME_FIELD)
}

/// Whether SpecifiedECDomain gives the numbers of this curve. The seed and the cofactor do not matter: they follow.
fn has_numbers(numbers: Elements<'_>, curve: Curve) -> bool {
    let mut numbers = numbers;
    let mut check = || -> Result<bool, Malformed> {
        let [p, a, b, x, y, order] = bytes(curve);
        let _version = numbers.small()?;
        let mut field = numbers.sequence()?;
        let prime = field.oid()? == PRIME_FIELD && same(field.integer()?, &p);
        let mut coefficients = numbers.sequence()?;
        let shape = same(coefficients.take(OCTET_STRING)?, &a) && same(coefficients.take(OCTET_STRING)?, &b);
        let base = numbers.take(OCTET_STRING)?;
        let generator = [&[4], &x[..], &y[..]].concat();
        Ok(prime && shape && is_point_of(base, &generator) && same(numbers.integer()?, &order))
    };
    check().unwrap_or(false)
}

/// The numbers of a curve.
fn bytes(curve: Curve) -> [Vec<u8>; 6] {
    let Numbers(hex) = match curve {
        Curve::P256 => P256,
        Curve::P384 => P384,
        Curve::P521 => P521,
    };
    hex.map(|hex| super::armor::unhex(hex).unwrap_or_default())
}

/// Whether two big-endian numbers are equal, zeros in front not counted.
fn same(one: &[u8], other: &[u8]) -> bool {
    without_zeros(one) == without_zeros(other)
}

/// Whether a private number is the order of a curve less one, which OpenSSH refuses (`sshkey_ec_validate_private`).
pub(super) fn is_largest_scalar(scalar: &[u8]) -> bool {
    Curve::ALL.into_iter().any(|curve| {
        let [.., order] = bytes(curve);
        // Every order is odd.
        let last = order.len().saturating_sub(1);
        let expected = order.iter().enumerate().map(|(at, byte)| if at == last { byte & !1 } else { *byte });
        same(scalar, &expected.collect::<Vec<u8>>())
    })
}

/// Whether `point`, in any form, is the point that `uncompressed` gives.
pub(super) fn is_point_of(point: &[u8], uncompressed: &[u8]) -> bool {
    let Some(coordinates) = uncompressed.strip_prefix(&[4]) else { return false };
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    let parity = y.last().map_or(0, |byte| byte & 1);
    match point {
        [4, rest @ ..] => rest == coordinates,
        [2 | 3, rest @ ..] => rest == x && point[0] == 2 + parity,
        [6 | 7, rest @ ..] => rest == coordinates && point[0] == 6 + parity,
        _ => false,
    }
}

/// The uncompressed form of a point of the curve; `None` when it is none.
pub(super) fn uncompressed(curve: Curve, point: &[u8]) -> Option<Vec<u8>> {
    // The libraries read no hybrid form: it is the uncompressed one with the parity in the first byte.
    let (plain, parity) = match point {
        [6 | 7, rest @ ..] => ([&[4], rest].concat(), Some(point[0] & 1)),
        _ => (point.to_vec(), None),
    };
    let full = match curve {
        Curve::P256 => {
            p256::PublicKey::from_sec1_bytes(&plain).ok()?.to_sec1_point(false).as_bytes().to_vec()
        }
        Curve::P384 => {
            p384::PublicKey::from_sec1_bytes(&plain).ok()?.to_sec1_point(false).as_bytes().to_vec()
        }
        Curve::P521 => {
            p521::PublicKey::from_sec1_bytes(&plain).ok()?.to_sec1_point(false).as_bytes().to_vec()
        }
    };
    let agrees = parity.is_none_or(|parity| full.last().is_some_and(|byte| byte & 1 == parity));
    agrees.then_some(full)
}
