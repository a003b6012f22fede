//! Private keys whose structure is not the usual one: one row per report.

use std::process::Command;

use super::{Keys, Named, Refused, Repaired, Row, Sound, der, pem};
use crate::oracle::{run, ssh_keygen};

/// What ssh does not load, or loads and cannot sign with.
const FORM: &str = "not in the form that ssh reads";
const NUMBERS: &str = "ssh cannot sign with this";
const MORE_PRIMES: &str = "RSA of more than two primes";

pub(super) fn rows(keys: &Keys) -> Vec<Row> {
    let container = der(&keys.read("ed"));
    let at = container.windows(4).position(|four| four == [0, 0, 0, 64]).expect("a private key") + 4;
    let (seed, public) = container[at..at + 64].split_at(32);
    let ed = |version: u8, parameters: &[u8], private: &[u8], more: &[u8]| {
        let oid = [&[6, 3, 0x2b, 0x65, 0x70][..], parameters].concat();
        let parts = [&tlv(2, &[version])[..], &tlv(0x30, &oid), &tlv(4, private), more].concat();
        pem("PRIVATE KEY", &tlv(0x30, &parts)).into_bytes()
    };
    let (wrapped, no_key) = (tlv(4, seed), Vec::new());
    let explicit = tlv(0xa1, &tlv(3, &[&[0][..], public].concat()));
    let sec1 = der(&keys.read("pem"));
    let curve = sec1.windows(2).position(|two| two == [0xa0, 0x0a]).expect("the curve");
    let without_curve = tlv(0x30, &[&sec1[2..curve], &sec1[curve + 12..]].concat());
    let rsa = der(&keys.read("p1"));
    let numbers = integers(&rsa);
    let number = |at: usize| &numbers[at][..];
    let with_numbers = |kept: &[usize]| {
        let all = numbers.iter().enumerate();
        let kept = all.map(|(at, number)| if kept.contains(&at) { number } else { &numbers[0] });
        let parts: Vec<u8> = kept.flat_map(|number| tlv(2, number)).collect();
        pem("RSA PRIVATE KEY", &tlv(0x30, &parts)).into_bytes()
    };
    let own_format = |d: &[u8], p: &[u8], q: &[u8]| {
        let (n, e) = (number(1), number(2));
        let public = [&b"ssh-rsa"[..], e, n].map(string).concat();
        let private = [&b"ssh-rsa"[..], n, e, d, number(8), p, q].map(string).concat();
        openssh(1, &public, &private)
    };
    let short = {
        let public = [&b"ssh-ed25519"[..], public].map(string).concat();
        let private = [&public[..], &string(seed)].concat();
        (openssh(1, &public, &private), openssh(2, &public, &private))
    };
    let locked = keys.read("pem-locked").replace("Proc-Type: 4,ENCRYPTED\n", "");
    vec![
        ("bitwarden/clients#20432: an explicit tag", "ed", ed(1, &[], &wrapped, &explicit), Sound),
        ("an empty public key in PKCS#8", "ed", ed(1, &[], &wrapped, &tlv(0x81, &[0])), Sound),
        ("a seed without its OCTET STRING", "ed", ed(0, &[], seed, &no_key), Named(FORM)),
        (
            "libsodium's secret key, seed and public key",
            "ed",
            ed(0, &[], &tlv(4, &[seed, public].concat()), &no_key),
            Named(FORM),
        ),
        ("Ed25519 with parameters of NULL", "ed", ed(0, &[5, 0], &wrapped, &no_key), Named(FORM)),
        ("Ed25519 without its public key after the seed", "ed", short.0, Named(FORM)),
        ("two keys in one container", "", short.1, Refused("more than one key", "corrupt")),
        ("SEC 1 without its curve", "pem", pem("EC PRIVATE KEY", &without_curve).into(), Named(FORM)),
        (
            "RSA without d, of which OpenSSL needs none",
            "p1",
            with_numbers(&[1, 2, 4, 5, 6, 7, 8]),
            Named("1024"),
        ),
        ("RSA with n, e and d alone", "p1", with_numbers(&[1, 2, 3]), Named(NUMBERS)),
        ("RSA with n, e, p and q alone", "p1", with_numbers(&[1, 2, 4, 5]), Named(NUMBERS)),
        ("RSA without d, in OpenSSH's format", "p1", own_format(&[], number(4), number(5)), Named(NUMBERS)),
        ("RSA without p and q, in OpenSSH's format", "p1", own_format(number(3), &[], &[]), Named(NUMBERS)),
        ("RSA of three primes", "", more_primes(keys, "PEM"), Refused(MORE_PRIMES, "match")),
        (
            "RSA of three primes, in OpenSSH's format",
            "",
            more_primes(keys, "RFC4716"),
            Refused(MORE_PRIMES, "match"),
        ),
        (
            "OpenSSH's format with the label of PKCS#8",
            "ed",
            keys.read("ed").replace("OPENSSH PRIVATE", "PRIVATE").into(),
            Repaired("misspelled"),
        ),
        ("a header of two is lost", "pem-locked", locked.into(), Repaired("unknown headers")),
    ]
}

/// A key that ssh-keygen writes in a format.
fn more_primes(keys: &Keys, format: &str) -> Vec<u8> {
    let mut openssl = Command::new("openssl");
    openssl
        .args(["genrsa", "-traditional", "-primes", "3", "-out", "three", "2048"])
        .current_dir(keys.path());
    assert!(openssl.output().expect("openssl").status.success());
    keys.put("three", keys.read("three"));
    assert!(run(ssh_keygen(), keys.path(), &["-p", "-N", "", "-m", format, "-f", "three"]).status.success());
    keys.read("three").into_bytes()
}

fn tlv(tag: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("a short field").to_be_bytes();
    let head = match length {
        [0, length @ 0..0x80] => vec![tag, length],
        [0, length] => vec![tag, 0x81, length],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [&head[..], bytes].concat()
}

/// The contents of the INTEGERs in a SEQUENCE.
fn integers(der: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = &der[4..];
    let mut found = Vec::new();
    while let [2, length, after @ ..] = rest {
        let (length, after) = match (length, after) {
            (0x81, [length, after @ ..]) => (usize::from(*length), after),
            (0x82, [high, low, after @ ..]) => (usize::from(*high) << 8 | usize::from(*low), after),
            _ => (usize::from(*length), after),
        };
        found.push(after[..length].to_vec());
        rest = &after[length..];
    }
    found
}

fn string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).expect("a short field").to_be_bytes()[..], bytes].concat()
}

fn openssh(count: u8, public: &[u8], private: &[u8]) -> Vec<u8> {
    let mut private = [&[7; 8][..], private, &string(b"me")].concat();
    private.extend((1..8).take(7 - (private.len() + 7) % 8));
    let parts =
        [&b"openssh-key-v1\0"[..], &string(b"none"), &string(b"none"), &string(b""), &[0, 0, 0, count]];
    let parts = [&parts.concat()[..], &string(public), &string(&private)].concat();
    pem("OPENSSH PRIVATE KEY", &parts).into_bytes()
}
