//! OpenSSH certificates (OpenSSH PROTOCOL.certkeys).

mod key_or_certificate;
mod line;
mod options;
mod problem;
mod refusal;
mod request;
mod restriction;
mod show;
mod to_json;
mod unsigned;

use thiserror::Error;

use crate::date::Validity;
use crate::key::{Algorithm, InvalidKey, PublicKey};
use crate::signature::{self, Signature};
use crate::wire::{Reader, Truncated};

pub use key_or_certificate::KeyOrCertificate;
pub use line::KeyInLine;
pub(crate) use line::{AUTHORIZED_KEYS_OPTIONS, OptionForm};
pub use options::{Entry, Options};
pub use problem::{LineProblem, problem_of_line};
pub use refusal::Refusal;
pub use request::{CsvError, Request, RequestError, RequestReader, Subject};
pub use restriction::{RestrictionError, Restrictions};
pub use show::{Listing, one_line};
pub use to_json::to_json;
pub use unsigned::UnsignedCertificate;

/// Whom a certificate vouches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A user.
    User,
    /// A host.
    Host,
}

impl Role {
    /// `user` or `host`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Host => "host",
        }
    }

    /// The number in the certificate.
    fn number(self) -> u32 {
        match self {
            Self::User => 1,
            Self::Host => 2,
        }
    }
}

/// Why bytes are no certificate.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// Truncated, bytes left over, or a field that is not as it should be.
    #[error("invalid format")]
    Invalid,
    /// Neither for a user nor for a host.
    #[error("invalid certificate type")]
    UnknownRole,
    /// OpenSSH reads no certificate with so many.
    #[error("more than {MAX_PRINCIPALS} principals")]
    TooManyPrincipals,
    /// The CA's key is of a kind that OpenSSH no longer reads.
    #[error("unsupported CA key")]
    ObsoleteCa,
    /// An option is not as OpenSSH knows it: a flag with contents, or more after a value.
    #[error("Option corrupt: extra data at end")]
    CorruptOption,
    /// The CA's signature does not hold.
    #[error(transparent)]
    Signature(#[from] signature::Error),
}

impl From<Truncated> for Error {
    fn from(_: Truncated) -> Self {
        Self::Invalid
    }
}

impl From<InvalidKey> for Error {
    fn from(_: InvalidKey) -> Self {
        Self::Invalid
    }
}

impl From<Error> for InvalidKey {
    fn from(_: Error) -> Self {
        Self
    }
}

/// What a certificate states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The number that the CA gave it.
    pub serial: u64,
    /// Whom it vouches for.
    pub role: Role,
    /// The name that the CA gave it, which servers log.
    pub key_id: Vec<u8>,
    /// The users or hosts that may use it.
    pub principals: Vec<Vec<u8>>,
    /// When it holds.
    pub validity: Validity,
    /// Options that a server must know.
    pub critical: Options,
    /// Options that a server may pass over.
    pub extensions: Options,
}

/// A certificate: a public key with what a CA says of it. Its bytes are kept as they came, and the
/// CA's signature over them holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    subject: PublicKey,
    statement: Box<Statement>,
    ca: PublicKey,
    signature: Signature,
    blob: Vec<u8>,
}

/// OpenSSH takes no more principals.
pub const MAX_PRINCIPALS: usize = 256;

impl Certificate {
    /// Reads the SSH encoding of a certificate and checks the CA's signature.
    ///
    /// # Errors
    /// [`enum@Error`].
    pub fn from_blob(blob: &[u8]) -> Result<Self, Error> {
        Self::read(blob, Signature::verify)
    }

    /// Reads the SSH encoding of a certificate without a look at the signature. Nothing may be decided by what it states.
    pub(crate) fn from_unchecked_blob(blob: &[u8]) -> Result<Self, Error> {
        Self::read(blob, |_, _, _| Ok(()))
    }

    /// Reads the SSH encoding of a certificate; `check` says whether the CA made the signature over the bytes.
    fn read(
        blob: &[u8],
        check: impl FnOnce(&Signature, &PublicKey, &[u8]) -> Result<(), signature::Error>,
    ) -> Result<Self, Error> {
        let mut reader = Reader::new(blob);
        let algorithm = Algorithm::from_certificate_name(reader.cstring()?).ok_or(Error::Invalid)?;
        let _nonce = reader.string()?;
        let subject = PublicKey::from_fields(algorithm, &mut reader)?;
        let (serial, role) = (reader.u64()?, reader.u32()?);
        let (key_id, principals) = (reader.cstring()?, reader.string()?);
        let validity = Validity { after: reader.u64()?, before: reader.u64()? };
        let (critical, extensions, _reserved) = (reader.string()?, reader.string()?, reader.string()?);
        let ca = PublicKey::from_blob(reader.string()?)?;
        if ca.is_obsolete() {
            return Err(Error::ObsoleteCa);
        }
        let signed = &blob[..blob.len() - reader.rest().len()];
        let signature = Signature::from_blob(reader.string()?)?;
        if !reader.rest().is_empty() {
            return Err(Error::Invalid);
        }
        check(&signature, &ca, signed)?;
        let role = [Role::User, Role::Host].into_iter().find(|known| known.number() == role);
        let statement = Statement {
            serial,
            role: role.ok_or(Error::UnknownRole)?,
            key_id: key_id.to_vec(),
            principals: read_principals(principals)?,
            validity,
            critical: Options::from_blob(critical)?,
            extensions: Options::from_blob(extensions)?,
        };
        Ok(Self { subject, statement: Box::new(statement), ca, signature, blob: blob.to_vec() })
    }

    /// The key that is certified.
    #[must_use]
    pub fn subject(&self) -> &PublicKey {
        &self.subject
    }

    /// What it states.
    #[must_use]
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// The key of the CA.
    #[must_use]
    pub fn ca(&self) -> &PublicKey {
        &self.ca
    }

    /// The signature of the CA.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// The SSH encoding, as it came.
    #[must_use]
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }
}

fn read_principals(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    let mut reader = Reader::new(bytes);
    let mut principals = Vec::new();
    while !reader.rest().is_empty() {
        if principals.len() == MAX_PRINCIPALS {
            return Err(Error::TooManyPrincipals);
        }
        principals.push(reader.cstring()?.to_vec());
    }
    Ok(principals)
}

#[cfg(test)]
mod tests;
