//! What makes a key weak, told from its public half.

use std::fmt;

use crypto_bigint::{BoxedUint, ConcatenatingSquare, NonZero};

use super::{Algorithm, PublicKey};
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
    /// The RSA exponent is 1 or even.
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
    /// All that is wrong with the key, as far as its public half tells.
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
        if exponent == [1] || exponent.last().is_some_and(|byte| byte % 2 == 0) {
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
    let Some(divisor) = NonZero::new(BoxedUint::from(divisor)).into_option() else { return 0 };
    let bytes = number.rem_vartime(&divisor).to_be_bytes();
    let mut last = [0; 4];
    last.copy_from_slice(&bytes[bytes.len() - 4..]);
    u32::from_be_bytes(last)
}

fn small_factor(modulus: &BoxedUint) -> Option<u32> {
    let mut composite = vec![false; 1 << 16];
    (3..1_u32 << 16).step_by(2).find(|&candidate| {
        let Ok(index) = usize::try_from(candidate) else { return false };
        if composite[index] {
            return false;
        }
        composite[index..].iter_mut().step_by(index).for_each(|flag| *flag = true);
        remainder(modulus, candidate) == 0
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
        let b = difference.floor_sqrt_vartime();
        if b.concatenating_square() == difference {
            return true;
        }
    }
    false
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
