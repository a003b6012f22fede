//! Keys in PKCS#11 tokens: who signs, and how the PIN is asked for.

use std::path::Path;

use super::Context;
use super::failure::{Cause, Failure, While as _};
use super::passphrase::OldPassphrase;
use super::signer::Error;
use crate::device::pkcs11::{self, AskPin, Key, Tokens};
use crate::host::question::Question;
use crate::key::PublicKey;
use crate::signature::{Scheme, Signature};

/// A key in a token that signs.
pub(super) struct LibrarySigner {
    tokens: Box<dyn Tokens>,
    key: Key,
    pin: OldPassphrase,
}

impl LibrarySigner {
    /// The signer of a public key, which a token of the library must have; `file` is where the key was read.
    pub(super) fn new(
        library: &Path,
        (public, file): (&PublicKey, &Path),
        pin: &OldPassphrase,
        ctx: &mut Context<'_>,
    ) -> Result<Self, Failure> {
        let (tokens, keys) = open(library, pin, ctx)?;
        let key = keys.into_iter().find(|key| key.public == *public);
        let key = key.ok_or_else(|| Error::NotInLibrary(file.display().to_string()))?;
        Ok(Self { tokens, key, pin: pin.clone() })
    }

    /// Signs. Asks for the PIN where the token wants it.
    pub(super) fn sign(
        &mut self,
        scheme: Scheme,
        message: &[u8],
        ctx: &mut Context<'_>,
    ) -> Result<Signature, Failure> {
        let (tokens, key) = (&mut self.tokens, &self.key);
        with_pin(&self.pin, ctx, |ask| tokens.sign(key, scheme, message, ask))
    }
}

impl std::fmt::Debug for LibrarySigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LibrarySigner").field("key", &self.key).finish_non_exhaustive()
    }
}

/// The tokens of a library, and the keys that they show.
pub(super) fn open(
    library: &Path,
    pin: &OldPassphrase,
    ctx: &mut Context<'_>,
) -> Result<(Box<dyn Tokens>, Vec<Key>), Failure> {
    const READING: &str = "cannot read public key from pkcs11";
    let mut tokens = pkcs11::open(library).during(READING)?;
    let keys = with_pin(pin, ctx, |ask| tokens.keys(ask)).during(READING)?;
    Ok((tokens, keys))
}

/// Asks a token for something; the PIN comes from where `-P` says, or from the terminal or askpass.
fn with_pin<T>(
    pin: &OldPassphrase,
    ctx: &mut Context<'_>,
    call: impl FnOnce(&mut AskPin<'_>) -> Result<T, pkcs11::Error>,
) -> Result<T, Failure> {
    let mut unanswered = None;
    let result = call(&mut |label| {
        let question = Question::LibraryPin(label.to_owned());
        let given = match pin {
            OldPassphrase::Ask => Ok(None),
            given => given.obtain(&question, ctx).map(Some),
        };
        // An empty PIN is none, as with ssh-keygen: sent, it would be a wrong one.
        let answer = match given {
            Ok(Some(pin)) if !pin.expose().is_empty() => Ok(pin),
            Ok(_) => ctx.ui.ask_secret(&question).map_err(|error| Cause::unanswered(error).into()),
            Err(failure) => Err(failure),
        };
        answer.map_err(|failure| unanswered = Some(failure)).ok()
    });
    match unanswered {
        Some(failure) => Err(failure),
        None => Ok(result?),
    }
}
