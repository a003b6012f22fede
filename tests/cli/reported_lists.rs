//! Small inputs made after public bug reports of other projects: lines of authorized_keys and known_hosts, PuTTY's keys,
//! and directories. Each row names its report.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::oracle::{keys, run, same};
use crate::support::missing::needs;
use crate::support::{rkeygen, set_mode};

fn put(directory: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    fs::write(directory.join(name), bytes).expect("a file");
    set_mode(directory.join(name), 0o600);
}

fn line(directory: &Path, name: &str) -> String {
    let text = fs::read_to_string(directory.join(name)).expect("a public key");
    text.split(' ').take(2).collect::<Vec<_>>().join(" ").trim_end().to_owned()
}

/// What doctor or lint finds: the words for programs.
fn found(directory: &Path, arguments: &[&str]) -> Vec<String> {
    let output = run(rkeygen(), directory, arguments);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let lists: Vec<&serde_json::Value> = match report["files"].as_array() {
        Some(files) => files.iter().map(|file| &file["findings"]).collect(),
        None => vec![&report["findings"]],
    };
    let all = lists.into_iter().flat_map(|list| list.as_array().expect("a list"));
    all.map(|finding| finding["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn authorized_keys_of_reports() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let (a, b) = (line(directory, "ed25519.pub"), line(directory, "ecdsa.pub"));
    let none: &[&str] = &[];
    for (report, text, expected) in [
        ("ansible/ansible#6716", format!("no-pty,permitopen=\"localhost:2313\" {a} me"), none),
        (
            "ansible/ansible#4826: rewritten",
            format!("no-pty, command=/bin/restricted_shell  {a} backup"),
            &["unread-line"],
        ),
        (
            "ansible/ansible#4826: the line before",
            format!("no-pty,command=\"/bin/restricted_shell\" {a} backup"),
            none,
        ),
        ("ansible/ansible#3921: quotation marks are gone", format!("from=10.0.0.1 {a} me"), &["unread-line"]),
        (
            "ansible-modules-core#983: a path in place of a key",
            "/home/sam/.ssh/id_rsa.pub".to_owned(),
            &["unread-line"],
        ),
        (
            "ansible-modules-core#983: the same after options",
            format!("command=\"/foo/bar\" /home/sam/.ssh/id_rsa.pub\n{a}"),
            &["unread-line"],
        ),
        (
            "ansible/ansible#6700: a key of one word",
            "command=\"echo bar 'foo bar'\" ssh-dss user@foo".to_owned(),
            &["unread-line"],
        ),
        (
            "jsch#805: sshd: parse key: invalid format",
            format!("{}\n{b}", a.replace("AAAAC3", "AAAAD3")),
            &["unread-line"],
        ),
        ("linuxserver/davos#40: with its comment", format!("{a} muniter@ubuserver"), none),
        (
            "skeema/knownhosts#9: a line of known_hosts in the wrong file",
            format!("[10.161.115.189]:222 {a}"),
            &["unread-line"],
        ),
    ] {
        put(directory, "authorized_keys", text + "\n");
        assert_eq!(found(directory, &["doctor", "--json", "authorized_keys"]), expected, "{report}");
        if expected.is_empty() {
            same(directory, &["-l", "-f", "authorized_keys"]);
        }
    }
}

#[test]
fn known_hosts_of_reports() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let (a, b) = (line(directory, "ed25519.pub"), line(directory, "ecdsa.pub"));
    let base64 = a.split(' ').nth(1).expect("base64").to_owned();
    let none: &[&str] = &[];
    for (report, text, expected, host) in [
        (
            "ansible-modules-extras#664: a .pub in place of a line",
            format!("{a} me@host"),
            &["invalid"][..],
            "me",
        ),
        (
            "ansible/ansible#11222: no type before the key",
            format!("bitbucket.org {base64}"),
            &["invalid"],
            "bitbucket.org",
        ),
        ("ansible/ansible#52651", format!("@cert-authority 192.168.42.18 {a}"), none, "192.168.42.18"),
        (
            "ansible-modules-extras#2651: HOST:PORT",
            format!("myserver.domain.com:7999 {a}"),
            &["never-matches"],
            "myserver.domain.com",
        ),
        (
            "ansible-modules-extras#2651: as ssh writes it",
            format!("[myserver.domain.com]:7999 {a}"),
            none,
            "[myserver.domain.com]:7999",
        ),
        (
            "skeema/knownhosts#9: a pattern for all, and a port",
            format!("* {a}\n[10.161.115.189]:222 {a}"),
            none,
            "[10.161.115.189]:222",
        ),
        (
            "paramiko/paramiko#771: a key of SSH 1",
            "closenet,192.0.2.53 1024 37 159993 closenet".to_owned(),
            &["invalid"],
            "closenet",
        ),
        (
            "libssh2/libssh2#508: @revoked and @cert-authority",
            format!("@revoked * {a}\n@cert-authority *.mydomain.org,*.mydomain.com {b}"),
            none,
            "a.mydomain.org",
        ),
        (
            "net-ssh/net-ssh#833: * also matches dots",
            format!("@cert-authority *.example.org {a}"),
            none,
            "a.b.example.org",
        ),
        ("PowerShell/Win32-OpenSSH#2429: with CRLF", format!("@cert-authority *.x {a}\r"), none, "h.x"),
        ("ansible/ansible#23727: a host that is not there", format!("h {a}"), none, "other.host.name"),
        ("ansible/ansible#43163: two types of one host", format!("h {a}\nh {b}"), none, "h"),
        (
            "ansible/ansible#70340: a CA and a key of the same host",
            format!("@cert-authority h {a}\nh {b}"),
            none,
            "h",
        ),
    ] {
        put(directory, "known_hosts", text + "\n");
        assert_eq!(
            found(directory, &["known-hosts", "lint", "--json", "-f", "known_hosts"]),
            expected,
            "{report}"
        );
        assert_eq!(found(directory, &["doctor", "--json", "known_hosts"]), expected, "{report}");
        same(directory, &["-F", host, "-f", "known_hosts"]);
    }
}

#[test]
fn putty_keys_of_reports() {
    needs!("ssh-keygen");
    needs!("puttygen");
    let directory = keys();
    let directory = directory.path();
    put(directory, "phrase", "correct horse");
    for (report, parameters, locked) in [
        ("sshnet/SSH.NET#434: version 2, encrypted", "version=2", true),
        ("hierynomus/sshj#716: version 3, in the clear", "version=3", false),
        ("hierynomus/sshj#745: version 3, encrypted", "version=3", true),
        ("sshnet/SSH.NET#1543: Argon2d", "version=3,kdf=argon2d", true),
        ("Netcatty#3070: 34 passes", "version=3,passes=34", true),
        ("scriptjunkie/puttykeys#2: version 2, in the clear", "version=2", false),
    ] {
        let mut puttygen = Command::new("puttygen");
        puttygen.args(["-q", "ed25519", "-O", "private", "-o", "key.pem", "-C", "ansible-generated on x"]);
        puttygen.args(["--ppk-param", parameters]).current_dir(directory);
        if locked {
            puttygen.args(["--new-passphrase", "phrase"]);
        }
        assert!(puttygen.status().expect("puttygen").success(), "{report}");
        let text = fs::read(directory.join("key.pem")).expect("a key");
        put(directory, "key.pem", text);
        let ours = run(rkeygen(), directory, &["-y", "-P", "correct horse", "-f", "key.pem"]).stdout;
        assert_eq!(
            String::from_utf8_lossy(&ours).trim_end(),
            format!("{} ansible-generated on x", line(directory, "ed25519.pub")),
            "{report}"
        );
        if locked {
            // hierynomus/sshj#729: another passphrase is named as that.
            let wrong = run(rkeygen(), directory, &["-y", "-P", "wrong", "-f", "key.pem"]).stderr;
            assert!(String::from_utf8_lossy(&wrong).contains("incorrect passphrase"), "{report}");
        }
    }
}

#[test]
fn comments_and_directories_of_reports() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    // ronf/asyncssh#118: an umlaut in Latin-1.
    let latin = [line(directory, "ed25519.pub").as_bytes(), b" M\xfcller\n"].concat();
    put(directory, "latin.pub", latin);
    same(directory, &["-l", "-f", "latin.pub"]);
    // borgbase/vorta#1628 and #1829: every file of ~/.ssh is tried as a key.
    let home = tempfile::tempdir().expect("a directory");
    set_mode(home.path(), 0o700);
    for (name, text) in [
        ("known_hosts", format!("h {}\n", line(directory, "ed25519.pub"))),
        ("known_hosts.old", format!("h {}\n", line(directory, "ecdsa.pub"))),
        ("config", "Host *\n  Compression yes\n".to_owned()),
    ] {
        put(home.path(), name, text);
    }
    let whole = home.path().to_str().expect("text");
    assert_eq!(found(directory, &["doctor", "--json", whole]), Vec::<String>::new());
    // pyca/cryptography#12063: the file of a key in a token.
    put(directory, "token", include_bytes!("../vectors/token-ed25519"));
    same(directory, &["-l", "-f", "token"]);
    // pyca/cryptography#8563: a wrong passphrase makes bytes of a PEM key that look like damage.
    for passphrase in ["wrong", "other", "third", "fourth"] {
        let output = run(rkeygen(), directory, &["-y", "-P", passphrase, "-f", "ecdsa-pem-locked"]).stderr;
        assert!(String::from_utf8_lossy(&output).contains("incorrect passphrase"), "{passphrase}");
    }
}
