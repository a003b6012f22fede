//! Calls that a file system may lack or forbid, a sync that fails after the work is done, and files that are mount
//! points: what can be done is done, and what is true is said.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::missing::needs;
use crate::support::missing::skipped;
use crate::support::{names, peer, private_file, program};
use crate::traced::{Trace, injecting};

/// Commands that write, and the files that are there afterwards beside those of [`kit`].
const COMMANDS: [(&str, &[&str]); 12] = [
    ("-q -t ed25519 -C me -N horse -a 1 -f fresh", &["fresh", "fresh.pub"]),
    ("-q -t ed25519 -C me -N horse -a 1 -f key --if-exists replace", &[]),
    ("-q -p -N horse -a 1 -f key", &[]),
    ("-q -c -C new -f key", &[]),
    ("convert key --to pkcs8 --in-place", &[]),
    ("convert key --to pkcs8 -o out", &["out"]),
    ("-q -k -f list key.pub", &[]),
    ("-q -s key -I me -n me -V +1d key.pub", &["key-cert.pub"]),
    ("-q -Y sign -n file -f key hosts", &["hosts.sig"]),
    ("-R one -f hosts", &["hosts.old"]),
    ("-H -f hosts", &["hosts.old"]),
    ("-A -f . --host-key-types ed25519", &[]),
];

fn kit() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    let run = |words: &str| {
        let output = peer(Command::new(program()).current_dir(directory.path()).args(words.split(' ')));
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
    };
    run("-q -t ecdsa -C me --no-passphrase -f key");
    run("-q -k -f list key.pub");
    let line = fs::read_to_string(directory.path().join("key.pub")).expect("a line");
    private_file(&directory.path().join("hosts"), format!("one {line}two {line}").as_bytes());
    fs::set_permissions(directory.path().join("hosts"), fs::Permissions::from_mode(0o644)).expect("a mode");
    fs::create_dir_all(directory.path().join("etc/ssh")).expect("a directory");
    directory
}

fn with_injected(directory: &Path, injections: &[&str], words: &str) -> Output {
    peer(injecting(directory, injections).args(words.split_whitespace()).stdin(Stdio::null()))
}

#[test]
fn a_call_that_is_missing_changes_nothing() {
    let links: &[&str] = &["link,linkat:error=EPERM", "renameat2:error=EOPNOTSUPP"];
    for injections in [
        &["fchmod:error=EPERM"][..],
        &["fchown:error=EPERM"],
        &["fsync:error=EINVAL"],
        &["fsync:error=EOPNOTSUPP"],
        &["flock:error=ENOLCK"],
        &["link,linkat:error=EPERM"],
        &["link,linkat:error=EOPNOTSUPP"],
        links,
        &["link,linkat:error=ENOSYS", "renameat2:error=EINVAL"],
        &["link,linkat:error=EACCES", "renameat2:error=ENOSYS", "fchmod:error=ENOSYS", "fsync:error=ENOSYS"],
    ] {
        for (words, made) in COMMANDS {
            let directory = kit();
            let directory = directory.path();
            let mut expected = names(directory);
            expected.extend(made.iter().map(|&name| name.to_owned()));
            expected.sort();
            let output = with_injected(directory, injections, words);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{injections:?}: {words}: {errors}");
            assert_eq!(names(directory), expected, "{injections:?}: {words}");
            let mode =
                |name: &str| fs::metadata(directory.join(name)).expect("a file").permissions().mode() & 0o777;
            assert_eq!((mode("key"), mode("hosts")), (0o600, 0o644), "{injections:?}: {words}");
        }
    }
}

/// The last fsync of each command is that of the directory.
#[test]
fn a_directory_that_cannot_be_synced_is_no_failure() {
    for (words, made) in COMMANDS {
        if words.contains(" -s ") {
            // Certificates can be made again; they are not synced at all.
            continue;
        }
        for error in ["EIO", "EBADF", "EROFS"] {
            let directory = kit();
            let directory = directory.path();
            let count = fsyncs(directory, words);
            let directory = kit();
            let directory = directory.path();
            let output = with_injected(directory, &[&format!("fsync:error={error}:when={count}")], words);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{error}: {words}: {errors}");
            assert!(
                errors.contains("written, but may not survive a power failure"),
                "{error}: {words}: {errors}"
            );
            assert!(made.iter().all(|name| directory.join(name).exists()), "{error}: {words}");
        }
    }
}

/// How often a command calls fsync.
fn fsyncs(directory: &Path, words: &str) -> usize {
    let (trace, mut command) = Trace::of("fsync");
    command.current_dir(directory).args(words.split_whitespace()).stdin(Stdio::null());
    assert!(peer(&mut command).status.success(), "{words}");
    trace.calls().matches("fsync(").count()
}

/// `$1` is a directory, `$2` how to mount, `$3` the file, `$4` the program, then its words.
const MOUNTED: &str = r#"
cd "$1" || exit 78
mount --bind "$3" "$3" || exit 77
[ "$2" = rw ] || mount -o remount,bind,ro "$3" || exit 77
shift 3
"$@"
status=$?
exit $status
"#;

fn on_mount_point(directory: &Path, how: &str, file: &str, words: &str) -> Option<Output> {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", MOUNTED, "sh"]).arg(directory).args([how, file]);
    let output = peer(command.arg(program()).args(words.split_whitespace()).stdin(Stdio::null()));
    let errors = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(77) || errors.contains("unshare:") {
        skipped(&format!("nothing may be mounted here: {errors}"));
        return None;
    }
    Some(output)
}

#[test]
fn a_file_that_is_a_mount_point_is_changed_in_place() {
    needs!("ssh-keygen");
    for (file, words) in [
        ("key", "-q -p -N horse -a 1 -f key"),
        ("key", "-q -c -C new -f key"),
        ("key.pub", "-q -c -C new -f key"),
        ("key", "convert key --to pkcs8 --in-place"),
        ("list", "-q -k -u -f list key.pub"),
        ("hosts", "-R one -f hosts"),
        ("hosts", "-H -f hosts"),
    ] {
        let directory = kit();
        let directory = directory.path();
        let (before, all) = (fs::read(directory.join(file)).expect("it"), names(directory));
        let Some(output) = on_mount_point(directory, "rw", file, words) else { return };
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words}: {errors}");
        if !words.contains("-k") {
            assert_ne!(fs::read(directory.join(file)).expect("it"), before, "{words}");
        }
        let left: Vec<_> =
            names(directory).into_iter().filter(|name| !all.contains(name) && name != "hosts.old").collect();
        assert!(left.is_empty(), "{words}: {left:?}");
        let passphrase = if words.contains("-p") { "horse" } else { "" };
        let opened = peer(
            Command::new("ssh-keygen").current_dir(directory).args(["-y", "-P", passphrase, "-f", "key"]),
        );
        assert!(opened.status.success(), "{words}: {}", String::from_utf8_lossy(&opened.stderr));

        let directory = kit();
        let directory = directory.path();
        let (before, all) = (fs::read(directory.join(file)).expect("it"), names(directory));
        let Some(output) = on_mount_point(directory, "ro", file, words) else { return };
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{words}");
        assert!(errors.contains("is a mount point") && errors.contains("hint: "), "{words}: {errors}");
        assert_eq!(fs::read(directory.join(file)).expect("it"), before, "{words}");
        assert!(names(directory).iter().all(|name| all.contains(name) || name == "hosts.old"), "{words}");
    }
}

/// As on live systems and small routers, the files of the kit are on a read-only file system, under another one in memory.
#[test]
fn files_under_an_overlay_are_replaced() {
    let shell = r#"
        mount -t tmpfs none "$2" && mkdir "$2/upper" "$2/work" "$2/all" &&
            mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work,xino=off" none "$2/all" || exit 77
        cd "$2/all" && shift 2 && exec "$@"
    "#;
    let above = tempfile::tempdir().expect("a directory");
    for (words, _) in COMMANDS {
        let directory = kit();
        fs::write(directory.path().join("etc/ssh/ssh_host_ed25519_key"), "").expect("an empty file");
        let mut command = Command::new("unshare");
        command
            .args(["--map-root-user", "--mount", "sh", "-c", shell, "sh"])
            .arg(directory.path())
            .arg(above.path());
        let output = peer(command.arg(program()).args(words.split_whitespace()).stdin(Stdio::null()));
        let errors = String::from_utf8_lossy(&output.stderr);
        if output.status.code() == Some(77) || errors.contains("unshare:") {
            return skipped(&format!("there is no overlay here: {errors}"));
        }
        assert!(output.status.success(), "{words}: {errors}");
    }
}

/// A write in place that fails is undone from the copy.
#[test]
fn a_failed_change_in_place_is_undone() {
    let shell = r#"
        cd "$1" && mount --bind key key || exit 77
        program=$2
        shift 2
        exec strace -f -qq -o /dev/null -e inject=fsync:error=EIO:when=4 "$program" "$@"
    "#;
    let directory = kit();
    let directory = directory.path();
    let (before, all) = (fs::read(directory.join("key")).expect("it"), names(directory));
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", shell, "sh"]).arg(directory).arg(program());
    let output = peer(command.args("-q -p -N horse -a 1 -f key".split(' ')).stdin(Stdio::null()));
    let errors = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(77) || errors.contains("unshare:") {
        return skipped(&format!("nothing may be mounted here: {errors}"));
    }
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("cannot be changed in place: Input/output error"), "{errors}");
    assert_eq!(fs::read(directory.join("key")).expect("it"), before);
    assert_eq!(names(directory), all);
}

/// The hint that the disk may begin is given for long files, and no error of it counts.
#[test]
fn a_long_list_is_rewritten_where_the_disk_takes_no_hints() {
    needs!("strace");
    let directory = kit();
    let line = fs::read_to_string(directory.path().join("key.pub")).expect("a line");
    let hosts: Vec<String> = (0..20_000).map(|host| format!("h{host} {line}")).collect();
    fs::write(directory.path().join("hosts"), hosts.concat()).expect("a list");
    let (trace, mut command) = Trace::failing(("sync_file_range", "EIO"), 1);
    let output = peer(command.current_dir(directory.path()).args(["-R", "h19999", "-f", "hosts"]));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(trace.has_failed(), "{}", trace.calls());
    let left = fs::read_to_string(directory.path().join("hosts")).expect("the list");
    assert_eq!(left, hosts[..19_999].concat());
}
