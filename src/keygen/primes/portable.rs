//! Montgomery arithmetic in safe, portable Rust: one lane, 64-bit digits, results always reduced.
//!
//! Multiplying first and reducing afterwards ("SOS" in C. K. Koc, T. Acar, B. Kaliski, "Analyzing
//! and comparing Montgomery multiplication algorithms", IEEE Micro 16, 1996) makes a square of N
//! words cost 1.5 N^2 products of words, where any other multiplication costs 2 N^2.

use zeroize::Zeroizing;

use super::montgomery::Montgomery;
use super::words::{Words, double, mask, multiply_add, negative_inverse, subtract_once, words_for, zero};

/// One modulus.
pub(super) struct Portable {
    modulus: Words,
    /// `-1 / modulus mod 2^64`.
    inverse: Zeroizing<u64>,
    /// Room for a product of double length.
    product: Words,
}

impl Montgomery<1> for Portable {
    type Machine = ();
    type Residues = Words;

    fn new(_: (), [modulus]: [&[u64]; 1], bits: usize) -> Self {
        debug_assert_eq!(modulus.len(), words_for(bits));
        Self {
            modulus: Zeroizing::new(modulus.to_vec()),
            inverse: Zeroizing::new(negative_inverse(modulus[0])),
            product: zero(2 * modulus.len()),
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

    fn square(&mut self, value: &mut Words, [twice]: [bool; 1]) {
        square_wide(&mut self.product, value);
        self.reduce(value);
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
            rest[0] = add_product(row, word, factor);
        }
        self.reduce(value);
    }

    fn select(&self, table: &[Words], index: u64) -> Words {
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

impl Portable {
    /// `value = product / R mod modulus`; uses up the product.
    fn reduce(&mut self, value: &mut [u64]) {
        let length = self.modulus.len();
        let mut top = false;
        for index in 0..length {
            let (row, rest) = self.product[index..].split_at_mut(length);
            let quotient = row[0].wrapping_mul(*self.inverse);
            let carry = add_product(row, quotient, &self.modulus);
            let (sum, first) = rest[0].overflowing_add(carry);
            let (sum, second) = sum.overflowing_add(u64::from(top));
            rest[0] = sum;
            top = first | second;
        }
        value.copy_from_slice(&self.product[length..]);
        subtract_once(value, top, &self.modulus);
    }
}

/// `row += word * factor`, and the word to carry out of it.
fn add_product(row: &mut [u64], word: u64, factor: &[u64]) -> u64 {
    let mut carry = 0;
    for (sum, &factor) in row.iter_mut().zip(factor) {
        (*sum, carry) = multiply_add(*sum, word, factor, carry);
    }
    carry
}

/// `product = value^2`: every pair of different words once, doubled, and then the squares.
fn square_wide(product: &mut [u64], value: &[u64]) {
    product.fill(0);
    for (index, &word) in value.iter().enumerate() {
        let others = &value[index + 1..];
        let (row, rest) = product[2 * index + 1..].split_at_mut(others.len());
        rest[0] = add_product(row, word, others);
    }
    let (mut carry, mut shifted) = (0, 0);
    for ([low, high], &word) in product.as_chunks_mut().0.iter_mut().zip(value) {
        let doubled = (*low << 1 | shifted, *high << 1 | *low >> 63);
        shifted = *high >> 63;
        let (square, overflow) = multiply_add(doubled.0, word, word, carry);
        let (sum, above) = doubled.1.overflowing_add(overflow);
        (*low, *high, carry) = (square, sum, u64::from(above));
    }
}
