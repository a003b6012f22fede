//! Whether a signature holds.

use base64ct::{Base64UrlUnpadded, Encoding};
use crypto_bigint::BoxedUint;
use ed25519_dalek::Verifier;
use rsa::Pkcs1v15Sign;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::{Error, Scheme};
use crate::key::{Curve, PublicKey, composite};
use crate::wire::{Reader, put_u32};

/// Checks the fields behind the scheme's name.
pub(super) fn check(scheme: Scheme, blob: &[u8], key: &PublicKey, message: &[u8]) -> Result<(), Error> {
    let mut reader = Reader::new(blob);
    let (_name, bytes) = (reader.string()?, reader.string()?);
    let signed = match scheme {
        Scheme::Ed25519Sk | Scheme::EcdsaSk => by_token(key, &mut reader, message)?,
        Scheme::WebauthnEcdsaSk => by_browser(key, &mut reader, message)?,
        _ => Vec::new(),
    };
    if !reader.rest().is_empty() {
        return Err(Error::Invalid);
    }
    let message = if is_of_token(scheme) { &signed } else { message };
    match scheme {
        Scheme::Ed25519 | Scheme::Ed25519Sk => ed25519(key, bytes, message),
        Scheme::Mldsa44Ed25519 => mldsa44_ed25519(key, bytes, message),
        Scheme::Ecdsa(curve) => ecdsa(curve, key, bytes, message),
        Scheme::EcdsaSk | Scheme::WebauthnEcdsaSk => ecdsa(Curve::P256, key, bytes, message),
        Scheme::RsaSha1 => rsa(key, bytes, Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(message)),
        Scheme::RsaSha256 => rsa(key, bytes, Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message)),
        Scheme::RsaSha512 => rsa(key, bytes, Pkcs1v15Sign::new::<Sha512>(), &Sha512::digest(message)),
    }
}

fn is_of_token(scheme: Scheme) -> bool {
    matches!(scheme, Scheme::Ed25519Sk | Scheme::EcdsaSk | Scheme::WebauthnEcdsaSk)
}

fn ed25519(key: &PublicKey, bytes: &[u8], message: &[u8]) -> Result<(), Error> {
    let mut fields = Reader::new(key.blob());
    let (_name, point) = (fields.string()?, fields.string()?);
    let point = point.try_into().map_err(|_| Error::Invalid)?;
    let signature = ed25519_dalek::Signature::from_slice(bytes).map_err(|_| Error::Invalid)?;
    let key = ed25519_dalek::VerifyingKey::from_bytes(point).map_err(|_| Error::Incorrect)?;
    key.verify(message, &signature).map_err(|_| Error::Incorrect)
}

fn mldsa44_ed25519(key: &PublicKey, bytes: &[u8], message: &[u8]) -> Result<(), Error> {
    let mut fields = Reader::new(key.blob());
    let (_name, public) = (fields.string()?, fields.string()?);
    if composite::verify(public, message, bytes) { Ok(()) } else { Err(Error::Incorrect) }
}

fn ecdsa(curve: Curve, key: &PublicKey, bytes: &[u8], message: &[u8]) -> Result<(), Error> {
    let mut fields = Reader::new(key.blob());
    let (_name, _curve, point) = (fields.string()?, fields.string()?, fields.string()?);
    let mut numbers = Reader::new(bytes);
    let mut fixed = scalar(curve, numbers.string()?)?;
    fixed.extend(scalar(curve, numbers.string()?)?);
    if !numbers.rest().is_empty() {
        return Err(Error::Invalid);
    }
    macro_rules! verify {
        ($curve:ident) => {{
            let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| Error::Invalid)?;
            let signature = $curve::ecdsa::Signature::from_slice(&fixed).map_err(|_| Error::Incorrect)?;
            key.verify(message, &signature).map_err(|_| Error::Incorrect)
        }};
    }
    match curve {
        Curve::P256 => verify!(p256),
        Curve::P384 => verify!(p384),
        Curve::P521 => verify!(p521),
    }
}

/// An `mpint` as a scalar of fixed length.
fn scalar(curve: Curve, number: &[u8]) -> Result<Vec<u8>, Error> {
    let digits = number.iter().position(|&byte| byte != 0).map_or(&[][..], |start| &number[start..]);
    if number.first().is_some_and(|first| first & 0x80 != 0) {
        return Err(Error::Invalid);
    }
    let mut padded = vec![0; curve.bytes().checked_sub(digits.len()).ok_or(Error::Incorrect)?];
    padded.extend_from_slice(digits);
    Ok(padded)
}

fn rsa(key: &PublicKey, bytes: &[u8], padding: Pkcs1v15Sign, hash: &[u8]) -> Result<(), Error> {
    let mut fields = Reader::new(key.blob());
    let _name = fields.string()?;
    let (e, n) = (fields.string()?, fields.string()?);
    let key = rsa::PublicKey::new_with_size_limits(number(n), number(e), MIN_RSA..=MAX_RSA);
    let key = key.map_err(|error| match error {
        rsa::Error::ModulusTooSmall | rsa::Error::ModulusTooLarge => Error::ShortKey,
        _ => Error::Invalid,
    })?;
    // Some programs leave out leading zeros of a signature; OpenSSH puts them back.
    let length = rsa::traits::PublicKeyParts::size(&key);
    let mut padded = vec![0; length.checked_sub(bytes.len()).ok_or(Error::Invalid)?];
    padded.extend_from_slice(bytes);
    key.verify(padding, hash, &padded).map_err(|_| Error::Incorrect)
}

fn number(bytes: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(bytes)
}

const MIN_RSA: usize = 1024;
const MAX_RSA: usize = 16384;

/// What a token signs (PROTOCOL.u2f): hash of the application, flags, counter, hash of the message.
fn by_token(key: &PublicKey, reader: &mut Reader<'_>, message: &[u8]) -> Result<Vec<u8>, Error> {
    let (flags, counter) = (reader.take(1)?, reader.u32()?);
    let mut signed = Sha256::digest(application(key)?).to_vec();
    signed.extend_from_slice(flags);
    put_u32(&mut signed, counter);
    signed.extend_from_slice(&Sha256::digest(message));
    Ok(signed)
}

/// What a token signs for a browser: the message is inside the browser's own record. Checked as ssh-ecdsa-sk.c does.
fn by_browser(key: &PublicKey, reader: &mut Reader<'_>, message: &[u8]) -> Result<Vec<u8>, Error> {
    let (flags, counter) = (reader.u8()?, reader.u32()?);
    let (origin, record, extensions) = (reader.cstring()?, reader.string()?, reader.string()?);
    let has_extensions = flags & FLAG_EXTENSIONS != 0;
    if origin.contains(&b'"') || flags & FLAG_ATTESTED != 0 || has_extensions == extensions.is_empty() {
        return Err(Error::Invalid);
    }
    let mut expected = format!(
        "{{\"type\":\"webauthn.get\",\"challenge\":\"{}\",\"origin\":\"",
        Base64UrlUnpadded::encode_string(message)
    )
    .into_bytes();
    expected.extend_from_slice(origin);
    expected.push(b'"');
    if !record.starts_with(&expected) {
        return Err(Error::Incorrect);
    }
    let mut signed = Sha256::digest(application(key)?).to_vec();
    signed.push(flags);
    put_u32(&mut signed, counter);
    signed.extend_from_slice(extensions);
    signed.extend_from_slice(&Sha256::digest(record));
    Ok(signed)
}

/// The bits of the flags that say that extension data follow, and that data of a new credential do (WebAuthn section 6.1).
const FLAG_EXTENSIONS: u8 = 0x80;
const FLAG_ATTESTED: u8 = 0x40;

/// The last field of a FIDO key.
fn application(key: &PublicKey) -> Result<&[u8], Error> {
    let mut fields = Reader::new(key.blob());
    let mut last = fields.string()?;
    while !fields.rest().is_empty() {
        last = fields.string()?;
    }
    Ok(last)
}
