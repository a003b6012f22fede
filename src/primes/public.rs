//! Primality of numbers that anyone may know, on the arithmetic of the search.
//!
//! A number is given by its 64-bit words, the least significant first, and its length in bits.

use chacha20::ChaCha20Rng;

use super::primality::Stop;
use super::sieve;
use crate::arithmetic::{Engine, words};

/// How many numbers of `bits` bits [`filter`] tests in the time of one.
#[must_use]
pub fn width(bits: usize) -> usize {
    Engine::fastest_for(bits).width()
}

/// Which of the odd numbers, each of exactly `bits` bits, are primes or pseudoprimes to base 2.
#[must_use]
pub fn filter(numbers: &[&[u64]], bits: usize) -> Vec<bool> {
    let engine = Engine::fastest_for(bits);
    let passed = numbers.chunks(engine.width()).map(|some| engine.filter(some, bits, &Stop::default()));
    passed.flat_map(|passed| passed.expect("no one says stop")).collect()
}

/// Whether an odd number of exactly `bits` bits passes at least `rounds` rounds of Miller-Rabin to
/// random bases.
#[must_use]
pub fn confirm(number: &[u64], bits: usize, rounds: usize, random: &mut ChaCha20Rng) -> bool {
    let engine = Engine::fastest_for(bits);
    engine.confirm(number, bits, rounds, random, &Stop::default()).expect("no one says stop")
}

/// The remainder of a number by a divisor that is not 0.
#[must_use]
pub fn remainder(number: &[u64], divisor: u32) -> u32 {
    words::remainder(number, divisor)
}

/// The odd primes below `bound`, in order.
#[must_use]
pub fn odd_primes(bound: u32) -> Vec<u32> {
    sieve::odd_primes(bound)
}

#[cfg(test)]
mod tests {
    use rand_core::SeedableRng;

    use super::*;

    /// `2^exponent - 1`.
    fn mersenne(exponent: usize) -> Vec<u64> {
        let mut words = vec![u64::MAX; exponent.div_ceil(64)];
        if let Some(top) = words.last_mut() {
            *top >>= 64 * exponent.div_ceil(64) - exponent;
        }
        words
    }

    #[test]
    fn primes_of_any_length_are_told_from_composites() {
        let mut random = ChaCha20Rng::from_seed([1; 32]);
        for exponent in [521, 607, 1279, 2203, 4253] {
            let (prime, bits) = (mersenne(exponent), exponent);
            let mut composite = prime.clone();
            composite[0] -= 2;
            let five = [&prime, &composite, &composite, &prime, &prime].map(Vec::as_slice);
            assert_eq!(filter(&five, bits), [true, false, false, true, true], "{bits}");
            assert!(confirm(&prime, bits, 5, &mut random), "{bits}");
            assert!(!confirm(&composite, bits, 1, &mut random), "{bits}");
        }
        // 2^e - 1 is a pseudoprime to base 2 for every prime e.
        assert_eq!(filter(&[&mersenne(1009)], 1009), [true]);
        assert!(!confirm(&mersenne(1009), 1009, 1, &mut random));
    }

    #[test]
    fn the_longest_numbers_of_one_arithmetic_and_the_shortest_of_the_other_are_tested_alike() {
        for exponent in [13729, 13751] {
            let number = mersenne(exponent);
            let mut other = number.clone();
            other[0] -= 2;
            assert_eq!(filter(&[&number, &other], exponent), [true, false], "{exponent}");
        }
        assert_eq!(width(65536), 1, "no vector arithmetic has digits enough");
    }
}
