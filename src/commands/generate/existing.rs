//! Handles an existing key file.

use std::path::Path;

use crate::commands::failure::{Cause, Failure, While as _};

use super::report::Report;
use super::target::Target;
use super::{Args, Error, IfExists, NewPassphrase};
use crate::commands::{Context, Outcome, load};
use crate::format::{self, KeyFile};
use crate::host::files::{self, Access, Found};
use crate::host::question::Question;
use crate::key::{Comment, PublicKey};
use crate::secret::Passphrase;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// Write a new key.
    Write,
    /// Keep the existing key, if it matches.
    Keep,
    /// Nothing: the user said no.
    Declined,
}

/// Whether a new key may be written.
pub(super) fn decide(target: &Target, args: &Args, ctx: &mut Context<'_>) -> Result<Decision, Failure> {
    let exists = !target.seen.private.is_free();
    target.seen.public.check_not_private().saving(&target.private)?;
    let path = match (exists, target.seen.public.is_free()) {
        (true, _) => &target.private,
        (false, false) => &target.public,
        (false, true) => {
            check_writable(&target.private)?;
            return Ok(Decision::Write);
        }
    };
    match args.if_exists {
        IfExists::Keep if exists => return Ok(Decision::Keep),
        IfExists::Keep | IfExists::Fail => return Err(Error::Exists(path.clone()).into()),
        IfExists::Replace => {}
        IfExists::Ask => {
            if !ctx.ui.confirm(&Question::Overwrite(path.clone()))? {
                return Ok(Decision::Declined);
            }
        }
    }
    check_writable(&target.private)?;
    Ok(Decision::Write)
}

fn check_writable(path: &Path) -> Result<(), Failure> {
    files::check_writable(path).saving(path)
}

/// Leaves the key alone if it is what was asked for, and mends its `.pub`.
pub(super) fn keep(target: &Target, args: &Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let path = &target.private;
    let file = files::read_with_mode(path)?;
    let opened = open(file.bytes.expose(), args).at(path)?;
    let public = &opened.public;
    check_kind(public, args).map_err(|difference| Error::Different { path: path.clone(), difference })?;

    if let Some(mode) = file.too_open {
        let shown = path.display();
        ctx.ui.warn(&format!(
            "{shown}: others may use it (mode 0{mode:03o}), so ssh will not; chmod 600 {shown}"
        ));
    }
    let fresh = match target.seen.public.found() {
        Found::Nothing | Found::Empty => None,
        _ => public_of(target)?,
    };
    if fresh.as_ref().is_some_and(|(key, _)| key != public) {
        let difference = format!("{} is another key's", target.public.display());
        return Err(Error::Different { path: path.clone(), difference }.into());
    }
    let known = opened.comment.as_ref().or(fresh.as_ref().map(|(_, comment)| comment));
    if let (Some(asked), Some(known)) = (&args.comment, known)
        && asked != known
    {
        let difference = format!("its comment is \"{}\"", known.to_text());
        return Err(Error::Different { path: path.clone(), difference }.into());
    }
    let comment = known.or(args.comment.as_ref()).cloned().unwrap_or_default();
    if fresh.is_none() {
        let line = public.to_file(&comment);
        let written = files::save(&target.seen.public, &line, Access::Public).map_err(Cause::KeyNotSaved)?;
        ctx.tell(&written);
    }
    ctx.ui.conclude(&Report::kept(target, public, &comment, args.hash, fresh.is_none()))?;
    Ok(Outcome::Done)
}

/// The key in the `.pub`; `None` for the line of a key that is damaged. Anything else is somebody's.
fn public_of(target: &Target) -> Result<Option<(PublicKey, Comment)>, Failure> {
    if let Some((key, comment)) = load::beside(&target.private) {
        return Ok(Some((key.key().clone(), comment)));
    }
    let file = files::read_regular(&target.public)?;
    if ["ssh-", "ecdsa-", "sk-"].iter().any(|start| file.bytes.expose().starts_with(start.as_bytes())) {
        return Ok(None);
    }
    let difference = format!("{} holds no public key", target.public.display());
    Err(Error::Different { path: target.private.clone(), difference }.into())
}

/// What is known of the key that is there.
struct Opened {
    public: PublicKey,
    /// Where the file tells it: PEM and PKCS8 hold none, a locked OpenSSH key hides it.
    comment: Option<Comment>,
}

/// Opens the key as far as the passphrase at hand allows. The passphrase is no part of what was
/// asked for, so another one than the key's does no harm.
fn open(file: &[u8], args: &Args) -> Result<Opened, Failure> {
    let passphrase = match &args.passphrase {
        NewPassphrase::Given(passphrase) => passphrase.clone(),
        NewPassphrase::From(source) => source.read()?,
        NewPassphrase::Ask | NewPassphrase::Without => Passphrase::empty(),
    };
    let file = KeyFile::parse(file)?;
    match (file.open(&passphrase), file.public()) {
        (Err(format::Error::NeedsPassphrase | format::Error::WrongPassphrase), Some(public)) => {
            Ok(Opened { public: public.clone(), comment: None })
        }
        (key, _) => {
            let key = key?;
            let comment = Some(key.comment().clone()).filter(|comment| !comment.is_empty());
            Ok(Opened { public: key.public().clone(), comment })
        }
    }
}

fn check_kind(public: &PublicKey, args: &Args) -> Result<(), String> {
    let spec = args.kind.spec;
    if (public.algorithm(), public.bits()) == (spec.algorithm(), spec.bits()) {
        return Ok(());
    }
    let name = public.algorithm().display_name();
    let asked = spec.algorithm().display_name();
    Err(format!("it is {name} of {} bits, asked was {asked} of {} bits", public.bits(), spec.bits()))
}
