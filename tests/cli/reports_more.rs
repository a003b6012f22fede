//! Small inputs made after public reports of other projects: secrets of CI, web forms, lists that other libraries refuse. Each
//! row names its report. What ssh-keygen does not load is never sound, and `--fix` repairs what it can.

use std::fs;
use std::path::Path;

use crate::oracle::{keys, run, same, ssh_keygen};
use crate::support::missing::needs;
use crate::support::{rkeygen, set_mode};

fn put(directory: &Path, name: &str, text: &str) {
    let _ = fs::remove_file(directory.join(format!("{name}.repaired")));
    fs::write(directory.join(name), text).expect("a file");
    set_mode(directory.join(name), 0o600);
}

/// What doctor prints of a file that it may repair, and whether it calls it sound.
fn doctor(directory: &Path, name: &str) -> (String, bool) {
    let output = run(rkeygen(), directory, &["doctor", "--fix", "-P", "horse", name]);
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.success())
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// ssh-keygen loads the file.
    Loads,
    /// ssh-keygen loads the copy that `--fix` writes.
    Repaired,
    /// Nothing can be done.
    Lost,
}

/// What ssh-keygen, in a mode that reads the file, makes of it and of its repaired copy; what doctor says, and whether that is that
/// all is sound.
fn judged(directory: &Path, (name, text): (&str, &str), mode: &[&str]) -> (Then, String, bool) {
    put(directory, name, text);
    let loads = |name: &str| run(ssh_keygen(), directory, &[mode, &["-f", name]].concat()).status.success();
    let found = if loads(name) { Then::Loads } else { Then::Lost };
    let (said, is_sound) = doctor(directory, name);
    let is_repaired = found == Then::Lost && loads(&format!("{name}.repaired"));
    (if is_repaired { Then::Repaired } else { found }, said, is_sound)
}

#[test]
fn private_keys_of_more_reports() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let read = |name: &str| fs::read_to_string(directory.join(name)).expect("a key");
    let (key, pem, locked) = (read("ed25519"), read("ecdsa-pem"), read("ecdsa-pem-locked"));
    let first_line = pem.lines().next().expect("a line");
    let spaced = |text: &str, after: &str| text.replace("-----\n", &format!("-----\n{after}"));
    let rows = [
        (
            "webfactory/ssh-agent#233: \\n typed after CRLF",
            key.replace('\n', "\r\n") + "\\n",
            Then::Repaired,
            "",
        ),
        ("shimataro/ssh-key-action#168: \\n on a line of its own", format!("{key}\\n\n"), Then::Loads, ""),
        ("plotlinelabs/loma#11: no newline at the end", key.trim_end().to_owned(), Then::Repaired, "newline"),
        ("hashicorp/terraform-provider-tls#9: one newline too many", format!("{key}\n"), Then::Loads, ""),
        (
            "mscdex/ssh2-streams#20: blanks after the END line",
            format!("{}  \n", key.trim_end()),
            Then::Repaired,
            "",
        ),
        ("openssl/openssl#19487: a value of YAML", format!("KEY: \"{key}\"\n"), Then::Repaired, ""),
        (
            "Pendect/action-rsyncer#2: blank lines at both marks",
            spaced(&pem, "\n").replace("\n-----END", "\n\n-----END"),
            Then::Repaired,
            "blank lines",
        ),
        (
            "sshnet/SSH.NET#1344: a blank line before the END line",
            pem.replace("\n-----END", "\n\n-----END"),
            Then::Repaired,
            "blank lines",
        ),
        (
            "webfactory/ssh-agent#240: an output that keeps the first line",
            format!("{first_line}\n"),
            Then::Lost,
            "END line is missing",
        ),
        (
            "D3rHase/ssh-command-action#7: encrypted PEM with the marks of OpenSSH",
            locked.replace("EC PRIVATE", "OPENSSH PRIVATE"),
            Then::Repaired,
            "",
        ),
        (
            "paramiko/paramiko#2482: a truncated key",
            key.replace(key.lines().nth(3).expect("a line"), ""),
            Then::Lost,
            "truncated or corrupt",
        ),
        (
            "hashicorp/terraform-provider-tls#204: a value that is not set",
            "null\n".to_owned(),
            Then::Lost,
            "",
        ),
        (
            "openssl/openssl#13443: a public key in place of a private one",
            read("ed25519.pub"),
            Then::Lost,
            "",
        ),
        (
            "O-X-L/ansible-webui#36: the marks of PEM around OpenSSH's format",
            key.replace("OPENSSH", "RSA"),
            Then::Repaired,
            "",
        ),
    ];
    let mut wrong = Vec::new();
    for (report, text, then, message) in rows {
        let (found, said, is_sound) = judged(directory, ("key", &text), &["-y", "-P", "horse"]);
        let is_public = text.starts_with("ssh-");
        if found != then || !said.contains(message) || is_sound != (then == Then::Loads || is_public) {
            wrong.push(format!("{report}: {found:?}, {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn public_keys_of_more_reports() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let line = fs::read_to_string(directory.join("ecdsa.pub")).expect("a key");
    let base64 = line.split(' ').nth(1).expect("base64");
    // The field of the curve has the name of the type: its length, and then the text.
    let curve = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAATZWNkc2Etc2hhMi1uaXN0cDI1NgAAAEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q== me\n";
    let rows = [
        ("gogs/gogs#3480: a newline after the key", format!("{line}\n"), Then::Loads, ""),
        ("hestiacp/hestiacp#4045: folded by fmt", line.replace(' ', "\n"), Then::Repaired, "folded"),
        ("saltstack/salt#2043: the base64 alone", format!("{base64}\n"), Then::Repaired, "key type"),
        (
            "hierynomus/sshj#531: the type in place of the curve",
            curve.to_owned(),
            Then::Lost,
            "truncated or corrupt",
        ),
        (
            "gogs/gogs#3940: a no-break space at the end",
            format!("{}\u{a0}\n", line.split(" me").next().expect("text")),
            Then::Repaired,
            "invisible",
        ),
    ];
    let mut wrong = Vec::new();
    for (report, text, then, message) in rows {
        let (found, said, is_sound) = judged(directory, ("k.pub", &text), &["-l"]);
        if found != then || !said.contains(message) || is_sound != (then == Then::Loads) {
            wrong.push(format!("{report}: {found:?}, {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lists_of_more_reports() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let line = fs::read_to_string(directory.join("ed25519.pub")).expect("a key");
    let key = line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let hashed = "|1|Jsx4/c+VDq8Wqa2DozImyg7z7cA=|ifGAYAs/xYfcVHc7rNPo73oeLZ4=";
    let off = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGsX0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT+NC4v4af5uO5+tKfA+eFivOM1drMV7Oy7ZAaDe/UfY=";
    let mut wrong = Vec::new();
    for (report, list, text, message) in [
        (
            "hashicorp/terraform-provider-tls#530: no host",
            "known_hosts",
            key.clone(),
            "names before it are missing",
        ),
        (
            "ansible-modules-extras#664: a .pub in place of a line",
            "known_hosts",
            line.clone(),
            "names before it are missing",
        ),
        (
            "ronf/asyncssh#36: a line with a sign of equality",
            "known_hosts",
            format!("=\nh {key}"),
            "no key after the names",
        ),
        ("ronf/asyncssh#12: a blank line first", "known_hosts", format!("\nh {key}"), ""),
        ("ronf/asyncssh#232: a hashed host", "known_hosts", format!("{hashed} {key}"), ""),
        (
            "paramiko/paramiko#490: AAAA for a key",
            "known_hosts",
            "example.net ssh-rsa AAAA".to_owned(),
            "truncated or corrupt",
        ),
        (
            "paramiko/paramiko#1346: a point that is not on the curve",
            "known_hosts",
            format!("h {off}"),
            "truncated or corrupt",
        ),
        (
            "trzsz/trzsz-ssh#274: base64 that is none",
            "known_hosts",
            format!("h {}\ng {key}", key.replace("AAAAC3", "AAAA!3")),
            "truncated or corrupt",
        ),
        (
            "maxgoedjen/secretive#741: no principal",
            "allowed_signers",
            line.clone(),
            "names before it are missing",
        ),
        (
            "RyanYuuki/AnymeX#431: a public key that is a private one",
            "authorized_keys",
            "-----BEGIN OPENSSH PRIVATE KEY-----\n".to_owned() + &key,
            "private key",
        ),
    ] {
        put(directory, list, &format!("{text}\n"));
        let words = list.replace('_', "-");
        let lint = run(rkeygen(), directory, &[&words, "lint", "-f", list]);
        let said = String::from_utf8_lossy(&lint.stdout).into_owned();
        if !said.contains(message) || lint.status.success() != message.is_empty() {
            wrong.push(format!("{report}: {said}"));
        }
        match list {
            "known_hosts" => drop(same(directory, &["-l", "-F", "h", "-f", list])),
            "allowed_signers" => drop(same(directory, &["-Y", "match-principals", "-I", "me", "-f", list])),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An audit shows who can log in: no key that sshd passes over.
#[test]
fn keys_that_sshd_passes_over_are_not_listed() {
    let directory = tempfile::tempdir().expect("a directory");
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBTMJOSpEmO0tVTuWGLVKAFpYqbqe64zCM/WxMvfFl93";
    let dsa = include_str!("../vectors/dsa.pub").trim_end();
    let short = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQDB6XJjwFZtZ0sYxhSHs4GqRWzEZfLrxXbxPVTz9mXf1FwZ4wZx0x2pLk2pJ5QmKeFdmG2kCwVZqTc4k8pXn8Pz";
    for (line, listed) in [
        (format!("{key} a"), true),
        (format!("expiry-time=\"20300101\" {key} a"), true),
        (format!("no-ptty {key} a"), false),
        (format!("command=ls {key} a"), false),
        (dsa.to_owned(), false),
        (short.to_owned(), false),
    ] {
        put(directory.path(), "authorized_keys", &format!("{line}\n"));
        let output = run(rkeygen(), directory.path(), &["authorized-keys", "list", "-f", "authorized_keys"]);
        assert_eq!(!output.stdout.is_empty(), listed, "{line}");
    }
    // Such a key is named for what it is.
    put(directory.path(), "allowed_signers", &format!("me@x {dsa}\n"));
    let lint = run(rkeygen(), directory.path(), &["allowed-signers", "lint", "-f", "allowed_signers"]).stdout;
    assert!(String::from_utf8_lossy(&lint).contains("no DSA keys"));
}
