//! Remainders of one long number by many odd divisors of up to 64 bits.
//!
//! One Montgomery chain over the words of the number for each divisor, several divisors side by side,
//! so that the processor always has something to multiply. Not in constant time.

use crate::arithmetic::words::{multiply_add, negative_inverse};

/// Some odd divisors, for numbers of one length.
#[derive(Clone, Copy, Debug)]
pub struct Divisors {
    divisors: [u64; LANES],
    /// `-1 / divisor mod 2^64`.
    inverses: [u64; LANES],
    /// `2^(64 (words + 1)) mod divisor`: takes back the divisions by 2^64 of a whole chain.
    corrections: [u64; LANES],
}

impl Divisors {
    /// Odd divisors of numbers of `words` words.
    #[must_use]
    pub fn new(divisors: [u64; LANES], words: usize) -> Self {
        let inverses = divisors.map(negative_inverse);
        // Powers `2^e` of 2 in the form `2^(64 + e)`, in which `montgomery` multiplies them.
        let mut powers = divisors.map(|divisor| u64::MAX % divisor + 1);
        let exponent = 64 * words;
        for bit in (0..usize::BITS - exponent.leading_zeros()).rev() {
            for (lane, power) in powers.iter_mut().enumerate() {
                let square = montgomery(*power, *power, divisors[lane], inverses[lane]);
                *power = if exponent >> bit & 1 == 1 { double(square, divisors[lane]) } else { square };
            }
        }
        Self { divisors, inverses, corrections: powers }
    }

    /// The remainders of the number with these words.
    #[must_use]
    pub fn remainders(&self, number: &[u64]) -> [u64; LANES] {
        let mut chain = [0; LANES];
        for &word in number {
            for (lane, rest) in chain.iter_mut().enumerate() {
                let (low, carry) = word.overflowing_add(*rest);
                let quotient = low.wrapping_mul(self.inverses[lane]);
                *rest = multiply_add(low, quotient, self.divisors[lane], 0).1 + u64::from(carry);
            }
        }
        std::array::from_fn(|lane| {
            let divisor = self.divisors[lane];
            let rest = montgomery(chain[lane], self.corrections[lane], divisor, self.inverses[lane]);
            if rest == divisor { 0 } else { rest }
        })
    }
}

/// `a b / 2^64 mod divisor`, for an odd divisor and `a`, `b` not above it; perhaps the divisor itself
/// instead of 0.
#[inline(always)]
fn montgomery(a: u64, b: u64, divisor: u64, inverse: u64) -> u64 {
    let (low, high) = multiply_add(0, a, b, 0);
    let carry = multiply_add(low, low.wrapping_mul(inverse), divisor, 0).1;
    let (sum, overflow) = high.overflowing_add(carry);
    if overflow | (sum > divisor) { sum.wrapping_sub(divisor) } else { sum }
}

/// `2 a mod divisor`, for an `a` not above the divisor.
#[inline(always)]
fn double(a: u64, divisor: u64) -> u64 {
    let rest = divisor - a;
    if a >= rest { a - rest } else { a + a }
}

/// How many divisors stand side by side.
pub const LANES: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::words::remainder;

    #[test]
    fn remainders_are_those_of_division() {
        let mut word = 1_u64;
        let mut next = || {
            word = word.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x7f4a_7c15);
            word
        };
        for words in [0, 1, 2, 8, 9, 31, 32, 33, 1024] {
            let number: Vec<u64> = (0..words).map(|_| next()).collect();
            for _ in 0..50 {
                let small: [u64; LANES] = std::array::from_fn(|_| (next() >> 32) | 1);
                let wanted = small
                    .map(|divisor| u64::from(remainder(&number, u32::try_from(divisor).expect("32 bits"))));
                assert_eq!(Divisors::new(small, words).remainders(&number), wanted);
                let large: [u64; LANES] = std::array::from_fn(|lane| next() >> (11 * lane) | 1);
                let wanted = large.map(|divisor| {
                    let step =
                        |rest: u128, word: &u64| (rest << 64 | u128::from(*word)) % u128::from(divisor);
                    u64::try_from(number.iter().rev().fold(0, step)).expect("below the divisor")
                });
                assert_eq!(Divisors::new(large, words).remainders(&number), wanted);
            }
            for extreme in [1, 3, u64::MAX, u64::MAX - 2, 1 << 63 | 1, (1 << 63) - 1] {
                let zero = vec![0; words];
                assert_eq!(Divisors::new([extreme; LANES], words).remainders(&zero), [0; LANES]);
                let all = vec![u64::MAX; words];
                let step = |rest: u128, word: &u64| (rest << 64 | u128::from(*word)) % u128::from(extreme);
                let wanted = all.iter().rev().fold(0, step);
                let found = Divisors::new([extreme; LANES], words).remainders(&all);
                assert_eq!(found.map(u128::from), [wanted; LANES], "{extreme} {words}");
            }
        }
    }
}
