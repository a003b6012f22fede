//! Tests whose programs are not on this machine: they are skipped by name, and `tests/what_was_skipped.rs` says so at the end.
//! With `RKEYGEN_NO_SKIP` in the environment they fail.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock};

use super::oracle;

/// Ends a test early unless all these are on this machine: programs by their names, `sshd`, Python's modules as `python3 NAME`.
#[allow(unused_macros, reason = "each test binary uses its own part")]
macro_rules! needs {
    ($($what:literal),+) => {
        if $(!$crate::support::missing::has($what))||+ {
            return;
        }
    };
}
#[allow(unused_imports, reason = "each test binary uses its own part")]
pub(crate) use needs;

/// Whether it is here; otherwise this test counts as skipped.
pub(crate) fn has(what: &str) -> bool {
    let here = match what.split_once(' ') {
        Some(("python3", module)) => imports(module),
        _ if what == "sshd" => oracle::path("sshd").is_absolute() && (!is_root() || has_user("sshd")),
        _ => in_path(what) || oracle::path(what).is_absolute(),
    };
    if !here {
        skipped(what);
    }
    here
}

/// Counts this test as skipped, for want of something.
///
/// # Panics
/// If nothing may be skipped.
pub(crate) fn skipped(reason: &str) {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("a test");
    assert!(std::env::var_os("RKEYGEN_NO_SKIP").is_none(), "{name} must not be skipped: {reason}");
    static LIST: OnceLock<Mutex<File>> = OnceLock::new();
    let list = LIST.get_or_init(|| {
        let binary = env!("CARGO_CRATE_NAME");
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("skipped");
        std::fs::create_dir_all(&directory).expect("a directory for the list of skipped tests");
        Mutex::new(File::create(directory.join(binary)).expect("the list of skipped tests"))
    });
    let mut list = list.lock().expect("the list of skipped tests");
    let reason = reason.lines().next().unwrap_or_default();
    writeln!(list, "{}::{name}: {reason}", env!("CARGO_CRATE_NAME")).expect("the list of skipped tests");
}

fn in_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
        || Path::new(program).is_file()
}

fn imports(module: &str) -> bool {
    let mut command = Command::new("/usr/bin/python3");
    command
        .args(["-W", "ignore", "-c", &format!("import {module}")])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn succeeds(program: &str, arguments: &[&str]) -> Option<String> {
    let output =
        Command::new(program).args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn is_root() -> bool {
    succeeds("id", &["-u"]).is_some_and(|id| id.trim() == "0")
}

fn has_user(name: &str) -> bool {
    succeeds("id", &[name]).is_some()
}
