//! `rkeygen convert`: from every format into every other, read by the program whose format it is.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::oracle::{add_dsa, files, keys, run, ssh_keygen};
use crate::support::missing::needs;
use crate::support::{Test, assert_mode, peer, rkeygen};

const PASSPHRASE: &str = "horse";

fn blob(line: &[u8]) -> String {
    String::from_utf8_lossy(line).split(' ').take(2).map(str::trim).collect::<Vec<_>>().join(" ")
}

/// The public key by PuTTYgen.
fn by_puttygen(directory: &Path, name: &str) -> String {
    fs::write(directory.join("passphrase"), PASSPHRASE).expect("a file");
    let mut command = Command::new("puttygen");
    command.current_dir(directory).args([name, "-L", "--old-passphrase", "passphrase"]);
    blob(&peer(&mut command).stdout)
}

#[test]
fn every_format_becomes_every_other() {
    needs!("ssh-keygen");
    needs!("puttygen");
    let directory = keys();
    let directory = directory.path();
    for name in files(directory).into_iter().filter(|name| !name.starts_with("dsa")) {
        let public = blob(&fs::read(directory.join(format!("{name}.pub"))).expect("a line"));
        for (to, extra) in [
            ("openssh", ""),
            ("pkcs8", ""),
            ("pem", ""),
            ("ppk", ""),
            ("ppk", "--ppk-version=2"),
            ("pkcs8", "--fips"),
        ] {
            let fips_excludes = extra == "--fips" || to == "pem" && name.starts_with("ed25519");
            if fips_excludes {
                continue;
            }
            let mut arguments = vec!["convert", &name, "--to", to, "-P", PASSPHRASE, "-o", "out", "-a", "1"];
            arguments.extend(["--if-exists", "replace"]);
            arguments.extend(Some(extra).filter(|extra| !extra.is_empty()));
            let output = run(rkeygen(), directory, &arguments);
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(0), "{arguments:?}: {error}");
            assert!(output.stdout.is_empty() && error.is_empty(), "{arguments:?}");
            // Back again, by ourselves, and by the program whose format it is.
            let back = run(rkeygen(), directory, &["-y", "-P", PASSPHRASE, "-f", "out"]);
            assert_eq!(blob(&back.stdout), public, "{arguments:?}");
            let theirs = match to {
                "ppk" => by_puttygen(directory, "out"),
                "pkcs8" if name.starts_with("ed25519") => continue,
                _ => blob(&run(ssh_keygen(), directory, &["-y", "-P", PASSPHRASE, "-f", "out"]).stdout),
            };
            assert_eq!(theirs, public, "{arguments:?}");
            let plain = run(rkeygen(), directory, &["-y", "-P", "", "-f", "out"]);
            assert_eq!(
                plain.status.success(),
                !name.ends_with("-locked"),
                "{arguments:?}: the passphrase stays"
            );
        }
    }
}

#[test]
fn what_puttygen_writes_is_read() {
    needs!("ssh-keygen");
    needs!("puttygen");
    let directory = keys();
    let directory = directory.path();
    add_dsa(directory);
    fs::write(directory.join("passphrase"), PASSPHRASE).expect("a file");
    for name in ["ed25519", "ecdsa", "rsa", "dsa"] {
        for version in ["2", "3"] {
            for locked in [false, true] {
                let mut command = Command::new("puttygen");
                command.current_dir(directory).args([name, "-O", "private", "-o", "key.ppk"]);
                command.args(["--ppk-param", &format!("version={version}")]);
                if locked {
                    command.args(["--new-passphrase", "passphrase"]);
                }
                assert!(peer(&mut command).status.success());
                let output = run(rkeygen(), directory, &["-y", "-P", PASSPHRASE, "-f", "key.ppk"]);
                let public = fs::read(directory.join(format!("{name}.pub"))).expect("a line");
                assert_eq!(output.stdout, public, "{name} {version} {locked}: with the comment");
                let wrong = run(rkeygen(), directory, &["-y", "-P", "wrong", "-f", "key.ppk"]);
                assert_eq!(wrong.status.success(), !locked);
            }
        }
    }
}

#[test]
fn the_fips_line_works_where_openssl_fails() {
    needs!("ssh-keygen");
    needs!("openssl");
    let directory = keys();
    let directory = directory.path();
    let made = run(
        ssh_keygen(),
        directory,
        &["-q", "-t", "rsa", "-b", "2048", "-N", "correct horse", "-f", "id_rsa"],
    );
    assert!(made.status.success());
    let openssl =
        ["pkcs8", "-topk8", "-v2", "aes128", "-in", "id_rsa", "-passin", "pass:correct horse", "-passout"];
    let mut command = Command::new("openssl");
    let output =
        peer(command.current_dir(directory).args(openssl).args(["pass:correct horse", "-out", "other"]));
    assert!(!output.status.success(), "openssl has learnt to read OpenSSH keys");
    let line = ["convert", "id_rsa", "--to", "pkcs8", "--fips", "-o", "new-id_rsa", "-P", "correct horse"];
    assert_eq!(run(rkeygen(), directory, &line).status.code(), Some(0));
    let mut command = Command::new("openssl");
    command.current_dir(directory).args([
        "pkey",
        "-check",
        "-noout",
        "-in",
        "new-id_rsa",
        "-passin",
        "pass:correct horse",
    ]);
    assert!(peer(&mut command).status.success());
    let error = |arguments: &[&str]| {
        let output = run(rkeygen(), directory, arguments);
        assert_eq!(output.status.code(), Some(255), "{arguments:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(
        error(&["convert", "rsa-locked", "-P", PASSPHRASE, "--fips", "-o", "x"]).contains("under 2048 bits")
    );
    assert!(
        error(&["convert", "ed25519-locked", "-P", PASSPHRASE, "--fips", "-o", "x"])
            .contains("excludes Ed25519")
    );
    assert!(
        error(&["convert", "ecdsa-locked", "-P", PASSPHRASE, "--fips", "-o", "x"])
            .contains("at least 8 bytes")
    );
    assert!(!directory.join("x").exists());
}

#[test]
fn convert_overwrites_only_on_request() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let before = fs::read(directory.join("ecdsa")).expect("a key");
    let refused = |arguments: &[&str], message: &str| {
        let output = run(rkeygen(), directory, arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
        assert!(error.contains(message) && error.contains("hint: "), "{arguments:?}: {error}");
        assert_eq!(fs::read(directory.join("ecdsa")).expect("a key"), before);
    };
    refused(&["convert", "ecdsa", "--to", "pkcs8"], "say where it goes");
    refused(&["convert", "rsa", "--to", "pkcs8", "-o", "ecdsa"], "end of input");
    refused(
        &["convert", "rsa", "--to", "pkcs8", "-o", "ecdsa", "--if-exists", "fail"],
        "ecdsa already exists",
    );
    refused(&["convert", "ecdsa.pub", "--to", "spki", "--in-place"], "--in-place is for private keys");
    refused(&["convert", "ecdsa"], "missing");
    refused(&["convert", "ecdsa", "--to", "pgp"], "is not one of: openssh, pkcs8");
    let output = run(rkeygen(), directory, &["convert", "ecdsa", "--to", "pkcs8", "--in-place"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(fs::read(directory.join("ecdsa")).expect("a key").starts_with(b"-----BEGIN PRIVATE KEY-----"));
    assert_mode(directory.join("ecdsa"), 0o600);
}

#[test]
fn a_comment_that_a_format_loses_comes_back_from_the_public_half() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let output = run(rkeygen(), directory, &["convert", "rsa-pem", "--to", "openssh", "-o", "out"]);
    assert_eq!(output.status.code(), Some(0));
    let line = run(ssh_keygen(), directory, &["-y", "-f", "out"]).stdout;
    assert!(String::from_utf8_lossy(&line).ends_with(" me and you\n"));
    let spki = run(rkeygen(), directory, &["convert", "rsa", "--to", "spki"]);
    assert!(
        spki.stdout.starts_with(b"-----BEGIN PUBLIC KEY-----"),
        "public results may go to standard output"
    );
}

#[test]
fn greedy_argon2_is_refused_at_once() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let arguments = ["convert", "ed25519", "--to", "ppk", "-N", PASSPHRASE, "-o", "key.ppk"];
    assert_eq!(run(rkeygen(), directory, &arguments).status.code(), Some(0));
    let text = fs::read_to_string(directory.join("key.ppk")).expect("text");
    let greedy = text.replace("Argon2-Memory: 8192", "Argon2-Memory: 4194304");
    fs::write(directory.join("key.ppk"), greedy).expect("a file");
    let output = run(rkeygen(), directory, &["-y", "-P", PASSPHRASE, "-f", "key.ppk"]);
    assert_eq!(output.status.code(), Some(255));
    let out_of_range =
        ["convert", "ed25519", "--to", "ppk", "-N", "x", "-o", "y", "--argon2-memory", "4194304"];
    assert_eq!(run(rkeygen(), directory, &out_of_range).status.code(), Some(255));
}

#[test]
fn json_names_the_key_and_its_file() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    for (arguments, file) in [
        (&["convert", "ecdsa", "--to", "pkcs8", "-o", "out", "--json"][..], Some("out")),
        (&["convert", "ecdsa.pub", "--to", "spki", "-o", "public", "--json"], Some("public")),
        (&["convert", "ecdsa.pub", "--to", "spki", "--json"], None),
    ] {
        let output = run(rkeygen(), directory, arguments);
        let object: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(
            (object["schema"].as_str(), object["type"].as_str()),
            (Some("rkeygen/key/2"), Some("ecdsa"))
        );
        assert_eq!(object["file"].as_str(), file, "{arguments:?}");
    }
    let private = run(rkeygen(), directory, &["convert", "ecdsa", "--to", "pkcs8", "-o", "-", "--json"]);
    let object: serde_json::Value = serde_json::from_slice(&private.stdout).expect("JSON");
    assert!(
        object["private_key"].as_str().is_some_and(|key| key.starts_with("-----BEGIN PRIVATE KEY-----\n"))
    );
}

#[test]
fn the_public_key_of_a_private_key_on_standard_input_is_found() {
    needs!("ssh-keygen");
    let directory = keys();
    let read = |name: &str| fs::read(directory.path().join(name)).expect("a key");
    for name in ["ecdsa", "ecdsa-locked", "ecdsa-pem-locked"] {
        let expected =
            run(rkeygen(), directory.path(), &["convert", &format!("{name}.pub"), "--to", "spki"]).stdout;
        assert!(!expected.is_empty());
        let done = Test::new("convert - --to spki -P horse").input(read(name)).any_output().run();
        assert_eq!(done.stdout().as_bytes(), &expected[..], "{name}");
    }
    Test::new("convert - --to pem --in-place").input(read("ecdsa")).status(1).any_output().run();
}
