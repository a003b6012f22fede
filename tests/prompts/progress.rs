//! What only a terminal is shown: the progress of a long search, and nothing of it elsewhere.

use crate::support::missing::needs;
use crate::talk::Setting;

const SEARCH: &str = "Searching for the primes of 4096 bits";
const ARGUMENTS: &str = "-t rsa -b 4096 -C me --no-passphrase -f key";

#[test]
fn a_long_search_shows_that_it_works_and_leaves_no_trace() {
    needs!("ssh-keygen");
    let ended = Setting::new(ARGUMENTS).start().expect(SEARCH).end().status(0);
    let (_, after) = ended.shown.rsplit_once(SEARCH).expect("the line");
    // The line is cleared before the result is shown.
    assert!(after.contains("\u{1b}[2K"), "{after:?}");
    assert!(after.contains("Your identification has been saved in key\n"));
    ended.left(&["key", "key.pub"]).opens_with("");
}

#[test]
fn a_search_that_is_not_watched_is_silent() {
    let through =
        |redirection: &str| Setting::new(ARGUMENTS).through(&format!("\"$@\" {redirection}")).start();
    let ended = through("2>errors").end().status(0).left(&["errors", "key", "key.pub"]);
    assert_eq!(ended.read("errors"), "");
    assert!(!ended.shown.contains("Searching") && !ended.shown.contains('\u{1b}'), "{:?}", ended.shown);
    let ended = through(">output").end().status(0);
    assert!(!ended.read("output").contains("Searching") && !ended.read("output").contains('\u{1b}'));
    let ended = Setting::new(&format!("-q {ARGUMENTS}")).start().end().status(0);
    assert_eq!(ended.shown.trim(), "");
}

#[test]
fn a_plain_terminal_gets_no_escape_sequences() {
    let ended = Setting::new(ARGUMENTS).env("TERM", "dumb").start().end().status(0);
    assert!(!ended.shown.contains('\u{1b}'), "{:?}", ended.shown);
    let talk = Setting::new("-a 2 -f key").env("TERM", "dumb").start();
    let talk = talk.expect("no passphrase): ").answer("horse").expect("again: ").answer("horse");
    assert!(!talk.end().status(0).shown.contains('\u{1b}'));
}

#[test]
fn no_color_means_no_colour() {
    for arguments in
        [ARGUMENTS, "-t ed25519 --no-passphrase -f key", "-t ed25519 --no-passphrase -f missing/key"]
    {
        let ended = Setting::new(arguments).env("NO_COLOR", "1").start().end();
        // Moving the cursor is no colour: `ESC [ ... m` is.
        let colours = ended.shown.split("\u{1b}[").skip(1);
        let mut ends = colours.filter_map(|rest| rest.chars().find(char::is_ascii_alphabetic));
        assert!(ends.all(|letter| letter != 'm'), "{:?}", ended.shown);
    }
}
