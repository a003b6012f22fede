//! Rows of products with the instructions of ADX and BMI2: two chains of carries at once.
//!
//! `mulx` multiplies without touching flags, `adcx` and `adox` carry in two different ones. Nothing here branches on,
//! or addresses by, the value of a word.
#![allow(unsafe_code, reason = "instructions that no function of Rust stands for")]

use super::portable::Rows;
use super::words::add_product;

/// ADX and BMI2 were found on this machine.
#[derive(Clone, Copy)]
pub(crate) struct Adx(());

impl Adx {
    /// Looks for ADX and BMI2, at run time.
    pub(crate) fn detect() -> Option<Self> {
        let found = std::arch::is_x86_feature_detected!("adx") && std::arch::is_x86_feature_detected!("bmi2");
        found.then_some(Self(()))
    }
}

impl Rows for Adx {
    fn add_product(self, row: &mut [u64], word: u64, factor: &[u64]) -> u64 {
        let (row, _) = row.split_at_mut(factor.len());
        let ((fours, rest), (factors, rest_of_factor)) = (row.as_chunks_mut::<4>(), factor.as_chunks::<4>());
        let carry = if factors.is_empty() { 0 } else { add_fours(self, fours, word, factors) };
        add_product(rest, word, rest_of_factor, carry)
    }
}

/// `row += word * factor`, and the word to carry out of it. `factor` is not empty.
#[inline]
fn add_fours(_found: Adx, row: &mut [[u64; 4]], word: u64, factor: &[[u64; 4]]) -> u64 {
    assert!(row.len() == factor.len() && !factor.is_empty());
    let carry: u64;
    // SAFETY: an `Adx` is the proof that this processor has the instructions. The loop runs once for each of the
    // `factor.len()` chunks, at least one, reads four words of `factor` and reads and writes four of `row`, which is as
    // long; nothing else is read or written.
    unsafe {
        core::arch::asm!(
            "xor {carry:e}, {carry:e}",
            "2:",
            "mulx {high}, {low}, [{factor}]",
            "adcx {low}, {carry}",
            "adox {low}, [{row}]",
            "mov [{row}], {low}",
            "mulx {carry}, {low}, [{factor} + 8]",
            "adcx {low}, {high}",
            "adox {low}, [{row} + 8]",
            "mov [{row} + 8], {low}",
            "mulx {high}, {low}, [{factor} + 16]",
            "adcx {low}, {carry}",
            "adox {low}, [{row} + 16]",
            "mov [{row} + 16], {low}",
            "mulx {carry}, {low}, [{factor} + 24]",
            "adcx {low}, {high}",
            "adox {low}, [{row} + 24]",
            "mov [{row} + 24], {low}",
            // These leave the flags, in which the carries are, alone.
            "lea {row}, [{row} + 32]",
            "lea {factor}, [{factor} + 32]",
            "lea rcx, [rcx - 1]",
            "jrcxz 3f",
            "jmp 2b",
            "3:",
            "mov {low:e}, 0",
            "adcx {carry}, {low}",
            "adox {carry}, {low}",
            row = inout(reg) row.as_mut_ptr() => _,
            factor = inout(reg) factor.as_ptr() => _,
            inout("rcx") factor.len() => _,
            in("rdx") word,
            carry = out(reg) carry,
            high = out(reg) _,
            low = out(reg) _,
            options(nostack),
        );
    }
    carry
}
