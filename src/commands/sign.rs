//! `-Y sign`: signatures over files.

use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use crate::text::shown;
use serde_json::json;
use thiserror::Error;

use super::json::{Members, Ready, SIGNATURES, Silent, file};
use super::overwrite::{self, IfExists, Permission, different};
use super::passphrase::OldPassphrase;
use super::signer::{self, Holder, KeySigner};
use super::{Context, Outcome, public};
use crate::certificate::KeyOrCertificate;
use crate::device::fido::Provider;
use crate::host::files::{self, Access, Seen};
use crate::host::ui::List;
use crate::signature;
use crate::sshsig::{FileSignature, Hashed, MessageHash};

/// What to sign, and how.
#[derive(Debug)]
pub struct Args {
    /// The key: its private, public or certificate file.
    pub key: PathBuf,
    /// Where the private key is.
    pub holder: Holder,
    /// Where its passphrase comes from.
    pub passphrase: OldPassphrase,
    /// `-w`: how a token is reached that has the key.
    pub provider: Provider,
    /// `-n`: what the signature is for.
    pub namespace: Vec<u8>,
    /// `-O hashalg`.
    pub hash: MessageHash,
    /// What to sign.
    pub messages: Messages,
    /// What to do about an existing `.sig` file.
    pub if_exists: IfExists,
}

/// What to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Messages {
    /// Standard input; the signature goes to standard output.
    Stdin,
    /// Files; each signature goes beside its file.
    Files(Vec<PathBuf>),
}

/// Why nothing was signed.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// `-` beside other names.
    #[error("Cannot sign mix of paths and standard input")]
    Mix,
}

/// Signs.
///
/// # Errors
/// [`enum@Error`] and those of loading, reading and saving.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (key, mut signer) = signer::load(&args.key, &args.holder, (&args.passphrase, &args.provider), ctx)?;
    ctx.ui.begin(List::new(SIGNATURES, "signatures"))?;
    match &args.messages {
        Messages::Stdin => {
            ctx.ui.inform("Signing data on standard input");
            let hashed = args.hash.of(std::io::stdin()).during("Signing stdin failed")?;
            let signature =
                signature(&key, &mut signer, &args, &hashed, ctx).during("Signing stdin failed")?;
            let text = signature.to_armor();
            let json = json!({ "signature": text });
            ctx.ui.item(&Ready { text: text.into_bytes(), json })?;
        }
        Messages::Files(paths) => {
            for path in paths {
                ctx.ui.inform(&format!("Signing file {}", shown(path)));
                let message = files::open(path)
                    .during_step(|| format!("Cannot open {} for signing", path.display()))?;
                let failed = || format!("Signing {} failed", path.display());
                let hashed = args.hash.of(message).during_step(failed)?;
                let signature = signature(&key, &mut signer, &args, &hashed, ctx).during_step(failed)?;
                save(path, &signature, &hashed, &args, ctx)?;
            }
        }
    }
    ctx.ui.end(Members::new())?;
    Ok(Outcome::Done)
}

fn signature(
    key: &KeyOrCertificate,
    signer: &mut KeySigner,
    args: &Args,
    hashed: &Hashed,
    ctx: &mut Context<'_>,
) -> Result<FileSignature, Failure> {
    let scheme = args.hash.scheme(key).ok_or(signature::Error::Unsupported)?;
    let signature = signer.sign(scheme, &hashed.to_be_signed(&args.namespace), ctx)?;
    Ok(FileSignature::new(key.clone(), &args.namespace, hashed, signature)?)
}

/// Writes the signature next to the file. As in ssh-keygen, not to replace an existing one is no failure; a prompt that
/// gets no answer is one.
fn save(
    path: &Path,
    signature: &FileSignature,
    hashed: &Hashed,
    args: &Args,
    ctx: &mut Context<'_>,
) -> Result<(), Failure> {
    let out = public::with_suffix(path, ".sig");
    let armor = signature.to_armor();
    let json = |changed: bool| json!({ "file": file(path), "signature_file": file(&out), "signature": armor, "changed": changed });
    let seen = Seen::file(&out)?;
    match overwrite::decide(&out, &seen, args.if_exists, ctx.ui)? {
        Permission::Declined => return Ok(()),
        Permission::Keep if is_same(&out, signature, hashed, args) => {
            return Ok(ctx.ui.item(&Silent(json(false)))?);
        }
        Permission::Keep => {
            return Err(different(&out, "signature", "it is not this key's signature over the file"));
        }
        Permission::Write => {}
    }
    ctx.ui.inform(&format!("Write signature to {}", shown(&out)));
    ctx.tell(&files::save(&seen, armor.as_bytes(), Access::Plain)?);
    Ok(ctx.ui.item(&Silent(json(true)))?)
}

/// Whether a signature file holds, for the same file, key and namespace.
fn is_same(out: &Path, signature: &FileSignature, hashed: &Hashed, args: &Args) -> bool {
    let Some(existing) = public::read(out).ok().and_then(|armor| FileSignature::from_armor(&armor).ok())
    else {
        return false;
    };
    existing.key() == signature.key()
        && existing.hash() == args.hash
        && existing.verify(hashed, &args.namespace).is_ok()
}
