//! One key file for each type, format and passphrase, made once for all tests.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::support::oracle;
use crate::support::{feed, rkeygen, without_terminal};

/// The passphrase of every encrypted key.
pub(crate) const PASSPHRASE: &str = "correct horse battery staple";

/// Types and sizes.
const KINDS: [(&str, u32); 7] = [
    ("ed25519", 256),
    ("rsa", 2048),
    ("rsa", 3072),
    ("rsa", 4096),
    ("ecdsa", 256),
    ("ecdsa", 384),
    ("ecdsa", 521),
];

/// How a private key is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    OpenSsh,
    Pkcs8,
    Pem,
}

/// One key file.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) kind: &'static str,
    pub(crate) bits: u32,
    pub(crate) format: Format,
    pub(crate) encrypted: bool,
    directory: &'static Path,
}

impl Key {
    pub(crate) fn name(&self) -> String {
        let lock = if self.encrypted { "encrypted" } else { "plain" };
        format!("{}-{}-{:?}-{lock}", self.kind, self.bits, self.format)
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.join(self.name())
    }

    pub(crate) fn public_path(&self) -> PathBuf {
        self.directory.join(format!("{}.pub", self.name()))
    }

    /// The line of the `.pub` file, without its end.
    pub(crate) fn public_line(&self) -> String {
        fs::read_to_string(self.public_path()).expect("the public half").trim_end().to_owned()
    }

    /// The type and the key of that line, without the comment.
    pub(crate) fn public_half(&self) -> String {
        half(&self.public_line())
    }

    /// Empty for a key without one.
    pub(crate) fn passphrase(&self) -> &'static str {
        if self.encrypted { PASSPHRASE } else { "" }
    }

    fn make(&self) {
        let mut command = rkeygen();
        command.args(["-q", "-t", self.kind, "-b", &self.bits.to_string(), "-C", &self.name()]);
        match self.format {
            Format::OpenSsh => &mut command,
            Format::Pkcs8 => command.args(["-m", "PKCS8"]),
            Format::Pem => command.args(["-m", "PEM"]),
        };
        command.args(["-N", self.passphrase(), "-f"]).arg(self.path());
        without_terminal(&mut command);
        let output = feed(command, b"");
        assert!(output.status.success(), "{}: {}", self.name(), String::from_utf8_lossy(&output.stderr));
    }
}

/// The first two words of a public key line.
pub(crate) fn half(line: &str) -> String {
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// All keys: 7 kinds x 3 formats x 2, without the two that PEM cannot hold.
pub(crate) fn all() -> &'static [Key] {
    static KEYS: OnceLock<(Vec<Key>, File)> = OnceLock::new();
    let (keys, _) = KEYS.get_or_init(|| {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
        // A second run of these tests waits until this one ends.
        let lock = File::create(root.join("interop.lock")).expect("a lock file");
        lock.lock().expect("the lock");
        let directory: &'static Path = Box::leak(root.join("interop").into_boxed_path());
        let _ = fs::remove_dir_all(directory);
        fs::create_dir_all(directory).expect("a directory for the keys");
        let mut keys = Vec::new();
        for (kind, bits) in KINDS {
            for format in [Format::OpenSsh, Format::Pkcs8, Format::Pem] {
                for encrypted in [false, true] {
                    keys.push(Key { kind, bits, format, encrypted, directory });
                }
            }
        }
        keys.retain(|key| (key.kind, key.format) != ("ed25519", Format::Pem));
        assert_eq!(keys.len(), 40);
        check_each(&keys, |key| {
            key.make();
            Ok(())
        });
        (keys, lock)
    });
    keys
}

/// Checks each of `rows` on several threads and fails with all that was wrong.
pub(crate) fn check_each<T: Sync>(rows: &[T], check: impl Fn(&T) -> Result<(), String> + Sync) {
    let next = AtomicUsize::new(0);
    let wrong: Vec<String> = thread::scope(|scope| {
        let work = || {
            let mut wrong = Vec::new();
            while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                wrong.extend(check(row).err());
            }
            wrong
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a check panicked")).collect()
    });
    let mut text = String::new();
    for line in &wrong {
        let _ = writeln!(text, "- {line}");
    }
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{text}", wrong.len(), rows.len());
}

/// What a peer cannot read by its own limits, and what it says then.
pub(crate) struct Limit {
    pub(crate) kind: &'static str,
    pub(crate) format: Format,
    pub(crate) message: &'static str,
}

/// What OpenSSH cannot read.
pub(crate) fn openssh_limits() -> Vec<Limit> {
    if oracle::version() >= (10, 3) {
        return Vec::new();
    }
    vec![Limit { kind: "ed25519", format: Format::Pkcs8, message: "invalid format" }]
}

/// Compares what a peer did with one key to what is expected: success, or its known limit.
pub(crate) fn judge(key: &Key, limits: &[Limit], outcome: Result<(), String>) -> Result<(), String> {
    let limit = limits.iter().find(|limit| (limit.kind, limit.format) == (key.kind, key.format));
    match (limit, outcome) {
        (None, outcome) => outcome.map_err(|message| format!("{}: {message}", key.name())),
        (Some(limit), Err(message)) if message.contains(limit.message) => Ok(()),
        (Some(limit), Err(message)) => {
            Err(format!("{}: said {message:?}, known is {:?}", key.name(), limit.message))
        }
        (Some(_), Ok(())) => Err(format!("{}: the peer reads it now; remove its row", key.name())),
    }
}
