//! Small inputs made after public bug reports of other projects: private keys.
//!
//! Each row names its report. What a key should be is what ssh-keygen or openssl made.

use std::fs;
use std::path::Path;
use std::process::Command;

use base64ct::{Base64, Encoding as _};

use crate::oracle::{run, ssh_keygen};
use crate::support::missing::needs;
use crate::support::{rkeygen, set_mode};

const PASSPHRASE: &str = "correct horse";

/// What is right for a file.
enum Right {
    /// `-y` prints the public key, without a finding of doctor.
    Sound,
    /// `-y` prints the public key, and doctor names this.
    Named(&'static str),
    /// Doctor names this, and `--fix` writes a copy that ssh-keygen loads.
    Repaired(&'static str),
    /// Nothing opens it; the message has these words, and not those.
    Refused(&'static str, &'static str),
}
use Right::{Named, Refused, Repaired, Sound};

/// A directory with keys of ssh-keygen and openssl, each with its public key.
struct Keys {
    directory: tempfile::TempDir,
}

impl Keys {
    fn new() -> Self {
        let keys = Self { directory: tempfile::tempdir().expect("a directory") };
        for (name, kind, format, passphrase) in [
            ("ed", "ed25519", "RFC4716", ""),
            ("ec", "ecdsa", "RFC4716", ""),
            ("locked", "ecdsa", "RFC4716", PASSPHRASE),
            ("pem", "ecdsa", "PEM", ""),
            ("pkcs8", "ecdsa", "PKCS8", ""),
            ("rsa", "rsa", "RFC4716", ""),
        ] {
            let made = ["-q", "-t", kind, "-a", "16", "-m", format, "-N", passphrase, "-C", "me", "-f", name];
            assert!(run(ssh_keygen(), keys.path(), &made).status.success(), "{name}");
        }
        keys.put("p1", include_bytes!("../vectors/pem-rsa.key"));
        keys.put("p1.pub", include_bytes!("../vectors/pem-rsa.pub"));
        for (name, of, command) in [
            ("pem-locked", "pem", "ec -aes128"),
            ("pem-3des", "pem", "ec -des3"),
            ("pkcs8-locked", "pem", "pkcs8 -topk8 -v2 aes256 -iter 20000"),
            ("ec-genpkey", "", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
        ] {
            let mut openssl = Command::new("openssl");
            openssl.args(command.split(' ')).args(["-out", name]).current_dir(keys.path());
            if !of.is_empty() {
                openssl.args(["-in", of, "-passout", &format!("pass:{PASSPHRASE}")]);
            }
            assert!(openssl.output().expect("openssl").status.success(), "{command}");
            keys.put(name, keys.read(name));
            let public = run(ssh_keygen(), keys.path(), &["-y", "-P", PASSPHRASE, "-f", name]).stdout;
            fs::write(keys.path().join(format!("{name}.pub")), public).expect("a file");
        }
        keys
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).expect("a text file")
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path().join(name), bytes).expect("a file");
        set_mode(self.path().join(name), 0o600);
    }

    /// The first two words of a public key.
    fn public(&self, name: &str) -> String {
        words(&self.read(&format!("{name}.pub")))
    }

    /// Checks a file that is the key `of`, and returns what is wrong.
    fn check(&self, of: &str, bytes: &[u8], right: &Right) -> Result<(), String> {
        let _ = fs::remove_file(self.path().join("key.repaired"));
        self.put("key", bytes);
        let opened = |program: Command, name: &str| {
            words(&String::from_utf8_lossy(
                &run(program, self.path(), &["-y", "-P", PASSPHRASE, "-f", name]).stdout,
            ))
        };
        let said = |fix: &[&str]| {
            let output = run(rkeygen(), self.path(), &[&["doctor"], fix, &["key"]].concat());
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        match right {
            Sound | Named(_) => {
                let report = said(&[]);
                if opened(rkeygen(), "key") != self.public(of) {
                    return Err("-y does not open it".to_owned());
                }
                match right {
                    Named(message) if report.contains(message) => Ok(()),
                    Sound if !report.contains("PROBLEM") => Ok(()),
                    _ => Err(report),
                }
            }
            Repaired(message) => {
                let report = said(&["--fix"]);
                let is_right = opened(ssh_keygen(), "key.repaired") == self.public(of);
                if report.contains(message) && is_right { Ok(()) } else { Err(report) }
            }
            Refused(message, other) => {
                let output = run(rkeygen(), self.path(), &["-y", "-P", "", "-f", "key"]);
                let error = String::from_utf8_lossy(&output.stderr).into_owned();
                let is_right = error.contains(message) && (other.is_empty() || !error.contains(other));
                if is_right && output.status.code() != Some(0) { Ok(()) } else { Err(error) }
            }
        }
    }
}

fn words(line: &str) -> String {
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

fn der(pem: &str) -> Vec<u8> {
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    Base64::decode_vec(&base64).expect("base64")
}

fn pem(label: &str, der: &[u8]) -> String {
    let base64 = Base64::encode_string(der);
    let lines: Vec<&str> =
        base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("text")).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// A SEQUENCE whose length has zeros in front.
fn with_long_length(der: &[u8]) -> Vec<u8> {
    assert_eq!((der[0], der.len()), (0x30, usize::from(der[1]) + 2));
    [&[0x30, 0x84, 0, 0, 0, der[1]], &der[2..]].concat()
}

/// Rows of a report, the key that the file holds, the file, and what is right.
type Row = (&'static str, &'static str, Vec<u8>, Right);

fn formats(keys: &Keys) -> Vec<Row> {
    let text = |name: &str| keys.read(name);
    let bytes = |name: &str| keys.read(name).into_bytes();
    let public = String::from_utf8(
        Command::new("openssl")
            .args(["pkey", "-pubout", "-in", "pem"])
            .current_dir(keys.path())
            .output()
            .expect("openssl")
            .stdout,
    )
    .expect("text");
    let (pkcs8, sec1) = (der(&text("pkcs8")), der(&text("pem")));
    vec![
        ("ronf/asyncssh#109: a blank line after the END line", "pem", (text("pem") + "\n").into(), Sound),
        ("golang/go#14145: superfluous zeros in a length", "pem", pem("EC PRIVATE KEY", &with_long_length(&sec1)).into(), Sound),
        ("golang/go#71048: ENCRYPTED PRIVATE KEY", "pkcs8-locked", bytes("pkcs8-locked"), Sound),
        ("golang/go#43387: PRIVATE KEY, and a passphrase given", "pkcs8", bytes("pkcs8"), Sound),
        ("golang/go#6650: encrypted, and no passphrase given", "pem", bytes("pem-locked"), Refused("passphrase", "format")),
        ("golang/go#36722: ECDSA in OpenSSH's format", "ec", bytes("ec"), Sound),
        ("golang/go#18692: an encrypted key in OpenSSH's format", "locked", bytes("locked"), Sound),
        ("Eugeny/russh#325: DEK-Info: DES-EDE3-CBC", "pem-3des", bytes("pem-3des"), Named("DES-EDE3-CBC is an old cipher")),
        ("ballerina-library#1658: the public key in the same file", "pkcs8", (text("pkcs8") + &public).into(), Sound),
        ("Bohr1005/xcrypto#10: an API key between BEGIN and END", "", "-----BEGIN PRIVATE KEY-----\nxY3kQmZk1yJ9Zp0aWvTtRbUo2LhN5sGd7fEcXiKjMnPqSrVw8uAl4eH6CzBOgID=\n-----END PRIVATE KEY-----\n".into(), Refused("truncated or corrupt", "passphrase")),
        ("sshnet/SSH.NET#1090: what openssl genpkey writes", "ec-genpkey", bytes("ec-genpkey"), Sound),
        ("libssh2/libssh2#631: RSA in OpenSSH's format", "rsa", bytes("rsa"), Sound),
        ("sheimi/SGit#17: the type put into the label by hand", "pkcs8", pem("EC PRIVATE KEY", &pkcs8).into(), Sound),
        ("mwiede/jsch#805: PKCS#8 bytes with the label of RSA", "pkcs8", pem("RSA PRIVATE KEY", &pkcs8).into(), Named("names a different kind of key")),
        ("mwiede/jsch#805, the reverse: SEC 1 bytes with the label of PKCS#8", "pem", pem("PRIVATE KEY", &sec1).into(), Named("names a different kind of key")),
        ("huashengdun/webssh#69: the right passphrase", "locked", bytes("locked"), Sound),
        ("paramiko/paramiko#207: encrypted, and taken for another type", "locked", bytes("locked"), Refused("passphrase", "invalid format")),
        ("jupyterhub-ssh#32: encrypted, and no passphrase given", "", bytes("pkcs8-locked"), Refused("passphrase", "invalid format")),
        ("RustCrypto/utils#301: EncryptedPrivateKeyInfo as PEM", "pkcs8-locked", bytes("pkcs8-locked"), Sound),
        ("hashicorp/terraform#2107: the .pub in place of the key", "", bytes("ed.pub"), Refused("a public key, not a private key", "passphrase")),
        ("asyncssh#395: the public key loaded as a private one", "", public.clone().into(), Refused("a public key, not a private key", "passphrase")),
        ("libssh2/libssh2#608: /etc/passwd as a key", "", "root:x:0:0:root:/root:/bin/bash\n".into(), Refused("not a private key file", "passphrase")),
        ("terraform-provider-tls#204: an empty key", "", Vec::new(), Refused("the file is empty", "passphrase")),
        ("terraform-provider-tls#204: what the console prints then", "", "tostring(null)\n".into(), Refused("not a private key file", "passphrase")),
        ("5im-0n/sshenc.sh#7: -m pem of an OpenSSH key", "pem", bytes("pem"), Sound),
        ("massivemadness/Squircle-CE#186: encrypted by default", "locked", bytes("locked"), Sound),
    ]
}

fn check(rows: impl Fn(&Keys) -> Vec<Row>) {
    needs!("openssl");
    let keys = Keys::new();
    let mut wrong = Vec::new();
    for (report, of, bytes, right) in rows(&keys) {
        if let Err(error) = keys.check(of, &bytes, &right) {
            wrong.push(format!("{report}: {error}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn keys_of_reports_are_read_or_named() {
    needs!("ssh-keygen");
    check(formats);
}

#[test]
fn what_is_no_key_is_named() {
    needs!("ssh-keygen");
    check(instead::no_keys);
}

#[test]
fn keys_in_rare_forms_are_read_or_repaired() {
    needs!("ssh-keygen");
    check(instead::forms);
}

#[test]
fn damaged_keys_of_reports_are_repaired() {
    needs!("ssh-keygen");
    check(damaged::rows);
}

#[test]
fn keys_in_other_structures_are_read_or_named() {
    needs!("ssh-keygen");
    check(structures::rows);
}

mod damaged;
mod instead;
mod structures;
