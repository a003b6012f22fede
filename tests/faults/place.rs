//! A directory of an ordinary user, and runs of the program in it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use crate::support::oracle::ssh_keygen;
use crate::support::{feed, forget_surroundings, peer, program};

/// The user `nobody`, whom the tests become when root runs them.
const NOBODY: u32 = 65534;

/// The options of `setpriv` that make the program run as an ordinary user; none when it would anyway.
fn as_user(uid: u32) -> Vec<String> {
    if !is_root() {
        return Vec::new();
    }
    let ids = [format!("--reuid={uid}"), format!("--regid={uid}"), "--clear-groups".to_owned()];
    ["setpriv".to_owned()].into_iter().chain(ids).collect()
}

pub(crate) fn is_root() -> bool {
    static ROOT: OnceLock<bool> = OnceLock::new();
    *ROOT.get_or_init(|| peer(Command::new("id").arg("-u")).stdout == b"0\n")
}

/// A directory, what is in it, and who works there.
pub(crate) struct Place {
    base: tempfile::TempDir,
    user: u32,
}

/// What is in a directory: kind and mode, and bytes or target, by name.
pub(crate) type Contents = BTreeMap<OsString, (u32, Vec<u8>)>;

impl Place {
    pub(crate) fn new() -> Self {
        Self::of_user(NOBODY)
    }

    /// The directory of another user, which only root can make.
    pub(crate) fn of_user(user: u32) -> Self {
        let base = tempfile::tempdir().expect("a temporary directory");
        fs::set_permissions(base.path(), PermissionsExt::from_mode(0o755)).expect("a mode");
        let place = Self { base, user };
        fs::create_dir(place.directory()).expect("a directory");
        // The build directory may be closed to others. A copy of our own making could be open for
        // writing in a process that another test starts meanwhile, and then does not run.
        assert!(peer(Command::new("cp").arg(program()).arg(place.program())).status.success());
        place.own(&place.directory());
        place
    }

    fn program(&self) -> PathBuf {
        self.base.path().join("rkeygen")
    }

    fn own(&self, path: &Path) {
        if is_root() {
            std::os::unix::fs::lchown(path, Some(self.user), Some(self.user)).expect("an owner");
        }
    }

    pub(crate) fn directory(&self) -> PathBuf {
        self.base.path().join("work")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory().join(name)
    }

    pub(crate) fn file(self, name: &str, bytes: &str) -> Self {
        fs::write(self.path(name), bytes).expect("a file");
        self.own(&self.path(name));
        self
    }

    pub(crate) fn link(self, name: &str, target: &str) -> Self {
        std::os::unix::fs::symlink(target, self.path(name)).expect("a link");
        self.own(&self.path(name));
        self
    }

    pub(crate) fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.path(name)).expect("a file").mode() & 0o7777
    }

    /// The program under the shell text, where it is `"$@"`, as the ordinary user.
    pub(crate) fn command(&self, shell: &str, arguments: &str) -> Command {
        // Whoever runs the tests in the background or under nohup ignores signals, and so would the program.
        let signals = ["env".to_owned(), "--default-signal=HUP,INT,QUIT,TERM".to_owned()];
        let words = signals.into_iter().chain(as_user(self.user)).chain(["sh".to_owned(), "-c".to_owned()]);
        let mut words = words.map(OsString::from);
        let mut command = Command::new(words.next().expect("a word"));
        command.args(words).arg(shell).arg("sh").arg(self.program()).args(arguments.split_whitespace());
        forget_surroundings(&mut command);
        command.current_dir(self.directory()).stdin(Stdio::null());
        command
    }

    /// Runs it without a terminal, and for half a minute at most.
    pub(crate) fn run(&self, shell: &str, arguments: &str, input: &str) -> Output {
        let inner = self.command(shell, arguments);
        let mut command = Command::new("setsid");
        command.args(["--wait", "timeout", "--kill-after=1", "30"]);
        command.arg(inner.get_program()).args(inner.get_args()).current_dir(self.directory());
        forget_surroundings(&mut command);
        feed(command, input.as_bytes())
    }

    /// Runs it and expects a failure that leaves everything as it was.
    #[track_caller]
    pub(crate) fn fails(&self, shell: &str, arguments: &str, status: i32, message: &str) -> Output {
        let before = self.contents();
        let output = self.run(shell, arguments, "");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{arguments}: {errors}");
        assert!(errors.contains(message), "{arguments}: no {message:?} in {errors}");
        assert!(!errors.contains("panicked"), "{errors}");
        assert!(before == self.contents(), "{arguments}: changed: {:?}", self.contents().keys());
        output
    }

    /// Runs it and expects success.
    #[track_caller]
    pub(crate) fn works(&self, shell: &str, arguments: &str) -> Output {
        let output = self.run(shell, arguments, "");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments}: {errors}");
        output
    }

    pub(crate) fn contents(&self) -> Contents {
        let entries = fs::read_dir(self.directory()).expect("the directory");
        let look = |entry: std::io::Result<fs::DirEntry>| {
            let entry = entry.expect("an entry");
            let found = entry.metadata().expect("its kind");
            let kind = found.file_type();
            let bytes = if kind.is_file() {
                fs::read(entry.path()).expect("its bytes")
            } else if kind.is_symlink() {
                fs::read_link(entry.path()).expect("its target").into_os_string().into_encoded_bytes()
            } else {
                assert!(kind.is_fifo() || kind.is_dir());
                Vec::new()
            };
            (entry.file_name(), (found.mode(), bytes))
        };
        entries.map(look).collect()
    }

    /// The names in the directory.
    pub(crate) fn names(&self) -> Vec<OsString> {
        self.contents().into_keys().collect()
    }

    /// Checks that the directory holds one pair and nothing else, and that its halves match.
    #[track_caller]
    pub(crate) fn holds_a_pair(&self, passphrase: &str) {
        assert_eq!(self.names(), ["key", "key.pub"]);
        let public = fs::read_to_string(self.path("key.pub")).expect("the public half");
        assert_eq!(half(&self.public_of("key", passphrase)), half(&public));
    }

    /// `ssh-keygen -y`: the public key of a private one.
    pub(crate) fn public_of(&self, name: &str, passphrase: &str) -> String {
        let mut command = ssh_keygen();
        let output = peer(command.args(["-y", "-P", passphrase, "-f"]).arg(self.path(name)));
        String::from_utf8(output.stdout).expect("text")
    }
}

/// The first two words of a public key line.
pub(crate) fn half(line: &str) -> Vec<&str> {
    line.split_whitespace().take(2).collect()
}

/// What runs the program with nothing around it.
pub(crate) const PLAIN: &str = r#"exec "$@""#;
/// Arguments that ask nothing.
pub(crate) const NEW: &str = "-q -f key -C me --no-passphrase";
