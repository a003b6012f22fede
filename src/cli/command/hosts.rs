//! The machine's side of SSH: `-F`, `-R` and `-H`.

use std::ffi::OsString;

use super::{Error, Flags};
use crate::commands::Command;
use crate::commands::known_hosts::Headers;
use crate::commands::known_hosts::find::{self, Fingerprints, Show};
use crate::commands::known_hosts::rewrite::{self, Change, InvalidLines};
use crate::known_hosts::HostName;

/// `-F`, `-R` and `-H`, which change each other's meaning. Where ssh-keygen would do nothing, and
/// not say so, the letters exclude each other.
pub(super) fn known_hosts(flags: Flags) -> Result<Command, Error> {
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
    let invalid_lines = if flags.keep_invalid { InvalidLines::Keep } else { InvalidLines::Refuse };
    Ok(Command::RewriteKnownHosts(rewrite::Args { file: flags.file, change, invalid_lines }))
}

fn exclude(letters: &str) -> Error {
    Error::Usage(format!("{letters} exclude each other"))
}
