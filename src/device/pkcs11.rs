//! PKCS#11 tokens. [`open`] finds the way to them: the library itself, or OpenSSH's `ssh-pkcs11-helper` for builds that
//! cannot load one.

#[cfg(unix)]
mod attributes;
mod helper;
#[cfg(unix)]
mod library;

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::key::{Comment, PublicKey};
use crate::secret::Passphrase;
use crate::signature::{self, Scheme, Signature};

/// Why a token did not do it.
#[derive(Debug, Error)]
pub enum Error {
    /// The library cannot be loaded.
    #[error("provider {} is not a PKCS11 library: {reason}", path.display())]
    Library {
        /// The library.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// No token shows a key of a known type.
    #[error("the library shows no keys")]
    NoKeys,
    /// The PIN is needed, and there is none.
    #[error("login failed: no PIN")]
    NoPin,
    /// The token does not take the PIN.
    #[error("PKCS#11 login failed: {0}")]
    Pin(&'static str),
    /// The library failed.
    #[error("{0}")]
    Failed(String),
    /// The token has the public key alone.
    #[error("cannot find private key")]
    NoPrivateKey,
    /// The token cannot sign like that.
    #[error(transparent)]
    Signature(#[from] signature::Error),
    /// What the token gave is not a signature of its key.
    #[error("the token's signature is wrong")]
    WrongSignature,
    /// This build loads no library.
    #[error("this build loads no libraries, and ssh-pkcs11-helper is not installed")]
    NoHelper,
    /// `ssh-pkcs11-helper` did not do its part.
    #[error("{}: {reason}", path.display())]
    Helper {
        /// The program.
        path: PathBuf,
        /// What went wrong.
        reason: String,
    },
}

/// A key in a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The public key.
    pub public: PublicKey,
    /// What the token calls it.
    pub label: Comment,
    /// Where the library has it.
    place: Place,
}

/// Where a library has a key: the number of the token, and the ID that its public and private key share.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Place {
    token: usize,
    id: Vec<u8>,
}

/// What a token is and can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenReport {
    /// Its label.
    pub label: String,
    /// Its maker and model.
    pub model: String,
    /// Its serial number.
    pub serial: String,
    /// Whether it wants a PIN, and what is wrong with the PIN.
    pub pin: PinState,
    /// The keys that it shows without a PIN.
    pub keys: Vec<KeyReport>,
}

/// The PIN of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinState {
    /// The token wants none.
    NotNeeded,
    /// None is set, so nothing can sign.
    NotSet,
    /// It is wanted.
    Needed,
    /// It is wanted, and was wrong lately.
    FewTries,
    /// One more wrong PIN locks the token.
    LastTry,
    /// Too many were wrong.
    Locked,
}

/// A key of a token, and what it can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyReport {
    /// The key.
    pub key: Key,
    /// The ID that ties it to its private key.
    pub id: Vec<u8>,
    /// Whether the token has a mechanism for its signatures.
    pub signs: bool,
}

/// Asks for the PIN of the token of that label; `None` if there is no answer.
pub type AskPin<'a> = dyn FnMut(&str) -> Option<Passphrase> + 'a;

/// The tokens of a library.
pub trait Tokens {
    /// The keys that the tokens show. Asks for the PIN of a token only if no token before it shows a key, nor does it.
    ///
    /// # Errors
    /// [`Error::NoKeys`], [`Error::Pin`] and those of the library.
    fn keys(&mut self, ask: &mut AskPin<'_>) -> Result<Vec<Key>, Error>;

    /// Signs. Asks for the PIN at the first signature of a token, and at each one of a key that wants it so. The
    /// signature is verified.
    ///
    /// # Errors
    /// [`enum@Error`]. A PIN is sent once.
    fn sign(
        &mut self,
        key: &Key,
        scheme: Scheme,
        message: &[u8],
        ask: &mut AskPin<'_>,
    ) -> Result<Signature, Error>;

    /// What the tokens are and can do, without a PIN.
    ///
    /// # Errors
    /// Those of the library.
    fn report(&mut self) -> Result<Vec<TokenReport>, Error>;
}

/// Opens the tokens of a library.
///
/// # Errors
/// [`Error::Library`], [`Error::NoHelper`] and those of the library.
pub fn open(path: &Path) -> Result<Box<dyn Tokens>, Error> {
    #[cfg(unix)]
    if library::CAN_LOAD {
        return Ok(Box::new(library::Library::open(path)?));
    }
    Ok(Box::new(helper::Helper::find(path)?))
}

/// The signature, if it is one of the key over the message.
fn verified(signature: Signature, key: &Key, message: &[u8]) -> Result<Signature, Error> {
    match signature.verify(&key.public, message) {
        Ok(()) => Ok(signature),
        Err(_) => Err(Error::WrongSignature),
    }
}

/// A label up to its first NUL. Control characters, which could end the line or speak to the terminal, become `?`.
fn label_of(label: &[u8]) -> Comment {
    let text = label.split(|&byte| byte == 0).next().unwrap_or_default();
    let shown = |&byte: &u8| if byte.is_ascii_control() { b'?' } else { byte };
    Comment::from_file(&text.iter().map(shown).collect::<Vec<_>>())
}
