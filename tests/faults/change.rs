//! `-p`, `-c` and `convert --in-place` when writing fails or the process dies: the old key or the
//! new one is there, whole, each time.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::place::Place;
use crate::support::missing::needs;
use crate::support::oracle::ssh_keygen;
use crate::support::{peer, program};
use crate::traced::injecting;

const OLD: &str = "old horse";
const NEW: &str = "new horse";

/// The commands that write over a key, behind the program's name.
const COMMANDS: [&[&str]; 4] = [
    &["-p", "-P", OLD, "-N", NEW, "-a", "1", "-f", "key"],
    &["-c", "-P", OLD, "-C", "someone else", "-a", "1", "-f", "key"],
    &["convert", "key", "--to", "pkcs8", "-P", OLD, "-N", NEW, "--in-place"],
    &["-q", "-t", "ed25519", "-N", NEW, "-a", "1", "-f", "key", "--if-exists", "replace"],
];

fn make_key(directory: &Path) {
    let mut command = Command::new(program());
    command.current_dir(directory).args(["-q", "-t", "ecdsa", "-N", OLD, "-a", "1", "-f", "key"]);
    assert!(peer(&mut command).status.success());
}

/// Whether ssh-keygen opens the key with that passphrase.
fn opens(directory: &Path, passphrase: &str) -> bool {
    let mut command = ssh_keygen();
    peer(command.current_dir(directory).args(["-y", "-P", passphrase, "-f", "key"])).status.success()
}

#[test]
fn a_failed_write_leaves_the_old_key() {
    for words in ["-p -P old-horse -N other", "-c -P old-horse -C other"] {
        let directory = tempfile::tempdir().expect("a directory");
        let mut command = Command::new(program());
        command.current_dir(directory.path()).args(["-q", "-N", "old-horse", "-a", "1", "-f", "key"]);
        assert!(peer(&mut command).status.success());
        let read = |name: &str| fs::read_to_string(directory.path().join(name)).expect("a file");
        let place = Place::new().file("key", &read("key")).file("key.pub", &read("key.pub"));
        fs::set_permissions(place.path("key"), fs::Permissions::from_mode(0o600)).expect("a mode");
        let full = r#"ulimit -f 0; exec "$@""#;
        place.fails(full, &format!("{words} -a 1 -f key"), 1, "File too large");
    }
}

/// Kills the process as it enters each system call that changes a file, one run per call.
#[test]
fn a_death_at_any_moment_leaves_a_whole_key() {
    needs!("ssh-keygen");
    needs!("strace");
    for arguments in COMMANDS {
        for call in ["write", "fsync", "rename", "linkat", "link", "unlink", "fchmod", "fchown", "close"] {
            for number in 1.. {
                let directory = tempfile::tempdir().expect("a directory");
                let directory = directory.path();
                make_key(directory);
                let mut command = injecting(directory, &[format!("{call}:signal=KILL:when={number}")]);
                let status = peer(command.args(arguments)).status;
                assert!(
                    opens(directory, OLD) || opens(directory, NEW),
                    "{arguments:?}: killed at {call} {number}"
                );
                if status.success() {
                    break;
                }
                assert!(number < 200, "{arguments:?}: {call} never ends: {status}");
            }
        }
    }
}
