//! `/dev/tty`, with the echo restored whatever ends the prompt.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use nix::sys::signal::{SigSet, Signal, kill, raise};
use nix::sys::termios::{InputFlags, LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};
use nix::unistd::getpid;
use zeroize::Zeroizing;

use super::{Error, Passphrase, Question};
use crate::host::process::EndingSignals;

const PATH: &str = "/dev/tty";
/// Terminals hand over no longer line, in bytes.
const LONGEST_LINE: usize = 4096;

pub(super) fn exists() -> bool {
    open().is_some()
}

pub(super) fn open() -> Option<File> {
    File::options().read(true).write(true).open(PATH).ok()
}

/// Where something is shown to the user alone.
pub(super) fn open_to_show() -> Option<File> {
    open()
}

pub(super) fn ask_secret(question: &Question) -> Result<Passphrase, Error> {
    let ended = || Error::EndOfInput(question.clone());
    let prompt = question.prompt();
    let tty = open().ok_or_else(|| Error::NoTerminal(question.clone()))?;
    let before = tcgetattr(&tty).map_err(|error| Error::Input(error.into()))?;
    let held = EndingSignals::hold();
    let guard = Guard::start(tty.try_clone().map_err(Error::Input)?, before.clone(), prompt.clone());
    let typed = read_silently(&tty, &before, &prompt);
    let _ = tcsetattr(&tty, SetArg::TCSANOW, &before);
    guard.end();
    drop(held);
    typed.map_err(Error::Input)?.ok_or_else(ended)
}

/// Reads a line as the terminal edits it, so that its keys mean what they mean in ssh: Ctrl-C and
/// Ctrl-Z are signals, a tab belongs to the passphrase. `None` at the end of the input.
fn read_silently(mut tty: &File, before: &Termios, prompt: &[u8]) -> io::Result<Option<Passphrase>> {
    let mut silent = before.clone();
    silent.local_flags.remove(LocalFlags::ECHO | LocalFlags::ECHONL);
    silent.local_flags.insert(LocalFlags::ICANON | LocalFlags::ISIG);
    silent.input_flags.insert(InputFlags::ICRNL);
    // What was typed before the question was shown, and by others be read, is no answer to it.
    tcsetattr(tty, SetArg::TCSAFLUSH, &silent)?;
    tty.write_all(prompt)?;
    let mut typed = Zeroizing::new(Vec::with_capacity(LONGEST_LINE));
    let mut chunk = Zeroizing::new([0; LONGEST_LINE]);
    while typed.last() != Some(&b'\n') {
        match tty.read(&mut *chunk) {
            Ok(0) => return tty.write_all(b"\n").map(|()| None),
            Ok(count) => typed.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    typed.pop();
    tty.write_all(b"\n")?;
    Passphrase::given(typed.to_vec()).map(Some).map_err(io::Error::other)
}

/// A thread that takes the signals held back during a prompt: it restores the terminal before
/// they end or stop the process, and silences it again when the process goes on.
struct Guard {
    thread: thread::JoinHandle<()>,
    ended: Arc<AtomicBool>,
}

impl Guard {
    fn start(tty: File, before: Termios, prompt: Vec<u8>) -> Self {
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
                    deliver(signal, &tty, &before, &prompt);
                }
            }
        });
        Self { thread, ended }
    }

    fn end(self) {
        self.ended.store(true, Ordering::SeqCst);
        let _ = kill(getpid(), Signal::SIGCONT);
        let _ = self.thread.join();
        let _ = SigSet::from(Signal::SIGCONT).thread_unblock();
    }
}

fn deliver(signal: Signal, tty: &File, before: &Termios, prompt: &[u8]) {
    let silent = tcgetattr(tty);
    let _ = tcsetattr(tty, SetArg::TCSANOW, before);
    let _ = (&mut &*tty).write_all(b"\n");
    let alone = SigSet::from(signal);
    let _ = alone.thread_unblock();
    let _ = raise(signal);
    // Still here: the signal is ignored, or it stopped the process and SIGCONT woke it up.
    let _ = alone.thread_block();
    if let Ok(silent) = silent {
        let _ = tcsetattr(tty, SetArg::TCSANOW, &silent);
        let _ = (&mut &*tty).write_all(prompt);
    }
}
