//! The one policy for files that exist where a command is to write: `--if-exists`.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::failure::Failure;
use crate::host::files::Seen;
use crate::host::question::Question;
use crate::host::ui::Ui;

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

/// Says that an existing file is not what the command would make.
pub(super) fn different(path: &Path, what: &'static str, difference: impl Into<String>) -> Failure {
    Error::Different { path: path.to_owned(), what, difference: difference.into() }.into()
}
