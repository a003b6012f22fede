//! Making signatures.

use crypto_bigint::BoxedUint;
use ed25519_dalek::Signer as _;
use rand_core::CryptoRng;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use ssh_key::private::{KeypairData, RsaKeypair};

use super::{Error, Scheme, Signature};
use crate::key::{Curve, Pair, PrivateKey, composite};
use crate::wire::put_string;

/// A private key made ready to sign any number of messages. ECDSA nonces are those of RFC 6979,
/// so no bad random number gives the key away; RSA numbers are blinded. Wiped when dropped.
pub struct Signer(Kind);

enum Kind {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
    Rsa(Box<RsaPrivateKey>),
    Composite(composite::Signer),
}

impl Signer {
    /// Prepares the key.
    ///
    /// # Errors
    /// [`Error::InToken`], [`Error::ShortKey`], or [`Error::Unsupported`] for a type that signs no
    /// more, such as DSA.
    pub fn new(key: &PrivateKey) -> Result<Self, Error> {
        let pair = match key.pair() {
            Pair::Ssh(pair) => pair,
            Pair::Composite(seeds) => return Ok(Self(Kind::Composite(composite::Signer::new(seeds)))),
        };
        Ok(Self(match pair {
            KeypairData::Ed25519(pair) => {
                Kind::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(pair.private.as_ref())))
            }
            KeypairData::Ecdsa(pair) => {
                let scalar = pair.private_key_bytes();
                match Curve::of_pair(pair) {
                    Curve::P256 => {
                        Kind::P256(p256::ecdsa::SigningKey::from_slice(scalar).map_err(|_| Error::Invalid)?)
                    }
                    Curve::P384 => {
                        Kind::P384(p384::ecdsa::SigningKey::from_slice(scalar).map_err(|_| Error::Invalid)?)
                    }
                    Curve::P521 => {
                        Kind::P521(p521::ecdsa::SigningKey::from_slice(scalar).map_err(|_| Error::Invalid)?)
                    }
                }
            }
            KeypairData::Rsa(pair) if key.public().bits() >= 1024 => Kind::Rsa(Box::new(prepare_rsa(pair)?)),
            KeypairData::Rsa(_) => return Err(Error::ShortKey),
            KeypairData::SkEd25519(_) | KeypairData::SkEcdsaSha2NistP256(_) => return Err(Error::InToken),
            _ => return Err(Error::Unsupported),
        }))
    }

    /// Signs.
    ///
    /// # Errors
    /// [`Error::Unsupported`] when the key makes no signatures of that scheme.
    pub fn sign(&self, scheme: Scheme, message: &[u8], rng: &mut impl CryptoRng) -> Result<Signature, Error> {
        let bytes = match (&self.0, scheme) {
            (Kind::Ed25519(key), Scheme::Ed25519) => key.sign(message).to_bytes().to_vec(),
            (Kind::P256(key), Scheme::Ecdsa(Curve::P256)) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                numbers(&signature.to_bytes())
            }
            (Kind::P384(key), Scheme::Ecdsa(Curve::P384)) => {
                let signature: p384::ecdsa::Signature = key.sign(message);
                numbers(&signature.to_bytes())
            }
            (Kind::P521(key), Scheme::Ecdsa(Curve::P521)) => {
                let signature: p521::ecdsa::Signature = key.sign(message);
                numbers(&signature.to_bytes())
            }
            (Kind::Composite(key), Scheme::Mldsa44Ed25519) => key.sign(message, rng),
            (Kind::Rsa(key), _) => {
                let (padding, hash) = match scheme {
                    Scheme::RsaSha1 => (Pkcs1v15Sign::new::<Sha1>(), Sha1::digest(message).to_vec()),
                    Scheme::RsaSha256 => (Pkcs1v15Sign::new::<Sha256>(), Sha256::digest(message).to_vec()),
                    Scheme::RsaSha512 => (Pkcs1v15Sign::new::<Sha512>(), Sha512::digest(message).to_vec()),
                    _ => return Err(Error::Unsupported),
                };
                key.sign_with_rng(rng, padding, &hash).map_err(|_| Error::Invalid)?
            }
            _ => return Err(Error::Unsupported),
        };
        Ok(Signature::new(scheme, &bytes))
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(..)")
    }
}

fn prepare_rsa(pair: &RsaKeypair) -> Result<RsaPrivateKey, Error> {
    let number = |mpint: &ssh_key::Mpint| {
        mpint.as_positive_bytes().map(BoxedUint::from_be_slice_vartime).ok_or(Error::Invalid)
    };
    let (public, private) = (pair.public(), pair.private());
    let primes = vec![number(private.p())?, number(private.q())?];
    RsaPrivateKey::from_components(number(public.n())?, number(public.e())?, number(private.d())?, primes)
        .map_err(|_| Error::Invalid)
}

/// The two halves of an ECDSA signature as `mpint`s (RFC 5656 section 3.1.2).
fn numbers(fixed: &[u8]) -> Vec<u8> {
    let (r, s) = fixed.split_at(fixed.len() / 2);
    let mut out = Vec::new();
    for half in [r, s] {
        let start = half.iter().position(|&byte| byte != 0).unwrap_or(half.len());
        let mut number = Vec::with_capacity(half.len() + 1);
        if half.get(start).is_some_and(|first| first & 0x80 != 0) {
            number.push(0);
        }
        number.extend_from_slice(&half[start..]);
        put_string(&mut out, &number);
    }
    out
}
