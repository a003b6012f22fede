//! Who may read what was written.

use std::fs;
use std::process::Command;

use crate::place::{NEW, PLAIN, Place};
use crate::support::missing::{needs, skipped};
use crate::support::{peer, program};

#[test]
fn the_umask_takes_nothing_from_privacy() {
    for (umask, public) in [("000", 0o644), ("022", 0o644), ("077", 0o600), ("027", 0o640), ("777", 0)] {
        for format in ["", "-m PKCS8", "-m PEM -t ecdsa"] {
            let place = Place::new();
            place.works(&format!(r#"umask {umask}; exec "$@""#), &format!("{NEW} {format}"));
            assert_eq!((place.mode("key"), place.mode("key.pub")), (0o600, public), "{umask} {format}");
        }
    }
}

#[test]
fn a_file_that_others_could_read_is_theirs_no_more() {
    needs!("ssh-keygen");
    // The mode of a public key that was there stays, as in ssh-keygen.
    for (umask, public) in [("022", 0o644), ("077", 0o644), ("022", 0o640), ("000", 0o600), ("022", 0o666)] {
        let place = Place::new().file("key", "old").file("key.pub", "old");
        place.works(
            &format!(r#"chmod 644 key; chmod {public:o} key.pub; umask {umask}; exec "$@""#),
            &format!("{NEW} --if-exists replace"),
        );
        assert_eq!((place.mode("key"), place.mode("key.pub")), (0o600, public), "{umask}");
        place.holds_a_pair("");
    }
}

#[test]
fn a_lone_public_key_keeps_its_mode() {
    let place = Place::new().file("key.pub", "old");
    place.works(r#"chmod 644 key.pub; umask 077; exec "$@""#, NEW);
    assert_eq!((place.mode("key"), place.mode("key.pub")), (0o600, 0o644));
}

#[test]
fn the_public_keys_of_hosts_are_readable_whatever_the_umask() {
    let place = Place::new();
    place.works(r#"mkdir -p etc/ssh; umask 077; exec "$@""#, "-A -f . --host-key-types ed25519");
    let modes = || ["", ".pub"].map(|end| place.mode(&format!("etc/ssh/ssh_host_ed25519_key{end}")));
    assert_eq!(modes(), [0o600, 0o644]);
    place.works(
        r#"rm etc/ssh/ssh_host_ed25519_key; chmod 600 etc/ssh/*.pub; umask 077; exec "$@""#,
        "-A -f . --host-key-types ed25519",
    );
    assert_eq!(modes(), [0o600, 0o644]);
}

#[test]
fn another_name_of_the_old_file_keeps_the_old_key() {
    let place = Place::new().file("key", "old").file("key.pub", "old public");
    place.works(r#"ln key other; exec "$@""#, &format!("{NEW} --if-exists replace"));
    assert_eq!(fs::read_to_string(place.path("other")).expect("the other name"), "old");
}

#[test]
fn another_name_of_a_key_is_told_of_when_the_passphrase_changes() {
    needs!("ssh-keygen");
    let place = Place::new();
    place.works(PLAIN, NEW);
    let output = place.run(r#"ln key other; exec "$@""#, "-q -p -N horse -a 1 -f key", "");
    assert!(output.status.success());
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("Warning: key has another name (a hard link)"), "{message}");
    fs::remove_file(place.path("other")).expect("the other name");
    place.holds_a_pair("horse");
    let output = place.run(PLAIN, "-q -p -P horse -N other -a 1 -f key", "");
    assert!(output.stderr.is_empty());
}

/// A user database of our own in a mount namespace: `$1` becomes the home directory of uid 0.
const HOME: &str = r#"
echo "root:x:0:0::$1:/bin/sh" >"$1/passwd"
mount --bind "$1/passwd" /etc/passwd || exit 77
umask "$3"
shift
program=$1
shift 2
"$program" "$@"
"#;

/// Runs the program with that home directory; `None` where nothing may be mounted.
fn at_home(
    home: &std::path::Path,
    umask: &str,
    arguments: &[&str],
    input: &str,
) -> Option<std::process::Output> {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "setsid", "--wait", "sh", "-c", HOME, "sh"]);
    command.arg(home).args([program(), umask]).args(arguments);
    let output = crate::support::feed(command, input.as_bytes());
    let errors = String::from_utf8_lossy(&output.stderr);
    let refused = output.status.code() == Some(77) || errors.contains("unshare:");
    if refused {
        skipped(&format!("no file system may be mounted here: {errors}"));
    }
    (!refused).then_some(output)
}

#[test]
fn the_directory_of_the_first_key_is_private() {
    needs!("unshare");
    for umask in ["000", "022", "077"] {
        let home = tempfile::tempdir().expect("a home");
        let Some(output) = at_home(home.path(), umask, &["-C", "me", "--no-passphrase"], "\n") else {
            return;
        };
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
        let ssh = home.path().join(".ssh");
        assert_eq!(errors, format!("Created directory '{}'.\n", ssh.display()));
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains(&format!("saved in {}/id_ed25519\n", ssh.display())), "{said}");
        let modes =
            peer(Command::new("stat").args(["-c", "%a"]).arg(&ssh).arg(ssh.join("id_ed25519"))).stdout;
        assert_eq!(String::from_utf8_lossy(&modes), "700\n600\n", "{umask}");
    }
}

#[test]
fn a_directory_without_a_key_is_not_left_behind() {
    needs!("unshare");
    let home = tempfile::tempdir().expect("a home");
    // The name is answered, the passphrase is not.
    let Some(output) = at_home(home.path(), "022", &["-C", "me"], "\n") else { return };
    assert_eq!(output.status.code(), Some(1));
    assert!(!home.path().join(".ssh").exists());
}

#[test]
fn the_memory_of_the_program_is_closed_to_its_user() {
    use std::io::Read as _;
    use std::os::unix::fs::MetadataExt as _;
    let place = Place::new();
    let mut command = place.command(PLAIN, "-f key");
    let wrapped = command.stdin(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut setsid = Command::new("setsid");
    setsid.arg(wrapped.get_program()).args(wrapped.get_args()).current_dir(place.directory());
    setsid.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::null());
    let mut child = setsid.stderr(std::process::Stdio::piped()).spawn().expect("the program starts");
    let mut question = [0; 16];
    child.stderr.as_mut().expect("a pipe").read_exact(&mut question).expect("the question");
    assert_eq!(&question, b"Enter passphrase");
    // A process that leaves no core dump belongs to root in /proc, whoever runs it.
    let owner = fs::metadata(format!("/proc/{}/mem", child.id())).expect("the process").uid();
    drop(child.stdin.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
    assert_eq!(owner, 0);
    assert!(place.names().is_empty());
}
