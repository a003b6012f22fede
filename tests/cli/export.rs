//! `-e` and `-i`: the same calls through ssh-keygen and rkeygen.

use std::fs;

use crate::oracle::{files, keys, run, same, ssh_keygen};
use crate::support::missing::needs;
use crate::support::rkeygen;

/// Types that OpenSSH 10 still exports in that format. It has no DSA, and ssh-keygen exports no
/// Ed25519 keys to OpenSSL's formats; rkeygen exports those to PKCS8.
fn comparable(name: &str, format: &str) -> bool {
    format == "RFC4716" || !(name.starts_with("dsa") || name.starts_with("ed25519"))
}

#[test]
fn exports_are_the_same_and_come_back_as_the_same_bytes() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    for name in files(directory) {
        for format in ["RFC4716", "ssh2", "PKCS8", "PEM"] {
            if !comparable(&name, &format.replace("ssh2", "RFC4716")) {
                continue;
            }
            for file in [name.clone(), format!("{name}.pub")] {
                let text = same(directory, &["-e", "-m", format, "-P", "horse", "-f", &file]);
                fs::write(directory.join("exported"), text).expect("a file");
                // ssh-keygen cannot read back what it writes for ECDSA with -m PEM.
                if !(format == "PEM" && name.starts_with("ecdsa")) {
                    let line = same(directory, &["-i", "-m", format, "-f", "exported"]);
                    let public = fs::read_to_string(directory.join(format!("{name}.pub"))).expect("a line");
                    let words: Vec<_> = public.split(' ').take(2).collect();
                    assert_eq!(line.trim_end(), words.join(" "), "{name} {format}");
                }
            }
        }
    }
    // Without `.pub`, an encrypted PEM key has to be opened.
    for name in ["rsa-pem-locked", "ecdsa-pkcs8-locked"] {
        fs::remove_file(directory.join(format!("{name}.pub"))).expect("a file");
        same(directory, &["-e", "-P", "horse", "-f", name]);
        same(directory, &["-e", "-P", "wrong", "-f", name]);
    }
}

#[test]
fn certificates_are_exported_as_certificates_or_as_their_keys() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let sign = ["-q", "-s", "ed25519", "-I", "id", "-n", "me", "rsa.pub"];
    assert!(run(ssh_keygen(), directory, &sign).status.success());
    for format in ["RFC4716", "PKCS8", "PEM"] {
        same(directory, &["-e", "-m", format, "-f", "rsa-cert.pub"]);
    }
    same(directory, &["-l", "-f", "rsa-cert.pub"]);
}

#[test]
fn headers_continuations_and_line_ends_of_rfc_4716() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let body = same(directory, &["-e", "-f", "rsa.pub"]);
    let headers = "Subject: me\nComment: \"a long \\\ncomment that goes on\"\nx-private: \\\none \\\ntwo\n";
    let with_headers = body.replacen("Comment: ", &format!("{headers}Comment: "), 1);
    for text in [with_headers.clone(), with_headers.replace('\n', "\r\n"), body.replace('\n', "\r")] {
        fs::write(directory.join("headers"), text).expect("a file");
        assert!(!same(directory, &["-i", "-f", "headers"]).is_empty());
    }
    for text in ["", "hello", "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n"] {
        fs::write(directory.join("garbage"), text).expect("a file");
        same(directory, &["-i", "-f", "garbage"]);
        same(directory, &["-i", "-m", "PKCS8", "-f", "garbage"]);
    }
    same(directory, &["-i", "-f", "missing"]);
    same(directory, &["-e", "-f", "missing"]);
}

#[test]
fn ed25519_goes_to_pkcs8_and_back_but_has_no_pem() {
    needs!("ssh-keygen");
    needs!("openssl");
    let directory = keys();
    let directory = directory.path();
    let exported = run(rkeygen(), directory, &["-e", "-m", "PKCS8", "-f", "ed25519.pub"]);
    fs::write(directory.join("exported"), &exported.stdout).expect("a file");
    let line = run(rkeygen(), directory, &["-i", "-m", "PKCS8", "-f", "exported"]).stdout;
    let public = fs::read_to_string(directory.join("ed25519.pub")).expect("a line");
    assert!(public.starts_with(String::from_utf8_lossy(&line).trim_end()));
    let openssl = crate::support::peer(
        std::process::Command::new("openssl")
            .args(["pkey", "-pubin", "-noout", "-in"])
            .arg(directory.join("exported")),
    );
    assert!(openssl.status.success());
    let refused = run(rkeygen(), directory, &["-e", "-m", "PEM", "-f", "ed25519.pub"]);
    assert_eq!(refused.status.code(), Some(255));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("unsupported key type ED25519"));
}
