//! The search for the two primes of an RSA key, on all cores.
//!
//! Each worker draws a random start, sieves the window of odd numbers above it
//! (`sieve`, `candidates`), and tests what is left: one Fermat test to base 2 for every candidate,
//! four at a time where the machine has AVX2, and Miller-Rabin rounds to random bases for what passes
//! (`primality`, on the arithmetic of `crate::arithmetic`). The first two primes from different starts
//! win. The method is that of FIPS 186-5, A.1.3 and B.3.1, but for the windows; nothing here is
//! validated, and nothing claims to be.
//!
//! # What the primes satisfy
//!
//! `sqrt(2) 2^(n/2 - 1) <= q < p < 2^(n/2)` for a modulus of `n` bits, odd lengths too, so that the
//! modulus has exactly `n` bits and both primes have `ceil(n/2)`; `|p - q| > 2^(n/2 - 100)`;
//! `gcd(p - 1, 65537) = gcd(q - 1, 65537) = 1`.
//!
//! # Distribution
//!
//! Starts are uniform in the range. The candidates of a window are tested in uniformly random order,
//! so every prime of it has the same chance, whatever the gap below it; a prime is never taken
//! because it follows a long gap, as in a search upwards from the start (J. Brandt, I. Damgard, "On
//! generation of probable primes by incremental search", CRYPTO '92; P.-A. Fouque, M. Tibouchi,
//! "Close to uniform prime number generation with fewer random bits", ICALP 2014). The chance of a
//! prime is the mean, over the windows that contain it, of one over the number of their primes. A
//! window of 32 odd numbers per bit has `64 / ln 2`, about 92 primes; their number varies like that
//! of a Poisson process (P. X. Gallagher, "On the distribution of primes in short intervals",
//! Mathematika 23, 1976), about 10 up or down, and the chances of primes vary by about that tenth. No
//! prime is likelier than `W / S`, for `W` odd numbers in a window and `S` starts: at 2048 bits at
//! least 1006 bits of min-entropy per prime. p and q come from independent starts and share nothing;
//! two workers that race favor windows rich in primes no more than one worker does.
//!
//! # Error
//!
//! For a random odd number of `k` bits that passes `t` rounds, the chance of being composite is
//! `p(k, t) < k^(3/2) 2^t t^(-1/2) 4^(2 - sqrt(t k))` (I. Damgard, P. Landrock, C. Pomerance, "Average
//! case error estimates for the strong probable prime test", Math. Comp. 61, 1993; Handbook of Applied
//! Cryptography, fact 4.48). Each number of a window is uniform in the range, which is more than 0.41
//! of all odd numbers of its length, and a window has 92 primes, so composites are accepted with a
//! chance below `92 / 0.41 p(k, t) < 2^8 p(k, t)` per prime, not counting the test to base 2. With 12
//! rounds below 1024 bits, 5 below 1536 and 4 from there (FIPS 186-5, table B.1 has 5 and 4 for the
//! primes of 2048 and 3072 bits), that is below 2^-112 for every length, 2^-125 from 3072 bits of
//! modulus, 2^-149 from 4096 and 2^-327 at 16384. A test checks these figures.
//!
//! # Time
//!
//! Multiplication, reduction, powers, the reading of their tables, and the test to base 2 take a time
//! that depends on lengths only. Not hidden are: which offsets the sieve strikes, the order and number
//! of candidates, rejected bases, and the number of zero bits that `p - 1` ends in. They are measured
//! at most once per key, for a start that is drawn once and mostly thrown away, where attacks on
//! key generation need a signal that says the remainders of the start by many small primes (T. Finke,
//! M. Gebhardt, W. Schindler, "A new side-channel attack on RSA prime generation", CHES 2009); random
//! order takes the link between the number of tests and the prime away. The threat of the program is
//! a remote party or another process, not a probe on the processor, and OpenSSL's trial divisions
//! are no different.
//!
//! # Secrets
//!
//! Wiped on every thread, used or not: seeds, generators, starts, windows, candidates, lanes, bases,
//! tables of powers, and the primes themselves when the [`PrimePair`] is dropped. Not wiped: what the
//! compiler leaves in registers and in its own stack slots.

mod candidates;
pub mod divisors;
mod primality;
pub mod public;
mod sieve;

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::thread;

use chacha20::ChaCha20Rng;
use rand_core::SeedableRng;
use zeroize::Zeroizing;

use crate::arithmetic::Engine;
use crate::arithmetic::words::{Words, bits_at, is_below, remainder, subtract, to_big_endian};
use crate::secret::wipe_stack;
use candidates::{Range, Window, fork};
use primality::{Stop, Stopped, rounds};
use sieve::Sieve;

/// The two primes of an RSA modulus, `p > q`, most significant byte first; wiped when dropped.
pub struct PrimePair {
    /// The larger prime.
    pub p: Zeroizing<Vec<u8>>,
    /// The smaller prime.
    pub q: Zeroizing<Vec<u8>>,
}

/// How a search is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How many threads search, the caller's among them.
    pub workers: NonZeroUsize,
    /// What they calculate with.
    pub arithmetic: Arithmetic,
}

/// What the primality tests calculate with. The choice changes the time and not the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// The fastest that this machine has.
    Fastest,
    /// What every machine has.
    Portable,
}

/// Two primes for an RSA modulus of exactly `modulus_bits` bits (1024 to 16384, odd lengths too)
/// and the public exponent 65537.
///
/// `seeds` is asked once for each worker, and must put in independent secret random bytes. With one
/// worker, the same seed gives the same primes, on every machine.
///
/// # Panics
///
/// If `modulus_bits` is not in 1024..=16384.
pub fn search(modulus_bits: u32, mut seeds: impl FnMut(&mut [u8; 32]), plan: Plan) -> PrimePair {
    assert!((1024..=16384).contains(&modulus_bits), "an RSA modulus has 1024 to 16384 bits");
    let range = Range::of_modulus(modulus_bits);
    let search = Search {
        range,
        sieve: Sieve::for_bits(range.bits()),
        engine: match plan.arithmetic {
            Arithmetic::Fastest => Engine::fastest_for(range.bits()),
            Arithmetic::Portable => Engine::Portable,
        },
        found: Mutex::default(),
        stop: Stop::default(),
    };
    let mut generator = || {
        let mut seed = Zeroizing::new([0; 32]);
        seeds(&mut seed);
        ChaCha20Rng::from_seed(*seed)
    };
    let own = generator();
    thread::scope(|scope| {
        for random in (1..plan.workers.get()).map(|_| generator()) {
            let search = &search;
            let worker = move || search.work(random);
            // A thread that the system refuses is a worker less: the search goes on without it.
            drop(thread::Builder::new().spawn_scoped(scope, worker));
        }
        search.work(own);
    });
    search.finish()
}

/// What the workers share.
struct Search {
    range: Range,
    sieve: Sieve,
    engine: Engine,
    found: Mutex<Vec<Words>>,
    stop: Stop,
}

impl Search {
    /// Looks for primes until two are found, by this worker or others.
    fn work(&self, mut random: ChaCha20Rng) {
        while let Ok(prime) = self.next_prime(&mut random) {
            self.offer(prime);
        }
        wipe_stack();
    }

    /// A prime from windows of its own: the first found in random order.
    fn next_prime(&self, random: &mut ChaCha20Rng) -> Result<Words, Stopped> {
        loop {
            let mut window = Window::draw(self.range, &self.sieve, random);
            let mut bases = fork(random);
            loop {
                let batch: Vec<Words> =
                    std::iter::from_fn(|| window.next()).take(self.engine.width()).collect();
                if batch.is_empty() {
                    break;
                }
                let passed = self.engine.filter(&batch, self.range.bits(), &self.stop)?;
                for (candidate, _) in batch.into_iter().zip(passed).filter(|&(_, passed)| passed) {
                    if self.accepts(&candidate, &mut bases)? {
                        return Ok(candidate);
                    }
                }
            }
        }
    }

    /// Whether what passed the filter is a prime, and one that suits the public exponent.
    fn accepts(&self, candidate: &Words, bases: &mut ChaCha20Rng) -> Result<bool, Stopped> {
        let bits = self.range.bits();
        // The exponent is prime, so that gcd(p - 1, e) is not 1 only if e divides p - 1.
        Ok(remainder(candidate, PUBLIC_EXPONENT) != 1
            && self.engine.confirm(candidate, bits, rounds(bits), bases, &self.stop)?)
    }

    /// Keeps the prime, unless there are two already, or the first is too near.
    fn offer(&self, prime: Words) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.len() < 2 && found.iter().all(|other| are_apart(other, &prime, self.range.bits())) {
            found.push(prime);
        }
        if found.len() == 2 {
            self.stop.set();
        }
    }

    /// The two primes found, the larger first.
    fn finish(self) -> PrimePair {
        let bytes = self.range.bits().div_ceil(8);
        let mut found = self.found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.sort_unstable_by(|a, b| b.iter().rev().cmp(a.iter().rev()));
        let mut output = found.iter().map(|prime| to_big_endian(prime, bytes));
        match (output.next(), output.next()) {
            (Some(p), Some(q)) => PrimePair { p, q },
            _ => unreachable!("every worker goes on until two primes are found"),
        }
    }
}

/// Whether `|p - q| > 2^(modulus_bits / 2 - 100)`, both of `bits` bits (FIPS 186-5, A.1.1).
fn are_apart(p: &[u64], q: &[u64], bits: usize) -> bool {
    let (smaller, larger) = if is_below(p, q) { (p, q) } else { (q, p) };
    let mut difference = Words::new(larger.to_vec());
    subtract(&mut difference, smaller);
    bits_at(&difference, bits - 99, 64) | bits_at(&difference, bits - 64, 64) != 0
}

/// F4. The search relies on it being prime.
const PUBLIC_EXPONENT: u32 = 65537;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod timings;
