//! Both programs with the same token: what they print, their exit status, the files, and what the token was asked.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{feed, forget_surroundings, names, without_terminal};

/// One call of a row.
pub(crate) struct Call {
    /// The arguments, separated by blanks; `''` is an empty one.
    pub(crate) arguments: &'static str,
    /// Standard input.
    pub(crate) input: &'static str,
    /// Variables such as `SKTEST_PIN=1234`.
    pub(crate) variables: &'static str,
    /// What both programs write to standard error.
    pub(crate) says: &'static [&'static str],
}

impl Call {
    pub(crate) const fn new(arguments: &'static str) -> Self {
        Self { arguments, input: "", variables: "", says: &[] }
    }

    pub(crate) const fn input(self, input: &'static str) -> Self {
        Self { input, ..self }
    }

    pub(crate) const fn with(self, variables: &'static str) -> Self {
        Self { variables, ..self }
    }

    pub(crate) const fn says(self, says: &'static [&'static str]) -> Self {
        Self { says, ..self }
    }
}

/// What a call did, without what is random.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) stdout: String,
    pub(crate) status: Option<i32>,
    pub(crate) files: Vec<String>,
    /// What the token was asked.
    pub(crate) asked: String,
}

/// A directory with a token of its own.
pub(crate) struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        fs::create_dir(directory.path().join("token")).expect("a directory");
        fs::create_dir(directory.path().join("work")).expect("a directory");
        Self { directory }
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join("work").join(name)
    }

    /// Runs a program in the directory; gives what it did, and its standard error.
    pub(crate) fn call(&self, mut program: Command, token: &Path, call: &Call) -> (Seen, String) {
        let log = self.directory.path().join("log");
        fs::write(&log, "").expect("a log");
        program.args(call.arguments.split_whitespace().map(|word| if word == "''" { "" } else { word }));
        program.current_dir(self.directory.path().join("work"));
        forget_surroundings(&mut program);
        program.env("HOME", self.directory.path()).env("SSH_SK_PROVIDER", token).env("SKTEST_LOG", &log);
        program.env("SKTEST_DIR", self.directory.path().join("token"));
        let variables = call.variables.split_whitespace().filter_map(|variable| variable.split_once('='));
        program.envs(variables);
        without_terminal(&mut program);
        let output = feed(program, call.input.as_bytes());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\r', "");
        let seen = Seen {
            stdout: without_chance(&text(&output.stdout)),
            status: output.status.code(),
            files: names(&self.directory.path().join("work")),
            asked: fs::read_to_string(&log).expect("the log"),
        };
        (seen, text(&output.stderr))
    }
}

/// Fingerprints, keys and signatures become their names, and randomart is left out.
fn without_chance(text: &str) -> String {
    if text.starts_with("-----BEGIN SSH SIGNATURE-----\n") {
        return "a signature".to_owned();
    }
    let is_art = |line: &&str| !(line.starts_with("+[") || line.starts_with('|') && line.ends_with('|'));
    let words = |line: &str| {
        let known = |word: &str| match word {
            _ if word.starts_with("SHA256:") => "SHA256:...".to_owned(),
            _ if word.starts_with("AAAA") => "AAAA...".to_owned(),
            _ => word.to_owned(),
        };
        line.split(' ').map(known).collect::<Vec<_>>().join(" ")
    };
    text.split_inclusive('\n').filter(|line| is_art(&line.trim_end())).map(words).collect()
}
