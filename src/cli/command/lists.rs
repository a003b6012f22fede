//! The lists of lines with keys: `known-hosts`, `authorized-keys` and `allowed-signers`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{Error, Flags};
use crate::allowed_signers::{BadText, KeysOf};
use crate::commands::Command;
use crate::commands::key_list::add::{Against, Entry, Names};
use crate::commands::key_list::{self, Place, add, dedupe, lint, remove, show};
use crate::host::input::Input;
use crate::key_list::Kind;
use crate::known_hosts::{Marker, WrittenName};

/// `list`.
pub(in crate::cli) fn show(kind: Kind, flags: Flags) -> Command {
    Command::KeyList(key_list::Args::Show(show::Args { place: Place { kind, file: flags.file } }))
}

/// `known-hosts add`.
pub(in crate::cli) fn add_host(flags: Flags) -> Result<Command, Error> {
    host(flags, Against::Refuse)
}

/// `known-hosts replace`.
pub(in crate::cli) fn replace_host(flags: Flags) -> Result<Command, Error> {
    host(flags, Against::Replace)
}

fn host(flags: Flags, against: Against) -> Result<Command, Error> {
    let Some(keys) = flags.ca_or_signature else {
        let hint = "name the file of the host's public key: --key FILE.pub";
        return Err(Error::usage("--key is missing", hint));
    };
    let names = flags.operands.iter().map(|operand| name(operand)).collect::<Result<Vec<_>, _>>()?;
    if flags.hash_hosts && names.iter().any(WrittenName::is_pattern) {
        return Err(Error::usage("a pattern cannot be hashed", "omit --hash"));
    }
    let marker = match (flags.lists.cert_authority, flags.lists.revoked_key) {
        (true, _) => Some(Marker::CertAuthority),
        (_, true) => Some(Marker::Revoked),
        _ => None,
    };
    let names_as = if flags.hash_hosts { Names::Hashed } else { Names::Plain };
    Ok(Command::KeyList(key_list::Args::Add(add::Args {
        place: Place { kind: Kind::KnownHosts, file: flags.file },
        keys: vec![Input::from(PathBuf::from(keys))],
        entry: Entry::Hosts { names, marker, names_as },
        against,
    })))
}

/// `authorized-keys add`.
pub(in crate::cli) fn add_login(flags: Flags) -> Result<Command, Error> {
    login(flags, Against::Refuse)
}

/// `authorized-keys replace`.
pub(in crate::cli) fn replace_login(flags: Flags) -> Result<Command, Error> {
    login(flags, Against::Replace)
}

fn login(flags: Flags, against: Against) -> Result<Command, Error> {
    let text = |option: OsString| {
        option.into_string().map_err(|_| Error::usage("--option: not UTF-8", "give the option as text"))
    };
    let options = flags.options.into_iter().map(text).collect::<Result<Vec<_>, _>>()?;
    Ok(Command::KeyList(key_list::Args::Add(add::Args {
        place: Place { kind: Kind::AuthorizedKeys, file: flags.file },
        keys: flags.operands.into_iter().map(Input::from).collect(),
        entry: Entry::Logins { options },
        against,
    })))
}

/// `allowed-signers add`.
pub(in crate::cli) fn add_signer(flags: Flags) -> Result<Command, Error> {
    signer(flags, Against::Refuse)
}

/// `allowed-signers replace`.
pub(in crate::cli) fn replace_signer(flags: Flags) -> Result<Command, Error> {
    signer(flags, Against::Replace)
}

fn signer(mut flags: Flags, against: Against) -> Result<Command, Error> {
    let names = |what: &str, text: OsString| {
        let parse = || text.to_str().ok_or(BadText::Names)?.parse();
        parse().map_err(|error: BadText| {
            Error::usage(format!("{what}: {error}"), "write NAME, or NAME,NAME without blanks")
        })
    };
    let who = names("WHO", flags.operands.remove(0).into_os_string())?;
    let namespaces = flags.names.map(|text| names("--namespace", text)).transpose()?;
    let keys_of = if flags.lists.cert_authority { KeysOf::CertAuthorities } else { KeysOf::Signers };
    let valid = (flags.lists.valid_after, flags.lists.valid_before);
    Ok(Command::KeyList(key_list::Args::Add(add::Args {
        place: Place { kind: Kind::AllowedSigners, file: flags.file },
        keys: flags.operands.into_iter().map(Input::from).collect(),
        entry: Entry::Signers { who, keys_of, namespaces, valid },
        against,
    })))
}

/// `remove`, but for `known-hosts`.
pub(in crate::cli) fn remove(kind: Kind, flags: Flags) -> Command {
    let place = Place { kind, file: flags.file };
    Command::KeyList(key_list::Args::Remove(remove::Args { place, what: flags.operands }))
}

/// `lint`, but for `known-hosts`.
pub(in crate::cli) fn lint(kind: Kind, flags: Flags) -> Command {
    let place = Place { kind, file: flags.file };
    Command::KeyList(key_list::Args::Lint(lint::Args { place }))
}

/// `dedupe`.
pub(in crate::cli) fn dedupe(kind: Kind, flags: Flags) -> Command {
    let place = Place { kind, file: flags.file };
    let change = if flags.lists.dry_run { dedupe::Change::Shown } else { dedupe::Change::Made };
    Command::KeyList(key_list::Args::Dedupe(dedupe::Args { place, change }))
}

fn name(operand: &Path) -> Result<WrittenName, Error> {
    let text = operand.to_string_lossy();
    text.parse().map_err(|error| {
        let shown = crate::text::visible(&text);
        Error::usage(format!("\"{shown}\": {error}"), "write HOST, HOST:PORT, [HOST]:PORT or an IPv6 address")
    })
}
