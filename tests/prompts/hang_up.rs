//! A terminal that goes away.

use std::fs::File;
use std::io::Read;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use nix::pty::openpty;

use crate::support::{names, rkeygen};
use crate::talk::without_ignored_signals;

#[test]
fn a_terminal_that_hangs_up_is_no_answer() {
    for question in ["no passphrase): ", "Overwrite (y/n)? ", "save the key ("] {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut program = rkeygen();
        program.args(["-C", "me"]);
        let mut before = Vec::new();
        match question {
            "save the key (" => &mut program,
            "Overwrite (y/n)? " => {
                std::fs::write(directory.path().join("key"), "old").expect("a file");
                before.push("key".to_owned());
                program.args(["-f", "key"])
            }
            _ => program.args(["-f", "key"]),
        };
        let pair = openpty(None, None).expect("a pseudo-terminal");
        let stdio = || Stdio::from(pair.slave.try_clone().expect("the terminal"));
        let mut command = without_ignored_signals("setsid");
        command.arg("--ctty").arg(program.get_program()).args(program.get_args());
        command.current_dir(directory.path()).stdin(stdio()).stdout(stdio()).stderr(stdio());
        // The descriptor of openpty is open in every program started; a copy is not.
        let mut master = File::from(pair.master.try_clone().expect("the terminal"));
        drop(pair.master);
        let mut child = command.spawn().expect("the program starts");
        drop((command, pair.slave));
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains(question) {
            let mut bytes = [0; 256];
            let count = master.read(&mut bytes).expect("the program asks");
            seen.extend_from_slice(&bytes[..count]);
        }
        drop(master);
        let start = Instant::now();
        let status = loop {
            match child.try_wait().expect("a status") {
                Some(status) => break status,
                None => thread::sleep(Duration::from_millis(10)),
            }
            if start.elapsed() > Duration::from_secs(20) {
                let _ = child.kill();
                panic!("{question}: still running");
            }
        };
        assert!(!status.success(), "{question}");
        assert_eq!(names(directory.path()), before, "{question}");
    }
}
