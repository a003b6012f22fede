//! `rkeygen convert`: keys from any format into any other.

mod passphrase;
mod saving;
mod source;

use std::path::{Path, PathBuf};

use thiserror::Error;

use self::passphrase::{First, decide_first, new_passphrase};
pub use self::saving::PublicFile;
use self::saving::{Beside, is_input, is_private, replace, save};
use self::source::Source;
use super::export::{PublicFormat, encode};
use super::failure::Failure;
use super::json::{KEY, Ready, Silent, file, key_members, object};
use super::overwrite::IfExists;
use super::passphrase::{NewPassphrase, OldPassphrase, check_passphrase};
use super::{Context, Outcome, public};
use crate::certificate::KeyOrCertificate;
use crate::format::{Layout, fips, rfc4716};
use crate::host::files::Access;
use crate::host::input::Input;
use crate::key::{Algorithm, Comment, HashAlgorithm, PrivateKey, PublicKey};
use crate::secret::Secret;

/// Which key, into what, and where to.
#[derive(Debug)]
pub struct Args {
    /// The key file.
    pub input: Input,
    /// The format.
    pub to: Format,
    /// The type of key that the name of the format implies.
    pub only: Option<Only>,
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
    /// Whether the public key is written too, for a private key.
    pub public_file: PublicFile,
}

impl Args {
    /// The file that a private key goes to; that of the input if it goes to none.
    fn destination(&self) -> &Path {
        match &self.output {
            Output::File(path) => path,
            Output::InPlace | Output::Stdout | Output::Unsaid => self.input.path(),
        }
    }
}

/// A type of key that a structure is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    /// PKCS1: RSA keys.
    Rsa,
    /// SEC1: ECDSA keys.
    Ecdsa,
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
    /// Standard output, in any case.
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
    /// PKCS1 and SEC1 are for one type of key each.
    #[error("{0} does not hold {1} keys")]
    OtherType(&'static str, &'static str),
    /// A key of age does not become an SSH key again.
    #[error("{}: the key would be lost, since --to age cannot be undone", .0.display())]
    OneWay(PathBuf),
    /// A public key has no public key beside it.
    #[error("--write-public is for private keys")]
    PublicAlready,
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
    match (args.to, source::look(&args, &input)?) {
        (Format::Private(_, format) | Format::Public(format), Source::Public(found)) => {
            public_result(&args, found, format, ctx)
        }
        (Format::Public(format), source) => {
            let found = source::public_key(&args, &input, source, ctx)?;
            public_result(&args, found, format, ctx)
        }
        (Format::Private(layout, _), source) => match decide_first(&args, ctx)? {
            First::Declined => Ok(Outcome::No),
            First::Undecided(policy) => private_result((&args, policy), &input, source, layout, ctx),
        },
    }
}

/// Checks that the key is of the type that the name of the format implies.
fn check_type(args: &Args, key: &PublicKey) -> Result<(), Error> {
    let (name, fits) = match args.only {
        None => return Ok(()),
        Some(Only::Rsa) => ("PKCS1", key.algorithm() == Algorithm::Rsa),
        Some(Only::Ecdsa) => ("SEC1", matches!(key.algorithm(), Algorithm::Ecdsa(_))),
    };
    if fits { Ok(()) } else { Err(Error::OtherType(name, key.algorithm().display_name())) }
}

/// Checks that the input stays if the result does not become an SSH key again.
fn check_not_lost(args: &Args, layout: Layout) -> Result<(), Error> {
    let path = args.destination();
    let replaced = args.output == Output::InPlace || is_input(args, path);
    if layout == Layout::Age && replaced { Err(Error::OneWay(path.to_owned())) } else { Ok(()) }
}

/// Checks that the key may become one of that layout.
fn check_key(args: &Args, key: &PublicKey, layout: Layout) -> Result<(), Failure> {
    check_type(args, key)?;
    check_not_lost(args, layout)?;
    if layout.is_fips() {
        fips::check_key(key.algorithm(), key.bits())?;
    }
    Ok(())
}

fn public_result(
    args: &Args,
    found: public::Found,
    format: PublicFormat,
    ctx: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    if args.public_file == PublicFile::Beside {
        return Err(Error::PublicAlready.into());
    }
    check_type(args, found.key.key())?;
    let comment = args.comment.clone().unwrap_or(found.comment);
    let found = public::Found { comment, ..found };
    let text = match format {
        PublicFormat::Rfc4716 if !found.comment.is_empty() => {
            rfc4716::encode_with_comment(&found.key, &found.comment).into_bytes()
        }
        format => encode(&found, format)?,
    };
    match &args.output {
        Output::InPlace => Err(Error::PublicInPlace.into()),
        Output::File(path) if is_input(args, path) => Err(Error::SameFile(path.clone()).into()),
        Output::File(path) => {
            let saved = save(path, &text, Access::Public, args.if_exists, |existing| existing == text, ctx)?;
            conclude((&found.key, &found.comment), (path, None), saved, ctx)
        }
        Output::Stdout | Output::Unsaid => {
            let members = key_members(&found.key, &found.comment, HashAlgorithm::default());
            ctx.ui.print(&Ready { text, json: object(KEY, members) })?;
            Ok(Outcome::Done)
        }
    }
}

fn private_result(
    (args, policy): (&Args, IfExists),
    input: &Secret,
    source: Source,
    layout: Layout,
    ctx: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    if args.output == Output::Unsaid {
        return Err(Error::NoOutput.into());
    }
    let loaded = source::open(args, input, source, ctx)?;
    if matches!(&args.output, Output::File(path) if is_input(args, path)) {
        loaded.check_no_certificate()?;
    }
    let algorithm = loaded.key.public().algorithm();
    check_key(args, loaded.key.public(), layout)?;
    let path = args.destination();
    let key = with_comment(loaded.key, args);
    let public_file = match &args.output {
        Output::Stdout | Output::Unsaid => Beside::Unwanted,
        Output::File(_) | Output::InPlace => args.public_file.decide(path, &key, args.if_exists, ctx)?,
    };
    if public_file.is_declined() {
        return Ok(Outcome::No);
    }
    let passphrase = new_passphrase(args, &loaded.passphrase, (layout, algorithm, path), ctx)?;
    check_passphrase(layout, algorithm, &passphrase, path)?;
    let sealed = layout.seal(&key, &passphrase, &mut ctx.rng)?;
    let is_same =
        |existing: &[u8]| existing == sealed.expose() || is_private(existing, &key, layout, &passphrase);
    let public = KeyOrCertificate::Key(key.public().clone());
    let saved = match &args.output {
        Output::Stdout | Output::Unsaid => {
            let members = key_members(&public, key.comment(), HashAlgorithm::default());
            ctx.ui.print_private(&sealed, object(KEY, members))?;
            return Ok(Outcome::Done);
        }
        Output::File(_) if !is_input(args, path) => {
            save(path, sealed.expose(), Access::Private, policy, is_same, ctx)?
        }
        _ => replace((args, policy), &loaded.file, &sealed, is_same, ctx)?,
    };
    let saved = public_file.write_after(saved, ctx)?;
    conclude((&public, key.comment()), (path, public_file.path()), saved, ctx)
}

/// Says nothing, unless JSON is wanted: the key, the files that it and its public key are in now, and whether one changed.
fn conclude(
    (key, comment): (&KeyOrCertificate, &Comment),
    (path, public_file): (&Path, Option<&Path>),
    saved: Saved,
    ctx: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    if saved == Saved::Declined {
        return Ok(Outcome::No);
    }
    let mut members = key_members(key, comment, HashAlgorithm::default());
    members.insert("file".to_owned(), file(path));
    if let Some(path) = public_file {
        members.insert("public_key_file".to_owned(), file(path));
    }
    members.insert("changed".to_owned(), (saved == Saved::Written).into());
    ctx.ui.conclude(&Silent(object(KEY, members)))?;
    Ok(Outcome::Done)
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
