//! Where the key goes.

use std::process::Command;

use crate::passphrase::AGAIN;
use crate::support::missing::needs;
use crate::support::peer;
use crate::talk::{Setting, Talk};

const QUESTION: &str = "Enter file in which to save the key (";

fn asked() -> Talk {
    Setting::new("-q -a 2 -C me --no-passphrase").start().expect(QUESTION).expect("): ")
}

#[test]
fn the_default_is_in_the_home_directory_of_the_user_database() {
    needs!("getent");
    let user = String::from_utf8(peer(Command::new("id").arg("-u")).stdout).expect("text");
    let entry = String::from_utf8(peer(Command::new("getent").args(["passwd", user.trim()])).stdout);
    let entry = entry.expect("text");
    let home = entry.split(':').nth(5).expect("a home directory");
    for (arguments, name) in [("", "id_ed25519"), ("-t rsa", "id_rsa"), ("-t ecdsa", "id_ecdsa")] {
        let talk = Setting::new(arguments).env("HOME", "/nowhere").start();
        let talk = talk.expect("Generating public/private ").expect(" key pair.\n");
        talk.expect(&format!("{QUESTION}{home}/.ssh/{name}): ")).control('c').end().status(130).left(&[]);
    }
}

#[test]
fn the_typed_name_is_taken() {
    needs!("ssh-keygen");
    asked().answer("key").end().status(0).left(&["key", "key.pub"]).opens_with("");
    asked().answer("two words é").end().status(0).left(&["two words é", "two words é.pub"]);
}

#[test]
fn the_passphrase_is_asked_for_afterwards() {
    needs!("ssh-keygen");
    let talk = Setting::new("-q -a 2 -C me").start().expect("): ").answer("key");
    let talk = talk.expect(crate::passphrase::FIRST).answer("horse").expect(AGAIN).answer("horse");
    talk.end().status(0).left(&["key", "key.pub"]).opens_with("horse");
}

#[test]
fn a_missing_directory_is_told_before_the_passphrase() {
    let ended = Setting::new("-q -a 2").start().expect("): ").answer("missing/key").end().left(&[]);
    assert_eq!(ended.status, 1, "{}", ended.shown);
    assert!(!ended.shown.contains("Enter passphrase"), "{}", ended.shown);
    assert!(ended.shown.contains("mkdir -p"), "{}", ended.shown);
}

#[test]
fn the_end_of_the_input_is_a_refusal() {
    let ended = asked().control('d').end().status(1).left(&[]);
    assert!(ended.shown.contains("hint:"), "{}", ended.shown);
    assert!(ended.shown.contains("\nend of input at prompt: "), "{}", ended.shown);
}

#[test]
fn ctrl_c_ends_without_files() {
    asked().control('c').end().status(130).left(&[]);
    asked().keys("half a na").control('c').end().status(130).left(&[]);
}

#[test]
fn no_input_asks_nothing() {
    let ended = Setting::new("--no-input --no-passphrase").start().end().status(1).left(&[]);
    assert!(ended.shown.contains("--no-input forbids this prompt"), "{}", ended.shown);
    assert!(ended.shown.contains("-f"), "{}", ended.shown);
}
