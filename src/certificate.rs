//! OpenSSH certificates (OpenSSH PROTOCOL.certkeys).

use crate::key::{Algorithm, InvalidKey, PublicKey};
use crate::wire::Reader;

/// A certificate: a public key with what a CA says of it. Its bytes are kept as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    subject: PublicKey,
    blob: Vec<u8>,
}

impl Certificate {
    /// Reads the SSH encoding of a certificate.
    ///
    /// # Errors
    /// [`InvalidKey`] when it is truncated, has bytes left over, or is of an unknown type.
    pub fn from_blob(blob: &[u8]) -> Result<Self, InvalidKey> {
        let mut reader = Reader::new(blob);
        let algorithm = Algorithm::from_certificate_name(reader.string()?).ok_or(InvalidKey)?;
        let _nonce = reader.string()?;
        let subject = PublicKey::from_fields(algorithm, &mut reader)?;
        let (_serial, _type) = (reader.take(8)?, reader.u32()?);
        let (_key_id, _principals) = (reader.string()?, reader.string()?);
        let (_valid_after, _valid_before) = (reader.take(8)?, reader.take(8)?);
        let (_critical_options, _extensions, _reserved) =
            (reader.string()?, reader.string()?, reader.string()?);
        PublicKey::from_blob(reader.string()?)?;
        let _signature = reader.string()?;
        if !reader.rest().is_empty() {
            return Err(InvalidKey);
        }
        Ok(Self { subject, blob: blob.to_vec() })
    }

    /// The key that is certified.
    #[must_use]
    pub fn subject(&self) -> &PublicKey {
        &self.subject
    }

    /// The SSH encoding, as it came.
    #[must_use]
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }
}
