//! What `-M generate` starts from, and the lines that it writes.

use std::fmt::Write;

use rand_core::Rng;

use super::{Line, Natural, Sieved};

/// A random odd `q` for a prime `2 q + 1` of `bits` bits, both of the highest bits set.
#[must_use]
pub fn random_start(bits: u32, random: &mut impl Rng) -> Natural {
    let length = usize::try_from(bits - 1).unwrap_or(usize::MAX);
    let mut words: Vec<u64> = (0..length.div_ceil(64)).map(|_| random.next_u64()).collect();
    words[0] |= 1;
    if let Some(top) = words.last_mut() {
        *top &= u64::MAX >> (length.wrapping_neg() % 64);
    }
    for bit in [length - 1, length - 2] {
        words[bit / 64] |= 1 << (bit % 64);
    }
    Natural::from_words(words)
}

/// The lines of the candidates that a sieve left.
#[derive(Debug)]
pub struct Candidates<'a> {
    start: &'a Natural,
    /// All but the lowest 64 bits of the start.
    high: String,
    /// What stands between time and number.
    words: String,
}

impl<'a> Candidates<'a> {
    /// Candidates `q` for primes `2 q + 1` of `bits` bits.
    #[must_use]
    pub fn new(start: &'a Natural, bits: u32, sieved: &Sieved) -> Self {
        let high = match start.words() {
            [_, high @ ..] if !high.is_empty() => Natural::from_words(high.to_vec()).to_string(),
            _ => String::new(),
        };
        let size = bits.saturating_sub(2);
        let words = format!("{} {} {} {size} 0", Line::SOPHIE_GERMAIN, Line::SIEVED, sieved.primes);
        Self { start, high, words }
    }

    /// The lines of the candidates at some offsets, at a time given as `YYYYMMDDhhmmss`.
    #[must_use]
    pub fn lines(&self, offsets: &[u64], time: &str) -> String {
        let Self { start, high, words } = self;
        let mut lines = String::with_capacity(offsets.len() * (time.len() + words.len() + high.len() + 20));
        for &offset in offsets {
            let low = start.words().first().unwrap_or(&0).checked_add(offset);
            // Writing to a string does not fail.
            let _ = match low.filter(|_| !high.is_empty()) {
                Some(low) => writeln!(lines, "{time} {words} {high}{low:016X}"),
                None => writeln!(lines, "{time} {words} {}", start.plus(offset)),
            };
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use chacha20::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::super::{Extent, sieve};
    use super::*;

    #[test]
    fn starts_are_odd_and_have_their_length() {
        let mut random = ChaCha20Rng::from_seed([5; 32]);
        for bits in [512, 513, 514, 577, 578, 1024, 4095, 65536] {
            let [one, other] = [(); 2].map(|()| random_start(bits, &mut random));
            assert_ne!(one, other);
            for start in [one, other] {
                assert!(start.is_odd());
                assert_eq!(start.bits(), usize::try_from(bits - 1).expect("small"));
                assert_eq!(start.plus(0).half().bits(), start.bits() - 1);
                let top = start.to_string().chars().next().and_then(|digit| digit.to_digit(16));
                assert!(top.is_some_and(|top| matches!(top, 1 | 3 | 6 | 7 | 12..)), "{bits}");
            }
        }
    }

    #[test]
    fn lines_name_the_numbers() {
        let number = |text: &str| Natural::from_hex(text.as_bytes()).expect("digits");
        let sieved = sieve(&number("10001"), Extent { window: 64, largest_prime: 7 }, &|_| {});
        for (start, offset, sum) in [
            ("FFFFFFFFFFFFFFF1", 6, "FFFFFFFFFFFFFFF7"),
            ("FFFFFFFFFFFFFFF1", 16, "10000000000000001"),
            ("ABCFFFFFFFFFFFFFFF1", 12, "ABCFFFFFFFFFFFFFFFD"),
            ("ABCFFFFFFFFFFFFFFF1", 16, "ABD0000000000000001"),
            ("ABC0000000000000001", 16, "ABC0000000000000011"),
        ] {
            let start = number(start);
            let lines = Candidates::new(&start, 512, &sieved).lines(&[offset], "20160301052556");
            assert_eq!(lines, format!("20160301052556 4 2 3 510 0 {sum}\n"));
        }
    }
}
