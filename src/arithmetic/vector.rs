//! Montgomery arithmetic on several moduli at once, one in each 64-bit lane of vector registers:
//! digits in and out, and sizes. Which registers there are is found out at run time.
//!
//! With `machine`, the only place of the arithmetic that asks which machine it runs on.

#[cfg(not(target_arch = "x86_64"))]
mod absent;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;

#[cfg(not(target_arch = "x86_64"))]
pub(crate) use absent::{Absent as Avx2, Absent as Avx512, Absent as Avx512Vl};
#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) use avx512::{Avx512, Avx512Vl};

use zeroize::{Zeroize, Zeroizing};

use super::montgomery::Montgomery;
use super::words::{Words, bits_at, mask, negative_inverse, subtract_once, words_for, zero};

/// The inner loops for one kind of register. A value is the proof that the machine has it.
///
/// A register holds one digit, or one column of a product, of `LANES` numbers. The time of every
/// operation depends on the number of digits only.
pub(crate) trait Kernel<const LANES: usize>: Copy {
    /// One number per lane.
    type Register: Copy + Zeroize;

    /// The longest moduli, in bits: the columns of longer ones would overflow.
    const MAX_BITS: usize;

    /// How many digits, of how many bits, numbers of `bits` bits take.
    ///
    /// `R`, two to the power of the product of both, is at least 16 times such a number.
    fn shape(self, bits: usize) -> (usize, u8);
    /// One number per lane.
    fn pack(self, lanes: [u64; LANES]) -> Self::Register;
    /// The numbers in the lanes.
    fn unpack(self, register: Self::Register) -> [u64; LANES];
    /// `value = 2^twice value^2 / R mod modulus` in every lane; `twice` is 0 or 1 in each.
    ///
    /// `scratch` has at least `3 L + 4` registers, for `L` digits.
    fn square(
        self,
        value: &mut [Self::Register],
        modulus: &Modulus<Self::Register>,
        scratch: &mut [Self::Register],
        twice: Self::Register,
    );
    /// `value = value factor / R mod modulus` in every lane, with `scratch` as for a square.
    fn multiply(
        self,
        value: &mut [Self::Register],
        factor: &[Self::Register],
        modulus: &Modulus<Self::Register>,
        scratch: &mut [Self::Register],
    );
    /// `chosen |= entry & mask`.
    fn gather(self, chosen: &mut [Self::Register], entry: &[Self::Register], mask: Self::Register);
}

/// What reduction by the moduli needs.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "there are no vectors to use it"))]
pub(crate) struct Modulus<Register: Zeroize> {
    /// The digits of the moduli.
    digits: Zeroizing<Vec<Register>>,
    /// The lowest digits of `-1 / modulus`.
    inverse: Zeroizing<Register>,
    /// The length of a digit in bits, in every lane.
    digit_bits: Register,
    /// A digit of all ones, in every lane.
    mask: Register,
}

/// `LANES` moduli, and room for as many products of double length.
///
/// Digits have `digit_bits` bits and lie in 64-bit columns, so that a whole
/// column of products is added up before a carry is taken. Numbers are kept below `4 n` instead of
/// below `n`: with `R >= 16 n`, a square of such a number, reduced, is below `2 n`, and doubled it
/// is below `4 n` again; so no step of an exponentiation needs a comparison (C. D. Walter,
/// "Montgomery exponentiation needs no final subtractions", Electronics Letters 35, 1999).
pub(crate) struct Lanes<K: Kernel<LANES>, const LANES: usize> {
    kernel: K,
    moduli: [Words; LANES],
    modulus: Modulus<K::Register>,
    digits: usize,
    digit_bits: u8,
    scratch: Digits<K, LANES>,
}

/// The digits of one number per lane.
type Digits<K, const LANES: usize> = Zeroizing<Vec<<K as Kernel<LANES>>::Register>>;

impl<K: Kernel<LANES>, const LANES: usize> Montgomery<LANES> for Lanes<K, LANES> {
    type Machine = K;
    type Residues = Digits<K, LANES>;

    fn new(kernel: K, moduli: [&[u64]; LANES], bits: usize) -> Self {
        debug_assert!(moduli.iter().all(|modulus| modulus.len() == words_for(bits)));
        debug_assert!(bits <= K::MAX_BITS);
        let (digits, digit_bits) = kernel.shape(bits);
        let inverse = moduli.map(|modulus| negative_inverse(modulus[0]) & ones(digit_bits));
        let modulus = Modulus {
            digits: split(kernel, moduli, digits, digit_bits),
            inverse: Zeroizing::new(kernel.pack(inverse)),
            digit_bits: kernel.pack([u64::from(digit_bits); LANES]),
            mask: kernel.pack([ones(digit_bits); LANES]),
        };
        let moduli = moduli.map(|modulus| Zeroizing::new(modulus.to_vec()));
        Self { kernel, moduli, modulus, digits, digit_bits, scratch: blank(kernel, 3 * digits + 4) }
    }

    fn radix_bits(&self) -> usize {
        self.digits * usize::from(self.digit_bits)
    }

    fn load(&self, values: [&[u64]; LANES]) -> Self::Residues {
        split(self.kernel, values, self.digits, self.digit_bits)
    }

    fn store(&self, residues: &Self::Residues, lane: usize) -> Words {
        let modulus = &self.moduli[lane];
        let mut value = zero(modulus.len() + 1);
        let digit_bits = usize::from(self.digit_bits);
        for (index, digit) in residues.iter().enumerate() {
            let (word, shift) = (index * digit_bits / 64, index * digit_bits % 64);
            let digit = Zeroizing::new(self.kernel.unpack(*digit))[lane];
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

    fn square_and_double(&mut self, residues: &mut Self::Residues, double: [bool; LANES]) {
        let double = self.kernel.pack(double.map(u64::from));
        self.kernel.square(residues, &self.modulus, &mut self.scratch, double);
    }

    fn multiply(&mut self, residues: &mut Self::Residues, factor: &Self::Residues) {
        self.kernel.multiply(residues, factor, &self.modulus, &mut self.scratch);
    }

    fn select(&self, table: &[Self::Residues], indexes: [u64; LANES]) -> Self::Residues {
        let mut chosen = blank(self.kernel, self.digits);
        for (position, entry) in (0_u64..).zip(table) {
            let mask = self.kernel.pack(indexes.map(|index| mask(position == index)));
            self.kernel.gather(&mut chosen, entry, mask);
        }
        chosen
    }
}

/// Zeros.
fn blank<K: Kernel<LANES>, const LANES: usize>(kernel: K, digits: usize) -> Digits<K, LANES> {
    Zeroizing::new(vec![kernel.pack([0; LANES]); digits])
}

/// The lowest `digits` digits of the numbers, side by side.
fn split<K: Kernel<LANES>, const LANES: usize>(
    kernel: K,
    values: [&[u64]; LANES],
    digits: usize,
    digit_bits: u8,
) -> Digits<K, LANES> {
    let digit_bits = usize::from(digit_bits);
    let mut output = blank(kernel, digits);
    for (index, digit) in output.iter_mut().enumerate() {
        *digit = kernel.pack(values.map(|value| bits_at(value, index * digit_bits, digit_bits)));
    }
    output
}

/// A digit of all ones.
fn ones(digit_bits: u8) -> u64 {
    (1 << digit_bits) - 1
}
