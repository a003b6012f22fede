//! `rkeygen convert`.

use super::{Error, Flags, new_passphrase, old_passphrase};
use crate::cli::values::Target;
use crate::commands::Command;
use crate::commands::convert::{Args, Format, Output};
use crate::commands::export::PublicFormat;
use crate::format::{Argon2Cost, Layout, Pbes2, Ppk};
use crate::host::input::Input;

/// The command.
pub(in crate::cli) fn command(mut flags: Flags) -> Result<Command, Error> {
    let to = format(&flags)?;
    let input = Input::from(flags.operands.remove(0));
    let output = match flags.output.take() {
        _ if flags.in_place && input == Input::Stdin => {
            return Err(Error::usage("--in-place needs a file", "use -o - for standard output"));
        }
        _ if flags.in_place => Output::InPlace,
        None => Output::Unsaid,
        Some(path) if path.as_os_str() == "-" => Output::Stdout,
        Some(path) => Output::File(path),
    };
    Ok(Command::Convert(Args {
        to,
        input,
        output,
        if_exists: flags.if_exists.unwrap_or_default(),
        old: old_passphrase(&mut flags),
        new: new_passphrase(&mut flags),
        comment: flags.comment,
    }))
}

fn format(flags: &Flags) -> Result<Format, Error> {
    let openssh = Layout::OpenSsh {
        cipher: flags.cipher.unwrap_or_default(),
        rounds: flags.rounds.unwrap_or_default(),
    };
    Ok(match (flags.to, flags.fips) {
        (None | Some(Target::Pkcs8), true) => Format::Private(Layout::Pkcs8(Pbes2::Fips), PublicFormat::Spki),
        (Some(_), true) => {
            return Err(Error::usage("--fips means --to pkcs8", "omit --to, or use --to pkcs8"));
        }
        (None, false) => {
            return Err(Error::usage(
                "convert: --to is missing",
                "use --to openssh, pkcs8, pem, ppk, rfc4716 or spki",
            ));
        }
        (Some(Target::Pkcs8), false) => {
            Format::Private(Layout::Pkcs8(Pbes2::AsSshKeygen), PublicFormat::Spki)
        }
        (Some(Target::Pem), false) => Format::Private(Layout::Pem, PublicFormat::Pem),
        (Some(Target::Ppk), false) => Format::Private(Layout::Ppk(ppk(flags)?), PublicFormat::Rfc4716),
        (Some(Target::Rfc4716), false) => Format::Public(PublicFormat::Rfc4716),
        (Some(Target::Spki), false) => Format::Public(PublicFormat::Spki),
        (Some(Target::OpenSsh), false) => Format::Private(openssh, PublicFormat::OpenSsh),
    })
}

fn ppk(flags: &Flags) -> Result<Ppk, Error> {
    if flags.ppk_version == Some(2) {
        return Ok(Ppk::V2);
    }
    let memory = flags.argon2_memory.unwrap_or(8192);
    let passes = flags.argon2_passes.unwrap_or(13);
    let cost = Argon2Cost::new(memory, passes, flags.argon2_parallelism.unwrap_or(1));
    cost.map(Ppk::V3).ok_or_else(|| Error::BadValue {
        message: "the cost of Argon2 is out of range".to_owned(),
        allowed: Some(
            "--argon2-memory takes 8 to 65536 KiB (8 per lane), --argon2-parallelism 1 to 16, and memory times \
             --argon2-passes may be 4 GiB"
                .to_owned(),
        ),
    })
}
