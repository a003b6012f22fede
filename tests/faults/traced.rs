//! The program under strace, which lists one of its calls and can make it fail.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::program;

/// The program in a directory, with faults as strace's `inject` takes them: `CALL:error=ERROR`. No calls are listed.
pub(crate) fn injecting<S: AsRef<str>>(directory: &Path, faults: &[S]) -> Command {
    injecting_at(directory, &[], faults)
}

/// The same for calls on these paths only; with none for all calls.
pub(crate) fn injecting_at<S: AsRef<str>>(directory: &Path, paths: &[&Path], faults: &[S]) -> Command {
    let mut command = Command::new("strace");
    command.current_dir(directory).args(["-f", "-qq", "-o", "/dev/null"]);
    for path in paths {
        command.arg("-P").arg(path);
    }
    for fault in faults {
        command.args(["-e", &format!("inject={}", fault.as_ref())]);
    }
    command.arg(program());
    command
}

/// The list of the calls.
pub(crate) struct Trace(tempfile::NamedTempFile);

impl Trace {
    /// Lists the calls of that name. The arguments of the program are still to be added to the command.
    pub(crate) fn of(call: &str) -> (Self, Command) {
        Self::begin(&["-e", &format!("trace={call}")])
    }

    /// Lets the call fail for the `number`th time as well.
    pub(crate) fn failing((call, error): (&str, &str), number: u32) -> (Self, Command) {
        Self::injecting((call, &format!("error={error}")), number)
    }

    /// Has something happen at the `number`th time of the call as well: `error=ERROR` or `signal=SIGNAL`.
    pub(crate) fn injecting((call, fault): (&str, &str), number: u32) -> (Self, Command) {
        let inject = format!("inject={call}:{fault}:when={number}");
        Self::begin(&["-e", &format!("trace={call}"), "-e", &inject])
    }

    fn begin(options: &[&str]) -> (Self, Command) {
        let trace = Self(tempfile::NamedTempFile::new().expect("a file"));
        let mut command = Command::new("strace");
        command.args(["-f", "-qq"]).args(options).arg("-o").arg(trace.0.path()).arg(program());
        (trace, command)
    }

    /// The calls, a line each, after the program has ended.
    pub(crate) fn calls(&self) -> String {
        fs::read_to_string(self.0.path()).expect("a log")
    }

    /// Whether there were so many calls that one failed, or ended the program.
    pub(crate) fn has_failed(&self) -> bool {
        let calls = self.calls();
        calls.contains("(INJECTED)") || calls.contains("killed by SIGKILL")
    }
}
