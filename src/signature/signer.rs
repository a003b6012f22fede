//! Making signatures.

use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::Signer as _;
use rand_core::CryptoRng;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use ssh_key::private::{KeypairData, RsaKeypair};

use super::{Error, Scheme, Signature, ecdsa};
use crate::arithmetic::crt::{CrtKey, Numbers};
use crate::arithmetic::curve::{P256, P384, P521};
use crate::key::{Curve, Pair, PrivateKey, composite};
use crate::secret::wipe_stack;
use crate::wire::put_string;

/// A private key made ready to sign any number of messages. ECDSA nonces are those of RFC 6979,
/// so no bad random number gives the key away; RSA numbers are blinded. Wiped when dropped.
///
/// Every signature is checked before it is given out. For Ed25519 and ECDSA that is one multiplication of the
/// base point: with the private key, the point that a signature stands for is computed from its numbers.
pub struct Signer(Kind);

enum Kind {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    P256(ecdsa::Key<4>),
    P384(ecdsa::Key<6>),
    P521(ecdsa::Key<9>),
    Rsa(Box<CrtKey>),
    Composite(composite::ExpandedKey),
}

impl Signer {
    /// Prepares the key.
    ///
    /// # Errors
    /// [`Error::InToken`], [`Error::ShortKey`], [`Error::Invalid`] when the public key is not that of the private
    /// one, or [`Error::Unsupported`] for a type that signs no more, such as DSA.
    pub fn new(key: &PrivateKey) -> Result<Self, Error> {
        let pair = match key.pair() {
            Pair::Ssh(pair) => pair,
            Pair::Composite(seeds) => return Ok(Self(Kind::Composite(composite::ExpandedKey::new(seeds)))),
        };
        if !matches!(pair, KeypairData::Rsa(_)) {
            key.check_halves().map_err(|_| Error::Invalid)?;
        }
        Ok(Self(match pair {
            KeypairData::Ed25519(pair) => {
                Kind::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(pair.private.as_ref())))
            }
            KeypairData::Ecdsa(pair) => {
                let scalar = pair.private_key_bytes();
                let kind = match Curve::of_pair(pair) {
                    Curve::P256 => ecdsa::Key::new::<P256>(scalar).map(Kind::P256),
                    Curve::P384 => ecdsa::Key::new::<P384>(scalar).map(Kind::P384),
                    Curve::P521 => ecdsa::Key::new::<P521>(scalar).map(Kind::P521),
                };
                kind.ok_or(Error::Invalid)?
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
    /// [`Error::Unsupported`] when the key makes no signatures of that scheme; [`Error::Incorrect`] when the
    /// machine erred.
    pub fn sign(&self, scheme: Scheme, message: &[u8], rng: &mut impl CryptoRng) -> Result<Signature, Error> {
        let mut signatures = self.sign_all(scheme, &[message], rng)?;
        signatures.pop().ok_or(Error::Invalid)
    }

    /// Signs each of the messages. With RSA and ECDSA, several together take less time than one by one.
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn sign_all(
        &self,
        scheme: Scheme,
        messages: &[&[u8]],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<Signature>, Error> {
        let each = |sign: &dyn Fn(&[u8]) -> Option<Vec<u8>>| {
            messages
                .iter()
                .map(|message| sign(message).ok_or(Error::Incorrect))
                .collect::<Result<Vec<_>, Error>>()
        };
        let pairs = |made: Option<Vec<Vec<u8>>>| {
            let made = made.ok_or(Error::Incorrect)?;
            Ok::<Vec<_>, Error>(made.iter().map(|fixed| numbers(fixed)).collect())
        };
        let made: Vec<Vec<u8>> = match (&self.0, scheme) {
            (Kind::Ed25519(key), Scheme::Ed25519) => each(&|message| ed25519(key, message))?,
            (Kind::P256(key), Scheme::Ecdsa(Curve::P256)) => pairs(key.sign::<P256>(messages))?,
            (Kind::P384(key), Scheme::Ecdsa(Curve::P384)) => pairs(key.sign::<P384>(messages))?,
            (Kind::P521(key), Scheme::Ecdsa(Curve::P521)) => pairs(key.sign::<P521>(messages))?,
            (Kind::Composite(key), Scheme::Mldsa44Ed25519) => {
                let public = key.public();
                let mut sign = |message: &&[u8]| {
                    let signature = key.sign(message, rng);
                    let holds = composite::verify(&public, message, &signature);
                    if holds { Ok(signature) } else { Err(Error::Incorrect) }
                };
                messages.iter().map(&mut sign).collect::<Result<_, _>>()?
            }
            (Kind::Rsa(key), _) => {
                let padded: Result<Vec<_>, _> =
                    messages.iter().map(|message| padded(scheme, message, key.bytes())).collect();
                key.apply(&padded?, rng).map_err(|_| Error::Invalid)?
            }
            _ => return Err(Error::Unsupported),
        };
        wipe_stack();
        Ok(made.iter().map(|bytes| Signature::new(scheme, bytes)).collect())
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(..)")
    }
}

fn prepare_rsa(pair: &RsaKeypair) -> Result<CrtKey, Error> {
    let number =
        |mpint: &'_ ssh_key::Mpint| mpint.as_positive_bytes().ok_or(Error::Invalid).map(<[u8]>::to_vec);
    let (public, private) = (pair.public(), pair.private());
    let numbers = [public.n(), public.e(), private.d(), private.p(), private.q()].map(number);
    let [n, e, d, p, q] = numbers;
    CrtKey::new(&Numbers { n: &n?, e: &e?, d: &d?, p: &p?, q: &q? }).ok_or(Error::Invalid)
}

/// EMSA-PKCS1-v1_5 (RFC 8017 section 9.2).
fn padded(scheme: Scheme, message: &[u8], length: usize) -> Result<Vec<u8>, Error> {
    let (prefix, hash) = match scheme {
        Scheme::RsaSha1 => (SHA1_PREFIX, Sha1::digest(message).to_vec()),
        Scheme::RsaSha256 => (SHA256_PREFIX, Sha256::digest(message).to_vec()),
        Scheme::RsaSha512 => (SHA512_PREFIX, Sha512::digest(message).to_vec()),
        _ => return Err(Error::Unsupported),
    };
    let filler = length.checked_sub(prefix.len() + hash.len() + 3).filter(|&filler| filler >= 8);
    let filler = vec![0xff; filler.ok_or(Error::ShortKey)?];
    Ok([&[0, 1], &filler[..], &[0], prefix, &hash].concat())
}

/// What stands in front of a hash in its `DigestInfo` (RFC 8017 section 9.2, note 1).
const SHA1_PREFIX: &[u8] =
    &[0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];
const SHA256_PREFIX: &[u8] = &[
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];
const SHA512_PREFIX: &[u8] = &[
    0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00,
    0x04, 0x40,
];

/// Signs, and checks that `(s - h a) B`, for the hash h and the secret scalar a, is the point of the signature.
fn ed25519(key: &ed25519_dalek::SigningKey, message: &[u8]) -> Option<Vec<u8>> {
    let signature = key.sign(message);
    let hash = Sha512::new().chain_update(signature.r_bytes()).chain_update(key.verifying_key().as_bytes());
    let hash = Scalar::from_bytes_mod_order_wide(&hash.chain_update(message).finalize().into());
    let s = Scalar::from_canonical_bytes(*signature.s_bytes()).into_option()?;
    let point = EdwardsPoint::mul_base(&(s - hash * key.to_scalar())).compress();
    (point.as_bytes() == signature.r_bytes()).then(|| signature.to_bytes().to_vec())
}

/// The two numbers of an ECDSA signature as `mpint`s (RFC 5656 section 3.1.2).
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
