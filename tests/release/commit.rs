//! Which commit `build.rs` gives to `--version`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::missing::needs;

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

/// The build script, compiled as cargo does.
fn build_script(directory: &Path) -> PathBuf {
    let program = directory.join("build-script");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("build.rs");
    let rustc = option_env!("RUSTC").unwrap_or("rustc");
    let status = Command::new(rustc).args(["--edition", "2024", "-o"]).arg(&program).arg(source).status();
    assert!(status.expect("rustc runs").success());
    program
}

/// What it says of a package in `root`: the commit, or nothing, or that it fails.
fn commit(script: &Path, root: &Path, variables: &[(&str, &str)]) -> Option<String> {
    let mut command = Command::new(script);
    command.env_remove("RKEYGEN_COMMIT").env("CARGO_MANIFEST_DIR", root).env("PROFILE", "release");
    let output = command.envs(variables.iter().copied()).output().expect("the build script runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let line = text.lines().find_map(|line| line.strip_prefix("cargo::rustc-env=RKEYGEN_COMMIT="));
    line.map(str::to_owned).filter(|_| output.status.success())
}

fn git(directory: &Path, arguments: &[&str]) -> String {
    let author = ["-c", "user.name=me", "-c", "user.email=me@host", "-c", "commit.gpgSign=false"];
    let output = Command::new("git").arg("-C").arg(directory).args(author).args(arguments).output();
    let output = output.expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

#[test]
fn a_release_has_the_commit_of_its_source_in_it() {
    needs!("rustc", "git");
    let directory = tempfile::tempdir().expect("a directory");
    let script = build_script(directory.path());
    let of = |root: &Path| commit(&script, root, &[]).expect("success");

    let archive = directory.path().join("archive");
    fs::create_dir(&archive).expect("a directory");
    assert_eq!(of(&archive), "", "no commit in a plain archive");

    // The crate as cargo packs it.
    let note = archive.join(".cargo_vcs_info.json");
    let text = |more: &str| {
        format!("{{\n  \"git\": {{\n    \"sha1\": \"{SHA}\"{more}\n  }},\n  \"path_in_vcs\": \"\"\n}}")
    };
    fs::write(&note, text("")).expect("a note");
    assert_eq!(of(&archive), SHA[..12]);
    fs::write(&note, text(",\n    \"dirty\": true")).expect("a note");
    assert_eq!(of(&archive), "", "none if there were changes on top of it");
    fs::write(&note, "{ damaged").expect("a note");
    assert_eq!(of(&archive), "");
    fs::remove_file(&note).expect("a note");

    // A checkout, and an archive unpacked in the checkout of something else.
    let checkout = directory.path().join("checkout");
    git(directory.path(), &["init", "-q", "checkout"]);
    assert_eq!(of(&checkout), "", "there is no commit yet");
    git(&checkout, &["commit", "-q", "--allow-empty", "-m", "first"]);
    let head = git(&checkout, &["rev-parse", "HEAD"]);
    assert_eq!(of(&checkout), head[..12]);
    let inside = checkout.join("vendor");
    fs::create_dir(&inside).expect("a directory");
    assert_eq!(of(&inside), "", "not the commit of another project");
    let hook = [("GIT_DIR", checkout.join(".git").display().to_string())];
    let hook = [(hook[0].0, hook[0].1.as_str())];
    assert_eq!(commit(&script, &archive, &hook).as_deref(), Some(""));

    // A worktree, whose .git is a file.
    git(&checkout, &["worktree", "add", "-q", "--detach", "../worktree"]);
    assert_eq!(of(&directory.path().join("worktree")), head[..12]);
}

#[test]
fn who_builds_can_give_the_commit_or_none() {
    needs!("rustc");
    let directory = tempfile::tempdir().expect("a directory");
    let script = build_script(directory.path());
    let given = |value: &str| commit(&script, directory.path(), &[("RKEYGEN_COMMIT", value)]);
    assert_eq!(given(SHA).as_deref(), Some(&SHA[..12]));
    assert_eq!(given("").as_deref(), Some(""));
    for wrong in ["HEAD", "0123456", "0123456789abcdeg", "0123456789ab\n"] {
        assert_eq!(given(wrong), None, "{wrong}");
    }
    let debug = commit(&script, Path::new(env!("CARGO_MANIFEST_DIR")), &[("PROFILE", "debug")]);
    assert_eq!(debug.as_deref(), Some(""), "a build for development does not depend on commits");
}
