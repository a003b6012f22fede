//! `-p`: another passphrase, or another format, for a private key file.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use thiserror::Error;

use super::generate::saving;
use super::passphrase::{AGAIN, NewPassphrase, OldPassphrase, check_passphrase};
use super::report::printable;
use super::{Context, load};
use crate::format::Layout;
use crate::host::files;
use crate::host::locale;
use crate::secret::Passphrase;

/// Which key, and what it becomes.
#[derive(Debug)]
pub struct Args {
    /// The private key file.
    pub file: Option<PathBuf>,
    /// Where the old passphrase comes from.
    pub old: OldPassphrase,
    /// Where the new passphrase comes from.
    pub new: NewPassphrase,
    /// How the key is written.
    pub layout: Layout,
}

/// The two new passphrases were not the same.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("")]
pub struct NoMatch;

/// Changes the passphrase. The file is replaced whole; a link to it is kept.
///
/// # Errors
/// Those of loading and saving; the file is then as it was.
pub fn run(args: Args, ctx: &mut Context<'_>) -> anyhow::Result<()> {
    let path = load::ask_path(args.file.clone(), ctx)?;
    let loaded = load::private(&path, &args.old, "Enter old passphrase: ", ctx)
        .with_context(|| format!("Failed to load key {}", path.display()))?;
    if loaded.container.holds_comment() {
        let comment = printable(loaded.key.comment().as_bytes(), locale::is_utf8());
        ctx.ui.remark(&[b"Key has comment '", &comment[..], b"'\n"].concat())?;
    }
    let new = new_passphrase(&args, &path, loaded.key.public().algorithm(), ctx)?;
    let sealed = args.layout.seal(&loaded.key, &new, &mut ctx.rng).with_context(|| saving(&path))?;
    let has_other_names = files::has_other_names(&path);
    files::replace_unchanged(&path, &loaded.file, sealed.expose()).with_context(|| saving(&path))?;
    if has_other_names {
        let path = path.display();
        ctx.ui.warn(&format!("Warning: {path} has another name (a hard link), where the key is as it was."));
    }
    Ok(ctx.ui.remark(b"Your identification has been saved with the new passphrase.\n")?)
}

fn new_passphrase(
    args: &Args,
    path: &Path,
    algorithm: crate::key::Algorithm,
    ctx: &mut Context<'_>,
) -> anyhow::Result<Passphrase> {
    let passphrase = match &args.new {
        NewPassphrase::Ask => {
            let passphrase = ctx.ui.ask_secret("Enter new passphrase (empty for no passphrase): ")?;
            if passphrase != ctx.ui.ask_secret(AGAIN)? {
                // ssh-keygen spells it differently here, and does not ask again.
                ctx.ui.remark(b"Pass phrases do not match.  Try again.\n")?;
                return Err(NoMatch.into());
            }
            passphrase
        }
        given => given.obtain("", ctx)?,
    };
    check_passphrase(args.layout, algorithm, &passphrase, path)?;
    Ok(passphrase)
}
