//! Blinding: the numbers that secret exponents are applied to are random (P. Kocher, "Timing attacks on
//! implementations of Diffie-Hellman, RSA, DSS, and other systems", CRYPTO '96).

use dashu_int::ops::{ExtendedGcd, RemEuclid};
use dashu_int::{IBig, UBig};
use rand_core::CryptoRng;

use super::super::power::{raise_publicly, two_to_the};
use super::super::words::{Words, from_big_endian, is_below, power_of_two, to_big_endian, zero};
use super::super::{Montgomery, Plain, Portable};
use super::CrtKey;

/// Random factors, other ones for each message: the squares of those before.
pub(super) struct Blinding {
    field: Portable,
    /// u^e and 1 / u, in Montgomery form.
    factor: Words,
    inverse: Words,
}

impl Blinding {
    /// Draws u; `None` when u and the modulus have a divisor in common, which then is no product of two large primes.
    pub(super) fn draw(key: &CrtKey, rng: &mut impl CryptoRng) -> Option<Self> {
        let (modulus, words) = (&key.modulus, key.modulus.len());
        let mut field = Portable::new(Plain, [modulus], key.bits);
        // The number drawn is taken for the Montgomery form of u.
        let [drawn, mask] = [draw_below(key, rng), draw_below(key, rng)];
        // A random multiple of a unit says nothing of it, so that it may be inverted in variable time.
        let mut product = drawn.clone();
        field.multiply(&mut product, &mask);
        let mut inverse = invert_openly(&product, modulus)?;
        field.multiply(&mut inverse, &mask);
        let one = power_of_two(modulus, key.bits, field.radix_bits());
        let square = two_to_the(&mut field, &one, 64 * words);
        for _ in 0..2 {
            field.multiply(&mut inverse, &square);
        }
        let factor = raise_publicly(&mut field, &drawn, key.public_exponent);
        Some(Self { field, factor, inverse })
    }

    /// The message times u^e, and the factor that takes it back out of the power.
    pub(super) fn blind(&mut self, message: &Words) -> (Words, Words) {
        let (mut blinded, factor) = (message.clone(), self.inverse.clone());
        self.field.multiply(&mut blinded, &self.factor);
        self.field.square(&mut self.factor);
        self.field.square(&mut self.inverse);
        (blinded, factor)
    }

    /// The power of the message itself.
    pub(super) fn unblind(&mut self, mut power: Words, factor: &Words) -> Words {
        self.field.multiply(&mut power, factor);
        power
    }
}

/// A random number below the modulus, and not 0.
fn draw_below(key: &CrtKey, rng: &mut impl CryptoRng) -> Words {
    let words = key.modulus.len();
    let mut drawn = zero(words);
    loop {
        drawn.iter_mut().for_each(|word| *word = rng.next_u64());
        drawn[words - 1] &= u64::MAX >> (64 * words - key.bits);
        if is_below(&drawn, &key.modulus) && drawn.iter().any(|&word| word != 0) {
            return drawn;
        }
    }
}

/// The inverse of a number modulo another one; `None` when there is none. Not in constant time.
fn invert_openly(number: &[u64], modulus: &[u64]) -> Option<Words> {
    let [number, divisor] =
        [number, modulus].map(|words| UBig::from_be_bytes(&to_big_endian(words, 8 * words.len())));
    let (common, factor, _) = (&number).gcd_ext(&divisor);
    let inverse = factor.rem_euclid(IBig::from(divisor));
    (common == UBig::ONE).then(|| from_big_endian(&inverse.to_be_bytes(), modulus.len()))
}
