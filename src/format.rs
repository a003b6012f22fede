//! Private keys as files: the three containers that ssh-keygen writes.

mod armor;
mod asn1;
pub mod fips;

mod openssh;
mod pem;
mod pkcs8;

use rand_core::CryptoRng;
use thiserror::Error;

use crate::key::{Algorithm, Mismatch, PrivateKey, PublicKey};
use crate::secret::{Passphrase, Secret};

pub use openssh::{Cipher, Rounds, UnknownCipher};
pub use pkcs8::Pbes2;

/// Why a private key file cannot be read or written.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// It is not a private key file, or a damaged one.
    #[error("invalid format")]
    Invalid,
    /// The key is encrypted and no passphrase was given.
    #[error("the key is protected by a passphrase")]
    NeedsPassphrase,
    /// The passphrase does not open the key.
    #[error("incorrect passphrase supplied to decrypt private key")]
    WrongPassphrase,
    /// The key is encrypted in a way that rkeygen does not know.
    #[error("key encrypted using unsupported cipher")]
    UnsupportedCipher,
    /// The key asks for more work to derive its cipher key than any honest key.
    #[error("the key asks for {0} rounds of key derivation; more than {max} is refused", max = Rounds::MAX_READ)]
    TooManyRounds(u32),
    /// The type cannot be written in this format.
    #[error("invalid format")]
    TypeNotSupported,
    /// PEM and PKCS8 want five bytes, as ssh-keygen does.
    #[error("passphrase is too short (minimum five characters)")]
    ShortPassphrase,
    /// The halves of the key contradict each other.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
}

/// How a private key is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// `BEGIN OPENSSH PRIVATE KEY` (OpenSSH PROTOCOL.key): every type, with the comment.
    OpenSsh {
        /// What encrypts it when there is a passphrase.
        cipher: Cipher,
        /// How much work a guess at the passphrase costs.
        rounds: Rounds,
    },
    /// `BEGIN PRIVATE KEY` or `BEGIN ENCRYPTED PRIVATE KEY` (RFC 5958): no comment.
    Pkcs8(Pbes2),
    /// `BEGIN RSA PRIVATE KEY` or `BEGIN EC PRIVATE KEY` (RFC 8017, RFC 5915), encrypted as
    /// OpenSSL did before PKCS8 (RFC 1421): no comment, no Ed25519.
    Pem,
}

impl Layout {
    /// The fewest bytes that PEM and PKCS8 take as a passphrase.
    const MIN_PASSPHRASE: usize = 5;

    /// Whether the key and the passphrase can be written like this; writing cannot fail then.
    ///
    /// # Errors
    /// [`Error::TypeNotSupported`] or [`Error::ShortPassphrase`].
    pub fn accepts(&self, algorithm: Algorithm, passphrase: &Passphrase) -> Result<(), Error> {
        let writable = match (self, algorithm) {
            (Self::OpenSsh { .. }, _) => true,
            (Self::Pkcs8(_), Algorithm::Ed25519) => true,
            (Self::Pkcs8(_) | Self::Pem, Algorithm::Rsa | Algorithm::Ecdsa(_)) => true,
            (Self::Pkcs8(_) | Self::Pem, _) => false,
        };
        if !writable {
            return Err(Error::TypeNotSupported);
        }
        let length = passphrase.expose().len();
        if !matches!(self, Self::OpenSsh { .. }) && (1..Self::MIN_PASSPHRASE).contains(&length) {
            return Err(Error::ShortPassphrase);
        }
        Ok(())
    }

    /// Writes the key as a file. An empty passphrase means "no encryption".
    ///
    /// # Errors
    /// As [`Layout::accepts`].
    pub fn seal(
        &self,
        key: &PrivateKey,
        passphrase: &Passphrase,
        rng: &mut impl CryptoRng,
    ) -> Result<Secret, Error> {
        self.accepts(key.public().algorithm(), passphrase)?;
        match self {
            Self::OpenSsh { cipher, rounds } => openssh::seal(key, passphrase, *cipher, *rounds, rng),
            Self::Pkcs8(scheme) => pkcs8::seal(key, passphrase, *scheme, rng),
            Self::Pem => pem::seal(key, passphrase, rng),
        }
    }
}

/// What can be known of a private key file.
#[derive(Debug)]
pub enum Opened {
    /// Everything: it is not encrypted, or the passphrase was right.
    Whole(Box<PrivateKey>),
    /// The public half, which an encrypted OpenSSH file holds in the clear.
    Locked(PublicKey),
}

impl Opened {
    /// The public half.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        match self {
            Self::Whole(key) => key.public(),
            Self::Locked(public) => public,
        }
    }
}

/// Reads a private key file of any format, with a passphrase if one is at hand.
///
/// # Errors
/// [`enum@Error`], in particular [`Error::NeedsPassphrase`] for an encrypted file that keeps even its
/// public half secret.
pub fn open(file: &[u8], passphrase: Option<&Passphrase>) -> Result<Opened, Error> {
    let passphrase = passphrase.filter(|passphrase| !passphrase.is_empty());
    let armor = armor::Armor::parse(file).ok_or(Error::Invalid)?;
    let key = match armor.label() {
        openssh::LABEL => match openssh::open(&armor, passphrase)? {
            Opened::Whole(key) => *key,
            locked @ Opened::Locked(_) => return Ok(locked),
        },
        pkcs8::LABEL | pkcs8::ENCRYPTED_LABEL => pkcs8::open(&armor, passphrase)?,
        pem::RSA_LABEL | pem::EC_LABEL => pem::open(&armor, passphrase)?,
        _ => return Err(Error::Invalid),
    };
    key.check_halves()?;
    Ok(Opened::Whole(Box::new(key)))
}

#[cfg(test)]
mod tests;
