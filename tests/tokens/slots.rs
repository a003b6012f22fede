//! PKCS#11 tokens in SoftHSM 2, and both programs run beside them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::oracle::ssh_keygen;
use crate::support::softhsm::SoftHsm;
use crate::support::{feed, forget_surroundings, private_file, rkeygen, without_terminal};

pub(crate) const TOKEN: (&str, &str) = ("token1", "1234");
pub(crate) const KINDS: [&str; 5] =
    ["rsa:2048", "EC:prime256v1", "EC:secp384r1", "EC:secp521r1", "EC:edwards25519"];

/// A token with a key of each kind, one without a label, and one without an ID.
pub(crate) fn tokens() -> Option<SoftHsm> {
    let hsm = SoftHsm::new()?;
    hsm.token(TOKEN.0, TOKEN.1);
    for (number, kind) in KINDS.into_iter().enumerate() {
        let id = format!("0{number}");
        hsm.key(TOKEN, kind, &["--id", &id, "--label", &format!("key of {kind}")]);
    }
    hsm.key(TOKEN, "EC:prime256v1", &["--id", "10"]);
    hsm.key(TOKEN, "EC:prime256v1", &["--label", "no ID"]);
    Some(hsm)
}

pub(crate) struct Place<'a> {
    hsm: &'a SoftHsm,
    directory: tempfile::TempDir,
}

impl<'a> Place<'a> {
    pub(crate) fn new(hsm: &'a SoftHsm) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let user = include_str!("../vectors/openssh-ed25519.pub");
        fs::write(directory.path().join("user.pub"), user).expect("a file");
        fs::write(directory.path().join("message"), "hello\n").expect("a file");
        Self { hsm, directory }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Runs a program; the arguments are separated by blanks, `LIB` is the library, and `''` an empty one. No PIN is read from its input.
    pub(crate) fn run(&self, program: Command, arguments: &str) -> Output {
        self.run_with(program, arguments, &[])
    }

    pub(crate) fn run_with(
        &self,
        mut program: Command,
        arguments: &str,
        variables: &[(&str, &str)],
    ) -> Output {
        let words = arguments.split_whitespace();
        program.args(words.map(|word| match word {
            "LIB" => self.hsm.library.as_str(),
            "''" => "",
            word => word,
        }));
        forget_surroundings(program.current_dir(self.path()));
        program.env("SOFTHSM2_CONF", self.hsm.configuration()).env("HOME", self.path());
        program.envs(variables.iter().copied());
        without_terminal(&mut program);
        feed(program, b"1234\n1234\n1234\n")
    }

    pub(crate) fn done(&self, program: Command, arguments: &str) -> String {
        let output = self.run(program, arguments);
        assert!(output.status.success(), "{arguments}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// The same call through both programs: the same lines and status. SoftHSM orders keys by their place in memory.
    pub(crate) fn same(&self, arguments: &str) -> String {
        let [theirs, ours] = [ssh_keygen(), rkeygen()].map(|program| self.run(program, arguments));
        let errors = format!("{arguments}\n{}\n{}", text(&theirs.stderr), text(&ours.stderr));
        let sorted =
            |output: &Output| text(&output.stdout).lines().map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!(sorted(&ours), sorted(&theirs), "{errors}");
        assert_eq!(ours.status.code(), theirs.status.code(), "{errors}");
        text(&ours.stderr)
    }

    /// Writes the keys of the library as `0.pub`, `1.pub`, ...; gives their lines.
    pub(crate) fn public_keys(&self) -> Vec<String> {
        let lines: Vec<_> = self.done(rkeygen(), "-D LIB").lines().map(str::to_owned).collect();
        for (number, line) in lines.iter().enumerate() {
            fs::write(self.path().join(format!("{number}.pub")), format!("{line}\n")).expect("a key");
        }
        lines
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A program that gives the PIN, and writes down that it was asked.
pub(crate) fn askpass(place: &Place<'_>, pin: &str) -> String {
    let script = place.path().join("askpass");
    private_file(&script, format!("#!/bin/sh\necho \"$1\" >>asked\necho {pin}\n").as_bytes());
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("a mode");
    script.to_str().expect("UTF-8").to_owned()
}
