//! `-O write-attestation`: what a token says of itself and a new key, as a file.

use std::path::Path;

use super::Args;
use crate::commands::Context;
use crate::commands::failure::{Failure, While as _};
use crate::device::fido::Attestation;
use crate::host::files::{self, Access, Seen};

/// Looks where the attestation is to be: no private key is replaced by it.
pub(super) fn look(path: &Path) -> Result<Seen, Failure> {
    let seen = Seen::file(path);
    seen.and_then(|seen| seen.check_not_private().map(|()| seen)).during_step(|| unwritten(path))
}

fn unwritten(path: &Path) -> String {
    format!("Unable to write attestation data \"{}\"", path.display())
}

/// Writes what the token says of itself and the key, if that was asked for.
pub(super) fn save(
    args: &Args,
    attestation: Option<&Attestation>,
    ctx: &mut Context<'_>,
) -> Result<(), Failure> {
    let (Some(path), Some(attestation)) = (args.kind.origin.attestation_file(), attestation) else {
        return Ok(());
    };
    let seen = look(path)?;
    let written = files::save(&seen, &attestation.to_file(), Access::Private);
    ctx.tell(&written.during_step(|| unwritten(path))?);
    let saved = format!("Your FIDO attestation certificate has been saved in {}\n", path.display());
    Ok(ctx.ui.say(saved.as_bytes())?)
}
