//! `-s`, `-k` and `-Q`: certificates and their revocation.

use std::path::PathBuf;

use super::{Error, Flags, old_passphrase};
use crate::certificate::{Restrictions, Role};
use crate::commands::Command;
use crate::commands::make_krl::{self, Existing};
use crate::commands::overwrite::IfExists;
use crate::commands::query_krl::{self, Show};
use crate::commands::sign_certificate::{self, Args, Principals, Rules, Serial};
use crate::commands::signer::Holder;
use crate::device::fido::Provider;

/// `-s`.
pub(super) fn sign(flags: Flags) -> Result<Command, Error> {
    let key_id = flags.identity.ok_or_else(|| Error::value(sign_certificate::Error::NoKeyId))?;
    let role = if flags.host_certificate { Role::Host } else { Role::User };
    let mut restrictions = Restrictions::of(role);
    for option in &flags.options {
        restrictions.add(option.as_encoded_bytes()).map_err(Error::value)?;
    }
    let principals = flags.names.map(|names| Principals::new(names.into_encoded_bytes()));
    Ok(Command::SignCertificate(Box::new(Args {
        ca: flags.ca_or_signature.map(PathBuf::from).unwrap_or_default(),
        holder: holder(flags.agent),
        passphrase: old_passphrase(flags.passphrase, flags.passphrase_from),
        provider: Provider::choose(flags.provider),
        key_id: key_id.into_encoded_bytes(),
        role,
        principals: principals.transpose().map_err(Error::value)?,
        period: flags.validity,
        serial: flags.serial.unwrap_or(Serial { first: 0, step: 0 }),
        restrictions,
        scheme: flags.key_type,
        rules: Rules { require_principals: flags.require_principals, max_validity: flags.max_validity },
        hash: flags.hash.unwrap_or_default(),
        if_exists: flags.if_exists.unwrap_or(IfExists::Replace),
        files: flags.operands,
    })))
}

/// `-U`.
pub(super) fn holder(agent: bool) -> Holder {
    if agent { Holder::Agent } else { Holder::Any }
}

/// `-k`.
pub(super) fn make_krl(flags: Flags) -> Result<Command, Error> {
    Ok(Command::MakeKrl(make_krl::Args {
        file: flags.file.ok_or_else(|| Error::value(make_krl::Error::NoFile))?,
        existing: if flags.update { Existing::Update } else { Existing::Replace },
        ca: flags.ca_or_signature,
        version: flags.serial.map(|serial| serial.first),
        comment: flags.comment,
        if_exists: flags.if_exists.unwrap_or(IfExists::Replace),
        specifications: flags.operands,
    }))
}

/// `-Q`.
pub(super) fn query_krl(flags: Flags) -> Result<Command, Error> {
    Ok(Command::QueryKrl(query_krl::Args {
        file: flags.file.ok_or_else(|| Error::value(query_krl::Error::NoFile))?,
        show: if flags.fingerprint { Show::ListAndAnswers } else { Show::Answers },
        keys: flags.operands,
    }))
}
