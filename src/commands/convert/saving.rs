//! Where a converted key goes.

use std::path::{Path, PathBuf};

use super::{Args, Output, Saved};
use crate::commands::failure::{Failure, While as _};
use crate::commands::overwrite::{self, IfExists, Permission, different};
use crate::commands::{Context, public};
use crate::format::{Container, Foreign, KeyFile, Layout};
use crate::host::files::{self, Access, Seen};
use crate::host::input::Input;
use crate::key::PrivateKey;
use crate::secret::{Passphrase, Secret};

/// Whether the output is the input, by the same name or another.
pub(super) fn is_input(args: &Args, path: &Path) -> bool {
    matches!(&args.input, Input::File(input) if files::is_same_file(input, path))
}

/// Replaces the input: at once with `--in-place`, as `--if-exists` says where the output happens to be the input.
pub(super) fn replace(
    (args, policy): (&Args, IfExists),
    before: &Secret,
    sealed: &Secret,
    is_same: impl FnOnce(&[u8]) -> bool,
    ctx: &mut Context<'_>,
) -> Result<Saved, Failure> {
    let path = args.input.path();
    let permission = match args.output {
        Output::InPlace => Permission::Write,
        _ => overwrite::existing(path, policy, ctx.ui)?,
    };
    match permission {
        Permission::Declined => Ok(Saved::Declined),
        Permission::Keep if is_same(before.expose()) => Ok(Saved::Kept),
        Permission::Keep => Err(different(path, "key", "it is in a different format")),
        Permission::Write => {
            ctx.tell(&files::replace_unchanged(path, before, sealed.expose()).saving(path)?);
            Ok(Saved::Written)
        }
    }
}

/// Writes the result, unless `keep` finds that the existing file is that already.
pub(super) fn save(
    path: &Path,
    bytes: &[u8],
    access: Access,
    if_exists: IfExists,
    is_same: impl FnOnce(&[u8]) -> bool,
    ctx: &mut Context<'_>,
) -> Result<Saved, Failure> {
    let seen = Seen::file(path).saving(path)?;
    if access == Access::Public {
        seen.check_not_private().saving(path)?;
    }
    match overwrite::decide(path, &seen, if_exists, ctx.ui)? {
        Permission::Declined => return Ok(Saved::Declined),
        Permission::Keep if is_same(files::read(path)?.expose()) => return Ok(Saved::Kept),
        Permission::Keep => return Err(different(path, "file", "it is not the result of this conversion")),
        Permission::Write => {}
    }
    ctx.tell(&files::save(&seen, bytes, access).saving(path)?);
    Ok(Saved::Written)
}

/// Whether a file is the private key in that layout and with that passphrase.
pub(super) fn is_private(bytes: &[u8], key: &PrivateKey, layout: Layout, passphrase: &Passphrase) -> bool {
    let read = match layout {
        Layout::Der(_) | Layout::Jwk => Foreign::parse(bytes),
        Layout::Age => return false,
        _ => KeyFile::parse(bytes).map(Foreign::Der),
    };
    let (container, opened) = match read {
        Ok(Foreign::Jwk(key)) => (Container::Jwk, Some(key)),
        Ok(Foreign::Der(file)) if file.protection().is_some() != passphrase.is_empty() => {
            (file.container(), file.open(passphrase).ok())
        }
        _ => return false,
    };
    let same_comment = |opened: &PrivateKey| !container.holds_comment() || opened.comment() == key.comment();
    container == layout.container()
        && opened.is_some_and(|opened| opened.public() == key.public() && same_comment(&opened))
}

/// Whether the public key of a private key is written too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicFile {
    /// The private key alone is written.
    No,
    /// The public key goes to the same name with `.pub`.
    Beside,
}

/// What becomes of the public key file.
pub(super) enum Beside {
    Unwanted,
    Declined,
    Kept(PathBuf),
    New { path: PathBuf, seen: Seen, line: Vec<u8> },
}

impl PublicFile {
    /// Decides about the file before the private key is written.
    pub(super) fn decide(
        self,
        private: &Path,
        key: &PrivateKey,
        if_exists: IfExists,
        ctx: &mut Context<'_>,
    ) -> Result<Beside, Failure> {
        if self == Self::No {
            return Ok(Beside::Unwanted);
        }
        let path = public::with_suffix(private, ".pub");
        let line = key.public().to_file(key.comment());
        let seen = Seen::file(&path).saving(&path)?;
        seen.check_not_private().saving(&path)?;
        Ok(match overwrite::decide(&path, &seen, if_exists, ctx.ui)? {
            Permission::Declined => Beside::Declined,
            Permission::Keep if files::read(&path)?.expose() == line => Beside::Kept(path),
            Permission::Keep => return Err(different(&path, "file", "it is not the public key")),
            Permission::Write => Beside::New { path, seen, line },
        })
    }
}

impl Beside {
    pub(super) fn is_declined(&self) -> bool {
        matches!(self, Self::Declined)
    }

    /// Where the public key is afterwards.
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Self::Kept(path) | Self::New { path, .. } => Some(path),
            Self::Unwanted | Self::Declined => None,
        }
    }

    /// Writes the file, if it is to be written and the private key was not declined. Returns what became of both.
    pub(super) fn write_after(&self, private: Saved, ctx: &mut Context<'_>) -> Result<Saved, Failure> {
        match self {
            Self::New { path, seen, line } if private != Saved::Declined => {
                ctx.tell(&files::save(seen, line, Access::Public).saving(path)?);
                Ok(Saved::Written)
            }
            _ => Ok(private),
        }
    }
}
