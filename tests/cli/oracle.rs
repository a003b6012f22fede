//! ssh-keygen beside rkeygen: keys that it made, and the same call through both.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::support::oracle::has_type;
pub(crate) use crate::support::oracle::ssh_keygen;
use crate::support::{feed, forget_surroundings, peer, private_file, rkeygen, without_terminal};

/// Puts a DSA key into the directory, which OpenSSH 10 does not make any more.
pub(crate) fn add_dsa(directory: &Path) {
    private_file(&directory.join("dsa"), include_bytes!("../vectors/dsa"));
    fs::write(directory.join("dsa.pub"), include_bytes!("../vectors/dsa.pub")).expect("a public key");
}

/// A directory with keys that ssh-keygen made: of each type, plain and encrypted, of each format.
pub(crate) fn keys() -> tempfile::TempDir {
    static MADE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let made = MADE.get_or_init(make_keys).path();
    let directory = tempfile::tempdir().expect("a directory");
    for name in crate::support::names(made) {
        fs::copy(made.join(&name), directory.path().join(&name)).expect("a copy");
    }
    directory
}

fn make_keys() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for (kind, extra) in [("ed25519", ""), ("ecdsa", ""), ("rsa", "-b1024"), ("dsa", "")] {
        // Gone from OpenSSH 10.
        if kind == "dsa" && !has_type("ssh-dss") {
            continue;
        }
        for (format, suffix) in [("RFC4716", ""), ("PEM", "-pem"), ("PKCS8", "-pkcs8")] {
            // PEM has no Ed25519: OpenSSH 9.2 takes its own format instead, 10.3 refuses.
            let format = if (kind, format) == ("ed25519", "PEM") { "RFC4716" } else { format };
            for (passphrase, ending) in [("", ""), ("horse", "-locked")] {
                let name = format!("{kind}{suffix}{ending}");
                let mut command = ssh_keygen();
                command.current_dir(directory.path()).args(["-q", "-a", "1", "-t", kind, "-m", format]);
                command.args(["-N", passphrase, "-C", "me and you", "-f", &name]);
                if !extra.is_empty() {
                    command.arg(extra);
                }
                assert!(peer(&mut command).status.success(), "{name}");
            }
        }
    }
    directory
}

pub(crate) fn run(program: Command, directory: &Path, arguments: &[&str]) -> Output {
    let mut command = program;
    command.args(arguments).current_dir(directory);
    forget_surroundings(&mut command);
    without_terminal(&mut command);
    feed(command, b"")
}

/// The same call through both programs: the same standard output and status. Gives the output.
pub(crate) fn same(directory: &Path, arguments: &[&str]) -> String {
    let theirs = run(ssh_keygen(), directory, arguments);
    let ours = run(rkeygen(), directory, arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let errors = format!("{}\n{}", text(&theirs.stderr), text(&ours.stderr));
    assert_eq!(text(&ours.stdout), text(&theirs.stdout), "{arguments:?}\n{errors}");
    assert_eq!(ours.status.code(), theirs.status.code(), "{arguments:?}\n{errors}");
    text(&ours.stdout)
}

/// The names of the private keys in a directory.
pub(crate) fn files(directory: &Path) -> Vec<String> {
    crate::support::names(directory).into_iter().filter(|name| !name.ends_with(".pub")).collect()
}
