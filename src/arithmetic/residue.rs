//! Residues modulo an odd number of a fixed length that is known when the program is compiled: the primes and the group
//! orders of elliptic curves.
//!
//! They are held in Montgomery form, always reduced. Nothing here branches on, or addresses by, the value of a residue.

#![allow(
    clippy::needless_range_loop,
    reason = "iterators are several times as slow unless the whole program is optimised at once"
)]

use std::marker::PhantomData;
use std::ops::{Add, Mul, Neg, Sub};

use zeroize::{Zeroize, Zeroizing};

use super::words::{mask, multiply_add, negative_inverse};

/// An odd number of `N` words whose highest word is not zero.
pub(crate) trait Modulus<const N: usize>: Copy {
    /// The number, least significant word first.
    const WORDS: [u64; N];
}

/// A number below the modulus.
#[derive(Debug)]
pub(crate) struct Residue<M, const N: usize> {
    words: [u64; N],
    modulus: PhantomData<M>,
}

impl<M, const N: usize> Clone for Residue<M, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, const N: usize> Copy for Residue<M, N> {}

impl<M, const N: usize> Zeroize for Residue<M, N> {
    fn zeroize(&mut self) {
        self.words.zeroize();
    }
}

impl<M: Modulus<N>, const N: usize> Residue<M, N> {
    /// The number 0.
    pub(crate) const ZERO: Self = Self::new([0; N]);
    /// The number 1.
    pub(crate) const ONE: Self = Self::new(power_of_two(&M::WORDS, 64 * N));
    /// The square of R, to turn numbers into Montgomery form.
    const SQUARE: Self = Self::new(power_of_two(&M::WORDS, 128 * N));
    /// `-1 / modulus mod 2^64`.
    const INVERSE: u64 = negative_inverse(M::WORDS[0]);

    const fn new(words: [u64; N]) -> Self {
        Self { words, modulus: PhantomData }
    }

    /// A number below R, modulo the modulus.
    pub(crate) fn of(words: [u64; N]) -> Self {
        Self::new(words) * Self::SQUARE
    }

    /// The number itself.
    pub(crate) fn words(self) -> [u64; N] {
        let mut unit = [0; N];
        unit[0] = 1;
        (self * Self::new(unit)).words
    }

    /// Twice the number.
    #[inline(always)]
    pub(crate) fn double(self) -> Self {
        self + self
    }

    /// Three times the number.
    #[inline(always)]
    pub(crate) fn triple(self) -> Self {
        self + self + self
    }

    /// The number itself where `chosen` is zero, the other one where it is all ones.
    #[inline(always)]
    pub(crate) fn or(mut self, other: Self, chosen: u64) -> Self {
        for index in 0..N {
            self.words[index] ^= (self.words[index] ^ other.words[index]) & chosen;
        }
        self
    }

    /// Adds the other number where `chosen` is all ones, if this one is zero.
    #[inline(always)]
    pub(crate) fn fill(&mut self, other: &Self, chosen: u64) {
        for index in 0..N {
            self.words[index] |= other.words[index] & chosen;
        }
    }

    /// Whether the number is zero; whoever asks may know.
    pub(crate) fn is_zero(self) -> bool {
        self.words.iter().fold(0, |all, word| all | word) == 0
    }

    /// Whether both are the same number; whoever asks may know.
    pub(crate) fn is(self, other: Self) -> bool {
        (self - other).is_zero()
    }

    /// One over the number modulo a prime, by Fermat's theorem; 0 for 0.
    pub(crate) fn invert(self) -> Self {
        let mut exponent = M::WORDS;
        exponent[0] -= 2;
        let mut table = [Self::ONE; 16];
        for index in 1..16 {
            table[index] = table[index - 1] * self;
        }
        let mut power = Self::ONE;
        for word in exponent.iter().rev() {
            for shift in (0..64).step_by(4).rev() {
                for _ in 0..4 {
                    power = power * power;
                }
                // The exponent is no secret.
                power = power * table[usize::from(word.to_le_bytes()[shift / 8] >> (shift % 8) & 15)];
            }
        }
        power
    }

    /// One over each of the numbers, none of which may be 0, with a single inversion (P. Montgomery, "Speeding the Pollard
    /// and elliptic curve methods of factorization", Math. Comp. 48, 1987).
    pub(crate) fn invert_all(numbers: &mut [Self]) {
        let mut product = Self::ONE;
        let mut before = Zeroizing::new(Vec::with_capacity(numbers.len()));
        for &number in numbers.iter() {
            before.push(product);
            product = product * number;
        }
        let mut inverse = product.invert();
        for (number, &before) in numbers.iter_mut().zip(before.iter()).rev() {
            (*number, inverse) = (inverse * before, inverse * *number);
        }
    }

    /// Subtracts the modulus once unless the number, with `carry` above its top word, is below it.
    #[inline(always)]
    fn reduced(words: [u64; N], carry: u64) -> Self {
        let (less, borrow) = subtract(words, M::WORDS);
        Self::new(words).or(Self::new(less), mask(carry >= borrow))
    }
}

impl<M: Modulus<N>, const N: usize> Add for Residue<M, N> {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        let (mut sum, mut carry) = ([0; N], 0);
        for index in 0..N {
            (sum[index], carry) = add_words(self.words[index], other.words[index], carry);
        }
        Self::reduced(sum, carry)
    }
}

impl<M: Modulus<N>, const N: usize> Sub for Residue<M, N> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        let (mut difference, borrow) = subtract(self.words, other.words);
        let (chosen, mut carry) = (mask(borrow == 1), 0);
        for index in 0..N {
            (difference[index], carry) = add_words(difference[index], M::WORDS[index] & chosen, carry);
        }
        Self::new(difference)
    }
}

impl<M: Modulus<N>, const N: usize> Neg for Residue<M, N> {
    type Output = Self;

    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

impl<M: Modulus<N>, const N: usize> Mul for Residue<M, N> {
    type Output = Self;

    /// Row by row, each reduced at once ("CIOS" in C. K. Koc, T. Acar, B. Kaliski, "Analyzing and comparing Montgomery
    /// multiplication algorithms", IEEE Micro 16, 1996).
    #[inline]
    fn mul(self, other: Self) -> Self {
        let (mut sum, mut top) = ([0; N], 0);
        for row in 0..N {
            let mut carry = 0;
            for index in 0..N {
                (sum[index], carry) = multiply_add(sum[index], other.words[row], self.words[index], carry);
            }
            let (high, above) = add_words(top, carry, 0);
            let quotient = sum[0].wrapping_mul(Self::INVERSE);
            let mut carry = multiply_add(sum[0], quotient, M::WORDS[0], 0).1;
            for index in 1..N {
                (sum[index - 1], carry) = multiply_add(sum[index], quotient, M::WORDS[index], carry);
            }
            (sum[N - 1], carry) = add_words(high, carry, 0);
            top = above + carry;
        }
        Self::reduced(sum, top)
    }
}

/// `a + b + carry` as (low word, carry).
#[inline(always)]
fn add_words(a: u64, b: u64, carry: u64) -> (u64, u64) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(carry);
    (sum, u64::from(first | second))
}

/// `a - b`, and 1 if it is below 0.
#[inline(always)]
const fn subtract<const N: usize>(a: [u64; N], b: [u64; N]) -> ([u64; N], u64) {
    let (mut difference, mut borrow, mut index) = ([0; N], false, 0);
    while index < N {
        let (less, first) = a[index].overflowing_sub(b[index]);
        let (less, second) = less.overflowing_sub(if borrow { 1 } else { 0 });
        (difference[index], borrow) = (less, first | second);
        index += 1;
    }
    (difference, if borrow { 1 } else { 0 })
}

/// `2^exponent` modulo a public modulus.
const fn power_of_two<const N: usize>(modulus: &[u64; N], exponent: usize) -> [u64; N] {
    let mut power = [0; N];
    power[0] = 1;
    let mut left = exponent;
    while left > 0 {
        let (mut index, mut carry) = (0, 0);
        while index < N {
            (power[index], carry) = (power[index] << 1 | carry, power[index] >> 63);
            index += 1;
        }
        let (less, borrow) = subtract(power, *modulus);
        if carry >= borrow {
            power = less;
        }
        left -= 1;
    }
    power
}

#[cfg(test)]
mod tests;
