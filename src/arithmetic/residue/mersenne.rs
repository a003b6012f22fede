//! Numbers modulo the prime of P-521, `2^521 - 1`, in nine digits of 58 bits.
//!
//! Where a product has digits above 2^522, they are added to the lowest ones twice, since `2^522` is 2 modulo the prime
//! (P-521 in SP 800-186 appendix G.1.4). The room above the 58 bits takes the carries: every digit that is held is below
//! 2^58 + 64, and none is reduced to the last bit before the number is needed.

use crate::arithmetic::words::{bits_at, subtract_once};

/// Nine digits, least significant first.
type Digits = [u64; 9];

/// How many bits a digit has.
const BITS: usize = 58;
/// A digit of all ones.
const ONES: u64 = (1 << BITS) - 1;
/// The prime in words.
pub(crate) const PRIME: [u64; 9] = {
    let mut words = [u64::MAX; 9];
    words[8] = 0x1ff;
    words
};

/// The digits of a number of up to 576 bits.
pub(crate) fn hold(number: [u64; 9]) -> Digits {
    let mut digits = std::array::from_fn(|index| bits_at(&number, BITS * index, BITS));
    digits[0] += 2 * bits_at(&number, 9 * BITS, 64);
    carried(digits)
}

/// The number itself, below the prime.
pub(crate) fn release(digits: Digits) -> [u64; 9] {
    let (mut words, mut carry) = ([0; 9], 0);
    for (index, digit) in digits.into_iter().enumerate() {
        let sum = digit + carry;
        let (word, shift) = (BITS * index / 64, BITS * index % 64);
        // What is above the highest digit has room in the highest word.
        let kept = if index == 8 { sum } else { sum & ONES };
        carry = sum >> BITS;
        words[word] |= kept << shift;
        if shift > 64 - BITS {
            words[word + 1] |= kept >> (64 - shift);
        }
    }
    // It is below 2^523.
    for _ in 0..4 {
        subtract_once(&mut words, false, &PRIME);
    }
    words
}

#[inline(always)]
pub(crate) fn add(a: &Digits, b: &Digits) -> Digits {
    carried(std::array::from_fn(|index| a[index] + b[index]))
}

/// Four times the prime, in digits above all that are held, makes the differences positive.
#[inline(always)]
pub(crate) fn subtract(a: &Digits, b: &Digits) -> Digits {
    let prime = |index| if index == 0 { 2 * ONES - 2 } else { 2 * ONES };
    carried(std::array::from_fn(|index| a[index] + prime(index) - b[index]))
}

#[inline]
pub(crate) fn multiply(a: &Digits, b: &Digits) -> Digits {
    let twice = b.map(|digit| 2 * digit);
    columns([
        column::<0>(a, b, &twice),
        column::<1>(a, b, &twice),
        column::<2>(a, b, &twice),
        column::<3>(a, b, &twice),
        column::<4>(a, b, &twice),
        column::<5>(a, b, &twice),
        column::<6>(a, b, &twice),
        column::<7>(a, b, &twice),
        column::<8>(a, b, &twice),
    ])
}

#[inline]
pub(crate) fn square(a: &Digits) -> Digits {
    let twice = a.map(|digit| 2 * digit);
    columns([
        column_of_square::<0>(a, &twice),
        column_of_square::<1>(a, &twice),
        column_of_square::<2>(a, &twice),
        column_of_square::<3>(a, &twice),
        column_of_square::<4>(a, &twice),
        column_of_square::<5>(a, &twice),
        column_of_square::<6>(a, &twice),
        column_of_square::<7>(a, &twice),
        column_of_square::<8>(a, &twice),
    ])
}

/// Column `K` of a product with the column nine places above it, twice: nine products below `2^(59 + 60)` each.
#[inline(always)]
fn column<const K: usize>(a: &Digits, b: &Digits, twice: &Digits) -> u128 {
    let mut sum = 0;
    let mut index = 0;
    while index < 9 {
        sum += if index <= K { wide(a[index], b[K - index]) } else { wide(a[index], twice[9 + K - index]) };
        index += 1;
    }
    sum
}

/// The same of a square: products of different digits stand for two.
#[inline(always)]
fn column_of_square<const K: usize>(a: &Digits, twice: &Digits) -> u128 {
    let (mut once, mut doubled) = (0, 0);
    let mut index = 0;
    while index < 9 {
        let other = if index <= K { K - index } else { 9 + K - index };
        let product = if index < other { wide(a[index], twice[other]) } else { 0 };
        let own = if index == other { wide(a[index], a[index]) } else { 0 };
        if index <= K {
            once += product + own;
        } else {
            doubled += product + own;
        }
        index += 1;
    }
    once + 2 * doubled
}

#[inline(always)]
fn wide(a: u64, b: u64) -> u128 {
    u128::from(a) * u128::from(b)
}

/// The digits of columns below 2^123.
#[inline(always)]
fn columns(columns: [u128; 9]) -> Digits {
    let low = columns.map(|column| low(column) & ONES);
    let middle = columns.map(|column| self::low(column >> BITS) & ONES);
    let high = columns.map(|column| self::low(column >> (2 * BITS)));
    carried(std::array::from_fn(|index| match index {
        0 => low[0] + 2 * middle[8] + 2 * high[7],
        1 => low[1] + middle[0] + 2 * high[8],
        _ => low[index] + middle[index - 1] + high[index - 2],
    }))
}

#[inline(always)]
#[allow(clippy::as_conversions, reason = "the lower 64 of 128 bits")]
fn low(wide: u128) -> u64 {
    wide as u64
}

/// Takes what is above 58 bits of each digit to the next one. Digits below 2^63 become such as are held.
#[inline(always)]
fn carried(digits: Digits) -> Digits {
    std::array::from_fn(|index| {
        let carry = if index == 0 { 2 * (digits[8] >> BITS) } else { digits[index - 1] >> BITS };
        (digits[index] & ONES) + carry
    })
}
