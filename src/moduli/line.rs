//! One line of a moduli file: `YYYYMMDDhhmmss TYPE TESTS TRIES SIZE GENERATOR MODULUS` (moduli(5)).

use thiserror::Error;

use super::Natural;

/// A line that says something of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What is said of the modulus: see the constants.
    pub kind: u32,
    /// How it was tested: see the constants.
    pub tests: u32,
    /// How often it was tested.
    pub tries: u32,
    /// The place of its highest bit, counted from 0.
    pub size: u32,
    /// The generator; 0 if it is not known.
    pub generator: u32,
    /// The number.
    pub modulus: Natural,
}

/// ssh-keygen gives up the whole file at such a line.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("the modulus is not a hexadecimal number")]
pub struct Unreadable;

impl Line {
    /// The modulus is `2 q + 1` with a prime `q`.
    pub const SAFE: u32 = 2;
    /// The modulus is a `q` for which `2 q + 1` may be prime.
    pub const SOPHIE_GERMAIN: u32 = 4;
    /// The highest number of a kind.
    const LAST_KIND: u32 = 5;

    /// The test found a factor.
    pub const COMPOSITE: u32 = 1;
    /// No small prime divides the modulus.
    pub const SIEVED: u32 = 2;
    /// The modulus passed rounds of Miller-Rabin.
    pub const MILLER_RABIN: u32 = 4;

    /// Reads a line. `None`: it is a comment, too short, of no known kind, or about a number that is
    /// composite or negative.
    ///
    /// Numbers are read as strtoul(3) reads them, since ssh-keygen does: what is missing is 0.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn read(line: &[u8]) -> Result<Option<Self>, Unreadable> {
        let end = line.iter().position(|&byte| byte == 0).unwrap_or(line.len());
        let line = &line[..end];
        let (Some(rest), false) = (line.get(TIME..), line.starts_with(b"!") || line.starts_with(b"#")) else {
            return Ok(None);
        };
        let (kind, rest) = strtoul(rest, 10);
        let (tests, rest) = strtoul(rest, 10);
        if tests & Self::COMPOSITE != 0 || kind > Self::LAST_KIND {
            return Ok(None);
        }
        let (tries, rest) = strtoul(rest, 10);
        let (size, rest) = strtoul(rest, 10);
        let (generator, rest) = strtoul(rest, 16);
        let start = rest.iter().take_while(|&&byte| byte == b' ').count();
        let modulus = match &rest[start..] {
            [b'-', digits @ ..] if Natural::from_hex(digits).is_some() => return Ok(None),
            digits => Natural::from_hex(digits).ok_or(Unreadable)?,
        };
        Ok(Some(Self { kind, tests, tries, size, generator, modulus }))
    }

    /// The line as it is written, at a time given as `YYYYMMDDhhmmss`.
    #[must_use]
    pub fn at(&self, time: &str) -> String {
        let Self { kind, tests, tries, size, generator, modulus } = self;
        format!("{time} {kind} {tests} {tries} {size} {generator:x} {modulus}\n")
    }
}

/// The number at the start of `text`, and what is behind it. As strtoul(3) has it: white space, a
/// sign and `0x` in front, 0 if there are no digits; ssh-keygen keeps the lowest 32 bits.
fn strtoul(text: &[u8], base: u32) -> (u32, &[u8]) {
    let space = |byte: &&u8| byte.is_ascii_whitespace() || **byte == VERTICAL_TAB;
    let start = &text[text.iter().take_while(space).count()..];
    let (negative, digits) = match start {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let digit = |byte: u8| char::from(byte).to_digit(base);
    let digits = match digits {
        [b'0', b'x' | b'X', first, ..] if base == 16 && digit(*first).is_some() => &digits[2..],
        digits => digits,
    };
    let mut value: Option<u64> = Some(0);
    let mut length = 0;
    for digit in digits.iter().map_while(|&byte| digit(byte)) {
        let shifted = value.and_then(|value| value.checked_mul(u64::from(base)));
        value = shifted.and_then(|value| value.checked_add(u64::from(digit)));
        length += 1;
    }
    if length == 0 {
        return (0, text);
    }
    let value = match (value, negative) {
        (None, _) => u64::MAX,
        (Some(value), true) => value.wrapping_neg(),
        (Some(value), false) => value,
    };
    (u32::try_from(value & u64::from(u32::MAX)).unwrap_or(0), &digits[length..])
}

/// How many bytes the time takes, which is not read.
const TIME: usize = 14;
const VERTICAL_TAB: u8 = 0x0b;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_and_written() {
        let text = "20160301052556 2 6 100 2047 5 DA57B18976E9";
        let line = Line::read(text.as_bytes()).expect("readable").expect("a number");
        assert_eq!((line.kind, line.tests, line.tries), (2, 6, 100));
        assert_eq!((line.size, line.generator), (2047, 5));
        assert_eq!(line.at("20160301052556"), format!("{text}\n"));
        let line = Line { generator: 0x1f, ..line };
        assert_eq!(line.at("x"), "x 2 6 100 2047 1f DA57B18976E9\n");
    }

    #[test]
    fn lines_without_a_number_to_test_are_passed_over() {
        for text in [
            "",
            "\n",
            "# Time Type Tests Tries Size Generator Modulus",
            "!20160301052556 2 6 100 2047 5 AB",
            "2016030105255",
            "20160301052556 2 7 100 2047 5 AB",
            "20160301052556 2 1 100 2047 5 none",
            "20160301052556 6 2 100 2047 5 AB",
            "20160301052556 2 6 100 2047 5 -AB",
            "2016\x0001052556 2 6 100 2047 5 AB",
        ] {
            assert_eq!(Line::read(text.as_bytes()), Ok(None), "{text:?}");
        }
    }

    #[test]
    fn a_modulus_that_is_no_number_is_an_error() {
        for text in [
            "20160301052556",
            "20160301052556 2 6 1 2047 5\n",
            "20160301052556 2 6 1 2 5 -",
            "20160301052556 2 6 1 2 5\tAB",
        ] {
            assert_eq!(Line::read(text.as_bytes()), Err(Unreadable), "{text:?}");
        }
    }

    #[test]
    fn numbers_are_those_of_strtoul() {
        let number = |text: &'static str, base| strtoul(text.as_bytes(), base);
        assert_eq!(number(" \t\n12 3", 10), (12, &b" 3"[..]));
        assert_eq!(number("+7x", 10), (7, &b"x"[..]));
        assert_eq!(number("-1", 10), (u32::MAX, &b""[..]));
        assert_eq!(number("4294967301", 10), (5, &b""[..]));
        assert_eq!(number("99999999999999999999999", 10), (u32::MAX, &b""[..]));
        assert_eq!(number(" x", 10), (0, &b" x"[..]));
        assert_eq!(number("0x1fg", 16), (0x1f, &b"g"[..]));
        assert_eq!(number("0xg", 16), (0, &b"xg"[..]));
    }
}
