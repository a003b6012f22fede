//! What a file is for, by its name; and what is in a directory.

use std::path::{Path, PathBuf};

use crate::host::{account, files};

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Keys that may log in.
    AuthorizedKeys,
    /// Keys of hosts.
    KnownHosts,
    /// Keys that may sign.
    AllowedSigners,
    /// Settings of ssh.
    Config,
    /// Another program's file, a script, a list of variables.
    Ordinary,
    /// A key, or something unknown.
    Key,
}

/// Names of files in `~/.ssh` that are no keys.
const ORDINARY: [&str; 12] = [
    "environment",
    "rc",
    "revoked_keys",
    ".DS_Store",
    ".gitignore",
    ".directory",
    "desktop.ini",
    "Thumbs.db",
    "README",
    "README.md",
    "moduli",
    "agent.env",
];

impl Role {
    pub(super) fn of(path: &Path) -> Self {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // A key may be named after its purpose.
        let is_key = [".pub", ".pem", ".key", ".ppk", ".repaired"].iter().any(|end| name.ends_with(end));
        match name {
            _ if is_key => Self::Key,
            _ if name.contains("authorized_keys") => Self::AuthorizedKeys,
            _ if name.contains("known_hosts") => Self::KnownHosts,
            _ if name.contains("allowed_signers") => Self::AllowedSigners,
            _ if name == "config" || name.starts_with("config.") || name == "ssh_config" => Self::Config,
            _ if ORDINARY.contains(&name) => Self::Ordinary,
            _ => Self::Key,
        }
    }

    /// Whether a file has the name of such a list, and not only a part of it.
    pub(super) fn is_named(self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_list = matches!(self, Self::AuthorizedKeys | Self::KnownHosts | Self::AllowedSigners);
        is_list && name.trim_end_matches('2') == self.kind()
    }

    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::AuthorizedKeys => "authorized_keys",
            Self::KnownHosts => "known_hosts",
            Self::AllowedSigners => "allowed_signers",
            Self::Config => "ssh configuration",
            Self::Ordinary => "not a key",
            Self::Key => super::health::Health::UNKNOWN,
        }
    }
}

/// Whether a file's name says that it is a key.
pub(super) fn is_named_as_key(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_ascii_lowercase();
    let ends = [".pub", ".pem", ".key", ".ppk", "_key", "-key", "_rsa", "_ecdsa", "_ed25519"];
    name == "key" || name.starts_with("id_") || ends.iter().any(|end| name.ends_with(end))
}

/// The directory that is meant when none is given: that of the shell's `~`, else the one that ssh reads.
pub(super) fn own_directory() -> Result<PathBuf, account::Error> {
    match account::shell_home().map(|home| home.join(".ssh")) {
        Some(directory) if directory.is_dir() => Ok(directory),
        _ => Ok(account::home()?.join(".ssh")),
    }
}

/// Where `~` leads in a configuration: in `HOME/.ssh/config` to `HOME`, as in a copy of a home directory.
pub(super) fn home_of(config: &Path) -> Option<PathBuf> {
    let directory = std::path::absolute(files::directory_of(config)).ok()?;
    let is_ssh = directory.file_name().is_some_and(|name| name == ".ssh");
    if is_ssh { directory.parent().map(Path::to_owned) } else { account::home().ok() }
}
