//! Keys and signatures as PKCS#11 has them (PKCS #11 Mechanisms, sections 2.1 and 2.3). What a library gives is not trusted.

use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::key::{Curve, PublicKey};
use crate::signature::{Scheme, Signature};
use crate::wire::put_string;

/// An RSA key: modulus and exponent.
pub(super) fn rsa(modulus: &[u8], exponent: &[u8]) -> Option<PublicKey> {
    let mut blob = Vec::new();
    put_string(&mut blob, b"ssh-rsa");
    put_string(&mut blob, &mpint(exponent));
    put_string(&mut blob, &mpint(modulus));
    PublicKey::from_blob(&blob).ok()
}

/// A key on a curve: the parameters and the point, both in DER.
pub(super) fn on_curve(parameters: &[u8], point: &[u8]) -> Option<PublicKey> {
    let mut blob = Vec::new();
    if is_ed25519(parameters) {
        // Some libraries give the bare bytes.
        let point = octets(point).unwrap_or(point);
        put_string(&mut blob, b"ssh-ed25519");
        put_string(&mut blob, point);
    } else {
        let name = curve(parameters)?;
        put_string(&mut blob, format!("ecdsa-sha2-{name}").as_bytes());
        put_string(&mut blob, name.as_bytes());
        put_string(&mut blob, octets(point)?);
    }
    PublicKey::from_blob(&blob).ok()
}

/// The contents of a DER octet string.
fn octets(der: &[u8]) -> Option<&[u8]> {
    match der {
        [4, length @ 0..=0x7f, rest @ ..] | [4, 0x81, length, rest @ ..] => {
            (rest.len() == usize::from(*length)).then_some(rest)
        }
        _ => None,
    }
}

/// The object identifiers of the curves (RFC 5480).
fn curve(parameters: &[u8]) -> Option<&'static str> {
    match parameters {
        [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7] => Some("nistp256"),
        [6, 5, 0x2b, 0x81, 4, 0, 0x22] => Some("nistp384"),
        [6, 5, 0x2b, 0x81, 4, 0, 0x23] => Some("nistp521"),
        _ => None,
    }
}

/// Three ways in which libraries say Ed25519: the number of RFC 8410, the one before it, and a name.
fn is_ed25519(parameters: &[u8]) -> bool {
    const OLD: &[u8] = &[6, 9, 0x2b, 6, 1, 4, 1, 0xda, 0x47, 0x0f, 1];
    const NAME: &[u8] = b"\x13\x0cedwards25519";
    [&[6, 3, 0x2b, 0x65, 0x70][..], OLD, NAME].contains(&parameters)
}

/// How a token signs, so that every token can: it gets a hash, or with Ed25519 the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// `CKM_RSA_PKCS`.
    Rsa,
    /// `CKM_ECDSA`.
    Ecdsa,
    /// `CKM_EDDSA`.
    EdDsa,
}

/// What is handed to a token for a signature; `None` for schemes that tokens do not have.
pub(super) fn to_be_signed(scheme: Scheme, message: &[u8]) -> Option<(Method, Vec<u8>)> {
    let info = |start: &[u8], hash: &[u8]| (Method::Rsa, [start, hash].concat());
    Some(match scheme {
        Scheme::RsaSha256 => info(SHA256_INFO, &Sha256::digest(message)),
        Scheme::RsaSha512 => info(SHA512_INFO, &Sha512::digest(message)),
        Scheme::RsaSha1 => info(SHA1_INFO, &sha1::Sha1::digest(message)),
        Scheme::Ecdsa(Curve::P256) => (Method::Ecdsa, Sha256::digest(message).to_vec()),
        Scheme::Ecdsa(Curve::P384) => (Method::Ecdsa, Sha384::digest(message).to_vec()),
        Scheme::Ecdsa(Curve::P521) => (Method::Ecdsa, Sha512::digest(message).to_vec()),
        Scheme::Ed25519 => (Method::EdDsa, message.to_vec()),
        _ => return None,
    })
}

/// The start of a `DigestInfo` (RFC 8017 section 9.2, note 1).
const SHA1_INFO: &[u8] = &[0x30, 0x21, 0x30, 9, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0, 4, 0x14];
const SHA256_INFO: &[u8] =
    &[0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20];
const SHA512_INFO: &[u8] =
    &[0x30, 0x51, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3, 5, 0, 4, 0x40];

/// The signature as SSH has it.
pub(super) fn signature(scheme: Scheme, raw: &[u8]) -> Option<Signature> {
    let inner = if matches!(scheme, Scheme::Ecdsa(_)) {
        if !raw.len().is_multiple_of(2) {
            return None;
        }
        let (r, s) = raw.split_at(raw.len() / 2);
        let mut inner = Vec::new();
        put_string(&mut inner, &mpint(r));
        put_string(&mut inner, &mpint(s));
        inner
    } else {
        raw.to_vec()
    };
    let mut blob = Vec::new();
    put_string(&mut blob, scheme.name().as_bytes());
    put_string(&mut blob, &inner);
    Signature::from_blob(&blob).ok()
}

/// A positive number (RFC 4251, section 5).
fn mpint(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|&byte| byte != 0).unwrap_or(bytes.len());
    let sign = bytes.get(start).is_some_and(|first| first & 0x80 != 0).then_some(0);
    sign.into_iter().chain(bytes[start..].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three forms of the parameters, two of the point.
    #[test]
    fn ed25519_is_known_by_all_its_names() {
        let point = [0x20; 32];
        let wrapped = [&[4, 32][..], &point].concat();
        let names: [&[u8]; 3] = [
            &[6, 3, 0x2b, 0x65, 0x70],
            &[6, 9, 0x2b, 6, 1, 4, 1, 0xda, 0x47, 0x0f, 1],
            b"\x13\x0cedwards25519",
        ];
        let expected = on_curve(names[0], &wrapped);
        assert!(expected.is_some());
        for name in names {
            assert_eq!(on_curve(name, &wrapped), expected);
            assert_eq!(on_curve(name, &point), expected);
            assert_eq!(on_curve(name, &point[1..]), None);
        }
    }

    #[test]
    fn damaged_attributes_are_no_keys() {
        let p256: &[u8] = &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
        assert_eq!(on_curve(p256, &[4, 65]), None);
        assert_eq!(on_curve(p256, &[&[4, 65, 4][..], &[1; 64]].concat()), None, "a point beside the curve");
        assert_eq!(on_curve(&p256[..9], &[4, 0]), None);
        assert_eq!(on_curve(b"", b""), None);
        assert_eq!(rsa(b"", b""), None);
        assert_eq!(signature(Scheme::Ecdsa(Curve::P256), &[1; 63]).map(|it| it.blob().to_vec()), None);
    }
}
