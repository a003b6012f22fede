//! Handles an existing key file.

use crate::commands::failure::{Cause, Failure, While as _};
use crate::text::shown;

use super::result::{Kept, Report};
use super::target::Target;
use super::{Args, NewPassphrase};
use crate::commands::overwrite::{self, IfExists, Permission, different};
use crate::commands::{Context, Outcome, public, quote};
use crate::format::{self, KeyFile};
use crate::host::files::{self, Access, Found};
use crate::key::{Comment, PublicKey};
use crate::secret::Passphrase;

/// Whether a new key may be written.
pub(super) fn decide(target: &Target, args: &Args, ctx: &mut Context<'_>) -> Result<Permission, Failure> {
    target.seen.public.check_not_private().saving(&target.private)?;
    let permission = if !target.seen.private.is_free() {
        overwrite::existing(&target.private, args.if_exists, ctx.ui)?
    } else if !target.seen.public.is_free() && args.if_exists == IfExists::Fail {
        overwrite::existing(&target.public, args.if_exists, ctx.ui)?
    } else {
        Permission::Write
    };
    if permission == Permission::Write {
        files::check_writable(&target.private).saving(&target.private)?;
    }
    Ok(permission)
}

/// Keeps a key that matches the request; rewrites a missing or damaged `.pub`.
pub(super) fn keep(target: &Target, args: &Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let path = &target.private;
    let file = files::read_with_mode(path)?;
    let opened = open(file.bytes.expose(), args, target, ctx)?;
    let public = &opened.public;
    check_kind(public, args).map_err(|difference| different(path, "key", difference))?;

    if let Some(mode) = file.too_open {
        let shown = path.display();
        ctx.ui.warn(&format!(
            "{shown}: mode 0{mode:03o} is too open, ssh ignores the key; chmod 600 {}",
            quote::path(path)
        ));
    }
    let fresh = match target.seen.public.found() {
        Found::Nothing | Found::Empty => None,
        _ => public_of(target)?,
    };
    if fresh.as_ref().is_some_and(|(key, _)| key != public) {
        return Err(different(path, "key", format!("{} is a different key", target.public.display())));
    }
    let known = opened.comment.as_ref().or(fresh.as_ref().map(|(_, comment)| comment));
    if let (Some(requested), Some(known)) = (&args.comment, known)
        && requested != known
    {
        return Err(different(path, "key", format!("its comment is \"{}\"", known.to_text())));
    }
    let comment = known.or(args.comment.as_ref()).cloned().unwrap_or_default();
    let kept = if fresh.is_none() { Kept::Private } else { Kept::Both };
    if kept == Kept::Private {
        let line = public.to_file(&comment);
        let written = files::save(&target.seen.public, &line, Access::Public).map_err(Cause::KeyNotSaved)?;
        ctx.tell(&written);
    }
    ctx.ui.conclude(&Report::kept(target, public, &comment, args.hash, kept))?;
    Ok(Outcome::Done)
}

/// The key in the `.pub`; `None` for the line of a key that is damaged. Anything else is not ours to replace.
fn public_of(target: &Target) -> Result<Option<(PublicKey, Comment)>, Failure> {
    if let Some(found) = public::beside(&target.private) {
        return Ok(Some((found.key.key().clone(), found.comment)));
    }
    let file = files::read_regular(&target.public)?;
    if ["ssh-", "ecdsa-", "sk-"].iter().any(|start| file.bytes.expose().starts_with(start.as_bytes())) {
        return Ok(None);
    }
    let difference = format!("{} contains no public key", target.public.display());
    Err(different(&target.private, "key", difference))
}

/// What is known of the existing key.
struct Opened {
    public: PublicKey,
    /// If the file tells it: PEM and PKCS8 have none, and an encrypted OpenSSH key hides it.
    comment: Option<Comment>,
}

/// Opens the key with the passphrase that a new key would have. An encrypted key for which none was given is kept as
/// far as it is known.
fn open(bytes: &[u8], args: &Args, target: &Target, ctx: &mut Context<'_>) -> Result<Opened, Failure> {
    let path = &target.private;
    let file = KeyFile::parse(bytes).at(path)?;
    if file.container() != args.layout.container() {
        return Err(different(path, "key", format!("it is in {} format", file.container().name())));
    }
    let wanted = match &args.passphrase {
        NewPassphrase::Given(passphrase) => Some(passphrase.clone()),
        NewPassphrase::From(source) => Some(source.read()?),
        NewPassphrase::Without => Some(Passphrase::empty()),
        NewPassphrase::Generated(_) if file.protection().is_none() => {
            return Err(different(path, "key", "it is not encrypted"));
        }
        NewPassphrase::Ask | NewPassphrase::Generated(_) => None,
    };
    let encrypted = file.protection().is_some();
    match (&wanted, encrypted) {
        (Some(wanted), true) if wanted.is_empty() => {
            return Err(different(path, "key", "it is encrypted"));
        }
        (Some(wanted), false) if !wanted.is_empty() => {
            return Err(different(path, "key", "it is not encrypted"));
        }
        (None, true) => {
            ctx.ui.inform(&format!("{}: encrypted; its passphrase was not checked", shown(path)));
        }
        _ => {}
    }
    match file.open(&wanted.unwrap_or_else(Passphrase::empty)) {
        Ok(key) => {
            let comment = Some(key.comment().clone()).filter(|comment| !comment.is_empty());
            Ok(Opened { public: key.public().clone(), comment })
        }
        Err(format::Error::WrongPassphrase) => Err(different(path, "key", "it has a different passphrase")),
        Err(format::Error::NeedsPassphrase) => public_without_passphrase(&file, path),
        Err(error) => Err(error).at(path),
    }
}

/// The public key of an encrypted file: from its own header, or from its `.pub`.
fn public_without_passphrase(file: &KeyFile, path: &std::path::Path) -> Result<Opened, Failure> {
    if let Some(public) = file.public() {
        return Ok(Opened { public: public.clone(), comment: None });
    }
    match public::beside(path) {
        Some(found) => Ok(Opened { public: found.key.key().clone(), comment: None }),
        None => Err(format::Error::NeedsPassphrase).at(path),
    }
}

fn check_kind(public: &PublicKey, args: &Args) -> Result<(), String> {
    let spec = &args.kind.origin;
    if (public.algorithm(), public.bits()) == (spec.algorithm(), spec.bits()) {
        return Ok(());
    }
    let name = public.algorithm().display_name();
    let requested = spec.algorithm().display_name();
    Err(format!(
        "it is a {}-bit {name} key, not the requested {}-bit {requested} key",
        public.bits(),
        spec.bits()
    ))
}
