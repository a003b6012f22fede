//! No room for the key: limits, full and read-only file systems.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use crate::place::{NEW, PLAIN, Place};
use crate::support::missing::needs;
use crate::support::missing::skipped;
use crate::support::{peer, program};

fn old_pair() -> Place {
    Place::new().file("key", "old").file("key.pub", "old public")
}

#[test]
fn the_file_size_limit() {
    let none = r#"ulimit -f 0; exec "$@""#;
    Place::new().fails(none, NEW, 1, "File too large");
    old_pair().fails(none, &format!("{NEW} --if-exists replace"), 1, "File too large");
    // A limit that the first block of the key is under.
    let one = r#"ulimit -f 1; exec "$@""#;
    Place::new().fails(one, &format!("{NEW} -t rsa -b 4096"), 1, "File too large");
    old_pair().fails(one, &format!("{NEW} -t rsa -b 4096 --if-exists replace"), 1, "File too large");
}

#[test]
fn a_directory_that_may_not_be_written() {
    let close = |place: &Place| {
        fs::set_permissions(place.directory(), PermissionsExt::from_mode(0o555)).expect("a mode");
    };
    for place in [Place::new(), old_pair()] {
        close(&place);
        // The directory is looked at before anything is asked, and before a search of minutes.
        let arguments = "-t rsa -b 16384 -f key --if-exists replace";
        let output = place.fails(PLAIN, arguments, 1, "Permission denied");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains("hint:") && !errors.contains("Enter passphrase"), "{errors}");
    }
}

#[test]
fn a_missing_directory_is_told_before_questions_and_searches() {
    let output = Place::new().fails(PLAIN, "-t rsa -b 16384 -f missing/key", 1, "No such file or directory");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("mkdir -p missing") && !errors.contains("Enter passphrase"), "{errors}");
    Place::new().file("file", "").fails(PLAIN, "-f file/key", 1, "Not a directory");
}

#[test]
fn few_open_files() {
    needs!("ssh-keygen");
    for limit in 3..12 {
        for place in [Place::new(), old_pair()] {
            let before = place.contents();
            let arguments = format!("{NEW} --if-exists replace");
            let output = place.run(&format!(r#"ulimit -n {limit}; exec "$@""#), &arguments, "");
            assert_ne!(output.status.code(), Some(101), "limit {limit}");
            if output.status.success() {
                place.holds_a_pair("");
            } else {
                assert!(before == place.contents(), "limit {limit}: {:?}", place.names());
            }
        }
    }
}

/// A file system of our own, in a mount namespace: `$1` is a directory, `$2` the program.
const FULL: &str = r#"
mount -t tmpfs -o "$3" none "$1" || exit 77
cd "$1" || exit 78
[ "$4" = new ] || { echo old >key; echo old public >key.pub; }
[ "$3" = size=16k ] && { cat /dev/zero >filler 2>/dev/null; }
ls -la --time-style=+ >/dev/null; before=$(ls; cat key key.pub 2>/dev/null)
"$2" -q -t rsa -b 2048 -C me --no-passphrase -f key --if-exists replace
status=$?
[ "$before" = "$(ls; cat key key.pub 2>/dev/null)" ] || { echo changed; ls -la; }
exit $status
"#;

/// Runs the shell text where it may mount, with the directory, the program and more words; `None`, and a word of
/// it, where no one may mount.
fn with_mount(shell: &str, directory: &Path, words: &[&str]) -> Option<Output> {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", shell, "sh"]).arg(directory);
    let output = peer(command.arg(program()).args(words));
    let errors = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(77) || errors.contains("unshare:") {
        skipped(&format!("no file system may be mounted here: {errors}"));
        return None;
    }
    Some(output)
}

#[test]
fn a_full_file_system() {
    needs!("unshare");
    let directory = tempfile::tempdir().expect("a temporary directory");
    // With so few inodes, one half fits beside what is there, or none does.
    let cases = [
        ("size=16k", "new"),
        ("size=16k", "old"),
        ("size=1m,nr_inodes=1", "new"),
        ("size=1m,nr_inodes=2", "new"),
        ("size=1m,nr_inodes=3", "old"),
        ("size=1m,nr_inodes=4", "old"),
    ];
    for (options, there) in cases {
        let Some(output) = with_mount(FULL, directory.path(), &[options, there]) else { return };
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{options} {there}: {errors}");
        assert!(errors.contains("No space left on device"), "{options} {there}: {errors}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{options} {there}");
    }
}

/// As above, for a change of the key that is there: `$3` is what ails the file system.
const CHANGE: &str = r#"
directory=$1 program=$2 ill=$3
shift 3
mount -t tmpfs -o size=16k none "$directory" || exit 77
cd "$directory" || exit 78
"$program" -q -t ed25519 -N "old horse" -a 1 -f key || exit 79
case $ill in
    full) cat /dev/zero >filler 2>/dev/null ;;
    *) mount -o remount,ro "$directory" || exit 77 ;;
esac
before=$(ls; cat key key.pub)
"$program" "$@"
status=$?
[ "$before" = "$(ls; cat key key.pub)" ] || { echo changed; ls -la; }
"$program" -y -P "old horse" -f key >/dev/null || echo "the key does not open"
exit $status
"#;

#[test]
fn changes_on_a_full_or_read_only_file_system() {
    needs!("unshare");
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (ill, message) in [("full", "No space left on device"), ("read-only", "Read-only file system")] {
        for words in [
            &["-p", "-P", "old horse", "-N", "new horse", "-a", "1", "-f", "key"][..],
            &["-c", "-P", "old horse", "-C", "new", "-a", "1", "-f", "key"],
            &["convert", "key", "--to", "pkcs8", "-P", "old horse", "--in-place"],
        ] {
            let Some(output) = with_mount(CHANGE, directory.path(), &[&[ill], words].concat()) else {
                return;
            };
            let errors = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{ill} {words:?}: {errors}");
            assert!(errors.contains(message), "{ill} {words:?}: {errors}");
            let printed = String::from_utf8_lossy(&output.stdout);
            assert!(!printed.contains("changed") && !printed.contains("open"), "{ill} {words:?}: {printed}");
        }
    }
}
