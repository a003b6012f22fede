//! Four moduli, one in each 64-bit lane of the AVX2 registers: digits in and out, and sizes.
#![allow(unsafe_code, reason = "calls of functions compiled for AVX2; Avx2 proves it is there")]

use core::arch::x86_64::__m256i;

use zeroize::Zeroizing;

use super::super::montgomery::Montgomery;
use super::super::words::{Words, bits_at, mask, negative_inverse, subtract_once, words_for, zero};
use super::kernels::{self, Modulus, from_lanes, to_lanes};

/// AVX2 was found on this machine.
#[derive(Clone, Copy)]
pub(in super::super) struct Avx2(());

impl Avx2 {
    /// Looks for AVX2, at run time.
    pub(in super::super) fn detect() -> Option<Self> {
        std::arch::is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

/// Four moduli, and room for four products of double length.
///
/// Digits have `digit_bits` bits and lie in 64-bit columns, so that a whole
/// column of products is added up before a carry is taken. Numbers are kept below `4 n` instead of
/// below `n`: with `R >= 16 n`, a square of such a number, reduced, is below `2 n`, and doubled it
/// is below `4 n` again; so no step of an exponentiation needs a comparison (C. D. Walter,
/// "Montgomery exponentiation needs no final subtractions", Electronics Letters 35, 1999).
pub(in super::super) struct Lanes {
    _machine: Avx2,
    moduli: [Words; 4],
    modulus: Modulus,
    digit_bits: u8,
    columns: Zeroizing<Vec<__m256i>>,
    doubled: Zeroizing<Vec<__m256i>>,
}

impl Montgomery<4> for Lanes {
    type Machine = Avx2;
    type Residues = Zeroizing<Vec<__m256i>>;

    fn new(machine: Avx2, moduli: [&[u64]; 4], bits: usize) -> Self {
        debug_assert!(moduli.iter().all(|modulus| modulus.len() == words_for(bits)));
        let (digits, digit_bits) = shape(bits);
        let inverse = moduli.map(|modulus| negative_inverse(modulus[0]) & ones(digit_bits));
        let modulus = Modulus {
            digits: split(moduli, digits, digit_bits),
            inverse: Zeroizing::new(from_lanes(inverse)),
            digit_bits: from_lanes([u64::from(digit_bits); 4]),
            mask: from_lanes([ones(digit_bits); 4]),
        };
        Self {
            _machine: machine,
            moduli: moduli.map(|modulus| Zeroizing::new(modulus.to_vec())),
            modulus,
            digit_bits,
            columns: blank(2 * digits + 4),
            doubled: blank(digits),
        }
    }

    fn radix_bits(&self) -> usize {
        self.doubled.len() * usize::from(self.digit_bits)
    }

    fn load(&self, values: [&[u64]; 4]) -> Self::Residues {
        split(values, self.doubled.len(), self.digit_bits)
    }

    fn store(&self, residues: &Self::Residues, lane: usize) -> Words {
        let modulus = &self.moduli[lane];
        let mut value = zero(modulus.len() + 1);
        let digit_bits = usize::from(self.digit_bits);
        for (index, digit) in residues.iter().enumerate() {
            let (word, shift) = (index * digit_bits / 64, index * digit_bits % 64);
            let digit = Zeroizing::new(to_lanes(*digit))[lane];
            if let Some(low) = value.get_mut(word) {
                *low |= digit << shift;
            }
            if let (Some(high), true) = (value.get_mut(word + 1), shift > 0) {
                *high |= digit >> (64 - shift);
            }
        }
        for _ in 0..3 {
            subtract_once(&mut value, false, modulus);
        }
        value.truncate(modulus.len());
        value
    }

    fn square(&mut self, residues: &mut Self::Residues, double: [bool; 4]) {
        let (columns, doubled) = (&mut self.columns, &mut self.doubled);
        let double = from_lanes(double.map(u64::from));
        // SAFETY: a `Lanes` holds an `Avx2`, so this processor has AVX2.
        unsafe { kernels::square(residues, &self.modulus, columns, doubled, double) }
    }

    fn multiply(&mut self, residues: &mut Self::Residues, factor: &Self::Residues) {
        // SAFETY: a `Lanes` holds an `Avx2`, so this processor has AVX2.
        unsafe { kernels::multiply(residues, factor, &self.modulus, &mut self.columns) }
    }

    fn select(&self, table: &[Self::Residues], index: u64) -> Self::Residues {
        let mut chosen = blank(self.doubled.len());
        for (position, entry) in (0_u64..).zip(table) {
            let mask = from_lanes([mask(position == index); 4]);
            // SAFETY: a `Lanes` holds an `Avx2`, so this processor has AVX2.
            unsafe { kernels::gather(&mut chosen, entry, mask) }
        }
        chosen
    }
}

/// How many digits, of how many bits, numbers of `bits` bits take.
///
/// `R` is at least 16 times the modulus. A column holds two products for each digit, so `L` digits
/// of `B` bits need `2 L 2^(2 B) < 2^64`: up to 127 digits of 28 bits, or 511 of 27. The kernels
/// take digits by fours, and at most one single one.
fn shape(bits: usize) -> (usize, u8) {
    let digits = |digit_bits: u8| {
        let digits = (bits + 4).div_ceil(usize::from(digit_bits));
        if digits % 4 == 1 { digits } else { digits.next_multiple_of(4) }
    };
    match digits(28) {
        few if few < 128 => (few, 28),
        _ => (digits(27), 27),
    }
}

/// Zeros.
fn blank(digits: usize) -> Zeroizing<Vec<__m256i>> {
    Zeroizing::new(vec![from_lanes([0; 4]); digits])
}

/// The lowest `digits` digits of four numbers, side by side.
fn split(values: [&[u64]; 4], digits: usize, digit_bits: u8) -> Zeroizing<Vec<__m256i>> {
    let digit_bits = usize::from(digit_bits);
    let mut output = blank(digits);
    for (index, digit) in output.iter_mut().enumerate() {
        *digit = from_lanes(values.map(|value| bits_at(value, index * digit_bits, digit_bits)));
    }
    output
}

/// A digit of all ones.
fn ones(digit_bits: u8) -> u64 {
    (1 << digit_bits) - 1
}
