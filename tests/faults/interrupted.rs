//! Ended from outside in the middle of the work.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::place::{NEW, PLAIN, Place};
use crate::support::missing::needs;

/// Runs it and ends it a moment later.
fn run_for(place: &Place, arguments: &str, time: Duration, signal: Signal) -> std::process::ExitStatus {
    let mut command = place.command(PLAIN, arguments);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    sleep(time);
    let pid = Pid::from_raw(child.id().try_into().expect("a process number"));
    // It may have ended before.
    let _ = kill(pid, signal);
    child.wait().expect("it ends")
}

#[test]
fn a_search_that_is_ended_leaves_nothing() {
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
        let place = Place::new();
        let mut command = place.command(PLAIN, "-f key -C me --no-passphrase -t rsa -b 16384");
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = child.expect("the program starts");
        // It says so before it searches.
        let mut line = String::new();
        let said = BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line);
        assert!(said.is_ok() && line.starts_with("Generating"), "{line}");
        kill(Pid::from_raw(child.id().try_into().expect("a process number")), signal).expect("it runs");
        let status = child.wait().expect("it ends");
        assert_eq!(status.signal().map(Signal::try_from), Some(Ok(signal)));
        assert!(place.names().is_empty());
    }
}

/// Ends eighty runs, each a little later, and checks the directory after each; the number ended in time.
fn end_at_any_moment(place: &Place, arguments: &str, check: impl Fn()) -> u32 {
    let mut ended = 0;
    for step in 0..80 {
        let time = Duration::from_micros(step * 200);
        let status = run_for(place, arguments, time, Signal::SIGTERM);
        ended += u32::from(status.signal().is_some());
        check();
    }
    ended
}

#[test]
fn at_any_moment_the_old_pair_or_the_new_one_is_there() {
    needs!("ssh-keygen");
    let place = Place::new();
    place.works(PLAIN, NEW);
    let arguments = format!("{NEW} --if-exists replace");
    let ended = end_at_any_moment(&place, &arguments, || place.holds_a_pair(""));
    assert!(ended > 0);
}

#[test]
fn at_any_moment_a_whole_pair_or_nothing_is_there() {
    let place = Place::new();
    let ended = end_at_any_moment(&place, NEW, || {
        if !place.names().is_empty() {
            place.holds_a_pair("");
            for name in ["key", "key.pub"] {
                std::fs::remove_file(place.path(name)).expect("a file");
            }
        }
    });
    assert!(ended > 0);
}
