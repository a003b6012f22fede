//! The lists of lines with keys: `known-hosts`, `authorized-keys` and `allowed-signers`.

use std::path::{Path, PathBuf};

use super::{Error, Flags};
use crate::commands::Command;
use crate::commands::key_list::add::{Against, Entry, Names};
use crate::commands::key_list::{self, Place, add, show};
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
        keys: Input::from(PathBuf::from(keys)),
        entry: Entry::Hosts { names, marker, names_as },
        against,
    })))
}

fn name(operand: &Path) -> Result<WrittenName, Error> {
    let text = operand.to_string_lossy();
    text.parse().map_err(|error| {
        let shown = crate::text::visible(&text);
        Error::usage(format!("\"{shown}\": {error}"), "write HOST, HOST:PORT, [HOST]:PORT or an IPv6 address")
    })
}
