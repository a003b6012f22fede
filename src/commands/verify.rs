//! `-Y verify` and `-Y check-novalidate`: whether a signature over a file holds, and whose it is.

use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use crate::text::shown;
use serde_json::json;
use thiserror::Error;

use super::json::{Ready, VERDICT, key_members, members, object};
use super::{Context, Outcome, public};
use crate::allowed_signers::{self, Question};
use crate::certificate::KeyOrCertificate;
use crate::date::{Clock, Moment};
use crate::host::clock;
use crate::key::{Comment, HashAlgorithm};
use crate::krl::{self, Krl};
use crate::sshsig::FileSignature;

/// What to check.
#[derive(Debug)]
pub struct Args {
    /// `-n`.
    pub namespace: Vec<u8>,
    /// `-s`.
    pub signature: PathBuf,
    /// Who has to have made it; anyone for `check-novalidate`.
    pub signer: Option<ExpectedSigner>,
    /// `-r`: keys that must not have made it.
    pub revoked: Option<PathBuf>,
    /// `-O verify-time`.
    pub time: Option<Moment>,
    /// `-O print-pubkey`.
    pub print: Print,
    /// Why an option is refused: nothing is checked then.
    pub refused: Option<String>,
    /// The hash of the fingerprint shown.
    pub hash: HashAlgorithm,
}

/// Who has to have made a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedSigner {
    /// `-I`.
    pub principal: Vec<u8>,
    /// `-f`: the file that says which keys are whose.
    pub allowed: PathBuf,
}

/// What is printed of a signature that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Print {
    /// One line.
    Verdict,
    /// And the line of the key.
    VerdictAndKey,
}

/// Why the signature does not count.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// No line lets the key sign; those that are about it said why.
    #[error("{0}: this key may not sign as {1}")]
    NotAllowed(String, String),
    /// The key is on the list of `-r`.
    #[error("Key is revoked")]
    Revoked,
}

/// Checks standard input against a signature.
///
/// # Errors
/// Why it does not hold.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let clock = clock::read();
    match check(&args, &clock, ctx) {
        Ok(signature) => {
            ctx.ui.conclude(&good(&args, &signature))?;
            if args.print == Print::VerdictAndKey {
                let line = signature.key().to_line(&Comment::default());
                ctx.ui.print_text(&[&line[..], b"\n"].concat())?;
            }
            Ok(Outcome::Done)
        }
        Err(error) => {
            let text = b"Could not verify signature.\n".to_vec();
            let json = object(VERDICT, members(json!({ "good": false, "reason": error.to_string() })));
            ctx.ui.conclude(&Ready { text, json })?;
            Err(error)
        }
    }
}

fn check(args: &Args, clock: &Clock, ctx: &mut Context<'_>) -> Result<FileSignature, Failure> {
    if let Some(why) = &args.refused {
        return Err(Failure::other(why));
    }
    let signature = FileSignature::from_armor(&read_signature(&args.signature)?)?;
    let message = signature.hash().of(std::io::stdin()).during("cannot read standard input")?;
    signature.verify(&message, &args.namespace)?;
    if let Some(path) = &args.revoked
        && revokes(path, signature.key())?
    {
        return Err(Error::Revoked.into());
    }
    if let Some(signer) = &args.signer {
        let time = verify_time(args.time, clock)?;
        signer.check(&Question { key: signature.key(), time, clock }, &args.namespace, ctx)?;
    }
    Ok(signature)
}

/// Reads a signature file.
pub(super) fn read_signature(path: &Path) -> Result<Vec<u8>, Failure> {
    public::read(path).during("Couldn't read signature file")
}

/// The time that the signature is checked for: that of the clock, or of `verify-time`, which cannot be 0.
pub(super) fn verify_time(time: Option<Moment>, clock: &Clock) -> Result<u64, Failure> {
    let time = match time {
        None => Some(clock.now),
        Some(moment) => moment.at(clock).filter(|&time| time != 0),
    };
    time.ok_or_else(|| Failure::other("Invalid \"verify-time\" option"))
}

impl ExpectedSigner {
    fn check(&self, question: &Question<'_>, namespace: &[u8], ctx: &mut Context<'_>) -> Result<(), Failure> {
        let file = read_allowed(&self.allowed)?;
        for (number, line) in allowed_signers::lines(&file) {
            match question.permits(line, &self.principal, namespace) {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(refusal) => ctx.ui.warn(&format!("{}:{number}: {refusal}", shown(&self.allowed))),
            }
        }
        let principal = String::from_utf8_lossy(&self.principal).into_owned();
        Err(Error::NotAllowed(self.allowed.display().to_string(), principal).into())
    }
}

/// Reads an allowed_signers file.
pub(super) fn read_allowed(path: &Path) -> Result<Vec<u8>, Failure> {
    public::read(path).during_step(|| format!("Unable to open allowed keys file \"{}\"", path.display()))
}

/// Whether the file, a revocation list or a list of public keys, revokes the key. A line that
/// cannot be read might be about the key, so it is an error.
fn revokes(path: &Path, key: &KeyOrCertificate) -> Result<bool, Failure> {
    let bytes = public::read(path)?;
    if Krl::is_krl(&bytes) {
        let krl = Krl::from_bytes(&bytes).at(path)?;
        return Ok(krl.revokes(key));
    }
    let mut listed = Krl::default();
    for (number, line) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
        let place = || format!("{}:{number}", path.display());
        if let Some(key) = krl::read_key_line(line).during_step(place)? {
            listed.revoke(key, None)?;
        }
    }
    Ok(listed.revokes(key))
}

fn good(args: &Args, signature: &FileSignature) -> Ready {
    let key = signature.key();
    let fingerprint = key.fingerprint(args.hash).to_string();
    let mut text = b"Good \"".to_vec();
    text.extend_from_slice(&args.namespace);
    text.extend_from_slice(b"\" signature ");
    let principal = args.signer.as_ref().map(|signer| &signer.principal);
    if let Some(principal) = principal {
        text.extend([b"for ", principal.as_slice(), b" "].concat());
    }
    text.extend(format!("with {} key {fingerprint}\n", key.display_name()).into_bytes());
    let namespace = String::from_utf8_lossy(&args.namespace);
    let mut members = members(json!({ "good": true, "namespace": namespace }));
    if let Some(principal) = principal {
        members.insert("principal".to_owned(), String::from_utf8_lossy(principal).into());
    }
    members.extend(key_members(key, &Comment::default(), args.hash));
    Ready { text, json: object(VERDICT, members) }
}
