//! Passphrases of existing and new keys: where they come from, and what layouts take.

use std::path::Path;

use crate::commands::failure::{Cause, Failure, While as _};
use thiserror::Error;

use super::Context;
use crate::format::{Layout, fips};
use crate::host::question::Question;
use crate::host::sink::Sink;
use crate::host::source::Source;
use crate::key::Algorithm;
use crate::keygen::passphrase::{self, WordCount};
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
    /// rkeygen makes it of words.
    Generated(Generated),
    /// The key is not to be encrypted.
    Without,
}

/// A passphrase of words, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// How many words.
    pub words: WordCount,
    /// Where it is written; shown on the terminal if nowhere.
    pub to: Option<Sink>,
}

impl Generated {
    /// Makes a passphrase and hands it to the user: before the key that needs it is written, so that no key is locked
    /// forever.
    fn make(&self, ctx: &mut Context<'_>) -> Result<Passphrase, Failure> {
        let passphrase = passphrase::generate(self.words, &mut ctx.rng);
        let about =
            format!("passphrase of {} words ({} bits of entropy)", self.words.get(), self.words.bits());
        match &self.to {
            None => ctx.ui.show_secret(&format!("Generated {about}, shown only here:"), &passphrase)?,
            Some(sink) => {
                let written = sink.write(&passphrase).map_err(Failure::from)?;
                ctx.tell(&written);
                ctx.ui.inform(&format!("Generated {about}, written to {}", sink.shown()));
            }
        }
        Ok(passphrase)
    }
}

impl NewPassphrase {
    /// Checks, before a passphrase is generated, that the layout takes one.
    pub(super) fn check(&self, layout: Layout, algorithm: Algorithm, path: &Path) -> Result<(), Failure> {
        match self {
            Self::Generated(_) => {
                check_passphrase(layout, algorithm, &Passphrase::new(b"any-other-words".to_vec()), path)
            }
            Self::Ask | Self::Given(_) | Self::From(_) | Self::Without => Ok(()),
        }
    }

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
            Self::Generated(generated) => generated.make(ctx)?,
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

/// The question for the new passphrase of a key that was there before: for a client in FIPS mode it says how long one is.
pub(super) fn question_of_new(layout: Layout) -> Question {
    if layout.is_fips() { Question::NewFipsPassphrase } else { Question::NewPassphrase }
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
