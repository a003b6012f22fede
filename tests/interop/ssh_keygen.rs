//! OpenSSH reads every key.

use crate::keys::{Format, Key, all, check_each, half, judge, openssh_limits};
use crate::support::missing::needs;
use crate::support::oracle::{openssh, ssh_keygen};
use crate::support::{Test, peer};

fn ask(arguments: &[&str], key: &Key) -> Result<String, String> {
    let output = peer(ssh_keygen().args(arguments).arg("-f").arg(key.path()));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

#[test]
fn prints_the_public_half_of_every_key() {
    needs!("ssh-keygen");
    check_each(all(), |key| {
        let outcome = ask(&["-y", "-P", key.passphrase()], key).and_then(|line| {
            // OpenSSH files alone hold the comment.
            let expected = if key.format == Format::OpenSsh { key.public_line() } else { key.public_half() };
            if line.trim_end() == expected { Ok(()) } else { Err(format!("{line:?} is not {expected:?}")) }
        });
        judge(key, &openssh_limits(), outcome)
    });
}

#[test]
fn opens_no_encrypted_key_with_another_passphrase() {
    needs!("ssh-keygen");
    let encrypted: Vec<&Key> = all().iter().filter(|key| key.encrypted).collect();
    check_each(&encrypted, |key| {
        for wrong in ["", "another passphrase"] {
            if ask(&["-y", "-P", wrong], key).is_ok() {
                return Err(format!("{} opens with {wrong:?}", key.name()));
            }
        }
        Ok(())
    });
}

#[test]
fn lists_size_comment_and_type_of_every_key() {
    needs!("ssh-keygen");
    check_each(all(), |key| {
        let listing = ask(&["-l"], key)?;
        let expected = (format!("{} SHA256:", key.bits), format!(" ({})\n", key.kind.to_uppercase()));
        if listing.starts_with(&expected.0) && listing.ends_with(&expected.1) {
            Ok(())
        } else {
            Err(format!("{}: {listing}", key.name()))
        }
    });
}

#[test]
fn reads_every_cipher() {
    needs!("ssh-keygen");
    let listing = peer(openssh("ssh").args(["-Q", "cipher"])).stdout;
    let listing = String::from_utf8(listing).expect("text");
    let ciphers: Vec<&str> = listing.split_whitespace().collect();
    assert!(ciphers.contains(&"aes256-ctr"), "{ciphers:?}");
    check_each(&ciphers, |cipher| {
        let done = Test::new("-q -a 2 -f key -C me -N horse -Z").arg(cipher).run();
        let read = |passphrase: &str| {
            let mut command = ssh_keygen();
            peer(command.args(["-y", "-P", passphrase, "-f"]).arg(done.path("key"))).stdout
        };
        if read("horse") != done.read("key.pub").into_bytes() {
            return Err(format!("{cipher}: not read"));
        }
        if read("").is_empty() { Ok(()) } else { Err(format!("{cipher}: not encrypted")) }
    });
}

#[test]
fn reads_every_number_of_rounds() {
    needs!("ssh-keygen");
    check_each(&["1", "2", "16", "24", "100"], |rounds| {
        let done = Test::new("-q -t ecdsa -f key -C me -N horse -a").arg(rounds).run();
        let mut command = ssh_keygen();
        let line = peer(command.args(["-y", "-P", "horse", "-f"]).arg(done.path("key"))).stdout;
        if half(&String::from_utf8_lossy(&line)) == half(&done.read("key.pub")) {
            Ok(())
        } else {
            Err(format!("-a {rounds}: not read"))
        }
    });
}

#[test]
fn pem_cannot_hold_ed25519() {
    let test = Test::new("-q -t ed25519 -m PEM --no-passphrase -f key");
    let done = test.status(1).stderr_has(&["Saving key \"key\" failed: invalid format", "hint:"]).run();
    assert!(done.names().is_empty());
}
