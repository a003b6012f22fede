//! Signatures as SSH writes them (RFC 4253 section 6.6, RFC 5656 section 3.1.2, RFC 8332, RFC 8709,
//! OpenSSH PROTOCOL.u2f).

mod check;
mod ecdsa;
mod signer;

use std::fmt;

use thiserror::Error;

use crate::key::{Algorithm, Curve, PublicKey};
use crate::wire::{Reader, Truncated, put_string};

pub use signer::Signer;

/// How a signature was made: the name that stands in front of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `ssh-ed25519` (RFC 8709).
    Ed25519,
    /// `ecdsa-sha2-*` (RFC 5656), with the hash that goes with the curve.
    Ecdsa(Curve),
    /// `ssh-rsa`: RSA with SHA-1 (RFC 4253).
    RsaSha1,
    /// `rsa-sha2-256` (RFC 8332).
    RsaSha256,
    /// `rsa-sha2-512` (RFC 8332).
    RsaSha512,
    /// `sk-ssh-ed25519@openssh.com` (PROTOCOL.u2f).
    Ed25519Sk,
    /// `sk-ecdsa-sha2-nistp256@openssh.com` (PROTOCOL.u2f).
    EcdsaSk,
    /// `webauthn-sk-ecdsa-sha2-nistp256@openssh.com` (PROTOCOL.u2f): made by a browser. OpenSSH has none for Ed25519.
    WebauthnEcdsaSk,
    /// `ssh-mldsa44-ed25519`: ML-DSA-44 and Ed25519, both of which must hold.
    Mldsa44Ed25519,
}

impl Scheme {
    const ALL: [Self; 11] = [
        Self::Ed25519,
        Self::Ecdsa(Curve::P256),
        Self::Ecdsa(Curve::P384),
        Self::Ecdsa(Curve::P521),
        Self::RsaSha1,
        Self::RsaSha256,
        Self::RsaSha512,
        Self::Ed25519Sk,
        Self::EcdsaSk,
        Self::WebauthnEcdsaSk,
        Self::Mldsa44Ed25519,
    ];

    /// The scheme of that wire name.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        // A browser may also name the type of the certificate.
        if name == b"webauthn-sk-ecdsa-sha2-nistp256-cert-v01@openssh.com" {
            return Some(Self::WebauthnEcdsaSk);
        }
        Self::ALL.into_iter().find(|scheme| scheme.name().as_bytes() == name)
    }

    /// The wire name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => Algorithm::Ed25519.wire_name(),
            Self::Ecdsa(curve) => Algorithm::Ecdsa(curve).wire_name(),
            Self::RsaSha1 => Algorithm::Rsa.wire_name(),
            Self::RsaSha256 => "rsa-sha2-256",
            Self::RsaSha512 => "rsa-sha2-512",
            Self::Ed25519Sk => Algorithm::Ed25519Sk.wire_name(),
            Self::EcdsaSk => Algorithm::EcdsaSk.wire_name(),
            Self::WebauthnEcdsaSk => "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
            Self::Mldsa44Ed25519 => Algorithm::Mldsa44Ed25519.wire_name(),
        }
    }

    /// The type of key that makes such signatures.
    #[must_use]
    pub fn algorithm(self) -> Algorithm {
        match self {
            Self::Ed25519 => Algorithm::Ed25519,
            Self::Ecdsa(curve) => Algorithm::Ecdsa(curve),
            Self::RsaSha1 | Self::RsaSha256 | Self::RsaSha512 => Algorithm::Rsa,
            Self::Ed25519Sk => Algorithm::Ed25519Sk,
            Self::EcdsaSk | Self::WebauthnEcdsaSk => Algorithm::EcdsaSk,
            Self::Mldsa44Ed25519 => Algorithm::Mldsa44Ed25519,
        }
    }

    /// What a key of that type signs with unless requested otherwise; `None` for types that cannot sign.
    #[must_use]
    pub fn of_key(algorithm: Algorithm) -> Option<Self> {
        Some(match algorithm {
            Algorithm::Ed25519 => Self::Ed25519,
            Algorithm::Ecdsa(curve) => Self::Ecdsa(curve),
            Algorithm::Rsa => Self::RsaSha512,
            Algorithm::Ed25519Sk => Self::Ed25519Sk,
            Algorithm::EcdsaSk => Self::EcdsaSk,
            Algorithm::Mldsa44Ed25519 => Self::Mldsa44Ed25519,
            Algorithm::Dsa => return None,
        })
    }
}

/// Why there is no signature, or why it does not hold.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// It is not a signature.
    #[error("invalid format")]
    Invalid,
    /// The key did not make it, or not over this message.
    #[error("incorrect signature")]
    Incorrect,
    /// A scheme that is unknown, or does not fit the key.
    #[error("signature algorithm not supported")]
    Unsupported,
    /// OpenSSH trusts no RSA key under 1024 bits.
    #[error("Invalid key length")]
    ShortKey,
    /// The private key is in a token, which rkeygen cannot ask.
    #[error("the private key is in a FIDO token")]
    InToken,
}

impl From<Truncated> for Error {
    fn from(_: Truncated) -> Self {
        Self::Invalid
    }
}

/// A signature, as it came: its scheme, then what the scheme says.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    scheme: Scheme,
    blob: Vec<u8>,
}

impl Signature {
    /// Reads the SSH encoding of a signature; what stands behind the scheme is read by
    /// [`Signature::verify`].
    ///
    /// # Errors
    /// [`Error::Invalid`] or [`Error::Unsupported`].
    pub fn from_blob(blob: &[u8]) -> Result<Self, Error> {
        let name = Reader::new(blob).cstring()?;
        let scheme = Scheme::from_name(name).ok_or(Error::Unsupported)?;
        Ok(Self { scheme, blob: blob.to_vec() })
    }

    fn new(scheme: Scheme, bytes: &[u8]) -> Self {
        let mut blob = Vec::new();
        put_string(&mut blob, scheme.name().as_bytes());
        put_string(&mut blob, bytes);
        Self { scheme, blob }
    }

    /// How it was made.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The SSH encoding.
    #[must_use]
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// Whether `key` made it over `message`.
    ///
    /// # Errors
    /// [`enum@Error`] when it did not.
    pub fn verify(&self, key: &PublicKey, message: &[u8]) -> Result<(), Error> {
        if self.scheme.algorithm() != key.algorithm() {
            return Err(Error::Unsupported);
        }
        check::check(self.scheme, &self.blob, key, message)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signature").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
