//! Against trial division.

use super::*;
use crate::arithmetic::words::{add_small, remainder};

#[test]
fn primes_are_found() {
    assert_eq!(odd_primes(32), [3, 5, 7, 11, 13, 17, 19, 23, 29, 31]);
    assert_eq!(odd_primes(1 << 16).len(), 6541);
}

#[test]
fn every_prime_is_in_one_group() {
    let sieve = Sieve::new(1 << 12, 8);
    let mut next = 0;
    for primes in sieve.groups.iter().flat_map(|group| &group.primes).filter(|primes| !primes.is_empty()) {
        assert_eq!(primes.start, next);
        next = primes.end;
    }
    assert_eq!(next, sieve.primes.len());
}

#[test]
fn survivors_have_no_small_factor_and_the_others_have() {
    for words in [8, 9, 16, 128] {
        let start: Vec<u64> = (1..=words).map(|word| 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(word)).collect();
        let sieve = Sieve::new(1 << 11, start.len());
        let survivors = sieve.survivors(&start, 3000);
        let primes = odd_primes(1 << 11);
        let open = (0..3000).filter(|&offset| {
            let mut candidate = start.clone();
            add_small(&mut candidate, 2 * u64::from(offset));
            primes.iter().all(|&prime| remainder(&candidate, prime) != 0)
        });
        assert_eq!(*survivors, open.collect::<Vec<u32>>());
        assert!(survivors.len() > 300);
    }
}
