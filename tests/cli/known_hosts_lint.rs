//! `rkeygen known-hosts lint` and `dedupe`.

use std::fs;

use rkeygen::known_hosts::hash;

use crate::oracle::{run, ssh_keygen};
use crate::support::missing::needs;
use crate::support::oracle::version;
use crate::support::{Test, names, rkeygen};

const ONE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
const TWO: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

fn odd_file() -> String {
    let hashed = hash(b"b.example", &[1; 20]);
    format!(
        "# mine\n{hashed} {ONE}\na.example {ONE}\r\nb.example,a.example {ONE}\nA.example {ONE} again\n\
         a.example {TWO}\n@revoked c.example {TWO}\nc.example {TWO}\nold 1024 35 123\na.example {TWO}"
    )
}

#[test]
fn each_problem_is_named_with_its_line_and_its_mend() {
    Test::new("known-hosts lint -f known")
        .file("known", odd_file())
        .status(1)
        .stdout(
            "known:2: the hashed form of b.example in line 4\n  \
               fix: remove the plain line to hide the name, or this one\n\
             known:5: line 3 says the same or more\n  \
               fix: rkeygen known-hosts dedupe -f known removes it\n\
             known:6: a different key of the same type for a.example than in line 3\n  \
               fix: if the host has a new key: rkeygen -R a.example -f known, then connect and check the fingerprint\n\
             known:8: this line and line 7 disagree: one revokes the key of c.example, the other trusts it\n  \
               fix: remove the line that is wrong\n\
             known:9: ssh does not read it: a key of SSH protocol 1, which OpenSSH does not read\n  \
               fix: remove the line, or put a key there\n\
             known:10: line 6 says the same or more\n  \
               fix: rkeygen known-hosts dedupe -f known removes it\n",
        )
        .run();
}

#[test]
fn a_sound_file_is_status_0_and_silence() {
    Test::new("known-hosts lint -f known").file("known", format!("# x\n\na {ONE}\nb,c {TWO}\n")).run();
}

#[test]
fn weak_keys_are_named() {
    let directory = tempfile::tempdir().expect("a directory");
    run(rkeygen(), directory.path(), &["-q", "-t", "rsa", "-b", "1024", "-f", "key", "--no-passphrase"]);
    let key = fs::read_to_string(directory.path().join("key.pub")).expect("a key");
    Test::new("known-hosts lint -f known")
        .file("known", format!("a {key}b ssh-dss AAAA\n"))
        .status(1)
        .stdout_has(&["known:1: weak key: RSA of 1024 bits is too short", "known:2: weak key: DSA keys"])
        .run();
}

#[test]
fn names_that_never_match_and_lines_that_ran_together_are_named() {
    Test::new("known-hosts lint -f known")
        .file(
            "known",
            format!("\u{feff}a {ONE}\n[b]:22 {ONE}\nc:2222 {ONE}\nme@d,e {TWO}\n[f] {TWO}\ng {ONE}h {ONE}\n[i]:22,i {TWO}\n"),
        )
        .status(1)
        .stdout(
            "known:1: ssh does not find the first host: the file begins with a BOM\n  \
               fix: save the file without a BOM (as UTF-8, or ASCII)\n\
             known:2: [b]:22 never matches: ssh looks for no such name\n  fix: write b instead\n\
             known:3: c:2222 never matches: ssh looks for no such name\n  fix: write [c]:2222 instead\n\
             known:4: me@d never matches: ssh looks for no such name\n  fix: write d instead\n\
             known:5: [f] never matches: ssh looks for no such name\n  fix: write f instead\n\
             known:6: two entries run together on this line: a newline is missing\n  \
               fix: put each entry on a line of its own\n\
             known:7: [i]:22 never matches: ssh looks for no such name\n  fix: write i instead\n",
        )
        .run();
    let utf16: Vec<u8> = "\u{feff}a b\nc d\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    Test::new("known-hosts lint -f known")
        .file("known", utf16)
        .status(1)
        .stdout_has(&["known:1: ssh reads no line of this file: it is UTF-16 text"])
        .run();
}

#[test]
fn json_has_the_same() {
    let done =
        Test::new("known-hosts lint -f known --json").file("known", odd_file()).status(1).any_output().run();
    let json: serde_json::Value = serde_json::from_str(&done.stdout()).expect("JSON");
    assert_eq!(json["schema"], "rkeygen/known-hosts-lint/2");
    let ids: Vec<_> = json["findings"].as_array().expect("an array").iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["hashed-duplicate", "duplicate", "conflict", "revoked", "invalid", "duplicate"]);
    assert_eq!(json["findings"][2]["host"], "a.example");
    assert_eq!(json["findings"][2]["other_line"], 3);
}

#[test]
fn dedupe_takes_out_what_says_nothing_new_and_nothing_else() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("known");
    fs::write(&path, odd_file()).expect("a file");
    let said = "# Line 5 says what line 3 says\n# Line 10 says what line 6 says\n";
    let output = run(rkeygen(), directory.path(), &["known-hosts", "dedupe", "-f", "known", "--dry-run"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), said);
    assert_eq!(
        (fs::read_to_string(&path).expect("it"), names(directory.path())),
        (odd_file(), vec!["known".to_owned()])
    );
    let output = run(rkeygen(), directory.path(), &["known-hosts", "dedupe", "-f", "known"]);
    let updated = format!("{said}known updated.\nOriginal contents retained as known.old\n");
    assert_eq!(String::from_utf8_lossy(&output.stdout), updated);
    let kept: Vec<String> = (1..)
        .zip(odd_file().split('\n'))
        .filter(|(line, _)| ![5, 10].contains(line))
        .map(|(_, line)| format!("{line}\n"))
        .collect();
    assert_eq!(fs::read_to_string(&path).expect("it"), kept.concat());
    assert_eq!(fs::read_to_string(directory.path().join("known.old")).expect("it"), odd_file());
    let again = run(rkeygen(), directory.path(), &["known-hosts", "dedupe", "-f", "known", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&again.stdout).expect("JSON");
    assert_eq!((&json["changed"], &json["backup"]), (&false.into(), &serde_json::Value::Null));
}

#[test]
fn invalid_arguments_are_usage_errors() {
    for (arguments, message) in [
        ("known-hosts", "missing"),
        ("known-hosts mend", "\"mend\" is not one of find, list, add, replace, remove, hash, lint, dedupe"),
        ("known-hosts lint --fix", "unknown option --fix"),
    ] {
        Test::new(arguments).status(1).stderr_has(&[message]).run();
    }
    Test::new("known-hosts lint -f none").status(255).stderr_has(&["Cannot stat none"]).run();
}

/// Each line is judged as ssh-keygen judges it: `-l -F` finds the host of a line that ssh reads.
#[test]
fn names_and_lines_that_ssh_does_not_use_are_named() {
    needs!("ssh");
    let hashed = hash(b"a.example", &[1; 20]);
    for (line, is_found, words) in [
        (format!("a.example {ONE}\0"), true, ""),
        (format!("a.example, b {ONE}"), false, "a blank in the list of names"),
        (format!("a.example b {ONE}"), false, "a blank in the list of names"),
        (format!("{} {ONE}", &hashed[..hashed.len() - 4]), false, "never matches"),
        (format!("[{hashed}]:2222 {ONE}"), false, "never matches"),
        (format!("ssh://a.example:2222 {ONE}"), false, "write [a.example]:2222 instead"),
        (format!("\"a.example\" {ONE}"), false, "write a.example instead"),
        (format!("\u{200b}a.example {ONE}"), false, "write a.example instead"),
        (format!("10.0.0.0/8 {ONE}"), false, "never matches"),
        (format!("[a.example]:ssh {ONE}"), false, "never matches"),
    ] {
        let directory = tempfile::tempdir().expect("a directory");
        fs::write(directory.path().join("known"), format!("{line}\n")).expect("a file");
        if version() >= (10, 6) {
            let find = ["-l", "-F", "a.example", "-f", "known"];
            let found = run(ssh_keygen(), directory.path(), &find).status.success();
            assert_eq!(found, is_found, "ssh-keygen: {line}");
        }
        let lint = run(rkeygen(), directory.path(), &["known-hosts", "lint", "-f", "known"]);
        let text = String::from_utf8_lossy(&lint.stdout).into_owned();
        assert_eq!(lint.status.success(), is_found, "{line}: {text}");
        assert!(text.contains(words), "{line}: {text}");
    }
}
