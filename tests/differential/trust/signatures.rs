//! Signature files: sound ones, and such with every field changed.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use rkeygen::signature::Scheme;
use sha2::{Digest, Sha256, Sha512};

use super::Row;
use super::bytes::{Fields, any, c_text, damaged};
use super::kit::{Kit, MESSAGE};
use crate::support::dice::Dice;

/// What is signed in the message's stead.
fn to_be_signed(namespace: &[u8], hash: &str, message: &[u8]) -> Vec<u8> {
    let digest = match hash {
        "sha256" => Sha256::digest(message).to_vec(),
        _ => Sha512::digest(message).to_vec(),
    };
    Fields::default().raw("SSHSIG").string(namespace).string("").string(hash).string(digest).0
}

/// The key, or certificate, in the SSH encoding.
fn blob(kit: &Kit, name: &str) -> Vec<u8> {
    let base64 = kit.lines[name].split(' ').nth(1).unwrap_or_default();
    Base64::decode_vec(base64).expect("base64")
}

/// A signature by the key, or by the key of the certificate, over the message.
pub(super) fn sound(kit: &Kit, name: &str, namespace: &[u8]) -> Vec<u8> {
    let pair = &kit.pairs[name.trim_end_matches("-cert")];
    let signature = pair.sign(&to_be_signed(namespace, "sha512", MESSAGE));
    let fields = Fields::default().raw("SSHSIG").u32(1).string(blob(kit, name)).string(namespace);
    armor(&fields.string("").string("sha512").string(signature).0)
}

fn armor(bytes: &[u8]) -> Vec<u8> {
    let base64 = Base64::encode_string(bytes);
    let mut text = b"-----BEGIN SSH SIGNATURE-----\n".to_vec();
    for line in base64.as_bytes().chunks(70) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(b"-----END SSH SIGNATURE-----\n");
    text
}

pub(super) fn row(dice: &mut Dice, kit: &Kit) -> Row {
    let name = dice.pick(&[
        "ed",
        "ec",
        "ec3",
        "ec5",
        "rsa",
        "edsk",
        "ecsk",
        "ecsk",
        "ed-cert",
        "ecsk-cert",
        "rsa-cert",
    ]);
    let hash = dice.pick(&["sha512", "sha256", "sha512"]);
    let bytes = whole(dice, kit, name, hash);
    let bytes = damaged(dice, bytes);
    let mut file = armor(&bytes);
    if dice.one_in(8) {
        file = rearmored(dice, &file);
    }
    let signers = format!(
        "me,you {}\n* cert-authority {}\n",
        kit.lines[name.trim_end_matches("-cert")],
        kit.lines["ca"]
    );
    let row = match dice.below(6) {
        0 => Row::new(&["-Y", "find-principals", "-s", "sig", "-f", "signers"]),
        1 | 2 => Row::new(&[
            "-Y",
            "verify",
            "-n",
            "file",
            "-I",
            dice.pick(&["me", "host", "a b"]),
            "-s",
            "sig",
            "-f",
            "signers",
        ]),
        _ => Row::new(&[
            "-Y",
            "check-novalidate",
            "-n",
            dice.pick(&["file", "file", "file", "git"]),
            "-s",
            "sig",
        ]),
    };
    let row = match dice.below(8) {
        0 if row.words[1] != "find-principals" => row.args(&["-O", "print-pubkey"]),
        1 if row.words[1] != "find-principals" => {
            let revoked = revoked(dice, kit);
            row.args(&["-r", "revoked"]).file("revoked", revoked)
        }
        2 => row.args(&["-q"]),
        _ => row,
    };
    let message = if dice.one_in(16) { b"hallo\n" } else { MESSAGE };
    row.file("sig", file).file("signers", signers.into_bytes()).input(message)
}

/// A list of revoked keys: a KRL, or lines.
fn revoked(dice: &mut Dice, kit: &Kit) -> Vec<u8> {
    if dice.one_in(3) {
        return kit.lists[dice.below(kit.lists.len())].clone();
    }
    let mut out = Vec::new();
    for _ in 0..dice.below(4) {
        let name =
            dice.pick(&["ed", "ec", "rsa", "ca", "ed-cert", "ec-cert", "ecsk", "edsk", "short", "dsa"]);
        let line = kit.lines[name].clone();
        out.extend_from_slice(any(dice, &[&b""[..], b"", b"", b" ", b"\t", b"#", b"\r", b"\0", b"x "]));
        out.extend(line.into_bytes());
        out.extend_from_slice(any(
            dice,
            &[&b"\n"[..], b"\n", b"\n", b"\r\n", b" # x\n", b"\0x\n", b"\n\r\n", b"\n \n", "".as_bytes()],
        ));
    }
    out
}

fn whole(dice: &mut Dice, kit: &Kit, name: &str, hash: &str) -> Vec<u8> {
    let pair = &kit.pairs[name.trim_end_matches("-cert")];
    let namespace = "file";
    let signed = to_be_signed(namespace.as_bytes(), hash, MESSAGE);
    let rsa = [Scheme::RsaSha512, Scheme::RsaSha512, Scheme::RsaSha256, Scheme::RsaSha1];
    let signature = match dice.below(8) {
        0..=3 if name.contains("sk") => in_browser(dice, kit, name, &signed),
        _ => pair.sign_with(rsa[dice.below(rsa.len())], &signed),
    };
    let signature = refielded(dice, signature);
    let key = rekeyed(dice, blob(kit, name));
    let version = if dice.one_in(12) { u32::try_from(dice.below(4)).expect("small") } else { 1 };
    let reserved = dice.pick(&["", "", "", "", "", "x"]);
    let hash = if dice.one_in(16) { dice.pick(&["SHA512", "sha1", "sha384", "md5", ""]) } else { hash };
    let start =
        Fields::default().raw(if dice.one_in(40) { "SSHSIg" } else { "SSHSIG" }).u32(version).string(key);
    let start = start.string(c_text(dice, namespace)).string(reserved).string(c_text(dice, hash));
    let whole = start.string(signature);
    if dice.one_in(24) { whole.u8(0).0 } else { whole.0 }
}

/// What a browser makes, with each of its checks at times not met.
fn in_browser(dice: &mut Dice, kit: &Kit, name: &str, signed: &[u8]) -> Vec<u8> {
    let challenge = Base64UrlUnpadded::encode_string(signed);
    let origin = dice.pick(&["https://example.org", "https://example.org", "", "a\"b", "a\0b", "a\0"]);
    let recorded = if dice.one_in(8) { "other" } else { origin.trim_end_matches('\0') };
    let end = dice.pick(&["}", ",\"crossOrigin\":false}", ""]);
    let record =
        format!("{{\"type\":\"webauthn.get\",\"challenge\":\"{challenge}\",\"origin\":\"{recorded}\"{end}");
    let flags = u8::try_from([1, 1, 5, 0x41, 0x81, 0xc1, 0][dice.below(7)]).expect("a byte");
    let extensions = if dice.one_in(4) != (flags & 0x80 != 0) { "x" } else { "" };
    let pair = &kit.pairs[name.trim_end_matches("-cert")];
    let bytes = pair.sign_in_browser(flags, record.as_bytes(), extensions.as_bytes());
    let scheme = dice.pick(&[
        "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
        "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
        "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
        "webauthn-sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
        "webauthn-sk-ssh-ed25519@openssh.com",
        "sk-ecdsa-sha2-nistp256@openssh.com",
        "sk-ssh-ed25519@openssh.com",
    ]);
    let fields = Fields::default().string(scheme).string(bytes).u8(flags).u32(9);
    fields.string(origin).string(record).string(extensions).0
}

/// Another name in front, or more behind.
fn refielded(dice: &mut Dice, signature: Vec<u8>) -> Vec<u8> {
    let length =
        usize::try_from(u32::from_be_bytes(signature[..4].try_into().expect("a length"))).expect("a length");
    let (name, rest) =
        (String::from_utf8_lossy(&signature[4..4 + length]).into_owned(), &signature[4 + length..]);
    match dice.below(16) {
        0 => Fields::default().string(c_text(dice, &name)).raw(rest).0,
        1 => {
            Fields::default()
                .string(dice.pick(&[
                    "ssh-rsa",
                    "rsa-sha2-256",
                    "ssh-ed25519",
                    "ssh-dss",
                    "x",
                    "ssh-rsa-cert-v01@openssh.com",
                ]))
                .raw(rest)
                .0
        }
        2 => Fields(signature).u8(0).0,
        3 => leading_zeros(dice, &name, rest),
        4 => Vec::new(),
        _ => signature,
    }
}

/// The bytes of the signature with zeros in front, or without those that it has.
fn leading_zeros(dice: &mut Dice, name: &str, rest: &[u8]) -> Vec<u8> {
    let length =
        usize::try_from(u32::from_be_bytes(rest[..4].try_into().expect("a length"))).expect("a length");
    let (bytes, more) = (&rest[4..4 + length], &rest[4 + length..]);
    let bytes = if dice.one_in(2) { [&[0][..], bytes].concat() } else { bytes[1..].to_vec() };
    Fields::default().string(name).string(bytes).raw(more).0
}

/// The key with another name in front, which for some is the same key.
pub(super) fn rekeyed(dice: &mut Dice, key: Vec<u8>) -> Vec<u8> {
    if !dice.one_in(8) {
        return key;
    }
    let length =
        usize::try_from(u32::from_be_bytes(key[..4].try_into().expect("a length"))).expect("a length");
    let (name, rest) = (String::from_utf8_lossy(&key[4..4 + length]).into_owned(), &key[4 + length..]);
    let other = match name.as_str() {
        "ssh-rsa" => dice.pick(&["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa-cert-v01@openssh.com"]),
        "ssh-rsa-cert-v01@openssh.com" => dice.pick(&["rsa-sha2-512-cert-v01@openssh.com", "ssh-rsa"]),
        "sk-ecdsa-sha2-nistp256@openssh.com" => "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
        _ => dice.pick(&["ssh-ed25519", "ecdsa-sha2-nistp256", "x"]),
    };
    let name = if dice.one_in(2) { other.as_bytes().to_vec() } else { c_text(dice, &name) };
    Fields::default().string(name).raw(rest).0
}

/// The same bytes in other lines.
fn rearmored(dice: &mut Dice, file: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(file).into_owned();
    let text = match dice.below(14) {
        0 => text.replace('\n', "\r\n"),
        1 => text.replacen('\n', "", 1),
        2 => text.replacen('\n', " \n", 1),
        3 => text.replacen('\n', "\r\r\n", 1),
        4 => text.replace("\n-----END", "-----END"),
        5 => text.replace("\n-----END", " -----END"),
        6 => text.replace("\n-----END", "\0\n-----END"),
        7 => text.replace("\n-----END", "\0\0\n-----END"),
        8 => text.replace("\n-----END", "=\n-----END"),
        9 => format!("{text}more text\n"),
        10 => format!("\n{text}"),
        11 => text.trim_end().to_owned(),
        12 => text.replacen('A', "\x0bA\x0c\t", 1),
        _ => text.replacen("=\n", "\n", 1),
    };
    text.into_bytes()
}
