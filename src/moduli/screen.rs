//! Which of the candidates are safe primes: Miller-Rabin on `q` and on `p = 2 q + 1`.
//!
//! Most candidates fail Fermat's test of `q` to base 2, and most of the rest that of `p`, which is
//! why those go first, several candidates at a time.

use chacha20::ChaCha20Rng;

use super::{Line, MIN_BITS, Natural};
use crate::primes::public;

/// How many rounds of Miller-Rabin, to random bases, each of the two primes has to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrimeTests(u32);

impl PrimeTests {
    /// The fewest rounds.
    pub const MIN: u32 = 4;

    /// So many rounds; `None` if they are too few.
    #[must_use]
    pub fn new(rounds: u32) -> Option<Self> {
        (rounds >= Self::MIN).then_some(Self(rounds))
    }
}

impl Default for PrimeTests {
    fn default() -> Self {
        Self(100)
    }
}

/// What is asked of the candidates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Screening {
    /// How sure to be.
    pub tests: PrimeTests,
    /// The only generator that is wanted; any if none is named.
    pub generator: Option<u32>,
}

/// What became of some lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Screened {
    /// How many candidates were tested.
    pub tested: u32,
    /// The safe primes, in the order of their candidates.
    pub safe: Vec<Line>,
    /// Where the first line is that cannot be read; it and those behind it were not looked at.
    pub unreadable: Option<usize>,
}

/// Looks for safe primes.
#[must_use]
pub fn screen(lines: &[impl AsRef<[u8]>], asked: Screening, random: &mut ChaCha20Rng) -> Screened {
    let mut screened = Screened::default();
    let mut candidates = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        match Line::read(line.as_ref()) {
            Ok(line) => candidates.extend(line.and_then(|line| Candidate::new(line, asked))),
            Err(_) => {
                screened.unreadable = Some(place);
                break;
            }
        }
    }
    screened.tested = u32::try_from(candidates.len()).unwrap_or(u32::MAX);
    let candidates = keep_probable(candidates, |candidate| &candidate.q);
    let mut candidates = keep_probable(candidates, |candidate| &candidate.p);
    candidates.retain(|candidate| candidate.is_safe(asked.tests, random));
    screened.safe = candidates.into_iter().map(Candidate::into_line).collect();
    screened
}

/// A number that may be a safe prime.
struct Candidate {
    p: Natural,
    q: Natural,
    tests: u32,
    tries: u32,
    generator: u32,
}

impl Candidate {
    /// The number of the line, if it has the length that the line says, and a generator that is wanted.
    fn new(line: Line, asked: Screening) -> Option<Self> {
        let Line { kind, tests, tries, size, generator, modulus } = line;
        let (p, q, size, generator) = match kind {
            Line::SOPHIE_GERMAIN => (modulus.double_and_one(), modulus, u64::from(size) + 1, 0),
            _ => (modulus.clone(), modulus.half(), u64::from(size), generator),
        };
        let fits =
            u64::try_from(p.bits()).is_ok_and(|bits| bits == size + 1) && size + 1 >= u64::from(MIN_BITS);
        let generator = if generator == 0 { generator_of(&p)? } else { generator };
        let wanted = asked.generator.is_none_or(|wanted| wanted == generator);
        let tries = if tests & Line::MILLER_RABIN == 0 { 0 } else { tries };
        (fits && wanted).then(|| Self { tries: tries.wrapping_add(asked.tests.0), p, q, tests, generator })
    }

    fn is_safe(&self, tests: PrimeTests, random: &mut ChaCha20Rng) -> bool {
        let rounds = usize::try_from(tests.0).unwrap_or(usize::MAX);
        [&self.p, &self.q]
            .into_iter()
            .all(|number| public::confirm(number.words(), number.bits(), rounds, random))
    }

    fn into_line(self) -> Line {
        Line {
            kind: Line::SAFE,
            tests: self.tests | Line::MILLER_RABIN,
            tries: self.tries,
            size: u32::try_from(self.p.bits() - 1).unwrap_or(u32::MAX),
            generator: self.generator,
            modulus: self.p,
        }
    }
}

/// A generator of the subgroup of order `q`, if a small one is known: 2 where `p` is 11 modulo 24,
/// 5 where it is 3 or 7 modulo 10.
fn generator_of(p: &Natural) -> Option<u32> {
    if p.remainder(24) == 11 {
        return Some(2);
    }
    matches!(p.remainder(10), 3 | 7).then_some(5)
}

/// The candidates whose number, `p` or `q`, passes Fermat's test to base 2, in their order.
fn keep_probable(mut candidates: Vec<Candidate>, number: impl Fn(&Candidate) -> &Natural) -> Vec<Candidate> {
    candidates.retain(|candidate| number(candidate).is_odd());
    let mut passed = vec![false; candidates.len()];
    let mut places: Vec<usize> = (0..candidates.len()).collect();
    places.sort_by_key(|&place| number(&candidates[place]).bits());
    for places in places.chunk_by(|&a, &b| number(&candidates[a]).bits() == number(&candidates[b]).bits()) {
        let numbers: Vec<&[u64]> = places.iter().map(|&place| number(&candidates[place]).words()).collect();
        let bits = number(&candidates[places[0]]).bits();
        for (&place, answer) in places.iter().zip(public::filter(&numbers, bits)) {
            passed[place] = answer;
        }
    }
    let mut passed = passed.into_iter();
    candidates.retain(|_| passed.next().unwrap_or(false));
    candidates
}

#[cfg(test)]
mod tests;
