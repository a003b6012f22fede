//! `-c`: another comment for a key.

use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use thiserror::Error;

use super::json::{Changed, Silent, key_file};
use super::passphrase::OldPassphrase;
use super::{Context, Outcome, ask, load, public};
use crate::certificate::one_line;
use crate::format::{Layout, Rewrite};
use crate::host::files::{self, Access, Seen};
use crate::host::question::Question;
use crate::key::{Algorithm, Comment, PrivateKey};

/// Which key, and what it becomes.
#[derive(Debug)]
pub struct Args {
    /// The private key file.
    pub file: Option<PathBuf>,
    /// Where its passphrase comes from.
    pub passphrase: OldPassphrase,
    /// The new comment; asked for when not given.
    pub comment: Option<Comment>,
    /// How the key is written.
    pub layout: Rewrite,
}

/// The format asked for holds no comment.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("Comments are only supported for keys stored in the new format (-o).")]
pub struct NoComments;

/// Changes the comment in the private key file and writes its `.pub` again.
///
/// # Errors
/// Those of loading and saving; a file is replaced whole or not at all.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let path = ask::key_file(args.file, ctx)?;
    let loaded = load::private(&path, &args.passphrase, &Question::Passphrase, ctx)
        .during_step(|| format!("Cannot load private key \"{}\"", path.display()))?;
    let layout = args.layout.layout(loaded.kept.filter(|layout| layout.container().holds_comment()));
    check_layout(&layout, loaded.key.public().algorithm())?;
    loaded.check_no_certificate()?;
    let old = loaded.key.comment().clone();
    if loaded.container.holds_comment() {
        ctx.ui.remark(&[b"Old comment: ", &one_line(old.as_bytes())[..], b"\n"].concat())?;
    } else {
        ctx.ui.remark(b"No existing comment\n")?;
    }
    let new = match args.comment {
        Some(comment) => comment,
        None => Comment::new(&ctx.ui.ask(&Question::NewComment)?)?,
    };
    if new == old && loaded.container == layout.container() {
        ctx.ui.remark(b"No change to comment\n")?;
        ctx.ui.conclude(&Silent(key_file(&loaded.key, &path, Changed::No)))?;
        return Ok(Outcome::Done);
    }
    let key = loaded.key.clone().with_comment(new);
    save(&key, &loaded, layout, &path, ctx)?;
    if key.comment().is_empty() {
        ctx.ui.remark(b"Comment removed\n")?;
    } else {
        ctx.ui.remark(&[b"Comment '", key.comment().as_bytes(), b"' applied\n"].concat())?;
    }
    ctx.ui.conclude(&Silent(key_file(&key, &path, Changed::Yes)))?;
    Ok(Outcome::Done)
}

/// Writes the private key file and its `.pub` file: both change or none.
fn save(
    key: &PrivateKey,
    before: &load::Loaded,
    layout: Layout,
    path: &Path,
    ctx: &mut Context<'_>,
) -> Result<(), Failure> {
    let sealed = layout.seal(key, &before.passphrase, &mut ctx.rng).saving(path)?;
    let line = key.public().to_file(key.comment());
    let public = Seen::file(&public::with_suffix(path, ".pub")).saving(path)?;
    public.check_not_private().saving(path)?;
    let written = files::replace_unchanged(path, &before.file, sealed.expose()).saving(path)?;
    match files::save_change(&public, &line, Access::Public) {
        Ok(too) => ctx.tell(&written.and(too)),
        Err(error) => {
            let back = files::replace_unchanged(path, &sealed, before.file.expose());
            ctx.tell(&back.saving(path)?);
            return Err(error).saving(path);
        }
    }
    Ok(())
}

/// ssh-keygen lets Ed25519 keys pass, which once had no other format than OpenSSH's own.
fn check_layout(layout: &Layout, algorithm: Algorithm) -> Result<(), NoComments> {
    if layout.container().holds_comment() || algorithm == Algorithm::Ed25519 {
        Ok(())
    } else {
        Err(NoComments)
    }
}
