//! Makes a key pair: ssh-keygen's main job.

mod attestation;
mod existing;
mod result;
mod target;

use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use thiserror::Error;

use self::result::Report;
use self::target::Target;
use super::overwrite::{self, IfExists, Permission};
use super::passphrase::{NewPassphrase, check_passphrase};
use super::token::Request;
use super::{Context, Outcome, ask};
use crate::device::agent::{Agent, Lifetime};
use crate::device::fido::{Attestation, Provider};
use crate::format::{Layout, Pbes2};
use crate::host::account;
use crate::host::files::{self, Access, Pair};
use crate::host::question::Question;
use crate::host::ui::Report as _;
use crate::key::{Algorithm, Comment, HashAlgorithm, PrivateKey};
use crate::keygen::{self, Spec};
use crate::secret::Passphrase;

/// What to make, and where.
#[derive(Debug)]
pub struct Args {
    /// The kind of key.
    pub kind: Kind,
    /// Where it goes.
    pub destination: Destination,
    /// Where its passphrase comes from.
    pub passphrase: NewPassphrase,
    /// How the private key is written.
    pub layout: Layout,
    /// `user@host` when not given.
    pub comment: Option<Comment>,
    /// The hash of the fingerprint shown.
    pub hash: HashAlgorithm,
    /// What to do about a file that is there.
    pub if_exists: IfExists,
    /// `--add-to-agent`: whether the agent gets the new key too, and for how long.
    pub agent: Option<Lifetime>,
}

/// The kind of key, and the word the user typed for it, which ssh-keygen repeats.
#[derive(Debug, Clone)]
pub struct Kind {
    /// As typed.
    pub typed: String,
    /// As meant.
    pub origin: Origin,
}

/// Where the private key comes from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// rkeygen generates it.
    Software(Spec),
    /// A token generates it and keeps it.
    Token(Box<Request>),
}

impl Origin {
    /// The type.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Software(spec) => spec.algorithm(),
            Self::Token(request) => request.algorithm.key_type(),
        }
    }

    /// The size, in bits.
    #[must_use]
    pub fn bits(&self) -> u32 {
        match self {
            Self::Software(spec) => spec.bits(),
            Self::Token(_) => 256,
        }
    }

    /// The way to the token, which an agent needs too.
    fn provider(&self) -> &Provider {
        match self {
            Self::Software(_) => &Provider::Internal,
            Self::Token(request) => &request.provider,
        }
    }

    fn attestation_file(&self) -> Option<&Path> {
        match self {
            Self::Software(_) => None,
            Self::Token(request) => request.attestation.as_deref(),
        }
    }
}

/// Where a key goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Wherever the user says.
    Ask,
    /// A file, and `.pub` beside it.
    File(PathBuf),
    /// Standard output, the private key alone.
    Stdout,
}

/// Why no key was made.
#[derive(Debug, Error)]
pub enum Error {
    /// A link where the key should be.
    #[error("{}: is a symbolic link to {}; refusing to write a key through it", path.display(), target.display())]
    Link {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// A directory or a device where the key should be.
    #[error("{}: is {kind}", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is.
        kind: &'static str,
    },
    /// A name that cannot be a file.
    #[error("Saving key \"\" failed: No such file or directory")]
    NoName,
}

/// Makes the key.
///
/// # Errors
/// [`enum@Error`] and those of the prompts, the files and the formats. The files are then as they were.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    ctx.ui.check_output()?;
    let challenge = challenge(&args, ctx)?;
    ctx.ui.say(format!("Generating public/private {} key pair.\n", args.kind.typed).as_bytes())?;
    let path = match &args.destination {
        Destination::Stdout => return to_stdout(&args, &challenge, ctx),
        Destination::File(path) => path.clone(),
        Destination::Ask => ask_path(&args, ctx)?,
    };
    let target = Target::prepare(path, ctx)?;
    match existing::decide(&target, &args, ctx)? {
        Permission::Write => {}
        Permission::Keep => return existing::keep(&target, &args, ctx),
        Permission::Declined => return Ok(Outcome::No),
    }
    let agent = args.agent.map(|lifetime| Agent::connect().map(|agent| (agent, lifetime)));
    let agent = agent.transpose().during("--add-to-agent")?;
    let (key, passphrase, attestation) = obtain_all(&args, &target.private, &challenge, ctx)?;
    let sealed = args.layout.seal(&key, &passphrase, &mut ctx.rng).saving(&target.private)?;
    let line = key.public().to_file(key.comment());
    let pair = Pair {
        private_path: &target.private,
        private: sealed.expose(),
        public_path: &target.public,
        public: &line,
        public_access: Access::Public,
    };
    overwrite::retain_public((&target.private, &target.public), &target.seen, ctx)?;
    ctx.tell(&files::write_pair(&pair, &target.seen).saving(&target.private)?);
    let target = target.keep();
    if let Some((mut agent, lifetime)) = agent {
        agent.add(&key, lifetime, args.kind.origin.provider()).during_step(|| {
            format!("{}: key written, but --add-to-agent failed", target.private.display())
        })?;
    }
    ctx.ui.conclude(&Report::made(&target, key.public(), key.comment(), args.hash))?;
    attestation::save(&args, attestation.as_ref(), ctx)?;
    Ok(Outcome::Done)
}

/// What the token's attestation is to be about, when there is a place for the attestation.
fn challenge(args: &Args, ctx: &mut Context<'_>) -> Result<Vec<u8>, Failure> {
    let Origin::Token(request) = &args.kind.origin else { return Ok(Vec::new()) };
    request.attestation.as_deref().map(attestation::look).transpose()?;
    request.challenge(ctx)
}

/// The key and its passphrase. As in ssh-keygen, a token makes its key before the user is asked for the passphrase:
/// standard input may answer both the PIN and this.
fn obtain_all(
    args: &Args,
    path: &Path,
    challenge: &[u8],
    ctx: &mut Context<'_>,
) -> Result<(PrivateKey, Passphrase, Option<Attestation>), Failure> {
    let in_token = matches!(args.kind.origin, Origin::Token(_));
    if in_token && matches!(args.passphrase, NewPassphrase::Ask) {
        ctx.ui.check_question(&passphrase_question(args, path))?;
        let (key, attestation) = obtain(args, challenge, ctx)?;
        return Ok((key, new_passphrase(args, path, ctx)?, attestation));
    }
    let passphrase = new_passphrase(args, path, ctx)?;
    let (key, attestation) = obtain(args, challenge, ctx)?;
    Ok((key, passphrase, attestation))
}

/// The key, generated here or in a token.
fn obtain(
    args: &Args,
    challenge: &[u8],
    ctx: &mut Context<'_>,
) -> Result<(PrivateKey, Option<Attestation>), Failure> {
    match &args.kind.origin {
        Origin::Software(spec) => Ok((make(*spec, args.comment.clone(), ctx)?, None)),
        Origin::Token(request) => {
            let comment = comment(args.comment.clone())?;
            let (key, attestation) = request.enroll(challenge, comment, args.if_exists, ctx)?;
            Ok((key, Some(attestation)))
        }
    }
}

/// The private key on standard output, and nothing else there.
fn to_stdout(args: &Args, challenge: &[u8], ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (key, passphrase, attestation) = obtain_all(args, Path::new("-"), challenge, ctx)?;
    let sealed = args.layout.seal(&key, &passphrase, &mut ctx.rng)?;
    let report = Report::printed(key.public(), key.comment(), args.hash);
    ctx.ui.print_private(&sealed, report.json())?;
    ctx.ui.say(&report.text())?;
    attestation::save(args, attestation.as_ref(), ctx)?;
    Ok(Outcome::Done)
}

/// A key with that comment, or with `user@host`; shows that it works on it.
pub(super) fn make(
    spec: Spec,
    comment: Option<Comment>,
    ctx: &mut Context<'_>,
) -> Result<PrivateKey, Failure> {
    let comment = self::comment(comment)?;
    let _progress = match spec {
        Spec::Rsa(bits) => Some(ctx.ui.progress(format!("Searching for the primes of {} bits", bits.get()))),
        Spec::Ed25519 | Spec::Ecdsa(_) | Spec::Mldsa44Ed25519 => None,
    };
    Ok(keygen::generate(spec, comment, &mut ctx.rng)?)
}

/// The comment given, else `user@host`.
fn comment(given: Option<Comment>) -> Result<Comment, Failure> {
    match given {
        Some(comment) => Ok(comment),
        None => Ok(Comment::new(account::user_at_host()?.as_bytes())?),
    }
}

fn ask_path(args: &Args, ctx: &mut Context<'_>) -> Result<PathBuf, Failure> {
    let name = format!("id_{}", args.kind.origin.algorithm().file_name());
    ask::path_in_ssh(Question::NewKeyFile, &name, ctx)
}

fn passphrase_question(args: &Args, path: &Path) -> Question {
    match args.layout {
        Layout::Pkcs8(Pbes2::Fips) => Question::NewFipsPassphrase,
        _ => Question::PassphraseOfNewKey(path.to_owned()),
    }
}

/// The passphrase, checked against what the layout and the profile take.
fn new_passphrase(args: &Args, path: &Path, ctx: &mut Context<'_>) -> Result<Passphrase, Failure> {
    let question = passphrase_question(args, path);
    args.passphrase.check(args.layout, args.kind.origin.algorithm(), path)?;
    let passphrase = args.passphrase.obtain(&question, ctx)?;
    check_passphrase(args.layout, args.kind.origin.algorithm(), &passphrase, path)?;
    Ok(passphrase)
}

#[cfg(test)]
mod tests;
