//! `-y`: the public half of a private key file.

use std::path::PathBuf;

use super::json::{KEY, Ready, key_members, object};
use super::passphrase::OldPassphrase;
use super::{Context, Outcome, ask, load};
use crate::certificate::KeyOrCertificate;
use crate::commands::failure::{Failure, While as _};
use crate::host::files;
use crate::key::HashAlgorithm;

/// Which key.
#[derive(Debug)]
pub struct Args {
    /// The private key file; `-` is standard input.
    pub file: Option<PathBuf>,
    /// Where its passphrase comes from.
    pub passphrase: OldPassphrase,
    /// The hash of the fingerprint in JSON.
    pub hash: HashAlgorithm,
}

/// Prints the public half, with the comment where the file has one.
///
/// # Errors
/// Those of loading.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let path = ask::key_file(args.file, ctx)?;
    let question = ask::passphrase_of(&path);
    let loaded = match path.as_os_str() == "-" {
        true => load::open(&files::read_stdin()?, &args.passphrase, &question, ctx),
        false => load::private(&path, &args.passphrase, &question, ctx),
    };
    let loaded = loaded.loading(&path)?;
    let comment = loaded.key.comment();
    let mut text = loaded.key.public().to_line(comment);
    text.push(b'\n');
    let key = KeyOrCertificate::Key(loaded.key.public().clone());
    let json = object(KEY, key_members(&key, comment, args.hash));
    ctx.ui.print(&Ready { text, json })?;
    Ok(Outcome::Done)
}
