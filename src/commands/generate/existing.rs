//! What happens to a key file that is there already.

use anyhow::Context as _;

use super::report::Report;
use super::target::Target;
use super::{Args, Error, IfExists, NewPassphrase};
use crate::commands::Context;
use crate::format::{self, Opened};
use crate::host::files::{self, Existing, Place};
use crate::key::{Comment, PublicKey};
use crate::secret::Passphrase;

/// Whether a new key may be written; `None` when the one that is there is to be kept.
pub(super) fn decide(
    target: &Target,
    args: &Args,
    ctx: &mut Context<'_>,
) -> anyhow::Result<Option<Existing>> {
    let (path, replace) = match (&target.private_place, &target.public_place) {
        (Place::File, _) => (&target.private, Existing::Replace),
        (_, Place::File) => (&target.public, Existing::ReplacePublic),
        _ => {
            files::check_writable(&target.private).with_context(|| super::saving(&target.private))?;
            return Ok(Some(Existing::Keep));
        }
    };
    match args.if_exists {
        IfExists::Keep if replace == Existing::Replace => return Ok(None),
        IfExists::Keep | IfExists::Fail => return Err(Error::Exists(path.clone()).into()),
        IfExists::Replace => {}
        IfExists::Ask => {
            let mut question = path.as_os_str().as_encoded_bytes().to_vec();
            question.extend_from_slice(b" already exists.\nOverwrite (y/n)? ");
            if !ctx.ui.confirm(&question)? {
                return Err(Error::Declined.into());
            }
        }
    }
    files::check_writable(&target.private).with_context(|| super::saving(&target.private))?;
    Ok(Some(replace))
}

/// Leaves the key alone if it is what was asked for, and mends its `.pub`.
pub(super) fn keep(target: &Target, args: &Args, ctx: &mut Context<'_>) -> anyhow::Result<()> {
    let path = &target.private;
    let file = files::read(path)?;
    let opened = open(file.expose(), args).with_context(|| path.display().to_string())?;
    let public = opened.public();
    check_kind(public, args).map_err(|difference| Error::Different { path: path.clone(), difference })?;

    let beside = match target.public_place {
        Place::File => PublicKey::from_line(files::read(&target.public)?.expose()).ok(),
        _ => None,
    };
    let fresh = beside.filter(|(key, _)| key == public);
    let known = known_comment(&opened, fresh.as_ref().map(|(_, comment)| comment));
    if let (Some(asked), Some(known)) = (&args.comment, known)
        && asked != known
    {
        let difference = format!("its comment is \"{}\"", known.to_text());
        return Err(Error::Different { path: path.clone(), difference }.into());
    }
    let comment = known.or(args.comment.as_ref()).cloned().unwrap_or_default();
    if fresh.is_none() {
        let mut line = public.to_line(&comment);
        line.push(b'\n');
        files::replace_public(&target.public, &line)?;
    }
    Ok(ctx.ui.conclude(&Report::kept(target, public, &comment, args.hash, fresh.is_none()))?)
}

/// Opens the key as far as the passphrase at hand allows. The passphrase is no part of what was
/// asked for, so another one than the key's does no harm.
fn open(file: &[u8], args: &Args) -> anyhow::Result<Opened> {
    let passphrase = match &args.passphrase {
        NewPassphrase::Given(passphrase) => Some(passphrase.clone()),
        NewPassphrase::From(source) => Some(source.read()?),
        NewPassphrase::Ask | NewPassphrase::Without => None,
    };
    let open = |passphrase: Option<&Passphrase>| format::open(file, passphrase);
    Ok(match open(passphrase.as_ref()) {
        Err(format::Error::WrongPassphrase) => open(None)?,
        opened => opened?,
    })
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

/// The comment, where it can be known: PEM and PKCS8 hold none, a locked OpenSSH key hides it.
fn known_comment<'a>(opened: &'a Opened, beside: Option<&'a Comment>) -> Option<&'a Comment> {
    match opened {
        Opened::Whole(key) if !key.comment().is_empty() => Some(key.comment()),
        _ => beside,
    }
}
