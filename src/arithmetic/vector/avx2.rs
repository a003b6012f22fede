//! Four numbers at once with AVX2: squares and products, and their Montgomery reduction.
//!
//! The rows of a product are taken four at a time, so that a column is loaded and stored once for
//! four products. Nothing here branches on, or addresses by, the value of a digit.
//!
//! `_mm256_mul_epu32` multiplies the low 32 bits of each lane; digits have 27 or 28 bits, doubled
//! digits one more. That no column overflows 64 bits is the choice of [`Kernel::shape`].
#![allow(
    unsafe_code,
    reason = "functions compiled for AVX2, conversions of registers, one empty line of assembly"
)]

use core::arch::x86_64::{
    __m256i, _mm256_add_epi64 as add, _mm256_and_si256 as and, _mm256_mul_epu32 as mul,
    _mm256_or_si256 as or, _mm256_sllv_epi64 as shift_left, _mm256_srlv_epi64 as shift_right,
    _mm256_sub_epi64 as sub,
};

use super::Kernel;

/// AVX2 was found on this machine.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

type Modulus = super::Modulus<__m256i>;

impl Avx2 {
    /// Looks for AVX2, at run time.
    pub(crate) fn detect() -> Option<Self> {
        std::arch::is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

impl Kernel<4> for Avx2 {
    type Register = __m256i;

    /// 509 digits of 27 bits, and 4 bits to spare.
    const MAX_BITS: usize = 509 * 27 - 4;

    /// A column holds two products for each digit, so `L` digits of `B` bits need
    /// `2 L 2^(2 B) < 2^64`: up to 127 digits of 28 bits, or 511 of 27. Digits are taken by fours,
    /// and at most one single one.
    fn shape(self, bits: usize) -> (usize, u8) {
        let digits = |digit_bits: u8| {
            let digits = (bits + 4).div_ceil(usize::from(digit_bits));
            if digits % 4 == 1 { digits } else { digits.next_multiple_of(4) }
        };
        match digits(28) {
            few if few < 128 => (few, 28),
            _ => (digits(27), 27),
        }
    }

    fn pack(self, lanes: [u64; 4]) -> __m256i {
        from_lanes(lanes)
    }

    fn unpack(self, register: __m256i) -> [u64; 4] {
        // SAFETY: both types are 32 bytes of plain integers, and every bit pattern is valid in both.
        unsafe { core::mem::transmute::<__m256i, [u64; 4]>(register) }
    }

    fn square(self, value: &mut [__m256i], modulus: &Modulus, scratch: &mut [__m256i], twice: __m256i) {
        let (doubled, columns) = scratch.split_at_mut(value.len());
        // SAFETY: an `Avx2` is the proof that this processor has AVX2.
        unsafe { square(value, modulus, columns, doubled, twice) }
    }

    fn multiply(self, value: &mut [__m256i], factor: &[__m256i], modulus: &Modulus, scratch: &mut [__m256i]) {
        // SAFETY: an `Avx2` is the proof that this processor has AVX2.
        unsafe { multiply(value, factor, modulus, scratch) }
    }

    fn gather(self, chosen: &mut [__m256i], entry: &[__m256i], mask: __m256i) {
        // SAFETY: an `Avx2` is the proof that this processor has AVX2.
        unsafe { gather(chosen, entry, mask) }
    }
}

/// One number per lane.
fn from_lanes(lanes: [u64; 4]) -> __m256i {
    // SAFETY: both types are 32 bytes of plain integers, and every bit pattern is valid in both.
    unsafe { core::mem::transmute::<[u64; 4], __m256i>(lanes) }
}

/// `columns` has at least `2 L + 4` and `doubled` at least `L` registers, for `L` digits.
#[target_feature(enable = "avx2")]
fn square(
    value: &mut [__m256i],
    modulus: &Modulus,
    columns: &mut [__m256i],
    doubled: &mut [__m256i],
    twice: __m256i,
) {
    columns.fill(from_lanes([0; 4]));
    for (doubled, &digit) in doubled.iter_mut().zip(value.iter()) {
        *doubled = add(digit, digit);
    }
    let (quads, single) = value.as_chunks::<4>();
    let by_fours = 4 * quads.len();
    for (index, quad) in quads.iter().enumerate() {
        let first = 4 * index;
        diagonal(&mut columns[2 * first..], quad, &doubled[first..]);
        if first + 4 < by_fours {
            four_rows(&mut columns[2 * first + 4..], quad, &doubled[first + 4..by_fours]);
        }
    }
    if let &[digit] = single {
        row(&mut columns[by_fours..], digit, &doubled[..by_fours]);
        columns[2 * by_fours] = add(columns[2 * by_fours], mul(digit, digit));
    }
    reduce(value, modulus, columns, twice);
}

#[target_feature(enable = "avx2")]
fn multiply(value: &mut [__m256i], factor: &[__m256i], modulus: &Modulus, columns: &mut [__m256i]) {
    columns.fill(from_lanes([0; 4]));
    let (quads, single) = value.as_chunks::<4>();
    for (index, quad) in quads.iter().enumerate() {
        four_rows(&mut columns[4 * index..], quad, factor);
    }
    if let &[digit] = single {
        row(&mut columns[4 * quads.len()..], digit, factor);
    }
    reduce(value, modulus, columns, from_lanes([0; 4]));
}

#[target_feature(enable = "avx2")]
fn gather(chosen: &mut [__m256i], entry: &[__m256i], mask: __m256i) {
    for (chosen, &entry) in chosen.iter_mut().zip(entry) {
        *chosen = or(*chosen, and(entry, mask));
    }
}

/// Adds the square of four digits; `doubled` has the same digits, doubled.
#[target_feature(enable = "avx2")]
#[inline]
fn diagonal(columns: &mut [__m256i], a: &[__m256i; 4], doubled: &[__m256i]) {
    let (&[_, d1, d2, d3, ..], Some(columns)) = (doubled, columns.first_chunk_mut::<7>()) else {
        unreachable!("there are four digits and their columns");
    };
    let [c0, c1, c2, c3, c4, c5, c6] = columns;
    *c0 = add(*c0, mul(a[0], a[0]));
    *c1 = add(*c1, mul(a[0], d1));
    *c2 = add(*c2, add(mul(a[0], d2), mul(a[1], a[1])));
    *c3 = add(*c3, add(mul(a[0], d3), mul(a[1], d2)));
    *c4 = add(*c4, add(mul(a[1], d3), mul(a[2], a[2])));
    *c5 = add(*c5, mul(a[2], d3));
    *c6 = add(*c6, mul(a[3], a[3]));
}

/// Adds the product of one digit and `b`.
#[target_feature(enable = "avx2")]
#[inline]
fn row(columns: &mut [__m256i], a: __m256i, b: &[__m256i]) {
    for (column, &b) in columns.iter_mut().zip(b) {
        *column = add(*column, mul(a, b));
    }
}

/// Adds the product of four digits and `b`, which has at least four.
#[target_feature(enable = "avx2")]
#[inline]
fn four_rows(columns: &mut [__m256i], a: &[__m256i; 4], b: &[__m256i]) {
    let (&[b0, b1, b2, ..], Some([c0, c1, c2])) = (b, columns.first_chunk_mut::<3>()) else {
        unreachable!("there are four digits and their columns");
    };
    *c0 = add(*c0, mul(a[0], b0));
    *c1 = add(*c1, add(mul(a[0], b1), mul(a[1], b0)));
    *c2 = add(*c2, add(mul(a[0], b2), add(mul(a[1], b1), mul(a[2], b0))));
    full_columns(columns, a, b, 3, b.len());
    last_columns(columns, a, b);
}

/// The columns `from..to`, at least 3 and at most `b.len()`, of four rows: four products each.
#[target_feature(enable = "avx2")]
#[inline]
fn full_columns(columns: &mut [__m256i], a: &[__m256i; 4], b: &[__m256i], from: usize, to: usize) {
    let (mut b1, mut b2, mut b3) = (b[from - 1], b[from - 2], b[from - 3]);
    let (fours, ones) = columns[from..to].as_chunks_mut::<4>();
    let (b_fours, b_ones) = b[from..to].as_chunks::<4>();
    for (column, b) in fours.iter_mut().zip(b_fours) {
        column[0] = add(column[0], four_products(a, b[0], b1, b2, b3));
        column[1] = add(column[1], four_products(a, b[1], b[0], b1, b2));
        column[2] = add(column[2], four_products(a, b[2], b[1], b[0], b1));
        column[3] = add(column[3], four_products(a, b[3], b[2], b[1], b[0]));
        (b1, b2, b3) = (b[3], b[2], b[1]);
    }
    for (column, &b0) in ones.iter_mut().zip(b_ones) {
        *column = add(*column, four_products(a, b0, b1, b2, b3));
        (b1, b2, b3) = (b0, b1, b2);
    }
}

/// One column of four rows.
#[target_feature(enable = "avx2")]
#[inline]
fn four_products(a: &[__m256i; 4], b0: __m256i, b1: __m256i, b2: __m256i, b3: __m256i) -> __m256i {
    add(add(mul(a[0], b0), mul(a[1], b1)), add(mul(a[2], b2), mul(a[3], b3)))
}

/// The three columns above `b.len()` of four rows.
#[target_feature(enable = "avx2")]
#[inline]
fn last_columns(columns: &mut [__m256i], a: &[__m256i; 4], b: &[__m256i]) {
    let (&[.., b3, b2, b1], Some([c0, c1, c2])) = (b, columns[b.len()..].first_chunk_mut::<3>()) else {
        unreachable!("there are four digits and their columns");
    };
    *c0 = add(*c0, add(mul(a[1], b1), add(mul(a[2], b2), mul(a[3], b3))));
    *c1 = add(*c1, add(mul(a[2], b1), mul(a[3], b2)));
    *c2 = add(*c2, mul(a[3], b1));
}

/// `value = 2^twice columns / R mod modulus`; uses up the columns.
///
/// The digits of the quotient are found four at a time; those of the next four as soon as their
/// columns are complete, so that the processor can overlap the two chains of work.
#[target_feature(enable = "avx2")]
#[inline]
fn reduce(value: &mut [__m256i], modulus: &Modulus, columns: &mut [__m256i], twice: __m256i) {
    let n: &[__m256i] = &modulus.digits;
    let (length, by_fours) = (n.len(), n.len() / 4 * 4);
    let mut quotient = quotients::<4>(columns, modulus);
    for first in (0..by_fours).step_by(4) {
        let columns = &mut columns[first..first + length + 4];
        full_columns(columns, &quotient, n, 4, 8);
        let next = match first + 4 < by_fours {
            true => quotients::<4>(&mut columns[4..], modulus),
            false => quotient,
        };
        full_columns(columns, &quotient, n, 8, length);
        last_columns(columns, &quotient, n);
        quotient = next;
    }
    if by_fours < length {
        let columns = &mut columns[by_fours..];
        let [quotient] = quotients::<1>(columns, modulus);
        row(&mut columns[1..], quotient, &n[1..]);
    }
    carry(value, modulus, &columns[length..], twice);
}

/// The next `COUNT` digits of the quotient; their columns become zero, in effect, and their carry
/// is added to the column after them.
#[target_feature(enable = "avx2")]
#[inline]
fn quotients<const COUNT: usize>(columns: &mut [__m256i], modulus: &Modulus) -> [__m256i; COUNT] {
    let n: &[__m256i] = &modulus.digits;
    let mut quotient = [from_lanes([0; 4]); COUNT];
    let mut carry = quotient[0];
    for index in 0..COUNT {
        let mut column = add(columns[index], carry);
        for earlier in 0..index {
            column = add(column, mul(quotient[earlier], n[index - earlier]));
        }
        quotient[index] = and(mul(column, *modulus.inverse), modulus.mask);
        carry = shift_right(add(column, mul(quotient[index], n[0])), modulus.digit_bits);
    }
    columns[COUNT] = add(columns[COUNT], carry);
    for digit in &mut quotient {
        // SAFETY: no instruction at all. It hides from LLVM that the digits were masked; knowing
        // it, LLVM replaces `mul` by a slower multiplication of 64 bits.
        unsafe {
            core::arch::asm!(
                "/* {0} */",
                inout(ymm_reg) * digit,
                options(pure, nomem, nostack, preserves_flags)
            );
        }
    }
    quotient
}

/// Carries between the columns, and doubles the lanes where `twice` is 1.
#[target_feature(enable = "avx2")]
#[inline]
fn carry(value: &mut [__m256i], modulus: &Modulus, columns: &[__m256i], twice: __m256i) {
    let (mask, digit_bits) = (modulus.mask, modulus.digit_bits);
    let back = sub(digit_bits, twice);
    let mut carry = from_lanes([0; 4]);
    let mut below = carry;
    for (digit, &column) in value.iter_mut().zip(columns) {
        let sum = add(column, carry);
        let low = and(sum, mask);
        carry = shift_right(sum, digit_bits);
        *digit = or(and(shift_left(low, twice), mask), shift_right(below, back));
        below = low;
    }
}
