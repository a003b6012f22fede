//! `rkeygen allowed-signers`.

use crate::support::Test;

const ONE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
const TWO: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
const PRINT: &str = "SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA";

#[test]
fn lines_have_who_the_options_and_the_key() {
    for (words, front) in [
        ("me@x", "me@x"),
        ("me@x,*@y --namespace git,file", "me@x,*@y namespaces=\"git,file\""),
        ("me@x --valid-before 20300101Z", "me@x valid-before=\"20300101Z\""),
        (
            "me@x --cert-authority --namespace git --valid-after 20200101 --valid-before 20300101",
            "me@x cert-authority,namespaces=\"git\",valid-after=\"20200101\",valid-before=\"20300101\"",
        ),
    ] {
        let arguments: Vec<_> = words.split(' ').collect();
        let done = Test::new("allowed-signers add")
            .arg(arguments[0])
            .arg("key.pub")
            .args(&arguments[1..].join(" "))
            .args("-f signers")
            .file("key.pub", format!("{ONE} laptop\n"))
            .stdout_has(&["signers:1: added: 256 SHA256:"])
            .run();
        assert_eq!(done.read("signers"), format!("{front} {ONE} laptop\n"));
        // The same again changes nothing.
        let again = Test::new("allowed-signers add")
            .arg(arguments[0])
            .arg("key.pub")
            .args(&arguments[1..].join(" "))
            .args("-f signers")
            .file("key.pub", ONE)
            .file("signers", done.read("signers"))
            .stdout_has(&["signers:1: already there: 256 SHA256:"])
            .run();
        assert_eq!(again.read("signers"), done.read("signers"));
    }
}

#[test]
fn a_time_from_now_is_written_in_utc() {
    let done = Test::new("allowed-signers add me@x key.pub -f signers --valid-before +52w -q")
        .file("key.pub", ONE)
        .run();
    let text = done.read("signers");
    let date = text.split('"').nth(1).expect("a date");
    assert!(date.len() == 15 && date.ends_with('Z') && date.starts_with("20"), "{text}");
}

#[test]
fn the_rest_stays_and_other_options_are_refused() {
    let before = format!("# team\r\n\"you@x\" {TWO}\r\nyou@x,me@x namespaces=\"git\" {ONE}");
    let words = "allowed-signers add me@x key.pub -f signers --namespace git";
    let done = Test::new(words)
        .file("key.pub", ONE)
        .file("signers", &before)
        .stdout_has(&["signers:3: already there"])
        .run();
    assert_eq!(done.read("signers"), before);
    let done = Test::new("allowed-signers add me@x key.pub -f signers")
        .file("key.pub", ONE)
        .file("signers", &before)
        .status(1)
        .stderr_has(&["signers:3: the same key with other options; not changed"])
        .run();
    assert_eq!(done.read("signers"), before);
    let done = Test::new("allowed-signers replace me@x key.pub -f signers")
        .file("key.pub", ONE)
        .file("signers", &before)
        .stdout_has(&["signers:3: name removed", "signers:4: added", "signers.old"])
        .run();
    let changed = before.replace("you@x,me@x", "you@x");
    assert_eq!(done.read("signers"), format!("{changed}\r\nme@x {ONE}\r\n"));
}

#[test]
fn invalid_names_and_dates_are_refused() {
    for (words, status, message) in [
        ("a,,b key.pub", 1, "WHO: a list of names contains no blanks"),
        ("\"me\" key.pub", 1, "WHO: a list of names contains no blanks"),
        ("#me key.pub", 1, "WHO: a list of names contains no blanks"),
        ("me key.pub --namespace \"git\"", 1, "--namespace: a list of names contains no blanks"),
        ("me key.pub --valid-before soon", 1, "not a date"),
        (
            "me key.pub --valid-before 20200101 --valid-after 20300101",
            1,
            "valid-before is not after valid-after",
        ),
        ("me", 1, "FILE.pub is missing"),
    ] {
        let done = Test::new("allowed-signers add -f signers")
            .args(words)
            .file("key.pub", ONE)
            .status(status)
            .stderr_has(&[message])
            .run();
        assert_eq!(done.names(), ["key.pub"]);
    }
}

#[test]
fn people_and_keys_are_removed() {
    let before = format!("# x\nme@x,you@x {ONE} a\nme@x {TWO}\n*@z {TWO}\nodd\n");
    for (what, left) in [
        ("me@x", format!("# x\nyou@x {ONE} a\n*@z {TWO}\nodd\n")),
        (PRINT, format!("# x\nme@x {TWO}\n*@z {TWO}\nodd\n")),
        ("key.pub", format!("# x\nme@x {TWO}\n*@z {TWO}\nodd\n")),
    ] {
        let done = Test::new("allowed-signers remove -f signers -q")
            .arg(what)
            .file("key.pub", ONE)
            .file("signers", &before)
            .run();
        assert_eq!((done.read("signers"), done.read("signers.old")), (left, before.clone()), "{what}");
    }
    // Whoever still matches a pattern is named: nothing is called done that is not.
    let done = Test::new("allowed-signers remove me@z -f signers")
        .file("signers", &before)
        .status(1)
        .stderr_has(&["signers:4: still applies; edit this line"])
        .run();
    assert_eq!(done.read("signers"), before);
}

#[test]
fn list_lint_and_dedupe() {
    let file = format!(
        "me@x {ONE} laptop\nme@x namespaces=\"git\" {ONE}\nme@x {ONE}\nyou@x valid-before=\"20200101\" {TWO}\nx namespaces=git {TWO}\n"
    );
    Test::new("allowed-signers list -f signers")
        .file("signers", format!("me@x,you@x namespaces=\"git\" {ONE} laptop\n# x\n\"a b\" {ONE}\n"))
        .stdout(&format!(
            "1: 256 {PRINT} me@x,you@x (ED25519) namespaces=\"git\"\n3: 256 {PRINT} a b (ED25519)\n"
        ))
        .run();
    Test::new("allowed-signers lint -f signers")
        .file("signers", &file)
        .status(1)
        .stdout(
            "signers:2: permits nothing that line 1 does not permit\n  fix: remove one of the lines\n\
             signers:3: says what line 1 says\n  fix: rkeygen allowed-signers dedupe removes it\n\
             signers:4: the key is no longer valid\n  fix: keep it for signatures of that time, or remove the line\n\
             signers:5: ssh-keygen does not read it: bad options: missing start quote\n  \
               fix: correct the line: see ssh-keygen(1), ALLOWED SIGNERS\n",
        )
        .run();
    let done = Test::new("allowed-signers dedupe -f signers")
        .file("signers", &file)
        .stdout("# Line 3 says what line 1 says\nOriginal contents retained as signers.old\n")
        .run();
    assert_eq!(done.read("signers"), file.replace(&format!("me@x {ONE}\n"), ""));
}
