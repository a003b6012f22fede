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
    #[inline(always)]
    fn add_product(self, row: &mut [u64], word: u64, factor: &[u64]) -> u64 {
        let (row, _) = row.split_at_mut(factor.len());
        let ((fours, rest), (factors, rest_of_factor)) = (row.as_chunks_mut::<4>(), factor.as_chunks::<4>());
        let carry = if factors.is_empty() { 0 } else { add_fours(self, fours, word, factors) };
        if rest.is_empty() { carry } else { add_product(rest, word, rest_of_factor, carry) }
    }
}

/// Adds the products of four words.
macro_rules! four_words {
    ($at:literal) => {
        concat!(
            "mulx {high}, {low}, [{factor} + ",
            $at,
            "]\n",
            "adcx {low}, {carry}\n",
            "adox {low}, [{row} + ",
            $at,
            "]\n",
            "mov [{row} + ",
            $at,
            "], {low}\n",
            "mulx {carry}, {low}, [{factor} + ",
            $at,
            " + 8]\n",
            "adcx {low}, {high}\n",
            "adox {low}, [{row} + ",
            $at,
            " + 8]\n",
            "mov [{row} + ",
            $at,
            " + 8], {low}\n",
            "mulx {high}, {low}, [{factor} + ",
            $at,
            " + 16]\n",
            "adcx {low}, {carry}\n",
            "adox {low}, [{row} + ",
            $at,
            " + 16]\n",
            "mov [{row} + ",
            $at,
            " + 16], {low}\n",
            "mulx {carry}, {low}, [{factor} + ",
            $at,
            " + 24]\n",
            "adcx {low}, {high}\n",
            "adox {low}, [{row} + ",
            $at,
            " + 24]\n",
            "mov [{row} + ",
            $at,
            " + 24], {low}\n",
        )
    };
}

/// `row += word * factor`, and the word to carry out of it. `factor` is not empty.
#[inline(always)]
fn add_fours(_found: Adx, row: &mut [[u64; 4]], word: u64, factor: &[[u64; 4]]) -> u64 {
    assert!(row.len() == factor.len() && !factor.is_empty());
    let carry: u64;
    // The loop takes four chunks at a time. It is entered where the chunks that are left over are the last of such four.
    let missing = factor.len().wrapping_neg() % 4;
    // SAFETY: an `Adx` is the proof that this processor has the instructions. The loop runs once for each four of the
    // `factor.len() + missing` chunks, and the first `missing` of them are jumped over: it reads each chunk of `factor`, and
    // reads and writes each of `row`, which is as long, once; nothing else is read or written. The offsets of the pointers
    // that stand in front of the first chunk are taken back before anything is read.
    unsafe {
        core::arch::asm!(
            "test {missing:e}, 2; jnz 4f",
            "test {missing:e}, 1; jnz 3f",
            "xor {carry:e}, {carry:e}",
            "2:",
            four_words!("0"),
            "12:",
            four_words!("32"),
            "13:",
            four_words!("64"),
            "14:",
            four_words!("96"),
            // These leave the flags, in which the carries are, alone.
            "lea {row}, [{row} + 128]; lea {factor}, [{factor} + 128]",
            "lea rcx, [rcx - 1]",
            "jrcxz 5f; jmp 2b",
            "3: xor {carry:e}, {carry:e}; jmp 12b",
            "4: test {missing:e}, 1; jnz 6f",
            "xor {carry:e}, {carry:e}; jmp 13b",
            "6: xor {carry:e}, {carry:e}; jmp 14b",
            "5:",
            "mov {low:e}, 0",
            "adcx {carry}, {low}",
            "adox {carry}, {low}",
            row = inout(reg) row.as_mut_ptr().cast::<u64>().wrapping_sub(4 * missing) => _,
            factor = inout(reg) factor.as_ptr().cast::<u64>().wrapping_sub(4 * missing) => _,
            missing = in(reg) missing,
            inout("rcx") (factor.len() + missing) / 4 => _,
            in("rdx") word,
            carry = out(reg) carry,
            high = out(reg) _,
            low = out(reg) _,
            options(nostack),
        );
    }
    carry
}
