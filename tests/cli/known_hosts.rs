//! `-F`, `-R` and `-H`, beside ssh-keygen on some hundreds of generated files.

use std::fs;
use std::path::Path;

use rkeygen::known_hosts::hash;

use crate::oracle::{run, same, ssh_keygen};
use crate::support::dice::Dice;
use crate::support::missing::needs;
use crate::support::{Test, names, rkeygen};

const NAMES: [&str; 14] = [
    "host1",
    "HOST1",
    "a.example",
    "B.Example",
    "*.example",
    "!b.example",
    "[host1]:2222",
    "[*]:2222",
    "10.0.0.1",
    "fe80::1%eth0",
    "h?st1",
    "*",
    "caf\u{e9}",
    "host1.*",
];
const HOSTS: [&str; 12] = [
    "host1",
    "HOST1",
    "a.example",
    "b.example",
    "q.example",
    "[host1]:2222",
    "[x]:2222",
    "10.0.0.1",
    "host2",
    "*",
    "",
    "caf\u{e9}",
];
/// Lines of which ssh-keygen 9.2 and 10 think the same.
const ODD: [&str; 18] = [
    "",
    "   ",
    "# a comment",
    "\t# another",
    "host1",
    "host1 ",
    "nonsense without a key",
    "host1 ssh-ed25519",
    "host1 ssh-ed25519 AAAA",
    "@revoked",
    "@other host1 ssh-ed25519 AAAA",
    "@revoked @revoked host1 ssh-rsa AAAA",
    "|1|x|y ssh-ed25519 AAAA",
    "|2|abc= ssh-ed25519 AAAA",
    "host1 1024 35 1234567890",
    "\r",
    "host1 ssh-rsa \r",
    "host1 # ssh-ed25519 AAAA",
];

fn keys() -> Vec<String> {
    ["openssh-ed25519", "openssh-ecdsa", "openssh-rsa", "certificate-ed25519"]
        .map(|name| {
            let path =
                Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(format!("{name}.pub"));
            let line = fs::read_to_string(path).expect("a vector");
            line.split(' ').take(2).collect::<Vec<_>>().join(" ").trim().to_owned()
        })
        .to_vec()
}

fn file(dice: &mut Dice, keys: &[String], odd: usize) -> String {
    let mut text = String::new();
    for _ in 0..dice.below(12) {
        if dice.below(100) < odd {
            text.push_str(dice.pick(&ODD));
        } else {
            let mut line = Vec::new();
            match dice.below(10) {
                0 => line.push("@revoked".to_owned()),
                1 => line.push("@cert-authority".to_owned()),
                _ => {}
            }
            line.push(if dice.below(4) == 0 {
                hash(dice.pick(&HOSTS).as_bytes(), &[1; 20])
            } else {
                (0..1 + dice.below(3)).map(|_| dice.pick(&NAMES)).collect::<Vec<_>>().join(",")
            });
            line.push(keys[dice.below(keys.len())].clone());
            line.push(dice.pick(&["", "me@here", "two words \u{1b}[1m", "# not a comment"]).to_owned());
            text.push_str(dice.pick(&["", "", "", " ", "\t "]));
            text.push_str(&line.join(dice.pick(&[" ", " ", "  ", "\t", " \t"])));
            text.push_str(dice.pick(&["", "", "", "\r"]));
        }
        text.push('\n');
    }
    if dice.below(5) == 0 {
        text.pop();
    }
    text
}

/// The text with every hashed name that is not in `before` made equal.
fn without_salt(text: &str, before: &str) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let name = line.split(' ').next().unwrap_or_default();
        let new = name.starts_with("|1|") && !before.contains(name);
        out.push_str(&if new { line.replacen(name, "HASHED", 1) } else { line.to_owned() });
    }
    out
}

/// The same change through both programs, each in a directory of its own.
fn changes_alike(before: &str, arguments: &[&str]) {
    let directories = [(); 2].map(|()| tempfile::tempdir().expect("a directory"));
    for directory in &directories {
        fs::write(directory.path().join("known"), before).expect("a file");
    }
    let theirs = run(ssh_keygen(), directories[0].path(), arguments);
    let ours = run(rkeygen(), directories[1].path(), arguments);
    let errors = String::from_utf8_lossy(&ours.stderr).into_owned();
    let note = format!("{arguments:?} on\n{before}\n{errors}");
    assert_eq!(String::from_utf8_lossy(&ours.stdout), String::from_utf8_lossy(&theirs.stdout), "{note}");
    assert_eq!(ours.status.code(), theirs.status.code(), "{note}");
    assert_eq!(names(directories[1].path()), names(directories[0].path()), "{note}");
    for name in names(directories[0].path()) {
        let text = |directory: &tempfile::TempDir| {
            let bytes = fs::read(directory.path().join(&name)).expect("a file");
            without_salt(&String::from_utf8_lossy(&bytes), before)
        };
        assert_eq!(text(&directories[1]), text(&directories[0]), "{name} {note}");
    }
}

#[test]
fn hosts_are_found_as_ssh_keygen_finds_them() {
    needs!("ssh-keygen");
    let keys = keys();
    let mut dice = Dice::new(1);
    let directory = tempfile::tempdir().expect("a directory");
    for _ in 0..120 {
        fs::write(directory.path().join("known"), file(&mut dice, &keys, 25)).expect("a file");
        let host = dice.pick(&HOSTS);
        same(directory.path(), &["-f", "known", "-F", host]);
        let extra = dice.pick(&["-l", "-q", "-lv", "-lB", "-lEmd5", "-B", "-lq"]);
        same(directory.path(), &["-f", "known", extra, "-F", host]);
    }
}

#[test]
fn hosts_are_removed_as_ssh_keygen_removes_them() {
    needs!("ssh-keygen");
    let keys = keys();
    let mut dice = Dice::new(2);
    for round in 0..120 {
        let before = file(&mut dice, &keys, if round % 2 == 0 { 0 } else { 15 });
        let arguments = [dice.pick(&["-f", "-qf"]), "known", "-R", dice.pick(&HOSTS)];
        changes_alike(&before, &arguments);
    }
}

#[test]
fn names_are_hidden_as_ssh_keygen_hides_them() {
    needs!("ssh-keygen");
    let keys = keys();
    let mut dice = Dice::new(3);
    for round in 0..100 {
        let before = file(&mut dice, &keys, if round % 2 == 0 { 0 } else { 15 });
        changes_alike(&before, &["-H", "-f", "known"]);
    }
}

#[test]
fn what_was_hidden_is_found_by_both() {
    needs!("ssh-keygen");
    let directory = tempfile::tempdir().expect("a directory");
    let text: String = keys().iter().map(|key| format!("one,Two,[three]:22 {key} c\n")).collect();
    fs::write(directory.path().join("known"), text).expect("a file");
    run(rkeygen(), directory.path(), &["-H", "-f", "known"]);
    for host in ["one", "two", "[three]:22"] {
        assert_eq!(same(directory.path(), &["-F", host, "-f", "known"]).lines().count(), 8, "{host}");
    }
    same(directory.path(), &["-F", "Two", "-f", "known"]);
    same(directory.path(), &["-F", "one", "-H", "-f", "known"]);
    run(ssh_keygen(), directory.path(), &["-R", "one", "-f", "known"]);
    assert_eq!(same(directory.path(), &["-F", "one", "-f", "known"]), "");
}

#[test]
fn a_missing_file_is_status_255() {
    for arguments in ["-F h -f none", "-R h -f none", "-H -f none"] {
        Test::new(arguments).status(255).stderr_has(&["Cannot stat none: No such file or directory"]).run();
    }
}

#[test]
fn letters_that_would_do_nothing_together_are_refused() {
    for (arguments, message) in [
        ("-l -H", "Cannot use -l with -H or -R."),
        ("-l -R x", "Cannot use -l with -H or -R."),
        ("-H -R x", "-H and -R exclude each other"),
        ("-F x -R x", "-F and -R exclude each other"),
    ] {
        Test::new(arguments).args("-f known").status(1).stderr_has(&[message]).run();
    }
}

#[test]
fn invalid_lines_are_named_and_stay_if_wanted() {
    let key = &keys()[0];
    let text = format!("a {key}\nb\nc ssh-dss AAAA\na,,b {key}\n");
    let done = Test::new("-R a -f known")
        .file("known", &text)
        .status(1)
        .stdout("# Host a found: line 1\n# Host a found: line 4\n")
        .stderr_has(&[
            "known:2: invalid line: there is no key after the names",
            "known:3: invalid line: unknown key type",
            "--keep-invalid",
        ])
        .run();
    assert_eq!((done.names(), done.read("known")), (vec!["known".to_owned()], text.clone()));
    let done = Test::new("-R a -f known --keep-invalid").file("known", &text).any_output().run();
    assert_eq!(done.read("known"), "b\nc ssh-dss AAAA\n");
    assert_eq!(done.read("known.old"), text);
    // ssh-keygen stops at an empty name, and loses those behind it.
    let done = Test::new("-H -f known --keep-invalid").file("known", &text).any_output().run();
    assert_eq!(done.read("known").lines().filter(|line| line.starts_with("|1|")).count(), 3);
}

#[cfg(unix)]
#[test]
fn the_link_the_mode_and_the_target_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let directory = tempfile::tempdir().expect("a directory");
    let path = |name: &str| directory.path().join(name);
    let text = format!("a {}\nb {}\n", keys()[0], keys()[1]);
    fs::create_dir(path("elsewhere")).expect("a directory");
    fs::write(path("elsewhere/hosts"), &text).expect("a file");
    crate::support::set_mode(path("elsewhere/hosts"), 0o664);
    symlink("elsewhere/hosts", path("known")).expect("a link");
    fs::write(path("known.old"), "older").expect("a file");
    let output = run(rkeygen(), directory.path(), &["-R", "a", "-f", "known"]);
    let said = "# Host a found: line 1\nknown updated.\nOriginal contents retained as known.old\n";
    assert_eq!(String::from_utf8_lossy(&output.stdout), said);
    assert!(fs::symlink_metadata(path("known")).expect("it").is_symlink());
    assert_eq!(fs::read_to_string(path("known")).expect("it"), format!("b {}\n", keys()[1]));
    assert_eq!(fs::read_to_string(path("known.old")).expect("it"), text);
    assert_eq!(fs::metadata(path("known")).expect("it").permissions().mode() & 0o777, 0o664);
    assert_eq!(names(directory.path()), ["elsewhere", "known", "known.old"]);
    assert_eq!(names(&path("elsewhere")), ["hosts"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_file_as_it_was() {
    let directory = tempfile::tempdir().expect("a directory");
    let text = format!("a {}\n", keys()[0]).repeat(1000);
    fs::write(directory.path().join("known"), &text).expect("a file");
    let (program, mut command) = (rkeygen(), std::process::Command::new("sh"));
    command
        .args(["-c", "ulimit -f 8; exec \"$@\" -H -f known", "sh"])
        .arg(program.get_program())
        .args(program.get_args());
    let output = command.current_dir(directory.path()).output().expect("a shell");
    assert_eq!(output.status.code(), Some(255), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read_to_string(directory.path().join("known")).expect("it"), text);
    assert_eq!(names(directory.path()), ["known"]);
}

#[test]
fn json_tells_what_was_found_and_removed() {
    let key = &keys()[0];
    let text = format!("@revoked a {key} me\na,b {key}\nc {key}\n");
    let json = |arguments: &str, status| {
        let done = Test::new(arguments)
            .args("--json -f known")
            .file("known", &text)
            .status(status)
            .any_output()
            .run();
        serde_json::from_str::<serde_json::Value>(&done.stdout()).expect("JSON")
    };
    let found = json("-F a", 0);
    assert_eq!((&found["schema"], &found["found"]), (&"rkeygen/known-hosts-find/2".into(), &true.into()));
    assert_eq!(found["entries"][0]["marker"], "@revoked");
    assert_eq!(found["entries"][0]["key"]["comment"], "me");
    assert_eq!(found["entries"][1]["line"], 2);
    assert_eq!(found["entries"][1]["names"], serde_json::json!(["a", "b"]));
    assert_eq!(json("-F x", 1)["entries"].as_array().map(Vec::len), Some(0));
    let removed = json("-R a", 0);
    assert_eq!(removed["removed"].as_array().map(Vec::len), Some(1));
    assert_eq!((&removed["changed"], &removed["backup_file"]), (&true.into(), &"known.old".into()));
    assert_eq!(json("-R x", 0)["changed"], false);
    assert_eq!(json("-H", 0)["hashed"], 2);
}
