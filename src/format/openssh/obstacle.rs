//! What keeps OpenSSH from using a key that is read here.

use super::super::Obstacle;
use crate::key::{Algorithm, PublicKey};
use crate::wire::{Reader, Truncated, without_zeros};

/// OpenSSH takes a number without its leading zero for a negative one, signs with d, p and q as they are, and wants the
/// public key again after the seed of an Ed25519 key.
pub(super) fn of_fields(fields: &[u8]) -> Result<Option<Obstacle>, Truncated> {
    let is_negative = |number: &&[u8]| number.first().is_some_and(|byte| byte & 0x80 != 0);
    let mut reader = Reader::new(fields);
    Ok(match PublicKey::algorithm_of(reader.string()?) {
        Some(Algorithm::Ecdsa(_)) => {
            let [_curve, _point] = [reader.string()?, reader.string()?];
            is_negative(&reader.string()?).then_some(Obstacle::Negative)
        }
        Some(Algorithm::Rsa) => {
            let [n, e, d] = [reader.string()?, reader.string()?, reader.string()?];
            let [coefficient, p, q] = [reader.string()?, reader.string()?, reader.string()?];
            if [n, e, d, coefficient, p, q].iter().any(is_negative) {
                Some(Obstacle::Negative)
            } else {
                [d, p, q].iter().any(|number| without_zeros(number).is_empty()).then_some(Obstacle::Numbers)
            }
        }
        Some(Algorithm::Ed25519) => {
            let [_public, private] = [reader.string()?, reader.string()?];
            (private.len() != 64).then_some(Obstacle::Structure)
        }
        _ => None,
    })
}
