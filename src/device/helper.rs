//! Where systems install the helpers of OpenSSH.

use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};

const DIRECTORIES: &[&str] = if cfg!(windows) {
    &[r"C:\Windows\System32\OpenSSH"]
} else {
    &[
        "/usr/lib/openssh",
        "/usr/libexec",
        "/usr/libexec/openssh",
        "/usr/lib/ssh",
        "/usr/local/libexec",
        "/opt/homebrew/libexec",
    ]
};

/// The helper that the environment variable names, or else the one that is installed.
pub(super) fn find(variable: &str, name: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from);
    let file = format!("{name}{EXE_SUFFIX}");
    let installed =
        || DIRECTORIES.iter().map(|directory| Path::new(directory).join(&file)).find(|it| it.exists());
    named.or_else(installed)
}
