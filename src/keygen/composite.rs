//! Pairs of ML-DSA-44 and Ed25519: 64 random bytes are the private key.

use rand_core::CryptoRng;

use super::SelfTestFailed;
use crate::key::Pair;
use crate::key::composite::{self, ExpandedKey, Seeds};

/// Generates a pair that has signed and verified once (FIPS 140-3 pairwise consistency).
pub(super) fn generate(rng: &mut impl CryptoRng) -> Result<Pair, SelfTestFailed> {
    let seeds = Seeds::random(rng);
    let signer = ExpandedKey::new(&seeds);
    let signature = signer.sign(MESSAGE, rng);
    let consistent = composite::verify(&signer.public(), MESSAGE, &signature);
    if consistent { Ok(Pair::Composite(seeds)) } else { Err(SelfTestFailed) }
}

const MESSAGE: &[u8] = b"pairwise consistency test";
