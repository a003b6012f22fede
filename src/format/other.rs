//! Recognizes files that are not keys of a format read here, so that a message can name them.

use super::Other;

/// PEM labels, and what their files are.
const LABELS: [(&str, Other); 13] = [
    ("SSH2 ENCRYPTED PRIVATE KEY", Other::SshCom),
    ("PGP ", Other::Pgp),
    ("OPENSSH CERTIFICATE", Other::PublicKey),
    ("NEW CERTIFICATE REQUEST", Other::CertificateRequest),
    ("CERTIFICATE REQUEST", Other::CertificateRequest),
    ("CERTIFICATE", Other::TlsCertificate),
    ("TRUSTED CERTIFICATE", Other::TlsCertificate),
    ("X509 CERTIFICATE", Other::TlsCertificate),
    ("PKCS7", Other::Pkcs7),
    ("CMS", Other::Pkcs7),
    ("EC PARAMETERS", Other::Parameters),
    ("DH PARAMETERS", Other::Parameters),
    ("SSH SIGNATURE", Other::Signature),
];

/// The first line of SSH 1's keys.
const SSH1: &[u8] = b"SSH PRIVATE KEY FILE FORMAT 1.1\n";
/// The magic numbers of Java's key stores: JKS and JCEKS.
const JAVA: [[u8; 4]; 2] = [[0xfe, 0xed, 0xfe, 0xed], [0xce, 0xce, 0xce, 0xce]];

/// What the file is.
pub(super) fn identify(file: &[u8]) -> Other {
    if file.starts_with(SSH1) {
        return Other::Ssh1;
    }
    if JAVA.iter().any(|magic| file.starts_with(magic)) {
        return Other::Pkcs12;
    }
    if let Some(binary) = binary(file) {
        return binary;
    }
    let text = String::from_utf8_lossy(file);
    if let Some(label) = text.split("---BEGIN ").chain(text.split("---- BEGIN ")).nth(1) {
        // ssh.com's dashes stand apart from the word.
        let labels = text.match_indices("BEGIN ").map(|(at, word)| &text[at + word.len()..]);
        let known = labels.chain([label]).find_map(|label| {
            LABELS.iter().find(|(start, _)| label.starts_with(start)).map(|(_, other)| *other)
        });
        if let Some(other) = known {
            return other;
        }
    }
    text_of_no_armor(text.trim())
}

/// Files that are not text: DER and Dropbear's.
fn binary(file: &[u8]) -> Option<Other> {
    // Dropbear writes a string with the type, then the numbers.
    let dropbear = |name: &[u8]| file.get(4..).is_some_and(|rest| rest.starts_with(name));
    let names: [&[u8]; 4] = [b"ssh-rsa", b"ssh-dss", b"ssh-ed25519", b"ecdsa-sha2-nistp"];
    if file.starts_with(&[0, 0, 0]) && names.into_iter().any(dropbear) {
        return Some(Other::Dropbear);
    }
    // A SEQUENCE whose length is that of the file.
    let (header, length) = match file {
        [0x30, 0x81, length, ..] => (3, usize::from(*length)),
        [0x30, 0x82, high, low, ..] => (4, usize::from(u16::from_be_bytes([*high, *low]))),
        [0x30, length @ ..=0x7f, ..] => (2, usize::from(*length)),
        _ => return None,
    };
    let body = file.get(header..)?;
    if body.len() != length {
        return None;
    }
    Some(match body {
        // PFX: version 3, then a ContentInfo. Keys begin with version 0 or 1.
        [0x02, 0x01, 0x03, ..] => Other::Pkcs12,
        [0x02, 0x01, 0 | 1, ..] => Other::Der,
        [0x30, ..] if length < 120 => Other::Der,
        [0x30, ..] => der_of_sequence(body),
        [0x06, ..] => Other::Pkcs7,
        _ => Other::Unknown,
    })
}

/// A DER file that begins with two SEQUENCEs: a certificate, or an encrypted key.
fn der_of_sequence(body: &[u8]) -> Other {
    // EncryptedPrivateKeyInfo begins with an AlgorithmIdentifier: SEQUENCE, OBJECT IDENTIFIER.
    let inner = match body {
        [0x30, 0x82, _, _, rest @ ..] | [0x30, 0x81, _, rest @ ..] | [0x30, ..=0x7f, rest @ ..] => rest,
        _ => return Other::Unknown,
    };
    match inner {
        [0x06, ..] => Other::Der,
        [0xa0, ..] => Other::TlsCertificate,
        [0x02, 0x01, 0x00, ..] => Other::CertificateRequest,
        _ => Other::Unknown,
    }
}

fn text_of_no_armor(text: &str) -> Other {
    if text.starts_with('{') && text.contains("\"kty\"") {
        return Other::Jwk;
    }
    let one_word = !text.contains(char::is_whitespace);
    let braces = text.starts_with("${") || text.starts_with("{{") || text.starts_with("$(");
    let brackets = text.starts_with('<') && text.ends_with('>');
    let variable = one_word && text.strip_prefix('$').is_some_and(|name| !name.is_empty());
    let stars = text.len() >= 3 && text.chars().all(|c| c == '*');
    if (text.len() < 200 && (braces || brackets)) || variable || stars {
        return Other::Placeholder;
    }
    Other::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_other_programs_are_named() {
        for (file, other) in [
            (&b"-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"[..], Other::TlsCertificate),
            (b"-----BEGIN CERTIFICATE REQUEST-----\n", Other::CertificateRequest),
            (b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n", Other::Pgp),
            (b"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n", Other::SshCom),
            (b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n", Other::Parameters),
            (b"SSH PRIVATE KEY FILE FORMAT 1.1\n\0\0", Other::Ssh1),
            (b"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"x\"}", Other::Jwk),
            (b"${{ secrets.SSH_KEY }}\n", Other::Placeholder),
            (b"$SSH_PRIVATE_KEY\n", Other::Placeholder),
            (b"<your private key here>\n", Other::Placeholder),
            (b"***", Other::Placeholder),
            (b"\x30\x05\x02\x01\x03\x30\x00", Other::Pkcs12),
            (b"\x30\x05\x02\x01\x00\x30\x00", Other::Der),
            (b"\x00\x00\x00\x07ssh-rsa\x00\x00\x00\x03\x01\x00\x01", Other::Dropbear),
            (b"hello\n", Other::Unknown),
            (b"", Other::Unknown),
        ] {
            assert_eq!(identify(file), other, "{}", String::from_utf8_lossy(file));
        }
    }
}
