//! The Action loads keys from secrets: damaged as they come, and without leaving them anywhere else.

use std::fs;
use std::process::Command;

use crate::action::{Job, key, public_by_ssh_keygen};
use crate::kit::{find, mode, said, succeed};
use crate::support::missing::needs;

/// The lines of a private key that no one else may see.
fn secret_lines(private: &str) -> Vec<&str> {
    private.lines().filter(|line| !line.starts_with("-----")).collect()
}

/// The secret is in the key file, and nowhere else: not in the log, the outputs or another file.
fn kept_to_the_key_file(job: &Job, log: &str, private: &str) {
    let key = fs::canonicalize(job.key()).expect("the key");
    // What is public is in the first lines of OpenSSH's format.
    let secrets = &secret_lines(private)[2..];
    assert!(!secrets.is_empty());
    for secret in secrets {
        assert!(!log.contains(secret), "the log has it");
        assert!(!job.machine.read("output").contains(secret), "the outputs have it");
        for (path, bytes) in job.machine.files() {
            let there = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!there || path == key, "{} has it", path.display());
        }
    }
    let left = fs::read_dir(job.machine.path("temporary")).expect("a directory").flatten();
    let left: Vec<_> = left
        .map(|entry| entry.file_name())
        .filter(|name| name != "rkeygen" && name != "rkeygen-key")
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn keys_are_loaded_however_the_secret_was_stored() {
    needs!("python3", "bash", "ssh-keygen");
    let (private, public) = key("");
    let base64 = succeed(Command::new("python3").args([
        "-c",
        "import base64, sys; print(base64.b64encode(sys.argv[1].encode()).decode())",
        &private,
    ]));
    let damaged = [
        ("as it is", private.clone()),
        ("without the last newline", private.trim_end().to_owned()),
        ("with CRLF", private.replace('\n', "\r\n")),
        ("with escaped newlines", private.replace('\n', "\\n")),
        ("in quotation marks", format!("\"{}\"", private.replace('\n', "\\n"))),
        ("in base64", base64),
        ("on one line", private.replace('\n', " ")),
        ("indented", private.lines().map(|line| format!("    {line}\n")).collect()),
        ("with a BOM", format!("\u{feff}{private}")),
    ];
    let job = Job::new();
    for (number, (what, secret)) in damaged.iter().enumerate() {
        let path = format!("key-{number}");
        let log = job.done(&[("KEY", "load"), ("PRIVATE_KEY", secret), ("PATH", &path)]);
        assert_eq!(public_by_ssh_keygen(&job.key(), ""), public, "{what}");
        assert!(job.output("public-key").starts_with(&public), "{what}");
        assert!(job.output("fingerprint").starts_with("SHA256:"), "{what}");
        assert_eq!(mode(&job.key()), 0o600, "{what}");
        kept_to_the_key_file(&job, &log, &private);
        fs::remove_file(job.key()).expect("the key");
    }
}

#[test]
fn a_passphrase_has_to_open_the_key() {
    needs!("python3", "bash", "ssh-keygen");
    let (private, public) = key("a long passphrase");
    let job = Job::new();
    let load = |passphrase| {
        [("KEY", "load"), ("PRIVATE_KEY", private.as_str()), ("PASSPHRASE", passphrase), ("PATH", "key")]
    };
    job.refused(&load("a wrong passphrase"), "no private key that the passphrase opens");
    job.refused(&load(""), "no private key that the passphrase opens");
    assert!(!job.machine.path("home/key").exists());
    let log = job.done(&load("a long passphrase"));
    assert_eq!(public_by_ssh_keygen(&job.key(), "a long passphrase"), public);
    assert!(!log.contains("a long passphrase"));
    kept_to_the_key_file(&job, &log, &private);
}

#[test]
fn what_is_no_private_key_is_refused_and_leaves_nothing() {
    needs!("python3", "bash");
    let (private, public) = key("");
    let cut: String = private.lines().take(4).map(|line| format!("{line}\n")).collect();
    let job = Job::new();
    for secret in ["x", "$(touch pwned)", "-----BEGIN OPENSSH PRIVATE KEY-----", &public, &cut] {
        let log =
            job.refused(&[("KEY", "load"), ("PRIVATE_KEY", secret), ("PATH", "key")], "is no private key");
        assert!(secret.len() < 10 || !log.contains(secret), "{log}");
        assert_eq!(fs::read_dir(job.machine.path("home")).expect("a directory").count(), 0, "{log}");
        assert_eq!(fs::read_dir(job.machine.path("temporary")).expect("a directory").count(), 1, "{log}");
    }
}

#[test]
fn another_key_is_replaced_only_if_that_was_said() {
    needs!("python3", "bash", "ssh-keygen");
    let ((first, public), (second, other)) = (key(""), key(""));
    let job = Job::new();
    let load = |private, existing| {
        [("KEY", "load"), ("PRIVATE_KEY", private), ("PATH", "key"), ("IF_EXISTS", existing)]
    };
    job.done(&load(&first, "fail"));
    job.done(&load(&first, "fail"));
    job.refused(&load(&second, "fail"), "path has a different key");
    assert_eq!(public_by_ssh_keygen(&job.machine.path("home/key"), ""), public);
    job.done(&load(&second, "replace"));
    assert_eq!(public_by_ssh_keygen(&job.machine.path("home/key"), ""), other);
    assert!(job.machine.read("home/key.pub").starts_with(&other));
    // A file that is no key may be one that rkeygen cannot read.
    fs::write(job.machine.path("home/key"), "something else\n").expect("a file");
    job.refused(&load(&first, "fail"), "path has a different key");
    assert_eq!(job.machine.read("home/key"), "something else\n");
}

/// The runner takes lines such as `::set-output` of the log for commands; those of a key are none.
#[test]
fn a_comment_is_no_command_to_the_runner() {
    needs!("python3", "bash");
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("key");
    let comment = "me ##[set-output name=x]y ::set-output name=x::y";
    let mut command = Command::new(crate::support::program());
    succeed(command.args(["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f"]).arg(&path));
    let private = fs::read_to_string(path).expect("a key").replace('\n', "\\n");
    let job = Job::new();
    let log = job.done(&[("KEY", "load"), ("PRIVATE_KEY", &private)]);
    let mut stopped = None;
    for line in log.lines() {
        match (line.strip_prefix("::stop-commands::"), stopped) {
            (Some(token), _) => stopped = Some(token),
            (None, Some(token)) if line == format!("::{token}::") => stopped = None,
            (None, Some(_)) => {}
            (None, None) => assert!(!line.contains("set-output"), "{log}"),
        }
    }
    assert!(stopped.is_none() && log.contains("set-output"), "{log}");
    assert!(job.output("public-key").ends_with(comment));
}

/// Other users see command lines.
#[test]
fn no_secret_is_on_a_command_line() {
    needs!("python3", "bash", "strace");
    let (private, _) = key("a long passphrase");
    let job = Job::new();
    let escaped = private.replace('\n', "\\n");
    for inputs in [
        vec![
            ("KEY", "load"),
            ("PRIVATE_KEY", &escaped),
            ("PASSPHRASE", "a long passphrase"),
            ("PATH", "loaded"),
        ],
        vec![("KEY", "generate"), ("PASSPHRASE", "a long passphrase"), ("PATH", "generated")],
    ] {
        let step = job.command(&inputs);
        let mut command = Command::new(find("strace").expect("strace"));
        command
            .args(["-f", "-qq", "-e", "trace=execve", "-s", "100000", "-o"])
            .arg(job.machine.path("calls"));
        command.arg(step.get_program()).args(step.get_args()).current_dir(job.machine.path("home"));
        command.env_clear().envs(step.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = command.output().expect("strace runs");
        assert!(output.status.success(), "{}", said(&output));
        let calls = job.machine.read("calls");
        assert!(calls.matches("execve(").count() > 20, "{calls}");
        assert!(!calls.contains("a long passphrase"));
        assert!(secret_lines(&private).iter().all(|line| !calls.contains(line)));
    }
}
