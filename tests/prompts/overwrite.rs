//! Whether a file that is there may go.

use crate::support::missing::needs;
use crate::talk::{Ended, Setting, Talk};

const QUESTION: &str = "key already exists.\nOverwrite (y/n)? ";

fn setting() -> Setting {
    Setting::new("-q -C me --no-passphrase -f key").file("key", "old").file("key.pub", "old public")
}

fn asked() -> Talk {
    setting().start().expect(QUESTION)
}

fn untouched(ended: Ended) {
    let ended = ended.left(&["key", "key.pub"]);
    assert_eq!((ended.read("key").as_str(), ended.read("key.pub").as_str()), ("old", "old public"));
}

#[test]
fn yes_replaces_both_halves() {
    needs!("ssh-keygen");
    for yes in ["y", "Y", "yes"] {
        asked().answer(yes).end().status(0).left(&["key", "key.pub"]).opens_with("");
    }
}

#[test]
fn anything_else_leaves_them() {
    for no in ["n", "", "no", "maybe y", " y"] {
        untouched(asked().answer(no).end().status(1));
    }
}

#[test]
fn the_end_of_the_input_leaves_them() {
    untouched(asked().control('d').end().status(1));
}

#[test]
fn ctrl_c_leaves_them() {
    untouched(asked().control('c').end().status(130));
}

#[test]
fn a_refusal_after_the_yes_leaves_them() {
    let setting = || Setting::new("-q -f key").file("key", "old").file("key.pub", "old public");
    let agreed = || setting().start().expect(QUESTION).answer("y").expect("no passphrase): ");
    untouched(agreed().control('c').end().status(130));
    untouched(agreed().control('d').end().status(1));
}

/// A passphrase for a file that is not written would be in vain.
#[test]
fn convert_asks_about_both_files_before_the_passphrase() {
    let convert = |options: &str| {
        let line = format!("convert old -o key --write-public {options}");
        let make = r#""$1" -q -t ecdsa --no-passphrase -f old && exec "$@""#;
        let setting = Setting::new(&line).through(make);
        setting.file("key", "old").file("key.pub", "old public").start()
    };
    let left = |ended: Ended| {
        let ended = ended.status(1).left(&["key", "key.pub", "old", "old.pub"]);
        assert_eq!((ended.read("key").as_str(), ended.read("key.pub").as_str()), ("old", "old public"));
        assert!(!ended.shown.contains("assphrase"), "{}", ended.shown);
    };
    for options in ["--fips", "--to openssh --generate-passphrase"] {
        left(convert(options).expect(QUESTION).answer("n").end());
        let public = "key.pub already exists.\nOverwrite (y/n)? ";
        left(convert(options).expect(QUESTION).answer("y").expect(public).answer("n").end());
    }
    let both = convert("--to openssh --generate-passphrase").expect(QUESTION).answer("y");
    let ended = both.expect("key.pub already exists.\nOverwrite (y/n)? ").answer("y").end().status(0);
    assert_eq!(ended.shown.matches("shown only here").count(), 1, "{}", ended.shown);
    assert_eq!(ended.read("key.pub"), ended.read("old.pub"));
}

#[test]
fn a_lone_public_key_is_kept_as_old() {
    let setting = Setting::new("-C me --no-passphrase -f key").file("key.pub", "theirs");
    let ended = setting.start().end().status(0).left(&["key", "key.pub", "key.pub.old"]);
    assert!(ended.shown.contains("The old key.pub is kept as key.pub.old"), "{}", ended.shown);
    assert_eq!(ended.read("key.pub.old"), "theirs");
}

#[test]
fn no_input_asks_nothing() {
    let setting = Setting::new("-q --no-input --no-passphrase -f key");
    let ended = setting.file("key", "old").start().end().status(1).left(&["key"]);
    assert_eq!(ended.read("key"), "old");
    assert!(ended.shown.contains("--if-exists"), "{}", ended.shown);
}
