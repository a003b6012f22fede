//! PKCS#11 tokens in software: SoftHSM 2, with keys that OpenSC's `pkcs11-tool` makes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::missing::has;
use super::peer;

/// A directory of tokens.
pub(crate) struct SoftHsm {
    directory: tempfile::TempDir,
    /// The library.
    pub(crate) library: String,
}

const LIBRARIES: [&str; 5] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];

impl SoftHsm {
    /// No token yet; `None` if the programs are missing.
    pub(crate) fn new() -> Option<Self> {
        if !has("softhsm2-util") || !has("pkcs11-tool") {
            return None;
        }
        let library = LIBRARIES.into_iter().find(|path| Path::new(path).exists());
        let library = library.expect("the library of SoftHSM").to_owned();
        let directory = tempfile::tempdir().expect("a directory");
        fs::create_dir(directory.path().join("tokens")).expect("a directory");
        let configuration = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n",
            directory.path().join("tokens").display()
        );
        fs::write(directory.path().join("softhsm2.conf"), configuration).expect("a file");
        Some(Self { directory, library })
    }

    /// What `SOFTHSM2_CONF` has to be.
    pub(crate) fn configuration(&self) -> PathBuf {
        self.directory.path().join("softhsm2.conf")
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(program);
        let output = peer(command.args(arguments).env("SOFTHSM2_CONF", self.configuration()));
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// A new token of that name with that PIN.
    pub(crate) fn token(&self, label: &str, pin: &str) {
        self.run(
            "softhsm2-util",
            &["--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", "5678"],
        );
    }

    /// A new key, by the name that pkcs11-tool has for its type.
    pub(crate) fn key(&self, (token, pin): (&str, &str), kind: &str, more: &[&str]) {
        let first = ["--module", &self.library, "--token-label", token, "--login", "--pin", pin];
        self.run("pkcs11-tool", &[&first[..], &["--keypairgen", "--key-type", kind], more].concat());
    }
}
