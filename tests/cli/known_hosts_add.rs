//! `rkeygen known-hosts add`, `replace` and `list`: ssh-keygen finds what was added.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use crate::oracle::run;
use crate::support::missing::needs;
use crate::support::oracle::ssh_keygen;
use crate::support::{Test, assert_mode, names, peer, rkeygen};

const ONE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
const TWO: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
const POINT: &str = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGsX0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT+NC4v4af5uO5+tKfA+eFivOM1drMV7Oy7ZAaDe/UfU=";

#[test]
fn names_are_written_as_ssh_writes_them_and_found_by_ssh_keygen() {
    needs!("ssh-keygen");
    for (words, line, asked) in [
        ("Server.example.org", "server.example.org", "server.example.org"),
        ("server 192.0.2.7", "server,192.0.2.7", "192.0.2.7"),
        ("server:2222", "[server]:2222", "[server]:2222"),
        ("[server]:22", "server", "server"),
        ("2001:db8::1", "2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:2222", "[2001:db8::1]:2222", "[2001:db8::1]:2222"),
        ("*.example.org --cert-authority", "@cert-authority *.example.org", "a.example.org"),
        ("server --revoked", "@revoked server", "server"),
    ] {
        let done = Test::new("known-hosts add --key key.pub -f known")
            .args(words)
            .file("key.pub", format!("{ONE} root@server\n"))
            .stdout_has(&["known:1: added: 256 SHA256:", " (ED25519)"])
            .run();
        assert_eq!(done.read("known"), format!("{line} {ONE}\n"), "{words}");
        let mut command = ssh_keygen();
        let found = peer(command.current_dir(done.directory.path()).args(["-F", asked, "-f", "known"]));
        assert!(found.status.success(), "{words}");
    }
}

#[test]
fn hashed_names_are_found_by_ssh_keygen() {
    needs!("ssh-keygen");
    let done = Test::new("known-hosts add a b:2222 --key key.pub -f known --hash -q")
        .file("key.pub", format!("{ONE}\n"))
        .run();
    let text = done.read("known");
    assert_eq!(text.lines().filter(|line| line.starts_with("|1|") && line.ends_with(ONE)).count(), 2);
    for name in ["a", "[b]:2222"] {
        let mut command = ssh_keygen();
        let found = peer(command.current_dir(done.directory.path()).args(["-F", name, "-f", "known"]));
        assert!(found.status.success(), "{name}");
    }
    // With the name hashed, the same entry is there.
    Test::new("known-hosts add a --key key.pub -f known")
        .file("key.pub", ONE)
        .file("known", &text)
        .stdout_has(&["known:1: already there: 256 SHA256:"])
        .run();
}

/// The rest of the file stays byte for byte, and the new line ends as the others do.
#[test]
fn the_rest_of_the_file_stays() {
    for (before, after) in [
        (format!("# mine\n\n\tx {TWO}  me \nodd line\n"), format!("new {ONE}\n")),
        (format!("x {TWO}\r\n"), format!("new {ONE}\r\n")),
        (format!("# y\r\nx {TWO}"), format!("\r\nnew {ONE}\r\n")),
        (format!("x {TWO}"), format!("\nnew {ONE}\n")),
        (String::new(), format!("new {ONE}\n")),
        ("# only a comment".to_owned(), format!("\nnew {ONE}\n")),
    ] {
        let done = Test::new("known-hosts add new --key - -f known")
            .file("known", &before)
            .input(format!("{ONE} me\n"))
            .stdout_has(&["added"])
            .run();
        assert_eq!(done.read("known"), format!("{before}{after}"), "{before:?}");
        assert_eq!(done.names(), ["known"]);
    }
}

#[test]
fn an_entry_that_is_there_changes_nothing() {
    let before = format!("a,b {ONE}\n");
    let done = Test::new("known-hosts add a --key key.pub -f known --json")
        .file("known", &before)
        .file("key.pub", ONE)
        .any_output()
        .run();
    let json: serde_json::Value = serde_json::from_str(&done.stdout()).expect("JSON");
    assert_eq!((&json["changed"], &json["entries"][0]["added"]), (&false.into(), &false.into()));
    assert_eq!(json["entries"][0]["names"], serde_json::json!(["a", "b"]));
    assert_eq!(done.read("known"), before);
    // Only what is missing is added: other names, and other keys of the file.
    let done = Test::new("known-hosts add a c --key key.pub -f known")
        .file("known", &before)
        .file("key.pub", format!("{ONE}\n# x\n{POINT} me\n"))
        .stdout_has(&["known:1: already there", "known:2: added: 256", "known:3: added: 256"])
        .run();
    assert_eq!(done.read("known"), format!("{before}c {ONE}\na,c {POINT}\n"));
}

#[test]
fn another_key_or_a_revoked_one_is_refused() {
    for (before, words, message) in [
        (format!("a {TWO}\n"), "a", "known:1: a different key of the same type for the host; not changed"),
        (format!("* {TWO}\n"), "a", "by more than this name; not changed"),
        (format!("a {POINT}\n@revoked * {ONE}\n"), "a", "known:2: revokes this key"),
        (format!("@revoked a {ONE}\n"), "a --cert-authority", "known:1: revokes this key"),
        (format!("{TWO} a.pub\n"), "a", "no line is one of known_hosts; not changed"),
        ("\u{feff}\n".to_owned(), "a", "no line is one of known_hosts; not changed"),
    ] {
        let done = Test::new("known-hosts add -f known --key key.pub")
            .args(words)
            .file("known", &before)
            .file("key.pub", ONE)
            .status(1)
            .stderr_has(&[message, "hint: "])
            .run();
        assert_eq!(done.read("known"), before);
        assert_eq!(done.names(), ["key.pub", "known"]);
    }
    // ssh takes a revoked key for revoked whatever else the file says of it.
    Test::new("known-hosts add a --revoked -f known --key key.pub")
        .file("known", format!("a {ONE}\n"))
        .file("key.pub", ONE)
        .stdout_has(&["known:2: added"])
        .run();
}

#[test]
fn replace_takes_the_old_key_out_of_the_names_alone() {
    let before = format!("# x\na,b {TWO} me\na {POINT}\nc {TWO}\na {TWO}\n");
    let done = Test::new("known-hosts replace a --key key.pub -f known")
        .file("known", &before)
        .file("key.pub", ONE)
        .stdout_has(&[
            "known:5: removed\n",
            "known:2: name removed\n",
            "known:5: added: 256",
            "retained as known.old\n",
        ])
        .run();
    assert_eq!(done.read("known"), format!("# x\nb {TWO} me\na {POINT}\nc {TWO}\na {ONE}\n"));
    assert_eq!(done.read("known.old"), before);
    for (line, message) in [("*", "by more than this name"), ("a,?", "by more than this name")] {
        let before = format!("{line} {TWO}\n");
        let done = Test::new("known-hosts replace a --key key.pub -f known")
            .file("known", &before)
            .file("key.pub", ONE)
            .status(1)
            .stderr_has(&[message, "hint: edit that line first"])
            .run();
        assert_eq!(done.read("known"), before);
    }
}

#[test]
fn what_is_not_a_public_key_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let made = run(rkeygen(), directory.path(), &["-q", "-t", "ed25519", "-f", "key", "--no-passphrase"]);
    assert!(made.status.success());
    run(rkeygen(), directory.path(), &["-q", "-s", "key", "-I", "x", "-h", "key.pub"]);
    fs::write(directory.path().join("list"), format!("{ONE}\nnonsense\n")).expect("a file");
    fs::write(directory.path().join("dsa.pub"), include_str!("../vectors/dsa.pub")).expect("a file");
    for (file, status, message) in [
        ("key", 255, "key: a private key, not a public key"),
        ("key-cert.pub", 1, "key-cert.pub: a certificate, not a key"),
        ("list", 255, "list: invalid format"),
        ("dsa.pub", 1, "not supported by OpenSSH 10"),
        ("missing", 255, "missing"),
    ] {
        let output =
            run(rkeygen(), directory.path(), &["known-hosts", "add", "a", "--key", file, "-f", "known"]);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{file}: {stderr}");
        assert!(stderr.contains(message), "{file}: {stderr}");
        assert!(!names(directory.path()).contains(&"known".to_owned()), "{file}");
    }
    // A private key is never replaced by a list, and a list is never written over one.
    let before = fs::read(directory.path().join("key")).expect("the key");
    let output =
        run(rkeygen(), directory.path(), &["known-hosts", "add", "a", "--key", "key.pub", "-f", "key"]);
    assert_eq!(output.status.code(), Some(255));
    assert_eq!(fs::read(directory.path().join("key")).expect("the key"), before);
}

#[test]
fn invalid_names_are_usage_errors() {
    for (words, message) in [
        ("me@host --key key.pub", "contains hosts without user names"),
        ("host:ssh --key key.pub", "the port is not a number"),
        ("a:b:c --key key.pub", "neither HOST:PORT nor an IPv6 address"),
        ("a,b --key key.pub", "a name contains no blanks"),
        ("*.example.org --hash --key key.pub", "a pattern cannot be hashed"),
        ("host", "--key is missing"),
        ("--key key.pub", "HOST is missing"),
        ("host --key key.pub --revoked --cert-authority", "exclude each other"),
    ] {
        Test::new("known-hosts add").args(words).file("key.pub", ONE).status(1).stderr_has(&[message]).run();
    }
}

/// The default file is made, with its directory, so that only the user can change them.
#[test]
fn the_users_own_file_is_made() {
    needs!("unshare", "getent");
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("key.pub"), ONE).expect("a file");
    if !add_at_home(directory.path()) {
        return;
    }
    assert_mode(directory.path().join(".ssh"), 0o700);
    assert_mode(directory.path().join(".ssh/known_hosts"), 0o644);
    assert_eq!(
        fs::read_to_string(directory.path().join(".ssh/known_hosts")).expect("it"),
        format!("host {ONE}\n")
    );
}

/// Runs with a directory in place of the home directory; false where that cannot be mounted.
fn add_at_home(home: &Path) -> bool {
    let script = "home=$(getent passwd 0 | cut -d: -f6); mount --bind \"$1\" \"$home\" || exit 77; cd \"$home\"; \
                  \"$2\" known-hosts add host --key key.pub";
    let mut command = std::process::Command::new("unshare");
    command.args(["-rm", "sh", "-c", script, "sh"]).arg(home).arg(crate::support::program());
    let output = peer(&mut command);
    let mounted = !matches!(output.status.code(), Some(77 | 1));
    assert!(!mounted || output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    mounted
}

/// Of many runs at once on one file, each adds its line or says that it did not: nothing that was added is lost.
#[test]
fn runs_at_once_lose_no_line() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("key.pub"), ONE).expect("a file");
    fs::write(directory.path().join("known"), format!("first {TWO}\n")).expect("a file");
    let start = |number: usize| {
        let mut command = rkeygen();
        command.current_dir(directory.path()).args(["known-hosts", "add", &format!("host{number}")]);
        command.args(["--key", "key.pub", "-f", "known"]).stdout(Stdio::null()).stderr(Stdio::piped());
        (number, command.spawn().expect("it starts"))
    };
    let runs: Vec<_> = (0..20).map(start).collect();
    let ended: Vec<_> =
        runs.into_iter().map(|(number, run)| (number, run.wait_with_output().expect("it ends"))).collect();
    let text = fs::read_to_string(directory.path().join("known")).expect("the file");
    let mut added = 0;
    for (number, output) in ended {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let done = output.status.success();
        added += usize::from(done);
        // Windows does not let a file be replaced while another program reads it.
        let busy = cfg!(windows) && stderr.contains("Permission denied");
        assert!(done || busy || stderr.contains("has just changed it"), "{stderr}");
        assert_eq!(text.contains(&format!("host{number} {ONE}\n")), done, "{number}: {stderr}");
    }
    assert!(added > 0 && text.lines().count() == added + 1, "{text}");
    assert_eq!(names(directory.path()), ["key.pub", "known"]);
}

#[test]
fn a_long_list_is_copied_in_pieces() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("key.pub"), ONE).expect("a file");
    let mut before = String::new();
    for number in 0..30_000 {
        before += &format!("host{number} {TWO} {number}\r\n");
    }
    fs::write(directory.path().join("known"), &before).expect("a file");
    let words = |verb, host| ["known-hosts", verb, host, "--key", "key.pub", "-f", "known", "--json"];
    let json = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_slice(&run(rkeygen(), directory.path(), arguments).stdout).expect("JSON")
    };
    assert_eq!(json(&words("add", "new"))["entries"][0]["line"], 30_001);
    let text = fs::read_to_string(directory.path().join("known")).expect("the file");
    assert!(text == format!("{before}new {ONE}\r\n"));
    let replaced = json(&words("replace", "host29999"));
    assert_eq!((&replaced["removed"][0], &replaced["entries"][0]["line"]), (&30_000.into(), &30_001.into()));
    let listed = json(&["known-hosts", "list", "-f", "known", "--json"]);
    let lines = listed["entries"].as_array().expect("entries").iter().map(|entry| entry["line"].as_u64());
    assert!(lines.eq((1..=30_001).map(Some)));
}

#[test]
fn list_shows_each_entry_with_its_line() {
    Test::new("known-hosts list -f known")
        .file("known", format!("# x\na,b {ONE} me\n\n@revoked *.c {TWO}\nodd\n"))
        .stdout(
            "2: 256 SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA a,b (ED25519)\n\
             4: 256 SHA256:rag0IuO3+NxYSFzwl1SWzOPXwYqhyflZAtINSo1WskQ @revoked *.c (ED25519)\n",
        )
        .stderr_has(&["known: 1 lines have no entry that can be read (rkeygen known-hosts lint)"])
        .run();
}
