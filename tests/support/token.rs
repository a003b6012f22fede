//! FIDO tokens in software, as provider libraries with OpenSSH's sk-api.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::missing::skipped;
use super::oracle;

/// The provider of OpenSSH's own tests: no PIN, no resident keys.
pub(crate) fn sk_dummy() -> Option<&'static Path> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = FOUND.get_or_init(|| oracle::regress("misc/sk-dummy/sk-dummy.so"));
    if found.is_none() {
        skipped("sk-dummy.so of OpenSSH's tests (Debian: openssh-tests)");
    }
    found.as_deref()
}

/// The provider of `sktest.c`, built here: with a PIN, resident keys and errors. Needs `cc`.
pub(crate) fn sktest() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    BUILT.get_or_init(build).as_deref()
}

fn build() -> Option<PathBuf> {
    let dummy = sk_dummy()?;
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/sktest.c");
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    // Test binaries run at the same time: each links a file of its own, and the rename is atomic.
    let (library, new) =
        (directory.join("sktest.so"), directory.join(format!("sktest-{}.so", std::process::id())));
    let mut cc = Command::new("cc");
    cc.args(["-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC"]);
    cc.arg(format!("-DSK_DUMMY=\"{}\"", dummy.display())).arg("-o").arg(&new).arg(source).arg("-ldl");
    let Ok(status) = cc.status() else {
        skipped("cc");
        return None;
    };
    assert!(status.success(), "sktest.c does not compile");
    std::fs::rename(new, &library).expect("the library");
    Some(library)
}
