//! Ed25519 keys for age (age-encryption.org/v1, "The X25519 recipient type"). The secret number of an Ed25519 key is the
//! first 32 bytes of the SHA-512 of its seed (RFC 8032 section 5.1.5), and serves X25519 as well (RFC 7748); the public key
//! becomes its u coordinate. It does not go back: the seed does not follow from its hash.

use bech32::{Bech32, Hrp};
use curve25519_dalek::edwards::CompressedEdwardsY;
use ssh_key::private::KeypairData;
use zeroize::Zeroizing;

use super::{Error, Part};
use crate::key::{Algorithm, Pair, PrivateKey, PublicKey};
use crate::secret::Secret;
use crate::wire::Reader;

const SECRET_PREFIX: &str = "age-secret-key-";
const RECIPIENT_PREFIX: &str = "age";

/// Writes `AGE-SECRET-KEY-1...`, in the clear, on a line.
///
/// # Errors
/// [`Error::TypeNotSupported`] for keys that are not Ed25519.
pub(super) fn encode_secret(key: &PrivateKey) -> Result<Secret, Error> {
    let Pair::Ssh(KeypairData::Ed25519(pair)) = key.pair() else { return Err(Error::TypeNotSupported) };
    let seed = ed25519_dalek::SigningKey::from_bytes(pair.private.as_ref());
    let number = Zeroizing::new(seed.to_scalar_bytes());
    let mut text = encode(SECRET_PREFIX, &*number)?.into_bytes();
    text.make_ascii_uppercase();
    Ok(Secret::new(text))
}

/// Writes the recipient, `age1...`, on a line.
///
/// # Errors
/// [`Error::TypeNotSupported`] for keys that are not Ed25519; [`Error::Damaged`] for a point that is not on the curve.
pub fn encode_recipient(key: &PublicKey) -> Result<Vec<u8>, Error> {
    if key.algorithm() != Algorithm::Ed25519 {
        return Err(Error::TypeNotSupported);
    }
    let mut fields = Reader::new(key.blob());
    fields.string()?;
    let point = CompressedEdwardsY::from_slice(fields.string()?).ok().and_then(|point| point.decompress());
    let point = point.ok_or(Error::damaged(Part::PublicKey))?;
    Ok(encode(RECIPIENT_PREFIX, point.to_montgomery().as_bytes())?.into_bytes())
}

/// Bech32 (BIP 173) and a newline.
fn encode(prefix: &str, bytes: &[u8]) -> Result<String, Error> {
    let failed = |_| Error::damaged(Part::PrivateKey);
    // Reserved whole, so that no copy of the key stays behind in memory when the text grows.
    let mut text = String::with_capacity(prefix.len() + 64);
    bech32::encode_lower_to_fmt::<Bech32, _>(&mut text, Hrp::parse_unchecked(prefix), bytes)
        .map_err(failed)?;
    text.push('\n');
    Ok(text)
}
