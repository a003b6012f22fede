//! What the test binaries share: the program under test in a temporary directory of its own.
#![allow(dead_code, reason = "each test binary uses its own part")]

pub(crate) mod dice;
pub(crate) mod missing;
pub(crate) mod oracle;
pub(crate) mod softhsm;
pub(crate) mod token;

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The program under test.
pub(crate) fn program() -> &'static str {
    env!("CARGO_BIN_EXE_rkeygen")
}

/// A command for the program under test; `TEST_RUNNER` names what runs it, such as qemu or wine.
pub(crate) fn rkeygen() -> Command {
    match std::env::var_os("TEST_RUNNER") {
        None => Command::new(program()),
        Some(runner) => {
            let mut words = runner.to_str().expect("TEST_RUNNER is UTF-8").split_whitespace();
            let mut command = Command::new(words.next().expect("TEST_RUNNER names a program"));
            command.args(words).arg(program());
            command
        }
    }
}

/// One run of the program in a new directory. Standard output and error must be empty and the exit
/// status 0 unless said otherwise; the program has no terminal and, unless given, no input.
#[must_use = "a test does nothing until `.run()`"]
pub(crate) struct Test {
    directory: tempfile::TempDir,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    input: Vec<u8>,
    status: i32,
    stdout: Expected,
    stderr: Expected,
}

enum Expected {
    Exactly(String),
    Containing(Vec<String>),
    Anything,
}

impl Expected {
    fn check(&self, what: &str, seen: &[u8]) {
        let seen = String::from_utf8_lossy(seen);
        match self {
            Self::Exactly(text) => assert_eq!(seen, *text, "{what}"),
            Self::Containing(parts) => {
                for part in parts {
                    assert!(seen.contains(part), "{what} lacks {part:?}:\n{seen}");
                }
            }
            Self::Anything => {}
        }
    }
}

impl Test {
    /// Runs with `arguments`, split at spaces; [`Test::arg`] adds others.
    pub(crate) fn new(arguments: &str) -> Self {
        Self {
            directory: tempfile::tempdir().expect("a temporary directory"),
            arguments: arguments.split_whitespace().map(OsString::from).collect(),
            variables: Vec::new(),
            input: Vec::new(),
            status: 0,
            stdout: Expected::Exactly(String::new()),
            stderr: Expected::Exactly(String::new()),
        }
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// More arguments, split at spaces.
    pub(crate) fn args(mut self, arguments: &str) -> Self {
        self.arguments.extend(arguments.split_whitespace().map(OsString::from));
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.variables.push((name.into(), value.as_ref().to_owned()));
        self
    }

    pub(crate) fn input(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.input = bytes.as_ref().to_vec();
        self
    }

    pub(crate) fn status(mut self, status: i32) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn stdout(mut self, text: &str) -> Self {
        self.stdout = Expected::Exactly(text.to_owned());
        self
    }

    pub(crate) fn stdout_has(mut self, parts: &[&str]) -> Self {
        self.stdout = Expected::Containing(parts.iter().map(|&part| part.to_owned()).collect());
        self
    }

    pub(crate) fn stderr(mut self, text: &str) -> Self {
        self.stderr = Expected::Exactly(text.to_owned());
        self
    }

    pub(crate) fn stderr_has(mut self, parts: &[&str]) -> Self {
        self.stderr = Expected::Containing(parts.iter().map(|&part| part.to_owned()).collect());
        self
    }

    pub(crate) fn any_output(mut self) -> Self {
        (self.stdout, self.stderr) = (Expected::Anything, Expected::Anything);
        self
    }

    /// A file that is there before the run; only its owner may read it, as rkeygen wants it of keys.
    pub(crate) fn file(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        private_file(&self.path(name), bytes.as_ref());
        self
    }

    /// A path in the directory of the test.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Runs the program and checks what was expected.
    pub(crate) fn run(self) -> Done {
        let mut command = rkeygen();
        command.args(&self.arguments).current_dir(self.directory.path());
        forget_surroundings(&mut command);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        without_terminal(&mut command);
        let output = feed(command, &self.input);
        self.stdout.check("stdout", &output.stdout);
        self.stderr.check("stderr", &output.stderr);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(self.status), "exit status; stderr: {stderr}");
        Done { directory: self.directory, output }
    }
}

/// What a run left behind.
pub(crate) struct Done {
    pub(crate) directory: tempfile::TempDir,
    pub(crate) output: Output,
}

impl Done {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// The names in the directory, sorted; temporary files would show here.
    pub(crate) fn names(&self) -> Vec<String> {
        names(self.directory.path())
    }
}

/// The names in a directory, sorted.
pub(crate) fn names(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).expect("the directory of the test");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// What could change what a program does: no test depends on the machine's own.
const SURROUNDINGS: [&str; 13] = [
    "DISPLAY",
    "LANG",
    "LC_CTYPE",
    "NO_COLOR",
    "SSH_AGENT_PID",
    "SSH_ASKPASS",
    "SSH_ASKPASS_REQUIRE",
    "SSH_AUTH_SOCK",
    "SSH_PKCS11_HELPER",
    "SSH_SK_HELPER",
    "SSH_SK_PROVIDER",
    "TZ",
    "WAYLAND_DISPLAY",
];

/// Removes from the environment what could change what a program does, and sets the locale.
pub(crate) fn forget_surroundings(command: &mut Command) {
    for name in SURROUNDINGS {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C.UTF-8");
}

/// Starts the command in a session of its own, which has no controlling terminal.
#[cfg(unix)]
pub(crate) fn without_terminal(command: &mut Command) {
    let program = command.get_program().to_owned();
    let arguments: Vec<OsString> = command.get_args().map(OsStr::to_owned).collect();
    let mut wrapped = if cfg!(target_os = "linux") {
        let mut setsid = Command::new("setsid");
        setsid.arg("--wait");
        setsid
    } else {
        // Only Linux has setsid(1); Perl is everywhere.
        let mut perl = Command::new("perl");
        perl.args(["-MPOSIX", "-e", "POSIX::setsid(); exec @ARGV or exit 127", "--"]);
        perl
    };
    wrapped.arg(program).args(arguments);
    if let Some(directory) = command.get_current_dir() {
        wrapped.current_dir(directory);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(name, value),
            None => wrapped.env_remove(name),
        };
    }
    *command = wrapped;
}

#[cfg(not(unix))]
pub(crate) fn without_terminal(_: &mut Command) {}

/// Runs the command to its end with `input` on standard input.
pub(crate) fn feed(mut command: Command, input: &[u8]) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    // A program that does not read its input closes the pipe; that is no fault.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    child.wait_with_output().expect("the program ends")
}

/// Writes a file that only its owner may read.
pub(crate) fn private_file(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).expect("a file of the test");
    set_mode(path, 0o600);
}

/// Sets who may do what with a file, where the system has modes.
pub(crate) fn set_mode(path: impl AsRef<Path>, mode: u32) {
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("a mode");
    #[cfg(not(unix))]
    let _ = (path, mode);
}

/// Checks who may do what with a file, where the system has modes.
#[track_caller]
pub(crate) fn assert_mode(path: impl AsRef<Path>, expected: u32) {
    #[cfg(unix)]
    {
        let found = std::fs::metadata(path).expect("the file");
        let mode = std::os::unix::fs::PermissionsExt::mode(&found.permissions());
        assert_eq!(mode & 0o7777, expected, "mode {mode:o}");
    }
    #[cfg(not(unix))]
    let _ = (path, expected);
}

/// Runs a peer program and returns what it printed. Tests need their peers: `tests/all.sh`
/// installs them.
pub(crate) fn peer(command: &mut Command) -> Output {
    let name = command.get_program().to_string_lossy().into_owned();
    command.output().unwrap_or_else(|error| panic!("{name}: {error}; tests/all.sh installs the peers"))
}
