//! RSA keys that have a prime in common: then both private keys can be computed.

use crypto_bigint::{BoxedUint, ConcatenatingMul, ConcatenatingSquare, Gcd, NonZero};

use super::PublicKey;

/// The pairs of keys, by their places, that are different and have a prime in common; keys of other
/// types have none.
///
/// All moduli are multiplied, and each is compared with the product of the others, so that the time
/// is that of a few multiplications for each pair, and not that of a greatest common divisor
/// (Heninger, Durumeric, Wustrow, Halderman: "Mining Your Ps and Qs", 2012, section 3.2).
#[must_use]
pub fn shared_primes(keys: &[&PublicKey]) -> Vec<(usize, usize)> {
    let moduli: Vec<(usize, BoxedUint)> = keys
        .iter()
        .enumerate()
        .filter_map(|(place, key)| Some((place, key.rsa_modulus()?)))
        .filter(|(_, modulus)| *modulus > BoxedUint::one())
        .collect();
    let mut distinct: Vec<&BoxedUint> = moduli.iter().map(|(_, modulus)| modulus).collect();
    distinct.sort_unstable_by(|one, other| one.cmp_vartime(other));
    distinct.dedup();
    let product = product(&distinct);
    let suspects: Vec<_> =
        moduli.iter().filter(|(_, modulus)| shares_with_the_others(modulus, &product)).collect();
    let mut pairs = Vec::new();
    for (index, (place, modulus)) in suspects.iter().enumerate() {
        for (other_place, other) in &suspects[index + 1..] {
            if modulus != other && modulus.gcd_vartime(other) != BoxedUint::one() {
                pairs.push((*place, *other_place));
            }
        }
    }
    pairs
}

/// The halves first, so that the factors of each multiplication are about as long as each other.
fn product(factors: &[&BoxedUint]) -> BoxedUint {
    match factors {
        [] => BoxedUint::one(),
        [factor] => (*factor).clone(),
        _ => {
            let (low, high) = factors.split_at(factors.len() / 2);
            product(low).concatenating_mul(&product(high))
        }
    }
}

/// Whether a factor of `product` has a divisor in common with the product of the other factors.
fn shares_with_the_others(modulus: &BoxedUint, product: &BoxedUint) -> bool {
    let square = NonZero::new(modulus.concatenating_square()).into_option();
    let Some((square, divisor)) = square.zip(NonZero::new(modulus.clone()).into_option()) else {
        return false;
    };
    let (others, _) = product.rem_vartime(&square).div_rem_vartime(&divisor);
    // 0 when every prime is shared.
    others.gcd_vartime(modulus) != BoxedUint::one()
}

#[cfg(test)]
mod tests {
    use crypto_bigint::Resize;

    use super::*;
    use crate::wire::put_string;

    fn key(modulus: &BoxedUint) -> PublicKey {
        let mut blob = Vec::new();
        put_string(&mut blob, b"ssh-rsa");
        put_string(&mut blob, &[1, 0, 1]);
        let bytes = modulus.to_be_bytes_trimmed_vartime();
        let sign = if bytes[0] < 0x80 { &[][..] } else { &[0] };
        put_string(&mut blob, &[sign, &bytes].concat());
        PublicKey::from_blob(&blob).expect("a key")
    }

    /// 2^exponent - 1: for prime exponents no two of them have a divisor in common.
    fn factor(exponent: u32) -> BoxedUint {
        BoxedUint::one().resize(640).shl(exponent).wrapping_sub(BoxedUint::one())
    }

    #[test]
    fn pairs_are_found_among_others_and_equal_keys_are_no_pair() {
        let keys: Vec<_> = [(521, 523), (541, 547), (557, 521), (541, 547), (563, 569), (569, 521)]
            .map(|(p, q)| key(&factor(p).concatenating_mul(&factor(q))))
            .to_vec();
        let keys: Vec<_> = keys.iter().collect();
        assert_eq!(shared_primes(&keys), [(0, 2), (0, 5), (2, 5), (4, 5)]);
        assert_eq!(shared_primes(&keys[3..5]), []);
        assert_eq!(shared_primes(&[]), []);
    }

    #[test]
    fn numbers_that_are_no_moduli_do_no_harm() {
        let numbers = [BoxedUint::one(), factor(521), factor(521).concatenating_square()];
        let keys: Vec<_> = numbers.iter().map(key).collect();
        assert_eq!(shared_primes(&keys.iter().collect::<Vec<_>>()), [(1, 2)]);
    }
}
