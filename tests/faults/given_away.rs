//! Whose the files are that root writes, and what is left of a key when the process is killed.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use crate::place::{NEW, PLAIN, Place, is_root};
use crate::support::missing::needs;
use crate::support::missing::skipped;
use crate::support::{names, peer, program};
use crate::traced::injecting;

const STRANGER: u32 = 4242;

/// Runs the program as the user of the tests, who is root where that matters.
fn run(directory: &Path, arguments: &str) -> Output {
    let mut command = Command::new(program());
    peer(command.current_dir(directory).args(arguments.split_whitespace()).stdin(Stdio::null()))
}

#[track_caller]
fn works(directory: &Path, arguments: &str) {
    let output = run(directory, arguments);
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

fn owner(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").uid()
}

fn directory(mode: u32) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(mode)).expect("a mode");
    directory
}

#[test]
fn a_new_key_belongs_to_who_made_it() {
    if !is_root() {
        return skipped("only root gives files away");
    }
    for mode in [0o777, 0o1777, 0o755] {
        let directory = directory(mode);
        let directory = directory.path();
        works(directory, "-q -f ca -C me --no-passphrase");
        for name in ["key", "key.pub", "out", "list", "id-cert.pub", "text.sig"] {
            fs::write(directory.join(name), "").expect("a file");
            fs::set_permissions(directory.join(name), fs::Permissions::from_mode(0o666)).expect("a mode");
            chown(directory.join(name), Some(STRANGER), Some(STRANGER)).expect("an owner");
        }
        fs::copy(directory.join("ca.pub"), directory.join("id.pub")).expect("a copy");
        works(directory, "-q -f key -C me --no-passphrase --if-exists replace");
        works(directory, "convert ca --to pkcs8 -o out --no-passphrase --if-exists replace");
        works(directory, "-q -k -f list ca.pub");
        works(directory, "-q -s ca -I me -n me -V +1d id.pub");
        for name in ["key", "key.pub", "out", "list", "id-cert.pub"] {
            let found = fs::metadata(directory.join(name)).expect("a file");
            assert_eq!(found.uid(), 0, "{name} in {mode:o}");
            assert_eq!(found.mode() & 0o022, 0, "{name} in {mode:o}");
        }
    }
}

#[test]
fn a_key_that_is_changed_keeps_its_owner() {
    if !is_root() {
        return skipped("only root gives files away");
    }
    let changes = [
        "-q -p -N horse -a 1 -f key",
        "-q -c -P horse -C new -a 1 -f key",
        "convert key --to ppk -P horse --in-place",
    ];
    for (mode, trusted) in [(0o755, true), (0o777, false), (0o1777, false), (0o775, false)] {
        let directory = directory(mode);
        let directory = directory.path();
        works(directory, "-q -f key -C me --no-passphrase");
        for name in ["key", "key.pub"] {
            chown(directory.join(name), Some(STRANGER), Some(STRANGER)).expect("an owner");
        }
        let before = fs::read(directory.join("key")).expect("a key");
        for change in changes {
            let output = run(directory, change);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.success(), trusted, "{mode:o}: {change}: {errors}");
            assert_eq!(
                (owner(&directory.join("key")), owner(&directory.join("key.pub"))),
                (STRANGER, STRANGER)
            );
            if !trusted {
                assert!(errors.contains("belongs to another user (uid 4242)"), "{mode:o}: {errors}");
                assert_eq!(fs::read(directory.join("key")).expect("a key"), before);
                break;
            }
        }
        assert!(!names(directory).iter().any(|name| name.starts_with(".rkeygen")), "{mode:o}");
    }
}

/// Whether the file system has files without a name.
fn has_unnamed_files(directory: &Path) -> bool {
    const O_TMPFILE: i32 = nix::libc::O_TMPFILE;
    File::options().write(true).custom_flags(O_TMPFILE).open(directory).is_ok()
}

#[test]
fn a_kill_before_the_key_is_in_place_leaves_nothing_of_it() {
    let directory = tempfile::tempdir().expect("a directory");
    if !has_unnamed_files(directory.path()) {
        return skipped("the file system has no unnamed files");
    }
    for (arguments, status) in [
        ("-q -f key -C me --no-passphrase", None),
        ("-q -f key -C me --no-passphrase --if-exists replace", Some(NEW)),
        ("-q -p -N horse -a 1 -f key", Some(NEW)),
        ("convert key --to pkcs8 --no-passphrase -o out", Some(NEW)),
    ] {
        for call in ["write", "fsync", "fchmod", "fchown", "linkat"] {
            for number in 1..20 {
                let directory = tempfile::tempdir().expect("a directory");
                let directory = directory.path();
                if let Some(first) = status {
                    works(directory, first);
                }
                let mut command = injecting(directory, &[format!("{call}:signal=KILL:when={number}")]);
                let ended = peer(command.args(arguments.split_whitespace()).stdin(Stdio::null())).status;
                // The two names of what is to be replaced are no keys that anyone does not know of.
                let left = names(directory).into_iter().filter(|name| name.ends_with(".tmp"));
                let left: Vec<_> = left
                    .filter(|name| fs::metadata(directory.join(name)).is_ok_and(|it| it.nlink() == 1))
                    .collect();
                assert!(left.is_empty(), "{arguments}: killed at {call} {number}: {left:?}");
                if ended.success() {
                    break;
                }
            }
        }
    }
}

/// The time of a temporary file that is older than any run.
fn make_old(path: &Path) {
    let then = SystemTime::now() - Duration::from_secs(2 * 60 * 60);
    File::options().write(true).open(path).and_then(|file| file.set_modified(then)).expect("a time");
}

#[test]
fn old_temporary_files_are_removed_and_told_of() {
    needs!("ssh-keygen");
    let old = ".rkeygen-aB3aB3aB3aB3.tmp";
    let place = Place::new().file(old, "half a key");
    make_old(&place.path(old));
    let output = place.works(PLAIN, NEW);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(errors, format!("Removed ./{old}, left by an interrupted run.\n"));
    place.holds_a_pair("");
}

#[test]
fn temporary_files_that_may_be_in_use_stay() {
    let (new, locked, other) =
        (".rkeygen-aaaaaaaaaaaa.tmp", ".rkeygen-bbbbbbbbbbbb.tmp", ".rkeygen-cccccccccccc.old");
    let place = Place::new().file(new, "").file(locked, "").file(other, "").file("key.tmp", "");
    for name in [locked, other, "key.tmp"] {
        make_old(&place.path(name));
    }
    let lock = File::open(place.path(locked)).expect("a file");
    lock.lock().expect("a lock");
    let mut expected = place.names();
    expected.extend(["key".into(), "key.pub".into()]);
    if is_root() {
        let foreign = ".rkeygen-dddddddddddd.tmp";
        fs::write(place.path(foreign), "").expect("a file of root's");
        make_old(&place.path(foreign));
        expected.push(foreign.into());
    }
    let output = place.works(PLAIN, NEW);
    assert!(output.stderr.is_empty());
    expected.sort();
    assert_eq!(place.names(), expected);
}

#[test]
fn the_directory_above_a_new_one_is_synced() {
    // The home directory of the user database is looked up first; only root has one here that tests may not touch.
    let home = tempfile::tempdir().expect("a home");
    let shell = r#"
        echo "root:x:0:0::$1:/bin/sh" >"$1/passwd"
        mount --bind "$1/passwd" /etc/passwd || exit 77
        exec strace -f -qq -y -e trace=fsync -o "$1/log" "$2" -q -C me --no-passphrase
    "#;
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "setsid", "--wait", "sh", "-c", shell, "sh"]);
    command.arg(home.path()).arg(program());
    let output = crate::support::feed(command, b"\n");
    let errors = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(77) || errors.contains("unshare:") {
        return skipped(&format!("nothing may be mounted here: {errors}"));
    }
    assert!(output.status.success(), "{errors}");
    let log = fs::read_to_string(home.path().join("log")).expect("a log");
    for synced in [home.path().to_owned(), home.path().join(".ssh")] {
        assert!(log.contains(&format!("<{}>)", synced.display())), "{}: {log}", synced.display());
    }
}
