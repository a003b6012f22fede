//! RSA pairs (FIPS 186-5 appendix A.1): two random primes and what follows from them.

use std::num::NonZeroUsize;
use std::thread;

use crypto_bigint::{BoxedUint, Gcd, NonZero};
use rand_core::CryptoRng;
use ssh_key::Mpint;
use ssh_key::private::{KeypairData, RsaKeypair, RsaPrivateKey};
use ssh_key::public::RsaPublicKey;

use super::SelfTestFailed;
use crate::arithmetic::crt::{CrtKey, Numbers};
use crate::arithmetic::words::{
    Words, add_product, add_small, bit_length, divide, from_big_endian, product, remainder, to_big_endian,
    zero,
};
use crate::primes::{self, Arithmetic, Plan, PrimePair};

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
    assemble(&pair, bits, rng)
}

/// The key of two primes, p > q, after a private operation with it has been checked.
fn assemble(
    pair: &PrimePair,
    bits: RsaBits,
    rng: &mut impl CryptoRng,
) -> Result<KeypairData, SelfTestFailed> {
    let [p, q] = [&pair.p, &pair.q].map(|prime| from_big_endian(prime, prime.len().div_ceil(8)));
    let modulus = product(&p, &q);
    let d = private_exponent(&p, &q).ok_or(SelfTestFailed)?;
    let has_length = |number: &[u64], least, most| (least..=most).contains(&bit_length(number));
    let length = usize::try_from(bits.0).map_err(|_| SelfTestFailed)?;
    if !has_length(&modulus, length, length) || !has_length(&d, length / 2 + 1, length) {
        return Err(SelfTestFailed);
    }
    let [n, d] = [modulus, d].map(|number| to_big_endian(&number, length.div_ceil(8)));
    let e = &PUBLIC_EXPONENT.to_be_bytes()[1..];
    let key = CrtKey::new(&Numbers { n: &n, e, d: &d, p: &pair.p, q: &pair.q }).ok_or(SelfTestFailed)?;
    let mut message = vec![0; key.bytes()];
    rng.fill_bytes(&mut message[1..]);
    key.apply(&[message], rng).map_err(|_| SelfTestFailed)?;
    let coefficient = to_big_endian(&key.coefficient(), pair.p.len());
    let number = Mpint::from_positive_bytes;
    let private = RsaPrivateKey::new(number(&d), number(&coefficient), number(&pair.p), number(&pair.q));
    let (Ok(private), Ok(public)) = (private, RsaPublicKey::new(number(e), number(&n))) else {
        return Err(SelfTestFailed);
    };
    Ok(RsaKeypair::new(public, private).map_err(|_| SelfTestFailed)?.into())
}

/// The inverse of the public exponent e modulo m = lcm(p - 1, q - 1): `(k m + 1) / e`, for the k below e that
/// makes it a whole number, which exists because e is a prime and divides neither p - 1 nor q - 1.
fn private_exponent(p: &Words, q: &Words) -> Option<Words> {
    let large = |number: &Words| BoxedUint::from_be_slice_vartime(&to_big_endian(number, 8 * number.len()));
    let [p, q] = [p, q].map(|prime| {
        let mut less = prime.clone();
        less[0] -= 1;
        less
    });
    let order = product(&p, &q);
    let divisor = NonZero::new(large(&p).gcd(&large(&q))).into_option()?;
    let order = from_big_endian(&(large(&order) / divisor).to_be_bytes(), order.len());
    let e = u64::from(PUBLIC_EXPONENT);
    let rest = u64::from(remainder(&order, PUBLIC_EXPONENT));
    // rest^(e - 2) is 1 / rest, and e - 2 = 2^16 - 1.
    let inverse = (1..16).fold(rest, |power, _| power * power % e * rest % e);
    let mut exponent = zero(order.len() + 1);
    let (row, top) = exponent.split_at_mut(order.len());
    top[0] = add_product(row, e - inverse, &order, 0);
    add_small(&mut exponent, 1);
    divide(&mut exponent, PUBLIC_EXPONENT);
    Some(exponent)
}

/// F4.
const PUBLIC_EXPONENT: u32 = 65537;

#[cfg(test)]
mod tests {
    use chacha20::ChaCha20Rng;
    use rand_core::SeedableRng;
    use rsa::traits::{PrivateKeyParts, PublicKeyParts};

    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_crate_rsa() {
        let mut rng = ChaCha20Rng::from_seed([2; 32]);
        for bits in [1024, 1025, 1026, 1031, 1536, 2048] {
            let Ok(KeypairData::Rsa(pair)) = generate(RsaBits(bits), &mut rng) else { panic!("a key") };
            let number = |number: &Mpint| {
                BoxedUint::from_be_slice_vartime(number.as_positive_bytes().expect("positive"))
            };
            let (public, private) = (pair.public(), pair.private());
            let [p, q] = [private.p(), private.q()].map(number);
            let key = rsa::PrivateKey::from_p_q(p, q, BoxedUint::from(65537_u32)).expect("a key");
            assert_eq!(number(public.n()), *key.n().as_ref(), "{bits}");
            assert_eq!(number(private.d()), *key.d(), "{bits}");
            assert_eq!(Some(number(private.iqmp())), key.crt_coefficient(), "{bits}");
        }
    }
}
