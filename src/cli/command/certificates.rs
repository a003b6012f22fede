//! `-s`, `-k` and `-Q`: certificates and their revocation.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{Error, Flags, old_passphrase};
use crate::certificate::{Restrictions, Role};
use crate::cli::suggest::nearest;
use crate::cli::values::CERTIFICATE_OPTIONS;
use crate::commands::Command;
use crate::commands::ledger::Lookup;
use crate::commands::make_krl::{self, Existing};
use crate::commands::overwrite::IfExists;
use crate::commands::query_krl::{self, Show};
use crate::commands::show_certificate;
use crate::commands::sign_certificate::{self, Args, Principals, Rules, Serial};
use crate::commands::signer::Holder;
use crate::device::fido::Provider;
use crate::host::input::Input;
use crate::host::source::Source;
use crate::krl::{self, Revocation};
use crate::text::visible;

/// `certificate sign`, which has a key to sign, or a list.
pub(in crate::cli) fn sign_by_name(flags: Flags) -> Result<Command, Error> {
    if flags.operands.is_empty() && flags.rules.from.is_none() {
        let hint = "usage: rkeygen certificate sign FILE..., or --from LIST";
        return Err(Error::usage("certificate sign: FILE is missing", hint));
    }
    if flags.ca_or_signature.is_none() {
        let hint = "name the private key of the CA: --ca FILE";
        return Err(Error::usage("certificate sign: --ca is missing", hint));
    }
    sign(flags)
}

/// `-s`.
pub(in crate::cli) fn sign(mut flags: Flags) -> Result<Command, Error> {
    let list = flags.rules.from.take().map(Input::from);
    let key_id = flags.identity.take().map(OsString::into_encoded_bytes);
    if key_id.is_none() && list.is_none() {
        return Err(Error::BadValue {
            message: sign_certificate::Error::NoKeyId.to_string(),
            allowed: Some(sign_certificate::KEY_ID_HINT.to_owned()),
        });
    }
    check_serial(&flags)?;
    check_operands(&flags.operands)?;
    check_list(list.as_ref(), &flags)?;
    if flags.rules.renew_before.is_some() && flags.if_exists != Some(IfExists::Keep) {
        let hint = "a certificate that exists is replaced anyway: add --if-exists keep";
        return Err(Error::usage("--renew-before needs --if-exists keep", hint));
    }
    let role = if flags.host_certificate { Role::Host } else { Role::User };
    let mut restrictions = Restrictions::of(role);
    for option in &flags.options {
        restrictions.add(option.as_encoded_bytes()).map_err(|error| Error::BadValue {
            message: error.to_string(),
            allowed: certificate_option(&option.to_string_lossy()),
        })?;
    }
    let holder = holder(&flags);
    let passphrase = old_passphrase(&mut flags);
    let principals = flags.names.take().map(|names| Principals::new(names.as_encoded_bytes()));
    Ok(Command::SignCertificate(Box::new(Args {
        ca: flags.ca_or_signature.map(PathBuf::from).unwrap_or_default(),
        holder,
        passphrase,
        provider: Provider::choose(flags.provider),
        key_id,
        role,
        principals: principals.transpose().map_err(Error::value)?,
        period: flags.validity,
        serial: flags.serial,
        ledger: flags.rules.ledger,
        restrictions,
        scheme: flags.key_type,
        rules: Rules {
            require_principals: flags.rules.require_principals,
            max_validity: flags.rules.max_validity,
        },
        renew_before: flags.rules.renew_before,
        hash: flags.hash.unwrap_or_default(),
        if_exists: flags.if_exists.unwrap_or(IfExists::Replace),
        list,
        files: flags.operands,
    })))
}

/// An option after the first file would be taken for a file once certificates without it have been written.
fn check_operands(files: &[PathBuf]) -> Result<(), Error> {
    let is_option = |file: &&PathBuf| {
        let name = file.as_os_str().as_encoded_bytes();
        name.starts_with(b"-") && name.len() > 1
    };
    match files.iter().skip(1).find(is_option) {
        None => Ok(()),
        Some(option) => Err(Error::BadValue {
            message: format!("{}: an option after the files is not read", visible(&option.to_string_lossy())),
            allowed: Some("give all options before the first file; a file is named ./-NAME".to_owned()),
        }),
    }
}

/// `-z +` is the next number of a ledger; to ssh-keygen it is none.
pub(super) fn check_serial(flags: &Flags) -> Result<(), Error> {
    if flags.serial == Some(Serial::Next) && (flags.rules.ledger.is_none() || flags.make_krl) {
        let hint = "-z + is the next number of a ledger: add --ledger FILE, or name a number";
        let message = "Invalid serial number \"\"".to_owned();
        return Err(Error::BadValue { message, allowed: Some(hint.to_owned()) });
    }
    Ok(())
}

/// A list takes the place of the files, and has standard input to itself.
fn check_list(list: Option<&Input>, flags: &Flags) -> Result<(), Error> {
    let Some(list) = list else {
        let usage = "usage: rkeygen certificate sign FILE..., or --from LIST";
        let missing = || Error::usage("certificate sign: FILE is missing", usage);
        return if flags.operands.is_empty() { Err(missing()) } else { Ok(()) };
    };
    if !flags.operands.is_empty() {
        return Err(Error::usage("--from and FILE exclude each other", "name the files in the list"));
    }
    let stdin = matches!(flags.passphrase_from, Some(Source::StandardInput | Source::Descriptor(0)));
    if *list == Input::Stdin && (stdin || flags.if_exists == Some(IfExists::Ask)) {
        let hint = "name a file with --from, or use --passphrase-from file:PATH and another --if-exists";
        return Err(Error::usage("standard input is the list, and cannot answer", hint));
    }
    Ok(())
}

/// `-L`.
pub(in crate::cli) fn show(flags: Flags) -> Command {
    Command::ShowCertificate(show_certificate::Args {
        file: flags.file.map(Input::from),
        hash: flags.hash.unwrap_or_default(),
    })
}

/// `-D`, which counts more than `-U`.
pub(super) fn holder(flags: &Flags) -> Holder {
    match &flags.library {
        Some(library) => Holder::Library(library.clone()),
        None if flags.agent => Holder::Agent,
        None => Holder::Any,
    }
}

/// The first operand is the list.
pub(in crate::cli) fn krl_operand(mut flags: Flags) -> Flags {
    flags.file = Some(flags.operands.remove(0));
    flags
}

/// A file whose name is not empty.
fn named(file: Option<PathBuf>) -> Option<PathBuf> {
    file.filter(|file| !file.as_os_str().is_empty())
}

fn no_file(error: &dyn std::error::Error) -> Error {
    Error::BadValue { message: error.to_string(), allowed: Some("name the KRL with -f FILE".to_owned()) }
}

/// What might be meant by an option that certificates do not have.
fn certificate_option(typed: &str) -> Option<String> {
    let name = typed.split_inclusive(['=', ':']).next().unwrap_or_default();
    if CERTIFICATE_OPTIONS.contains(&name) {
        return None;
    }
    Some(match nearest(name, CERTIFICATE_OPTIONS) {
        Some(near) => format!("did you mean -O {near}?"),
        None => format!("-O takes {}", CERTIFICATE_OPTIONS.join(", ")),
    })
}

/// `-k`.
pub(in crate::cli) fn make_krl(mut flags: Flags) -> Result<Command, Error> {
    flags.make_krl = true;
    check_serial(&flags)?;
    let (lookups, files) = match &flags.rules.ledger {
        Some(_) => lookups(flags.operands)?,
        None => (Vec::new(), flags.operands),
    };
    let version = match flags.serial {
        Some(Serial::Same(version) | Serial::From(version)) => Some(version),
        None | Some(Serial::Next) => None,
    };
    Ok(Command::MakeKrl(make_krl::Args {
        file: named(flags.file).ok_or_else(|| no_file(&make_krl::Error::NoFile))?,
        existing: if flags.update { Existing::Update } else { Existing::Replace },
        ca: flags.ca_or_signature,
        version,
        ledger: flags.rules.ledger.map(|ledger| (ledger, lookups)),
        comment: flags.comment,
        if_exists: flags.if_exists.unwrap_or(IfExists::Replace),
        specifications: files.into_iter().map(Input::from).collect(),
    }))
}

/// What is looked up in a ledger, `id:ID` and `serial:N`, and the other operands, which are files.
fn lookups(operands: Vec<PathBuf>) -> Result<(Vec<Lookup>, Vec<PathBuf>), Error> {
    let (mut lookups, mut files) = (Vec::new(), Vec::new());
    for operand in operands {
        let text = operand.to_str().unwrap_or_default();
        match text.split_once(':') {
            Some(("id", id)) => lookups.push(Lookup::Id(id.to_owned())),
            Some(("serial", _)) => match krl::read_line(text.as_bytes()).map_err(Error::value)? {
                Some(Revocation::Serials(first, last)) => lookups.push(Lookup::Serials(first, last)),
                _ => return Err(Error::value(format!("invalid serial \"{text}\""))),
            },
            _ => files.push(operand),
        }
    }
    if lookups.is_empty() {
        let hint = "name what to revoke, as id:KEY-ID or serial:N";
        return Err(Error::usage("--ledger, and nothing to look up in it", hint));
    }
    Ok((lookups, files))
}

/// `-Q`.
pub(in crate::cli) fn query_krl(flags: Flags) -> Result<Command, Error> {
    Ok(Command::QueryKrl(query_krl::Args {
        file: named(flags.file).ok_or_else(|| no_file(&query_krl::Error::NoFile))?,
        show: if flags.fingerprint { Show::ListAndAnswers } else { Show::Answers },
        keys: flags.operands,
    }))
}
