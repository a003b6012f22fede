//! Making, showing and changing keys.

use super::{Error, Flags, new_passphrase, old_passphrase, tokens};
use crate::cli::suggest::nearest;
use crate::cli::values::{PrivateFormat, TYPES};
use crate::commands::export::PublicFormat;
use crate::commands::generate::{Args, Destination, Kind, Origin};
use crate::commands::passphrase::NewPassphrase;
use crate::commands::{
    Command, change_comment, change_passphrase, export, fingerprint, import, print_public,
};
use crate::device::agent::Lifetime;
use crate::format::{Layout, Pbes2, Rewrite, fips};
use crate::host::input::Input;
use crate::key::{Algorithm, Comment, Curve};
use crate::keygen::{RsaBits, Spec};

/// `-l` and `-B`.
pub(in crate::cli) fn fingerprint(flags: Flags) -> Command {
    Command::Fingerprint(fingerprint::Args {
        inputs: flags.file.into_iter().chain(flags.operands).map(Input::from).collect(),
        hash: flags.hash.unwrap_or_default(),
        bubblebabble: flags.bubblebabble,
        picture: flags.verbose > 0,
    })
}

/// `-p`.
pub(in crate::cli) fn change_passphrase(mut flags: Flags) -> Result<Command, Error> {
    Ok(Command::ChangePassphrase(change_passphrase::Args {
        layout: rewrite(&flags)?,
        own_layout: openssh_layout(&flags),
        old: old_passphrase(&mut flags),
        new: new_passphrase(&mut flags).unwrap_or(NewPassphrase::Ask),
        flags: tokens::flag_changes(&flags.options).map_err(|error| error.to_string()),
        file: flags.file,
    }))
}

/// `-c`.
pub(in crate::cli) fn change_comment(mut flags: Flags) -> Result<Command, Error> {
    flags.passphrase = flags.passphrase.take().or(flags.new_passphrase.take());
    Ok(Command::ChangeComment(change_comment::Args {
        layout: rewrite(&flags)?,
        passphrase: old_passphrase(&mut flags),
        comment: flags.comment,
        file: flags.file,
    }))
}

/// `rkeygen comment FILE TEXT`.
pub(in crate::cli) fn comment_operands(mut flags: Flags) -> Result<Command, Error> {
    if flags.operands.len() > 1 {
        let text = flags.operands.pop().unwrap_or_default();
        let comment = Comment::new(text.as_os_str().as_encoded_bytes()).map_err(Error::value)?;
        flags.comment = Some(comment);
    }
    flags.file = flags.operands.pop();
    change_comment(flags)
}

/// `-e`.
pub(super) fn export(mut flags: Flags) -> Command {
    Command::Export(export::Args {
        format: match flags.format {
            None | Some(PrivateFormat::Rfc4716) => PublicFormat::Rfc4716,
            Some(PrivateFormat::Pkcs8) => PublicFormat::Spki,
            Some(PrivateFormat::Pem) => PublicFormat::Pem,
        },
        passphrase: old_passphrase(&mut flags),
        file: flags.file.map(Input::from),
    })
}

/// `-i`.
pub(super) fn import(flags: Flags) -> Command {
    Command::Import(import::Args { file: flags.file.map(Input::from) })
}

/// `-y`.
pub(in crate::cli) fn print_public(mut flags: Flags) -> Command {
    Command::PrintPublic(print_public::Args {
        passphrase: old_passphrase(&mut flags),
        file: flags.file.map(Input::from),
        hash: flags.hash.unwrap_or_default(),
    })
}

/// No mode.
pub(in crate::cli) fn generate(mut flags: Flags) -> Result<Command, Error> {
    let kind = kind(&flags)?;
    let layout = layout_for(kind.origin.algorithm(), &flags)?;
    if flags.fips {
        fips::check_key(kind.origin.algorithm(), kind.origin.bits())?;
    }
    let destination = match flags.file.take() {
        None => Destination::Ask,
        Some(path) if path.as_os_str() == "-" => Destination::Stdout,
        Some(path) => Destination::File(path),
    };
    if flags.add_to_agent && matches!(destination, Destination::Stdout) {
        return Err(Error::usage("-f - and --add-to-agent exclude each other", "use -f FILE"));
    }
    let both = flags.passphrase.is_some()
        && (flags.new_passphrase_from.is_some()
            || flags.no_passphrase
            || flags.generated.generate_passphrase.is_some());
    if both {
        let message = "for a new key -P means -N: it and the other source of a passphrase exclude each other";
        return Err(Error::usage(message, "omit -P"));
    }
    flags.new_passphrase = flags.passphrase.take().or(flags.new_passphrase.take());
    let passphrase = new_passphrase(&mut flags).unwrap_or(NewPassphrase::Ask);
    Ok(Command::Generate(Args {
        kind,
        destination,
        passphrase,
        layout,
        comment: flags.comment,
        hash: flags.hash.unwrap_or_default(),
        if_exists: flags.if_exists.unwrap_or_default(),
        agent: flags.add_to_agent.then(|| flags.lifetime.map_or(Lifetime::Unlimited, Lifetime::Seconds)),
    }))
}

/// `-m`, `-Z`, `-a` and `--fips`.
pub(super) fn layout(flags: &Flags) -> Result<Layout, Error> {
    Ok(match (flags.format, flags.fips) {
        (None | Some(PrivateFormat::Pkcs8), true) => Layout::Pkcs8(Pbes2::Fips),
        (Some(_), true) => {
            return Err(Error::usage("--fips means the format PKCS8", "omit -m, or use -m PKCS8"));
        }
        (None | Some(PrivateFormat::Rfc4716), false) => openssh_layout(flags),
        (Some(PrivateFormat::Pkcs8), false) => Layout::Pkcs8(Pbes2::AsSshKeygen),
        (Some(PrivateFormat::Pem), false) => Layout::Pem,
    })
}

/// As [`layout`], where the format of the file counts if no option names one.
fn rewrite(flags: &Flags) -> Result<Rewrite, Error> {
    let layout = layout(flags)?;
    let asked = flags.format.is_some() || flags.fips;
    Ok(if asked { Rewrite::As(layout) } else { Rewrite::OrAsBefore(layout) })
}

/// What `-m` says, unless only OpenSSH's own format holds such keys; ssh-keygen ignores it then too.
fn layout_for(algorithm: Algorithm, flags: &Flags) -> Result<Layout, Error> {
    let layout = layout(flags)?;
    Ok(if algorithm.needs_openssh_format() && !flags.fips { openssh_layout(flags) } else { layout })
}

/// OpenSSH's own format, with `-Z` and `-a`.
pub(super) fn openssh_layout(flags: &Flags) -> Layout {
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
pub(super) fn spec(typed: &str, bits: Option<u32>) -> Result<Spec, Error> {
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
            (wire, _) => return Err(unknown_type(typed, wire)),
        },
    })
}

fn unknown_type(typed: &str, wire: Option<Algorithm>) -> Error {
    let is_short = |algorithm: &Algorithm| algorithm.short_name().eq_ignore_ascii_case(typed);
    let known = wire.or_else(|| Algorithm::ALL.into_iter().find(is_short));
    let message = match known {
        // Scripts match on this.
        None | Some(Algorithm::Dsa) => format!("unknown key type {typed}"),
        Some(_) => format!("cannot generate {typed} keys, only read them"),
    };
    let near = nearest(typed, TYPES);
    let allowed = match near {
        _ if known == Some(Algorithm::Dsa) => "DSA is broken; use ed25519".to_owned(),
        Some(near) => format!("did you mean {near}?"),
        None => "types are ed25519, ecdsa, rsa, mldsa44-ed25519, ed25519-sk and ecdsa-sk".to_owned(),
    };
    Error::BadValue { message, allowed: Some(allowed) }
}

fn curve(bits: u32) -> Result<Curve, Error> {
    let found = Curve::ALL.into_iter().find(|curve| curve.bits() == bits);
    found.ok_or_else(|| Error::BadValue {
        message: "Invalid ECDSA key length: valid lengths are 256, 384 or 521 bits".to_owned(),
        allowed: Some("-b takes 256, 384 or 521 for ecdsa".to_owned()),
    })
}

fn rsa_bits(bits: Option<u32>) -> Result<RsaBits, Error> {
    let Some(bits) = bits else { return Ok(RsaBits::default()) };
    RsaBits::new(bits).ok_or_else(|| Error::BadValue {
        message: if bits < RsaBits::MIN {
            format!("Invalid RSA key length: minimum is {} bits", RsaBits::MIN)
        } else {
            format!("Invalid RSA key length: maximum is {} bits", RsaBits::MAX)
        },
        allowed: Some(format!("-b takes {} to {} for rsa; 3072 is the default", RsaBits::MIN, RsaBits::MAX)),
    })
}
