//! Whether bytes may be a private key, whole or damaged, of a format that is read here or not.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::KeyFile;
use crate::certificate::KeyInLine;

/// Returns whether a file may hold a private key. In doubt it may: a program that overwrites files asks this first.
/// Damaged keys count, and formats that nothing here reads.
#[must_use]
pub fn may_be_private(file: &[u8]) -> bool {
    if file.starts_with(b"SSHKRL\n\0") || is_public_lines(file) {
        return false;
    }
    if is_marked(file) || is_der(file) || KeyFile::parse(file).is_ok() {
        return true;
    }
    // UTF-16, whatever its byte order and wherever it was cut off.
    let narrow = Zeroizing::new(file.iter().copied().filter(|&byte| byte != 0).collect::<Vec<u8>>());
    (narrow.len() < file.len() && is_marked(&narrow)) || decoded(file).is_some_and(|it| is_encoded_key(&it))
}

/// Returns whether bytes contain what private key files of many programs have in their text.
#[must_use]
pub fn is_marked(bytes: &[u8]) -> bool {
    MARKS.iter().any(|mark| memchr::memmem::find(bytes, mark).is_some())
        || memchr::memmem::find(bytes, b"\"kty\"").is_some()
            && memchr::memmem::find(bytes, b"\"d\"").is_some()
}

/// The longest of the texts that mark private keys, in bytes.
pub const LONGEST_MARK: usize = 22;

const MARKS: [&[u8]; 7] = [
    b"PRIVATE KEY",
    b"PRIVATE-KEY",
    b"SECRET-KEY-",
    b"PuTTY-User-Key-File",
    b"openssh-key-v1\0",
    // The same in base64, without its BEGIN line; and that line itself.
    b"b3BlbnNzaC1rZXktdjEA",
    b"LS0tLS1CRUdJTiBPUEVOU1",
];

/// Public keys, one a line, among comments: their own comments may say anything.
fn is_public_lines(file: &[u8]) -> bool {
    let mut lines = file.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let mut keys = 0;
    let all = lines.all(|line| {
        let key = KeyInLine::is_at_front(line);
        keys += u32::from(key);
        key || line.is_empty()
    });
    all && keys > 0
}

/// The bytes of a file that is nothing but base64, perhaps without its last characters.
fn decoded(file: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut base64: Zeroizing<Vec<u8>> =
        Zeroizing::new(file.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect());
    let padding = base64.iter().rev().take_while(|&&byte| byte == b'=').count();
    let whole = (base64.len() - padding) / 4 * 4;
    base64.truncate(whole);
    let bytes = Base64::decode_vec(std::str::from_utf8(&base64).ok()?).ok()?;
    (bytes.len() >= SHORTEST).then(|| Zeroizing::new(bytes))
}

fn is_encoded_key(bytes: &[u8]) -> bool {
    bytes.starts_with(b"-----BEGIN ") || is_marked(bytes) || is_der(bytes)
}

/// No private key is shorter in DER, in bytes.
const SHORTEST: usize = 24;

/// A DER sequence that starts as PKCS #1, SEC 1, PKCS #8 and PKCS #12 do, with a version, or as an encrypted PKCS #8
/// key does, with an object identifier of PKCS #5 or PKCS #12. Public keys and certificates start otherwise.
fn is_der(bytes: &[u8]) -> bool {
    let Some(inner) = content(bytes) else { return false };
    match inner {
        [0x02, 0x01, 0 | 1 | 3, ..] => bytes.len() >= SHORTEST,
        [0x30, ..] => content(inner).is_some_and(|algorithm| {
            let pkcs = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01];
            matches!(algorithm, [0x06, _, rest @ ..] if rest.strip_prefix(&pkcs).is_some_and(|rest| matches!(rest, [5 | 12, ..])))
        }),
        _ => false,
    }
}

/// What follows the head of a DER sequence.
fn content(bytes: &[u8]) -> Option<&[u8]> {
    match bytes {
        [0x30, length, rest @ ..] if *length < 0x80 => Some(rest),
        [0x30, 0x81, _, rest @ ..] | [0x30, 0x82, _, _, rest @ ..] => Some(rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The files in `tests/vectors` whose names end like this, written by OpenSSH and OpenSSL.
    fn vectors(end: &str) -> Vec<Vec<u8>> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
        let paths = fs::read_dir(directory).expect("vectors").map(|entry| entry.expect("an entry").path());
        let some = paths.filter(|path| path.to_string_lossy().ends_with(end));
        some.map(|path| fs::read(path).expect("a vector")).collect()
    }

    fn body(file: &[u8]) -> Vec<u8> {
        let text = std::str::from_utf8(file).expect("text");
        text.lines().filter(|line| !line.contains([':', '-'])).collect::<Vec<_>>().join("\n").into_bytes()
    }

    #[test]
    fn damaged_keys_may_be_private() {
        let keys = vectors(".key");
        assert!(keys.len() > 10);
        for key in keys {
            assert!(may_be_private(&key));
            let second_half_missing = &key[..key.len() / 2];
            assert!(may_be_private(second_half_missing));
            let utf_16: Vec<u8> = key.iter().flat_map(|&byte| [byte, 0]).collect();
            assert!(may_be_private(&utf_16));
            assert!(may_be_private(Base64::encode_string(&key).as_bytes()), "base64 of the file");
            let public_line_too = [&key[..], &vectors("openssh-rsa.pub")[0]].concat();
            assert!(may_be_private(&public_line_too));
            // The base64 of a key that PEM encrypts looks like any other.
            if !String::from_utf8_lossy(&key).contains("Proc-Type") {
                assert!(may_be_private(&body(&key)), "without BEGIN and END");
                let der: String =
                    body(&key).iter().map(|&byte| char::from(byte)).filter(|c| *c != '\n').collect();
                assert!(may_be_private(&Base64::decode_vec(&der).expect("base64")), "DER");
            }
        }
    }

    #[test]
    fn foreign_formats_may_be_private() {
        for text in [
            "PuTTY-User-Key-File-3: ssh-ed25519\n",
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\n",
            "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n",
            "SSH PRIVATE KEY FILE FORMAT 1.1\n\0",
            "AGE-SECRET-KEY-1QQQQ\n",
            r#"{"kty":"OKP","crv":"Ed25519","x":"AA","d":"AA"}"#,
        ] {
            assert!(may_be_private(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn public_files_are_not_private() {
        for file in [vectors(".pub"), vectors(".sig")].concat() {
            assert!(!may_be_private(&file), "{}", String::from_utf8_lossy(&file));
        }
        let mut line = vectors("openssh-rsa.pub").swap_remove(0);
        line.truncate(line.trim_ascii().len());
        line.extend_from_slice(b" the pub of my PRIVATE KEY\n");
        assert!(!may_be_private(&line));
        for file in [&b""[..], b"\n", b"text\n", b"SSHKRL\n\0PRIVATE KEY", b"20160301 2 6 100 511 2 F956\n"] {
            assert!(!may_be_private(file));
        }
    }
}
