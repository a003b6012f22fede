//! `rkeygen doctor`.

use super::{Error, Flags, old_passphrase};
use crate::commands::Command;
use crate::commands::doctor::Args;
use crate::commands::passphrase::OldPassphrase;
use crate::commands::tokens;
use crate::host::input::Input;

/// The command.
pub(in crate::cli) fn command(mut flags: Flags) -> Result<Command, Error> {
    if let Some(library) = flags.library {
        return Ok(Command::Tokens(tokens::Args { library }));
    }
    let passphrase = match old_passphrase(&mut flags) {
        OldPassphrase::Ask => flags.ask_passphrase.then_some(OldPassphrase::Ask),
        given => Some(given),
    };
    Ok(Command::Doctor(Args {
        paths: flags.operands.into_iter().map(Input::from).collect(),
        fix: flags.fix,
        expires_within: flags.rules.expires_within,
        passphrase,
    }))
}
