//! Strikes the multiples of small primes from a window of odd numbers.
//!
//! For each small prime `p` the remainder of the window's start is needed. The primes are multiplied
//! together as far as 64 bits go, the start is reduced by each product (`divisors`), and the remainder
//! by `p` is taken of the result.
//!
//! Not in constant time: which offsets are struck depends on the start. See [`super`].

use std::array;
use std::ops::Range;

use zeroize::Zeroizing;

use super::divisors::{Divisors, LANES};
use crate::arithmetic::words::words_for;

/// The odd primes below a bound, for starts of one length. Nothing in it is secret.
pub(super) struct Sieve {
    primes: Vec<u32>,
    groups: Vec<Group>,
}

/// Some primes in a row, whose products below 2^64 are divisors side by side.
struct Group {
    divisors: Divisors,
    /// Where in the list of primes those of each product are.
    primes: [Range<usize>; LANES],
}

impl Sieve {
    /// A sieve for starts of `bits` bits, with as many primes as pay for themselves.
    pub(super) fn for_bits(bits: usize) -> Self {
        Self::new(bound(bits), words_for(bits))
    }

    /// A sieve by all odd primes below `bound`, for starts of `words` words.
    fn new(bound: u32, words: usize) -> Self {
        let primes = odd_primes(bound);
        let mut products = Vec::with_capacity(primes.len() / 3 + 1);
        let (mut first, mut product) = (0, 1_u64);
        for (index, &prime) in primes.iter().enumerate() {
            let larger = product.checked_mul(u64::from(prime));
            product = larger.unwrap_or_else(|| {
                products.push((product, first..index));
                first = index;
                u64::from(prime)
            });
        }
        products.push((product, first..primes.len()));
        let group = |some: &[(u64, Range<usize>)]| Group {
            divisors: Divisors::new(array::from_fn(|lane| some.get(lane).map_or(1, |some| some.0)), words),
            primes: array::from_fn(|lane| some.get(lane).map_or(0..0, |some| some.1.clone())),
        };
        let groups = products.chunks(LANES).map(group).collect();
        Self { primes, groups }
    }

    /// The offsets `i` below `length` for which `start + 2 i` has no small prime factor, in order.
    ///
    /// `start` is odd, and larger than every small prime.
    pub(super) fn survivors(&self, start: &[u64], length: u32) -> Zeroizing<Vec<u32>> {
        let mut open = Zeroizing::new(vec![true; index(length)]);
        for group in &self.groups {
            let remainders = group.divisors.remainders(start);
            for (primes, remainder) in group.primes.iter().zip(remainders) {
                for &prime in &self.primes[primes.clone()] {
                    let offset = first_multiple(remainder, prime);
                    open.iter_mut().skip(offset).step_by(index(prime)).for_each(|open| *open = false);
                }
            }
        }
        let mut survivors = Zeroizing::new(Vec::with_capacity(open.len()));
        survivors.extend((0..length).zip(open.iter()).filter_map(|(i, &open)| open.then_some(i)));
        survivors
    }
}

/// The first `i` for which `prime` divides `start + 2 i`, where `remainder = start mod prime k`.
fn first_multiple(remainder: u64, prime: u32) -> usize {
    let missing = match remainder % u64::from(prime) {
        0 => 0,
        rest => u64::from(prime) - rest,
    };
    let even = if missing.is_multiple_of(2) { missing } else { missing + u64::from(prime) };
    usize::try_from(even / 2).expect("an offset is below its 32-bit prime")
}

/// The odd primes below `bound`, by the sieve of Eratosthenes.
pub(super) fn odd_primes(bound: u32) -> Vec<u32> {
    let mut open = vec![true; index(bound / 2)];
    let mut primes = Vec::new();
    for half in 1..bound / 2 {
        if open[index(half)] {
            let prime = 2 * half + 1;
            primes.push(prime);
            let from = u64::from(prime) * u64::from(prime) / 2;
            let from = usize::try_from(from).unwrap_or(usize::MAX);
            open.iter_mut().skip(from).step_by(index(prime)).for_each(|open| *open = false);
        }
    }
    primes
}

/// The bound of the small primes: measured, and flat around the best. A test of a candidate costs
/// as much as the cube of its length, so that longer candidates pay for more primes.
fn bound(bits: usize) -> u32 {
    match bits {
        ..700 => 1 << 15,
        700..1280 => 1 << 17,
        1280..1792 => 1 << 18,
        1792..2560 => 1 << 20,
        2560..5120 => 1 << 21,
        _ => 1 << 23,
    }
}

/// A 32-bit number as an index.
pub(super) fn index(number: u32) -> usize {
    usize::try_from(number).expect("memory is addressed by 32 bits or more")
}

#[cfg(test)]
mod tests;
