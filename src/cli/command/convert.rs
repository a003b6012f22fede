//! `rkeygen convert`.

use super::{Error, Flags, new_passphrase, old_passphrase};
use crate::cli::values::Target;
use crate::commands::Command;
use crate::commands::convert::{Args, Format, Only, Output, PublicFile};
use crate::commands::export::PublicFormat;
use crate::format::{Argon2Cost, Der, Layout, Pbes2, Ppk};
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
    if flags.conversion.write_public && !matches!(output, Output::File(_) | Output::InPlace) {
        return Err(Error::usage(
            "--write-public needs a file",
            "use -o FILE: the public key goes to FILE.pub",
        ));
    }
    Ok(Command::Convert(Args {
        to,
        only: only(flags.conversion.to),
        public_file: if flags.conversion.write_public { PublicFile::Beside } else { PublicFile::No },
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
    let to = match (flags.conversion.to, flags.fips) {
        (None, true) => Target::Pkcs8,
        (Some(to), _) => to,
        (None, false) => {
            return Err(Error::usage(
                "convert: --to is missing",
                "use --to openssh, pkcs8, pem, ppk, rfc4716, spki, pkcs1, sec1, der, jwk or age",
            ));
        }
    };
    let scheme = if flags.fips { Pbes2::Fips } else { Pbes2::AsSshKeygen };
    if flags.conversion.der || to == Target::Der {
        return der(to, scheme);
    }
    Ok(match to {
        Target::Pkcs8 => Format::Private(Layout::Pkcs8(scheme), PublicFormat::Spki),
        _ if flags.fips => return Err(only_pkcs8()),
        Target::Pem | Target::Pkcs1 | Target::Sec1 => Format::Private(Layout::Pem, PublicFormat::Pem),
        Target::Spki => Format::Public(PublicFormat::Spki),
        Target::Ppk => Format::Private(Layout::Ppk(ppk(flags)?), PublicFormat::Rfc4716),
        Target::Rfc4716 => Format::Public(PublicFormat::Rfc4716),
        Target::Jwk => Format::Private(Layout::Jwk, PublicFormat::Jwk),
        Target::Age => Format::Private(Layout::Age, PublicFormat::Age),
        Target::OpenSsh | Target::Der => Format::Private(openssh, PublicFormat::OpenSsh),
    })
}

/// The format in DER.
fn der(to: Target, scheme: Pbes2) -> Result<Format, Error> {
    Ok(match to {
        Target::Pkcs8 | Target::Der => {
            Format::Private(Layout::Der(Der::Pkcs8(scheme)), PublicFormat::SpkiDer)
        }
        _ if scheme == Pbes2::Fips => return Err(only_pkcs8()),
        Target::Pem | Target::Pkcs1 | Target::Sec1 => {
            Format::Private(Layout::Der(Der::Traditional), PublicFormat::PemDer)
        }
        Target::Spki => Format::Public(PublicFormat::SpkiDer),
        _ => {
            return Err(Error::usage(
                "--der is for --to pkcs8, pkcs1, sec1, pem and spki",
                "omit --der: this format has one form",
            ));
        }
    })
}

fn only_pkcs8() -> Error {
    Error::usage("--fips means --to pkcs8", "omit --to, or use --to pkcs8")
}

/// The type of key that the name of a format implies.
fn only(to: Option<Target>) -> Option<Only> {
    match to? {
        Target::Pkcs1 => Some(Only::Rsa),
        Target::Sec1 => Some(Only::Ecdsa),
        _ => None,
    }
}

fn ppk(flags: &Flags) -> Result<Ppk, Error> {
    if flags.conversion.ppk_version == Some(2) {
        return Ok(Ppk::V2);
    }
    let memory = flags.conversion.argon2_memory.unwrap_or(8192);
    let passes = flags.conversion.argon2_passes.unwrap_or(13);
    let cost = Argon2Cost::new(memory, passes, flags.conversion.argon2_parallelism.unwrap_or(1));
    cost.map(Ppk::V3).ok_or_else(|| Error::BadValue {
        message: "the cost of Argon2 is out of range".to_owned(),
        allowed: Some(
            "--argon2-memory takes 8 to 65536 KiB (8 per lane), --argon2-parallelism 1 to 16, and memory times \
             --argon2-passes may be 4 GiB"
                .to_owned(),
        ),
    })
}
