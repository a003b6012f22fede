//! Keys in FIDO tokens: prompts and messages when one is generated or used.

use std::io::IsTerminal;
use std::path::PathBuf;

use rand_core::Rng;
use thiserror::Error;

use super::Context;
use super::failure::{Cause, Failure, While as _};
use super::overwrite::{self, IfExists};
use crate::device::fido::{self, Attestation, Authenticator, Enrollment, Lookup, Provider};
use crate::host::files;
use crate::host::question::Question;
use crate::host::ui;
use crate::key::{Comment, HashAlgorithm, PrivateKey, PublicKey, TokenAlgorithm, TokenFlags, TokenKey};
use crate::secret::Passphrase;
use crate::signature::Signature;
use crate::text::visible;

/// A key to be made in a token.
#[derive(Debug, Clone)]
pub struct Request {
    /// The algorithm.
    pub algorithm: TokenAlgorithm,
    /// `-O application`: what the key is for.
    pub application: String,
    /// `-O user`: tells resident keys of one application apart.
    pub user: Option<String>,
    /// `-O device`: which token.
    pub device: Option<String>,
    /// `-O challenge`: the file with what the attestation is about; random when not given. The last one counts, and all
    /// are read.
    pub challenges: Vec<PathBuf>,
    /// `-O resident`, `-O verify-required`, `-O no-touch-required`.
    pub flags: TokenFlags,
    /// `-O write-attestation`: the file for what the token says of itself and the key.
    pub attestation: Option<PathBuf>,
    /// `-w`.
    pub provider: Provider,
}

/// Why nothing was done with a token.
#[derive(Debug, Error)]
pub enum Error {
    /// Three PINs were wrong.
    #[error("Too many incorrect PINs")]
    TooManyPins,
    /// The user wants to keep the key in the token.
    #[error("Key enrollment failed: the resident key in the token was not overwritten")]
    Kept,
    /// The token gave a key that is none.
    #[error("Key enrollment failed: invalid format")]
    Invalid,
    /// A prompt about a token got no answer, which to ssh-keygen is a wrong one.
    #[error(transparent)]
    Unanswered(ui::Error),
    /// An option is for keys in tokens, and the key of this file is not in one.
    #[error("FIDO-specific option requested for non-FIDO key {0}")]
    NotInToken(String),
    /// The user wants to keep a file.
    #[error("{}: not overwritten", .0.display())]
    Declined(PathBuf),
}

/// How often a PIN is asked for: each wrong one uses up one of the token's few tries.
const MAX_PINS: usize = 2;
const CHALLENGE_BYTES: usize = 32;
const REPLACED_PERHAPS: &str = "Warning: the token wanted no PIN, so rkeygen could not look for a resident key of the same \
    application and user; if there was one, it is replaced";

impl Request {
    /// The challenge of the last file, or a random one.
    pub(super) fn challenge(&self, ctx: &mut Context<'_>) -> Result<Vec<u8>, Failure> {
        let mut challenge = Vec::new();
        for path in &self.challenges {
            let reading = || format!("Unable to load FIDO enrollment challenge \"{}\"", path.display());
            challenge = files::read(path).during_step(reading)?.expose().to_vec();
        }
        if challenge.is_empty() {
            challenge = vec![0; CHALLENGE_BYTES];
            ctx.rng.fill_bytes(&mut challenge);
        }
        Ok(challenge)
    }

    /// Makes the key. The user may have to touch the token, and to give its PIN.
    pub(super) fn enroll(
        &self,
        challenge: &[u8],
        comment: Comment,
        if_exists: IfExists,
        ctx: &mut Context<'_>,
    ) -> Result<(PrivateKey, Attestation), Failure> {
        const FAILED: &str = "Key enrollment failed";
        ctx.ui.say(b"You may need to touch your authenticator to authorize key generation.\n")?;
        let mut authenticator = fido::open(&self.provider).during(FAILED)?;
        let (mut flags, mut pin, mut pins) = (self.flags, None, Pins::default());
        let enrolled = loop {
            let enrollment = Enrollment {
                algorithm: self.algorithm,
                challenge,
                application: &self.application,
                user: self.user.as_deref(),
                device: self.device.as_deref(),
                flags,
            };
            match authenticator.enroll(&enrollment, pin.as_ref()) {
                Ok(enrolled) => break enrolled,
                Err(error @ (fido::Error::Exists | fido::Error::Unseen)) => {
                    self.may_replace(&error, flags, if_exists, ctx)?;
                    flags = flags.with(TokenFlags::FORCE);
                }
                // As in ssh-keygen, an empty PIN is none.
                Err(fido::Error::Pin) => pin = Some(pins.next(ctx)?).filter(|pin| !pin.is_empty()),
                Err(error) => return Err(error).during(FAILED),
            }
            ctx.ui.say(b"You may need to touch your authenticator again to authorize key generation.\n")?;
        };
        if enrolled.lookup == Lookup::Impossible {
            ctx.ui.warn(REPLACED_PERHAPS);
        }
        let key = PrivateKey::of_token(&enrolled.key, comment).map_err(|_| Error::Invalid)?;
        Ok((key, enrolled.attestation))
    }

    /// Fails if a resident key in the token, which exists or may exist, is not to be replaced.
    fn may_replace(
        &self,
        found: &fido::Error,
        flags: TokenFlags,
        if_exists: IfExists,
        ctx: &mut Context<'_>,
    ) -> Result<(), Failure> {
        if !flags.contains(TokenFlags::RESIDENT) || flags.contains(TokenFlags::FORCE) {
            return Err(Error::Kept.into());
        }
        let (application, user) = (self.application.clone(), self.user.clone());
        let name = || {
            let user = self.user.as_deref().unwrap_or("null");
            visible(&format!("a resident key scoped to '{}' with user id '{user}'", self.application))
        };
        let unseen = matches!(found, fido::Error::Unseen);
        let question = match if_exists {
            IfExists::Replace => return Ok(()),
            IfExists::Fail | IfExists::Keep if unseen => return Err(overwrite::Error::Unseen(name()).into()),
            IfExists::Fail | IfExists::Keep => return Err(overwrite::Error::InToken(name()).into()),
            IfExists::Ask if unseen => Question::OverwriteUnseen { application, user },
            IfExists::Ask => Question::OverwriteInToken { application, user },
        };
        match ctx.ui.confirm(&question).map_err(Cause::unanswered)? {
            true => Ok(()),
            false => Err(Error::Kept.into()),
        }
    }
}

/// The PINs that were sent to the token, and were wrong.
#[derive(Default)]
struct Pins {
    sent: Vec<Passphrase>,
}

impl Pins {
    /// A PIN that was not sent yet: the same wrong one again would only use up one of the token's tries.
    fn next(&mut self, ctx: &mut Context<'_>) -> Result<Passphrase, Failure> {
        let mut wrong = self.sent.len();
        loop {
            if wrong > 0 {
                ctx.ui.warn("PIN incorrect");
            }
            if wrong >= MAX_PINS {
                return Err(Error::TooManyPins.into());
            }
            let pin = ctx.ui.ask_secret(&Question::TokenPin).map_err(Cause::unanswered)?;
            if !self.sent.contains(&pin) {
                self.sent.push(pin.clone());
                return Ok(pin);
            }
            wrong += 1;
        }
    }
}

/// What a signature is for, which decides the message to the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Files: each signature asks for the PIN.
    Files,
    /// Certificates: the PIN is asked for once.
    Certificates,
}

/// A key in a token that signs.
pub(super) struct TokenSigner {
    authenticator: Box<dyn Authenticator>,
    key: TokenKey,
    /// `ED25519-SK`.
    name: &'static str,
    fingerprint: String,
    purpose: Purpose,
    pin: Option<Passphrase>,
}

impl TokenSigner {
    /// The signer of a key file; `None` if its key is not in a token.
    pub(super) fn new(
        key: &PrivateKey,
        provider: &Provider,
        purpose: Purpose,
    ) -> Result<Option<Self>, Failure> {
        let Some(token) = key.token() else { return Ok(None) };
        let public: &PublicKey = key.public();
        Ok(Some(Self {
            authenticator: fido::open(provider)?,
            key: token,
            name: public.algorithm().display_name(),
            fingerprint: public.fingerprint(HashAlgorithm::default()).to_string(),
            purpose,
            pin: None,
        }))
    }

    /// Signs. The user may have to touch the token, and to give its PIN.
    pub(super) fn sign(&mut self, message: &[u8], ctx: &mut Context<'_>) -> Result<Signature, Failure> {
        if self.key.flags.contains(TokenFlags::VERIFY) && self.pin.is_none() {
            let question = match self.purpose {
                Purpose::Files => Question::KeyPin(self.name),
                Purpose::Certificates => Question::CaKeyPin,
            };
            self.pin = Some(ctx.ui.ask_secret(&question).map_err(Cause::unanswered)?);
        }
        let shown = self.purpose == Purpose::Files || std::io::stderr().is_terminal();
        if self.key.flags.contains(TokenFlags::TOUCH) && shown {
            ctx.ui.warn(&format!("Confirm user presence for key {} {}", self.name, self.fingerprint));
        }
        let signature =
            self.authenticator.sign(&self.key, message, self.pin.as_ref().filter(|pin| !pin.is_empty()));
        if self.purpose == Purpose::Files {
            self.pin = None;
        }
        Ok(signature?)
    }
}

impl std::fmt::Debug for TokenSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSigner").field("key", &self.fingerprint).finish_non_exhaustive()
    }
}

/// `-p -O`: a change of what each use of a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagChange {
    /// The flags are set.
    Set(TokenFlags),
    /// The flags are cleared.
    Clear(TokenFlags),
}

impl FlagChange {
    /// The change of that name; `None` for others.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let (set, name) = match name.to_ascii_lowercase() {
            name if name.starts_with("no-") => (false, name[3..].to_owned()),
            name => (true, name),
        };
        let flags = match name.as_str() {
            "touch-required" => TokenFlags::TOUCH,
            "verify-required" => TokenFlags::VERIFY,
            _ => return None,
        };
        Some(if set { Self::Set(flags) } else { Self::Clear(flags) })
    }

    fn apply(self, flags: TokenFlags) -> TokenFlags {
        match self {
            Self::Set(other) => flags.with(other),
            Self::Clear(other) => flags.without(other),
        }
    }
}

/// The key with other flags; `None` if it is not in a token.
pub(super) fn with_flags(key: &PrivateKey, changes: &[FlagChange]) -> Option<PrivateKey> {
    let token = key.token()?;
    let flags = changes.iter().fold(token.flags, |flags, change| change.apply(flags));
    PrivateKey::of_token(&TokenKey { flags, ..token }, key.comment().clone()).ok()
}

#[cfg(test)]
mod tests;
