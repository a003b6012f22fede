//! Release files of the program under test, and scripts on a machine that has little else.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use crate::support::program;

/// What the scripts may use: no ssh-keygen, no compiler, and none of rkeygen.
const TOOLS: &[&str] = &[
    "awk",
    "bash",
    "cat",
    "chmod",
    "cmp",
    "cp",
    "curl",
    "cut",
    "dirname",
    "grep",
    "gunzip",
    "gzip",
    "head",
    "mkdir",
    "mktemp",
    "mv",
    "od",
    "rm",
    "sed",
    "sh",
    "sha256sum",
    "shasum",
    "tar",
    "tr",
    "uname",
    "wc",
];

/// A path of the repository.
pub(crate) fn root(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The text of a file of the repository.
pub(crate) fn text(name: &str) -> String {
    fs::read_to_string(root(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The value of a line `name = "value"` in a file of the repository.
pub(crate) fn value(file: &str, name: &str) -> String {
    let text = text(file);
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \""));
    line.unwrap_or_else(|| panic!("{file} has no {name}")).trim_end_matches('"').to_owned()
}

/// The archive's target on this system.
pub(crate) fn target() -> String {
    let system = if cfg!(target_os = "macos") { "apple-darwin" } else { "unknown-linux-musl" };
    format!("{}-{system}", std::env::consts::ARCH)
}

/// The name of the archive for this system.
pub(crate) fn archive() -> String {
    format!("rkeygen-{}-{}.tar.gz", env!("CARGO_PKG_VERSION"), target())
}

/// Runs a command that has to succeed.
pub(crate) fn succeed(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().expect("the command runs");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// A directory of release files that hold the program under test. It stays as it is; [`copy`] gives one to damage.
pub(crate) fn release() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("release-files");
        let completions = Path::new(env!("CARGO_TARGET_TMPDIR")).join("completions");
        for directory in [&place, &completions] {
            let _ = fs::remove_dir_all(directory);
            fs::create_dir_all(directory).expect("a directory");
        }
        for (shell, name) in [("bash", "rkeygen.bash"), ("zsh", "_rkeygen"), ("fish", "rkeygen.fish")] {
            let script = succeed(Command::new(program()).args(["completions", shell]));
            fs::write(completions.join(name), script).expect("a file");
        }
        // Symbols would only take time to pack.
        let small = completions.with_file_name("rkeygen");
        fs::copy(program(), &small).expect("a copy");
        let _ = Command::new("strip").arg(&small).status();
        let pack =
            |words: &[&Path]| succeed(Command::new("python3").arg(root("packaging/pack.py")).args(words));
        pack(&[Path::new("archive"), &small, Path::new(&target()), &completions, &place]);
        pack(&[Path::new("sums"), &place]);
        fs::remove_file(small).expect("the copy");
        place
    })
}

/// Where a program of this machine is.
pub(crate) fn find(tool: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|part| part.join(tool)).find(|file| file.is_file())
}

/// A copy of the release files, to be damaged.
pub(crate) fn copy() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for entry in fs::read_dir(release()).expect("release files") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, directory.path().join(path.file_name().expect("a name"))).expect("a copy");
    }
    directory
}

/// A machine with a home directory, a temporary directory and few tools.
pub(crate) struct Machine {
    directory: tempfile::TempDir,
}

impl Machine {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        for name in ["home", "temporary", "tools"] {
            fs::create_dir(directory.path().join(name)).expect("a directory");
        }
        for tool in TOOLS {
            if let Some(found) = find(tool) {
                symlink(found, directory.path().join("tools").join(tool)).expect("a link");
            }
        }
        Self { directory }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// A command that finds nothing but the tools.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", self.path("tools")).env("HOME", self.path("home"));
        command.env("TMPDIR", self.path("temporary")).current_dir(self.path("home")).stdin(Stdio::null());
        command
    }

    /// All files below, with their contents.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut open = vec![self.path("home"), self.path("temporary")];
        while let Some(directory) = open.pop() {
            for entry in fs::read_dir(directory).expect("a directory") {
                let entry = entry.expect("an entry");
                match entry.file_type().expect("a type").is_dir() {
                    true => open.push(entry.path()),
                    false => found.push((entry.path(), fs::read(entry.path()).expect("a file"))),
                }
            }
        }
        found
    }
}

/// The mode bits of a file.
pub(crate) fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode()
        & 0o7777
}

/// Standard output and error.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}
