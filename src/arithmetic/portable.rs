//! Montgomery arithmetic on 64-bit digits: one lane, results always reduced. In safe, portable Rust but for
//! the sums of rows where the machine has instructions for them.
//!
//! Multiplying first and reducing afterwards ("SOS" in C. K. Koc, T. Acar, B. Kaliski, "Analyzing
//! and comparing Montgomery multiplication algorithms", IEEE Micro 16, 1996) makes a square of N
//! words cost 1.5 N^2 products of words, where any other multiplication costs 2 N^2.

use zeroize::Zeroizing;

use super::montgomery::Montgomery;
use super::words::{
    Words, add_product, double, mask, multiply_add, negative_inverse, subtract_once, words_for, zero,
};

/// How the rows of a product are added up.
pub(crate) trait Rows: Copy {
    /// `row += word * factor`, and the word to carry out of it. `row` is at least as long as `factor`.
    fn add_product(self, row: &mut [u64], word: u64, factor: &[u64]) -> u64;
}

/// As every machine can.
#[derive(Clone, Copy)]
pub(crate) struct Plain;

impl Rows for Plain {
    fn add_product(self, row: &mut [u64], word: u64, factor: &[u64]) -> u64 {
        add_product(row, word, factor, 0)
    }
}

/// One modulus, on every machine.
pub(crate) type Portable = Scalar<Plain>;

/// One modulus.
pub(crate) struct Scalar<R> {
    rows: R,
    modulus: Words,
    /// `-1 / modulus mod 2^64`.
    inverse: Zeroizing<u64>,
    /// Room for a product of double length, and zeros behind it.
    product: Words,
    /// Room for a number, and zeros behind it.
    padded: Words,
}

impl<R: Rows> Montgomery<1> for Scalar<R> {
    type Machine = R;
    type Residues = Words;

    fn new(rows: R, [modulus]: [&[u64]; 1], bits: usize) -> Self {
        debug_assert_eq!(modulus.len(), words_for(bits));
        Self {
            rows,
            modulus: Zeroizing::new(modulus.to_vec()),
            inverse: Zeroizing::new(negative_inverse(modulus[0])),
            product: zero(2 * modulus.len() + ZEROS),
            padded: zero(modulus.len() + ZEROS),
        }
    }

    fn radix_bits(&self) -> usize {
        64 * self.modulus.len()
    }

    fn load(&self, [value]: [&[u64]; 1]) -> Words {
        Zeroizing::new(value.to_vec())
    }

    fn store(&self, residues: &Words, _lane: usize) -> Words {
        residues.clone()
    }

    fn square(&mut self, value: &mut Words) {
        self.padded[..value.len()].copy_from_slice(value);
        square_wide(self.rows, &mut self.product, &self.padded);
        self.reduce(value);
    }

    fn square_and_double(&mut self, value: &mut Words, [twice]: [bool; 1]) {
        self.square(value);
        let doubled = &mut self.product[..value.len()];
        doubled.copy_from_slice(value);
        let carry = double(doubled);
        subtract_once(doubled, carry, &self.modulus);
        let chosen = mask(twice);
        for (word, &doubled) in value.iter_mut().zip(doubled.iter()) {
            *word ^= (*word ^ doubled) & chosen;
        }
    }

    fn multiply(&mut self, value: &mut Words, factor: &Words) {
        self.product.fill(0);
        for (index, &word) in value.iter().enumerate() {
            let (row, rest) = self.product[index..].split_at_mut(factor.len());
            rest[0] = self.rows.add_product(row, word, factor);
        }
        self.reduce(value);
    }

    fn select(&self, table: &[Words], [index]: [u64; 1]) -> Words {
        let mut chosen = zero(self.modulus.len());
        for (position, entry) in (0_u64..).zip(table) {
            let mask = mask(position == index);
            for (word, &entry) in chosen.iter_mut().zip(entry.iter()) {
                *word |= entry & mask;
            }
        }
        chosen
    }
}

impl<R: Rows> Scalar<R> {
    /// `value = product / R mod modulus`; uses up the product.
    fn reduce(&mut self, value: &mut [u64]) {
        let length = self.modulus.len();
        let mut top = false;
        for index in 0..length {
            let (row, rest) = self.product[index..].split_at_mut(length);
            let quotient = row[0].wrapping_mul(*self.inverse);
            let carry = self.rows.add_product(row, quotient, &self.modulus);
            let (sum, first) = rest[0].overflowing_add(carry);
            let (sum, second) = sum.overflowing_add(u64::from(top));
            rest[0] = sum;
            top = first | second;
        }
        value.copy_from_slice(&self.product[length..2 * length]);
        subtract_once(value, top, &self.modulus);
    }
}

/// `product = value^2`: every pair of different words once, doubled, and then the squares.
///
/// `value` is followed by [`ZEROS`] zeros, and so is the product: rows take words by fours.
fn square_wide(rows: impl Rows, product: &mut [u64], value: &[u64]) {
    product.fill(0);
    let length = value.len() - ZEROS;
    for (index, &word) in value[..length].iter().enumerate() {
        let others = &value[index + 1..][..(length - 1 - index).next_multiple_of(4)];
        let (row, rest) = product[2 * index + 1..].split_at_mut(others.len());
        rest[0] = rows.add_product(row, word, others);
    }
    let (mut carry, mut shifted) = (0, 0);
    for ([low, high], &word) in product.as_chunks_mut().0.iter_mut().zip(&value[..length]) {
        let doubled = (*low << 1 | shifted, *high << 1 | *low >> 63);
        shifted = *high >> 63;
        let (square, overflow) = multiply_add(doubled.0, word, word, carry);
        let (sum, above) = doubled.1.overflowing_add(overflow);
        (*low, *high, carry) = (square, sum, u64::from(above));
    }
}

/// So many zeros stand behind a number whose words are taken by fours.
const ZEROS: usize = 4;
