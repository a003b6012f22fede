//! Looking at keys and changing them: the same calls through ssh-keygen and rkeygen.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::oracle::{files, keys, run, same, ssh_keygen};
use crate::support::missing::needs;
use crate::support::{rkeygen, set_mode};

#[test]
fn fingerprints_of_every_file_with_every_hash() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    for name in crate::support::names(directory) {
        for hash in ["md5", "sha1", "sha256", "SHA384", "sha512"] {
            same(directory, &["-l", "-E", hash, "-f", &name]);
        }
        same(directory, &["-lvf", &name]);
        same(directory, &["-Bf", &name]);
    }
    // Without `.pub`, the file must do; with an empty comment there, its name is shown.
    for name in files(directory) {
        let public = directory.join(format!("{name}.pub"));
        let line = fs::read_to_string(&public).expect("a line");
        let short: Vec<&str> = line.split(' ').take(2).collect();
        fs::write(&public, short.join(" ")).expect("a file");
        same(directory, &["-lf", &name]);
        fs::remove_file(&public).expect("a file");
        same(directory, &["-lf", &name]);
    }
    same(directory, &["-l", "-f", "missing"]);
    same(directory, &["-l", "-E", "md4", "-f", "rsa"]);
}

#[test]
fn fingerprints_of_lines_wherever_the_key_stands() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let key = fs::read_to_string(directory.join("ecdsa.pub")).expect("a key");
    let (key, bare) = (key.trim_end(), key.split(' ').take(2).collect::<Vec<_>>().join(" "));
    let lines = [
        format!("{key}\n"),
        format!("# a comment\n\n   \t{key}\n"),
        format!("command=\"echo \\\"a b\\\"\",no-pty {key}\n"),
        format!("host1,host2 {bare}\n"),
        format!("{bare}\n"),
        format!("{bare} # x"),
        format!("{bare}\tcaf\u{e9} \u{1b}[31m\u{7f}"),
        format!("@cert-authority * {key}\n{key}\n"),
        format!("17 {key}\n"),
        "\u{feff}ssh-rsa AAAA\n".to_owned(),
        String::new(),
        format!("{}\n", bare.replace("ecdsa-sha2-nistp256", "ssh-rsa")),
        format!("{}=\n", bare),
    ];
    for (number, text) in lines.iter().enumerate() {
        let name = format!("lines-{number}");
        fs::write(directory.join(&name), text).expect("a file");
        same(directory, &["-lf", &name]);
    }
}

#[test]
fn public_halves_of_every_private_key() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    for name in files(directory) {
        for passphrase in ["horse", "", "wrong"] {
            // ssh-keygen before 10.3 neither writes nor reads Ed25519 in PKCS8 and PEM.
            same(directory, &["-y", "-P", passphrase, "-f", &name]);
        }
    }
    same(directory, &["-y", "-f", "missing"]);
    same(directory, &["-y", "-f", "rsa.pub"]);
}

#[test]
fn keys_that_others_can_read_are_not_used() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    for name in ["rsa", "rsa-pem", "ed25519-locked"] {
        set_mode(directory.join(name), 0o644);
        same(directory, &["-y", "-f", name]);
        same(directory, &["-p", "-P", "", "-N", "other", "-f", name]);
        same(directory, &["-l", "-f", name]);
        fs::remove_file(directory.join(format!("{name}.pub"))).expect("a file");
        same(directory, &["-l", "-f", name]);
        let output = run(rkeygen(), directory, &["-y", "-f", name]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            error.contains("UNPROTECTED PRIVATE KEY FILE") && error.contains("bad permissions"),
            "{error}"
        );
    }
}

/// What `-y` says of a key afterwards, by ssh-keygen.
fn public(directory: &Path, name: &str, passphrase: &str) -> String {
    let output = run(ssh_keygen(), directory, &["-y", "-P", passphrase, "-f", name]);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn passphrases_change_in_every_format_and_ssh_keygen_reads_the_result() {
    needs!("ssh-keygen");
    for format in ["RFC4716", "PEM", "PKCS8"] {
        for (old, new) in [("", "cart-horse"), ("horse", "cart-horse"), ("horse", "")] {
            let (theirs, ours) = (keys(), keys());
            for name in files(ours.path()) {
                if name.contains("-locked") == old.is_empty()
                    || name.starts_with("ed25519") && format != "RFC4716"
                {
                    continue;
                }
                if name.starts_with("dsa") && format != "RFC4716" {
                    continue;
                }
                let arguments = ["-p", "-a", "1", "-m", format, "-P", old, "-N", new, "-f", &name];
                let theirs = run(ssh_keygen(), theirs.path(), &arguments);
                let before = public(ours.path(), &name, old);
                let output = run(rkeygen(), ours.path(), &arguments);
                assert_eq!(output.stdout, theirs.stdout, "{arguments:?}");
                assert_eq!(output.status.code(), theirs.status.code(), "{arguments:?}");
                let (after, kept) = (public(ours.path(), &name, new), format == "RFC4716");
                let blob = |line: &str| {
                    line.split(' ').take(2).map(|word| word.trim().to_owned()).collect::<Vec<_>>()
                };
                assert_eq!(blob(&after), blob(&before), "{arguments:?}");
                assert_eq!(
                    after.contains("me and you"),
                    kept && before.contains("me and you"),
                    "{arguments:?}"
                );
                if !new.is_empty() {
                    assert_eq!(public(ours.path(), &name, ""), "", "{arguments:?}: not encrypted");
                }
            }
        }
    }
}

#[test]
fn a_wrong_passphrase_changes_nothing() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    for name in files(directory).into_iter().filter(|name| name.ends_with("-locked")) {
        let before = fs::read(directory.join(&name)).expect("a key");
        same(directory, &["-p", "-P", "wrong", "-N", "other", "-f", &name]);
        same(directory, &["-c", "-P", "wrong", "-C", "other", "-f", &name]);
        assert_eq!(fs::read(directory.join(&name)).expect("a key"), before, "{name}");
    }
    let output = run(rkeygen(), directory, &["-p", "-P", "", "-N", "1234", "-m", "PKCS8", "-f", "rsa"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("passphrase is too short"));
}

#[test]
fn comments_change_in_both_files() {
    needs!("ssh-keygen");
    for (name, old) in
        [("ed25519", ""), ("rsa-locked", "horse"), ("ecdsa-pem", ""), ("rsa-pkcs8-locked", "horse")]
    {
        for comment in ["someone else", "", "me and you"] {
            let (other, ours) = (keys(), keys());
            let arguments = ["-c", "-a", "1", "-P", old, "-C", comment, "-f", name];
            let theirs = run(ssh_keygen(), other.path(), &arguments);
            let output = run(rkeygen(), ours.path(), &arguments);
            let text = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(text(&output), text(&theirs), "{arguments:?}");
            assert_eq!(output.status.code(), theirs.status.code(), "{arguments:?}");
            let line =
                |directory: &Path| fs::read_to_string(directory.join(format!("{name}.pub"))).expect("a line");
            assert_eq!(line(ours.path()), line(other.path()), "{arguments:?}");
            assert_eq!(
                line(ours.path()).trim_end(),
                public(ours.path(), name, old).trim_end(),
                "{arguments:?}"
            );
        }
    }
    let directory = keys();
    same(directory.path(), &["-c", "-m", "PEM", "-C", "x", "-f", "rsa"]);
    same(directory.path(), &["-p", "-c", "-f", "rsa"]);
}

#[cfg(unix)]
#[test]
fn a_link_is_kept_and_its_target_replaced() {
    needs!("ssh-keygen");
    use std::os::unix::fs::{MetadataExt, symlink};
    let directory = keys();
    let directory = directory.path();
    fs::create_dir(directory.join("elsewhere")).expect("a directory");
    fs::rename(directory.join("ed25519"), directory.join("elsewhere/key")).expect("a move");
    symlink("elsewhere/key", directory.join("ed25519")).expect("a link");
    let output = run(rkeygen(), directory, &["-p", "-a", "1", "-P", "", "-N", "horse", "-f", "ed25519"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(fs::symlink_metadata(directory.join("ed25519")).expect("it").is_symlink());
    let target = fs::metadata(directory.join("elsewhere/key")).expect("the target");
    assert_eq!(target.mode() & 0o777, 0o600);
    assert!(public(directory, "elsewhere/key", "horse").starts_with("ssh-ed25519 "));
    assert_eq!(crate::support::names(&directory.join("elsewhere")), ["key"]);
}

#[test]
fn json_shows_keys_in_the_schema_of_generation() {
    needs!("ssh-keygen");
    let directory = keys();
    let output = run(rkeygen(), directory.path(), &["-l", "--json", "-f", "rsa"]);
    let keys: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(keys["schema"], "rkeygen/keys/1");
    let key = &keys["keys"][0];
    assert_eq!((key["type"].as_str(), key["bits"].as_u64()), (Some("rsa"), Some(1024)));
    assert_eq!(key["encrypted"], false);
    let output = run(rkeygen(), directory.path(), &["-y", "--json", "-P", "horse", "-f", "ecdsa-locked"]);
    let key: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let line = public(directory.path(), "ecdsa-locked", "horse");
    assert_eq!(
        (key["public_key"].as_str(), key["comment"].as_str()),
        (Some(line.trim_end()), Some("me and you"))
    );
}

#[test]
fn json_shows_the_options_of_an_authorized_keys_line() {
    needs!("ssh-keygen");
    let directory = keys();
    let line = fs::read_to_string(directory.path().join("ed25519.pub")).expect("a key");
    fs::write(
        directory.path().join("listed"),
        format!("# keys\nfrom=\"10.0.0.0/8\",no-pty {line}host {line}"),
    )
    .expect("a file");
    let output = run(rkeygen(), directory.path(), &["-l", "--json", "-f", "listed"]);
    let keys: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let shown = [0, 1].map(|at| (keys["keys"][at]["line"].as_u64(), keys["keys"][at]["options"].as_str()));
    assert_eq!(shown, [(Some(2), Some("from=\"10.0.0.0/8\",no-pty")), (Some(3), None)]);
}
