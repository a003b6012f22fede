//! Public key files.

use crate::bytes::{MIB, Wire, base64, key, line, odd, small};

pub(crate) fn all() -> Vec<(&'static str, Vec<u8>)> {
    let line = line();
    let long = Wire::new().string("ssh-rsa").string([1, 0, 1]).string(vec![0x7f; 700_000]);
    let rsa = Wire::new().string("ssh-rsa").mpint(&small(65537)).mpint(&odd(16384));
    let headers = "A: b\n".repeat(150_000) + &base64(&key());
    let texts = [
        ("lines", format!("{line}\n").repeat(MIB / (line.len() + 1))),
        ("rsa-lines", format!("ssh-rsa {}\n", base64(&rsa.0)).repeat(350)),
        ("long-rsa", format!("ssh-rsa {}\n", base64(&long.0))),
        ("option", format!("a=\"{}\" {line}\n", "x".repeat(900_000))),
        ("options", "a,".repeat(450_000) + &format!("a {line}\n")),
        ("quotes", "\"".repeat(MIB)),
        ("commas", ",".repeat(900_000) + &format!(" {line}\n")),
        ("blanks", " ".repeat(900_000) + &line),
        ("types", "ssh-rsa ".repeat(MIB / 8)),
        ("comment", format!("{line} {}\n", "c".repeat(900_000))),
        ("zeros", "\0".repeat(MIB)),
        ("continued", "---- BEGIN SSH2 PUBLIC KEY ----\n".to_owned() + &"Comment: x\\\n".repeat(80_000)),
        ("headers", format!("---- BEGIN SSH2 PUBLIC KEY ----\n{headers}\n---- END SSH2 PUBLIC KEY ----\n")),
    ];
    texts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
}
