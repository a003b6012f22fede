//! Blinding: the numbers that secret exponents are applied to are random (P. Kocher, "Timing attacks on
//! implementations of Diffie-Hellman, RSA, DSS, and other systems", CRYPTO '96).

use rand_core::CryptoRng;

use super::super::power::{raise_publicly, two_to_the};
use super::super::words::{Words, is_below, power_of_two, zero};
use super::super::{Montgomery, Plain, Portable};
use super::{CrtKey, invert};

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
        let mut drawn = zero(words);
        loop {
            drawn.iter_mut().for_each(|word| *word = rng.next_u64());
            drawn[words - 1] &= u64::MAX >> (64 * words - key.bits);
            if is_below(&drawn, modulus) && drawn.iter().any(|&word| word != 0) {
                break;
            }
        }
        let mut inverse = invert(&drawn, modulus)?;
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
        self.field.square(&mut self.factor, [false]);
        self.field.square(&mut self.inverse, [false]);
        (blinded, factor)
    }

    /// The power of the message itself.
    pub(super) fn unblind(&mut self, mut power: Words, factor: &Words) -> Words {
        self.field.multiply(&mut power, factor);
        power
    }
}
