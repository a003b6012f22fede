//! What was meant: letters become one command, in ssh-keygen's order of precedence.

mod certificates;
mod hosts;
mod moduli;
mod signatures;
mod tokens;

use super::flags::{Flags, Format};
use super::{Error, Invocation, USAGE, VERSION};
use crate::commands::Command;
use crate::commands::export::PublicFormat;
use crate::commands::generate::{Args, Destination, Kind, Origin};
use crate::commands::passphrase::{NewPassphrase, OldPassphrase};
use crate::commands::{
    change_comment, change_passphrase, export, fingerprint, import, print_public, show_certificate,
};
use crate::device::agent::Lifetime;
use crate::format::{Layout, Pbes2, fips};
use crate::host::source::Source;
use crate::host::terminal::{Manners, Style};
use crate::key::{Algorithm, Curve};
use crate::keygen::{RsaBits, Spec};
use crate::secret::Passphrase;

/// Reads the flags as `main` of ssh-keygen does. An option of rkeygen's own that the mode does not obey is an error.
pub(super) fn from_flags(flags: Flags) -> Result<Invocation, Error> {
    let if_exists = flags.if_exists;
    let invocation = mode(flags)?;
    if if_exists.is_some() && !invocation.command.obeys_if_exists() {
        return Err(Error::Usage("--if-exists does not apply to this mode".to_owned()));
    }
    Ok(invocation)
}

/// The first mode that fits wins.
fn mode(flags: Flags) -> Result<Invocation, Error> {
    let style = if flags.json { Style::Json } else { Style::Text };
    let manners = Manners { style, quiet: flags.quiet, no_input: flags.no_input };
    let invoke = |command| Invocation { command, manners };
    Ok(match flags {
        Flags { help: true, .. } => invoke(Command::Show(USAGE.into())),
        Flags { version: true, .. } => invoke(Command::Show(VERSION.into())),
        Flags { signature: Some(_), .. } => invoke(signatures::command(flags)?),
        Flags { ca_or_signature: Some(_), make_krl: false, .. } if flags.operands.is_empty() => {
            return Err(Error::Usage("Too few arguments.".to_owned()));
        }
        Flags { ca_or_signature: None, make_krl: false, query_krl: false, moduli: None, .. }
            if !flags.operands.is_empty() =>
        {
            return Err(Error::Usage("Too many arguments.".to_owned()));
        }
        Flags { change_passphrase: true, change_comment: true, .. } => {
            return Err(Error::Usage("Can only have one of -p and -c.".to_owned()));
        }
        Flags { fingerprint: true, .. } if flags.hash_hosts || flags.remove_host.is_some() => {
            return Err(Error::Usage("Cannot use -l with -H or -R.".to_owned()));
        }
        Flags { make_krl: true, .. } => invoke(certificates::make_krl(flags)?),
        Flags { query_krl: true, .. } => invoke(certificates::query_krl(flags)?),
        Flags { ca_or_signature: Some(_), .. } => invoke(certificates::sign(flags)?),
        Flags { show_certificate: true, .. } => invoke(Command::ShowCertificate(show_certificate::Args {
            file: flags.file,
            hash: flags.hash.unwrap_or_default(),
        })),
        Flags { find_host: Some(_), .. }
        | Flags { remove_host: Some(_), .. }
        | Flags { hash_hosts: true, .. } => invoke(hosts::known_hosts(flags)?),
        Flags { resident_keys: true, .. } => invoke(tokens::resident_keys(flags)?),
        Flags { fingerprint: true, .. } | Flags { bubblebabble: true, .. } => {
            invoke(Command::Fingerprint(fingerprint::Args {
                file: flags.file,
                hash: flags.hash.unwrap_or_default(),
                bubblebabble: flags.bubblebabble,
                picture: flags.verbose > 0,
            }))
        }
        Flags { change_passphrase: true, .. } => invoke(Command::ChangePassphrase(change_passphrase::Args {
            layout: layout(&flags)?,
            old: old_passphrase(flags.passphrase, flags.passphrase_from),
            new: new_passphrase(flags.new_passphrase, flags.new_passphrase_from, flags.no_passphrase),
            flags: tokens::flag_changes(&flags.options)?,
            file: flags.file,
        })),
        Flags { change_comment: true, .. } => invoke(Command::ChangeComment(change_comment::Args {
            layout: layout(&flags)?,
            passphrase: old_passphrase(flags.passphrase.or(flags.new_passphrase), flags.passphrase_from),
            comment: flags.comment,
            file: flags.file,
        })),
        Flags { export: true, .. } => invoke(Command::Export(export::Args {
            format: match flags.format {
                None | Some(Format::Rfc4716) => PublicFormat::Rfc4716,
                Some(Format::Pkcs8) => PublicFormat::Spki,
                Some(Format::Pem) => PublicFormat::Pem,
            },
            file: flags.file,
            passphrase: old_passphrase(flags.passphrase, flags.passphrase_from),
        })),
        Flags { import: true, .. } => invoke(Command::Import(import::Args { file: flags.file })),
        Flags { print_public: true, .. } => invoke(Command::PrintPublic(print_public::Args {
            file: flags.file,
            passphrase: old_passphrase(flags.passphrase, flags.passphrase_from),
            hash: flags.hash.unwrap_or_default(),
        })),
        Flags { host_or_revoked: Some(host), file, options, generic, .. } => {
            invoke(hosts::sshfp(host, file, &options, generic)?)
        }
        Flags { moduli: Some(step), .. } => invoke(moduli::command(step, flags)?),
        Flags { host_keys: true, .. } => invoke(hosts::host_keys(flags)?),
        flags => generate(flags, manners)?,
    })
}

pub(super) fn old_passphrase(given: Option<Passphrase>, source: Option<Source>) -> OldPassphrase {
    match (given, source) {
        (Some(passphrase), _) => OldPassphrase::Given(passphrase),
        (None, Some(source)) => OldPassphrase::From(source),
        (None, None) => OldPassphrase::Ask,
    }
}

fn new_passphrase(given: Option<Passphrase>, source: Option<Source>, without: bool) -> NewPassphrase {
    new_passphrase_if_said(given, source, without).unwrap_or(NewPassphrase::Ask)
}

pub(super) fn new_passphrase_if_said(
    given: Option<Passphrase>,
    source: Option<Source>,
    without: bool,
) -> Option<NewPassphrase> {
    match (given, source) {
        (Some(passphrase), _) => Some(NewPassphrase::Given(passphrase)),
        (None, Some(source)) => Some(NewPassphrase::From(source)),
        (None, None) => without.then_some(NewPassphrase::Without),
    }
}

fn generate(flags: Flags, manners: Manners) -> Result<Invocation, Error> {
    let kind = kind(&flags)?;
    let layout = layout_for(kind.origin.algorithm(), &flags)?;
    if flags.fips {
        fips::check_key(kind.origin.algorithm(), kind.origin.bits())?;
    }
    let destination = match flags.file {
        None => Destination::Ask,
        Some(path) if path.as_os_str() == "-" => Destination::Stdout,
        Some(path) => Destination::File(path),
    };
    let style = match (&destination, flags.json) {
        (_, true) => Style::Json,
        (Destination::Stdout, false) => Style::KeyOnStdout,
        (_, false) => Style::Text,
    };
    if flags.add_to_agent && matches!(destination, Destination::Stdout) {
        return Err(Error::Usage("-f - and --add-to-agent exclude each other".to_owned()));
    }
    let both = flags.passphrase.is_some() && (flags.new_passphrase_from.is_some() || flags.no_passphrase);
    if both {
        let message = "for a new key -P means -N: it and the other source of a passphrase exclude each other";
        return Err(Error::Usage(message.to_owned()));
    }
    let given = flags.passphrase.or(flags.new_passphrase);
    let passphrase = new_passphrase(given, flags.new_passphrase_from, flags.no_passphrase);
    let args = Args {
        kind,
        destination,
        passphrase,
        layout,
        comment: flags.comment,
        hash: flags.hash.unwrap_or_default(),
        if_exists: flags.if_exists.unwrap_or_default(),
        agent: flags.add_to_agent.then(|| flags.lifetime.map_or(Lifetime::Unlimited, Lifetime::Seconds)),
    };
    Ok(Invocation { command: Command::Generate(args), manners: Manners { style, ..manners } })
}

fn layout(flags: &Flags) -> Result<Layout, Error> {
    Ok(match (flags.format, flags.fips) {
        (None | Some(Format::Pkcs8), true) => Layout::Pkcs8(Pbes2::Fips),
        (Some(_), true) => {
            return Err(Error::Usage("--fips means the format PKCS8; leave out -m".to_owned()));
        }
        (None | Some(Format::Rfc4716), false) => openssh_layout(flags),
        (Some(Format::Pkcs8), false) => Layout::Pkcs8(Pbes2::AsSshKeygen),
        (Some(Format::Pem), false) => Layout::Pem,
    })
}

/// What `-m` says, unless only OpenSSH's own format holds such keys; ssh-keygen ignores it then too.
fn layout_for(algorithm: Algorithm, flags: &Flags) -> Result<Layout, Error> {
    let layout = layout(flags)?;
    Ok(if algorithm.needs_openssh_format() && !flags.fips { openssh_layout(flags) } else { layout })
}

fn openssh_layout(flags: &Flags) -> Layout {
    Layout::OpenSsh { cipher: flags.cipher.unwrap_or_default(), rounds: flags.rounds.unwrap_or_default() }
}

/// `-t` and `-b`.
fn kind(flags: &Flags) -> Result<Kind, Error> {
    let default = if flags.fips { "rsa" } else { "ed25519" };
    let typed = flags.key_type.clone().unwrap_or_else(|| default.to_owned());
    let origin = match tokens::algorithm(&typed) {
        Some(algorithm) => Origin::Token(Box::new(tokens::request(algorithm, flags)?)),
        None => Origin::Software(spec(&typed, flags.bits)?),
    };
    Ok(Kind { origin, typed })
}

/// The key that a type's name stands for. Short names in any case, wire names exactly, as
/// sshkey_type_from_name does.
fn spec(typed: &str, bits: Option<u32>) -> Result<Spec, Error> {
    let wire = Algorithm::from_wire_name(typed.as_bytes());
    Ok(match typed.to_ascii_lowercase().as_str() {
        "ed25519" => Spec::Ed25519,
        "mldsa44-ed25519" => Spec::Mldsa44Ed25519,
        "ecdsa" => Spec::Ecdsa(curve(bits.unwrap_or(256))?),
        "rsa" => Spec::Rsa(rsa_bits(bits)?),
        _ => match (wire, typed) {
            (Some(Algorithm::Ed25519), _) => Spec::Ed25519,
            (Some(Algorithm::Mldsa44Ed25519), _) => Spec::Mldsa44Ed25519,
            (Some(Algorithm::Ecdsa(own)), _) => Spec::Ecdsa(bits.map_or(Ok(own), curve)?),
            (Some(Algorithm::Rsa), _) | (None, "rsa-sha2-256" | "rsa-sha2-512") => Spec::Rsa(rsa_bits(bits)?),
            _ => {
                let is_short = |algorithm: Algorithm| algorithm.short_name().eq_ignore_ascii_case(typed);
                let message = if wire.is_some() || Algorithm::ALL.into_iter().any(is_short) {
                    format!("keys of the type {typed} are read, not made")
                } else {
                    format!("unknown key type {typed}")
                };
                return Err(Error::BadValue {
                    message,
                    allowed: Some(
                        "-t takes ed25519, ecdsa, rsa, mldsa44-ed25519, ed25519-sk or ecdsa-sk".to_owned(),
                    ),
                });
            }
        },
    })
}

fn curve(bits: u32) -> Result<Curve, Error> {
    let found = Curve::ALL.into_iter().find(|curve| curve.bits() == bits);
    found.ok_or_else(|| Error::value("Invalid ECDSA key length: valid lengths are 256, 384 or 521 bits"))
}

fn rsa_bits(bits: Option<u32>) -> Result<RsaBits, Error> {
    let Some(bits) = bits else { return Ok(RsaBits::default()) };
    RsaBits::new(bits).ok_or_else(|| Error::BadValue {
        message: if bits < RsaBits::MIN {
            format!("Invalid RSA key length: minimum is {} bits", RsaBits::MIN)
        } else {
            format!("Invalid RSA key length: maximum is {} bits", RsaBits::MAX)
        },
        allowed: Some(format!("-b takes {} to {} for RSA; 3072 is the default", RsaBits::MIN, RsaBits::MAX)),
    })
}

#[cfg(test)]
mod tests;
