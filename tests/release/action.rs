//! packaging/action.sh, as the runner of GitHub Actions starts it, on a machine without ssh-keygen.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::kit::{Machine, mode, release, root, said, succeed};
use crate::support::missing::needs;
use crate::support::oracle;
use crate::support::program;

/// One job: its steps share a machine.
pub(crate) struct Job {
    pub(crate) machine: Machine,
}

impl Job {
    pub(crate) fn new() -> Self {
        Self { machine: Machine::new() }
    }

    /// The command of a step, with its inputs.
    pub(crate) fn command(&self, inputs: &[(&str, &str)]) -> Command {
        let mut command = self.machine.command(&self.machine.path("tools/bash"));
        command.arg(root("packaging/action.sh")).env("RKEYGEN_FROM", release());
        command.env("RUNNER_TEMP", self.machine.path("temporary")).env("GITHUB_REPOSITORY", "me/project");
        for (name, file) in [("GITHUB_OUTPUT", "output"), ("GITHUB_PATH", "path")] {
            command.env(name, self.machine.path(file));
        }
        command.envs(inputs.iter().map(|(name, value)| (format!("RKEYGEN_{name}"), value)));
        command
    }

    /// Runs a step; `output` has the values of this step alone.
    pub(crate) fn step(&self, inputs: &[(&str, &str)]) -> Output {
        let _ = fs::remove_file(self.machine.path("output"));
        self.command(inputs).output().expect("bash runs")
    }

    /// Runs a step that has to succeed.
    pub(crate) fn done(&self, inputs: &[(&str, &str)]) -> String {
        let output = self.step(inputs);
        assert!(output.status.success(), "{}", said(&output));
        said(&output)
    }

    /// Runs a step that has to fail, with one error of the action that says `why`.
    pub(crate) fn refused(&self, inputs: &[(&str, &str)], why: &str) -> String {
        let output = self.step(inputs);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(1), "{why}: {text}");
        let errors: Vec<_> =
            text.lines().filter(|line| line.starts_with("::error title=rkeygen::")).collect();
        assert!(matches!(errors[..], [error] if error.contains(why)), "{why}: {text}");
        text
    }

    /// A value that the step gave, as the runner reads it.
    pub(crate) fn output(&self, name: &str) -> String {
        let text = self.machine.read("output");
        let mut lines = text.lines();
        let end = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix("<<"));
        let end = end.unwrap_or_else(|| panic!("no output {name}: {text}"));
        lines.take_while(|line| *line != end).collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn key(&self) -> PathBuf {
        PathBuf::from(self.output("path"))
    }
}

/// The public key that ssh-keygen reads from a private key, without its comment.
pub(crate) fn public_by_ssh_keygen(key: &Path, passphrase: &str) -> String {
    let line =
        succeed(Command::new(oracle::path("ssh-keygen")).args(["-y", "-P", passphrase, "-f"]).arg(key));
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// A key pair of a user: the private key and its public key without a comment.
pub(crate) fn key(passphrase: &str) -> (String, String) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("key");
    let mut command = Command::new(program());
    succeed(command.args(["-q", "-t", "ed25519", "-C", "deploy@ci", "-N", passphrase, "-f"]).arg(&path));
    let public = fs::read_to_string(path.with_extension("pub")).expect("a public key");
    let public = public.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    (fs::read_to_string(path).expect("a private key"), public)
}

#[test]
fn it_installs_and_does_nothing_else_unless_asked() {
    needs!("python3", "bash");
    let job = Job::new();
    job.done(&[]);
    assert!(job.output("version").starts_with(concat!("rkeygen ", env!("CARGO_PKG_VERSION"))));
    let path = job.machine.read("path");
    assert!(Path::new(path.trim()).join("rkeygen").exists(), "{path}");
    assert!(!job.machine.read("output").contains("fingerprint"));
    assert!(fs::read_dir(job.machine.path("home")).expect("a directory").next().is_none());
}

#[test]
fn it_installs_only_what_has_the_trusted_checksum() {
    needs!("python3", "bash");
    let sums = fs::read_to_string(release().join("SHA256SUMS")).expect("sums");
    Job::new().done(&[("CHECKSUMS", &sums)]);
    let job = Job::new();
    let digit = if sums.starts_with('0') { "1" } else { "0" };
    job.refused(&[("CHECKSUMS", &format!("{digit}{}", &sums[1..]))], "rkeygen was not installed");
    job.refused(&[("VERSION", "0.0.9")], "rkeygen was not installed");
    job.refused(&[("FROM", "/nonexistent")], "rkeygen was not installed");
    assert_eq!(job.machine.files().len(), 0);
}

#[test]
fn it_generates_a_key_and_keeps_it() {
    needs!("python3", "bash", "ssh-keygen");
    let job = Job::new();
    job.done(&[("KEY", "generate")]);
    let key = job.key();
    assert_eq!(mode(&key), 0o600);
    let public = public_by_ssh_keygen(&key, "");
    assert_eq!(job.output("public-key"), format!("{public} me/project"));
    let shown = succeed(Command::new(oracle::path("ssh-keygen")).arg("-lf").arg(&key));
    assert_eq!(shown.split(' ').nth(1), Some(job.output("fingerprint").as_str()));

    job.done(&[("KEY", "generate")]);
    assert_eq!(public_by_ssh_keygen(&key, ""), public, "the same key");
    job.refused(&[("KEY", "generate"), ("TYPE", "ecdsa")], "the key was not generated");
    assert_eq!(public_by_ssh_keygen(&key, ""), public, "still the same key");
    job.done(&[("KEY", "generate"), ("TYPE", "ecdsa"), ("IF_EXISTS", "replace")]);
    assert!(job.output("public-key").starts_with("ecdsa-sha2-nistp256 "));

    let inputs = [
        ("KEY", "generate"),
        ("PATH", "keys/other"),
        ("COMMENT", "-x; $(touch pwned) `touch pwned`"),
        ("PASSPHRASE", "$(touch pwned)"),
    ];
    job.done(&inputs);
    assert_eq!(job.key(), job.machine.path("home/keys/other"));
    assert!(job.output("public-key").ends_with(" -x; $(touch pwned) `touch pwned`"));
    public_by_ssh_keygen(&job.key(), "$(touch pwned)");
    assert!(!job.machine.path("home/pwned").exists());
    assert_eq!(job.machine.read("home/keys/other.pub"), job.output("public-key") + "\n");
}

#[test]
fn wrong_inputs_are_named() {
    let job = Job::new();
    job.refused(&[("KEY", "make")], "key is none of");
    job.refused(&[("IF_EXISTS", "keep")], "if-exists is neither");
    job.refused(&[("PRIVATE_KEY", "x")], "without key: load");
    job.refused(&[("PASSPHRASE", "x")], "without key: load");
    assert_eq!(job.machine.files().len(), 0);
    needs!("python3", "bash");
    job.refused(&[("KEY", "generate"), ("PRIVATE_KEY", "x")], "only for key: load");
    job.refused(&[("KEY", "load")], "private-key is empty");
    job.refused(&[("KEY", "generate"), ("TYPE", "frob")], "the key was not generated");
}
