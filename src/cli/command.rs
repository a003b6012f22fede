//! What was meant: options become one command, in ssh-keygen's order of precedence.

pub(super) mod certificates;
pub(super) mod convert;
pub(super) mod doctor;
pub(super) mod hosts;
pub(super) mod keys;
pub(super) mod lists;
pub(super) mod moduli;
pub(super) mod signatures;
pub(super) mod tokens;

use super::Error;
use super::flags::Flags;
use super::suggest::other_dash;
use crate::commands::Command;
use crate::commands::passphrase::{Generated, NewPassphrase, OldPassphrase};

/// Reads the flags as `main` of ssh-keygen does: the first mode that fits wins.
pub(super) fn from_flags(flags: Flags) -> Result<Command, Error> {
    if flags.file.as_ref().is_some_and(|file| file.as_os_str().len() >= LONGEST_PATH) {
        return Err(Error::value("Identity filename too long"));
    }
    certificates::check_serial(&flags)?;
    if flags.signature.is_some() {
        return signatures::command(flags);
    }
    check(&flags)?;
    Ok(match flags {
        Flags { make_krl: true, .. } => certificates::make_krl(flags)?,
        Flags { query_krl: true, .. } => certificates::query_krl(flags)?,
        Flags { ca_or_signature: Some(_), .. } => certificates::sign(flags)?,
        Flags { show_certificate: true, .. } => certificates::show(flags),
        Flags { find_host: Some(_), .. }
        | Flags { remove_host: Some(_), .. }
        | Flags { hash_hosts: true, .. } => hosts::known_hosts(flags)?,
        Flags { library: Some(ref library), .. } => tokens::library_keys(library.clone(), flags),
        Flags { resident_keys: true, .. } => tokens::resident_keys(flags)?,
        // Operands are left over by a mode that comes later.
        Flags { fingerprint: true, .. } | Flags { bubblebabble: true, .. } => {
            keys::fingerprint(Flags { operands: Vec::new(), ..flags })
        }
        Flags { change_passphrase: true, .. } => keys::change_passphrase(flags)?,
        Flags { change_comment: true, .. } => keys::change_comment(flags)?,
        Flags { export: true, .. } => keys::export(flags),
        Flags { import: true, .. } => keys::import(flags),
        Flags { print_public: true, .. } => keys::print_public(flags),
        Flags { host_or_revoked: Some(ref host), .. } => hosts::sshfp(host.clone(), flags)?,
        Flags { moduli: Some(step), .. } => moduli::command(step, flags)?,
        Flags { host_keys: true, .. } => hosts::host_keys(flags)?,
        flags => keys::generate(flags)?,
    })
}

/// ssh-keygen's buffer for the name of a file, in bytes.
const LONGEST_PATH: usize = 4096;

/// What ssh-keygen says about options and operands before it looks at the mode.
fn check(flags: &Flags) -> Result<(), Error> {
    let operands = !flags.operands.is_empty();
    let takes_operands =
        flags.ca_or_signature.is_some() || flags.make_krl || flags.query_krl || flags.moduli.is_some();
    if flags.ca_or_signature.is_some() && !flags.make_krl && !operands && flags.rules.from.is_none() {
        return Err(Error::usage(
            "Too few arguments.",
            "name the public keys to sign: -s CA -I ID FILE.pub...",
        ));
    }
    if operands && !takes_operands {
        return Err(too_many(flags));
    }
    if flags.change_passphrase && flags.change_comment {
        return Err(Error::usage("Can only have one of -p and -c.", "run rkeygen twice"));
    }
    if flags.fingerprint && (flags.hash_hosts || flags.remove_host.is_some()) {
        return Err(Error::usage("Cannot use -l with -H or -R.", "-l goes with -F HOST; omit it here"));
    }
    Ok(())
}

/// An operand in a mode that takes none: a file without `-f`, or what is left after a value that a shell dropped.
fn too_many(flags: &Flags) -> Error {
    let operand = flags.operands.first().map(|operand| operand.to_string_lossy().into_owned());
    let operand = crate::text::visible(&operand.unwrap_or_default());
    let dropped =
        flags.new_passphrase.as_ref().is_some_and(|passphrase| passphrase.expose().starts_with(b"-"));
    let hint = if dropped {
        "-N took the next option as the passphrase; PowerShell drops \"\": use --no-passphrase".to_owned()
    } else if let Some(hint) = other_dash(&operand) {
        hint
    } else if operand.starts_with('-') {
        "after the first operand, ssh-keygen reads no options; give them before it".to_owned()
    } else if flags.file.is_none() {
        format!("name the file with -f: -f {operand}")
    } else {
        format!("-f names the file already; omit \"{operand}\"")
    };
    Error::usage("Too many arguments.", hint)
}

/// `-P` and `--passphrase-from`.
fn old_passphrase(flags: &mut Flags) -> OldPassphrase {
    match (flags.passphrase.take(), flags.passphrase_from.take()) {
        (Some(passphrase), _) => OldPassphrase::Given(passphrase),
        (None, Some(source)) => OldPassphrase::From(source),
        (None, None) => OldPassphrase::Ask,
    }
}

/// `-N`, `--new-passphrase-from`, `--no-passphrase` and `--generate-passphrase`, if any of them is there.
fn new_passphrase(flags: &mut Flags) -> Option<NewPassphrase> {
    if let Some(words) = flags.generated.generate_passphrase {
        return Some(NewPassphrase::Generated(Generated { words, to: flags.generated.passphrase_to.take() }));
    }
    match (flags.new_passphrase.take(), flags.new_passphrase_from.take()) {
        (Some(passphrase), _) => Some(NewPassphrase::Given(passphrase)),
        (None, Some(source)) => Some(NewPassphrase::From(source)),
        (None, None) => flags.no_passphrase.then_some(NewPassphrase::Without),
    }
}

#[cfg(test)]
mod tests;
