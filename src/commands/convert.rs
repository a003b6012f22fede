//! `rkeygen convert`: keys from any format into any other.

use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use thiserror::Error;

use super::export::{PublicFormat, encode};
use super::json::{KEY, Ready, Silent, file, key_members, object};
use super::overwrite::{self, IfExists, Permission, different};
use super::passphrase::{NewPassphrase, OldPassphrase, check_passphrase};
use super::{Context, Outcome, ask, load, public};
use crate::certificate::KeyOrCertificate;
use crate::format::{KeyFile, Layout, Pbes2, fips, rfc4716};
use crate::host::files::{self, Access, Seen};
use crate::host::input::Input;
use crate::host::question::Question;
use crate::key::{Comment, HashAlgorithm, PrivateKey};
use crate::secret::{Passphrase, Secret};

/// Which key, into what, and where to.
#[derive(Debug)]
pub struct Args {
    /// The key file.
    pub input: Input,
    /// The format.
    pub to: Format,
    /// Where the result goes.
    pub output: Output,
    /// What to do when a file is there already.
    pub if_exists: IfExists,
    /// Where the passphrase of the key comes from.
    pub old: OldPassphrase,
    /// Where the passphrase of the result comes from; the same as before when not given.
    pub new: Option<NewPassphrase>,
    /// The comment of the result; the same as before when not given.
    pub comment: Option<Comment>,
}

/// A format of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One that holds private keys; a public key becomes the public counterpart.
    Private(Layout, PublicFormat),
    /// One that holds public keys only.
    Public(PublicFormat),
}

/// Where the result goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Standard output, if the result is public.
    Unsaid,
    /// Standard output.
    Stdout,
    /// A new file.
    File(PathBuf),
    /// The input file itself.
    InPlace,
}

/// What became of the output file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Saved {
    Written,
    Kept,
    Declined,
}

/// Why nothing was converted.
#[derive(Debug, Error)]
pub enum Error {
    /// A private key needs a place to go to.
    #[error("the result is a private key: say where it goes")]
    NoOutput,
    /// Only private keys can be replaced by another form of themselves.
    #[error("--in-place is for private keys")]
    PublicInPlace,
    /// The public key would replace what it comes from.
    #[error("{}: input and output are the same file", .0.display())]
    SameFile(PathBuf),
}

/// Converts the key. The input stays as it is, unless `--in-place` says otherwise.
///
/// # Errors
/// Those of loading and saving, and [`enum@Error`].
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    ctx.ui.check_output()?;
    let input = args.input.read_key()?;
    let found = public::of_any_format(input.expose());
    match (args.to, found) {
        (Format::Private(_, format) | Format::Public(format), Some(found)) => {
            let comment = args.comment.clone().unwrap_or(found.comment.clone());
            public_result(&args, &public::Found { comment, ..found }, format, ctx)
        }
        (Format::Public(format), None) => {
            let found = public_key(&args, &input, ctx)?;
            let comment = args.comment.clone().unwrap_or(found.comment.clone());
            public_result(&args, &public::Found { comment, ..found }, format, ctx)
        }
        (Format::Private(layout, _), None) => private_result(&args, &input, layout, ctx),
    }
}

/// The public key of a private key file.
fn public_key(args: &Args, input: &Secret, ctx: &mut Context<'_>) -> Result<public::Found, Failure> {
    if let Input::File(_) = &args.input {
        return load::public_key(&args.input, &args.old, ctx);
    }
    let path = args.input.path();
    if let Some(found) = public::find(path, Some(input.expose()), &[public::Place::Header]) {
        return Ok(found);
    }
    let key = load::open(input, &args.old, &ask::passphrase_of(path), ctx).loading(path)?.key;
    let comment = key.comment().clone();
    Ok(public::Found { key: KeyOrCertificate::Key(key.public().clone()), comment })
}

fn public_result(
    args: &Args,
    found: &public::Found,
    format: PublicFormat,
    ctx: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let text = match format {
        PublicFormat::Rfc4716 if !found.comment.is_empty() => {
            rfc4716::encode_with_comment(&found.key, &found.comment).into_bytes()
        }
        format => encode(found, format)?,
    };
    match &args.output {
        Output::InPlace => Err(Error::PublicInPlace.into()),
        Output::File(path) if is_input(args, path) => Err(Error::SameFile(path.clone()).into()),
        Output::File(path) => {
            let saved = save(args, path, &text, Access::Public, |existing| existing == text, ctx)?;
            conclude(&found.key, &found.comment, path, saved, ctx)
        }
        Output::Stdout | Output::Unsaid => {
            let json = object(KEY, key_members(&found.key, &found.comment, HashAlgorithm::default()));
            ctx.ui.print(&Ready { text, json })?;
            Ok(Outcome::Done)
        }
    }
}

/// Says nothing, unless JSON is wanted: the key, and the file it is in now.
fn conclude(
    key: &KeyOrCertificate,
    comment: &Comment,
    path: &Path,
    saved: Saved,
    ctx: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    if saved == Saved::Declined {
        return Ok(Outcome::No);
    }
    let mut members = key_members(key, comment, HashAlgorithm::default());
    members.insert("file".to_owned(), file(path));
    members.insert("changed".to_owned(), (saved == Saved::Written).into());
    ctx.ui.conclude(&Silent(object(KEY, members)))?;
    Ok(Outcome::Done)
}

fn private_result(
    args: &Args,
    input: &Secret,
    layout: Layout,
    ctx: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    if args.output == Output::Unsaid {
        return Err(Error::NoOutput.into());
    }
    let loaded = open(args, input, ctx)?;
    let (algorithm, bits) = (loaded.key.public().algorithm(), loaded.key.public().bits());
    if layout == Layout::Pkcs8(Pbes2::Fips) {
        fips::check_key(algorithm, bits)?;
    }
    let passphrase = new_passphrase(args, &loaded.passphrase, layout, ctx)?;
    let path = match &args.output {
        Output::File(path) => path,
        Output::InPlace | Output::Stdout | Output::Unsaid => args.input.path(),
    };
    check_passphrase(layout, algorithm, &passphrase, path)?;
    let key = with_comment(loaded.key, args);
    let sealed = layout.seal(&key, &passphrase, &mut ctx.rng)?;
    let saved = match &args.output {
        Output::Stdout | Output::Unsaid => {
            let public = KeyOrCertificate::Key(key.public().clone());
            let members = key_members(&public, key.comment(), HashAlgorithm::default());
            ctx.ui.print_private(&sealed, object(KEY, members))?;
            return Ok(Outcome::Done);
        }
        Output::File(_) if is_input(args, path) => match overwrite::existing(path, args.if_exists, ctx.ui)? {
            Permission::Declined => return Ok(Outcome::No),
            Permission::Keep if is_private(input.expose(), &key, layout, &passphrase) => Saved::Kept,
            Permission::Keep => return Err(different(path, "key", "it is in a different format")),
            Permission::Write => replace_input(args, &loaded.file, &sealed, ctx)?,
        },
        Output::File(_) => {
            let is_same = |existing: &[u8]| is_private(existing, &key, layout, &passphrase);
            save(args, path, sealed.expose(), Access::Private, is_same, ctx)?
        }
        Output::InPlace => replace_input(args, &loaded.file, &sealed, ctx)?,
    };
    conclude(&KeyOrCertificate::Key(key.public().clone()), key.comment(), path, saved, ctx)
}

/// The passphrase of the result. The profile for FIPS mode wants one, so it is asked for there.
fn new_passphrase(
    args: &Args,
    old: &Passphrase,
    layout: Layout,
    ctx: &mut Context<'_>,
) -> Result<Passphrase, Failure> {
    match &args.new {
        Some(new) => new.obtain(&Question::NewPassphrase, ctx),
        None if old.is_empty() && layout == Layout::Pkcs8(Pbes2::Fips) => {
            NewPassphrase::Ask.obtain(&Question::NewFipsPassphrase, ctx)
        }
        None => Ok(old.clone()),
    }
}

/// PEM and PKCS8 hold no comment, but the `.pub` beside the key may.
fn with_comment(key: PrivateKey, args: &Args) -> PrivateKey {
    if let Some(comment) = &args.comment {
        return key.with_comment(comment.clone());
    }
    let Input::File(path) = &args.input else { return key };
    match public::beside(path) {
        Some(found) if key.comment().is_empty() && found.key.key() == key.public() => {
            key.with_comment(found.comment)
        }
        _ => key,
    }
}

/// Whether the output is the input, by the same name or another.
fn is_input(args: &Args, path: &Path) -> bool {
    matches!(&args.input, Input::File(input) if files::is_same_file(input, path))
}

/// Opens the input, unless writing to the same file would lose a certificate.
fn open(args: &Args, input: &Secret, ctx: &mut Context<'_>) -> Result<load::Loaded, Failure> {
    let source = args.input.path();
    let loaded = load::open(input, &args.old, &ask::passphrase_of(source), ctx).loading(source)?;
    if matches!(&args.output, Output::File(path) if is_input(args, path)) {
        loaded.check_no_certificate()?;
    }
    Ok(loaded)
}

fn replace_input(
    args: &Args,
    before: &Secret,
    bytes: &Secret,
    ctx: &mut Context<'_>,
) -> Result<Saved, Failure> {
    let path = args.input.path();
    let written = files::replace_unchanged(path, before, bytes.expose());
    ctx.tell(&written.saving(path)?);
    Ok(Saved::Written)
}

/// Writes the result, unless `keep` finds that the existing file is that already.
fn save(
    args: &Args,
    path: &Path,
    bytes: &[u8],
    access: Access,
    is_same: impl FnOnce(&[u8]) -> bool,
    ctx: &mut Context<'_>,
) -> Result<Saved, Failure> {
    let seen = Seen::file(path).saving(path)?;
    if access == Access::Public {
        seen.check_not_private().saving(path)?;
    }
    match overwrite::decide(path, &seen, args.if_exists, ctx.ui)? {
        Permission::Declined => return Ok(Saved::Declined),
        Permission::Keep if is_same(files::read(path)?.expose()) => return Ok(Saved::Kept),
        Permission::Keep => return Err(different(path, "file", "it is not the result of this conversion")),
        Permission::Write => {}
    }
    ctx.tell(&files::save(&seen, bytes, access).saving(path)?);
    Ok(Saved::Written)
}

/// Whether a file is the private key in that layout and with that passphrase.
fn is_private(bytes: &[u8], key: &PrivateKey, layout: Layout, passphrase: &Passphrase) -> bool {
    let Ok(file) = KeyFile::parse(bytes) else { return false };
    let protected = file.protection().is_some();
    if file.container() != layout.container() || protected == passphrase.is_empty() {
        return false;
    }
    let same_comment =
        |opened: &PrivateKey| !file.container().holds_comment() || opened.comment() == key.comment();
    file.open(passphrase).is_ok_and(|opened| opened.public() == key.public() && same_comment(&opened))
}
