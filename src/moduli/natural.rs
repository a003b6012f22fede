//! Natural numbers as moduli files have them: hexadecimal.

use std::fmt;

use crate::primes::public;

/// A natural number of any length: little-endian 64-bit words, the highest of them not 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Natural(Vec<u64>);

impl Natural {
    /// The number of these little-endian words.
    #[must_use]
    pub fn from_words(mut words: Vec<u64>) -> Self {
        while words.last() == Some(&0) {
            words.pop();
        }
        Self(words)
    }

    /// The hexadecimal digits that `text` starts with; `None` if there are none.
    #[must_use]
    pub fn from_hex(text: &[u8]) -> Option<Self> {
        let length = text.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let word = |digits: &[u8]| {
            digits.iter().fold(0, |word, &digit| word << 4 | u64::from(hex_digit(digit).unwrap_or(0)))
        };
        (length > 0).then(|| Self::from_words(text[..length].rchunks(16).map(word).collect()))
    }

    /// The little-endian words.
    #[must_use]
    pub fn words(&self) -> &[u64] {
        &self.0
    }

    /// The length in bits; 0 for 0.
    #[must_use]
    pub fn bits(&self) -> usize {
        let top = self.0.last().map_or(0, |top| top.leading_zeros());
        64 * self.0.len() - usize::try_from(top).unwrap_or(0)
    }

    /// Whether the number is odd.
    #[must_use]
    pub fn is_odd(&self) -> bool {
        self.0.first().is_some_and(|word| word & 1 == 1)
    }

    /// The remainder by a divisor that is not 0.
    #[must_use]
    pub fn remainder(&self, divisor: u32) -> u32 {
        public::remainder(&self.0, divisor)
    }

    /// `2 n + 1`.
    #[must_use]
    pub fn double_and_one(&self) -> Self {
        let mut carry = 1;
        let mut words = self.0.clone();
        for word in &mut words {
            (*word, carry) = (*word << 1 | carry, *word >> 63);
        }
        words.push(carry);
        Self::from_words(words)
    }

    /// `n / 2`, rounded down.
    #[must_use]
    pub fn half(&self) -> Self {
        let above = self.0.iter().skip(1).chain([&0]);
        Self::from_words(self.0.iter().zip(above).map(|(&word, &above)| word >> 1 | above << 63).collect())
    }

    /// `n + small`.
    #[must_use]
    pub fn plus(&self, small: u64) -> Self {
        let mut carry = small;
        let mut words = self.0.clone();
        for word in &mut words {
            let (sum, overflow) = word.overflowing_add(carry);
            (*word, carry) = (sum, u64::from(overflow));
        }
        words.push(carry);
        Self::from_words(words)
    }
}

impl fmt::Display for Natural {
    /// Hexadecimal, in capitals, without zeros in front.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = self.0.iter().rev();
        write!(f, "{:X}", words.next().unwrap_or(&0))?;
        words.try_for_each(|word| write!(f, "{word:016X}"))
    }
}

fn hex_digit(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Natural {
        Natural::from_hex(text.as_bytes()).expect("digits")
    }

    #[test]
    fn digits_are_read_and_written() {
        for text in ["0", "1", "F", "FFFFFFFFFFFFFFFF", "10000000000000000", "ABCDEF0123456789ABCDEF012345"] {
            assert_eq!(number(text).to_string(), text);
            assert_eq!(number(&format!("000{}", text.to_lowercase())).to_string(), text);
        }
        assert_eq!(number("12xyz").to_string(), "12");
        assert_eq!(Natural::from_hex(b"xyz"), None);
        assert_eq!(Natural::from_hex(b""), None);
    }

    #[test]
    fn arithmetic_carries() {
        let all = number("FFFFFFFFFFFFFFFF");
        assert_eq!(all.double_and_one().to_string(), "1FFFFFFFFFFFFFFFF");
        assert_eq!(all.double_and_one().half(), all);
        assert_eq!(all.plus(1).to_string(), "10000000000000000");
        assert_eq!((number("0").bits(), all.bits(), all.plus(1).bits()), (0, 64, 65));
        assert_eq!(number("0").double_and_one().to_string(), "1");
        assert_eq!(all.plus(6).remainder(10), 1);
        assert!(all.is_odd() && !all.plus(1).is_odd() && !number("0").is_odd());
    }
}
