//! A directory with keys, and two programs to run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::support::oracle::ssh_keygen;
use crate::support::{feed, forget_surroundings, names, peer, rkeygen, without_terminal};

/// The types of CA keys.
pub(crate) const TYPES: [&str; 5] = ["ed25519", "ecdsa256", "ecdsa384", "ecdsa521", "rsa"];

/// A directory with `ca-TYPE` for each type, `user`, `other` and a text `message`.
pub(crate) struct World(tempfile::TempDir);

/// Which program a call goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    Theirs,
    Ours,
}

impl Program {
    pub(crate) const BOTH: [Self; 2] = [Self::Theirs, Self::Ours];

    fn command(self) -> Command {
        match self {
            Self::Theirs => ssh_keygen(),
            Self::Ours => rkeygen(),
        }
    }
}

impl World {
    pub(crate) fn new() -> Self {
        static MADE: OnceLock<tempfile::TempDir> = OnceLock::new();
        let made = MADE.get_or_init(make_keys).path();
        let directory = tempfile::tempdir().expect("a directory");
        for name in names(made) {
            fs::copy(made.join(&name), directory.path().join(&name)).expect("a copy");
        }
        Self(directory)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn directory(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).expect("a file");
    }

    /// Runs one program with words split at blanks (`~` stands for a blank inside a word).
    pub(crate) fn run(&self, program: Program, line: &str, input: &[u8]) -> Output {
        self.run_with(program, line, input, &[])
    }

    pub(crate) fn run_with(
        &self,
        program: Program,
        line: &str,
        input: &[u8],
        variables: &[(&str, &str)],
    ) -> Output {
        let mut command = program.command();
        forget_surroundings(&mut command);
        command.current_dir(self.directory()).env("TZ", "Europe/Berlin");
        command.args(line.split_whitespace().map(|word| word.replace('~', " ").replace("''", "")));
        command.envs(variables.iter().copied());
        without_terminal(&mut command);
        feed(command, input)
    }

    /// Runs one program, which must succeed.
    pub(crate) fn done(&self, program: Program, line: &str) -> String {
        let output = self.run(program, line, b"");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program:?} {line}: {stderr}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs both programs, which must print the same and end with the same status.
    pub(crate) fn same(&self, line: &str, input: &[u8]) -> String {
        let [theirs, ours] = Program::BOTH.map(|program| self.run(program, line, input));
        let show = |output: &Output| {
            let (stdout, status) =
                (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code());
            (stdout, status)
        };
        let stderr = String::from_utf8_lossy(&ours.stderr);
        assert_eq!(show(&ours), show(&theirs), "{line}\n{stderr}");
        show(&ours).0
    }
}

fn make_keys() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    let make = |name: &str, arguments: &[&str]| {
        let mut command = ssh_keygen();
        command.current_dir(directory.path()).args(["-q", "-N", "", "-C", name, "-f", name]).args(arguments);
        assert!(peer(&mut command).status.success(), "{name}");
    };
    for kind in TYPES {
        let name = format!("ca-{kind}");
        match kind.strip_prefix("ecdsa") {
            Some(bits) => make(&name, &["-t", "ecdsa", "-b", bits]),
            None if kind == "rsa" => make(&name, &["-t", "rsa", "-b", "2048"]),
            None => make(&name, &["-t", kind]),
        }
    }
    make("user", &["-t", "ed25519"]);
    make("other", &["-t", "ecdsa"]);
    fs::write(directory.path().join("message"), "hello\n").expect("a message");
    directory
}
