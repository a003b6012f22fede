//! The key to convert: of every format that ssh reads, and of some that other programs exchange.

use super::Args;
use crate::certificate::KeyOrCertificate;
use crate::commands::failure::{Failure, While as _};
use crate::commands::{Context, ask, load, public};
use crate::format::{Container, Error, Foreign};
use crate::host::input::Input;
use crate::key::PrivateKey;
use crate::secret::{Passphrase, Secret};

/// What the input holds.
pub(super) enum Source {
    Public(public::Found),
    Private(Foreign),
    /// A private key, as far as it tells without being opened; or nothing that is a key.
    Other,
}

/// Finds out what the input is.
pub(super) fn look(args: &Args, input: &Secret) -> Result<Source, Failure> {
    let bytes = input.expose();
    if let Some(found) = public::of_any_format(bytes) {
        return Ok(Source::Public(found));
    }
    match Foreign::parse(bytes) {
        Ok(Foreign::Public(key, comment)) => {
            Ok(Source::Public(public::Found { key: KeyOrCertificate::Key(key), comment }))
        }
        Ok(private) => Ok(Source::Private(private)),
        Err(Error::NotThisFormat(_)) => Ok(Source::Other),
        Err(error) => Err(error).loading(args.input.path()),
    }
}

/// The public key of a private key file.
pub(super) fn public_key(
    args: &Args,
    input: &Secret,
    source: Source,
    ctx: &mut Context<'_>,
) -> Result<public::Found, Failure> {
    if matches!((&source, &args.input), (Source::Other, Input::File(_))) {
        return load::public_key(&args.input, &args.old, ctx);
    }
    if let Some(found) = public::find(args.input.path(), Some(input.expose()), &[public::Place::Header]) {
        return Ok(found);
    }
    let key = open(args, input, source, ctx)?.key;
    let comment = key.comment().clone();
    Ok(public::Found { key: KeyOrCertificate::Key(key.public().clone()), comment })
}

/// Opens the private key.
pub(super) fn open(
    args: &Args,
    input: &Secret,
    source: Source,
    ctx: &mut Context<'_>,
) -> Result<load::Loaded, Failure> {
    let path = args.input.path();
    let question = ask::passphrase_of(path);
    match source {
        Source::Private(Foreign::Jwk(key)) => Ok(in_the_clear(key, input)),
        Source::Private(Foreign::Der(file)) => {
            load::open_parsed(&file, input, &args.old, &question, ctx).loading(path)
        }
        _ => load::open(input, &args.old, &question, ctx).loading(path),
    }
}

fn in_the_clear(key: PrivateKey, input: &Secret) -> load::Loaded {
    load::Loaded {
        key,
        container: Container::Jwk,
        kept: None,
        certificate: None,
        passphrase: Passphrase::empty(),
        file: input.clone(),
    }
}
