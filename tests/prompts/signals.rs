//! Signals while a question waits for its answer.

use crate::support::missing::needs;
use nix::sys::signal::Signal;

use crate::passphrase::{AGAIN, FIRST, asked};

#[test]
fn every_ending_signal_restores_the_echo_and_leaves_nothing() {
    for (signal, status) in
        [(Signal::SIGTERM, 143), (Signal::SIGINT, 130), (Signal::SIGHUP, 129), (Signal::SIGQUIT, 131)]
    {
        asked().signal(signal).end().status(status).left(&[]);
        asked().answer("horse").expect(AGAIN).signal(signal).end().status(status).left(&[]);
    }
}

#[test]
fn a_stop_restores_the_echo_and_the_question_comes_again() {
    needs!("ssh-keygen");
    let talk = asked().signal(Signal::SIGTSTP).stopped().expect(FIRST).answer("horse");
    let talk = talk.expect(AGAIN).signal(Signal::SIGTSTP).stopped().expect(AGAIN).answer("horse");
    let ended = talk.end().status(0).left(&["key", "key.pub"]);
    assert!(!ended.shown.contains("horse"), "shown: {}", ended.shown);
    ended.opens_with("horse");
}

#[test]
fn ctrl_z_stops() {
    needs!("ssh-keygen");
    let ended =
        asked().control('z').stopped().expect(FIRST).answer("horse").expect(AGAIN).answer("horse").end();
    ended.status(0).left(&["key", "key.pub"]).opens_with("horse");
}

#[test]
fn ctrl_backslash_quits() {
    asked().control('\\').end().status(131).left(&[]);
}
