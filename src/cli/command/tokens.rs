//! Keys in FIDO tokens: `-t ed25519-sk`, `-t ecdsa-sk`, `-K`, and `-O` of `-p`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap_lex::OsStrExt as _;

use super::keys::{layout, openssh_layout};
use super::{Error, Flags, new_passphrase, old_passphrase};
use crate::commands::Command;
use crate::commands::passphrase::NewPassphrase;
use crate::commands::resident_keys;
use crate::commands::token::{FlagChange, Request};
use crate::commands::token_keys::{self, Show};
use crate::device::fido::Provider;
use crate::key::{Algorithm, TokenAlgorithm, TokenFlags};

/// The algorithm that `-t` names: short names in any case, wire names exactly; `None` for keys that are not in tokens.
pub(super) fn algorithm(typed: &str) -> Option<TokenAlgorithm> {
    let named = |algorithm: Algorithm| {
        algorithm.short_name().eq_ignore_ascii_case(typed) || algorithm.wire_name() == typed
    };
    [TokenAlgorithm::Ecdsa, TokenAlgorithm::Ed25519].into_iter().find(|it| named(it.key_type()))
}

/// What `-O` and `-w` say about a new key.
pub(super) fn request(algorithm: TokenAlgorithm, flags: &Flags) -> Result<Request, Error> {
    let mut request = Request {
        algorithm,
        application: "ssh:".to_owned(),
        user: None,
        device: None,
        challenges: Vec::new(),
        flags: TokenFlags::TOUCH,
        attestation: None,
        provider: Provider::choose(flags.provider.clone()),
    };
    for option in &flags.options {
        let value = |name: &str| value_of(option, name);
        let is = |name: &str| option.eq_ignore_ascii_case(name);
        if is("no-touch-required") {
            request.flags = request.flags.without(TokenFlags::TOUCH);
        } else if is("verify-required") {
            request.flags = request.flags.with(TokenFlags::VERIFY);
        } else if is("resident") {
            request.flags = request.flags.with(TokenFlags::RESIDENT);
        } else if let Some(device) = value("device=") {
            request.device = not_empty(device)?;
        } else if let Some(application) = value("application=") {
            request.application = text(application)?;
            if !request.application.starts_with("ssh:") {
                return Err(Error::value("FIDO application string must begin with \"ssh:\""));
            }
        } else if let Some(user) = value("user=") {
            request.user = not_empty(user)?;
        } else if let Some(challenge) = value("challenge=") {
            request.challenges.push(PathBuf::from(challenge));
        } else if let Some(attestation) = value("write-attestation=") {
            request.attestation = Some(PathBuf::from(attestation));
        } else {
            return Err(unsupported(option, "FIDO authenticator enrollment"));
        }
    }
    Ok(request)
}

/// `-D`, which counts more than the modes of key files.
pub(super) fn library_keys(library: PathBuf, mut flags: Flags) -> Command {
    let show = match flags.fingerprint {
        true => Show::Fingerprints { bubblebabble: flags.bubblebabble, picture: flags.verbose > 0 },
        false => Show::Lines,
    };
    let pin = old_passphrase(&mut flags);
    Command::TokenKeys(token_keys::Args { library, pin, show, hash: flags.hash.unwrap_or_default() })
}

/// `-K`.
pub(in crate::cli) fn resident_keys(mut flags: Flags) -> Result<Command, Error> {
    let (layout, own_layout) = (layout(&flags)?, openssh_layout(&flags));
    let mut device = None;
    for option in &flags.options {
        let value = value_of(option, "device=");
        device = not_empty(value.ok_or_else(|| unsupported(option, "FIDO authenticator download"))?)?;
    }
    flags.new_passphrase = flags.passphrase.take().or(flags.new_passphrase.take());
    let passphrase = new_passphrase(&mut flags).unwrap_or(NewPassphrase::Ask);
    Ok(Command::ResidentKeys(resident_keys::Args {
        provider: Provider::choose(flags.provider),
        device,
        passphrase,
        layout,
        own_layout,
        hash: flags.hash.unwrap_or_default(),
        if_exists: flags.if_exists.unwrap_or_default(),
    }))
}

/// `-O` of `-p`.
pub(super) fn flag_changes(options: &[OsString]) -> Result<Vec<FlagChange>, Error> {
    let change = |option: &OsString| {
        let change = option.to_str().and_then(FlagChange::from_name);
        change.ok_or_else(|| unsupported(option, "key passphrase change"))
    };
    options.iter().map(change).collect()
}

/// What follows a name, in any case, in an option.
fn value_of(option: &OsString, name: &str) -> Option<OsString> {
    let start = option.as_encoded_bytes().get(..name.len())?;
    let start = std::str::from_utf8(start).ok().filter(|start| start.eq_ignore_ascii_case(name))?;
    option.strip_prefix(start).map(ToOwned::to_owned)
}

/// A text; an empty one is none, as OpenSSH passes it to the token.
fn not_empty(value: OsString) -> Result<Option<String>, Error> {
    Ok(Some(text(value)?).filter(|text| !text.is_empty()))
}

fn text(value: OsString) -> Result<String, Error> {
    value.into_string().map_err(|value| Error::value(format!("{}: is not UTF-8", value.to_string_lossy())))
}

fn unsupported(option: &OsString, what: &str) -> Error {
    Error::value(format!("Option \"{}\" is unsupported for {what}", option.to_string_lossy()))
}
