//! Modes and owners with which a real sshd (`StrictModes yes`) reads an authorized_keys file, beside what `authorized-keys
//! add` and `lint` say of it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::sshd::Sshd;
use crate::support::missing::{needs, skipped};
use crate::support::{forget_surroundings, peer, program};
use crate::world::World;

const USER: &str = "54322";

/// What is done to a home directory where all is well, in the directory that has it: others can only read it, and it belongs to
/// root. `$U` is the user, `$O` another one.
const ROWS: &[(&str, &str)] = &[
    ("all is well", ""),
    ("the home is writable to the group", "chmod 775 home"),
    ("the home is writable to all and sticky", "chmod 1777 home"),
    ("the home gives its group", "chmod 2755 home"),
    ("the home is root's", "chown 0:0 home"),
    ("the home is another's", "chown $O:$O home"),
    ("the home is closed to others", "chmod 700 home"),
    ("what the home is in is writable to the group", "chmod 775 ."),
    (".ssh is writable to the group", "chmod 770 home/.ssh"),
    (".ssh is writable to others", "chmod 707 home/.ssh"),
    (".ssh is writable to all and sticky", "chmod 1777 home/.ssh"),
    (".ssh is readable to all", "chmod 755 home/.ssh"),
    (".ssh is root's and open", "chown 0:0 home/.ssh; chmod 755 home/.ssh"),
    (".ssh is root's alone", "chown 0:0 home/.ssh; chmod 700 home/.ssh"),
    (".ssh is another's", "chown $O:$O home/.ssh; chmod 755 home/.ssh"),
    ("the file is writable to the group", "chmod 664 home/.ssh/authorized_keys"),
    ("the file is writable to others", "chmod 602 home/.ssh/authorized_keys"),
    ("the file is readable to all", "chmod 644 home/.ssh/authorized_keys"),
    (
        "the file is root's and open",
        "chown 0:0 home/.ssh/authorized_keys; chmod 644 home/.ssh/authorized_keys",
    ),
    ("the file is root's alone", "chown 0:0 home/.ssh/authorized_keys"),
    (
        "the file is root's and the group's",
        "chown 0:$U home/.ssh/authorized_keys; chmod 640 home/.ssh/authorized_keys",
    ),
    ("the file is another's", "chown $O:$O home/.ssh/authorized_keys; chmod 644 home/.ssh/authorized_keys"),
    (
        "a link to a file in the home",
        "mkdir home/a; mkdir home/a/b; mv home/.ssh/authorized_keys home/a/b/k; chown -R $U:$U home/a; ln -s ../a/b/k home/.ssh/authorized_keys",
    ),
    (
        "a link by way of a directory that is writable",
        "mkdir home/a; mkdir home/a/b; mv home/.ssh/authorized_keys home/a/b/k; chown -R $U:$U home/a; chmod 775 home/a; ln -s ../a/b/k home/.ssh/authorized_keys",
    ),
    (
        "a link to a store of root",
        "mkdir store; mv home/.ssh/authorized_keys store/k; chown 0:0 store/k; chmod 644 store/k; ln -s ../../store/k home/.ssh/authorized_keys",
    ),
    (
        "a link to a store of the user",
        "mkdir store; mv home/.ssh/authorized_keys store/k; chown $U:$U store; ln -s ../../store/k home/.ssh/authorized_keys",
    ),
    (
        "a link to a store of another",
        "mkdir store; mv home/.ssh/authorized_keys store/k; chown $O:$O store; ln -s ../../store/k home/.ssh/authorized_keys",
    ),
    (
        "a link to a place like /tmp",
        "mkdir store store/mine; chmod 1777 store; mv home/.ssh/authorized_keys store/mine/k; chown $U:$U store/mine; ln -s ../../store/mine/k home/.ssh/authorized_keys",
    ),
    (".ssh is a link in the home", "mv home/.ssh home/real; ln -s real home/.ssh"),
    (".ssh is a link to a store", "mkdir store; mv home/.ssh store/.ssh; ln -s ../store/.ssh home/.ssh"),
    (
        ".ssh is a link to a writable store",
        "mkdir store; chmod 775 store; mv home/.ssh store/real; ln -s ../store/real home/.ssh",
    ),
    ("the home is a link", "mkdir store; mv home store/home; ln -s store/home home"),
    (
        "the home is a link from a writable directory",
        "mkdir store; chmod 777 store; mv home store/home; ln -s store/home home",
    ),
];

/// What `sh` does in the directory, as root.
fn shell(directory: &Path, script: &str) {
    let mut command = Command::new("sh");
    command.arg("-euc").arg(script).current_dir(directory).env("U", USER).env("O", "54323");
    let output = peer(&mut command);
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Whether the command of rkeygen finds nothing wrong with the list of the home, run by that user.
fn agrees(directory: &Path, user: &str, words: &[&str]) -> (bool, String) {
    let mut command = Command::new("setpriv");
    forget_surroundings(&mut command);
    command.args(["--reuid", user, "--regid", user, "--clear-groups"]).arg(directory.join("rkeygen"));
    command.args(words).args(["-f", "home/.ssh/authorized_keys"]).current_dir(directory);
    let output = peer(&mut command);
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (output.status.success(), text)
}

#[test]
fn a_file_is_trusted_as_sshd_trusts_it() {
    needs!("sshd", "unshare", "setpriv");
    // No directory on the way to a link's target may be writable to others, as /tmp is.
    let Ok(base) = tempfile::tempdir_in("/run") else {
        skipped("only root can change owners, in a directory such as /run");
        return;
    };
    let world = World::new();
    let home = base.path().join("home");
    let entry = format!("\nkeyed:x:{USER}:{USER}::{}:/bin/sh\n", home.display());
    let users = fs::read_to_string("/etc/passwd").expect("the users") + &entry;
    let server = Sshd::start_for(&world, "StrictModes yes", ("keyed", &users));
    world.write("known", format!("[127.0.0.1]:{} {}", server.port, world.read("other.pub")));
    fs::set_permissions(base.path(), PermissionsExt::from_mode(0o755)).expect("a mode");
    fs::copy(world.path("user.pub"), base.path().join("user.pub")).expect("a key");
    shell(base.path(), &format!("cp {} rkeygen; chmod 755 rkeygen; chmod 644 user.pub", program()));
    let mut counts = [0; 2];
    for (what, script) in ROWS {
        shell(
            base.path(),
            "rm -rf home store; chmod 755 .; mkdir home home/.ssh; chmod 700 home/.ssh
             cp user.pub home/.ssh/authorized_keys; chmod 600 home/.ssh/authorized_keys; chown -R $U:$U home",
        );
        shell(base.path(), script);
        let login = server.login("known");
        let is_in = login.stdout == b"welcome\n";
        counts[usize::from(is_in)] += 1;
        for (user, words) in [
            ("0", &["authorized-keys", "add", "user.pub"][..]),
            ("0", &["authorized-keys", "lint"]),
            (USER, &["authorized-keys", "lint"]),
        ] {
            let (agreed, text) = agrees(base.path(), user, words);
            let log = world.read("log");
            let log = log.lines().rev().take(8).collect::<Vec<_>>();
            assert_eq!(agreed, is_in, "{what}: {words:?} as {user}: {text}\n{log:?}");
        }
    }
    assert!(counts[0] > 10 && counts[1] > 10, "{counts:?}");
}
