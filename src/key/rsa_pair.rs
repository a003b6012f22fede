//! RSA pairs from the numbers of a file: what is missing or wrong among those that follow from others is computed.

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, ConcatenatingMul, Gcd, NonZero, Odd, Resize};
use ssh_key::Mpint;
use ssh_key::private::{RsaKeypair, RsaPrivateKey};
use ssh_key::public::RsaPublicKey;
use thiserror::Error;

use super::private::Mismatch;
use crate::wire::without_zeros;

/// No RSA number is longer, in bytes; a longer one would cost seconds to compute with.
pub const MAX_RSA_BYTES: usize = 16384 / 8;
/// Each base finds the primes with a chance of one half or more.
const BASES: [u32; 16] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53];

/// The numbers of an RSA key as a file gives them: big-endian, empty or zero where they are missing. The exponents
/// modulo the primes and the coefficient are not here: they follow from d, p and q, and files that state them wrongly
/// are in use.
#[derive(Clone, Copy)]
pub struct RsaNumbers<'a> {
    /// The modulus.
    pub n: &'a [u8],
    /// The public exponent.
    pub e: &'a [u8],
    /// The private exponent.
    pub d: &'a [u8],
    /// The first prime.
    pub p: &'a [u8],
    /// The second prime.
    pub q: &'a [u8],
}

/// The pair of these numbers. A missing prime follows from the others, two from d, a missing d from the primes.
///
/// # Errors
/// When n, e, d, p and q do not belong together.
pub fn rsa_pair(numbers: &RsaNumbers<'_>) -> Result<RsaKeypair, RsaError> {
    pair(numbers).ok_or_else(|| if has_more_primes(numbers) { RsaError::MorePrimes } else { Mismatch.into() })
}

/// Why numbers are no RSA pair.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum RsaError {
    /// They do not belong together.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// The modulus has more primes than p and q (RFC 8017 section 3.2).
    #[error("RSA of more than two primes")]
    MorePrimes,
}

/// Whether p and q are two of the primes of the modulus, and the exponents fit them.
fn has_more_primes(numbers: &RsaNumbers<'_>) -> bool {
    let RsaNumbers { n, e, d, p, q } = *numbers;
    let [Some(n), Some(e), Some(d), Some(p), Some(q)] = [n, e, d, p, q].map(number) else { return false };
    let one = BoxedUint::one();
    let rest =
        quotient(&n, &p).filter(|_| p != one).and_then(|rest| quotient(&rest, &q).filter(|_| q != one));
    rest.is_some_and(|rest| rest != one) && are_inverse(&e, &d, &p) && are_inverse(&e, &d, &q)
}

fn pair(numbers: &RsaNumbers<'_>) -> Option<RsaKeypair> {
    let RsaNumbers { n, e, d, p, q } = *numbers;
    let [n, e, d, p, q] = [n, e, d, p, q].map(number);
    let (n, e, d) = (n?, e?, d?);
    let (p, q) = match (p?, q?) {
        (p, q) if is_zero(&p) && is_zero(&q) => factors(&n, &e, &d)?,
        (p, q) if is_zero(&p) => (quotient(&n, &q)?, q),
        (p, q) if is_zero(&q) => (p.clone(), quotient(&n, &p)?),
        both => both,
    };
    let d = if is_zero(&d) { private_exponent(&e, &p, &q)? } else { d };
    if n != p.concatenating_mul(&q) || !are_inverse(&e, &d, &p) || !are_inverse(&e, &d, &q) {
        return None;
    }
    let modulus = Odd::new(p.clone()).into_option()?;
    let reduced = q.rem_vartime(modulus.as_nz_ref()).try_resize(p.bits_precision())?;
    let coefficient = reduced.invert_odd_mod(&modulus).into_option()?;
    let mpint = |number: &BoxedUint| Mpint::from_positive_bytes(&number.to_be_bytes());
    let public = RsaPublicKey::new(mpint(&e), mpint(&n)).ok()?;
    let private = RsaPrivateKey::new(mpint(&d), mpint(&coefficient), mpint(&p), mpint(&q)).ok()?;
    RsaKeypair::new(public, private).ok()
}

fn number(bytes: &[u8]) -> Option<BoxedUint> {
    let digits = without_zeros(bytes);
    (digits.len() <= MAX_RSA_BYTES).then(|| BoxedUint::from_be_slice_vartime(digits))
}

fn is_zero(number: &BoxedUint) -> bool {
    *number == BoxedUint::zero()
}

fn minus_one(number: &BoxedUint) -> BoxedUint {
    number.wrapping_sub(BoxedUint::one())
}

fn quotient(number: &BoxedUint, divisor: &BoxedUint) -> Option<BoxedUint> {
    let divisor = NonZero::new(divisor.clone()).into_option()?;
    let (quotient, rest) = number.div_rem_vartime(&divisor);
    is_zero(&rest).then_some(quotient)
}

/// Whether e d = 1 modulo prime - 1.
fn are_inverse(e: &BoxedUint, d: &BoxedUint, prime: &BoxedUint) -> bool {
    let order = NonZero::new(minus_one(prime)).into_option();
    order.is_some_and(|order| e.concatenating_mul(d).rem_vartime(&order) == BoxedUint::one())
}

/// The inverse of e modulo (p - 1) (q - 1).
fn private_exponent(e: &BoxedUint, p: &BoxedUint, q: &BoxedUint) -> Option<BoxedUint> {
    let order = minus_one(p).concatenating_mul(&minus_one(q));
    let bits = order.bits_precision();
    let order = NonZero::new(order).into_option()?;
    let e = e.rem_vartime(&order).try_resize(bits)?;
    e.invert_mod(&order).into_option()
}

/// The primes of n, from a multiple of the order of its group: e d - 1 (Handbook of Applied Cryptography, 8.2.2).
fn factors(n: &BoxedUint, e: &BoxedUint, d: &BoxedUint) -> Option<(BoxedUint, BoxedUint)> {
    if is_zero(e) || is_zero(d) {
        return None;
    }
    let modulus = Odd::new(n.clone()).into_option()?;
    let multiple = minus_one(&e.concatenating_mul(d));
    if is_zero(&multiple) {
        return None;
    }
    let twos = multiple.trailing_zeros_vartime();
    let odd = multiple.shr(twos);
    let params = BoxedMontyParams::new(modulus);
    let one = BoxedMontyForm::one(&params);
    for base in BASES {
        let base = BoxedUint::from(base).try_resize(n.bits_precision())?;
        let mut power = BoxedMontyForm::new(base, &params).pow(&odd);
        let mut root = None;
        for _ in 0..twos {
            let square = power.square();
            if square == one && power != one {
                root = Some(power.retrieve());
            }
            power = square;
        }
        // Then d belongs to another modulus, and no base will do.
        if power != one {
            return None;
        }
        let Some(root) = root else { continue };
        let prime = minus_one(&root).gcd(n);
        if prime != BoxedUint::one() && prime != *n {
            let other = quotient(n, &prime)?;
            return Some(if prime > other { (prime, other) } else { (other, prime) });
        }
    }
    None
}
