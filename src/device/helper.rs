//! The helpers of OpenSSH: where systems install them, and how they end.

use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

/// No answer of a helper takes longer, the wait for a touch included: tokens give up after 30 seconds.
pub(super) const LONGEST: Duration = Duration::from_secs(120);
/// How long a helper that was answered may take to end.
const ENDING: Duration = Duration::from_secs(2);

/// Ends a helper that does not end by itself.
pub(super) fn end(child: &mut Child) {
    let limit = Instant::now() + ENDING;
    while matches!(child.try_wait(), Ok(None)) && Instant::now() < limit {
        std::thread::sleep(Duration::from_millis(5));
    }
    // It may have ended in between.
    let _killed = child.kill();
    let _ended = child.wait();
}

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
