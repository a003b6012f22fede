//! Making keys without a terminal.

use std::process::Command;

use crate::support::missing::needs;
use crate::support::oracle::ssh_keygen;
use crate::support::{Done, Test, peer};

#[test]
fn text_is_ssh_keygens_byte_for_byte() {
    needs!("ssh-keygen");
    let done = Test::new("-t ed25519 -f key -N ").arg("").arg("-C").arg("me").stdout_has(&[]).run();
    let listing = peer(ssh_keygen().arg("-lvf").arg(done.path("key"))).stdout;
    let listing = String::from_utf8(listing).expect("text");
    let (first, picture) = listing.split_once('\n').expect("a fingerprint line and a picture");
    let fingerprint = first.strip_prefix("256 ").and_then(|rest| rest.strip_suffix(" (ED25519)"));
    let expected = format!(
        "Generating public/private ed25519 key pair.\n\
         Your identification has been saved in key\n\
         Your public key has been saved in key.pub\n\
         The key fingerprint is:\n{}\n\
         The key's randomart image is:\n{picture}",
        fingerprint.expect("ssh-keygen's line"),
    );
    assert_eq!(done.stdout(), expected);
}

/// `ssh-keygen -y` of a key: its public key, or nothing.
fn public_half(done: &Done, name: &str, passphrase: &str) -> String {
    let output = peer(ssh_keygen().args(["-y", "-P", passphrase, "-f"]).arg(done.path(name)));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn quiet_is_silent_and_the_comment_is_user_at_host() {
    needs!("ssh-keygen");
    let done = Test::new("-q -f key --no-passphrase").run();
    assert_eq!(done.names(), ["key", "key.pub"]);
    assert_eq!(done.read("key.pub"), public_half(&done, "key", ""));
    let user = peer(Command::new("id").arg("-un")).stdout;
    let user = String::from_utf8(user).expect("text");
    assert!(done.read("key.pub").contains(&format!(" {}@", user.trim())));
}

#[test]
fn the_type_is_repeated_as_typed() {
    needs!("ssh-keygen");
    for typed in ["ED25519", "ssh-ed25519", "Ecdsa", "ecdsa-sha2-nistp384"] {
        let first = format!("Generating public/private {typed} key pair.\n");
        let done = Test::new("-f key --no-passphrase -t").arg(typed).stdout_has(&[&first]).run();
        assert!(done.stdout().starts_with(&first));
    }
    // A wire name fixes the size, unless -b says otherwise, as in ssh-keygen.
    for (arguments, bits) in [
        ("-t ecdsa-sha2-nistp384", 384),
        ("-t ecdsa-sha2-nistp384 -b 256", 256),
        ("-t rsa-sha2-512 -b 1024", 1024),
    ] {
        let done = Test::new(arguments).arg("-qfkey").arg("--no-passphrase").run();
        let listing = peer(ssh_keygen().arg("-lf").arg(done.path("key.pub"))).stdout;
        assert!(listing.starts_with(format!("{bits} ").as_bytes()), "{arguments}");
    }
}

#[test]
fn every_source_gives_the_passphrase() {
    needs!("ssh-keygen");
    for (arguments, input) in [
        ("--new-passphrase-from file:secret", ""),
        ("--new-passphrase-from env:KEY_SECRET", ""),
        ("--new-passphrase-from stdin", "horse\r\nnot this\n"),
        ("--new-passphrase-from fd:0", "horse"),
        ("-N horse", ""),
        ("--new-passphrase horse", ""),
        ("-P horse -N other", ""),
    ] {
        let done = Test::new("-q -a 1 -f key")
            .args(arguments)
            .file("secret", "horse\nsecond line\n")
            .env("KEY_SECRET", "horse")
            .input(input)
            .run();
        assert_eq!(public_half(&done, "key", ""), "", "{arguments}: not encrypted");
        assert_eq!(public_half(&done, "key", "horse"), done.read("key.pub"), "{arguments}");
    }
}

#[test]
fn a_source_without_a_passphrase_is_an_error_and_leaves_nothing() {
    for (arguments, message) in [
        ("--new-passphrase-from file:missing", "cannot read the passphrase from missing"),
        ("--new-passphrase-from file:empty", "empty is empty: no passphrase"),
        ("--new-passphrase-from env:KEY_UNSET", "the variable KEY_UNSET is not set"),
        ("--new-passphrase-from stdin", "standard input is empty: no passphrase"),
        ("--new-passphrase-from fd:77", "cannot read the passphrase from file descriptor 77"),
    ] {
        let done =
            Test::new("-q -f key").args(arguments).file("empty", "").status(255).stderr_has(&[message]).run();
        assert_eq!(done.names(), ["empty"], "{arguments}");
    }
}

#[test]
fn passphrases_come_from_standard_input_without_a_terminal() {
    needs!("ssh-keygen");
    let done = Test::new("-q -a 1 -f key")
        .input("horse\nhorse\n")
        .stderr_has(&["Enter passphrase for \"key\""])
        .run();
    assert_eq!(public_half(&done, "key", "horse"), done.read("key.pub"));
    let done = Test::new("-q -a 1").input("named\nhorse\nhorse\n").any_output().run();
    assert_eq!(done.names(), ["named", "named.pub"]);
    let done = Test::new("-q -f key").input("horse\n").status(1).stderr_has(&["end of input", "hint:"]).run();
    assert!(done.names().is_empty());
}

#[test]
fn a_key_on_standard_output_touches_no_file() {
    let done =
        Test::new("-q -f - --no-passphrase").stdout_has(&["-----BEGIN OPENSSH PRIVATE KEY-----\n"]).run();
    assert!(done.names().is_empty());
    assert!(done.stdout().ends_with("-----END OPENSSH PRIVATE KEY-----\n"));
    let done =
        Test::new("-f - --no-passphrase -C me").stdout_has(&[]).stderr_has(&["Your public key is:\n"]).run();
    assert!(done.stdout().starts_with("-----BEGIN"));
}

/// As in `cat /dev/zero | ssh-keygen -q -N ""`.
#[test]
fn a_nul_ends_an_answer() {
    let done =
        Test::new("-q -N x -a 1").input([b"named\0".as_slice(), &[0; 100_000]].concat()).any_output().run();
    assert_eq!(done.names(), ["named", "named.pub"]);
    Test::new("-q -N x -f key").file("key", "old").input([0; 100_000]).any_output().status(1).run();
}

#[test]
fn json_of_a_key_on_standard_output_has_the_private_key() {
    let done = Test::new("--json -f - --no-passphrase -C me").stdout_has(&[]).run();
    let object: serde_json::Value = serde_json::from_str(&done.stdout()).expect("one JSON object");
    let key = object["private_key"].as_str().expect("a private key");
    let read = Test::new("-y -f key").file("key", key).stdout_has(&[]).run();
    assert_eq!(object["public_key"].as_str(), Some(read.stdout().trim_end()));
    assert!(done.names().is_empty());
}

#[test]
fn a_failure_is_one_json_object_on_standard_error() {
    for (arguments, status, id, file) in [
        ("--json -f key --no-passphrase --if-exists fail", 1, "exists", Some("key")),
        ("--json -t nonsense -f key", 255, "bad-value", None),
        ("--json -y -f missing", 255, "unreadable", Some("missing")),
        ("--json --no-input -f new", 1, "unanswered-prompt", None),
    ] {
        let done = Test::new(arguments).file("key", "old").status(status).any_output().run();
        let error: serde_json::Value = serde_json::from_str(&done.stderr()).expect("one JSON object");
        assert_eq!(error["schema"], "rkeygen/error/1", "{arguments}");
        assert_eq!((error["id"].as_str(), error["status"].as_i64()), (Some(id), Some(status.into())));
        assert_eq!(error["file"].as_str(), file, "{arguments}");
        assert_eq!(done.stdout(), "", "{arguments}");
    }
}

#[test]
fn json_is_one_object_that_agrees_with_the_files() {
    needs!("ssh-keygen");
    let done = Test::new("--json -f key -C me --no-passphrase").stdout_has(&[]).run();
    let object: serde_json::Value = serde_json::from_str(&done.stdout()).expect("one JSON object");
    let listing = String::from_utf8(peer(ssh_keygen().arg("-lf").arg(done.path("key"))).stdout);
    let listing = listing.expect("text");
    let fingerprint = listing.split(' ').nth(1).expect("a fingerprint");
    let expected = serde_json::json!({
        "schema": "rkeygen/key/2", "changed": true, "file": "key", "public_key_file": "key.pub",
        "type": "ed25519", "bits": 256, "fingerprint": fingerprint, "comment": "me",
        "public_key": done.read("key.pub").trim_end(),
    });
    assert_eq!(object, expected);
}

#[test]
fn if_exists_decides_without_a_question() {
    needs!("ssh-keygen");
    let make = |arguments: &str| Test::new("-f key --no-passphrase").args(arguments).file("key", "old");
    let done =
        make("--if-exists fail").status(1).stdout_has(&[]).stderr_has(&["key already exists", "hint:"]).run();
    assert_eq!((done.names(), done.read("key")), (vec!["key".to_owned()], "old".to_owned()));
    let done = make("--if-exists replace -q").run();
    assert_eq!(public_half(&done, "key", ""), done.read("key.pub"));
    let done =
        make("--no-input").status(1).stdout_has(&[]).stderr_has(&["--no-input forbids this prompt"]).run();
    assert_eq!(done.read("key"), "old");
    let done = make("").status(1).stdout_has(&["Overwrite (y/n)? "]).stderr_has(&["end of input"]).run();
    assert_eq!(done.read("key"), "old");
    let done = make("").input("n\n").status(1).stdout_has(&["Overwrite (y/n)? "]).run();
    assert_eq!(done.read("key"), "old");
    let done = make("").input("y\n").stdout_has(&["Overwrite (y/n)? Your identification"]).run();
    assert_eq!(public_half(&done, "key", ""), done.read("key.pub"));
}

#[test]
fn keep_preserves_a_matching_key_and_restores_its_pub() {
    for format in ["", "-N horse -a 1", "-m PKCS8", "-m PKCS8 -N horse", "-m PEM -t ecdsa"] {
        let first = Test::new("-q -f key -C me --if-exists keep").args(format);
        let first = if format.contains("-N") { first } else { first.arg("--no-passphrase") }.run();
        let (private, public) = (first.read("key"), first.read("key.pub"));
        let again = |beside: Option<&str>| {
            let test = Test::new("--json -f key -C me --if-exists keep").args(format).file("key", &private);
            let test = if let Some(text) = beside { test.file("key.pub", text) } else { test };
            let done = test.stdout_has(&[]).run();
            assert_eq!(done.read("key"), private, "{format}");
            assert_eq!(done.read("key.pub"), public, "{format}");
            let object: serde_json::Value = serde_json::from_str(&done.stdout()).expect("JSON");
            object["changed"].as_bool().expect("a truth value")
        };
        assert!(!again(Some(&public)), "{format}");
        assert!(again(None), "{format}");
        assert!(again(Some("ssh-ed25519 AAAA stale")), "{format}");
    }
}

#[test]
fn keep_refuses_another_key() {
    let first = Test::new("-q -t ecdsa -f key -C me --no-passphrase").run();
    for (arguments, message) in [
        ("-t ed25519", "it is a 256-bit ECDSA key, not the requested 256-bit ED25519 key"),
        ("-t ecdsa -b 384", "it is a 256-bit ECDSA key, not the requested 384-bit ECDSA key"),
        ("-t ecdsa -C you", "its comment is \"me\""),
    ] {
        let test = Test::new("-q -f key --no-passphrase --if-exists keep").args(arguments);
        let done = test.file("key", first.read("key")).status(1).stderr_has(&[message, "hint:"]).run();
        assert_eq!(done.names(), ["key"], "{arguments}");
    }
    let done = Test::new("-q -f key --no-passphrase --if-exists keep").file("key", "no key");
    done.status(255).stderr_has(&["key: invalid format"]).run();
}

#[test]
fn fips_keys_are_what_the_profile_says() {
    needs!("openssl");
    let done = Test::new("-q --fips -f key -N correcthorse").run();
    let listing = peer(Command::new("openssl").args(["asn1parse", "-in"]).arg(done.path("key"))).stdout;
    let listing = String::from_utf8(listing).expect("text");
    for part in [":PBES2", ":PBKDF2", ":hmacWithSHA256", ":aes-256-cbc", "l=  16 prim: OCTET STRING"] {
        assert!(listing.contains(part), "{part} not in {listing}");
    }
    for (arguments, message) in [
        ("-N short12", "requires a passphrase of at least 8 bytes"),
        ("--no-passphrase", "requires a passphrase of at least 8 bytes"),
        ("-t ed25519 -N correcthorse", "excludes Ed25519"),
    ] {
        let done =
            Test::new("-q --fips -f key").args(arguments).status(255).stderr_has(&[message, "hint:"]).run();
        assert!(done.names().is_empty(), "{arguments}");
    }
}

#[test]
fn what_would_leak_or_mislead_is_refused() {
    let done =
        Test::new("-q -f key -Z none -N horse").status(1).stderr_has(&["would leave the key readable"]).run();
    assert!(done.names().is_empty());
    let two_lines = Test::new("-q -f key --no-passphrase -C").arg("a\nssh-rsa AAAA evil");
    let done = two_lines.status(255).stderr_has(&["a comment is one line"]).run();
    assert!(done.names().is_empty());
    for name in ["-t ed25519 -m PEM --no-passphrase", "-t rsa -m PEM -N 1234", "-m PKCS8 -N 1234"] {
        let done =
            Test::new("-q -f key").args(name).status(1).stderr_has(&["Saving key \"key\" failed: "]).run();
        assert!(done.names().is_empty(), "{name}");
    }
}
