//! Residues modulo an odd number of a fixed length that is known when the program is compiled: the primes and the group
//! orders of elliptic curves.
//!
//! Most are held in Montgomery form, always reduced; the modulus says how. Nothing here branches on, or addresses by, the
//! value of a residue.

pub(crate) mod mersenne;
mod montgomery;

use std::marker::PhantomData;
use std::ops::{Add, Mul, Neg, Sub};

use zeroize::{Zeroize, Zeroizing};

use self::montgomery::power_of_two;
use super::words::{bit_length, bits_at};

/// An odd number of `N` words whose highest word is not zero, and how numbers modulo it are held: in `N` words too.
pub(crate) trait Modulus<const N: usize>: Copy {
    /// The number, least significant word first.
    const WORDS: [u64; N];
    /// The number 1 as it is held.
    const ONE: [u64; N] = power_of_two(&Self::WORDS, 64 * N);

    /// How a number of up to 64 `N` bits is held.
    fn hold(number: [u64; N]) -> [u64; N] {
        montgomery::hold::<Self, N>(number)
    }

    /// The number that is held so, below the modulus.
    fn release(held: [u64; N]) -> [u64; N] {
        montgomery::release::<Self, N>(held)
    }

    /// `a + b`.
    #[inline(always)]
    fn add(a: &[u64; N], b: &[u64; N]) -> [u64; N] {
        montgomery::add::<Self, N>(a, b)
    }

    /// `a - b`.
    #[inline(always)]
    fn subtract(a: &[u64; N], b: &[u64; N]) -> [u64; N] {
        montgomery::subtract::<Self, N>(a, b)
    }

    /// `a b`.
    #[inline]
    fn multiply(a: &[u64; N], b: &[u64; N]) -> [u64; N] {
        montgomery::multiply::<Self, N>(a, b)
    }

    /// `a^2`.
    #[inline]
    fn square(a: &[u64; N]) -> [u64; N] {
        Self::multiply(a, a)
    }
}

/// A number modulo the modulus.
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
    pub(crate) const ONE: Self = Self::new(M::ONE);

    const fn new(words: [u64; N]) -> Self {
        Self { words, modulus: PhantomData }
    }

    /// A number of up to 64 `N` bits, modulo the modulus.
    pub(crate) fn of(words: [u64; N]) -> Self {
        Self::new(M::hold(words))
    }

    /// The number itself.
    pub(crate) fn words(self) -> [u64; N] {
        M::release(self.words)
    }

    /// Its square.
    #[inline(always)]
    pub(crate) fn square(self) -> Self {
        Self::new(M::square(&self.words))
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
    pub(crate) fn or(self, other: Self, chosen: u64) -> Self {
        let pick = |index: usize| self.words[index] ^ (self.words[index] ^ other.words[index]) & chosen;
        Self::new(std::array::from_fn(pick))
    }

    /// Adds the other number where `chosen` is all ones, if this one is zero.
    #[inline(always)]
    pub(crate) fn fill(&mut self, other: &Self, chosen: u64) {
        for (word, &other) in self.words.iter_mut().zip(&other.words) {
            *word |= other & chosen;
        }
    }

    /// Whether the number is zero; whoever asks may know.
    pub(crate) fn is_zero(self) -> bool {
        self.words().iter().fold(0, |all, word| all | word) == 0
    }

    /// Whether both are the same number; whoever asks may know.
    pub(crate) fn is(self, other: Self) -> bool {
        (self - other).is_zero()
    }

    /// One over the number modulo a prime, by Fermat's theorem; 0 for 0.
    pub(crate) fn invert(self) -> Self {
        let mut exponent = M::WORDS;
        exponent[0] -= 2;
        let mut table = [Self::ONE; 1 << WINDOW];
        for index in 1..table.len() {
            table[index] = table[index - 1] * self;
        }
        // The exponent is no secret.
        let windows = bit_length(&exponent).div_ceil(WINDOW);
        let mut power = Self::ONE;
        for window in (0..windows).rev() {
            for _ in 0..WINDOW {
                power = power.square();
            }
            let digit = bits_at(&exponent, WINDOW * window, WINDOW);
            power = power * table[usize::from(digit.to_le_bytes()[0])];
        }
        power
    }

    /// One over each of the numbers with a single inversion, unless one of them is 0: then the answers are 0 (P. Montgomery,
    /// "Speeding the Pollard and elliptic curve methods of factorization", Math. Comp. 48, 1987).
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
}

impl<M: Modulus<N>, const N: usize> Add for Residue<M, N> {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self::new(M::add(&self.words, &other.words))
    }
}

impl<M: Modulus<N>, const N: usize> Sub for Residue<M, N> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self::new(M::subtract(&self.words, &other.words))
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

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self::new(M::multiply(&self.words, &other.words))
    }
}

/// How many bits of an exponent are used at once.
const WINDOW: usize = 5;

#[cfg(test)]
mod tests;
