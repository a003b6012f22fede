//! What only Windows does: its paths, home directories, line endings and shells.
#![cfg(windows)]

#[path = "../support/run.rs"]
mod support;

use std::fs;
use std::os::windows::process::CommandExt;
use std::process::Command;

use support::Test;

#[test]
fn a_key_is_made_and_read_again() {
    let done = Test::new("-q -t ed25519 -C me -f key --no-passphrase").run();
    let (private, public) = (done.read("key"), done.read("key.pub"));
    assert!(private.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n") && !private.contains('\r'));
    Test::new("-y -f key").file("key", &private).stdout(&public).run();
    Test::new("-y -f key").file("key", private.replace('\n', "\r\n")).stdout(&public).run();
    let done =
        Test::new("doctor key").file("key", &private).stdout_has(&["private key, OpenSSH format"]).run();
    assert!(!done.stdout().contains("PROBLEM"), "{}", done.stdout());
}

#[test]
fn paths_have_backslashes_drives_and_letters_of_all_kinds() {
    let directory = tempfile::tempdir().expect("a directory");
    for name in ["with space", "\u{43a}\u{43b}\u{44e}\u{447}", "caf\u{e9}"] {
        let inner = directory.path().join(name);
        fs::create_dir(&inner).expect("a directory");
        let path = inner.join("key");
        assert!(path.to_string_lossy().contains('\\') && path.to_string_lossy().contains(':'));
        Test::new("-q -t ed25519 -N").arg("").arg("-f").arg(&path).run();
        assert!(path.with_extension("pub").exists(), "{name}");
        Test::new("-l -f").arg(&path).stdout_has(&["(ED25519)"]).run();
    }
}

#[test]
fn the_home_directory_is_that_of_the_user_profile() {
    let home = tempfile::Builder::new().prefix("\u{dc}ser name ").tempdir().expect("a directory");
    Test::new("-t ed25519 --no-passphrase")
        .env("USERPROFILE", home.path())
        .input("\r\n")
        .stdout_has(&["id_ed25519", "Your public key has been saved"])
        .stderr_has(&[])
        .run();
    assert!(home.path().join(".ssh").join("id_ed25519.pub").exists());
}

#[test]
fn answers_end_in_a_carriage_return_too() {
    let done =
        Test::new("-q -t ed25519 -a 1 -f key --new-passphrase-from stdin").input("secret one\r\n").run();
    Test::new("-y -f key --passphrase-from stdin")
        .file("key", done.read("key"))
        .input("secret one\n")
        .stdout(&done.read("key.pub"))
        .run();
}

#[test]
fn two_quotation_marks_are_no_passphrase() {
    for quotes in ["\"\"", "''"] {
        let done = Test::new("-q -t ed25519 -f key -N")
            .arg(quotes)
            .status(255)
            .stderr_has(&["quotation marks", "--no-passphrase"])
            .run();
        assert!(done.names().is_empty());
    }
}

#[test]
fn cmd_passes_an_empty_passphrase_on() {
    let directory = tempfile::tempdir().expect("a directory");
    let program = support::program();
    // cmd takes the outermost marks away, and the program's own reading the others.
    let line = format!(r#"/c ""{program}" -q -t ed25519 -f "a key" -N """"#);
    let status = Command::new("cmd").raw_arg(line).current_dir(directory.path()).status().expect("cmd");
    assert!(status.success());
    Test::new("-y -f").arg(directory.path().join("a key")).stdout_has(&["ssh-ed25519 "]).run();
}

#[test]
fn an_empty_passphrase_that_the_shell_left_out_is_told() {
    let done = Test::new("-q -t ed25519 -f key -N").status(1).stderr_has(&["-- N", "--no-passphrase"]).run();
    assert!(done.names().is_empty());
}

#[test]
fn an_agent_that_is_not_there_is_told() {
    Test::new("-Y sign -U -n file -f key.pub message")
        .file("message", "text")
        .file(
            "key.pub",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me\n",
        )
        .env("SSH_AUTH_SOCK", r"\\.\pipe\rkeygen-test-nobody")
        .status(255)
        .stderr_has(&["agent"])
        .run();
}
