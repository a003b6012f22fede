//! The whole search: pairs of every kind, both arithmetics, and the spread of the primes.

use crypto_bigint::{BoxedUint, ConcatenatingMul};
use crypto_primes::{Flavor, is_prime};

use super::*;

/// Seeds that count up.
fn counting(from: u64) -> impl FnMut(&mut [u8; 32]) {
    let mut next = from;
    move |seed| {
        next += 1;
        seed[..8].copy_from_slice(&next.to_le_bytes());
    }
}

fn plan(workers: usize, arithmetic: Arithmetic) -> Plan {
    Plan { workers: NonZeroUsize::new(workers).expect("at least one"), arithmetic }
}

/// One worker, one seed.
fn pair(bits: u32, seed: u64, arithmetic: Arithmetic) -> PrimePair {
    search(bits, counting(seed), plan(1, arithmetic))
}

fn number(bytes: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(bytes)
}

/// All that is promised of a pair, by other means than the search's.
fn check(bits: u32, pair: &PrimePair) {
    let (p, q) = (number(&pair.p), number(&pair.q));
    let length = bits.div_ceil(2);
    assert_eq!(pair.p.len(), usize::try_from(length.div_ceil(8)).expect("small"));
    assert_eq!((p.bit_width_vartime(), q.bit_width_vartime()), (length, length));
    assert_eq!(p.concatenating_mul(&q).bit_width_vartime(), bits, "{bits} bits");
    assert!(p > q && p.wrapping_sub(&q).bit_width_vartime() > length - 100);
    for prime in [p, q] {
        assert!(is_prime(Flavor::Any, &prime), "{bits} bits");
        assert_ne!(remainder_by_f4(&prime), 1);
    }
}

/// The number modulo 65537, the slow way.
fn remainder_by_f4(number: &BoxedUint) -> u32 {
    number.to_be_bytes().iter().fold(0, |rest, &byte| (rest << 8 | u32::from(byte)) % 65537)
}

#[test]
fn pairs_of_any_length_are_valid_on_both_arithmetics() {
    for bits in [1024, 1025, 1026, 1087, 1151, 1152, 1153, 1279, 1535, 1537, 2047, 2048] {
        check(bits, &pair(bits, u64::from(bits), Arithmetic::Fastest));
    }
    for bits in [1024, 1027, 1281, 1536] {
        check(bits, &pair(bits, u64::from(bits), Arithmetic::Portable));
    }
}

#[test]
#[ignore = "takes a minute"]
fn long_pairs_are_valid() {
    for bits in [3072, 4096, 7103, 7104, 7105, 8192] {
        check(bits, &search(bits, counting(1), plan(2, Arithmetic::Fastest)));
    }
}

#[test]
fn one_seed_gives_one_pair_on_both_arithmetics() {
    for (bits, seed) in [(1024, 1), (1024, 2), (1101, 3), (1536, 4), (2048, 5)] {
        let fastest = pair(bits, seed, Arithmetic::Fastest);
        let portable = pair(bits, seed, Arithmetic::Portable);
        assert_eq!((&fastest.p, &fastest.q), (&portable.p, &portable.q));
        assert_ne!(fastest.p, pair(bits, seed + 100, Arithmetic::Fastest).p);
    }
}

/// What a seed gives must never change by accident.
#[test]
fn a_known_seed_gives_known_primes() {
    let found = pair(1024, 0, Arithmetic::Fastest);
    assert_eq!(found.p[..8], [254, 176, 216, 174, 102, 76, 135, 70]);
    assert_eq!(found.q[..8], [192, 218, 100, 4, 235, 113, 123, 115]);
}

#[test]
fn several_workers_find_valid_pairs() {
    for workers in [2, 3, 8] {
        for arithmetic in [Arithmetic::Fastest, Arithmetic::Portable] {
            check(1024, &search(1024, counting(7), plan(workers, arithmetic)));
        }
    }
}

#[test]
#[should_panic(expected = "1024 to 16384")]
fn shorter_lengths_are_refused() {
    pair(1023, 1, Arithmetic::Fastest);
}

#[test]
fn near_primes_are_refused() {
    let bits = 512;
    let p = vec![u64::MAX; 8];
    let with = |word: usize, bit: u32| {
        let mut q = p.clone();
        q[word] ^= 1 << bit;
        q
    };
    // 2^(512 - 100) is bit 28 of word 6; the difference must be above it.
    assert!(!are_apart(&p, &p, bits));
    assert!(!are_apart(&p, &with(0, 5), bits));
    assert!(!are_apart(&p, &with(6, 28), bits));
    assert!(are_apart(&p, &with(6, 29), bits) && are_apart(&with(6, 29), &p, bits));
    assert!(are_apart(&p, &with(6, 63), bits) && are_apart(&p, &with(7, 63), bits));
}

/// Pearson's statistic for equally likely classes.
fn chi_square(counts: &[u32]) -> f64 {
    let total: f64 = counts.iter().map(|&count| f64::from(count)).sum();
    let expected = total / f64::from(u32::try_from(counts.len()).expect("few classes"));
    counts.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum()
}

/// 400 pairs: the place of a prime in the range, its low bits, and both against the other prime's.
///
/// The bounds are the 0.9999 quantiles for 15 and 9 degrees of freedom; the seeds are fixed.
#[test]
fn the_primes_are_spread_evenly_and_independently() {
    let (mut low, mut top, mut joint_low, mut joint_top) = ([0; 16], [0; 16], [0; 16], [0; 16]);
    for seed in 0..400 {
        let pair = pair(1024, seed, Arithmetic::Fastest);
        let bytes = [&pair.p, &pair.q].map(|prime| (prime[0], prime[1], prime[63]));
        // Where in the range: 0 at its lower end, 1 at its upper.
        let place = bytes.map(|(high, next, _)| {
            let top = f64::from(u32::from(high) << 8 | u32::from(next)) / 65536.0;
            (top - 0.5_f64.sqrt()) / (1.0 - 0.5_f64.sqrt())
        });
        for (place, (_, _, last)) in place.into_iter().zip(bytes) {
            top[class(place, 16)] += 1;
            low[usize::from(last / 2 % 16)] += 1;
        }
        // p and q in an order of their own, not by size.
        let (a, b) = if seed % 2 == 0 { (0, 1) } else { (1, 0) };
        joint_top[4 * class(place[a], 4) + class(place[b], 4)] += 1;
        joint_low[usize::from(bytes[a].2 / 2 % 4 * 4 + bytes[b].2 / 2 % 4)] += 1;
    }
    for (name, counts) in [("low", low), ("top", top), ("joint low", joint_low), ("joint top", joint_top)] {
        let statistic = chi_square(&counts);
        assert!(statistic < 44.3, "{name}: {statistic}, {counts:?}");
    }
}

/// Which of `classes` equal parts of 0..1 a place is in.
fn class(place: f64, classes: u8) -> usize {
    (1..classes).filter(|&edge| place >= f64::from(edge) / f64::from(classes)).count()
}
