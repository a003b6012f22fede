//! OpenSSL opens every PKCS8 and PEM key, and finds the FIPS-readable profile as described.

use std::ffi::OsStr;
use std::process::Command;

use crate::keys::{Format, Key, Limit, all, check_each, judge};
use crate::support::missing::needs;
use crate::support::{Test, peer};

const LIMITS: [Limit; 3] = [
    Limit { kind: "ed25519", format: Format::OpenSsh, message: "unsupported" },
    Limit { kind: "rsa", format: Format::OpenSsh, message: "unsupported" },
    Limit { kind: "ecdsa", format: Format::OpenSsh, message: "unsupported" },
];

fn check(path: impl AsRef<OsStr>, passphrase: &str) -> Result<(), String> {
    let mut command = Command::new("openssl");
    command.args(["pkey", "-check", "-noout", "-passin", &format!("pass:{passphrase}"), "-in"]).arg(path);
    let output = peer(&mut command);
    if output.status.success() && String::from_utf8_lossy(&output.stdout).contains("Key is valid") {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[test]
fn checks_every_key_that_is_not_in_openssh_format() {
    needs!("openssl");
    check_each(all(), |key| judge(key, &LIMITS, check(key.path(), key.passphrase())));
}

#[test]
fn opens_no_encrypted_key_with_another_passphrase() {
    needs!("openssl");
    let encrypted = |key: &&Key| key.encrypted && key.format != Format::OpenSsh;
    let encrypted: Vec<&Key> = all().iter().filter(encrypted).collect();
    check_each(&encrypted, |key| match check(key.path(), "another passphrase") {
        Ok(()) => Err(format!("{} opens with another passphrase", key.name())),
        Err(_) => Ok(()),
    });
}

#[test]
fn the_fips_readable_profile_is_in_the_file() {
    needs!("openssl");
    let kinds = ["", "-t rsa -b 2048", "-t ecdsa", "-t ecdsa -b 384", "-t ecdsa -b 521"];
    check_each(&kinds, |kind| {
        let done = Test::new("-q --fips -f key -N correcthorse").args(kind).run();
        check(done.path("key"), "correcthorse").map_err(|message| format!("{kind}: {message}"))?;
        let listing = peer(Command::new("openssl").args(["asn1parse", "-in"]).arg(done.path("key"))).stdout;
        let listing = String::from_utf8(listing).expect("text");
        profile(&listing).ok_or_else(|| format!("{kind}: not the profile:\n{listing}"))
    });
}

/// Walks the header of EncryptedPrivateKeyInfo (RFC 8018 appendix A) in asn1parse's listing.
fn profile(listing: &str) -> Option<()> {
    let mut lines = listing.lines();
    let mut next = |part: &str| lines.by_ref().find(|line| line.contains(part));
    next(":PBES2")?;
    next(":PBKDF2")?;
    next("l=  16 prim: OCTET STRING")?;
    let iterations = next("prim: INTEGER")?.rsplit(':').next()?;
    next(":hmacWithSHA256")?;
    next(":aes-256-cbc")?;
    next("l=  16 prim: OCTET STRING")?;
    (u32::from_str_radix(iterations, 16).ok()? >= 1000).then_some(())
}
