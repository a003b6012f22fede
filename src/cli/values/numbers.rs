//! Numbers as the C library reads them for ssh-keygen.

use std::num::IntErrorKind;

use crate::commands::sign_certificate::Serial;
use crate::format::Rounds;
use crate::keygen::passphrase::WordCount;

pub(in crate::cli) fn bits(text: &str) -> Result<u32, String> {
    strtonum(text).map_err(|why| format!("Bits has bad value {text} ({why})"))
}

pub(in crate::cli) fn rounds(text: &str) -> Result<Rounds, String> {
    let why = match strtonum(text).map(Rounds::new) {
        Ok(Some(rounds)) => return Ok(rounds),
        Ok(None) => "too large",
        Err(why) => why,
    };
    Err(format!("Invalid number: {text} ({why})"))
}

/// A number above zero, with blanks in front of it if it has some; strtonum(3)'s word for what is wrong with another.
pub(in crate::cli) fn strtonum(text: &str) -> Result<u32, &'static str> {
    let digits = text.trim_start_matches([' ', '\t', '\n', '\u{b}', '\u{c}', '\r']);
    match digits.parse::<i64>() {
        Ok(number) if number < 1 => Err("too small"),
        Ok(number) => u32::try_from(number).map_err(|_| "too large"),
        Err(error) if *error.kind() == IntErrorKind::PosOverflow => Err("too large"),
        Err(error) if *error.kind() == IntErrorKind::NegOverflow => Err("too small"),
        Err(_) => Err("invalid"),
    }
}

/// As strtoull(3) reads it: a `+` in front makes certificates count up.
pub(in crate::cli) fn serial(text: &str) -> Result<Serial, String> {
    let (digits, serial): (_, fn(u64) -> Serial) = match text.strip_prefix('+') {
        // Not ssh-keygen's: it needs a ledger.
        Some("") => return Ok(Serial::Next),
        Some(digits) => (digits, Serial::From),
        None => (text, Serial::Same),
    };
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse().ok().filter(|_| all_digits);
    let first = number.ok_or_else(|| format!("Invalid serial number \"{digits}\""))?;
    Ok(serial(first))
}

/// `--generate-passphrase`.
pub(in crate::cli) fn word_count(text: &str) -> Result<WordCount, String> {
    let count = text.parse().ok().and_then(WordCount::new);
    count.ok_or_else(|| format!("--generate-passphrase={text}: not a number of words from 4 to 32"))
}
