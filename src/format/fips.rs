//! The FIPS-readable profile: what a client that works with OpenSSL's FIPS provider can read of a
//! passphrase-protected key. A profile of files; neither OpenSSL nor rkeygen is "validated" by it.

use thiserror::Error;

use super::{Container, Kdf, KeyFile, Protection};
use crate::key::{Algorithm, PublicKey};
use crate::secret::Passphrase;

/// What keeps a client in FIPS mode from reading a private key file.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Barrier {
    /// The key itself.
    #[error(transparent)]
    Key(#[from] Excluded),
    /// What encrypts the file.
    #[error("it is encrypted with {0} and {1}")]
    Encryption(String, &'static str),
    /// The key derivation is too short for SP 800-132.
    #[error("it has {0} iterations, and 1000 are the fewest")]
    Iterations(u64),
    /// PuTTY's format.
    #[error("it is in PuTTY's format")]
    Putty,
}

/// What keeps a client in FIPS mode from reading the file, as far as it can be known; `key` is its key, if that is known.
#[must_use]
pub fn barrier(file: &KeyFile, key: Option<&PublicKey>) -> Option<Barrier> {
    if file.container() == Container::Ppk {
        return Some(Barrier::Putty);
    }
    if let Some(excluded) = key.and_then(|key| check_key(key.algorithm(), key.bits()).err()) {
        return Some(excluded.into());
    }
    let Protection { cipher, kdf, rounds } = file.protection()?;
    let approved = kdf == Kdf::Pbkdf2 && cipher.starts_with("AES-") && cipher.ends_with("-CBC");
    match rounds {
        _ if !approved => Some(Barrier::Encryption(cipher, kdf.name())),
        Some(rounds) if rounds < 1000 => Some(Barrier::Iterations(rounds)),
        _ => None,
    }
}

/// What the profile excludes.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum Excluded {
    /// No FIPS-mode client reads encrypted Ed25519 keys.
    #[error("the FIPS-readable profile excludes Ed25519")]
    Ed25519,
    /// A type that PKCS8 cannot hold, or that is not approved.
    #[error("the FIPS-readable profile excludes keys of type {0}")]
    Type(&'static str),
    /// SP 800-131A: RSA of 2048 bits or more.
    #[error("the FIPS-readable profile excludes RSA keys under 2048 bits (asked: {0})")]
    ShortRsa(u32),
    /// The passphrase is too short for the profile, or there is none.
    #[error("--fips requires a passphrase of at least 8 bytes")]
    ShortPassphrase,
}

/// The shortest RSA modulus of the profile, in bits.
const MIN_RSA: u32 = 2048;
/// The shortest passphrase of the profile, in bytes.
const MIN_PASSPHRASE: usize = 8;

/// Whether keys of this type and size belong to the profile.
///
/// # Errors
/// [`Excluded::Ed25519`], [`Excluded::ShortRsa`].
pub fn check_key(algorithm: Algorithm, bits: u32) -> Result<(), Excluded> {
    match algorithm {
        Algorithm::Ed25519 => Err(Excluded::Ed25519),
        Algorithm::Rsa if bits < MIN_RSA => Err(Excluded::ShortRsa(bits)),
        Algorithm::Rsa | Algorithm::Ecdsa(_) => Ok(()),
        other => Err(Excluded::Type(other.short_name())),
    }
}

/// Whether the passphrase belongs to the profile.
///
/// # Errors
/// [`Excluded::ShortPassphrase`].
pub fn check_passphrase(passphrase: &Passphrase) -> Result<(), Excluded> {
    if passphrase.expose().len() < MIN_PASSPHRASE { Err(Excluded::ShortPassphrase) } else { Ok(()) }
}
