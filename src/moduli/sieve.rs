//! Candidates: odd numbers `q` above a start for which no small prime divides `q` or `2 q + 1`.
//!
//! For a prime `s` the numbers `start + 2 i` with `i` in two classes modulo `s` go: those that `s`
//! divides, and, a quarter of 1 below, those for which it divides `2 q + 1`. Primes that hit every
//! piece of the window strike the window piece by piece, so that a piece stays in the cache. Of the
//! others, two hundred million, each hits a few places, nearly all of them struck already: they are
//! made block by block, the window is only read, and what is still open is noted and struck
//! afterwards. Each core takes pieces, and then blocks, until there are none.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::Natural;
use crate::primes::divisors::{Divisors, LANES};
use crate::primes::public::odd_primes;

/// How far to sieve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// How many odd numbers are looked at, a multiple of 64.
    pub window: u32,
    /// No prime is larger.
    pub largest_prime: u32,
}

impl Extent {
    /// ssh-keygen's since 10.1, and that of older ones with `-O memory=127`: a window of 127 MB of
    /// bits; all primes that fit 32 bits but those of the last, incomplete pass of its own sieve.
    pub const OPENSSH: Self = Self { window: 127 << 23, largest_prime: 4_294_901_761 };
}

/// What the sieve left.
#[derive(Debug)]
pub struct Sieved {
    /// A bit for each odd number: whether it was struck.
    struck: Vec<u64>,
    /// How many primes it was sieved by.
    pub primes: u32,
}

impl Sieved {
    /// The offsets of the candidates from the start, in order; they are even.
    pub fn offsets(&self) -> impl Iterator<Item = u64> {
        self.struck.iter().zip((0_u64..).step_by(128)).flat_map(|(&word, base)| {
            let mut open = !word;
            std::iter::from_fn(move || {
                let bit = (open != 0).then(|| u64::from(open.trailing_zeros()))?;
                open &= open - 1;
                Some(base + 2 * bit)
            })
        })
    }
}

/// Sieves the numbers from an odd start on all cores. `tell` hears how many hundredths are done.
///
/// # Panics
/// If the start is even or the window no multiple of 64.
#[must_use]
pub fn sieve(start: &Natural, extent: Extent, tell: &(impl Fn(u32) + Sync)) -> Sieved {
    assert!(start.is_odd() && extent.window.is_multiple_of(64), "an odd start, and whole words");
    let small = odd_primes(extent.largest_prime.saturating_add(1).min(SMALL));
    let mut hits = Vec::new();
    first_hits(&small, start.words(), |prime, q, p| hits.push((prime, [q, p])));
    let mut struck = vec![0; index(extent.window / 64)];
    strike_small(&mut struck, &hits);
    let large =
        Large { start, extent, struck: &struck, base: odd_primes(1 << 16), next: AtomicU32::new(1), tell };
    let found = on_all_cores(|| large.work());
    let mut primes = u32::try_from(small.len()).unwrap_or(u32::MAX);
    for (count, hits) in found {
        primes += count;
        for hit in hits {
            struck[index(hit / 64)] |= 1 << (hit % 64);
        }
    }
    Sieved { struck, primes }
}

/// Strikes the window piece by piece.
fn strike_small(struck: &mut [u64], hits: &[(u32, [u32; 2])]) {
    let pieces = Mutex::new(struck.chunks_mut(PIECE).zip((0_u32..).step_by(64 * PIECE)));
    on_all_cores(|| {
        let next = || pieces.lock().unwrap_or_else(PoisonError::into_inner).next();
        while let Some((piece, base)) = next() {
            for &(prime, classes) in hits {
                let passed = base % prime;
                for class in classes {
                    strike(
                        piece,
                        prime,
                        if class >= passed { class - passed } else { class + prime - passed },
                    );
                }
            }
        }
    });
}

/// The primes from [`SMALL`] on.
struct Large<'a, F> {
    start: &'a Natural,
    extent: Extent,
    struck: &'a [u64],
    /// The odd primes whose squares fit 32 bits.
    base: Vec<u32>,
    /// The block that no one has taken.
    next: AtomicU32,
    tell: &'a F,
}

impl<F: Fn(u32) + Sync> Large<'_, F> {
    /// How many primes there are in blocks that no one else took, and what they hit.
    fn work(&self) -> (u32, Vec<u32>) {
        let (mut count, mut hits) = (0, Vec::new());
        let mut block = vec![0; index(SMALL / 128)];
        let mut primes = Vec::new();
        let blocks = self.extent.largest_prime / SMALL;
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number > blocks {
                return (count, hits);
            }
            self.primes_of_block(number * SMALL, &mut block, &mut primes);
            count += u32::try_from(primes.len()).unwrap_or(u32::MAX);
            first_hits(&primes, self.start.words(), |prime, q, p| {
                for first in [q, p] {
                    self.hits(prime, first, &mut hits);
                }
            });
            (self.tell)(number * 100 / blocks);
        }
    }

    /// The primes from `low`, a multiple of [`SMALL`], to the next one.
    fn primes_of_block(&self, low: u32, block: &mut [u64], primes: &mut Vec<u32>) {
        block.fill(0);
        for &prime in &self.base {
            // The block is that of the numbers `low + 1 + 2 i`.
            strike(block, prime, first_multiple((low % prime + 1) % prime, prime));
        }
        primes.clear();
        for (&word, base) in block.iter().zip((low + 1..).step_by(128)) {
            let mut open = !word;
            while open != 0 {
                primes.push(base + 2 * open.trailing_zeros());
                open &= open - 1;
            }
        }
        let end = primes.partition_point(|&prime| prime <= self.extent.largest_prime);
        primes.truncate(end);
    }

    /// Notes which of the places `first + k prime` of the window are still open.
    #[inline]
    fn hits(&self, prime: u32, first: u32, hits: &mut Vec<u32>) {
        let mut place = Some(first).filter(|&place| place < self.extent.window);
        while let Some(hit) = place {
            if self.struck[index(hit / 64)] >> (hit % 64) & 1 == 0 {
                hits.push(hit);
            }
            place = hit.checked_add(prime).filter(|&place| place < self.extent.window);
        }
    }
}

/// For each prime, which is odd: the first `i` for which it divides `q = start + 2 i`, and the first
/// for which it divides `2 q + 1`; both are below the prime.
fn first_hits(primes: &[u32], start: &[u64], mut take: impl FnMut(u32, u32, u32)) {
    for primes in primes.chunks(2 * LANES) {
        let prime = |place: usize| primes.get(place).map_or(1, |&prime| u64::from(prime));
        let pairs = std::array::from_fn(|lane| prime(2 * lane) * prime(2 * lane + 1));
        let remainders = Divisors::new(pairs, start.len()).remainders(start);
        for (primes, rest) in primes.chunks(2).zip(remainders) {
            for &prime in primes {
                let rest = u32::try_from(rest % u64::from(prime)).unwrap_or(0);
                let q = first_multiple(rest, prime);
                let quarter = quarter(prime);
                take(prime, q, if q >= quarter { q - quarter } else { q + (prime - quarter) });
            }
        }
    }
}

/// The first `i` for which an odd prime divides `n + 2 i`, where `rest` is `n` modulo the prime.
#[inline]
fn first_multiple(rest: u32, prime: u32) -> u32 {
    match prime - rest {
        _ if rest == 0 => 0,
        missing if missing % 2 == 0 => missing / 2,
        // (missing + prime) / 2 without a carry, both being odd.
        missing => missing / 2 + prime / 2 + 1,
    }
}

/// 1 / 4 modulo an odd prime.
#[inline]
fn quarter(prime: u32) -> u32 {
    // (3 prime + 1) / 4 or (prime + 1) / 4, whichever is whole.
    if prime % 4 == 1 { prime / 4 * 3 + 1 } else { prime / 4 + 1 }
}

/// Strikes the places `first`, `first + prime` and so on; `first` is below the prime.
fn strike(words: &mut [u64], prime: u32, first: u32) {
    let (prime, first) = (index(prime), index(first));
    if prime < 64 {
        // So close together that it is faster to strike whole words: the pattern repeats after
        // `prime` words.
        let mut pattern = [0_u64; 64];
        for place in (first..64 * prime).step_by(prime) {
            pattern[place / 64] |= 1 << (place % 64);
        }
        for words in words.chunks_mut(prime) {
            for (word, pattern) in words.iter_mut().zip(&pattern) {
                *word |= pattern;
            }
        }
        return;
    }
    let mut place = first;
    while let Some(word) = words.get_mut(place / 64) {
        *word |= 1 << (place % 64);
        place += prime;
    }
}

/// What `work` gives on each core.
fn on_all_cores<T: Send>(work: impl Fn() -> T + Sync) -> Vec<T> {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    thread::scope(|scope| {
        let others: Vec<_> = (1..cores)
            // A thread that the system refuses is a worker less: the others do its work.
            .filter_map(|_| thread::Builder::new().spawn_scoped(scope, &work).ok())
            .collect();
        let own = work();
        let others = others
            .into_iter()
            .map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        std::iter::once(own).chain(others).collect()
    })
}

/// A 32-bit number as an index.
#[inline(always)]
fn index(number: u32) -> usize {
    usize::try_from(number).expect("memory is addressed by 32 bits or more")
}

/// Primes below this strike the window piece by piece. Also the length of a block of primes.
const SMALL: u32 = 1 << 20;
/// The length of a piece in words: half of a usual second-level cache.
const PIECE: usize = 1 << 14;

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Natural {
        Natural::from_hex("7CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC5".as_bytes()).expect("digits")
    }

    fn found(start: &Natural, window: u32, largest_prime: u32) -> (Vec<u64>, u32) {
        let sieved = sieve(start, Extent { window, largest_prime }, &|_| {});
        (sieved.offsets().collect(), sieved.primes)
    }

    /// The same by trial division.
    fn by_division(start: &Natural, window: u32, largest_prime: u32) -> Vec<u64> {
        let primes = odd_primes(largest_prime + 1);
        let open = |&offset: &u64| {
            let q = start.plus(offset);
            let p = q.double_and_one();
            primes.iter().all(|&prime| q.remainder(prime) != 0 && p.remainder(prime) != 0)
        };
        (0..u64::from(window)).map(|place| 2 * place).filter(open).collect()
    }

    #[test]
    fn candidates_are_those_of_trial_division() {
        for largest_prime in [3, 5, 61, 67, 3000, 4093] {
            let wanted = by_division(&start(), 64 * 300, largest_prime);
            assert!(wanted.len() > 20);
            assert_eq!(found(&start(), 64 * 300, largest_prime).0, wanted, "{largest_prime}");
        }
    }

    #[test]
    fn large_primes_strike_too() {
        // Up to the second block, and in the middle of one; the window has several pieces.
        let (window, largest) = (3 * 64 * 16384, 5 << 19);
        let (offsets, primes) = found(&start(), window, largest);
        assert_eq!(primes, u32::try_from(odd_primes(largest).len()).expect("few"));
        let (before, _) = found(&start(), window, SMALL - 1);
        let large: Vec<u32> = odd_primes(largest).into_iter().filter(|&prime| prime > SMALL).collect();
        let some: Vec<u64> = before.into_iter().filter(|offset| offset % 11 == 0).collect();
        let wanted: Vec<u64> = some
            .iter()
            .copied()
            .filter(|&offset| {
                let q = start().plus(offset);
                let p = q.double_and_one();
                large.iter().all(|&prime| q.remainder(prime) != 0 && p.remainder(prime) != 0)
            })
            .collect();
        assert!(wanted.len() < some.len());
        assert_eq!(offsets.into_iter().filter(|offset| offset % 11 == 0).collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn small_starts_are_struck_by_themselves() {
        for number in [1, 3, 5, 101, 65537] {
            let start = Natural::from_words(vec![number]);
            assert_eq!(found(&start, 64 * 10, 2000).0, by_division(&start, 64 * 10, 2000), "{number}");
        }
    }

    #[test]
    fn the_largest_prime_is_that_of_ssh_keygen() {
        // It sieves 2^16 numbers at a time, from 2^16 + 3, while the first is below 2^32 - 1 - 2^16.
        let last = (65539..u64::from(u32::MAX) - 65536).step_by(65536).last().map(|first| first + 65534);
        assert_eq!(last, Some(u64::from(Extent::OPENSSH.largest_prime)));
    }
}
