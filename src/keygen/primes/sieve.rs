//! Strikes the multiples of small primes from a window of odd numbers.
//!
//! For each small prime `p` the remainder of the window's start is needed. The primes are multiplied
//! together as far as 63 bits go, the start is reduced by each product in one Montgomery chain over
//! its words, and the remainder by `p` is taken of the result.
//!
//! Not in constant time: which offsets are struck depends on the start. See [`super`].

use zeroize::Zeroizing;

use super::words::{multiply_add, negative_inverse, words_for};

/// The odd primes below a bound, for starts of one length. Nothing in it is secret.
pub(super) struct Sieve {
    primes: Vec<u32>,
    groups: Vec<Group>,
}

/// Some primes in a row, and their product below 2^63.
#[derive(Clone, Copy)]
struct Group {
    product: u64,
    /// `-1 / product mod 2^64`.
    inverse: u64,
    /// `2^(64 (words + 1)) mod product`: takes back the divisions by 2^64 of a whole chain.
    correction: u64,
    /// Where in the list of primes they are.
    first: usize,
    count: usize,
}

impl Sieve {
    /// A sieve for starts of `bits` bits, with as many primes as pay for themselves.
    pub(super) fn for_bits(bits: usize) -> Self {
        Self::new(bound(bits), words_for(bits))
    }

    /// A sieve by all odd primes below `bound`, for starts of `words` words.
    fn new(bound: u32, words: usize) -> Self {
        let primes = odd_primes(bound);
        let mut groups = Vec::with_capacity(primes.len() / 3 + 1);
        let (mut first, mut product) = (0, 1);
        for (index, &prime) in primes.iter().enumerate() {
            let larger = u64::from(prime).checked_mul(product).filter(|&larger| larger >> 63 == 0);
            product = larger.unwrap_or_else(|| {
                groups.push(Group::new(product, first, index, words));
                first = index;
                u64::from(prime)
            });
        }
        groups.push(Group::new(product, first, primes.len(), words));
        Self { primes, groups }
    }

    /// The offsets `i` below `length` for which `start + 2 i` has no small prime factor, in order.
    ///
    /// `start` is odd, and larger than every small prime.
    pub(super) fn survivors(&self, start: &[u64], length: u32) -> Zeroizing<Vec<u32>> {
        let mut open = Zeroizing::new(vec![true; index(length)]);
        for groups in self.groups.chunks(LANES) {
            let remainders = remainders(groups, start);
            for (group, remainder) in groups.iter().zip(remainders) {
                for &prime in &self.primes[group.first..group.first + group.count] {
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

impl Group {
    /// The primes from `first` to before `end`, whose product is given.
    fn new(product: u64, first: usize, end: usize, words: usize) -> Self {
        let inverse = negative_inverse(product);
        let once = u64::MAX % product + 1;
        let twice = square_modulo(once, product);
        // `montgomery` divides by 2^64: of 2^(64 (1 + a)) and 2^(64 (1 + b)) it makes
        // 2^(64 (1 + a + b)), so that `words` is reached bit by bit from the top.
        let multiply = |a, b| montgomery(a, b, product, inverse);
        let correction = (0..usize::BITS - words.leading_zeros()).rev().fold(once, |power, bit| {
            let square = multiply(power, power);
            if words >> bit & 1 == 1 { multiply(square, twice) } else { square }
        });
        Self { product, inverse, correction, first, count: end - first }
    }
}

/// `start mod product`, for up to four groups side by side.
fn remainders(groups: &[Group], start: &[u64]) -> [u64; LANES] {
    let lanes: [Group; LANES] = std::array::from_fn(|lane| groups[lane % groups.len()]);
    let mut chain = [0; LANES];
    for &word in start {
        for (rest, group) in chain.iter_mut().zip(&lanes) {
            let (low, carry) = word.overflowing_add(*rest);
            let quotient = low.wrapping_mul(group.inverse);
            *rest = multiply_add(low, quotient, group.product, 0).1 + u64::from(carry);
        }
    }
    std::array::from_fn(|lane| {
        let group = &lanes[lane];
        montgomery(chain[lane], group.correction, group.product, group.inverse)
    })
}

/// `a b / 2^64 mod modulus`, for an odd modulus below 2^63 and `a`, `b` not above it.
fn montgomery(a: u64, b: u64, modulus: u64, inverse: u64) -> u64 {
    let (low, high) = multiply_add(0, a, b, 0);
    let carry = multiply_add(low, low.wrapping_mul(inverse), modulus, 0).1;
    let sum = high + carry;
    if sum >= modulus { sum - modulus } else { sum }
}

/// `a^2 mod modulus`.
fn square_modulo(a: u64, modulus: u64) -> u64 {
    let remainder = u128::from(a) * u128::from(a) % u128::from(modulus);
    u64::try_from(remainder).expect("a remainder is below its 64-bit modulus")
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
fn odd_primes(bound: u32) -> Vec<u32> {
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

/// How many chains of divisions the processor is kept busy with.
const LANES: usize = 4;

#[cfg(test)]
mod tests;
