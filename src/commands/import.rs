//! `-i`: a key in another program's format becomes a line of OpenSSH's.

use crate::commands::failure::{Failure, While as _};

use super::json::{KEY, Ready, key_members, object};
use super::public::Error;
use super::{Context, Outcome, ask, public};
use crate::certificate::KeyOrCertificate;
use crate::format::rfc4716::{self, Ssh2Key};
use crate::format::{KeyFile, Layout};
use crate::host::input::Input;
use crate::key::{Comment, HashAlgorithm};
use crate::secret::Passphrase;

/// Which key.
#[derive(Debug)]
pub struct Args {
    /// The file; `-` is standard input.
    pub file: Option<Input>,
}

/// Prints the public key as a line; a private key of ssh.com's, which has the armor of a public
/// one, as PEM.
///
/// # Errors
/// Those of reading; [`enum@Error`] for a file that is not a public key.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let input = ask::input(args.file, ctx)?;
    let file = input.read_key()?;
    if let Ok(Ssh2Key::Private(key)) = rfc4716::decode(file.expose()) {
        let pem = Layout::Pem.seal(&key, &Passphrase::empty(), &mut ctx.rng)?;
        let public = KeyOrCertificate::Key(key.public().clone());
        let members = key_members(&public, key.comment(), HashAlgorithm::default());
        ctx.ui.print_private(&pem, object(KEY, members))?;
        return Ok(Outcome::Done);
    }
    // A block of RFC 4716, and base64 without its lines, count before keys of OpenSSH's after them.
    let key = match rfc4716::decode(file.expose()) {
        Ok(Ssh2Key::Public(key, _)) => Some(key),
        _ => public::of_any_format(file.expose()).map(|found| found.key),
    };
    let key = key
        .ok_or(if KeyFile::is_meant(file.expose()) { Error::PrivateKey } else { Error::Invalid })
        .during_step(|| format!("{}: parse key", input.path().display()))?;
    let text = [&key.to_line(&Comment::default())[..], b"\n"].concat();
    let json = object(KEY, key_members(&key, &Comment::default(), HashAlgorithm::default()));
    ctx.ui.print(&Ready { text, json })?;
    Ok(Outcome::Done)
}
