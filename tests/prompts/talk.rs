//! A conversation with the program, which runs under a shell with job control in a new directory.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};

use crate::support::oracle::ssh_keygen;
use crate::support::{forget_surroundings, names, peer, rkeygen};

/// What waits no longer than this is broken.
const PATIENCE: Duration = Duration::from_secs(30);

/// The shell starts with echo on, tells the program's process number, its exit status, and how the
/// terminal is left. A stopped program is put to the foreground again on a line of input.
const SHELL: &str = r#"
stty sane
set -m
trap : INT
sh -c 'echo "pid=$$;"; exec "$@"' sh "$@"
status=$?
while [ $status -gt 128 ] && [ "$(kill -l $status)" = TSTP ]; do
    echo "stopped;"
    stty -a
    echo "waiting;"
    read -r _
    fg >/dev/null
    status=$?
done
echo "status=$status;"
stty -a
echo "end;"
"#;

/// How to start the program.
#[must_use = "nothing runs until `.start()`"]
pub(crate) struct Setting {
    directory: tempfile::TempDir,
    command: Command,
}

/// The running conversation.
pub(crate) struct Talk {
    directory: tempfile::TempDir,
    terminal: PtySession,
    program: Pid,
    seen: String,
}

/// How it ended.
pub(crate) struct Ended {
    directory: tempfile::TempDir,
    /// All that was shown, `\r\n` made `\n`.
    pub(crate) shown: String,
    pub(crate) status: i32,
}

/// A program. Whoever runs the tests in the background or under nohup ignores signals, and so would it.
pub(crate) fn without_ignored_signals(program: &str) -> Command {
    let mut command = Command::new(if cfg!(target_os = "linux") { "env" } else { program });
    if cfg!(target_os = "linux") {
        command.args(["--default-signal=HUP,INT,QUIT,TERM", program]);
    }
    command
}

/// A shell on `SHELL`, where the program and its arguments follow.
fn shell() -> Command {
    let mut command = without_ignored_signals("sh");
    command.args(["-c", SHELL, "sh"]);
    command
}

impl Setting {
    /// Arguments are split at spaces.
    pub(crate) fn new(arguments: &str) -> Self {
        let program = rkeygen();
        let mut command = shell();
        command.arg(program.get_program()).args(program.get_args());
        command.args(arguments.split_whitespace());
        forget_surroundings(&mut command);
        command.env("TERM", "xterm-256color");
        Self { directory: tempfile::tempdir().expect("a temporary directory"), command }
    }

    /// Runs shell text in place of the program: `"$@"` is the program with its arguments.
    pub(crate) fn through(mut self, text: &str) -> Self {
        let before = shell().get_args().count();
        let words: Vec<_> = self.command.get_args().skip(before).map(ToOwned::to_owned).collect();
        let mut command = shell();
        command.args(["sh", "-c", text, "sh"]).args(words);
        for (name, value) in self.command.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        self.command = command;
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn file(self, name: &str, bytes: &str) -> Self {
        fs::write(self.directory.path().join(name), bytes).expect("a file of the test");
        self
    }

    /// A shell script that may be run.
    pub(crate) fn script(self, name: &str, text: &str) -> Self {
        let path = self.directory.path().join(name);
        let setting = self.file(name, &format!("#!/bin/sh\n{text}\n"));
        fs::set_permissions(path, PermissionsExt::from_mode(0o700)).expect("a mode");
        setting
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn start(mut self) -> Talk {
        self.command.current_dir(self.directory.path());
        let options = Options::new().timeout_ms(Some(PATIENCE.as_millis().try_into().expect("a short time")));
        let terminal = spawn_with_options(self.command, options).expect("a pseudo-terminal");
        let mut talk =
            Talk { directory: self.directory, terminal, program: Pid::from_raw(0), seen: String::new() };
        talk.until("pid=");
        let number = talk.until(";").parse().expect("a process number");
        talk.program = Pid::from_raw(number);
        talk.seen.clear();
        talk
    }
}

impl Talk {
    fn until(&mut self, text: &str) -> String {
        let before = self.terminal.exp_string(text);
        let before =
            before.unwrap_or_else(|error| panic!("{text:?} did not come: {error}\nafter {}", self.seen));
        self.seen += &before;
        self.seen += text;
        before
    }

    /// Waits until the program shows `text`.
    pub(crate) fn expect(mut self, text: &str) -> Self {
        self.until(&text.replace('\n', "\r\n"));
        self
    }

    /// Types a line and ENTER.
    pub(crate) fn answer(mut self, line: &str) -> Self {
        self.terminal.send_line(line).expect("typing");
        self
    }

    /// Types without ENTER.
    pub(crate) fn keys(mut self, text: &str) -> Self {
        self.terminal.send(text).expect("typing");
        self.terminal.flush().expect("typing");
        self
    }

    /// Types a control character.
    pub(crate) fn control(mut self, letter: char) -> Self {
        self.terminal.send_control(letter).expect("typing");
        self
    }

    pub(crate) fn signal(self, signal: Signal) -> Self {
        kill(self.program, signal).expect("the program runs");
        self
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn pid(&self) -> Pid {
        self.program
    }

    /// Waits until the program has stopped, checks the terminal, and lets the program go on.
    pub(crate) fn stopped(mut self) -> Self {
        self.until("stopped;");
        let terminal = self.until("waiting;");
        assert_sane(&terminal);
        self.answer("")
    }

    /// Waits for the end, and checks that the terminal echoes again.
    pub(crate) fn end(mut self) -> Ended {
        let shown = {
            self.until("status=");
            let end = self.seen.len() - "status=".len();
            self.seen[..end].replace("\r\n", "\n")
        };
        let status = self.until(";").parse().expect("a status");
        let terminal = self.until("end;");
        assert_sane(&terminal);
        Ended { directory: self.directory, shown, status }
    }
}

/// `stty -a`: what is typed is shown, in lines, and Ctrl-C works.
fn assert_sane(terminal: &str) {
    for mode in ["echo", "icanon", "isig"] {
        assert!(terminal.split([' ', ';', '\r', '\n']).any(|word| word == mode), "no {mode}: {terminal}");
    }
}

impl Ended {
    pub(crate) fn names(&self) -> Vec<String> {
        names(self.directory.path())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Checks the exit status.
    pub(crate) fn status(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{}", self.shown);
        self
    }

    /// Checks that only these files are there.
    pub(crate) fn left(self, expected: &[&str]) -> Self {
        assert_eq!(self.names(), expected, "{}", self.shown);
        self
    }

    /// Checks that `key` is a key of that passphrase, and not of none.
    pub(crate) fn opens_with(self, passphrase: &str) -> Self {
        let read = |passphrase: &str| {
            let mut command = ssh_keygen();
            peer(command.args(["-y", "-P", passphrase, "-f"]).arg(self.path("key"))).stdout
        };
        assert_eq!(read(passphrase), self.read("key.pub").into_bytes(), "{}", self.shown);
        assert_eq!(read("").is_empty(), !passphrase.is_empty());
        self
    }
}
