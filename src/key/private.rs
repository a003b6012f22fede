//! The private key of a key, with its comment.

use std::fmt;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, ConcatenatingMul, NonZero, Odd, Resize};
use sec1::EncodedPoint;
use ssh_encoding::{Decode, Encode};
use ssh_key::Mpint;
use ssh_key::private::{DsaKeypair, EcdsaKeypair, EcdsaPrivateKey, KeypairData, RsaKeypair};
use thiserror::Error;
use zeroize::Zeroizing;

use super::composite::Seeds;
use super::public::{InvalidKey, PublicKey};
use super::rsa_pair::MAX_RSA_BYTES;
use super::{Comment, Curve, TokenAlgorithm, TokenKey};
use crate::arithmetic::curve;
use crate::arithmetic::words::to_big_endian;
use crate::secret;
use crate::wire::{put_string, without_zeros};

/// The public key that a private key carries is not its own (RUSTSEC-2022-0093 shows what
/// believing it costs).
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("the private key and the public key do not match")]
pub struct Mismatch;

/// The key material of a private key.
#[derive(Clone)]
pub enum Pair {
    /// Of a type that the crate ssh-key knows.
    Ssh(KeypairData),
    /// ML-DSA-44 with Ed25519.
    Composite(Seeds),
}

impl<T: Into<KeypairData>> From<T> for Pair {
    fn from(pair: T) -> Self {
        Self::Ssh(pair.into())
    }
}

/// A private key. Its numbers are wiped when it is dropped.
#[derive(Clone)]
pub struct PrivateKey {
    pair: Pair,
    public: PublicKey,
    comment: Comment,
}

impl PrivateKey {
    /// Takes a private and a public key that are known to belong together.
    ///
    /// # Errors
    /// [`InvalidKey`] when it is of a type that rkeygen does not know.
    pub fn new(pair: impl Into<Pair>, comment: Comment) -> Result<Self, InvalidKey> {
        secret::note();
        let pair = pair.into();
        Ok(Self { public: PublicKey::of_pair(&pair)?, pair, comment })
    }

    /// A key whose private part is in a token.
    ///
    /// # Errors
    /// [`InvalidKey`] when its public key is not one.
    pub fn of_token(key: &TokenKey, comment: Comment) -> Result<Self, InvalidKey> {
        let fields = key.to_fields();
        let pair = KeypairData::decode(&mut &fields[..]).map_err(|_| InvalidKey)?;
        Self::new(pair, comment)
    }

    /// What a token needs to use the key; `None` for keys that are not in one.
    #[must_use]
    pub fn token(&self) -> Option<TokenKey> {
        TokenAlgorithm::of_type(self.public.algorithm())?;
        TokenKey::from_fields(&self.fields()?)
    }

    /// The key material, for the formats.
    #[must_use]
    pub fn pair(&self) -> &Pair {
        &self.pair
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The comment; empty where the key's format holds none.
    #[must_use]
    pub fn comment(&self) -> &Comment {
        &self.comment
    }

    /// The same key with another comment.
    #[must_use]
    pub fn with_comment(self, comment: Comment) -> Self {
        Self { comment, ..self }
    }

    /// The type and the private fields as OpenSSH has them in key files and sends them to an agent (PROTOCOL.key).
    /// `None` for what has no such form.
    #[must_use]
    pub fn fields(&self) -> Option<Zeroizing<Vec<u8>>> {
        let length = match &self.pair {
            Pair::Ssh(pair) => pair.encoded_len().ok()?,
            Pair::Composite(seeds) => seeds.expose().len() + 4,
        };
        // Reserved whole, so that no copy of the key is left in memory when it grows.
        let mut out = Zeroizing::new(Vec::with_capacity(self.public.blob().len() + length));
        match &self.pair {
            // ssh-key writes the scalars with all their leading zeros, which is not the one form of an `mpint`
            // (RFC 4251 section 5). The public blob is the type, the curve and the point, as the private fields begin.
            Pair::Ssh(KeypairData::Ecdsa(pair)) => {
                out.extend_from_slice(self.public.blob());
                Mpint::from_positive_bytes(pair.private_key_bytes()).encode(&mut *out).ok()?;
            }
            Pair::Ssh(pair) => pair.encode(&mut *out).ok()?,
            Pair::Composite(seeds) => {
                out.extend_from_slice(self.public.blob());
                put_string(&mut out, seeds.expose());
            }
        }
        Some(out)
    }

    /// Computes the public key again from the private numbers and compares.
    ///
    /// # Errors
    /// [`Mismatch`] when they differ.
    pub fn check_halves(&self) -> Result<(), Mismatch> {
        let Pair::Ssh(pair) = &self.pair else {
            // The public key was computed from the seeds.
            return Ok(());
        };
        let sound = match pair {
            KeypairData::Ed25519(pair) => {
                let seed = ed25519_dalek::SigningKey::from_bytes(pair.private.as_ref());
                seed.verifying_key().as_bytes() == pair.public.as_ref()
            }
            KeypairData::Ecdsa(pair) => ecdsa_pair(Curve::of_pair(pair), pair.private_key_bytes())
                .is_some_and(|computed| computed.public_key_bytes() == pair.public_key_bytes()),
            KeypairData::Rsa(pair) => rsa_halves_match(pair),
            KeypairData::Dsa(pair) => dsa_halves_match(pair),
            // The private key is in the token.
            KeypairData::SkEd25519(_) | KeypairData::SkEcdsaSha2NistP256(_) => true,
            _ => false,
        };
        if sound { Ok(()) } else { Err(Mismatch) }
    }
}

/// The pair of an ECDSA scalar, big-endian, of any length: the point is computed, never believed.
/// `None` when the scalar is zero or not below the order of the curve.
#[must_use]
pub fn ecdsa_pair(curve: Curve, scalar: &[u8]) -> Option<EcdsaKeypair> {
    let digits = without_zeros(scalar);
    let mut padded = Zeroizing::new(vec![0; curve.bytes().checked_sub(digits.len())?]);
    padded.extend_from_slice(digits);
    macro_rules! pair {
        ($curve:ident, $words:literal, $library:ident, $pair:ident) => {{
            let private = EcdsaPrivateKey::from($library::SecretKey::from_slice(&padded).ok()?);
            let point = point::<curve::$curve, $words>(&padded)?;
            EcdsaKeypair::$pair { public: EncodedPoint::from_bytes(&point).ok()?, private }
        }};
    }
    Some(match curve {
        Curve::P256 => pair!(P256, 4, p256, NistP256),
        Curve::P384 => pair!(P384, 6, p384, NistP384),
        Curve::P521 => pair!(P521, 9, p521, NistP521),
    })
}

/// The scalar's multiple of the base point, uncompressed (SEC 1 section 2.3.3).
fn point<C: curve::Curve<N>, const N: usize>(scalar: &[u8]) -> Option<Vec<u8>> {
    let scalar = curve::scalar::<C, N>(scalar)?;
    let points = curve::multiples::<C, N>(&[curve::Scalar::<C, N>::of(*scalar)]);
    let mut point = vec![4];
    for number in points.iter().flatten() {
        point.extend_from_slice(&to_big_endian(number, C::BITS.div_ceil(8)));
    }
    Some(point)
}

/// FIPS 186-4 ends at 3072 bits; some programs write longer keys, in bytes.
pub const MAX_DSA_BYTES: usize = 8192 / 8;

/// Whether n = p q, e d = 1 modulo p - 1 and q - 1, and q iqmp = 1 modulo p.
fn rsa_halves_match(pair: &RsaKeypair) -> bool {
    let number = |mpint: &ssh_key::Mpint| {
        let bytes = mpint.as_positive_bytes().filter(|bytes| bytes.len() <= MAX_RSA_BYTES)?;
        Some(BoxedUint::from_be_slice_vartime(bytes))
    };
    let (public, private) = (pair.public(), pair.private());
    let all = [public.n(), public.e(), private.d(), private.p(), private.q(), private.iqmp()].map(number);
    let [Some(n), Some(e), Some(d), Some(p), Some(q), Some(iqmp)] = all else { return false };
    let one_modulo = |product: BoxedUint, modulus: BoxedUint| {
        let modulus = NonZero::new(modulus).into_option();
        modulus.is_some_and(|modulus| product.rem(&modulus) == BoxedUint::one())
    };
    let ed = e.concatenating_mul(&d);
    n == p.concatenating_mul(&q)
        && one_modulo(ed.clone(), p.wrapping_sub(BoxedUint::one()))
        && one_modulo(ed, q.wrapping_sub(BoxedUint::one()))
        && one_modulo(q.concatenating_mul(&iqmp), p)
}

/// Whether y = g^x modulo p.
fn dsa_halves_match(pair: &DsaKeypair) -> bool {
    let public = pair.public();
    let bytes = [public.p(), public.g(), public.y(), pair.private().as_mpint()];
    let [Some(p), Some(g), Some(y), Some(x)] = bytes.map(ssh_key::Mpint::as_positive_bytes) else {
        return false;
    };
    power_modulo(g, x, p).is_some_and(|power| power == y)
}

/// base^exponent modulo an odd modulus of at most 8192 bits, big-endian, without leading zeros.
#[must_use]
pub fn power_modulo(base: &[u8], exponent: &[u8], modulus: &[u8]) -> Option<Vec<u8>> {
    if [base, exponent, modulus].iter().any(|number| number.len() > MAX_DSA_BYTES) {
        return None;
    }
    let [base, exponent, modulus] = [base, exponent, modulus].map(BoxedUint::from_be_slice_vartime);
    let modulus = Odd::new(modulus).into_option()?;
    let base = base.rem_vartime(modulus.as_nz_ref()).try_resize(modulus.bits_precision())?;
    let power = BoxedMontyForm::new(base, &BoxedMontyParams::new(modulus)).pow(&exponent).retrieve();
    let bytes = power.to_be_bytes();
    Some(without_zeros(&bytes)).filter(|digits| !digits.is_empty()).map(<[u8]>::to_vec)
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").field("public", &self.public).finish_non_exhaustive()
    }
}
