//! The one policy for files that exist where a command is to write: `--if-exists`.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::Context;
use super::failure::{Failure, While as _};
use super::public::with_suffix;
use crate::host::files::{self, Access, Found, Seen, SeenPair};
use crate::host::question::Question;
use crate::host::ui::Ui;
use crate::text::shown;

/// What to do when a file exists. Without the option each command does as ssh-keygen does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IfExists {
    /// Ask.
    #[default]
    Ask,
    /// Fail.
    Fail,
    /// Keep a file that is what the command would make; fail for another one.
    Keep,
    /// Replace it.
    Replace,
}

/// Why a file was not written. What exists is as it was.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// `--if-exists fail`.
    #[error("{} already exists", .0.display())]
    Exists(PathBuf),
    /// `--if-exists keep` found something that the command would not make.
    #[error("{}: existing {what} does not match: {difference}", path.display())]
    Different {
        /// The file.
        path: PathBuf,
        /// What the command makes: `key`, `certificate`.
        what: &'static str,
        /// How it differs.
        difference: String,
    },
    /// `--if-exists fail` or `keep`, and the token has the resident key.
    #[error("{0} already exists in the token")]
    InToken(String),
    /// `--if-exists fail` or `keep`, and a token without a PIN does not tell whether it has the resident key.
    #[error("the token has no PIN, so it does not tell whether {0} exists")]
    Unseen(String),
}

/// What a command may do at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Permission {
    /// Write there.
    Write,
    /// Keep the file, if it is what the command would make.
    Keep,
    /// Nothing: the user said no.
    Declined,
}

/// Decides whether a command may write at a path where it has looked.
///
/// # Errors
/// [`Error::Exists`], and those of the prompt.
pub(super) fn decide(
    path: &Path,
    seen: &Seen,
    policy: IfExists,
    ui: &mut dyn Ui,
) -> Result<Permission, Failure> {
    if seen.is_free() {
        return Ok(Permission::Write);
    }
    existing(path, policy, ui)
}

/// Decides about a file that exists.
///
/// # Errors
/// [`Error::Exists`], and those of the prompt.
pub(super) fn existing(path: &Path, policy: IfExists, ui: &mut dyn Ui) -> Result<Permission, Failure> {
    Ok(match policy {
        IfExists::Fail => return Err(Error::Exists(path.to_owned()).into()),
        IfExists::Keep => Permission::Keep,
        IfExists::Replace => Permission::Write,
        IfExists::Ask if ui.confirm(&Question::Overwrite(path.to_owned()))? => Permission::Write,
        IfExists::Ask => Permission::Declined,
    })
}

/// Keeps a `.pub` file without its private key, which a new one replaces, under the name `.pub.old`.
pub(super) fn retain_public(
    (private, public): (&Path, &Path),
    seen: &SeenPair,
    ctx: &mut Context<'_>,
) -> Result<(), Failure> {
    let lone = seen.private.is_free() && matches!(seen.public.found(), Found::Ordinary);
    if !lone {
        return Ok(());
    }
    let old = with_suffix(public, ".old");
    let bytes = files::read_regular(public)?.bytes;
    let place = Seen::name(&old).saving(private)?;
    ctx.tell(&files::save(&place, bytes.expose(), Access::Public).saving(private)?);
    ctx.ui.inform(&format!("The old {} is kept as {}", shown(public), shown(&old)));
    Ok(())
}

/// Says that an existing file is not what the command would make.
pub(super) fn different(path: &Path, what: &'static str, difference: impl Into<String>) -> Failure {
    Error::Different { path: path.to_owned(), what, difference: difference.into() }.into()
}
