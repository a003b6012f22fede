//! `-Y sign`: signatures over files.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use serde_json::json;
use thiserror::Error;

use super::passphrase::OldPassphrase;
use super::report::{Members, Ready, SIGNATURES, Silent, file};
use super::signer::{self, Holder, KeySigner};
use super::{Context, Outcome, public};
use crate::host::ahead::Ahead;
use crate::host::files::{self, Place};
use crate::host::question::Question;
use crate::host::ui::List;
use crate::key::Published;
use crate::signature;
use crate::sshsig::{FileSignature, MessageHash};

/// What to sign, and how.
#[derive(Debug)]
pub struct Args {
    /// The key: its private, public or certificate file.
    pub key: PathBuf,
    /// Where the private key is.
    pub holder: Holder,
    /// Where its passphrase comes from.
    pub passphrase: OldPassphrase,
    /// `-n`: what the signature is for.
    pub namespace: Vec<u8>,
    /// `-O hashalg`.
    pub hash: MessageHash,
    /// What to sign.
    pub messages: Messages,
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
    let (key, mut signer) = signer::load(&args.key, args.holder, &args.passphrase, ctx)?;
    let mut sign =
        |message: &mut dyn BufRead, ctx: &mut Context<'_>| signature(&key, &mut signer, &args, message, ctx);
    ctx.ui.begin(List::new(SIGNATURES, "signatures"))?;
    match &args.messages {
        Messages::Stdin => {
            ctx.ui.inform("Signing data on standard input");
            let signature = sign(&mut Ahead::new(std::io::stdin()), ctx).during("Signing stdin failed")?;
            let text = signature.to_armor();
            let json = json!({ "signature": text });
            ctx.ui.item(&Ready { text: text.into_bytes(), json })?;
        }
        Messages::Files(paths) => {
            for path in paths {
                ctx.ui.inform(&format!("Signing file {}", path.display()));
                let message = files::open(path)
                    .during_step(|| format!("Cannot open {} for signing", path.display()))?;
                let signature = sign(&mut Ahead::new(message), ctx);
                let signature = signature.during_step(|| format!("Signing {} failed", path.display()))?;
                save(path, &signature, ctx)?;
            }
        }
    }
    ctx.ui.end(Members::new())?;
    Ok(Outcome::Done)
}

fn signature(
    key: &Published,
    signer: &mut KeySigner,
    args: &Args,
    message: &mut dyn BufRead,
    ctx: &mut Context<'_>,
) -> Result<FileSignature, Failure> {
    let hashed = args.hash.of(message)?;
    let scheme = args.hash.scheme(key).ok_or(signature::Error::Unsupported)?;
    let signature = signer.sign(scheme, &hashed.to_be_signed(&args.namespace), ctx)?;
    Ok(FileSignature::new(key.clone(), &args.namespace, &hashed, signature)?)
}

/// Writes the signature beside the file. Not to replace one that is there is no failure.
fn save(path: &Path, signature: &FileSignature, ctx: &mut Context<'_>) -> Result<(), Failure> {
    let out = public::with_suffix(path, ".sig");
    if files::look(&out)? != Place::Free {
        // ssh-keygen takes the end of the input for a no.
        if !ctx.ui.confirm(&Question::Overwrite(out.clone())).unwrap_or(false) {
            return Ok(());
        }
    }
    ctx.ui.inform(&format!("Write signature to {}", out.display()));
    let armor = signature.to_armor();
    public::save(&out, armor.as_bytes(), ctx)?;
    let json =
        json!({ "file": file(path), "signature_file": file(&out), "signature": armor, "changed": true });
    Ok(ctx.ui.item(&Silent(json))?)
}
