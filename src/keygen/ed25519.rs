//! Ed25519 pairs (RFC 8032 section 5.1.5): 32 random bytes are the private key.

use rand_core::CryptoRng;
use ssh_key::private::{Ed25519Keypair, KeypairData};
use zeroize::Zeroizing;

pub(super) fn generate(rng: &mut impl CryptoRng) -> KeypairData {
    let mut seed = Zeroizing::new([0; 32]);
    rng.fill_bytes(&mut *seed);
    Ed25519Keypair::from_seed(&seed).into()
}
