//! A home directory for the tests of `doctor`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::oracle::{run, ssh_keygen};
use crate::support::{rkeygen, set_mode};

/// A home directory with an empty `.ssh`.
pub(crate) struct Home {
    pub(crate) directory: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        let home = Self { directory: tempfile::tempdir().expect("a directory") };
        fs::create_dir(home.ssh()).expect("a directory");
        set_mode(home.ssh(), 0o700);
        home
    }

    pub(crate) fn ssh(&self) -> PathBuf {
        self.directory.path().join(".ssh")
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.ssh().join(name), bytes).expect("a file");
        self.mode(name, 0o600);
    }

    pub(crate) fn mode(&self, name: &str, mode: u32) {
        set_mode(self.ssh().join(name), mode);
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.ssh().join(name)).expect("a text file")
    }

    pub(crate) fn made(&self, arguments: &[&str]) {
        let output = run(ssh_keygen(), &self.ssh(), arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    pub(crate) fn key(&self, name: &str) {
        self.made(&["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", name]);
    }

    /// The two words of a public key.
    pub(crate) fn line(&self, name: &str) -> String {
        self.read(name).split(' ').take(2).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn doctor(&self, arguments: &[&str]) -> (serde_json::Value, i32) {
        let output = run(rkeygen(), self.directory.path(), &[&["doctor", "--json"], arguments].concat());
        let report = serde_json::from_slice(&output.stdout).expect("JSON");
        (report, output.status.code().expect("a status"))
    }

    /// What was found in the files of `.ssh`: NAME, ID, MESSAGE.
    pub(crate) fn findings(&self, arguments: &[&str]) -> Vec<(String, String, String)> {
        let (report, status) = self.doctor(&[arguments, &[".ssh"]].concat());
        let mut all = Vec::new();
        for file in report["files"].as_array().expect("files") {
            let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
            let path = text(&file["file"]);
            let name = Path::new(&path).file_name().expect("a name").to_string_lossy().into_owned();
            for found in file["findings"].as_array().expect("findings") {
                all.push((name.clone(), text(&found["id"]), text(&found["message"])));
            }
        }
        assert!(status != 0 || !all.iter().any(|_| arguments.is_empty()), "{all:?}");
        all
    }

    pub(crate) fn ids(&self, name: &str) -> Vec<String> {
        self.findings(&[]).into_iter().filter(|(file, ..)| file == name).map(|(_, id, _)| id).collect()
    }
}
