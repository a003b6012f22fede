//! `-p`: another passphrase, or another format, for a private key file.

use std::path::{Path, PathBuf};

use super::json::{Changed, Silent, key_file, printable};
use super::passphrase::{NewPassphrase, OldPassphrase, check_passphrase, question_of_new};
use super::token::{self, FlagChange};
use super::{Context, Outcome, ask, load};
use crate::commands::failure::{Failure, While as _};
use crate::format::{Container, Layout, Pbes2, Rewrite};
use crate::host::files;
use crate::host::question::Question;
use crate::key::PrivateKey;
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
    pub layout: Rewrite,
    /// How a key is written that only OpenSSH's own format holds.
    pub own_layout: Layout,
    /// `-O`: what each use of a key in a token is to ask for.
    pub flags: Result<Vec<FlagChange>, String>,
}

/// Changes the passphrase. The file is replaced whole; a link to it is kept.
///
/// # Errors
/// Those of loading and saving; the file is then as it was.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let path = ask::key_file(args.file.clone(), ctx)?;
    let loaded = load::private(&path, &args.old, &Question::OldPassphrase, ctx)
        .during_step(|| format!("Failed to load key {}", path.display()))?;
    let key = with_flags(&loaded.key, &args, &path)?;
    if loaded.container.holds_comment() {
        let comment = printable(loaded.key.comment().as_bytes());
        ctx.ui.remark(&[b"Key has comment '", &comment[..], b"'\n"].concat())?;
    }
    loaded.check_no_certificate()?;
    let algorithm = key.public().algorithm();
    let layout = args.layout.layout(loaded.kept).for_type(algorithm, args.own_layout);
    let Some((new, layout)) = new_passphrase(&args, layout, &path, algorithm, ctx)? else {
        return Ok(Outcome::No);
    };
    let sealed = layout.seal(&key, &new, &mut ctx.rng).saving(&path)?;
    let has_other_names = files::has_other_names(&path);
    ctx.tell(&files::replace_unchanged(&path, &loaded.file, sealed.expose()).saving(&path)?);
    if has_other_names {
        let path = path.display();
        ctx.ui.warn(&format!("Warning: {path} has another name (a hard link), where the key is as it was."));
    }
    if matches!(loaded.container, Container::Pkcs8 | Container::Pem) && args.layout.layout(None) == layout {
        tell_of_format(&path, loaded.container, args.layout, ctx);
    }
    ctx.ui.remark(b"Your identification has been saved with the new passphrase.\n")?;
    ctx.ui.conclude(&Silent(key_file(&key, &path, Changed::Yes)))?;
    Ok(Outcome::Done)
}

/// The key with the flags of `-O`. ssh-keygen looks at them when it has the key, and first whether that is in a token.
fn with_flags(key: &PrivateKey, args: &Args, path: &Path) -> Result<PrivateKey, Failure> {
    if args.flags.as_ref().is_ok_and(Vec::is_empty) {
        return Ok(key.clone());
    }
    let changes = args.flags.as_deref().unwrap_or_default();
    let key = token::with_flags(key, changes)
        .ok_or_else(|| token::Error::NotInToken(path.display().to_string()))?;
    args.flags.as_ref().map_err(Failure::other)?;
    Ok(key)
}

/// ssh-keygen writes its own format unless `-m` says otherwise; what reads the old one may not read that.
fn tell_of_format(path: &Path, before: Container, rewrite: Rewrite, ctx: &mut Context<'_>) {
    if matches!(rewrite, Rewrite::OrAsBefore(_)) {
        let (path, name) = (path.display(), before.name());
        ctx.ui.inform(&format!("{path}: was {name}, is in OpenSSH format now (-m {name} keeps it)"));
    }
}

/// The new passphrase, and the layout for it; `None` when the two that were typed differ.
fn new_passphrase(
    args: &Args,
    layout: Layout,
    path: &Path,
    algorithm: crate::key::Algorithm,
    ctx: &mut Context<'_>,
) -> Result<Option<(Passphrase, Layout)>, Failure> {
    // Without a passphrase a client in FIPS mode reads any PKCS#8; the profile itself is one for encrypted files.
    let is_kept = matches!(args.layout, Rewrite::OrAsBefore(_));
    let question = if is_kept { Question::NewPassphrase } else { question_of_new(layout) };
    let passphrase = match &args.new {
        NewPassphrase::Ask => {
            let passphrase = ctx.ui.ask_secret(&question)?;
            if passphrase != ctx.ui.ask_secret(&Question::SamePassphrase)? {
                // ssh-keygen spells it differently here, and does not ask again.
                ctx.ui.remark(b"Pass phrases do not match.  Try again.\n")?;
                return Ok(None);
            }
            passphrase
        }
        given => {
            given.check(layout, algorithm, path)?;
            given.obtain(&question, ctx)?
        }
    };
    let layout = match layout {
        Layout::Pkcs8(Pbes2::Fips) if is_kept && passphrase.is_empty() => Layout::Pkcs8(Pbes2::AsSshKeygen),
        layout => layout,
    };
    check_passphrase(layout, algorithm, &passphrase, path)?;
    Ok(Some((passphrase, layout)))
}
