//! `-p` and `-c` on files that are not in OpenSSH's format: which format they are in afterwards.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::oracle::{keys, run, ssh_keygen};
use crate::support::missing::needs;
use crate::support::{rkeygen, set_mode};

fn text(directory: &Path, name: &str) -> String {
    fs::read_to_string(directory.join(name)).expect("a text file")
}

fn ok(directory: &Path, arguments: &[&str]) -> String {
    let output = run(rkeygen(), directory, arguments);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {stderr}");
    stderr
}

/// What PuTTY's own program says of a key.
fn puttygen(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new("puttygen").args(arguments).current_dir(directory).output().expect("puttygen");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_putty_key_stays_one() {
    needs!("ssh-keygen");
    needs!("puttygen");
    let directory = keys();
    let directory = directory.path();
    for version in ["2", "3"] {
        let name = format!("k{version}.ppk");
        let new = ["-q", "ed25519", "-O", "private", "-C", "first one", "-o", &name];
        let param = format!("version={version}");
        puttygen(directory, &[&new[..], &["--ppk-param", &param]].concat());
        set_mode(directory.join(&name), 0o600);
        let start = format!("PuTTY-User-Key-File-{version}: ssh-ed25519\n");
        let before = puttygen(directory, &["-l", &name]);
        let shown = run(rkeygen(), directory, &["-l", "-f", &name]).stdout;
        assert!(String::from_utf8_lossy(&shown).contains(" first one (ED25519)"), "-l shows the comment");
        ok(directory, &["-p", "-P", "", "-N", "horse battery", "-f", &name]);
        assert!(text(directory, &name).starts_with(&start), "-p");
        let shown = run(rkeygen(), directory, &["-l", "-f", &name]).stdout;
        assert!(String::from_utf8_lossy(&shown).contains(" first one (ED25519)"), "-l of an encrypted file");
        ok(directory, &["-c", "-P", "horse battery", "-C", "second one", "-f", &name]);
        assert!(text(directory, &name).starts_with(&start), "-c");
        fs::write(directory.join("passphrase"), "horse battery").expect("a file");
        let after = puttygen(directory, &["-l", "--old-passphrase", "passphrase", &name]);
        assert_eq!(after, before.replace("first", "second"));
        ok(directory, &["-p", "-P", "horse battery", "-N", "", "-m", "RFC4716", "-f", &name]);
        assert!(text(directory, &name).starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"), "-m");
    }
}

#[test]
fn a_key_for_fips_mode_stays_one_unless_told() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    ok(directory, &["-q", "-t", "ecdsa", "--fips", "-N", "horse battery", "-f", "fips"]);
    let public = text(directory, "fips.pub");
    ok(directory, &["-p", "-P", "horse battery", "-N", "other battery", "-f", "fips"]);
    let kept = ["doctor", "--json", "-P", "other battery", "fips"];
    let report = String::from_utf8(run(rkeygen(), directory, &kept).stdout).expect("text");
    for part in ["\"PKCS8\"", "\"AES-256-CBC\"", "\"PBKDF2\"", "600000"] {
        assert!(report.contains(part), "{part}: {report}");
    }
    let theirs = run(ssh_keygen(), directory, &["-y", "-P", "other battery", "-f", "fips"]).stdout;
    assert!(public.starts_with(String::from_utf8_lossy(&theirs).trim_end()));
    let short = run(rkeygen(), directory, &["-p", "-P", "other battery", "-N", "short", "-f", "fips"]);
    assert_ne!(short.status.code(), Some(0), "too short for the profile");
    ok(directory, &["-p", "-P", "other battery", "-N", "horse battery", "-m", "RFC4716", "-f", "fips"]);
    assert!(text(directory, "fips").starts_with("-----BEGIN OPENSSH"));
}

#[test]
fn other_pkcs8_keys_become_openssh_keys_and_that_is_said() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    for (name, format) in [("ecdsa-pkcs8", "PKCS8"), ("ecdsa-pem", "PEM")] {
        let said = ok(directory, &["-p", "-P", "", "-N", "horse", "-f", name]);
        assert!(said.contains(&format!("was {format}, is in OpenSSH format now")), "{said}");
        assert!(text(directory, name).starts_with("-----BEGIN OPENSSH"), "{name}");
        let again = ok(directory, &["-p", "-P", "horse", "-N", "", "-f", name]);
        assert!(!again.contains("OpenSSH format now"), "{again}");
    }
}

#[test]
fn a_certificate_in_a_putty_key_is_read_and_not_lost() {
    needs!("ssh-keygen");
    needs!("puttygen");
    let directory = keys();
    let directory = directory.path();
    let sign = ["-q", "-s", "ecdsa", "-I", "me", "-n", "me", "-V", "+52w", "ed25519.pub"];
    assert!(run(ssh_keygen(), directory, &sign).status.success());
    puttygen(
        directory,
        &["-q", "ed25519", "--certificate", "ed25519-cert.pub", "-O", "private", "-o", "c.ppk"],
    );
    set_mode(directory.join("c.ppk"), 0o600);
    assert!(
        text(directory, "c.ppk").starts_with("PuTTY-User-Key-File-3: ssh-ed25519-cert-v01@openssh.com\n")
    );
    let ours = run(rkeygen(), directory, &["-y", "-f", "c.ppk"]).stdout;
    let words = |line: &str| line.split(' ').take(2).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&String::from_utf8_lossy(&ours)), words(&text(directory, "ed25519.pub")));
    let before = text(directory, "c.ppk");
    for change in [&["-p", "-P", "", "-N", "horse"][..], &["-c", "-C", "new"]] {
        let output = run(rkeygen(), directory, &[change, &["-f", "c.ppk"]].concat());
        assert!(String::from_utf8_lossy(&output.stderr).contains("contains a certificate"), "{change:?}");
        assert_ne!(output.status.code(), Some(0));
        assert_eq!(text(directory, "c.ppk"), before);
    }
}

#[test]
fn version_1_and_cut_files_of_putty_are_named() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let put = |name: &str, text: &str| {
        fs::write(directory.join(name), text).expect("a file");
        set_mode(directory.join(name), 0o600);
        String::from_utf8(run(rkeygen(), directory, &["doctor", name]).stdout).expect("text")
    };
    let old = "PuTTY-User-Key-File-1: ssh-rsa\nEncryption: none\nComment: old\n";
    assert!(put("one.ppk", old).contains("unsupported version of the format: PuTTY-User-Key-File-1"));
    ok(directory, &["convert", "ed25519", "--to", "ppk", "-o", "cut.ppk", "--no-passphrase"]);
    let whole = text(directory, "cut.ppk");
    let shown = put("cut.ppk", &whole[..whole.len() * 2 / 3]);
    assert!(shown.contains("its last lines are missing") && !shown.contains("END"), "{shown}");
}
