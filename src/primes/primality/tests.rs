//! Primes, Carmichael numbers, strong pseudoprimes and random composites, on every arithmetic.

use crypto_bigint::{BoxedUint, ConcatenatingMul};
use crypto_primes::{Flavor, is_prime};
use rand_core::SeedableRng;

use super::*;
use crate::arithmetic::words::words_for;

fn engines() -> Vec<Engine> {
    let mut engines = vec![Engine::Portable];
    engines.extend(Adx::detect().map(Engine::Adx));
    engines.extend(Avx2::detect().map(Engine::Avx2));
    engines.extend(Avx512Vl::detect().map(Engine::Avx512Vl));
    engines.extend(Avx512::detect().map(Engine::Avx512));
    engines
}

/// The number with these digits.
fn decimal(digits: &str) -> BoxedUint {
    BoxedUint::from_str_radix_vartime(digits, 10).expect("digits")
}

/// `a b + c`.
fn multiply_add(a: &BoxedUint, b: u32, c: u32) -> BoxedUint {
    a.concatenating_mul(BoxedUint::from(b)).concatenating_add(BoxedUint::from(c))
}

/// `a + b`, with room for it.
fn sum(a: &BoxedUint, b: u32) -> BoxedUint {
    a.concatenating_add(BoxedUint::from(b))
}

/// `2^exponent - 1`.
fn mersenne(exponent: u32) -> BoxedUint {
    let precision = exponent.next_multiple_of(64) + 64;
    BoxedUint::one_with_precision(precision).shl(exponent).wrapping_sub(BoxedUint::from(1_u8))
}

/// A Carmichael number of three primes (J. Chernick, 1939).
fn chernick() -> BoxedUint {
    let k = decimal("1517115523322822635937921772288042628226655010942566436468216");
    let [a, b, c] = [6, 12, 18].map(|factor| multiply_add(&k, factor, 1));
    a.concatenating_mul(&b).concatenating_mul(&c)
}

/// A Carmichael number that passes strong tests to every prime base below 307 (F. Arnault,
/// "Constructing Carmichael numbers which are strong pseudoprimes to several bases", J. Symbolic
/// Computation 20, 1995).
fn arnault() -> BoxedUint {
    let p = decimal(concat!(
        "29674495668685510550154174642905332730771991799853043350995075531276838753171770199594238596",
        "428121188033664754218345562493168782883"
    ));
    let before = p.wrapping_sub(BoxedUint::from(1_u8));
    let (a, b) = (multiply_add(&before, 313, 1), multiply_add(&before, 353, 1));
    p.concatenating_mul(&a).concatenating_mul(&b)
}

/// The number as words, with its length in bits.
fn words(number: &BoxedUint) -> (Words, usize) {
    let bits = usize::try_from(number.bit_width_vartime()).expect("small");
    let bytes = number.to_be_bytes();
    let mut words = zero(words_for(bits));
    for (index, byte) in bytes.iter().rev().enumerate().take(8 * words.len()) {
        words[index / 8] |= u64::from(*byte) << (8 * (index % 8));
    }
    (words, bits)
}

/// Whether the number passes the filter, and whether the rounds confirm it.
fn verdicts(engine: Engine, number: &BoxedUint) -> (bool, bool) {
    let (number, bits) = words(number);
    let mut random = ChaCha20Rng::from_seed([5; 32]);
    let stop = Stop::default();
    let passed = engine.filter(std::slice::from_ref(&number), bits, &stop).expect("not stopped");
    let confirmed = engine.confirm(&number, bits, rounds(bits), &mut random, &stop).expect("not stopped");
    (passed[0], confirmed)
}

#[test]
fn primes_pass() {
    for engine in engines() {
        for exponent in [521, 607, 1279, 2203] {
            assert_eq!(verdicts(engine, &mersenne(exponent)), (true, true));
        }
    }
}

/// Mersenne numbers with a prime exponent are strong pseudoprimes to base 2.
#[test]
fn strong_pseudoprimes_pass_the_filter_alone() {
    for engine in engines() {
        for exponent in [523, 541, 1021, 1031, 2069, 4099] {
            assert_eq!(verdicts(engine, &mersenne(exponent)), (true, false));
        }
        let fermat_9 = sum(&mersenne(512), 2);
        assert_eq!(verdicts(engine, &fermat_9), (true, false));
    }
}

#[test]
fn carmichael_numbers_pass_the_filter_alone() {
    for engine in engines() {
        for number in [chernick(), arnault()] {
            assert!(!is_prime(Flavor::Any, &number));
            assert_eq!(verdicts(engine, &number), (true, false));
        }
    }
}

#[test]
fn products_of_two_primes_fail() {
    let product = mersenne(521).concatenating_mul(mersenne(607));
    for engine in engines() {
        assert_eq!(verdicts(engine, &product), (false, false));
        let square = mersenne(521).concatenating_mul(mersenne(521));
        assert_eq!(verdicts(engine, &square), (false, false));
    }
}

#[test]
fn random_numbers_get_the_answer_of_crypto_primes() {
    let mut random = ChaCha20Rng::from_seed([9; 32]);
    let bits = 521;
    for batch in 0..60 {
        let mut candidates = vec![];
        for _ in 0..4 {
            let mut candidate = zero(words_for(bits));
            candidate.iter_mut().for_each(|word| *word = random.next_u64());
            candidate[8] = 1 << 8 | candidate[8] & 0xff;
            candidate[0] |= 1;
            candidates.push(candidate);
        }
        if batch % 10 == 0 {
            candidates[batch / 10 % 4] = words(&mersenne(521)).0;
        }
        let wanted: Vec<bool> = candidates
            .iter()
            .map(|candidate| {
                let bytes = crate::arithmetic::words::to_big_endian(candidate, 72);
                is_prime(Flavor::Any, &BoxedUint::from_be_slice_vartime(&bytes))
            })
            .collect();
        for engine in engines() {
            for (chunk, wanted) in candidates.chunks(engine.width()).zip(wanted.chunks(engine.width())) {
                assert_eq!(engine.filter(chunk, bits, &Stop::default()).expect("not stopped"), wanted);
            }
        }
    }
}

#[test]
fn a_short_batch_is_answered_as_far_as_it_goes() {
    for engine in engines() {
        let prime = words(&mersenne(521)).0;
        for count in 1..=engine.width() {
            let batch = vec![prime.clone(); count];
            let passed = engine.filter(&batch, 521, &Stop::default()).expect("not stopped");
            assert_eq!(passed, vec![true; count]);
        }
    }
}

#[test]
fn a_stopped_search_gives_no_answer() {
    let stop = Stop::default();
    stop.set();
    for engine in engines() {
        let (number, bits) = words(&mersenne(521));
        let mut random = ChaCha20Rng::from_seed([5; 32]);
        assert_eq!(engine.filter(std::slice::from_ref(&number), bits, &stop), Err(Stopped));
        assert_eq!(engine.confirm(&number, bits, rounds(bits), &mut random, &stop), Err(Stopped));
    }
}

/// The bound of the module documentation, for every length.
#[test]
fn the_rounds_keep_the_error_below_the_documented_bound() {
    for bits in 512..=8192_u32 {
        let count = u32::try_from(rounds(bits.try_into().expect("small"))).expect("small");
        let (k, t) = (f64::from(bits), f64::from(count));
        let log2 = 8.0 + 1.5 * k.log2() + t - t.log2() / 2.0 + 2.0 * (2.0 - (t * k).sqrt());
        let wanted = match bits {
            ..1536 => -112.0,
            1536..2048 => -125.0,
            2048..8192 => -149.0,
            _ => -327.0,
        };
        assert!(log2 < wanted, "{bits} bits: {log2}");
        // The estimate holds for 3 <= t <= k / 9.
        assert!(3.0 <= t && t <= k / 9.0);
    }
}

#[test]
fn bases_are_not_trivial() {
    let (prime, bits) = words(&mersenne(521));
    let mut random = ChaCha20Rng::from_seed([5; 32]);
    let (one, minus_one) = (prime.clone(), prime.clone());
    for _ in 0..100 {
        let base = random_base(&prime, bits, [&one, &minus_one], &mut random);
        assert!(is_below(&base, &prime) && base.iter().any(|&word| word != 0));
    }
}
