//! Against the crate bcrypt-pbkdf, and against the definition of pi.

use super::*;

/// What the crate says; `None` where it refuses.
fn oracle(passphrase: &[u8], salt: &[u8], rounds: u32, length: usize) -> Option<Vec<u8>> {
    let mut output = vec![0; length];
    ::bcrypt_pbkdf::bcrypt_pbkdf(passphrase, salt, rounds, &mut output).ok()?;
    Some(output)
}

fn ours(passphrase: &[u8], salt: &[u8], rounds: u32, length: usize) -> Vec<u8> {
    let mut output = vec![0; length];
    derive(passphrase, salt, NonZeroU32::new(rounds).expect("at least one"), &mut output);
    output
}

#[test]
fn every_length_is_that_of_the_crate() {
    for length in (1..=132).chain([160, 161, 255, 256, 320, 1024]) {
        let salt = vec![7; 1 + length % 40];
        assert_eq!(Some(ours(b"passphrase", &salt, 1, length)), oracle(b"passphrase", &salt, 1, length));
    }
}

#[test]
fn rounds_passphrases_and_salts_are_those_of_the_crate() {
    let passphrases: [&[u8]; 4] = [b"x", b"with \0 a zero", &[0xff; 200], "p\u{e4}ss".as_bytes()];
    for (passphrase, rounds) in passphrases.into_iter().zip([2, 3, 5, 16]) {
        for (length, salt) in [(32, &b"salt"[..]), (48, &[9; 16]), (64, &[0; 100]), (80, b"s")] {
            assert_eq!(
                Some(ours(passphrase, salt, rounds, length)),
                oracle(passphrase, salt, rounds, length),
                "{rounds} rounds, {length} bytes"
            );
        }
    }
}

#[test]
fn what_openssh_refuses_has_an_answer_too() {
    assert_eq!(ours(b"", b"", 1, 48).len(), 48);
    assert!(ours(b"x", b"y", 1, 0).is_empty());
    assert_eq!(ours(b"x", b"y", 1, 1025).len(), 1025);
}

/// `unit / x` and so on: arctan(1/x), as words of a binary fraction behind one word of integer.
fn arctan_of_inverse(x: u32, words: usize) -> Vec<u32> {
    let mut power = vec![0; words];
    power[0] = 1;
    divide(&mut power, x);
    let mut sum = power.clone();
    for odd in (3..).step_by(2) {
        divide(&mut power, x * x);
        let mut term = power.clone();
        divide(&mut term, odd);
        if term.iter().all(|&word| word == 0) {
            return sum;
        }
        let negative = odd % 4 == 3;
        combine(&mut sum, &term, if negative { -1 } else { 1 });
    }
    sum
}

fn divide(number: &mut [u32], divisor: u32) {
    let mut rest = 0;
    for word in number {
        let part = rest << 32 | u64::from(*word);
        *word = u32::try_from(part / u64::from(divisor)).expect("the rest is below the divisor");
        rest = part % u64::from(divisor);
    }
}

/// `sum += factor term`, for small factors.
fn combine(sum: &mut [u32], term: &[u32], factor: i64) {
    let mut carry = 0;
    for (sum, &term) in sum.iter_mut().zip(term).rev() {
        let wide = i64::from(*sum) + factor * i64::from(term) + carry;
        *sum = u32::try_from(wide.rem_euclid(1 << 32)).expect("reduced");
        carry = wide.div_euclid(1 << 32);
    }
}

#[test]
fn the_table_has_the_digits_of_pi() {
    let words = pi::PI.len() + 4;
    let mut digits = vec![0; words];
    combine(&mut digits, &arctan_of_inverse(5, words), 16);
    combine(&mut digits, &arctan_of_inverse(239, words), -4);
    assert_eq!(digits[0], 3);
    assert_eq!(digits[1..=pi::PI.len()], pi::PI);
}

#[test]
#[ignore = "prints figures"]
#[allow(clippy::print_stdout, reason = "prints figures")]
fn cost_of_a_round() {
    let time = |work: &dyn Fn() -> Vec<u8>| {
        let mut times: Vec<_> = (0..9)
            .map(|_| {
                let start = std::time::Instant::now();
                std::hint::black_box(work());
                start.elapsed()
            })
            .collect();
        times.sort();
        times[4]
    };
    let theirs = time(&|| oracle(b"passphrase", &[7; 16], 24, 48).expect("an answer"));
    let ours = time(&|| ours(b"passphrase", &[7; 16], 24, 48));
    println!("48 bytes, 24 rounds: crate {theirs:?}, ours {ours:?}");
}
