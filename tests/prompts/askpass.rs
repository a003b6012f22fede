//! A program of the user's that asks for the passphrase.

use crate::passphrase::{AGAIN, FIRST};
use crate::support::missing::needs;
use crate::talk::Setting;

/// Askpass writes down what it was asked, and answers.
const ANSWERS: &str = "printf '%s\\n' \"$1\" >>questions\necho horse";

fn setting(script: &str, require: &str) -> Setting {
    let setting = Setting::new("-q -a 2 -C me -f key").script("ask", script);
    let program = setting.path("ask").to_string_lossy().into_owned();
    setting.env("SSH_ASKPASS", &program).env("SSH_ASKPASS_REQUIRE", require)
}

#[test]
fn force_asks_there_even_at_a_terminal() {
    needs!("ssh-keygen");
    let ended = setting(ANSWERS, "force").start().end().status(0).opens_with("horse");
    assert_eq!(ended.read("questions"), format!("{FIRST}\n{AGAIN}\n"));
    assert!(!ended.shown.contains("Enter"), "{}", ended.shown);
    ended.left(&["ask", "key", "key.pub", "questions"]);
}

#[test]
fn prefer_asks_there_when_there_is_a_display() {
    needs!("ssh-keygen");
    let ended = setting(ANSWERS, "prefer").env("DISPLAY", ":9").start().end().status(0);
    ended.left(&["ask", "key", "key.pub", "questions"]).opens_with("horse");
    let talk = setting(ANSWERS, "prefer").start().expect(FIRST).answer("cow").expect(AGAIN).answer("cow");
    talk.end().status(0).left(&["ask", "key", "key.pub"]).opens_with("cow");
}

#[test]
fn never_asks_at_the_terminal() {
    needs!("ssh-keygen");
    let talk = setting(ANSWERS, "never").env("DISPLAY", ":9").start();
    let talk = talk.expect(FIRST).answer("cow").expect(AGAIN).answer("cow");
    talk.end().status(0).left(&["ask", "key", "key.pub"]).opens_with("cow");
}

#[test]
fn by_default_a_terminal_comes_first() {
    needs!("ssh-keygen");
    let talk = setting(ANSWERS, "").env("DISPLAY", ":9").start();
    let talk = talk.expect(FIRST).answer("cow").expect(AGAIN).answer("cow");
    talk.end().status(0).opens_with("cow");
    let setting = setting(ANSWERS, "").env("DISPLAY", ":9");
    let talk = setting.through("setsid --wait \"$@\" </dev/null").start();
    talk.end().status(0).opens_with("horse");
}

#[test]
fn a_mismatch_asks_again() {
    needs!("ssh-keygen");
    let script =
        "echo >>count\ncase $(wc -l <count) in 1) echo one ;; 2) echo other ;; *) echo horse ;; esac";
    let ended = setting(script, "force").start().end().status(0).opens_with("horse");
    assert!(ended.shown.contains("Passphrases do not match.  Try again.\n"), "{}", ended.shown);
}

#[test]
fn two_empty_lines_are_no_passphrase() {
    needs!("ssh-keygen");
    setting("echo", "force").start().end().status(0).opens_with("");
}

#[test]
fn an_askpass_without_an_answer_is_a_refusal() {
    for script in ["exit 1", "echo horse\nexit 1", "exit 0", "kill -9 $$", "printf ''"] {
        let ended = setting(script, "force").start().end().status(1).left(&["ask"]);
        assert!(ended.shown.contains("the askpass program gave no passphrase"), "{}", ended.shown);
        assert!(ended.shown.contains("hint:"), "{}", ended.shown);
    }
    let second = "echo >>count\n[ $(wc -l <count) = 1 ] && echo horse";
    setting(second, "force").start().end().status(1).left(&["ask", "count"]);
}

#[test]
fn a_missing_askpass_is_a_refusal() {
    let setting =
        Setting::new("-q -f key").env("SSH_ASKPASS", "/nowhere/ask").env("SSH_ASKPASS_REQUIRE", "force");
    let ended = setting.start().end().status(1).left(&[]);
    assert!(ended.shown.contains("/nowhere/ask"), "{}", ended.shown);
}

#[test]
fn other_questions_stay_at_the_terminal() {
    needs!("ssh-keygen");
    let talk = setting(ANSWERS, "force").file("key", "old").start().expect("Overwrite (y/n)? ").answer("y");
    talk.end().status(0).opens_with("horse");
}
