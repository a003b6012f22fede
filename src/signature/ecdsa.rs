//! ECDSA (FIPS 186-5 section 6.4) with the nonces of RFC 6979, on several messages at once: they share the inversions.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use crate::arithmetic::curve::{Curve, P256, P384, P521, Scalar, multiples, scalar};
use crate::arithmetic::residue::{Modulus, Residue};
use crate::arithmetic::words::{from_big_endian, is_below, shift_right, to_big_endian};

/// A private key; wiped when dropped.
pub(super) struct Key<const N: usize>(Zeroizing<[u64; N]>);

/// A curve with its hash (RFC 5656 section 6.2.1).
pub(super) trait Hashed<const N: usize>: Curve<N> {
    /// The hash of a message.
    fn digest(message: &[u8]) -> Vec<u8>;
    /// HMAC with that hash over the parts, one after the other.
    fn hmac(key: &[u8], parts: &[&[u8]]) -> Zeroizing<Vec<u8>>;
}

macro_rules! hashed {
    ($curve:ty, $words:literal, $hash:ty) => {
        impl Hashed<$words> for $curve {
            fn digest(message: &[u8]) -> Vec<u8> {
                <$hash>::digest(message).to_vec()
            }

            fn hmac(key: &[u8], parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
                let mut mac = Hmac::<$hash>::new_from_slice(key).expect("HMAC takes keys of any length");
                parts.iter().for_each(|part| mac.update(part));
                Zeroizing::new(mac.finalize().into_bytes().to_vec())
            }
        }
    };
}

hashed!(P256, 4, Sha256);
hashed!(P384, 6, Sha384);
hashed!(P521, 9, Sha512);

impl<const N: usize> Key<N> {
    /// The key of a scalar, most significant byte first; `None` unless it is above 0 and below the order.
    pub(super) fn new<C: Curve<N>>(bytes: &[u8]) -> Option<Self> {
        scalar::<C, N>(bytes).map(Self)
    }

    /// Signs each of the messages: r and s, as long as the order each.
    ///
    /// Checks that `(z + r d) / s` times the base point, for the hash z and the private scalar d, has the x that r stands
    /// for; `None` if it does not. That factor is the nonce: it is handled as secretly as d.
    pub(super) fn sign<C: Hashed<N>>(&self, messages: &[&[u8]]) -> Option<Vec<Vec<u8>>> {
        let d = Zeroizing::new(Scalar::<C, N>::of(*self.0));
        let hashes: Vec<_> = messages.iter().map(|message| hash::<C, N>(message)).collect();
        let nonces = hashes.iter().map(|hash| Residue::of(*self.nonce::<C>(hash)));
        let mut nonces: Zeroizing<Vec<Scalar<C, N>>> = Zeroizing::new(nonces.collect());
        let r = abscissas::<C, N>(&nonces);
        Residue::invert_all(&mut nonces);
        let sums = hashes.iter().zip(&r).map(|(&hash, &r)| hash + r * *d).collect();
        let sums: Zeroizing<Vec<Scalar<C, N>>> = Zeroizing::new(sums);
        let s: Vec<_> = sums.iter().zip(nonces.iter()).map(|(&sum, &inverse)| sum * inverse).collect();
        if r.iter().chain(&s).any(|number| number.is_zero()) {
            return None;
        }
        let mut factors = Zeroizing::new(s.clone());
        Residue::invert_all(&mut factors);
        factors.iter_mut().zip(sums.iter()).for_each(|(factor, &sum)| *factor = *factor * sum);
        let holds = abscissas::<C, N>(&factors).iter().zip(&r).all(|(&again, &r)| again.is(r));
        let bytes = |number: &Scalar<C, N>| to_big_endian(&number.words(), C::BITS.div_ceil(8)).to_vec();
        holds.then(|| r.iter().zip(&s).map(|(r, s)| [bytes(r), bytes(s)].concat()).collect())
    }

    /// The nonce for a message with this hash (RFC 6979 section 3.2).
    fn nonce<C: Hashed<N>>(&self, hash: &Scalar<C, N>) -> Zeroizing<[u64; N]> {
        let length = C::BITS.div_ceil(8);
        let size = C::digest(&[]).len();
        let (x, h) = (to_big_endian(&*self.0, length), to_big_endian(&hash.words(), length));
        let (mut key, mut value) = (Zeroizing::new(vec![0; size]), Zeroizing::new(vec![1; size]));
        for round in [0, 1] {
            key = C::hmac(&key, &[&value, &[round], &x, &h]);
            value = C::hmac(&key, &[&value]);
        }
        loop {
            let mut drawn = Zeroizing::new(Vec::with_capacity(2 * length));
            while drawn.len() < length {
                value = C::hmac(&key, &[&value]);
                drawn.extend_from_slice(&value);
            }
            let number = shift_right(&from_big_endian(&drawn[..length], N), 8 * length - C::BITS);
            if number.iter().any(|&word| word != 0) && is_below(&number, &C::Order::WORDS) {
                return Zeroizing::new(std::array::from_fn(|index| number[index]));
            }
            key = C::hmac(&key, &[&value, &[0]]);
            value = C::hmac(&key, &[&value]);
        }
    }
}

/// The hash of a message as a number; none is longer than the order of its curve.
fn hash<C: Hashed<N>, const N: usize>(message: &[u8]) -> Scalar<C, N> {
    let words = from_big_endian(&C::digest(message), N);
    Residue::of(std::array::from_fn(|index| words[index]))
}

/// The x of the multiples of the base point, modulo the order.
fn abscissas<C: Curve<N>, const N: usize>(scalars: &[Scalar<C, N>]) -> Vec<Scalar<C, N>> {
    multiples::<C, N>(scalars).into_iter().map(|[x, _]| Residue::of(x)).collect()
}

#[cfg(test)]
mod tests;
