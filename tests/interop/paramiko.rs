//! paramiko opens every OpenSSH key.

use std::process::Command;

use crate::keys::{Format, Key, Limit, all, check_each, judge};
use crate::support::missing::needs;
use crate::support::peer;

/// paramiko knows no PKCS8.
const LIMITS: [Limit; 3] = [
    Limit { kind: "ed25519", format: Format::Pkcs8, message: "not a valid OPENSSH private key file" },
    Limit { kind: "rsa", format: Format::Pkcs8, message: "not a valid RSA private key file" },
    Limit { kind: "ecdsa", format: Format::Pkcs8, message: "not a valid EC private key file" },
];

#[test]
fn opens_every_openssh_and_pem_key() {
    needs!("python3 paramiko");
    let mut command = Command::new("/usr/bin/python3");
    command.args(["-W", "ignore", "-c", include_str!("paramiko_read.py")]);
    for key in all() {
        command.arg(key.kind).arg(key.path()).arg(key.passphrase());
    }
    let output = peer(&mut command);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}\ntests/all.sh installs the peers");
    let listing = String::from_utf8(output.stdout).expect("text");
    let lines: Vec<&str> = listing.lines().collect();
    assert_eq!(lines.len(), all().len());
    let rows: Vec<(&Key, &str)> = all().iter().zip(lines).collect();
    check_each(&rows, |(key, line)| {
        let read = if *line == key.public_half() { Ok(()) } else { Err((*line).to_owned()) };
        judge(key, &LIMITS, read)
    });
}
