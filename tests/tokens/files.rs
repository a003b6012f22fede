//! Files of keys in FIDO tokens, with the token in software of OpenSSH's own tests.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::oracle::ssh_keygen;
use crate::support::token::sk_dummy;
use crate::support::{Test, feed, forget_surroundings, names, rkeygen, without_terminal};

fn run(program: Command, directory: &Path, arguments: &[&str]) -> Output {
    let mut program = program;
    forget_surroundings(&mut program);
    program.args(arguments).current_dir(directory);
    without_terminal(&mut program);
    feed(program, b"")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

/// Runs a program, which must succeed, and gives what it said.
fn done(program: Command, directory: &Path, token: &Path, arguments: &[&str]) -> String {
    let mut program = program;
    program.arg("-w").arg(token);
    let output = run(program, directory, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output));
    text(&output)
}

#[test]
fn each_program_uses_the_keys_that_the_other_made() {
    let Some(token) = sk_dummy() else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    fs::write(directory.join("message"), "hello\n").expect("a message");
    done(ssh_keygen(), directory, token, &["-q", "-t", "ed25519", "-N", "", "-f", "user"]);
    for kind in ["ed25519-sk", "ecdsa-sk"] {
        for (maker, key) in [(rkeygen(), "ours"), (ssh_keygen(), "theirs")] {
            done(maker, directory, token, &["-q", "-t", kind, "-N", "", "-C", "c", "-f", key]);
            let public = fs::read_to_string(directory.join(format!("{key}.pub"))).expect("a key");
            assert_eq!(done(ssh_keygen(), directory, token, &["-y", "-f", key]), public);
            assert_eq!(done(rkeygen(), directory, token, &["-y", "-f", key]), public);
            for (signer, verifier) in [(rkeygen(), ssh_keygen()), (ssh_keygen(), rkeygen())] {
                let said =
                    done(signer, directory, token, &["-Y", "sign", "-f", key, "-n", "file", "message"]);
                assert!(
                    said.contains(&format!("Confirm user presence for key {}", kind.to_uppercase())),
                    "{said}"
                );
                let mut verifier = verifier;
                verifier.args(["-Y", "check-novalidate", "-n", "file", "-s", "message.sig"]);
                let verdict = feed(in_directory(verifier, directory), b"hello\n");
                assert!(verdict.status.success(), "{kind} {key}: {}", text(&verdict));
                fs::remove_file(directory.join("message.sig")).expect("a signature");
            }
            done(rkeygen(), directory, token, &["-q", "-s", key, "-I", "id", "-n", "me", "user.pub"]);
            let listing = done(ssh_keygen(), directory, token, &["-L", "-f", "user-cert.pub"]);
            assert!(listing.contains(&format!("Signing CA: {}", kind.to_uppercase())), "{listing}");
            for name in [key.to_owned(), format!("{key}.pub")] {
                fs::remove_file(directory.join(name)).expect("a file");
            }
        }
    }
}

/// A CA whose key is in a FIDO token.
#[test]
fn a_ca_in_a_token_signs_by_a_list_and_a_ledger() {
    let Some(token) = sk_dummy() else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    done(ssh_keygen(), directory, token, &["-q", "-t", "ed25519", "-N", "", "-f", "user"]);
    let list = "public_key,id,principals,output\nuser.pub,a,me,a-cert.pub\nuser.pub,b,you,b-cert.pub\n";
    fs::write(directory.join("list"), list).expect("a file");
    for (kind, before) in [("ed25519-sk", 0), ("ecdsa-sk", 2)] {
        done(rkeygen(), directory, token, &["-q", "-t", kind, "-N", "", "-C", "c", "-f", kind]);
        let sign = ["-q", "-s", kind, "--from", "list", "--ledger", "ledger", "--if-exists", "replace"];
        done(rkeygen(), directory, token, &sign);
        for (name, serial) in [("a", 1), ("b", 2)] {
            let listing = done(ssh_keygen(), directory, token, &["-L", "-f", &format!("{name}-cert.pub")]);
            assert!(listing.contains(&format!("Signing CA: {}", kind.to_uppercase())), "{listing}");
            assert!(listing.contains(&format!("Serial: {serial}\n")), "{listing}");
        }
        let ledger = fs::read_to_string(directory.join("ledger")).expect("the ledger");
        assert_eq!(ledger.matches("\"serial\"").count(), before + 2);
        let again =
            run(rkeygen(), directory, &[&sign[..], &["-w", token.to_str().expect("a path")]].concat());
        assert_eq!(again.status.code(), Some(255), "{}", text(&again));
    }
}

fn in_directory(mut program: Command, directory: &Path) -> Command {
    program.current_dir(directory);
    program
}

#[test]
fn a_new_key_is_told_of_as_by_ssh_keygen() {
    let Some(token) = sk_dummy() else { return };
    let [theirs, ours] = [ssh_keygen(), rkeygen()].map(|program| {
        let directory = tempfile::tempdir().expect("a directory");
        fs::write(directory.path().join("challenge"), "challenge").expect("a file");
        let options = [
            "-t",
            "ecdsa-sk",
            "-N",
            "",
            "-C",
            "c",
            "-f",
            "k",
            "-O",
            "challenge=challenge",
            "-O",
            "write-attestation=a",
        ];
        let said = done(program, directory.path(), token, &options);
        let lines = said.lines().filter(|line| !line.contains(['|', '+']) && !line.starts_with("SHA256:"));
        (lines.map(str::to_owned).collect::<Vec<_>>(), names(directory.path()))
    });
    assert_eq!(ours, theirs);
}

/// Neither another one nor the new one.
#[test]
fn an_attestation_replaces_no_private_key() {
    let Some(token) = sk_dummy() else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    done(rkeygen(), directory, token, &["-q", "-t", "ed25519", "-N", "", "-f", "victim"]);
    let victim = fs::read(directory.join("victim")).expect("a key");
    for (file, made) in [("victim", false), ("k", true)] {
        let option = format!("write-attestation={file}");
        let token = token.to_str().expect("a path");
        let words = ["-q", "-t", "ed25519-sk", "-N", "", "-f", "k", "-O", &option, "-w", token];
        let refused = run(rkeygen(), directory, &words);
        assert_eq!(refused.status.code(), Some(255), "{}", text(&refused));
        assert!(text(&refused).contains("holds a private key; not overwritten"), "{}", text(&refused));
        assert_eq!(directory.join("k").exists(), made, "{file}");
    }
    assert_eq!(fs::read(directory.join("victim")).expect("a key"), victim);
    assert!(
        fs::read(directory.join("k")).expect("a key").starts_with(b"-----BEGIN OPENSSH PRIVATE KEY-----")
    );
}

#[test]
fn flags_of_a_key_change_with_its_passphrase() {
    let Some(token) = sk_dummy() else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    done(rkeygen(), directory, token, &["-q", "-t", "ed25519-sk", "-N", "", "-f", "k"]);
    let key = || fs::read(directory.join("k")).expect("a key");
    let before = key().len();
    done(rkeygen(), directory, token, &["-p", "-N", "", "-f", "k", "-O", "no-touch-required"]);
    assert_eq!(key().len(), before);
    fs::write(directory.join("message"), "hello\n").expect("a message");
    let said = done(rkeygen(), directory, token, &["-Y", "sign", "-f", "k", "-n", "file", "message"]);
    assert!(!said.contains("Confirm user presence"), "{said}");
    done(rkeygen(), directory, token, &["-q", "-t", "ed25519", "-N", "", "-f", "plain"]);
    let refused = run(rkeygen(), directory, &["-p", "-N", "", "-f", "plain", "-O", "touch-required"]);
    assert_eq!(refused.status.code(), Some(255));
    assert!(text(&refused).contains("FIDO-specific option requested for non-FIDO key plain"));
}

#[test]
fn a_library_that_is_none_is_named() {
    let test = Test::new("-t ed25519-sk -N x -f key -w nothing.so").status(255);
    let test = test.stdout_has(&["You may need to touch", ""]);
    let test = test.stderr_has(&["Key enrollment failed: ", "nothing.so is not an OpenSSH FIDO library"]);
    assert!(test.run().names().is_empty());
}

#[test]
fn a_no_to_an_existing_file_costs_no_touch() {
    let test = Test::new("-t ed25519-sk -N x -f key -w nothing.so --if-exists fail").file("key", "a key");
    let done = test.status(1).stdout("Generating public/private ed25519-sk key pair.\n");
    done.stderr_has(&["key already exists"]).run();
}
