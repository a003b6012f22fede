//! Composite keys of ML-DSA-44 and Ed25519: a signature holds only if both of its parts do
//! (draft-ietf-lamps-pq-composite-sigs, MLDSA44-Ed25519-SHA512; FIPS 204; RFC 8032).

use ed25519_dalek::{Signer as _, Verifier as _};
use ml_dsa::{ExpandedSigningKey, MlDsa44};
use rand_core::CryptoRng;
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

/// The bytes of a public key: that of ML-DSA-44, then that of Ed25519.
pub const PUBLIC_BYTES: usize = ML_PUBLIC_BYTES + ED_BYTES;

const ML_PUBLIC_BYTES: usize = 1312;
const ML_SIGNATURE_BYTES: usize = 2420;
const ED_BYTES: usize = 32;
const SEED_BYTES: usize = 32;
/// Separates what composite keys sign from what their parts might sign alone.
const PREFIX: &[u8] = b"CompositeAlgorithmSignatures2025";
/// The name of the combination, which is also the context string of ML-DSA.
const LABEL: &[u8] = b"COMPSIG-MLDSA44-Ed25519-SHA512";

/// A private key: the seed of ML-DSA-44, then that of Ed25519. Wiped when dropped.
#[derive(Clone)]
pub struct Seeds(Box<Zeroizing<[u8; 2 * SEED_BYTES]>>);

impl Seeds {
    /// The seeds as they are in a key file; `None` if the length is wrong.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut seeds = Self(Box::new(Zeroizing::new([0; 2 * SEED_BYTES])));
        (bytes.len() == seeds.0.len()).then(|| seeds.0.copy_from_slice(bytes))?;
        Some(seeds)
    }

    /// Generates a private key.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut seeds = Self(Box::new(Zeroizing::new([0; 2 * SEED_BYTES])));
        rng.fill_bytes(&mut **seeds.0);
        seeds
    }

    /// The secret bytes themselves.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &**self.0
    }

    /// Computes the public key.
    #[must_use]
    pub fn public(&self) -> Vec<u8> {
        ExpandedKey::new(self).public()
    }
}

/// A private key expanded for signing. Wiped when dropped.
pub struct ExpandedKey {
    ml: Box<ExpandedSigningKey<MlDsa44>>,
    ed: Box<ed25519_dalek::SigningKey>,
}

impl ExpandedKey {
    /// Expands a private key.
    #[must_use]
    pub fn new(seeds: &Seeds) -> Self {
        let (mut ml, mut ed) = (Zeroizing::new([0; SEED_BYTES]), Zeroizing::new([0; SEED_BYTES]));
        let (first, second) = seeds.expose().split_at(SEED_BYTES);
        ml.copy_from_slice(first);
        ed.copy_from_slice(second);
        Self {
            ml: Box::new(ExpandedSigningKey::from_seed((&*ml).into())),
            ed: Box::new(ed25519_dalek::SigningKey::from_bytes(&ed)),
        }
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> Vec<u8> {
        [&self.ml.verifying_key().encode()[..], self.ed.verifying_key().as_bytes()].concat()
    }

    /// Signs. The part of ML-DSA is hedged: random, and yet safe if the random numbers are bad.
    #[must_use]
    pub fn sign(&self, message: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        let representative = representative(message);
        let mut random = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *random);
        // FIPS 204, algorithm 2: a zero, the length of the context, the context, the message.
        let start = [0, u8::try_from(LABEL.len()).expect("a short label")];
        let ml = self.ml.sign_internal(&[&start, LABEL, &representative], (&*random).into());
        [&ml.encode()[..], &self.ed.sign(&representative).to_bytes()].concat()
    }
}

impl std::fmt::Debug for ExpandedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ExpandedKey(..)")
    }
}

/// Returns whether both parts of the signature are those of `public` over `message`.
#[must_use]
pub fn verify(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let (Some((ml_public, ed_public)), Some((ml_signature, ed_signature))) =
        (public.split_at_checked(ML_PUBLIC_BYTES), signature.split_at_checked(ML_SIGNATURE_BYTES))
    else {
        return false;
    };
    let representative = representative(message);
    verify_ml(ml_public, &representative, ml_signature) && verify_ed(ed_public, &representative, ed_signature)
}

fn verify_ml(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let (Ok(public), Ok(signature)) = (public.try_into(), signature.try_into()) else { return false };
    let Some(signature) = ml_dsa::Signature::<MlDsa44>::decode(&signature) else { return false };
    ml_dsa::VerifyingKey::<MlDsa44>::decode(&public).verify_with_context(message, LABEL, &signature)
}

fn verify_ed(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok(public) = public.try_into() else { return false };
    let (Ok(key), Ok(signature)) =
        (ed25519_dalek::VerifyingKey::from_bytes(public), ed25519_dalek::Signature::from_slice(signature))
    else {
        return false;
    };
    key.verify(message, &signature).is_ok()
}

/// What both parts sign: the prefix, the label, an empty context, the hash of the message.
fn representative(message: &[u8]) -> Vec<u8> {
    [PREFIX, LABEL, &[0], &Sha512::digest(message)].concat()
}

#[cfg(test)]
mod tests;
