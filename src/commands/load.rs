//! Private keys from files, with ssh-keygen's questions.

use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use thiserror::Error;

use super::passphrase::OldPassphrase;
use super::{Context, public};
use crate::certificate::{KeyInLine, KeyOrCertificate};
use crate::format::rfc4716::{self, Ssh2Key};
use crate::format::{Container, KeyFile, spki};
use crate::host::question::Question;
use crate::host::{account, files};
use crate::key::{Comment, PrivateKey};
use crate::secret::{Passphrase, Secret};

/// Why a private key is not used.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// Others can read it.
    #[error("bad permissions")]
    TooOpen,
}

/// A private key, and what its file was like.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) key: PrivateKey,
    pub(super) container: Container,
    /// The passphrase that opened it; empty for a file in the clear.
    pub(super) passphrase: Passphrase,
    /// The file, as it was read.
    pub(super) file: Secret,
}

/// The file that was given, or that the user names.
pub(super) fn ask_path(given: Option<PathBuf>, ctx: &mut Context<'_>) -> Result<PathBuf, Failure> {
    match given {
        Some(path) => Ok(path),
        None => ask_with_default(Question::KeyFile, "id_ed25519", ctx),
    }
}

/// Asks for a file in `~/.ssh`; an empty answer means the default.
pub(super) fn ask_with_default(
    question: fn(PathBuf) -> Question,
    name: &str,
    ctx: &mut Context<'_>,
) -> Result<PathBuf, Failure> {
    let default = account::home()?.join(".ssh").join(name);
    let answer = ctx.ui.ask(&question(default.clone()))?;
    Ok(if answer.is_empty() { default } else { files::path_from_bytes(answer)? })
}

/// Reads a key file that only its owner may read.
pub(super) fn private_file(path: &Path, ctx: &mut Context<'_>) -> Result<Secret, Failure> {
    let file = files::read_with_mode(path)?;
    // A public key may be open to all: that it is no private one is what is wrong then. One beside a private key may not.
    let bytes = file.bytes.expose();
    let public = public_of_any_format(bytes).is_some() && KeyFile::parse(bytes).is_err();
    if let Some(mode) = file.too_open.filter(|_| !public) {
        ctx.ui.warn(&banner(path, mode));
        return Err(Error::TooOpen.into());
    }
    Ok(file.bytes)
}

/// Loads a private key: without a passphrase if that is enough, else with one, asked for once.
pub(super) fn private(
    path: &Path,
    old: &OldPassphrase,
    question: &Question,
    ctx: &mut Context<'_>,
) -> Result<Loaded, Failure> {
    let file = private_file(path, ctx)?;
    open(&file, old, question, ctx)
}

/// Opens a private key whose file was read already.
pub(super) fn open(
    bytes: &Secret,
    old: &OldPassphrase,
    question: &Question,
    ctx: &mut Context<'_>,
) -> Result<Loaded, Failure> {
    let file = KeyFile::parse(bytes.expose())?;
    let passphrase = match file.protection() {
        None => Passphrase::empty(),
        Some(_) => old.obtain(question, ctx)?,
    };
    Ok(Loaded { key: file.open(&passphrase)?, container: file.container(), passphrase, file: bytes.clone() })
}

/// The question for the passphrase of an existing key.
pub(super) fn question(path: &Path) -> Question {
    Question::PassphraseOf(path.to_owned())
}

/// A public key, from wherever it was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) key: KeyOrCertificate,
    pub(super) comment: Comment,
}

/// The public key of a file: of a public one, of the `.pub` beside a private one, of a private
/// one that tells it, and of a private one that has to be opened.
pub(super) fn published(path: &Path, old: &OldPassphrase, ctx: &mut Context<'_>) -> Result<Found, Failure> {
    let file = files::read(path)?;
    let found = |(key, comment)| Found { key, comment };
    if let Some(public) = public_of_any_format(file.expose()) {
        return Ok(found(public));
    }
    if let Some(public) = beside(path) {
        return Ok(found(public));
    }
    let parsed = KeyFile::parse(file.expose()).at(path)?;
    if let Some(public) = parsed.public() {
        return Ok(found((KeyOrCertificate::Key(public.clone()), Comment::default())));
    }
    let loaded = private(path, old, &question(path), ctx).loading(path)?;
    Ok(found((KeyOrCertificate::Key(loaded.key.public().clone()), loaded.key.comment().clone())))
}

/// The key of the `.pub` beside a private key file.
pub(super) fn beside(path: &Path) -> Option<(KeyOrCertificate, Comment)> {
    let file = files::read_regular(&public::with_suffix(path, ".pub")).ok()?;
    public_of_any_format(file.bytes.expose())
}

/// A public key as OpenSSH, RFC 4716 or OpenSSL write it.
pub(super) fn public_of_any_format(file: &[u8]) -> Option<(KeyOrCertificate, Comment)> {
    // ssh-keygen reads only lines that start with the key.
    let found =
        public::of_lines(file, KeyInLine::at_front).or_else(|| public::of_lines(file, KeyInLine::find));
    if found.is_some() {
        return found;
    }
    match rfc4716::decode(file) {
        Ok(Ssh2Key::Public(key, comment)) => Some((key, comment)),
        _ => spki::decode(file).ok().map(|key| (KeyOrCertificate::Key(key), Comment::default())),
    }
}

fn banner(path: &Path, mode: u32) -> String {
    let line = "@".repeat(59);
    format!(
        "{line}\n@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\n{line}\n\
         Permissions 0{mode:03o} for '{}' are too open.\n\
         It is required that your private key files are NOT accessible by others.\n\
         This private key will be ignored.",
        path.display()
    )
}
