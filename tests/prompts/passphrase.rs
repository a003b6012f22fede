//! The passphrase, asked for twice and not shown.

use crate::support::missing::needs;
use crate::talk::{Setting, Talk};

pub(crate) const FIRST: &str = "Enter passphrase for \"key\" (empty for no passphrase): ";
pub(crate) const AGAIN: &str = "Enter same passphrase again: ";

/// The program at its first question about the passphrase.
pub(crate) fn asked() -> Talk {
    Setting::new("-a 2 -f key -C me").start().expect(FIRST)
}

#[test]
fn twice_the_same_is_taken_and_never_shown() {
    needs!("ssh-keygen");
    let ended = asked().answer("correct horse").expect(AGAIN).answer("correct horse").end().status(0);
    assert!(!ended.shown.contains("horse"), "{}", ended.shown);
    assert!(ended.shown.contains("Your identification has been saved in key\n"));
    ended.left(&["key", "key.pub"]).opens_with("correct horse");
}

#[test]
fn the_whole_text_is_ssh_keygens() {
    let ended = asked().answer("horse").expect(AGAIN).answer("horse").end().status(0);
    let expected = format!(
        "\nGenerating public/private ed25519 key pair.\n{FIRST}\n{AGAIN}\n\
         Your identification has been saved in key\nYour public key has been saved in key.pub\n\
         The key fingerprint is:\nSHA256:"
    );
    assert!(ended.shown.starts_with(&expected), "{:?}\n{expected:?}", ended.shown);
}

#[test]
fn a_mismatch_asks_again() {
    needs!("ssh-keygen");
    let talk = asked().answer("one").expect(AGAIN).answer("other");
    let talk = talk.expect("Passphrases do not match.  Try again.\n").expect(FIRST);
    let talk = talk.answer("").expect(AGAIN).answer("horse");
    let talk = talk.expect("Passphrases do not match.  Try again.\n").expect(FIRST);
    talk.answer("horse").expect(AGAIN).answer("horse").end().status(0).opens_with("horse");
}

#[test]
fn enter_twice_is_no_passphrase() {
    needs!("ssh-keygen");
    asked().answer("").expect(AGAIN).answer("").end().status(0).left(&["key", "key.pub"]).opens_with("");
}

#[test]
fn letters_of_every_script_and_corrections_are_read() {
    needs!("ssh-keygen");
    let talk = asked().answer("пароль 密碼 é").expect(AGAIN);
    talk.answer("пароль 密碼 é").end().status(0).opens_with("пароль 密碼 é");
    let talk = asked().answer("horsx\u{7f}e").expect(AGAIN).answer("horse");
    talk.end().status(0).opens_with("horse");
    // Control characters that edit nothing belong to the passphrase, as in ssh.
    let talk = asked().answer("a\tb\u{1b}[A").expect(AGAIN).answer("a\tb\u{1b}[A");
    talk.end().status(0).opens_with("a\tb\u{1b}[A");
    let talk = asked().answer("wrong\u{15}horse").expect(AGAIN).answer("horse");
    talk.end().status(0).opens_with("horse");
}

#[test]
fn the_end_of_the_input_is_a_refusal() {
    let first = asked().control('d').end().status(1).left(&[]);
    assert!(first.shown.contains("hint:"), "{}", first.shown);
    assert!(first.shown.contains("\nend of input at prompt: "), "{}", first.shown);
    asked().answer("horse").expect(AGAIN).control('d').end().status(1).left(&[]);
    asked().answer("").expect(AGAIN).control('d').end().status(1).left(&[]);
}

#[test]
fn ctrl_c_ends_with_echo_and_without_files() {
    let ended = asked().control('c').end().status(130).left(&[]);
    assert!(ended.shown.ends_with('\n'), "{:?}", ended.shown);
    asked().keys("hors").control('c').end().status(130).left(&[]);
    asked().answer("horse").expect(AGAIN).control('c').end().status(130).left(&[]);
    let talk = asked().answer("one").expect(AGAIN).answer("other").expect(FIRST);
    talk.control('c').end().status(130).left(&[]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_crash_would_leave_no_memory_behind() {
    let talk = asked();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", talk.pid())).expect("the limits");
    let cores = limits.lines().find(|line| line.starts_with("Max core file size")).expect("the line");
    assert_eq!(cores.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
    talk.control('c').end().status(130).left(&[]);
}

#[test]
fn the_fips_profile_refuses_a_short_answer() {
    let talk = Setting::new("--fips -t ecdsa -f key").start();
    let talk = talk.expect("Enter new passphrase (8 bytes or more): ").answer("short12");
    let ended = talk.expect(AGAIN).answer("short12").end().left(&[]);
    assert_ne!(ended.status, 0);
    assert!(ended.shown.contains("at least 8 bytes"), "{}", ended.shown);
}

#[test]
fn another_passphrase_in_the_fips_profile_is_asked_for_without_an_empty_one() {
    let key = include_str!("../vectors/pkcs8-rsa.key");
    let talk = Setting::new("-p --fips -f key").through(r#"chmod 600 key; "$@""#).file("key", key).start();
    let talk = talk.expect("Enter new passphrase (8 bytes or more): ").answer("short12");
    let ended = talk.expect(AGAIN).answer("short12").end();
    assert_ne!(ended.status, 0);
    assert!(!ended.shown.contains("empty for no passphrase"), "{}", ended.shown);
}

#[test]
fn the_terminal_answers_although_standard_input_is_something_else() {
    needs!("ssh-keygen");
    let talk = Setting::new("-q -a 2 -f key -C me").through(r#"echo y | "$@""#).file("key", "old").start();
    let talk = talk.expect("Overwrite (y/n)? ").expect(FIRST).answer("horse").expect(AGAIN);
    talk.answer("horse").end().status(0).opens_with("horse");
}

#[test]
fn without_a_terminal_the_answers_come_from_standard_input() {
    needs!("ssh-keygen");
    let lines = r#"printf 'horse\nhorse\n' | setsid --wait "$@""#;
    let talk = Setting::new("-q -a 2 -f key -C me").through(lines).start();
    talk.end().status(0).left(&["key", "key.pub"]).opens_with("horse");
    let lines = r#"printf 'horse\r\nhorse\r\n' | setsid --wait "$@""#;
    Setting::new("-q -a 2 -f key -C me").through(lines).start().end().status(0).opens_with("horse");
    let lines = r#"printf 'horse\n' | setsid --wait "$@""#;
    Setting::new("-q -a 2 -f key -C me").through(lines).start().end().status(1).left(&[]);
}

#[test]
fn no_input_asks_nothing() {
    let ended = Setting::new("--no-input -f key").start().end().status(1).left(&[]);
    assert!(ended.shown.contains("--no-input forbids this prompt"), "{}", ended.shown);
    assert!(!ended.shown.contains(AGAIN));
}

#[test]
fn no_passphrase_and_sources_ask_nothing() {
    needs!("ssh-keygen");
    Setting::new("-q -C me -f key --no-passphrase").start().end().status(0).opens_with("");
    let setting = Setting::new("-q -a 2 -C me -f key --new-passphrase-from file:secret");
    setting.file("secret", "horse\n").start().end().status(0).opens_with("horse");
    let setting = Setting::new("-q -C me -f key --new-passphrase-from stdin");
    let ended = setting.start().end().left(&[]);
    assert_ne!(ended.status, 0);
    assert!(ended.shown.contains("would show the passphrase"), "{}", ended.shown);
}

#[test]
fn what_was_typed_before_the_question_is_no_answer() {
    needs!("ssh-keygen");
    let talk = Setting::new("-f key -C me -t rsa -b 2048").through("sleep 1; exec \"$@\"").start();
    talk.answer("typed too soon")
        .expect(FIRST)
        .answer("horse")
        .expect(AGAIN)
        .answer("horse")
        .end()
        .status(0)
        .opens_with("horse");
}

#[test]
fn a_generated_passphrase_is_shown_once_and_opens_the_key() {
    needs!("ssh-keygen");
    let words = |ended: &crate::talk::Ended| {
        let about = "Generated passphrase of 6 words (77 bits of entropy), shown only here:\n\n  ";
        let (before, after) = ended.shown.split_once(about).expect("the passphrase");
        let (words, after) = after.split_once("\n\n").expect("a line");
        assert!(
            words.split('-').count() >= 6 && !before.contains(words) && !after.contains(words),
            "{words}"
        );
        words.to_owned()
    };
    for options in ["", "-q ", "--no-input "] {
        let start = Setting::new(&format!("{options}-a 2 -f key -C me --generate-passphrase")).start();
        let ended = start.end().status(0).left(&["key", "key.pub"]);
        let passphrase = words(&ended);
        ended.opens_with(&passphrase);
    }
}
