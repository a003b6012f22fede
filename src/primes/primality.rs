//! Primality: one cheap test to base 2 for every candidate, Miller-Rabin rounds for what passes it.
//!
//! Sources: the rounds are algorithm 4.24 of the Handbook of Applied Cryptography (FIPS 186-5,
//! B.3.1); how many are enough is said at [`rounds`].

use std::sync::atomic::{AtomicBool, Ordering};

use chacha20::ChaCha20Rng;
use rand_core::Rng;

use crate::arithmetic::words::{
    Words, bit, is_below, power_of_two, shift_right, subtract, trailing_zeros, zero,
};
use crate::arithmetic::{
    Adx, Avx2, Avx512, Avx512Vl, Engine, Lanes, Montgomery, Plain, Portable, Scalar, power,
};

/// The search was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stopped;

/// Tells every worker to stop; looked at before every squaring.
#[derive(Debug, Default)]
pub(super) struct Stop(AtomicBool);

impl Stop {
    /// From here on, [`check`](Self::check) fails.
    pub(super) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// An error if it is time to stop.
    pub(super) fn check(&self) -> Result<(), Stopped> {
        if self.0.load(Ordering::Relaxed) { Err(Stopped) } else { Ok(()) }
    }
}

impl Engine {
    /// Which of the candidates, odd numbers of `bits` bits, are primes or pseudoprimes to base 2.
    ///
    /// There is at least one candidate and at most [`width`](Self::width).
    pub(super) fn filter(
        self,
        candidates: &[impl AsRef<[u64]>],
        bits: usize,
        stop: &Stop,
    ) -> Result<Vec<bool>, Stopped> {
        let pick = |lane: usize| candidates[lane % candidates.len()].as_ref();
        let mut passed = match self {
            Self::Portable => fermat::<Portable, 1>(Plain, [pick(0)], bits, stop)?.to_vec(),
            Self::Adx(adx) => fermat::<Scalar<Adx>, 1>(adx, [pick(0)], bits, stop)?.to_vec(),
            Self::Avx2(avx2) => {
                fermat::<Lanes<Avx2, 4>, 4>(avx2, std::array::from_fn(pick), bits, stop)?.to_vec()
            }
            Self::Avx512Vl(avx512) => {
                fermat::<Lanes<Avx512Vl, 4>, 4>(avx512, std::array::from_fn(pick), bits, stop)?.to_vec()
            }
            Self::Avx512(avx512) => {
                fermat::<Lanes<Avx512, 8>, 8>(avx512, std::array::from_fn(pick), bits, stop)?.to_vec()
            }
        };
        passed.truncate(candidates.len());
        Ok(passed)
    }

    /// Whether an odd candidate of `bits` bits passes at least `rounds` rounds to random bases.
    pub(super) fn confirm(
        self,
        candidate: &[u64],
        bits: usize,
        rounds: usize,
        random: &mut ChaCha20Rng,
        stop: &Stop,
    ) -> Result<bool, Stopped> {
        let mut left = rounds;
        while left > 0 {
            let passed = match self.for_count(left) {
                Self::Avx512Vl(avx512) => {
                    left = left.saturating_sub(4);
                    strong::<Lanes<Avx512Vl, 4>, 4>(avx512, candidate, bits, random, stop)?
                }
                Self::Avx512(avx512) => {
                    left = left.saturating_sub(8);
                    strong::<Lanes<Avx512, 8>, 8>(avx512, candidate, bits, random, stop)?
                }
                Self::Avx2(avx2) if left > 1 => {
                    left = left.saturating_sub(4);
                    strong::<Lanes<Avx2, 4>, 4>(avx2, candidate, bits, random, stop)?
                }
                Self::Adx(adx) => {
                    left -= 1;
                    strong::<Scalar<Adx>, 1>(adx, candidate, bits, random, stop)?
                }
                // One round alone is faster done by itself than four times.
                _ => {
                    left -= 1;
                    strong::<Portable, 1>(Plain, candidate, bits, random, stop)?
                }
            };
            if !passed {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// How many rounds to random bases a prime of `bits` bits takes, at the least.
///
/// FIPS 186-5, table B.1 gives 5 and 4 for primes of 1024 and 1536 bits; the bound that it rests on
/// (see [`super`]) falls with the length, so that 4 rounds are more than enough for longer ones. Below
/// 1024 bits, which FIPS 186-5 has no more, 12 rounds reach the same 2^-112.
pub(super) fn rounds(bits: usize) -> usize {
    match bits {
        ..1024 => 12,
        1024..1536 => 5,
        _ => 4,
    }
}

/// Fermat's test to base 2: whether `2^(n-1) = 1 mod n`, for each of the candidates.
fn fermat<M: Montgomery<LANES>, const LANES: usize>(
    machine: M::Machine,
    candidates: [&[u64]; LANES],
    bits: usize,
    stop: &Stop,
) -> Result<[bool; LANES], Stopped> {
    let mut field = M::new(machine, candidates, bits);
    let ones = candidates.map(|candidate| power_of_two(candidate, bits, field.radix_bits()));
    let mut power = field.load(ones.each_ref().map(|one| one.as_slice()));
    for index in (0..bits).rev() {
        stop.check()?;
        field.square_and_double(&mut power, candidates.map(|candidate| (index > 0) & bit(candidate, index)));
    }
    Ok(std::array::from_fn(|lane| field.store(&power, lane) == ones[lane]))
}

/// Strong tests of one candidate to `LANES` random bases: whether it passes all of them.
///
/// With `n - 1 = 2^s t`, `t` odd, a prime has `b^t = 1` or `b^(2^i t) = -1` for some `i < s`. The
/// power to `t` is taken in constant time; `s`, two bits of the candidate on average, is not hidden.
fn strong<M: Montgomery<LANES>, const LANES: usize>(
    machine: M::Machine,
    candidate: &[u64],
    bits: usize,
    random: &mut ChaCha20Rng,
    stop: &Stop,
) -> Result<bool, Stopped> {
    let mut field = M::new(machine, [candidate; LANES], bits);
    let one = power_of_two(candidate, bits, field.radix_bits());
    let mut minus_one = Words::new(candidate.to_vec());
    subtract(&mut minus_one, &one);
    let bases: [Words; LANES] =
        std::array::from_fn(|_| random_base(candidate, bits, [&one, &minus_one], random));
    let base = field.load(bases.each_ref().map(|base| base.as_slice()));
    let mut even = Words::new(candidate.to_vec());
    even[0] &= !1;
    let twos = trailing_zeros(&even);
    let exponent = shift_right(&even, twos);
    let unit = field.load([&one; LANES]);
    let exponents = ([exponent.as_slice(); LANES], bits - twos);
    let mut power = power(&mut field, unit, &base, exponents, || stop.check())?;
    let mut passed = [false; LANES];
    for squarings in 0..twos {
        stop.check()?;
        for (lane, passed) in passed.iter_mut().enumerate() {
            let value = field.store(&power, lane);
            *passed |= value == minus_one || (squarings == 0 && value == one);
        }
        field.square(&mut power);
    }
    Ok(passed == [true; LANES])
}

/// A base below `candidate`, uniform over the numbers whose Montgomery form is none of 0 and `not`.
///
/// Multiplying by `R` permutes the residues, so the number drawn may be taken for the Montgomery
/// form of the base.
fn random_base(candidate: &[u64], bits: usize, not: [&Words; 2], random: &mut ChaCha20Rng) -> Words {
    let mut base = zero(candidate.len());
    loop {
        base.iter_mut().for_each(|word| *word = random.next_u64());
        if let Some(top) = base.last_mut() {
            *top &= u64::MAX >> (64 * candidate.len() - bits);
        }
        let trivial = not.contains(&&base) || base.iter().all(|&word| word == 0);
        if is_below(&base, candidate) && !trivial {
            return base;
        }
    }
}

#[cfg(test)]
mod tests;
