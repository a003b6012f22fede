//! Natural numbers of a fixed length: little-endian 64-bit words, the length chosen by the caller.
//!
//! Only what the arithmetic above needs. Unless a line says otherwise, the time of a function depends
//! on the length of its arguments and not on their values.

use zeroize::Zeroizing;

/// The words of a secret number, least significant first; wiped when dropped.
pub(crate) type Words = Zeroizing<Vec<u64>>;

/// How many words hold `bits` bits.
pub(crate) fn words_for(bits: usize) -> usize {
    bits.div_ceil(64)
}

/// A zero of `words` words.
pub(crate) fn zero(words: usize) -> Words {
    Zeroizing::new(vec![0; words])
}

/// `sum + a * b + carry` as (low word, high word); it cannot overflow.
#[inline(always)]
#[allow(clippy::as_conversions, reason = "widening to, and splitting of, a 128-bit product")]
pub(crate) fn multiply_add(sum: u64, a: u64, b: u64, carry: u64) -> (u64, u64) {
    let wide = a as u128 * b as u128 + sum as u128 + carry as u128;
    (wide as u64, (wide >> 64) as u64)
}

/// All ones if `condition`, else zero; opaque to the optimizer, so that it makes no branch of it.
#[inline(always)]
pub(crate) fn mask(condition: bool) -> u64 {
    std::hint::black_box(0_u64.wrapping_sub(u64::from(condition)))
}

/// All ones at `index`, else zeros; opaque to the optimizer too.
#[inline(always)]
pub(crate) fn one_of<const COUNT: usize>(index: u64) -> [u64; COUNT] {
    let mut number = 0;
    std::hint::black_box([(); COUNT].map(|()| {
        number += 1;
        0_u64.wrapping_sub(u64::from(number == index + 1))
    }))
}

/// `value -= other & mask`; true if a borrow leaves the top word. `other` may be shorter.
pub(crate) fn subtract_masked(value: &mut [u64], other: &[u64], mask: u64) -> bool {
    let mut borrow = false;
    for (index, word) in value.iter_mut().enumerate() {
        let other = other.get(index).copied().unwrap_or(0) & mask;
        let (difference, first) = word.overflowing_sub(other);
        let (difference, second) = difference.overflowing_sub(u64::from(borrow));
        *word = difference;
        borrow = first | second;
    }
    borrow
}

/// `value -= other`; true if a borrow leaves the top word. `other` may be shorter.
pub(crate) fn subtract(value: &mut [u64], other: &[u64]) -> bool {
    subtract_masked(value, other, u64::MAX)
}

/// `value += other & mask`; true if a carry leaves the top word. `other` may be shorter.
pub(crate) fn add_masked(value: &mut [u64], other: &[u64], mask: u64) -> bool {
    let mut carry = false;
    for (index, word) in value.iter_mut().enumerate() {
        let other = other.get(index).copied().unwrap_or(0) & mask;
        let (sum, first) = word.overflowing_add(other);
        let (sum, second) = sum.overflowing_add(u64::from(carry));
        *word = sum;
        carry = first | second;
    }
    carry
}

/// `a b`, as long as both together.
pub(crate) fn product(a: &[u64], b: &[u64]) -> Words {
    let mut product = zero(a.len() + b.len());
    for (index, &word) in a.iter().enumerate() {
        let (row, rest) = product[index..].split_at_mut(b.len());
        rest[0] = add_product(row, word, b, 0);
    }
    product
}

/// `row += word * factor + carry`, and the word to carry out of it.
pub(crate) fn add_product(row: &mut [u64], word: u64, factor: &[u64], mut carry: u64) -> u64 {
    for (sum, &factor) in row.iter_mut().zip(factor) {
        (*sum, carry) = multiply_add(*sum, word, factor, carry);
    }
    carry
}

/// `value += small`; true if a carry leaves the top word.
pub(crate) fn add_small(value: &mut [u64], small: u64) -> bool {
    let mut carry = small;
    for word in value {
        let (sum, overflow) = word.overflowing_add(carry);
        *word = sum;
        carry = u64::from(overflow);
    }
    carry != 0
}

/// Whether `a < b`; both have the same length.
pub(crate) fn is_below(a: &[u64], b: &[u64]) -> bool {
    let mut borrow = false;
    for (&a, &b) in a.iter().zip(b) {
        let (difference, first) = a.overflowing_sub(b);
        borrow = first | difference.overflowing_sub(u64::from(borrow)).1;
    }
    borrow
}

/// Subtracts `modulus` once if `value`, with the bit `carry` above its top word, is not below it.
///
/// `value` may have one word more than `modulus`.
pub(crate) fn subtract_once(value: &mut [u64], carry: bool, modulus: &[u64]) {
    let mut borrow = false;
    for (index, &word) in value.iter().enumerate() {
        let (difference, first) = word.overflowing_sub(modulus.get(index).copied().unwrap_or(0));
        borrow = first | difference.overflowing_sub(u64::from(borrow)).1;
    }
    subtract_masked(value, modulus, mask(carry | !borrow));
}

/// Doubles `value`; true if a bit leaves the top word.
pub(crate) fn double(value: &mut [u64]) -> bool {
    let mut carry = 0;
    for word in value {
        (*word, carry) = (*word << 1 | carry, *word >> 63);
    }
    carry != 0
}

/// Bit `index` of `value`.
pub(crate) fn bit(value: &[u64], index: usize) -> bool {
    value[index / 64] >> (index % 64) & 1 == 1
}

/// The `count` bits of `value` from bit `index` up, `count` at most 64; beyond the end they are 0.
pub(crate) fn bits_at(value: &[u64], index: usize, count: usize) -> u64 {
    let (word, shift) = (index / 64, index % 64);
    let low = value.get(word).copied().unwrap_or(0) >> shift;
    let high = match shift {
        0 => 0,
        _ => value.get(word + 1).copied().unwrap_or(0) << (64 - shift),
    };
    (low | high) & (u64::MAX >> (64 - count))
}

/// `value >> count`, of the same length; the time depends on the public `count` as well.
pub(crate) fn shift_right(value: &[u64], count: usize) -> Words {
    let words = 0..value.len();
    Zeroizing::new(words.map(|index| bits_at(value, 64 * index + count, 64)).collect())
}

/// How many zero bits `value` ends in; variable time. `value` is not 0.
pub(crate) fn trailing_zeros(value: &[u64]) -> usize {
    (0..64 * value.len()).take_while(|&index| !bit(value, index)).count()
}

/// `2^exponent mod modulus` for a modulus of exactly `bits` bits and `exponent >= bits`.
pub(crate) fn power_of_two(modulus: &[u64], bits: usize, exponent: usize) -> Words {
    let mut power = zero(modulus.len() + 1);
    power[bits / 64] = 1 << (bits % 64);
    subtract(&mut power, modulus);
    power.truncate(modulus.len());
    for _ in bits..exponent {
        let carry = double(&mut power);
        subtract_once(&mut power, carry, modulus);
    }
    power
}

/// `-1 / odd mod 2^64`, by Newton's iteration from 5 right bits.
pub(crate) const fn negative_inverse(odd: u64) -> u64 {
    let (mut inverse, mut bits) = (odd.wrapping_mul(3) ^ 2, 5);
    while bits < 64 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        bits *= 2;
    }
    inverse.wrapping_neg()
}

/// `value mod divisor`, for a small public divisor.
pub(crate) fn remainder(value: &[u64], divisor: u32) -> u32 {
    let divisor = u64::from(divisor);
    let fold = |rest: u64, half: u64| (rest << 32 | half) % divisor;
    let rest =
        value.iter().rev().fold(0, |rest, &word| fold(fold(rest, word >> 32), word & u64::from(u32::MAX)));
    u32::try_from(rest).expect("a remainder is below its 32-bit divisor")
}

/// `value /= divisor`, for a small public divisor.
pub(crate) fn divide(value: &mut [u64], divisor: u32) {
    let (divisor, low) = (u64::from(divisor), u64::from(u32::MAX));
    let mut rest = 0;
    for word in value.iter_mut().rev() {
        let high = rest << 32 | *word >> 32;
        let half = (high % divisor) << 32 | *word & low;
        *word = (high / divisor) << 32 | (half / divisor);
        rest = half % divisor;
    }
}

/// The length of `value` in bits; not hidden.
pub(crate) fn bit_length(value: &[u64]) -> usize {
    (0..64 * value.len()).rev().find(|&index| bit(value, index)).map_or(0, |index| index + 1)
}

/// The number with these bytes, most significant first, in `words` words, which are enough for it.
pub(crate) fn from_big_endian(bytes: &[u8], words: usize) -> Words {
    let mut value = zero(words);
    for (index, &byte) in bytes.iter().rev().enumerate().take(8 * words) {
        value[index / 8] |= u64::from(byte) << (8 * (index % 8));
    }
    value
}

/// The lowest `bytes` bytes of `value`, most significant first.
pub(crate) fn to_big_endian(value: &[u64], bytes: usize) -> Zeroizing<Vec<u8>> {
    let byte = |index: usize| value[index / 8].to_le_bytes()[index % 8];
    let mut output = Zeroizing::new(Vec::with_capacity(bytes));
    output.extend((0..bytes).rev().map(byte));
    output
}

#[cfg(test)]
mod tests;
