//! `--generate-passphrase`, without a terminal: where the passphrase goes, and where it never does.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::oracle::{run, ssh_keygen};
use crate::support::missing::needs;
use crate::support::{
    assert_mode, feed, forget_surroundings, names, peer, program, rkeygen, set_mode, without_terminal,
};

const TO: &str = "--generate-passphrase --passphrase-to file:pass";

fn ours(directory: &Path, line: &str) -> Output {
    let mut command = rkeygen();
    forget_surroundings(&mut command);
    command.current_dir(directory).args(line.split_whitespace());
    without_terminal(&mut command);
    feed(command, b"")
}

/// Runs a line that makes a passphrase, which only the file has.
fn makes(directory: &Path, line: &str, words: usize) -> String {
    let _ = fs::remove_file(directory.join("pass"));
    let output = ours(directory, line);
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.code(), Some(0), "{line}: {said}");
    let file = fs::read_to_string(directory.join("pass")).expect("a passphrase");
    let passphrase = file.strip_suffix('\n').expect("one line");
    assert!(passphrase.bytes().all(|byte| byte == b'-' || byte.is_ascii_lowercase()), "{passphrase}");
    assert!((words..words + 3).contains(&passphrase.split('-').count()), "{passphrase}");
    assert!(!said.contains(passphrase), "{line}: {said}");
    assert_mode(directory.join("pass"), 0o600);
    passphrase.to_owned()
}

/// Whether ssh-keygen opens the key.
fn opens(directory: &Path, key: &str, passphrase: &str) -> bool {
    run(ssh_keygen(), directory, &["-y", "-P", passphrase, "-f", key]).status.success()
}

#[test]
fn new_keys_changed_ones_and_converted_ones_have_it() {
    needs!("ssh-keygen");
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let mut last = makes(directory, &format!("-t ed25519 -a 2 -f key {TO}"), 6);
    assert!(opens(directory, "key", &last) && !opens(directory, "key", ""));
    for options in ["", "--json ", "-q "] {
        let line = format!("{options}-p -a 2 -P {last} -f key {TO}");
        let new = makes(directory, &line, 6);
        assert!(new != last && opens(directory, "key", &new), "{line}");
        last = new;
    }
    let new = makes(directory, "new -t ecdsa -a 2 --generate-passphrase=8 --passphrase-to file:pass ec", 8);
    assert!(opens(directory, "ec", &new));
    for to in ["openssh", "pkcs8", "pem"] {
        let converted = makes(directory, &format!("convert ec -P {new} --to {to} -o {to} {TO}"), 6);
        assert!(opens(directory, to, &converted), "{to}");
    }
    let converted = makes(directory, &format!("convert ec -P {new} --to openssh --in-place {TO}"), 6);
    assert!(opens(directory, "ec", &converted));
    let fips = makes(directory, &format!("new -t rsa -b 2048 --fips rsa {TO}"), 6);
    assert!(opens(directory, "rsa", &fips));
}

#[test]
fn a_key_on_standard_output_and_a_descriptor() {
    needs!("ssh-keygen");
    let directory = tempfile::tempdir().expect("a directory");
    let script = r#""$0" -q -t ed25519 -a 2 -f - --generate-passphrase --passphrase-to fd:3 3>pass >key"#;
    let mut command = Command::new("sh");
    command.current_dir(directory.path()).args(["-c", script, program()]);
    without_terminal(&mut command);
    let output = peer(&mut command);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    set_mode(directory.path().join("key"), 0o600);
    let passphrase = fs::read_to_string(directory.path().join("pass")).expect("a passphrase");
    assert!(opens(directory.path(), "key", passphrase.trim_end()));
}

#[test]
fn without_a_place_for_it_nothing_is_written() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    ours(directory, "-q -t ecdsa -a 2 -f ec -N old-one");
    ours(directory, "-q -t ed25519 -a 2 -f ed -N old-one");
    fs::write(directory.join("notes"), "notes\n").expect("a file");
    let files = names(directory);
    let before: Vec<_> = files.iter().map(|name| fs::read(directory.join(name)).expect("a file")).collect();
    for (line, status, words) in [
        ("-f key --generate-passphrase", 1, "no terminal to show the generated passphrase on"),
        ("-p -P old-one -f ed --generate-passphrase", 1, "--passphrase-to file:PATH or fd:NUMBER"),
        ("-f key --generate-passphrase --passphrase-to file:notes", 1, "notes: already exists; a passphrase"),
        ("-f key --generate-passphrase --passphrase-to file:ed", 1, "ed: already exists; a passphrase"),
        ("-f key --generate-passphrase --passphrase-to file:no/such", 1, "no: No such file"),
        (
            "-f key --generate-passphrase --passphrase-to fd:77",
            1,
            if cfg!(unix) {
                "file descriptor 77: Bad file descriptor"
            } else {
                "file descriptor 77: unsupported"
            },
        ),
        ("-f key --generate-passphrase --passphrase-to fd:1", 255, "not a place for a passphrase"),
        ("-f key --generate-passphrase=3", 255, "not a number of words from 4 to 32"),
        ("-f key --generate-passphrase=many", 255, "not a number of words from 4 to 32"),
        ("-f key --generate-passphrase -N x", 1, "exclude each other"),
        ("-f key --generate-passphrase -P x", 1, "exclude each other"),
        ("-f key --generate-passphrase --no-passphrase", 1, "exclude each other"),
        ("-f key --generate-passphrase --new-passphrase-from env:A", 1, "exclude each other"),
        ("-f key --passphrase-to file:pass", 1, "--generate-passphrase is missing"),
        ("-l -f ed --generate-passphrase", 1, "--generate-passphrase does not apply to this mode"),
        ("-f ed --if-exists fail --generate-passphrase --passphrase-to file:pass", 1, "ed already exists"),
        ("-p -P wrong -f ed --generate-passphrase --passphrase-to file:pass", 255, "incorrect passphrase"),
        ("-t ed25519 -m PEM -f key --generate-passphrase --passphrase-to file:pass", 1, "Saving key"),
        ("-Z none -f key --generate-passphrase --passphrase-to file:pass", 1, "the cipher \"none\""),
        (
            "convert ec -P old-one --to pkcs8 -o ed --if-exists fail --generate-passphrase --passphrase-to file:pass",
            1,
            "ed already exists",
        ),
        (
            "convert ec -P old-one --to pkcs8 -o ed --if-exists keep --generate-passphrase --passphrase-to file:pass",
            1,
            "its passphrase is not a new one",
        ),
        ("convert ed -P old-one --to pem -o new --generate-passphrase --passphrase-to file:pass", 1, "PEM"),
    ] {
        let output = ours(directory, line);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.code() == Some(status) && text.contains(words),
            "{line}: {:?} {text}",
            output.status
        );
        assert_eq!(names(directory), files, "{line}");
        let after: Vec<_> =
            files.iter().map(|name| fs::read(directory.join(name)).expect("a file")).collect();
        assert!(after == before, "{line}");
    }
}

#[test]
fn a_key_that_is_kept_needs_no_new_passphrase() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let line = format!("new -q -t ed25519 -a 2 --if-exists keep key {TO}");
    makes(directory, &line, 6);
    let (key, pass) = (fs::read(directory.join("key")), fs::read(directory.join("pass")));
    assert_eq!(ours(directory, &line).status.code(), Some(0));
    assert_eq!(
        (fs::read(directory.join("key")).ok(), fs::read(directory.join("pass")).ok()),
        (key.ok(), pass.ok())
    );
    ours(directory, "-q -t ed25519 -f open --no-passphrase");
    let output = ours(directory, &line.replace(" key ", " open "));
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}
