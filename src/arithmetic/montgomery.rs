//! Montgomery arithmetic: `LANES` odd moduli worked on side by side.
//!
//! Source: P. Montgomery, "Modular multiplication without trial division", Math. Comp. 44 (1985).
//! A number `x` is held as `x R mod n`, with a power of two `R` above `n`; the product of two such
//! numbers divided by `R` is again one. The layers below choose `R` and the form of the digits:
//! [`portable`](super::portable) has one lane, [`vector`](super::vector) several.

use super::words::Words;

/// Arithmetic modulo `LANES` numbers of the same length.
///
/// The time of every operation depends on that length only, never on the values.
pub(crate) trait Montgomery<const LANES: usize> {
    /// The proof that this machine can do the arithmetic.
    type Machine: Copy;
    /// One number per lane, modulo that lane's modulus, in Montgomery form; wiped when dropped.
    type Residues: Clone;

    /// Arithmetic modulo the odd `moduli`, each of at most `bits` bits, in words for that many.
    fn new(machine: Self::Machine, moduli: [&[u64]; LANES], bits: usize) -> Self;
    /// The exponent of `R`, in bits.
    fn radix_bits(&self) -> usize;
    /// Takes numbers that are in Montgomery form already, and below their moduli.
    ///
    /// A number up to `R` may be multiplied by one that is below its modulus; nothing else.
    fn load(&self, values: [&[u64]; LANES]) -> Self::Residues;
    /// One lane, reduced below its modulus, still in Montgomery form.
    fn store(&self, residues: &Self::Residues, lane: usize) -> Words;
    /// Squares every lane, and then doubles the lanes that `double` names.
    fn square_and_double(&mut self, residues: &mut Self::Residues, double: [bool; LANES]);
    /// Squares every lane.
    fn square(&mut self, residues: &mut Self::Residues) {
        self.square_and_double(residues, [false; LANES]);
    }
    /// Multiplies every lane by the same lane of `factor`.
    fn multiply(&mut self, residues: &mut Self::Residues, factor: &Self::Residues);
    /// In each lane a copy of the entry of `table` at that lane's secret index, by reading all of them.
    fn select(&self, table: &[Self::Residues], indexes: [u64; LANES]) -> Self::Residues;
}

#[cfg(test)]
mod tests;
