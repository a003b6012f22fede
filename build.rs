//! Tells `--version` which commit a release is built from: that of `RKEYGEN_COMMIT`, of the packed crate, or of the checkout.
//!
//! A build from an archive without these knows none. Builds for development know none either: they would compile everything again
//! after each commit. Nothing else of the machine gets into the program, so that the same source gives the same program.
#![allow(clippy::print_stdout, reason = "this is how a build script answers cargo")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// How much of the commit is shown: the same everywhere, unlike git's own abbreviation.
const SHOWN: usize = 12;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RKEYGEN_COMMIT");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let commit = match env::var("RKEYGEN_COMMIT") {
        Ok(given) => given,
        Err(_) if env::var("PROFILE").is_ok_and(|profile| profile != "release") => String::new(),
        Err(_) => packed(&root).or_else(|| checked_out(&root)).unwrap_or_default(),
    };
    let is_commit =
        commit.len() >= SHOWN && commit.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    assert!(
        commit.is_empty() || is_commit,
        "RKEYGEN_COMMIT is not a commit of {SHOWN} or more digits: {commit}"
    );
    println!("cargo::rustc-env=RKEYGEN_COMMIT={}", &commit[..SHOWN.min(commit.len())]);
}

/// The commit that `cargo package` noted, unless there were changes on top of it.
fn packed(root: &Path) -> Option<String> {
    let note = root.join(".cargo_vcs_info.json");
    let text = fs::read_to_string(&note).ok()?;
    println!("cargo::rerun-if-changed={}", note.display());
    if text.contains("\"dirty\": true") {
        return None;
    }
    let (_, rest) = text.split_once("\"sha1\": \"")?;
    rest.split('"').next().map(str::to_owned)
}

/// The commit of the checkout, if this is the top of one and not a directory in another project's.
fn checked_out(root: &Path) -> Option<String> {
    if !root.join(".git").exists() {
        return None;
    }
    // The log of HEAD grows with each commit, checkout and pull.
    for name in ["HEAD", "logs/HEAD"] {
        let file = root.join(git(root, &["rev-parse", "--git-path", name])?);
        if file.exists() {
            println!("cargo::rerun-if-changed={}", file.display());
        }
    }
    git(root, &["rev-parse", "--verify", "HEAD"])
}

/// The line that git prints, if there is a git and it succeeds.
fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(arguments);
    // A hook of another repository sets these.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR"] {
        command.env_remove(name);
    }
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().map(|line| line.trim().to_owned())
}
