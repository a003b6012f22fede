//! What commands ask for when it was not given.

use std::path::{Path, PathBuf};

use super::Context;
use super::failure::Failure;
use crate::host::input::Input;
use crate::host::question::Question;
use crate::host::{account, files};

/// The file that was given, or that the user names.
pub(super) fn key_file(given: Option<PathBuf>, ctx: &mut Context<'_>) -> Result<PathBuf, Failure> {
    match given {
        Some(path) => Ok(path),
        None => path_in_ssh(Question::KeyFile, "id_ed25519", ctx),
    }
}

/// What was given, or what the user names.
pub(super) fn input(given: Option<Input>, ctx: &mut Context<'_>) -> Result<Input, Failure> {
    match given {
        Some(input) => Ok(input),
        None => Ok(key_file(None, ctx)?.into()),
    }
}

/// Asks for a file in `~/.ssh`; an empty answer means the default.
pub(super) fn path_in_ssh(
    question: fn(PathBuf) -> Question,
    name: &str,
    ctx: &mut Context<'_>,
) -> Result<PathBuf, Failure> {
    let default = account::home()?.join(".ssh").join(name);
    let answer = ctx.ui.ask(&question(default.clone()))?;
    Ok(if answer.is_empty() { default } else { files::path_from_bytes(answer)? })
}

/// The question for the passphrase of an existing key.
pub(super) fn passphrase_of(path: &Path) -> Question {
    Question::PassphraseOf(path.to_owned())
}
