//! Which numbers are looked at, and in which order: windows above random starts, shuffled.

use chacha20::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use zeroize::Zeroizing;

use super::sieve::Sieve;
use crate::arithmetic::words::{Words, add_small, bits_at, words_for, zero};

/// The numbers `x` with `sqrt(2) 2^(modulus_bits / 2 - 1) <= x < 2^(modulus_bits / 2)`.
///
/// The product of two of them has `modulus_bits` bits. This is the range of FIPS 186-5, A.1.1, taken
/// literally for odd lengths too: there as well both primes have the same length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    modulus_bits: u32,
}

impl Range {
    /// The range for a modulus of `modulus_bits` bits.
    pub(super) fn of_modulus(modulus_bits: u32) -> Self {
        Self { modulus_bits }
    }

    /// The length in bits of every number in the range.
    pub(super) fn bits(self) -> usize {
        usize::try_from(self.modulus_bits.div_ceil(2)).expect("lengths are small")
    }

    /// How many odd numbers a window has: 32 for each bit, so that, one odd number in `bits ln 2 / 2`
    /// being prime, a window of any length has about 92 primes.
    pub(super) fn window(self) -> u32 {
        32 * self.modulus_bits.div_ceil(2)
    }

    /// Whether a number of the right length is in the range, judged by its 64 highest bits; the
    /// 2^-63 of the range next to `sqrt(2)` is left out.
    fn contains(self, number: &[u64]) -> bool {
        let top = bits_at(number, self.bits() - 64, 64);
        let right_length = top >> 63 == 1;
        right_length & if self.modulus_bits.is_multiple_of(2) { top > SQRT_2 } else { top < SQRT_2 }
    }
}

/// A window of candidates in random order.
pub(super) struct Window {
    start: Words,
    /// The offsets that the sieve left, not drawn yet.
    offsets: Zeroizing<Vec<u32>>,
    random: ChaCha20Rng,
}

impl Window {
    /// A window at a new random start; it and all the window are in the range.
    pub(super) fn draw(range: Range, sieve: &Sieve, random: &mut ChaCha20Rng) -> Self {
        let start = draw_start(range, random);
        let offsets = sieve.survivors(&start, range.window());
        Self { start, offsets, random: fork(random) }
    }

    /// One of the candidates left, each with the same chance; none when the window is used up.
    pub(super) fn next(&mut self) -> Option<Words> {
        let left = u32::try_from(self.offsets.len()).ok().filter(|&left| left > 0)?;
        let drawn = usize::try_from(below(left, &mut self.random)).ok()?;
        let offset = self.offsets.swap_remove(drawn);
        let mut candidate = self.start.clone();
        add_small(&mut candidate, 2 * u64::from(offset));
        Some(candidate)
    }
}

/// An own generator for one purpose, so that how much one purpose draws does not move the others.
pub(super) fn fork(random: &mut ChaCha20Rng) -> ChaCha20Rng {
    let mut seed = Zeroizing::new([0; 32]);
    random.fill_bytes(seed.as_mut());
    ChaCha20Rng::from_seed(*seed)
}

/// An odd number from which a whole window lies in the range, uniformly.
fn draw_start(range: Range, random: &mut ChaCha20Rng) -> Words {
    let bits = range.bits();
    let mut start = zero(words_for(bits));
    loop {
        start.iter_mut().for_each(|word| *word = random.next_u64());
        start[0] |= 1;
        let top = start.len() - 1;
        start[top] &= u64::MAX >> (64 * start.len() - bits);
        start[top] |= 1 << ((bits - 1) % 64);
        let mut end = start.clone();
        let overflow = add_small(&mut end, 2 * u64::from(range.window()));
        if !overflow && range.contains(&start) && range.contains(&end) {
            return start;
        }
    }
}

/// A number below `bound`, without bias: what falls into an incomplete last round is drawn again.
fn below(bound: u32, random: &mut ChaCha20Rng) -> u32 {
    let rounds = u32::MAX / bound;
    loop {
        let drawn = random.next_u32();
        if drawn / bound < rounds {
            return drawn % bound;
        }
    }
}

/// The 64 highest bits of the square root of 2: `floor(sqrt(2) 2^63)`.
const SQRT_2: u64 = 0xb504_f333_f9de_6484;

#[cfg(test)]
mod tests;
