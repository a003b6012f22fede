//! `-y`: the public key of a private key file.

use super::json::{KEY, Ready, key_members, object};
use super::passphrase::OldPassphrase;
use super::{Context, Outcome, ask, load};
use crate::certificate::KeyOrCertificate;
use crate::commands::failure::Failure;
use crate::host::input::Input;
use crate::key::HashAlgorithm;

/// Which key.
#[derive(Debug)]
pub struct Args {
    /// The private key file; `-` is standard input.
    pub file: Option<Input>,
    /// Where its passphrase comes from.
    pub passphrase: OldPassphrase,
    /// The hash of the fingerprint in JSON.
    pub hash: HashAlgorithm,
}

/// Prints the public key, with the comment where the file has one.
///
/// # Errors
/// Those of loading.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let input = ask::input(args.file, ctx)?;
    let loaded = load::private_input(&input, &args.passphrase, ctx)?;
    let comment = loaded.key.comment();
    let mut text = loaded.key.public().to_line(comment);
    text.push(b'\n');
    let key = KeyOrCertificate::Key(loaded.key.public().clone());
    let json = object(KEY, key_members(&key, comment, args.hash));
    ctx.ui.print(&Ready { text, json })?;
    Ok(Outcome::Done)
}
