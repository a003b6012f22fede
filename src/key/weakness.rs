//! What makes a key weak, as far as its public key shows.

use std::fmt;
use std::sync::OnceLock;

use crypto_bigint::{BoxedUint, ConcatenatingSquare};

use super::{Algorithm, PublicKey};
use crate::arithmetic::words::{self, Words};
use crate::primes::divisors::{Divisors, LANES};
use crate::primes::public::odd_primes;
use crate::wire::Reader;

/// A reason not to use a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// DSA: 1024 bits with SHA-1, gone from OpenSSH 10.
    Dsa,
    /// RSA under 2048 bits (SP 800-131A).
    ShortRsa(u32),
    /// The RSA modulus is even.
    EvenModulus,
    /// The RSA modulus has a factor below 65536.
    SmallFactor(u32),
    /// The RSA exponent is 0, 1 or even.
    BadExponent,
    /// The factors are so close that Fermat's method finds them.
    CloseFactors,
    /// The modulus looks like those of CVE-2017-15361 ("ROCA").
    Roca,
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dsa => f.write_str("DSA keys are broken, and OpenSSH 10 does not take them"),
            Self::ShortRsa(bits) => write!(f, "RSA of {bits} bits is too short"),
            Self::EvenModulus => f.write_str("the modulus is even: this is no RSA key"),
            Self::SmallFactor(factor) => write!(f, "the modulus is divisible by {factor}"),
            Self::BadExponent => f.write_str("the public exponent is 1 or even"),
            Self::CloseFactors => {
                f.write_str("the factors of the modulus are close: anyone can compute the private key")
            }
            Self::Roca => f.write_str("the modulus has the mark of the ROCA fault (CVE-2017-15361)"),
        }
    }
}

/// The shortest RSA modulus that is not called weak, in bits.
const MIN_RSA: u32 = 2048;
/// Steps of Fermat's method; known faulty generators need fewer than a hundred.
const FERMAT_STEPS: u32 = 100;

impl PublicKey {
    /// All that is wrong with the key, as far as its public key shows.
    #[must_use]
    pub fn weaknesses(&self) -> Vec<Weakness> {
        match self.algorithm() {
            Algorithm::Dsa => vec![Weakness::Dsa],
            Algorithm::Rsa => self.rsa_weaknesses().unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    fn rsa_weaknesses(&self) -> Option<Vec<Weakness>> {
        let mut reader = Reader::new(self.blob());
        reader.string().ok()?;
        let exponent = reader.string().ok()?;
        let modulus = self.rsa_modulus()?;
        let mut found = Vec::new();
        if self.bits() < MIN_RSA {
            found.push(Weakness::ShortRsa(self.bits()));
        }
        if exponent.is_empty() || exponent == [1] || exponent.last().is_some_and(|byte| byte % 2 == 0) {
            found.push(Weakness::BadExponent);
        }
        if modulus.bit_vartime(0) {
            found.extend(small_factor(&modulus).map(Weakness::SmallFactor));
            found.extend(has_close_factors(&modulus).then_some(Weakness::CloseFactors));
            found.extend(has_roca_mark(&modulus).then_some(Weakness::Roca));
        } else {
            found.push(Weakness::EvenModulus);
        }
        Some(found)
    }

    /// The modulus of an RSA key; `None` for others.
    pub(super) fn rsa_modulus(&self) -> Option<BoxedUint> {
        if self.algorithm() != Algorithm::Rsa {
            return None;
        }
        let mut reader = Reader::new(self.blob());
        let (_name, _exponent) = (reader.string().ok()?, reader.string().ok()?);
        Some(BoxedUint::from_be_slice_vartime(reader.string().ok()?))
    }
}

fn remainder(number: &BoxedUint, divisor: u32) -> u32 {
    words::remainder(&words_of(number), divisor)
}

fn words_of(number: &BoxedUint) -> Words {
    let bytes = number.to_be_bytes();
    words::from_big_endian(&bytes, bytes.len().div_ceil(8))
}

/// The smallest odd prime below 65536 that divides the number.
fn small_factor(modulus: &BoxedUint) -> Option<u32> {
    let modulus = words_of(modulus);
    small_products().chunks(LANES).find_map(|some| {
        let products = std::array::from_fn(|lane| some.get(lane).map_or(1, |(product, _)| *product));
        let remainders = Divisors::new(products, modulus.len()).remainders(&modulus);
        let mut primes = some.iter().zip(remainders).flat_map(|((_, primes), rest)| {
            primes.iter().filter(move |&&prime| rest.is_multiple_of(u64::from(prime)))
        });
        primes.next().copied()
    })
}

/// The odd primes below 65536 in order, as many together as have a product of 64 bits.
fn small_products() -> &'static [(u64, Vec<u32>)] {
    static PRODUCTS: OnceLock<Vec<(u64, Vec<u32>)>> = OnceLock::new();
    PRODUCTS.get_or_init(|| {
        let mut products: Vec<(u64, Vec<u32>)> = Vec::new();
        for prime in odd_primes(1 << 16) {
            let last = products.last_mut();
            match last.and_then(|last| Some((last.0.checked_mul(u64::from(prime))?, last))) {
                Some((product, last)) => {
                    last.0 = product;
                    last.1.push(prime);
                }
                None => products.push((u64::from(prime), vec![prime])),
            }
        }
        products
    })
}

/// Fermat's method: n = a^2 - b^2 for an a a little above the root of n.
fn has_close_factors(modulus: &BoxedUint) -> bool {
    let mut a = modulus.floor_sqrt_vartime();
    if a.concatenating_square() == *modulus {
        return true;
    }
    for _ in 0..FERMAT_STEPS {
        a = a.wrapping_add(BoxedUint::one());
        let difference = a.concatenating_square().wrapping_sub(modulus);
        if !may_be_square(&difference) {
            continue;
        }
        let b = difference.floor_sqrt_vartime();
        if b.concatenating_square() == difference {
            return true;
        }
    }
    false
}

/// Whether the number is a square modulo 64, 63, 65 and 11: of a hundred numbers that are none, one is.
fn may_be_square(number: &BoxedUint) -> bool {
    let rest = remainder(number, 64 * 63 * 65 * 11);
    [64, 63, 65, 11]
        .into_iter()
        .all(|modulus| (0..modulus).any(|root| root * root % modulus == rest % modulus))
}

/// Moduli of the faulty generator are powers of 65537 modulo each of these primes
/// (Nemec, Sys, Svenda, Klinec, Matyas: "The Return of Coppersmith's Attack", 2017).
const ROCA_PRIMES: [u32; 17] = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

fn has_roca_mark(modulus: &BoxedUint) -> bool {
    ROCA_PRIMES.iter().all(|&prime| {
        let wanted = remainder(modulus, prime);
        let generator = 65537 % prime;
        let mut power = 1;
        (0..prime).any(|_| {
            power = power * generator % prime;
            power == wanted
        })
    })
}

#[cfg(test)]
mod tests {
    use crypto_bigint::ConcatenatingMul;

    use super::*;

    /// 2^521 - 1, a prime.
    fn large_prime() -> BoxedUint {
        BoxedUint::one_with_precision(576).shl(521).wrapping_sub(BoxedUint::one())
    }

    #[test]
    fn the_smallest_factor_is_found() {
        let primes = odd_primes(1 << 16);
        let times = |factor: u32| large_prime().concatenating_mul(BoxedUint::from(factor));
        for &prime in primes.iter().step_by(97).chain(&primes[..30]).chain(&primes[primes.len() - 30..]) {
            assert_eq!(small_factor(&times(prime)), Some(prime));
            let both = times(prime).concatenating_mul(BoxedUint::from(65521_u32));
            assert_eq!(small_factor(&both), Some(prime));
        }
        // 65537 is the next prime.
        assert_eq!([1, 65537].map(|factor| small_factor(&times(factor))), [None, None]);
    }

    #[test]
    fn close_factors_are_found_and_others_are_not() {
        let p = large_prime();
        let away = |distance: u32| p.concatenating_add(BoxedUint::from(distance));
        for distance in [0, 2, 1000, 65536] {
            assert!(has_close_factors(&p.concatenating_mul(&away(distance))), "{distance}");
        }
        assert!(!has_close_factors(&p.concatenating_mul(BoxedUint::from(65537_u32))));
        for root in 0..10_000_u32 {
            assert!(may_be_square(&BoxedUint::from(u64::from(root) * u64::from(root))));
        }
        let many = (0..100_000_u32).filter(|&number| may_be_square(&BoxedUint::from(number))).count();
        assert!(many < 2000, "{many}");
    }
}
