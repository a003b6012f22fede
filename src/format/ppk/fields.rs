//! The private fields of a key as PuTTY stores them (PuTTY manual, appendix C.3).

use ssh_encoding::Encode;
use ssh_key::Mpint;
use ssh_key::private::{DsaKeypair, DsaPrivateKey, Ed25519Keypair, KeypairData};
use ssh_key::public::DsaPublicKey;
use zeroize::Zeroizing;

use super::{Error, Part};
use crate::key::{Algorithm, Pair, PrivateKey, PublicKey, RsaNumbers, ecdsa_pair, rsa_pair};
use crate::wire::{Reader, put_string};

/// The private numbers, without those that the public key holds.
pub(super) fn private_fields(key: &PrivateKey) -> Result<Zeroizing<Vec<u8>>, Error> {
    // Reserved whole, so that no copy of the key stays behind in memory when the vector grows.
    let mut out = Zeroizing::new(Vec::with_capacity(16 << 10));
    let mut numbers = |numbers: &[&Mpint]| {
        numbers
            .iter()
            .try_for_each(|number| number.encode(&mut *out).map_err(|_| Error::damaged(Part::PrivateKey)))
    };
    match key.pair() {
        Pair::Ssh(KeypairData::Rsa(pair)) => {
            let private = pair.private();
            numbers(&[private.d(), private.p(), private.q(), private.iqmp()])?;
        }
        Pair::Ssh(KeypairData::Dsa(pair)) => numbers(&[pair.private().as_mpint()])?,
        Pair::Ssh(KeypairData::Ecdsa(pair)) => {
            numbers(&[&Mpint::from_positive_bytes(pair.private_key_bytes())])?
        }
        Pair::Ssh(KeypairData::Ed25519(pair)) => put_string(&mut out, pair.private.as_ref()),
        _ => return Err(Error::TypeNotSupported),
    }
    Ok(out)
}

/// The pair of a public key and the private numbers; padding behind them does not matter.
pub(super) fn pair(public: &PublicKey, private: &[u8]) -> Result<KeypairData, Error> {
    let mut private = Reader::new(private);
    let mut public_fields = Reader::new(public.blob());
    public_fields.string()?;
    Ok(match public.algorithm() {
        Algorithm::Rsa => {
            let (e, n) = (public_fields.string()?, public_fields.string()?);
            let (d, p, q) = (private.string()?, private.string()?, private.string()?);
            rsa_pair(&RsaNumbers { n, e, d, p, q })?.into()
        }
        Algorithm::Dsa => {
            let (p, q) = (number(&mut public_fields)?, number(&mut public_fields)?);
            let (g, y) = (number(&mut public_fields)?, number(&mut public_fields)?);
            let private = DsaPrivateKey::new(number(&mut private)?)?;
            KeypairData::Dsa(DsaKeypair::new(DsaPublicKey::new(p, q, g, y)?, private)?)
        }
        Algorithm::Ecdsa(curve) => {
            ecdsa_pair(curve, private.string()?).ok_or(Error::damaged(Part::PrivateKey))?.into()
        }
        Algorithm::Ed25519 => {
            let seed = private.string()?.try_into().map_err(|_| Error::damaged(Part::PrivateKey))?;
            Ed25519Keypair::from_seed(seed).into()
        }
        Algorithm::Ed25519Sk | Algorithm::EcdsaSk | Algorithm::Mldsa44Ed25519 => {
            return Err(Error::TypeNotSupported);
        }
    })
}

fn number(reader: &mut Reader<'_>) -> Result<Mpint, Error> {
    Mpint::from_bytes(reader.string()?).map_err(|_| Error::damaged(Part::PrivateKey))
}
