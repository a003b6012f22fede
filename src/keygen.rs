//! Makes key pairs.

mod composite;
mod ecdsa;
mod ed25519;
pub mod passphrase;
mod rsa;

use rand_core::CryptoRng;
use thiserror::Error;

use crate::key::{Comment, Curve, PrivateKey};

pub use rsa::RsaBits;

/// What kind of key to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spec {
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// ECDSA on a NIST curve (FIPS 186-5 section 6).
    Ecdsa(Curve),
    /// RSA with the public exponent 65537 (FIPS 186-5 section 5).
    Rsa(RsaBits),
    /// ML-DSA-44 (FIPS 204) with Ed25519.
    Mldsa44Ed25519,
}

impl Spec {
    /// The type that keys of this kind have.
    #[must_use]
    pub fn algorithm(self) -> crate::key::Algorithm {
        match self {
            Self::Ed25519 => crate::key::Algorithm::Ed25519,
            Self::Ecdsa(curve) => crate::key::Algorithm::Ecdsa(curve),
            Self::Rsa(_) => crate::key::Algorithm::Rsa,
            Self::Mldsa44Ed25519 => crate::key::Algorithm::Mldsa44Ed25519,
        }
    }

    /// The size that keys of this kind have, in bits.
    #[must_use]
    pub fn bits(self) -> u32 {
        match self {
            Self::Ed25519 => 256,
            Self::Ecdsa(curve) => curve.bits(),
            Self::Rsa(bits) => bits.get(),
            Self::Mldsa44Ed25519 => 512,
        }
    }
}

/// A pair that was made did not pass its own check. Nothing of it may be written.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("the new key pair failed its self-test; nothing was written")]
pub struct SelfTestFailed;

/// Generates a key pair and checks that its keys belong together (FIPS 140-3 pairwise consistency).
///
/// # Errors
/// [`SelfTestFailed`] when they do not, which means a fault of this machine or of rkeygen.
pub fn generate(
    spec: Spec,
    comment: Comment,
    rng: &mut impl CryptoRng,
) -> Result<PrivateKey, SelfTestFailed> {
    let pair = match spec {
        Spec::Ed25519 => ed25519::generate(rng).into(),
        Spec::Ecdsa(curve) => ecdsa::generate(curve, rng).into(),
        Spec::Rsa(bits) => rsa::generate(bits, rng)?.into(),
        Spec::Mldsa44Ed25519 => composite::generate(rng)?,
    };
    let key = PrivateKey::new(pair, comment).map_err(|_| SelfTestFailed)?;
    let asked = (spec.algorithm(), spec.bits());
    if (key.public().algorithm(), key.public().bits()) != asked || key.check_halves().is_err() {
        return Err(SelfTestFailed);
    }
    Ok(key)
}

#[cfg(test)]
mod tests;
