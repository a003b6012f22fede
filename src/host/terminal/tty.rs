//! `/dev/tty`, with the echo restored whatever ends the prompt.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use nix::sys::signal::{SigSet, Signal, kill, raise};
use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};
use nix::unistd::getpid;

use super::{Error, Passphrase, shown};
use crate::host::process::EndingSignals;

const PATH: &str = "/dev/tty";

pub(super) fn exists() -> bool {
    open().is_some()
}

fn open() -> Option<File> {
    File::options().read(true).write(true).open(PATH).ok()
}

pub(super) fn ask_secret(question: &str) -> Result<Passphrase, Error> {
    let ended = || Error::EndOfInput(shown(question.as_bytes()));
    let tty = open().ok_or_else(ended)?;
    let before = tcgetattr(&tty).map_err(|error| Error::Input(error.into()))?;
    let held = EndingSignals::hold();
    let guard = Guard::start(tty, before, question.to_owned());
    let typed = rpassword::prompt_password(question);
    let tty = guard.end();
    // A Ctrl-C that rpassword read ends the process here.
    drop(held);
    let typed = typed.map_err(|error| match error.kind() {
        ErrorKind::Interrupted | ErrorKind::UnexpectedEof => ended(),
        _ => Error::Input(error),
    })?;
    let typed = Passphrase::new(typed.into_bytes());
    // rpassword takes a terminal that hung up for ENTER ...
    if typed.is_empty() && tty.is_none_or(|tty| tcgetattr(&tty).is_err()) {
        return Err(ended());
    }
    // ... and bytes that are not UTF-8 for U+FFFD.
    let replaced = typed.expose().windows(3).any(|bytes| bytes == "\u{fffd}".as_bytes());
    if replaced { Err(Error::NotUtf8) } else { Ok(typed) }
}

/// A thread that takes the signals held back during a prompt: it restores the terminal before
/// they end or stop the process, and silences it again when the process goes on.
struct Guard {
    thread: thread::JoinHandle<File>,
    ended: Arc<AtomicBool>,
}

impl Guard {
    fn start(tty: File, before: Termios, question: String) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ended);
        // SIGCONT wakes the thread at the end of the prompt; it changes nothing else.
        let mut awaited: SigSet = EndingSignals::ALL.into_iter().collect();
        awaited.add(Signal::SIGCONT);
        let _ = SigSet::from(Signal::SIGCONT).thread_block();
        let thread = thread::spawn(move || {
            while let Ok(signal) = awaited.wait() {
                if seen.load(Ordering::SeqCst) {
                    break;
                }
                if signal != Signal::SIGCONT {
                    deliver(signal, &tty, &before, &question);
                }
            }
            tty
        });
        Self { thread, ended }
    }

    fn end(self) -> Option<File> {
        self.ended.store(true, Ordering::SeqCst);
        let _ = kill(getpid(), Signal::SIGCONT);
        let tty = self.thread.join().ok();
        let _ = SigSet::from(Signal::SIGCONT).thread_unblock();
        tty
    }
}

fn deliver(signal: Signal, tty: &File, before: &Termios, question: &str) {
    let silent = tcgetattr(tty);
    let _ = tcsetattr(tty, SetArg::TCSANOW, before);
    let alone = SigSet::from(signal);
    let _ = alone.thread_unblock();
    let _ = raise(signal);
    // Still here: the signal is ignored, or it stopped the process and SIGCONT woke it up.
    let _ = alone.thread_block();
    if let Ok(silent) = silent {
        let _ = tcsetattr(tty, SetArg::TCSANOW, &silent);
        let _ = (&mut &*tty).write_all(question.as_bytes());
    }
}
