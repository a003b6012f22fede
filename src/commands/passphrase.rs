//! Passphrases of old and new keys: where they come from, and what layouts take.

use std::path::Path;

use crate::commands::failure::{Cause, Failure, While as _};
use thiserror::Error;

use super::Context;
use crate::format::{Layout, fips};
use crate::host::question::Question;
use crate::host::source::Source;
use crate::key::Algorithm;
use crate::secret::Passphrase;

/// Where the passphrase of a new key comes from.
#[derive(Debug, Clone)]
pub enum NewPassphrase {
    /// The user is asked, twice.
    Ask,
    /// From the command line.
    Given(Passphrase),
    /// From somewhere else.
    From(Source),
    /// The key is not to be encrypted.
    Without,
}

impl NewPassphrase {
    /// The passphrase, asked for until it was typed the same twice.
    pub(super) fn obtain(&self, question: &Question, ctx: &mut Context<'_>) -> Result<Passphrase, Failure> {
        Ok(match self {
            Self::Given(passphrase) => passphrase.clone(),
            Self::From(source) => {
                let passphrase = source.read()?;
                if passphrase.is_empty() {
                    return Err(Error::Empty.into());
                }
                passphrase
            }
            Self::Without => Passphrase::empty(),
            Self::Ask => loop {
                let passphrase = ctx.ui.ask_secret(question)?;
                if passphrase == ctx.ui.ask_secret(&Question::SamePassphrase)? {
                    break passphrase;
                }
                ctx.ui.remark(b"Passphrases do not match.  Try again.\n")?;
            },
        })
    }
}

/// Why a new passphrase is not used.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// Its source has an empty one: a secret that is not set, most of the time.
    #[error("the passphrase given with --new-passphrase-from is empty")]
    Empty,
    /// `-Z none` would write the key in the clear although it has a passphrase.
    #[error("the cipher \"none\" would leave the key readable without its passphrase")]
    CipherNone,
}

/// Where the passphrase of an existing key comes from, when it has one.
#[derive(Debug, Clone)]
pub enum OldPassphrase {
    /// The user is asked, once.
    Ask,
    /// From the command line.
    Given(Passphrase),
    /// From somewhere else.
    From(Source),
}

impl OldPassphrase {
    /// The passphrase.
    pub(super) fn obtain(&self, question: &Question, ctx: &mut Context<'_>) -> Result<Passphrase, Failure> {
        Ok(match self {
            Self::Given(passphrase) => passphrase.clone(),
            Self::From(source) => source.read()?,
            Self::Ask => ctx.ui.ask_secret(question).map_err(Cause::Locked)?,
        })
    }
}

/// Whether the layout takes the key and the passphrase, so that writing cannot fail later.
pub(super) fn check_passphrase(
    layout: Layout,
    algorithm: Algorithm,
    passphrase: &Passphrase,
    path: &Path,
) -> Result<(), Failure> {
    if layout.is_fips() {
        fips::check_passphrase(passphrase)?;
    }
    if matches!(layout, Layout::OpenSsh { cipher, .. } if cipher.is_none()) && !passphrase.is_empty() {
        return Err(Error::CipherNone.into());
    }
    layout.accepts(algorithm, passphrase).saving(path)
}
