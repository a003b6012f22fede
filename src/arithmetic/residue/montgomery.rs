//! Montgomery form, for any odd modulus: a number `x` is held as `x R` modulo it, below it, for `R = 2^(64 N)`.

#![allow(
    clippy::needless_range_loop,
    reason = "iterators are several times as slow unless the whole program is optimized at once"
)]

use super::Modulus;
use crate::arithmetic::words::{mask, multiply_add, negative_inverse};

/// What is computed of a modulus when the program is compiled.
struct Constants<M, const N: usize>(M);

impl<M: Modulus<N>, const N: usize> Constants<M, N> {
    /// The square of R, which turns numbers into Montgomery form.
    const SQUARE: [u64; N] = power_of_two(&M::WORDS, 128 * N);
    /// `-1 / modulus mod 2^64`.
    const INVERSE: u64 = negative_inverse(M::WORDS[0]);
}

/// A number below R in Montgomery form.
pub(super) fn hold<M: Modulus<N>, const N: usize>(number: [u64; N]) -> [u64; N] {
    multiply::<M, N>(&number, &Constants::<M, N>::SQUARE)
}

/// The number itself.
pub(super) fn release<M: Modulus<N>, const N: usize>(held: [u64; N]) -> [u64; N] {
    let mut unit = [0; N];
    unit[0] = 1;
    multiply::<M, N>(&held, &unit)
}

#[inline(always)]
pub(super) fn add<M: Modulus<N>, const N: usize>(a: &[u64; N], b: &[u64; N]) -> [u64; N] {
    let (mut sum, mut carry) = ([0; N], 0);
    for index in 0..N {
        (sum[index], carry) = add_words(a[index], b[index], carry);
    }
    reduced::<M, N>(sum, carry)
}

#[inline(always)]
pub(super) fn subtract<M: Modulus<N>, const N: usize>(a: &[u64; N], b: &[u64; N]) -> [u64; N] {
    let (mut difference, borrow) = difference(*a, *b);
    let (chosen, mut carry) = (mask(borrow == 1), 0);
    for index in 0..N {
        (difference[index], carry) = add_words(difference[index], M::WORDS[index] & chosen, carry);
    }
    difference
}

/// Row by row, each reduced at once ("CIOS" in C. K. Koc, T. Acar, B. Kaliski, "Analyzing and comparing Montgomery
/// multiplication algorithms", IEEE Micro 16, 1996).
#[inline(always)]
pub(super) fn multiply<M: Modulus<N>, const N: usize>(a: &[u64; N], b: &[u64; N]) -> [u64; N] {
    let (mut sum, mut top) = ([0; N], 0);
    for row in 0..N {
        let mut carry = 0;
        for index in 0..N {
            (sum[index], carry) = multiply_add(sum[index], b[row], a[index], carry);
        }
        let (high, above) = add_words(top, carry, 0);
        let quotient = sum[0].wrapping_mul(Constants::<M, N>::INVERSE);
        let mut carry = multiply_add(sum[0], quotient, M::WORDS[0], 0).1;
        for index in 1..N {
            (sum[index - 1], carry) = multiply_add(sum[index], quotient, M::WORDS[index], carry);
        }
        (sum[N - 1], carry) = add_words(high, carry, 0);
        top = above + carry;
    }
    reduced::<M, N>(sum, top)
}

/// Subtracts the modulus once unless the number, with `carry` above its top word, is below it.
#[inline(always)]
fn reduced<M: Modulus<N>, const N: usize>(number: [u64; N], carry: u64) -> [u64; N] {
    let (less, borrow) = difference(number, M::WORDS);
    let chosen = mask(carry >= borrow);
    std::array::from_fn(|index| number[index] ^ (number[index] ^ less[index]) & chosen)
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
const fn difference<const N: usize>(a: [u64; N], b: [u64; N]) -> ([u64; N], u64) {
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
pub(super) const fn power_of_two<const N: usize>(modulus: &[u64; N], exponent: usize) -> [u64; N] {
    let mut power = [0; N];
    power[0] = 1;
    let mut left = exponent;
    while left > 0 {
        let (mut index, mut carry) = (0, 0);
        while index < N {
            (power[index], carry) = (power[index] << 1 | carry, power[index] >> 63);
            index += 1;
        }
        let (less, borrow) = difference(power, *modulus);
        if carry >= borrow {
            power = less;
        }
        left -= 1;
    }
    power
}
