//! `rkeygen authorized-keys`.

use std::fs;

use base64ct::Encoding as _;

use crate::oracle::run;
use crate::support::{Test, assert_mode, names, rkeygen};

const ONE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
const TWO: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
const PRINT: &str = "SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA";

#[test]
fn a_new_file_is_private_and_its_line_has_the_options() {
    let done =
        Test::new("authorized-keys add key.pub -f logins --option restrict --option from=10.0.0.0/8,::1")
            .arg("--option")
            .arg("command=echo \"hi there\"")
            .file("key.pub", format!("{ONE} me@laptop\n"))
            .stdout_has(&["logins:1: added: 256 SHA256:", " me@laptop (ED25519) restrict,from="])
            .run();
    assert_eq!(
        done.read("logins"),
        format!("restrict,from=\"10.0.0.0/8,::1\",command=\"echo \\\"hi there\\\"\" {ONE} me@laptop\n")
    );
    assert_mode(done.path("logins"), 0o600);
}

#[test]
fn the_rest_of_the_file_stays_and_a_key_that_is_there_changes_nothing() {
    let before = format!("# mine\r\n\r\nno-pty\t{TWO}  x \r\nodd line\r\n");
    let done = Test::new("authorized-keys add - -f logins")
        .file("logins", &before)
        .input(format!("{ONE} me\n"))
        .stdout_has(&["logins:5: added"])
        .run();
    let after = format!("{before}{ONE} me\r\n");
    assert_eq!(done.read("logins"), after);
    for words in ["add one.pub", "add two.pub --option no-pty"] {
        let done = Test::new("authorized-keys -f logins".split_once(' ').expect("two").0)
            .args(words)
            .args("-f logins")
            .file("logins", &after)
            .file("one.pub", ONE)
            .file("two.pub", format!("{TWO} other"))
            .stdout_has(&["already there: 256"])
            .run();
        assert_eq!(done.read("logins"), after);
    }
}

#[test]
fn what_sshd_would_not_obey_is_refused() {
    for (before, words, message) in [
        (
            format!("{ONE} me\n"),
            "--option restrict",
            "logins:1: the same key with other options; not changed",
        ),
        (format!("restrict {ONE} me\n"), "", "logins:1: the same key with other options"),
        (format!("{TWO}\n"), "--option no-ptty", "sshd does not know the option no-ptty"),
        (format!("{TWO}\n"), "--option from", "the option from needs a value"),
        (format!("{TWO}\n"), "--option expiry-time=20010101", "the key has expired"),
        (format!("{TWO}\n"), "--option command=a\\", "ends with a backslash"),
        ("host only\n".to_owned(), "", "no line is one of authorized_keys"),
    ] {
        let done = Test::new("authorized-keys add key.pub -f logins")
            .args(words)
            .file("key.pub", ONE)
            .file("logins", &before)
            .status(1)
            .stderr_has(&[message, "hint: "])
            .run();
        assert_eq!((done.read("logins"), done.names()), (before, vec!["key.pub".into(), "logins".into()]));
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_sshd_would_ignore_is_refused() {
    use crate::support::set_mode;

    for (name, mode) in [("home/.ssh/logins", 0o664), ("home/.ssh", 0o770), ("home", 0o777)] {
        let directory = tempfile::tempdir().expect("a directory");
        let path = |name: &str| directory.path().join(name);
        fs::create_dir_all(path("home/.ssh")).expect("directories");
        fs::write(path("home/.ssh/logins"), format!("{TWO}\n")).expect("a file");
        fs::write(path("key.pub"), ONE).expect("a file");
        set_mode(path(name), mode);
        let words = ["authorized-keys", "add", "key.pub", "-f", "home/.ssh/logins"];
        let output = run(rkeygen(), directory.path(), &words);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{name}: {stderr}");
        assert!(stderr.contains("others can write to it (mode"), "{name}: {stderr}");
        assert_eq!(fs::read_to_string(path("home/.ssh/logins")).expect("it"), format!("{TWO}\n"));
        set_mode(path(name), 0o700);
        assert!(run(rkeygen(), directory.path(), &words).status.success(), "{name}");
    }
}

#[test]
fn replace_gives_a_key_other_options() {
    let before = format!("{ONE} me\n{TWO}\nno-pty {ONE}\n");
    let done = Test::new("authorized-keys replace key.pub -f logins --option restrict")
        .file("key.pub", format!("{ONE} new\n"))
        .file("logins", &before)
        .stdout_has(&["logins:1: removed\nlogins:3: removed\n", "logins:2: added", "logins.old"])
        .run();
    assert_eq!(done.read("logins"), format!("{TWO}\nrestrict {ONE} new\n"));
    assert_eq!(done.read("logins.old"), before);
}

#[test]
fn keys_are_removed_by_fingerprint_key_or_comment() {
    let before = format!("# x\nrestrict {ONE} me\n{TWO} you\r\nexpiry-time=\"20010101\" {ONE}\nodd\n");
    let left = format!("# x\n{TWO} you\r\nodd\n");
    for (what, left) in
        [(PRINT, &left), ("key.pub", &left), ("you", &before.replace(&format!("{TWO} you\r\n"), ""))]
    {
        let done = Test::new("authorized-keys remove -f logins -q")
            .arg(what)
            .file("key.pub", ONE)
            .file("logins", &before)
            .run();
        assert_eq!(done.read("logins"), *left, "{what}");
        assert_eq!(done.read("logins.old"), before);
    }
    for what in ["me2", "SHA256:none", "x"] {
        let done = Test::new("authorized-keys remove -f logins")
            .arg(what)
            .file("logins", &before)
            .status(1)
            .stderr_has(&["logins: nothing found to remove"])
            .run();
        assert_eq!((done.read("logins"), done.names()), (before.clone(), vec!["logins".to_owned()]));
    }
}

#[test]
fn list_lint_and_dedupe() {
    let file = format!("{ONE} me\nno-pty {ONE}\n{ONE} you\nno-ptty {TWO}\n# x\nrestrict {TWO}\n");
    Test::new("authorized-keys list -f logins")
        .file("logins", format!("{ONE}\n\nrestrict {ONE} me too\nodd\n"))
        .stdout(&format!("1: 256 {PRINT} no comment (ED25519)\n3: 256 {PRINT} me too (ED25519) restrict\n"))
        .stderr_has(&["logins: 1 lines have no entry"])
        .run();
    Test::new("authorized-keys lint -f logins")
        .file("logins", &file)
        .status(1)
        .stdout(
            "logins:2: the same key as in line 1, whose options count\n  fix: remove one of the lines\n\
             logins:3: the same key with the same options as in line 1\n  fix: rkeygen authorized-keys dedupe removes it\n\
             logins:4: sshd ignores it: sshd does not know the option no-ptty\n  \
               fix: correct the options: see sshd(8), AUTHORIZED_KEYS FILE FORMAT\n",
        )
        .run();
    Test::new("authorized-keys lint -f logins").file("logins", format!("{ONE}\n")).run();
    let done = Test::new("authorized-keys dedupe -f logins")
        .file("logins", &file)
        .stdout("# Line 3 says what line 1 says\nOriginal contents retained as logins.old\n")
        .run();
    assert_eq!(done.read("logins"), file.replace(&format!("{ONE} you\n"), ""));
    let done = Test::new("authorized-keys dedupe -f logins --dry-run")
        .file("logins", &file)
        .stdout("# Line 3 says what line 1 says\n")
        .run();
    assert_eq!(done.names(), ["logins"]);
}

#[test]
fn a_private_key_and_a_list_over_one_are_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let made = run(rkeygen(), directory.path(), &["-q", "-t", "ed25519", "-f", "key", "--no-passphrase"]);
    assert!(made.status.success());
    for words in
        [["add", "key", "-f", "logins"], ["add", "key.pub", "-f", "key"], ["dedupe", "-q", "-f", "key"]]
    {
        let output = run(rkeygen(), directory.path(), &[&["authorized-keys"], &words[..]].concat());
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(255), "{words:?}: {stderr}");
        assert!(stderr.contains("private key"), "{words:?}: {stderr}");
        let hint = "hint: give the public key key.pub; if it is missing: rkeygen public key >key.pub\n";
        assert_eq!(stderr.contains(hint), words[1] == "key", "{words:?}: {stderr}");
    }
    assert_eq!(names(directory.path()), ["key", "key.pub"]);
}

#[test]
fn files_of_many_keys_are_added_once_and_removed() {
    const COUNT: u32 = 1000;
    let directory = tempfile::tempdir().expect("a directory");
    let line = |number: u32| {
        let blob = [b"\0\0\0\x0bssh-ed25519\0\0\0\x20".as_slice(), &[7; 28], &number.to_be_bytes()].concat();
        format!("ssh-ed25519 {} {number}\n", base64ct::Base64::encode_string(&blob))
    };
    let lines: String = (0..COUNT).map(line).collect();
    let twice = format!("{lines}{lines}");
    fs::write(directory.path().join("keys"), twice).expect("a file");
    let done = |words: &str, file: &str, left: usize| {
        let words: Vec<_> = words.split(' ').collect();
        let output = run(rkeygen(), directory.path(), &words);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(
            fs::read_to_string(directory.path().join(file)).expect("it").lines().count(),
            left,
            "{words:?}"
        );
    };
    let count = usize::try_from(COUNT).expect("small");
    for _ in 0..2 {
        done("authorized-keys add keys -f logins", "logins", count);
        done("allowed-signers add me keys -f signers", "signers", count);
        done("known-hosts add a b --hash --key keys -f known", "known", 2 * count);
    }
    done("authorized-keys remove keys -f logins", "logins", 0);
    done("allowed-signers remove keys -f signers", "signers", 0);
}
