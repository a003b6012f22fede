//! Signatures of tokens as SSH writes them (OpenSSH PROTOCOL.u2f, "SSH U2F Signatures").

use super::Error;
use crate::key::TokenAlgorithm;
use crate::signature::{Scheme, Signature};
use crate::wire::put_string;

/// The signature of these parts; Ed25519 has it all in `r`.
pub(super) fn encode(
    algorithm: TokenAlgorithm,
    r: &[u8],
    s: &[u8],
    flags: u8,
    counter: u32,
) -> Result<Signature, Error> {
    let (scheme, inner) = match algorithm {
        TokenAlgorithm::Ed25519 => (Scheme::Ed25519Sk, r.to_vec()),
        TokenAlgorithm::Ecdsa => {
            let mut inner = Vec::new();
            put_string(&mut inner, &mpint(r));
            put_string(&mut inner, &mpint(s));
            (Scheme::EcdsaSk, inner)
        }
    };
    let mut blob = Vec::new();
    put_string(&mut blob, scheme.name().as_bytes());
    put_string(&mut blob, &inner);
    blob.push(flags);
    blob.extend_from_slice(&counter.to_be_bytes());
    Signature::from_blob(&blob).map_err(|_| Error::Failed)
}

/// A positive number (RFC 4251, section 5).
fn mpint(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|&byte| byte != 0).unwrap_or(bytes.len());
    let sign = bytes.get(start).is_some_and(|first| first & 0x80 != 0).then_some(0);
    sign.into_iter().chain(bytes[start..].iter().copied()).collect()
}
