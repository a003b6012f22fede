//! RSA pairs (FIPS 186-5 appendix A.1): two random primes and what follows from them.

use std::num::NonZeroUsize;
use std::thread;

use crypto_bigint::BoxedUint;
use rand_core::CryptoRng;
use rsa::Pkcs1v15Sign;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use ssh_key::Mpint;
use ssh_key::private::{KeypairData, RsaKeypair, RsaPrivateKey};
use ssh_key::public::RsaPublicKey;

use super::SelfTestFailed;
use super::primes::{self, Arithmetic, Plan};

/// The length of an RSA modulus: 1024 to 16384 bits, as ssh-keygen allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RsaBits(u32);

impl RsaBits {
    /// The shortest modulus, in bits.
    pub const MIN: u32 = 1024;
    /// The longest modulus, in bits.
    pub const MAX: u32 = 16384;

    /// A length in range; `None` outside.
    #[must_use]
    pub fn new(bits: u32) -> Option<Self> {
        (Self::MIN..=Self::MAX).contains(&bits).then_some(Self(bits))
    }

    /// The length in bits.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Default for RsaBits {
    fn default() -> Self {
        Self(3072)
    }
}

pub(super) fn generate(bits: RsaBits, rng: &mut impl CryptoRng) -> Result<KeypairData, SelfTestFailed> {
    let workers = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let seeds = |seed: &mut [u8; 32]| rng.fill_bytes(seed);
    let pair = primes::search(bits.0, seeds, Plan { workers, arithmetic: Arithmetic::Fastest });
    let [p, q] = [&pair.p, &pair.q].map(|prime| BoxedUint::from_be_slice_vartime(prime));
    assemble(p, q, bits, rng)
}

/// The key of two primes, p > q. d is the inverse of e modulo lcm(p - 1, q - 1).
fn assemble(
    p: BoxedUint,
    q: BoxedUint,
    bits: RsaBits,
    rng: &mut impl CryptoRng,
) -> Result<KeypairData, SelfTestFailed> {
    let key = rsa::RsaPrivateKey::from_p_q(p, q, BoxedUint::from(65537_u32)).map_err(|_| SelfTestFailed)?;
    if key.n().bits() != bits.0 || key.d().bits() <= bits.0 / 2 {
        return Err(SelfTestFailed);
    }
    sign_and_verify(&key, rng)?;
    let [p, q] = key.primes() else { return Err(SelfTestFailed) };
    let number = |number: &BoxedUint| Mpint::from_positive_bytes(&number.to_be_bytes());
    let coefficient = key.crt_coefficient().ok_or(SelfTestFailed)?;
    let private = RsaPrivateKey::new(number(key.d()), number(&coefficient), number(p), number(q));
    let public = RsaPublicKey::new(number(key.e()), number(key.n()));
    let (Ok(private), Ok(public)) = (private, public) else { return Err(SelfTestFailed) };
    Ok(RsaKeypair::new(public, private).map_err(|_| SelfTestFailed)?.into())
}

fn sign_and_verify(key: &rsa::RsaPrivateKey, rng: &mut impl CryptoRng) -> Result<(), SelfTestFailed> {
    let mut message = [0; 32];
    rng.fill_bytes(&mut message);
    let signature =
        key.sign_with_rng(rng, Pkcs1v15Sign::new_unprefixed(), &message).map_err(|_| SelfTestFailed)?;
    key.as_public_key()
        .verify(Pkcs1v15Sign::new_unprefixed(), &message, &signature)
        .map_err(|_| SelfTestFailed)
}
