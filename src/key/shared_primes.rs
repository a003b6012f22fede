//! RSA keys that have a prime in common: then both private keys can be computed.
//!
//! D. Bernstein, "How to find smooth parts of integers", 2004, sections 2 and 3; N. Heninger, Z. Durumeric,
//! E. Wustrow, J. Halderman, "Mining Your Ps and Qs", 2012, section 3.2. All moduli are multiplied in a tree,
//! the product is reduced modulo the square of each down the same tree, and what is left over, divided by the
//! modulus, has a divisor in common with it when another modulus has.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::thread;

use dashu_int::UBig;
use dashu_int::ops::{BitTest, Gcd};

use super::PublicKey;

/// A key that has a prime in common with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedPrime {
    /// Its place among the keys.
    pub key: usize,
    /// The place of the other; `None` when there are so many that the search for it was given up.
    pub other: Option<usize>,
}

/// The keys that have a prime above 4096 in common with a different key, in order; several times when there are
/// several others, but not more than eight times. Keys of other types have none.
///
/// Time and memory grow a little faster than the total length of the moduli.
#[must_use]
pub fn shared_primes(keys: &[&PublicKey]) -> Vec<SharedPrime> {
    let small = small_primes();
    let mut places: HashMap<UBig, Vec<usize>> = HashMap::new();
    for (place, key) in keys.iter().enumerate() {
        let modulus = key.rsa_modulus().map(|modulus| UBig::from_be_bytes(&modulus.to_be_bytes()));
        if let Some(modulus) = modulus.filter(|modulus| !modulus.is_zero()) {
            places.entry(without(modulus, &small)).or_default().push(place);
        }
    }
    places.remove(&UBig::ONE);
    let (mut moduli, places): (Vec<_>, Vec<_>) = places.into_iter().unzip();
    // Of what is the same for each run, so that the answer is too.
    let mut order: Vec<usize> = (0..moduli.len()).collect();
    order.sort_unstable_by_key(|&index| places[index][0]);
    let places: Vec<_> = order.iter().map(|&index| &places[index]).collect();
    moduli = order.iter().map(|&index| moduli[index].clone()).collect();
    let shared = divisors_shared(&moduli);
    let others = others(&moduli, &shared);
    let mut found = Vec::new();
    for (index, others) in others {
        let mut others: Vec<_> =
            others.iter().flat_map(|&other| places[other]).map(|&place| Some(place)).collect();
        others.sort_unstable();
        others.truncate(MOST_OTHERS);
        if others.is_empty() {
            others.push(None);
        }
        for &key in places[index] {
            found.extend(others.iter().map(|&other| SharedPrime { key, other }));
        }
    }
    found.sort_unstable_by_key(|shared| (shared.key, shared.other));
    found
}

/// Of each modulus, its greatest common divisor with the product of the others.
fn divisors_shared(moduli: &[UBig]) -> Vec<UBig> {
    let mut tree = vec![moduli.to_vec()];
    while let Some(level) = tree.last().filter(|level| level.len() > 1) {
        let pairs: Vec<&[UBig]> = level.chunks(2).collect();
        let next = on_all_cores(&pairs, |_, pair| pair.iter().product());
        tree.push(next);
    }
    let mut rests = tree.pop().unwrap_or_default();
    // The rest of the product of all modulo its own square is itself.
    while let Some(level) = tree.pop() {
        rests = on_all_cores(&level, |index, factor| &rests[index / 2] % factor.sqr());
    }
    on_all_cores(moduli, |index, modulus| {
        let others = if moduli.len() == 1 { UBig::ONE } else { &rests[index] / modulus };
        modulus.gcd(others)
    })
}

/// For each modulus with a divisor in common with others, which these are, as far as they are found.
fn others(moduli: &[UBig], shared: &[UBig]) -> Vec<(usize, Vec<usize>)> {
    let (mut groups, whole) = by_divisor(moduli, shared);
    let mut pairs = compare_whole(moduli, &whole, &mut groups);
    for group in groups.values() {
        for &index in group {
            let others = group.iter().filter(|&&other| other != index).take(MOST_OTHERS);
            pairs.entry(index).or_default().extend(others);
        }
    }
    let with_others = |index: usize| {
        let mut others = pairs.remove(&index).unwrap_or_default();
        others.sort_unstable();
        others.dedup();
        (index, others)
    };
    let indexes = (0..moduli.len()).filter(|&index| !shared[index].is_one());
    indexes.map(with_others).collect()
}

/// The indexes of the moduli by the divisor that they share, and of those that share all of their primes.
fn by_divisor<'a>(moduli: &[UBig], shared: &'a [UBig]) -> (HashMap<&'a UBig, Vec<usize>>, Vec<usize>) {
    let mut groups: HashMap<&UBig, Vec<usize>> = HashMap::new();
    let mut whole = Vec::new();
    for (index, divisor) in shared.iter().enumerate().filter(|(_, divisor)| !divisor.is_one()) {
        if *divisor == moduli[index] {
            whole.push(index);
        } else {
            groups.entry(divisor).or_default().push(index);
        }
    }
    (groups, whole)
}

/// Adds each modulus of which all primes are shared (so that none of them is reported) to the groups of its primes, and
/// gives which of these moduli share primes with each other. It ends after [`MOST_WORK`].
fn compare_whole(
    moduli: &[UBig],
    whole: &[usize],
    groups: &mut HashMap<&UBig, Vec<usize>>,
) -> HashMap<usize, Vec<usize>> {
    let mut pairs: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut left = MOST_WORK;
    for (position, &index) in whole.iter().enumerate() {
        let modulus = &moduli[index];
        let mut shares = |other: &UBig| {
            let work = (modulus.bit_len() / 64 + 1) * (other.bit_len() / 64 + 1);
            left = left.checked_sub(work)?;
            (!modulus.gcd(other).is_one()).then_some(())
        };
        for (divisor, group) in groups.iter_mut() {
            if shares(divisor).is_some() {
                group.push(index);
            }
        }
        for &other in &whole[position + 1..] {
            if shares(&moduli[other]).is_some() {
                pairs.entry(index).or_default().push(other);
                pairs.entry(other).or_default().push(index);
            }
        }
    }
    pairs
}

/// Does `work` on all items, in runs of them, on as many threads as there are cores; items of much work that come
/// late would leave cores without work.
fn on_all_cores<I: Sync, T: Send>(items: &[I], work: impl Fn(usize, &I) -> T + Sync) -> Vec<T> {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let size = items.len().div_ceil(cores).max(1);
    let work = &work;
    let run = |(start, items): (usize, &[I])| -> Vec<T> {
        (start..).zip(items).map(|(index, item)| work(index, item)).collect()
    };
    thread::scope(|scope| {
        let mut runs = (0..).step_by(size).zip(items.chunks(size)).collect::<Vec<_>>().into_iter();
        let own = runs.next();
        let threads: Vec<_> =
            runs.map(|some| (some, thread::Builder::new().spawn_scoped(scope, move || run(some)))).collect();
        let mut results = own.map(run).unwrap_or_default();
        for (some, thread) in threads {
            // A thread that the system refuses leaves its work to this one.
            results.extend(match thread {
                Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                Err(_) => run(some),
            });
        }
        results
    })
}

/// The product of the primes below 4096.
fn small_primes() -> UBig {
    let is_prime =
        |number: &u32| (2..64).all(|divisor| number == &divisor || !number.is_multiple_of(divisor));
    (2..SMALL).filter(is_prime).map(UBig::from).product()
}

/// The number without the factors that it has in common with `small`. Moduli with such factors are no RSA
/// keys, and they would all be compared with each other.
fn without(mut number: UBig, small: &UBig) -> UBig {
    loop {
        let divisor = (&number).gcd(small % &number);
        if divisor.is_one() || number.is_one() {
            return number;
        }
        number /= divisor;
    }
}

/// Primes below this are weaknesses of their own.
const SMALL: u32 = 4096;
/// So many others of one key are named.
const MOST_OTHERS: usize = 8;
/// The work on keys of which all primes are shared, in products of 64-bit words: a few seconds.
const MOST_WORK: usize = 1 << 28;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::put_string;

    fn key(modulus: &UBig) -> PublicKey {
        let mut blob = Vec::new();
        put_string(&mut blob, b"ssh-rsa");
        put_string(&mut blob, &[1, 0, 1]);
        let bytes = modulus.to_be_bytes();
        let sign = if bytes[0] < 0x80 { &[][..] } else { &[0] };
        put_string(&mut blob, &[sign, &bytes].concat());
        PublicKey::from_blob(&blob).expect("a key")
    }

    /// 2^exponent - 1: for prime exponents no two of them have a divisor in common.
    fn factor(exponent: usize) -> UBig {
        (UBig::ONE << exponent) - UBig::ONE
    }

    fn pairs(moduli: &[UBig]) -> Vec<(usize, Option<usize>)> {
        let keys: Vec<_> = moduli.iter().map(key).collect();
        let found = shared_primes(&keys.iter().collect::<Vec<_>>());
        found.into_iter().map(|shared| (shared.key, shared.other)).collect()
    }

    fn both_ways(pairs: &[(usize, usize)]) -> Vec<(usize, Option<usize>)> {
        let mut both: Vec<_> =
            pairs.iter().flat_map(|&(one, other)| [(one, Some(other)), (other, Some(one))]).collect();
        both.sort_unstable();
        both
    }

    #[test]
    fn pairs_are_found_among_others_and_equal_keys_are_no_pair() {
        let moduli = [(521, 523), (541, 547), (557, 521), (541, 547), (563, 569), (569, 521)]
            .map(|(p, q)| factor(p) * factor(q));
        assert_eq!(pairs(&moduli), both_ways(&[(0, 2), (0, 5), (2, 5), (4, 5)]));
        assert_eq!(pairs(&moduli[3..5]), []);
        assert_eq!(pairs(&[]), []);
        // Each prime of each key is shared; the last key is the second one again.
        let ring = [(521, 523), (523, 541), (541, 521), (541, 523)].map(|(p, q)| factor(p) * factor(q));
        assert_eq!(pairs(&ring), both_ways(&[(0, 1), (0, 2), (0, 3), (1, 2), (2, 3)]));
    }

    #[test]
    fn numbers_that_are_no_moduli_do_no_harm() {
        let numbers = [UBig::ONE, factor(521), factor(521).sqr(), factor(521) * 6_u32, UBig::from(30_u32)];
        assert_eq!(pairs(&numbers), both_ways(&[(1, 2), (2, 3)]));
    }

    #[test]
    fn many_keys_with_one_prime_are_all_found() {
        let moduli: Vec<_> =
            (0..200_usize).map(|index| factor(607) * ((UBig::ONE << (900 + index)) + 1_u32)).collect();
        let found = pairs(&moduli);
        for place in 0..moduli.len() {
            assert!(found.iter().filter(|(key, _)| *key == place).count() >= 1, "{place}");
        }
        assert!(found.len() <= MOST_OTHERS * moduli.len());
    }

    #[test]
    fn long_moduli_need_no_deep_stack() {
        let search = || {
            let moduli: Vec<_> =
                (0..300_usize).map(|index| (UBig::ONE << 16383) + factor(700 + index)).collect();
            pairs(&moduli).len()
        };
        let thread = thread::Builder::new().stack_size(256 << 10).spawn(search).expect("a thread");
        assert!(thread.join().is_ok());
    }
}
