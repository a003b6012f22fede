//! ECDSA pairs: a uniform scalar by rejection (FIPS 186-5 appendix A.2.2), and its point.

use rand_core::CryptoRng;
use ssh_key::private::KeypairData;
use zeroize::Zeroizing;

use crate::key::{Curve, ecdsa_pair};

pub(super) fn generate(curve: Curve, rng: &mut impl CryptoRng) -> KeypairData {
    let mut scalar = Zeroizing::new(vec![0; curve.bytes()]);
    loop {
        rng.fill_bytes(&mut scalar);
        // Of the 528 bits of a P-521 scalar the top seven are unused.
        if curve == Curve::P521 {
            scalar[0] &= 1;
        }
        if let Some(pair) = ecdsa_pair(curve, &scalar) {
            return pair.into();
        }
    }
}
