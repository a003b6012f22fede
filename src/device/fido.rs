//! FIDO tokens. [`open`] finds the way to one: a provider library with OpenSSH's sk-api, the token itself over USB on
//! Linux, or OpenSSH's `ssh-sk-helper`.

mod attestation;
pub mod cbor;
#[cfg(target_os = "linux")]
pub mod ctap;
#[cfg(target_os = "linux")]
mod devices;
mod helper;
pub mod hid;
#[cfg(target_os = "linux")]
mod pin;
#[cfg(unix)]
mod provider;
#[cfg(unix)]
mod signature;

use std::ffi::OsString;
use std::path::PathBuf;

use thiserror::Error;

use crate::key::{TokenAlgorithm, TokenFlags, TokenKey};
use crate::secret::Passphrase;
use crate::signature::Signature;

pub use attestation::Attestation;

/// Why a token did not do it.
#[derive(Debug, Error)]
pub enum Error {
    /// There is no token, or not the one that was named.
    #[error("device not found")]
    NoDevice,
    /// The token does not know the algorithm or an option.
    #[error("requested feature not supported")]
    Unsupported,
    /// The PIN is wrong, or there is none and one is needed.
    #[error("incorrect passphrase supplied to decrypt private key")]
    Pin,
    /// A resident key of the same application and user exists.
    #[error("a resident key of this application and user already exists")]
    Exists,
    /// Without a PIN the token does not tell whether it has a resident key of the same application and user, and a new
    /// one replaces that.
    #[error(
        "the token has no PIN, so it does not tell whether it has a resident key of this application and user"
    )]
    Unseen,
    /// The provider failed without saying why.
    #[error("invalid format")]
    Failed,
    /// A NUL byte where none can be.
    #[error("invalid argument")]
    Argument,
    /// The provider library cannot be loaded.
    #[error("provider {} is not an OpenSSH FIDO library: {reason}", path.display())]
    Library {
        /// The library.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The provider library has a different interface.
    #[error("Provider \"{}\" implements unsupported version {found:#010x} (supported: {:#010x})", path.display(), API_VERSION)]
    Version {
        /// The library.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// The token said no, and why.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The device cannot be opened.
    #[error("{}: permission denied", .0.display())]
    Denied(PathBuf),
    /// The device cannot be read or written.
    #[error("cannot talk to the token: {0}")]
    Device(#[source] std::io::Error),
    /// `-w` names no library.
    #[error("No FIDO SecurityKeyProvider specified")]
    NoProvider,
    /// `ssh-sk-helper` is needed and not installed.
    #[error("ssh-sk-helper is not installed")]
    NoHelper,
    /// `ssh-sk-helper` did not do its part.
    #[error("{}: {reason}", path.display())]
    Helper {
        /// The program.
        path: PathBuf,
        /// What went wrong.
        reason: String,
    },
}

/// Why a token said no.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// Its answer does not follow the protocol.
    #[error("the token's answer does not follow the protocol")]
    Garbled,
    /// It gave no answer in time.
    #[error("the token gave no answer in time")]
    Silent,
    /// The key is in a different token.
    #[error("the token does not have this key")]
    NoCredential,
    /// It stores no further key.
    #[error("the token is full")]
    Full,
    /// No one touched it in time.
    #[error("no one touched the token")]
    NoTouch,
    /// Its user refused.
    #[error("the token refused the operation")]
    Denied,
    /// Too many wrong PINs.
    #[error(
        "the PIN is blocked after too many wrong ones; only a reset of the token helps, which deletes its keys"
    )]
    PinBlocked,
    /// Too many wrong PINs in a row.
    #[error("the PIN is blocked until the token is plugged in again")]
    PinBlockedForNow,
    /// The operation needs a PIN, and the token has none.
    #[error("the token has no PIN")]
    NoPin,
    /// Another status of CTAP.
    #[error("the token failed with status {0:#04x}")]
    Status(u8),
}

/// The version of the sk-api that is spoken; a library of a different major version is refused.
pub const API_VERSION: u32 = 0x000a_0000;

/// Where tokens are reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provider {
    /// `internal`: tokens on USB.
    Internal,
    /// A library with the sk-api.
    Library(PathBuf),
}

impl Provider {
    /// The provider that `-w` names, else that of `SSH_SK_PROVIDER`, else the internal one.
    #[must_use]
    pub fn choose(given: Option<OsString>) -> Self {
        let named = given.or_else(|| std::env::var_os("SSH_SK_PROVIDER").filter(|name| !name.is_empty()));
        match named {
            Some(name) if name != "internal" => Self::Library(name.into()),
            _ => Self::Internal,
        }
    }

    /// What OpenSSH calls it.
    pub(super) fn name(&self) -> &[u8] {
        match self {
            Self::Internal => b"internal",
            Self::Library(path) => path.as_os_str().as_encoded_bytes(),
        }
    }
}

/// A key to be made.
#[derive(Debug, Clone, Copy)]
pub struct Enrollment<'a> {
    /// The algorithm.
    pub algorithm: TokenAlgorithm,
    /// What the attestation is about.
    pub challenge: &'a [u8],
    /// What the key is for: starts with `ssh:`.
    pub application: &'a str,
    /// Tells resident keys of one application apart.
    pub user: Option<&'a str>,
    /// Which token, if there are several.
    pub device: Option<&'a str>,
    /// What the token is to ask for.
    pub flags: TokenFlags,
}

impl Enrollment<'_> {
    /// Whether the new key is resident and may not replace one of the same application and user.
    fn must_spare(&self) -> bool {
        self.flags.contains(TokenFlags::RESIDENT) && !self.flags.contains(TokenFlags::FORCE)
    }
}

/// A key that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// The key.
    pub key: TokenKey,
    /// What the token says of itself and the key.
    pub attestation: Attestation,
    /// Whether a resident key was looked for that the new one would replace.
    pub lookup: Lookup,
}

/// What is known of the resident key that a new one would replace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// There was none, or it was to be replaced, or the new key is not resident.
    Done,
    /// The way to the token shows no keys without a PIN, and the token wanted none for the new key.
    Impossible,
}

/// A key that is stored in a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResidentKey {
    /// The key.
    pub key: TokenKey,
    /// Tells keys of one application apart.
    pub user: Vec<u8>,
}

impl ResidentKey {
    /// The user ID without the zeros at its end.
    #[must_use]
    pub fn user_id(&self) -> &[u8] {
        let length = self.user.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        &self.user[..length]
    }

    /// Whether a new key of that application and user replaces this one.
    fn is_replaced_by(&self, enrollment: &Enrollment<'_>) -> bool {
        let user = enrollment.user.unwrap_or_default().as_bytes();
        self.key.application == enrollment.application && self.user_id() == user
    }
}

/// A way to a token.
pub trait Authenticator {
    /// Generates a key in the token.
    ///
    /// # Errors
    /// [`Error::Pin`] if a PIN is needed or wrong, [`Error::Exists`] and others.
    fn enroll(&mut self, enrollment: &Enrollment<'_>, pin: Option<&Passphrase>) -> Result<Enrolled, Error>;

    /// Signs.
    ///
    /// # Errors
    /// [`Error::Pin`] if a PIN is needed or wrong, and others.
    fn sign(&mut self, key: &TokenKey, message: &[u8], pin: Option<&Passphrase>) -> Result<Signature, Error>;

    /// The keys that the token stores for ssh.
    ///
    /// # Errors
    /// [`Error::Pin`] if a PIN is needed or wrong, and others.
    fn resident_keys(
        &mut self,
        device: Option<&str>,
        pin: Option<&Passphrase>,
    ) -> Result<Vec<ResidentKey>, Error>;
}

/// Looks for the resident key that a new one would replace, where keys are shown without a PIN: a token that has none
/// replaces it silently.
///
/// # Errors
/// [`Error::Exists`].
fn look_without_pin(
    way: &mut dyn Authenticator,
    enrollment: &Enrollment<'_>,
    pin: Option<&Passphrase>,
) -> Result<Lookup, Error> {
    if pin.is_some() || !enrollment.must_spare() {
        return Ok(Lookup::Done);
    }
    match way.resident_keys(enrollment.device, None) {
        Ok(keys) if keys.iter().any(|key| key.is_replaced_by(enrollment)) => Err(Error::Exists),
        Err(Error::Pin) => Ok(Lookup::Impossible),
        // A way that stores no keys, or that the enrollment will find closed too.
        _ => Ok(Lookup::Done),
    }
}

/// Opens the way to a token: the library itself if this build can load one, on Linux the token over USB, else
/// `ssh-sk-helper`.
///
/// # Errors
/// [`Error::NoProvider`], [`Error::Library`], [`Error::Version`], [`Error::NoHelper`].
pub fn open(provider: &Provider) -> Result<Box<dyn Authenticator>, Error> {
    match provider {
        Provider::Library(path) if path.as_os_str().is_empty() => Err(Error::NoProvider),
        #[cfg(unix)]
        Provider::Library(path) if provider::CAN_LOAD => Ok(Box::new(provider::Library::open(path)?)),
        #[cfg(target_os = "linux")]
        Provider::Internal => Ok(Box::new(devices::Devices)),
        other => Ok(Box::new(helper::Helper::find(other)?)),
    }
}
