//! The machine's side of SSH: `-F`, `-R` and `-H`, `-r`, `-A`.

use std::ffi::OsString;

use super::keys::{layout, openssh_layout, spec};
use super::{Error, Flags};
use crate::commands::Command;
use crate::commands::known_hosts::Headers;
use crate::commands::known_hosts::find::{self, Fingerprints, Show};
use crate::commands::known_hosts::lint;
use crate::commands::known_hosts::rewrite::{self, Change, InvalidLines};
use crate::commands::overwrite::IfExists;
use crate::commands::{host_keys, key_list, sshfp};
use crate::format::fips;
use crate::keygen::Spec;
use crate::known_hosts::HostName;
use crate::sshfp::Form;

/// `-F`, `-R` and `-H`, which change each other's meaning. Where ssh-keygen would do nothing, and
/// not say so, the letters exclude each other.
pub(in crate::cli) fn known_hosts(flags: Flags) -> Result<Command, Error> {
    let name = |host: OsString| HostName::new(host.as_encoded_bytes());
    let change = match (flags.find_host, flags.remove_host, flags.hash_hosts) {
        (Some(_), Some(_), _) => return Err(exclude("-F and -R")),
        (None, Some(_), true) => return Err(exclude("-H and -R")),
        (Some(host), None, hash) => {
            let show = match (hash, flags.fingerprint) {
                (true, _) => Show::Hashed,
                (false, true) => Show::Fingerprints(Fingerprints {
                    hash: flags.hash.unwrap_or_default(),
                    words: flags.bubblebabble,
                    picture: flags.verbose > 0,
                }),
                (false, false) => Show::Lines,
            };
            let headers = if flags.quiet { Headers::Hidden } else { Headers::Shown };
            let args = find::Args { host: name(host), file: flags.file, show, headers };
            return Ok(Command::FindHost(args));
        }
        (None, Some(host), false) => Change::Remove(name(host)),
        (None, None, _) => Change::Hash,
    };
    let invalid_lines = if flags.lists.keep_invalid { InvalidLines::Keep } else { InvalidLines::Refuse };
    Ok(Command::RewriteKnownHosts(rewrite::Args { file: flags.file, change, invalid_lines }))
}

/// `rkeygen known-hosts lint`. It changes nothing anyway, whether `--dry-run` is there or not.
pub(in crate::cli) fn lint(flags: Flags) -> Command {
    Command::KeyList(key_list::Args::LintKnownHosts(lint::Args { file: flags.file }))
}

/// `-r` without `-Y`.
pub(in crate::cli) fn sshfp(host: OsString, flags: Flags) -> Result<Command, Error> {
    let mut hash = None;
    for option in &flags.options {
        let text = option.to_string_lossy();
        let value = text.split_at_checked("hashalg=".len());
        let value = value.filter(|(name, _)| name.eq_ignore_ascii_case("hashalg=")).map(|(_, value)| value);
        let value = value.ok_or_else(|| Error::BadValue {
            message: format!("Invalid option \"{text}\""),
            allowed: Some("-O takes hashalg=sha1 or hashalg=sha256 here".to_owned()),
        })?;
        hash = Some(value.parse().map_err(|_| Error::value("Unsupported hash algorithm"))?);
    }
    let form = if flags.generic { Form::Generic } else { Form::Sshfp };
    Ok(Command::Sshfp(sshfp::Args { host: host.into_encoded_bytes(), file: flags.file, hash, form }))
}

/// `-A`: ssh-keygen's three types unless `--host-key-types` says which, or `--fips` which not.
pub(in crate::cli) fn host_keys(flags: Flags) -> Result<Command, Error> {
    let allowed = |spec: Spec| fips::check_key(spec.algorithm(), spec.bits());
    let specs = if flags.host_key_types.is_empty() {
        let defaults = host_keys::default_specs().into_iter();
        defaults.filter(|&spec| !flags.fips || allowed(spec).is_ok()).collect()
    } else {
        let specs =
            flags.host_key_types.iter().map(|name| spec(name, None)).collect::<Result<Vec<_>, _>>()?;
        if flags.fips {
            specs.iter().try_for_each(|&spec| allowed(spec))?;
        }
        specs
    };
    let (layout, own_layout) = (layout(&flags)?, openssh_layout(&flags));
    let prefix = flags.file.unwrap_or_default();
    Ok(Command::HostKeys(host_keys::Args {
        prefix,
        specs,
        layout,
        own_layout,
        hash: flags.hash.unwrap_or_default(),
        if_exists: flags.if_exists.unwrap_or(IfExists::Keep),
    }))
}

fn exclude(options: &str) -> Error {
    Error::usage(format!("{options} exclude each other"), "use one of them at a time")
}
