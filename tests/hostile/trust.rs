//! Certificates, revocation lists and what makes them, signatures and who may sign.

use crate::bytes::{MIB, Wire, base64, key, line, long_exponent, noise, number, odd, pem, point};

type Files = Vec<(&'static str, Vec<u8>)>;

fn texts<const N: usize>(files: [(&'static str, String); N]) -> Files {
    files.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
}

/// An RSA key of 16384 bits with an exponent as long, which makes every signature slow to check.
fn slow_key() -> Vec<u8> {
    Wire::new().string("ssh-rsa").mpint(&long_exponent()).mpint(&odd(16384)).0
}

fn slow_signature() -> Vec<u8> {
    Wire::new().string("rsa-sha2-512").string(noise(2048)).0
}

fn long_key() -> Vec<u8> {
    Wire::new().string("ssh-rsa").string(vec![0x7f; 300_000]).string(vec![0x7f; 300_000]).0
}

fn ed25519_signature() -> Vec<u8> {
    Wire::new().string("ssh-ed25519").string([0; 64]).0
}

struct Certificate {
    key_id: Vec<u8>,
    principals: Vec<u8>,
    critical: Vec<u8>,
    extensions: Vec<u8>,
    ca: Vec<u8>,
    signature: Vec<u8>,
}

impl Certificate {
    fn new() -> Self {
        let empty = Vec::new;
        let (ca, signature) = (key(), ed25519_signature());
        Self {
            key_id: b"id".to_vec(),
            principals: empty(),
            critical: empty(),
            extensions: empty(),
            ca,
            signature,
        }
    }

    fn line(self) -> String {
        let head = Wire::new().string("ssh-ed25519-cert-v01@openssh.com").string([0; 32]).string(point());
        let named = head.u64(1).u32(1).string(self.key_id).string(self.principals).u64(0).u64(u64::MAX);
        let blob = named.string(self.critical).string(self.extensions).string("").string(self.ca);
        format!("ssh-ed25519-cert-v01@openssh.com {}\n", base64(&blob.string(self.signature).0))
    }
}

pub(crate) fn certificates() -> Files {
    let flag = Wire::new().string("a").string("");
    let value = Wire::new().string("a").string(Wire::new().string("v").0);
    let slow = Certificate { ca: slow_key(), signature: slow_signature(), ..Certificate::new() }.line();
    let long = Wire::new().string("rsa-sha2-512").string(vec![1; 100_000]).0;
    let new = Certificate::new;
    texts([
        ("principals", Certificate { principals: Wire::new().string("").times(170_000), ..new() }.line()),
        (
            "short-principals",
            Certificate { principals: Wire::new().string("a").times(140_000), ..new() }.line(),
        ),
        ("critical", Certificate { critical: flag.times(70_000), ..new() }.line()),
        ("extensions", Certificate { extensions: value.times(50_000), ..new() }.line()),
        ("key-id", Certificate { key_id: vec![0x1b; 700_000], ..new() }.line()),
        ("slow-ca", slow.repeat(MIB / slow.len())),
        ("long-ca", Certificate { ca: long_key(), signature: long, ..new() }.line()),
    ])
}

fn section(kind: u8, body: &[u8]) -> Vec<u8> {
    Wire::new().raw(&[kind]).string(body).0
}

fn of_ca(body: &[u8]) -> Vec<u8> {
    section(1, &Wire::new().string(key()).string("").raw(body).0)
}

fn run(first: u64, last: u64) -> Vec<u8> {
    section(0x21, &Wire::new().u64(first).u64(last).0)
}

fn bitmap(first: u64, bits: &[u8]) -> Vec<u8> {
    section(0x22, &Wire::new().u64(first).string(bits).0)
}

/// Strings one after the other.
fn strings(count: u64, string: impl Fn(u64) -> Vec<u8>) -> Vec<u8> {
    (0..count).fold(Wire::new(), |wire, at| wire.string(string(at))).0
}

fn numbers(count: u64, number: impl Fn(u64) -> u64) -> Vec<u8> {
    (0..count).fold(Wire::new(), |wire, at| wire.u64(number(at))).0
}

pub(crate) fn revocation_lists() -> Files {
    let runs: Vec<Vec<u8>> = (0..48_000).map(|at| run(10 * at, 10 * at + 5)).collect();
    let ca = |at: u64| {
        let key = Wire::new().string("ssh-ed25519").string(format!("{at:032}")).0;
        section(1, &Wire::new().string(key).string("").raw(&run(1, 2)).0)
    };
    let ed25519 = |_| Wire::new().string("ssh-ed25519").string(noise(32)).0;
    let bodies = [
        ("bitmap", of_ca(&bitmap(1, &vec![0x55; 900_000]))),
        ("bitmaps", of_ca(&(0..40_000).flat_map(|at| bitmap(at * 100, &[0x55; 8])).collect::<Vec<_>>())),
        ("runs", of_ca(&runs.concat())),
        ("runs-backwards", of_ca(&runs.iter().rev().flatten().copied().collect::<Vec<_>>())),
        ("runs-of-all", of_ca(&run(0, u64::MAX).repeat(48_000))),
        ("serials", of_ca(&section(0x20, &numbers(130_000, |at| 2 * at)))),
        ("random-serials", of_ca(&section(0x20, &numbers(130_000, |_| number())))),
        ("ids", of_ca(&section(0x23, &strings(100_000, |at| at.to_string().into_bytes())))),
        ("empty-ids", of_ca(&section(0x23, &Wire::new().string("").times(260_000)))),
        ("cas", (0..9_000).flat_map(ca).collect()),
        ("any-cas", section(1, &Wire::new().string("").string("").0).repeat(79_000)),
        ("keys", section(2, &strings(18_000, ed25519))),
        ("empty-keys", section(2, &Wire::new().string("").times(260_000))),
        ("sha1", section(3, &strings(43_000, |_| noise(20)))),
        ("sha256", section(5, &strings(29_000, |_| noise(32)))),
        ("signatures", section(4, &Wire::new().string(key()).string("").0).repeat(14_000)),
        ("length", vec![1, 0xff, 0xff, 0xff, 0xff]),
    ];
    let head = Wire::new().raw(b"SSHKRL\n\0").u32(1).u64(1).u64(1).u64(0).string("").string("");
    bodies.into_iter().map(|(name, body)| (name, head.clone().raw(&body).0)).collect()
}

pub(crate) fn specifications() -> Files {
    let lines = |count: u64, line: &dyn Fn(u64) -> String| (0..count).map(line).collect::<String>();
    texts([
        ("all", "serial: 1-18446744073709551615\n".repeat(30_000)),
        ("every-other", lines(60_000, &|at| format!("serial: {}\n", 2 * at))),
        ("random", lines(36_000, &|_| format!("serial: {}\n", number() >> 1))),
        ("far-apart", lines(30_000, &|at| format!("serial: {}-{}\n", at << 20, (at << 20) + 3))),
        ("ids", lines(90_000, &|at| format!("id: {at}\n"))),
        ("long-id", format!("id: {}", "x".repeat(1_000_000))),
        ("long-hash", format!("hash: SHA256:{}", "A".repeat(1_000_000))),
        ("keys", format!("{}\n", line()).repeat(12_000)),
    ])
}

pub(crate) fn signing_lists() -> Files {
    let line = line();
    let header = "public_key,key_id,principals,options,output\n";
    texts([
        ("endless", header.to_owned() + &"a".repeat(1_000_000)),
        ("commas", header.to_owned() + &",".repeat(900_000)),
        ("columns", "public_key,".repeat(90_000)),
        ("quotes", header.to_owned() + &"\"".repeat(900_000)),
        ("lines", header.to_owned() + &format!("{line},id,me,,no/such\n").repeat(9_000)),
        ("missing", header.to_owned() + &"no.pub,id,me,,\n".repeat(60_000)),
        ("endless-key", header.to_owned() + &"/dev/zero,id,me,,\n".repeat(50_000)),
        ("principals", format!("{header}{line},id,\"{}\",,x\n", "a,".repeat(400_000))),
        ("options", format!("{header}{line},id,me,\"{}\",x\n", "no-pty,".repeat(120_000))),
        ("extensions", format!("{header}{line},id,me,\"{}\",x\n", "extension:a=b,".repeat(60_000))),
        ("key-id", format!("{header}{line},{},me,,x\n", "i".repeat(900_000))),
        ("nested", "{\"public_key\":".repeat(70_000)),
        ("arrays", format!("{{\"principals\":{}", "[".repeat(900_000))),
        ("members", format!("{{{}}}", "\"serial\":1,".repeat(80_000))),
        ("array", "[".repeat(1_000_000)),
        ("empty-rows", "\n".repeat(1_000_000)),
        ("carriage-returns", header.replace('\n', "\r") + &"\r".repeat(1_000_000)),
        ("digits", format!("{{\"serial\":{}}}", "9".repeat(1_000_000))),
        ("deep", format!("{{\"id\":{}{}}}", "[".repeat(500_000), "]".repeat(500_000))),
    ])
}

pub(crate) fn ledgers() -> Files {
    let of = |serial: u64, id: &str| {
        format!(
            "{{\"serial\":{serial},\"key_id\":\"{id}\",\"role\":\"user\",\"principals\":[],\"fingerprint\":\"SHA256:x\",\
             \"ca_fingerprint\":\"SHA256:y\",\"signed_at\":\"x\"}}\n"
        )
    };
    let ca = format!("{{\"ca_fingerprint\":\"SHA256:y\",\"ca_public_key\":\"{}\"}}\n", line());
    let many = |number: &dyn Fn(u64) -> u64| {
        (0..7_000).map(|at| of(number(at), &at.to_string())).collect::<String>()
    };
    texts([
        ("ca", ca.clone()),
        ("cas", ca.repeat(8_000)),
        ("entries", many(&|at| at + 1)),
        ("far-apart", many(&|at| (at + 1) << 40)),
        ("long-id", of(1, &"i".repeat(1_000_000))),
        ("one-line", "x".repeat(MIB)),
        ("nested", "[".repeat(MIB)),
        ("objects", "{\"a\":".repeat(170_000)),
        ("nul", "\0".repeat(MIB)),
        ("newlines", "\n".repeat(MIB)),
    ])
}

fn signature(key: Vec<u8>, namespace: &[u8], value: Vec<u8>) -> Vec<u8> {
    let head = Wire::new().raw(b"SSHSIG").u32(1).string(key).string(namespace).string("").string("sha512");
    pem("SSH SIGNATURE", &head.string(value).0, "")
}

pub(crate) fn signatures() -> Files {
    let long = Wire::new().string("rsa-sha2-512").string(vec![1; 90_000]).0;
    vec![
        ("plain", signature(key(), b"file", ed25519_signature())),
        ("noise", pem("SSH SIGNATURE", &noise(700_000), "")),
        ("namespace", signature(key(), &vec![b'n'; 700_000], ed25519_signature())),
        ("slow", signature(slow_key(), b"file", slow_signature())),
        ("long", signature(long_key(), b"file", long)),
    ]
}

pub(crate) fn signers() -> Files {
    let line = line();
    let stars = "*a".repeat(20) + "*b";
    texts([
        ("stars", format!("{stars} {line}\n")),
        ("many-stars", format!("{} {line}\n", vec![stars; 20_000].join(","))),
        ("longest-star", format!("{} {line}\n", "*a".repeat(400_000))),
        ("wide", format!("{} {line}\n", "*".repeat(900_000))),
        ("lines", format!("me {line}\n").repeat(11_000)),
        ("quoted", format!("\"{}\" {line}\n", "a ".repeat(400_000))),
        ("options", format!("me {} {line}\n", vec!["cert-authority"; 60_000].join(","))),
        ("namespaces", format!("me namespaces=\"{}\" {line}\n", "*a".repeat(400_000))),
        ("commas", ",".repeat(900_000) + &format!(" {line}\n")),
    ])
}
