//! What to do about a list that was not changed.

use std::path::Path;

use crate::authorized_keys::{BadOption, Flaw};
use crate::commands::key_list::Error;
use crate::commands::public::with_suffix;
use crate::commands::quote;
use crate::format::NoKey;
use crate::host::files::{self, Untrusted};
use crate::key_list::{Conflict, Kind};

pub(super) fn of_list(error: &Error) -> String {
    let text = match error {
        Error::PrivateKey(path) => return of_private_key(path),
        Error::NoKey { path, no_key } => return of_damaged(path, no_key),
        Error::RanTogether { .. } => "put each key on a line of its own",
        Error::InvalidLines(_) => "--keep-invalid keeps such lines and changes the others",
        Error::NotAList { kind: Kind::KnownHosts, .. } => {
            "name a known_hosts file with -f; rkeygen known-hosts lint reports what is wrong with the lines"
        }
        Error::NotAList { .. } => "name the list with -f; rkeygen doctor FILE reports what a file is",
        Error::Conflict { .. } => "if the new one is right, use replace instead of add",
        Error::Stuck { conflict: Conflict::Revoked, .. } => {
            "do not trust this key; if it was revoked by mistake, remove that line first"
        }
        Error::Stuck { .. } => "edit that line first",
        Error::Certificate(_) => "give the .pub file of the key, or of the CA with --cert-authority",
        Error::Untrusted(Untrusted::Writable { .. }) => {
            "remove the write permission of others: chmod go-w on that file or directory"
        }
        Error::Untrusted(Untrusted::Unreadable { .. }) => {
            "let the user read it: chmod go+rX on that file or directory, or chown to the user"
        }
        Error::Untrusted(Untrusted::Owner { .. } | Untrusted::NewFile { .. }) => "run rkeygen as that user",
        Error::Option(BadOption::Flaw(Flaw::UnknownOption(option))) if option.contains(',') => {
            "give each option by itself: --option no-pty --option from=ADDRESSES"
        }
        Error::Option(_) => "see sshd(8), AUTHORIZED_KEYS FILE FORMAT",
        Error::Text(_) => "see ssh-keygen(1), ALLOWED SIGNERS",
        Error::Obsolete(_) => "generate a new key: rkeygen new -t ed25519",
    };
    text.to_owned()
}

fn of_damaged(path: &Path, no_key: &NoKey) -> String {
    match no_key {
        NoKey::Damage(_) | NoKey::Blank if path != Path::new(files::STDIN) => {
            format!("rkeygen doctor --fix {} writes a repaired copy", quote::path(path))
        }
        _ => no_key.fix().to_owned(),
    }
}

fn of_private_key(path: &Path) -> String {
    if path == Path::new(files::STDIN) {
        return "give the public key: rkeygen public FILE prints it".to_owned();
    }
    let (private, public) = (quote::path(path), quote::path(&with_suffix(path, ".pub")));
    format!("give the public key {public}; if it is missing: rkeygen public {private} >{public}")
}
