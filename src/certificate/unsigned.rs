//! A certificate that is not signed yet.

use rand_core::CryptoRng;

use super::{Certificate, Error, MAX_PRINCIPALS, Statement};
use crate::key::PublicKey;
use crate::signature::{Scheme, Signature, Signer};
use crate::wire::{Reader, put_string, put_u32, put_u64};

/// Random bytes in front of what is signed, so that a CA never signs bytes that someone else chose.
const NONCE_BYTES: usize = 32;

/// A certificate that wants only a signature.
#[derive(Debug, Clone)]
pub struct UnsignedCertificate(Vec<u8>);

impl UnsignedCertificate {
    /// Writes down what `ca` is to sign.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there are more principals than OpenSSH reads.
    pub fn new(
        subject: &PublicKey,
        statement: &Statement,
        ca: &PublicKey,
        nonce: [u8; NONCE_BYTES],
    ) -> Result<Self, Error> {
        if statement.principals.len() > MAX_PRINCIPALS {
            return Err(Error::Invalid);
        }
        let mut out = Vec::new();
        put_string(&mut out, subject.algorithm().certificate_name().as_bytes());
        put_string(&mut out, &nonce);
        let mut fields = Reader::new(subject.blob());
        let _name = fields.string()?;
        out.extend_from_slice(fields.rest());
        put_u64(&mut out, statement.serial);
        put_u32(&mut out, statement.role.number());
        put_string(&mut out, &statement.key_id);
        let mut principals = Vec::new();
        for principal in &statement.principals {
            put_string(&mut principals, principal);
        }
        put_string(&mut out, &principals);
        put_u64(&mut out, statement.validity.after);
        put_u64(&mut out, statement.validity.before);
        put_string(&mut out, &statement.critical.to_blob());
        put_string(&mut out, &statement.extensions.to_blob());
        put_string(&mut out, b"");
        put_string(&mut out, ca.blob());
        Ok(Self(out))
    }

    /// The bytes that the CA signs.
    #[must_use]
    pub fn to_be_signed(&self) -> &[u8] {
        &self.0
    }

    /// Adds the signature, and checks it.
    ///
    /// # Errors
    /// [`Error::Signature`] when it is not the CA's over these bytes.
    pub fn sign(self, signature: &Signature) -> Result<Certificate, Error> {
        let mut blob = self.0;
        put_string(&mut blob, signature.blob());
        Certificate::from_blob(&blob)
    }

    /// Signs each unsigned with the CA's key, which checks its signatures itself.
    ///
    /// # Errors
    /// [`Error::Signature`] when the key makes no signatures of that scheme.
    pub fn sign_all(
        unsigned: Vec<Self>,
        signer: &Signer,
        scheme: Scheme,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<Certificate>, Error> {
        let messages: Vec<&[u8]> = unsigned.iter().map(Self::to_be_signed).collect();
        let signatures = signer.sign_all(scheme, &messages, rng)?;
        let finish = |(unsigned, signature): (Self, Signature)| {
            let mut blob = unsigned.0;
            put_string(&mut blob, signature.blob());
            Certificate::from_unchecked_blob(&blob)
        };
        unsigned.into_iter().zip(signatures).map(finish).collect()
    }
}
