//! Why a key file cannot be read or written. A reader tells apart: not this format, damaged and where, sound but
//! unsupported and what, over a limit and which. Messages, hints and `doctor` follow from the variant, never from a text.

use std::fmt;

use thiserror::Error as ThisError;

use super::{Damage, Other};
use crate::key::{Mismatch, RsaError};
use crate::wire::Truncated;

/// Why a key file cannot be read or written.
#[derive(Debug, ThisError, Clone, PartialEq, Eq)]
pub enum Error {
    /// The file is in none of the formats that are read here.
    #[error("invalid format: {0}")]
    NotThisFormat(Other),
    /// The file is in a known format, but is damaged.
    #[error("invalid format: {0}")]
    Damaged(Damage),
    /// The file is sound, but needs something that rkeygen does not support.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The file asks for more work, memory or length than is allowed.
    #[error(transparent)]
    OverLimit(#[from] OverLimit),
    /// The key is encrypted and no passphrase was given, which to ssh-keygen is a wrong one.
    #[error("incorrect passphrase supplied to decrypt private key")]
    NeedsPassphrase,
    /// The passphrase does not open the key.
    #[error("incorrect passphrase supplied to decrypt private key")]
    WrongPassphrase,
    /// The public and the private key contradict each other.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// The comment contains a newline or a NUL byte, which the format to write does not allow.
    #[error("the comment contains a newline or a NUL byte, which this format does not allow")]
    LongComment,
    /// The key type cannot be written in this format.
    #[error("invalid format")]
    TypeNotSupported,
    /// The key is to have a passphrase, and the format to write has no encryption.
    #[error("this format has no encryption")]
    NoEncryption,
    /// PEM and PKCS8 need five bytes, as ssh-keygen does.
    #[error("passphrase is too short (minimum five characters)")]
    ShortPassphrase,
}

/// The part of a key file in which damage was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The outer structure.
    Container,
    /// What says how the file is encrypted.
    Encryption,
    /// The public key.
    PublicKey,
    /// The private key.
    PrivateKey,
    /// The padding after the private key.
    Padding,
    /// The check numbers before the private key.
    CheckNumbers,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Container => "outer structure",
            Self::Encryption => "description of the encryption",
            Self::PublicKey => "public key",
            Self::PrivateKey => "private key",
            Self::Padding => "padding after the private key",
            Self::CheckNumbers => "check number",
        })
    }
}

/// Something in a sound file that rkeygen does not support.
#[derive(Debug, ThisError, Clone, PartialEq, Eq)]
#[error("{what}: {name}")]
pub struct Unsupported {
    /// What is not supported.
    pub what: Feature,
    /// Its name, for the reader of a message.
    pub name: Name,
}

/// A kind of thing that a file can need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// The type of the key.
    KeyType,
    /// The curve of an EC key.
    Curve,
    /// The cipher that encrypts the file.
    Cipher,
    /// What derives the cipher's key from the passphrase.
    Kdf,
    /// The version of the format.
    Version,
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            // The first words are ssh-keygen's.
            Self::KeyType => "unknown or unsupported key type",
            Self::Curve => "unsupported curve",
            Self::Cipher => "key encrypted using unsupported cipher",
            Self::Kdf => "key encrypted using unsupported key derivation",
            Self::Version => "unsupported version of the format",
        })
    }
}

/// The name of an unsupported thing: from a table, or as the file spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(std::borrow::Cow<'static, str>);

impl Name {
    /// The longest name that is shown, in bytes.
    const MAX: usize = 64;

    /// RSA that OpenSSL reads, and so ssh.
    pub const MORE_PRIMES: Self = Self::known("RSA of more than two primes");

    /// A name that is known.
    #[must_use]
    pub const fn known(name: &'static str) -> Self {
        Self(std::borrow::Cow::Borrowed(name))
    }

    /// A name as it stands in a file. One that is long or not printable is left out.
    #[must_use]
    pub fn from_file(name: &[u8]) -> Self {
        let printable = !name.is_empty() && name.len() <= Self::MAX && name.iter().all(u8::is_ascii_graphic);
        match std::str::from_utf8(name) {
            Ok(name) if printable => Self(name.to_owned().into()),
            _ => Self::known("unknown"),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file asks for more than is allowed.
#[derive(Debug, ThisError, Clone, Copy, PartialEq, Eq)]
#[error("{limit}: {asked} exceeds the limit of {allowed}")]
pub struct OverLimit {
    /// Which limit.
    pub limit: Limit,
    /// What the file asks for.
    pub asked: u64,
    /// What is allowed.
    pub allowed: u64,
}

impl OverLimit {
    /// Fails when the file asks for more than is allowed.
    pub(super) fn check(limit: Limit, asked: u64, allowed: u64) -> Result<(), Self> {
        if asked > allowed { Err(Self { limit, asked, allowed }) } else { Ok(()) }
    }
}

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Rounds of bcrypt.
    BcryptRounds,
    /// Iterations of PBKDF2 or of PKCS#12's derivation.
    Iterations,
    /// Memory of scrypt, which its N and r ask for.
    ScryptMemory,
    /// The parallelism p of scrypt.
    ScryptParallelism,
    /// Memory of Argon2.
    Argon2Memory,
    /// Memory of Argon2 times its passes.
    Argon2Work,
    /// Lanes of Argon2.
    Argon2Parallelism,
    /// The size of an RSA or DSA number.
    KeyBits,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BcryptRounds => "bcrypt rounds",
            Self::Iterations => "key derivation iterations",
            Self::ScryptMemory => "scrypt memory (N and r), KiB",
            Self::ScryptParallelism => "scrypt parallelism (p)",
            Self::Argon2Memory => "Argon2 memory, KiB",
            Self::Argon2Work => "Argon2 memory times passes, KiB",
            Self::Argon2Parallelism => "Argon2 parallelism",
            Self::KeyBits => "key size in bits",
        })
    }
}

impl Error {
    /// The key type is not supported.
    pub(super) fn key_type(name: Name) -> Self {
        Unsupported { what: Feature::KeyType, name }.into()
    }

    /// The cipher is not supported.
    pub(super) fn cipher(name: Name) -> Self {
        Unsupported { what: Feature::Cipher, name }.into()
    }

    /// The key derivation is not supported.
    pub(super) fn kdf(name: Name) -> Self {
        Unsupported { what: Feature::Kdf, name }.into()
    }

    /// The fields of this part are truncated or corrupt.
    pub(super) const fn damaged(part: Part) -> Self {
        Self::Damaged(Damage::Fields(part))
    }
}

impl From<Truncated> for Error {
    fn from(_: Truncated) -> Self {
        Self::damaged(Part::Container)
    }
}

impl From<RsaError> for Error {
    fn from(error: RsaError) -> Self {
        match error {
            RsaError::Mismatch(mismatch) => mismatch.into(),
            RsaError::MorePrimes => Self::key_type(Name::MORE_PRIMES),
        }
    }
}

impl From<der::Error> for Error {
    fn from(_: der::Error) -> Self {
        Self::damaged(Part::PrivateKey)
    }
}

impl From<ssh_key::Error> for Error {
    fn from(_: ssh_key::Error) -> Self {
        Self::damaged(Part::PrivateKey)
    }
}
