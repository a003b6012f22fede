//! Recognizes files that are not keys of a format read here, so that a message can name them.

use std::fmt;

/// What a file is that is not a key file of a format read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Other {
    /// Nothing that is recognized.
    Unknown,
    /// A public key or an SSH certificate.
    PublicKey,
    /// ssh.com's private key, which `-i` reads.
    SshCom,
    /// `SSH PRIVATE KEY FILE FORMAT 1.1`: the RSA1 keys of protocol 1.
    Ssh1,
    /// Dropbear's own private key format.
    Dropbear,
    /// A DER-encoded key without its PEM text.
    Der,
    /// An X.509 (TLS) certificate.
    TlsCertificate,
    /// A TLS certificate revocation list.
    RevocationList,
    /// A DER-encoded public key without its PEM text.
    DerPublic,
    /// Microsoft's PVK or PRIVATEKEYBLOB.
    Microsoft,
    /// A key or an encrypted file of age.
    Age,
    /// A key of signify or minisign.
    Signify,
    /// A file that Ansible Vault or `openssl enc` encrypted.
    Vault,
    /// A PKCS#10 certificate request.
    CertificateRequest,
    /// A PKCS#12 (`.p12`, `.pfx`) or Java key store.
    Pkcs12,
    /// PKCS#7 or CMS.
    Pkcs7,
    /// An OpenPGP block.
    Pgp,
    /// A JSON Web Key.
    Jwk,
    /// Curve or Diffie-Hellman parameters without a key.
    Parameters,
    /// An SSH signature.
    Signature,
    /// A template's placeholder where the key should be.
    Placeholder,
}

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Other {
    /// What it is, in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "not a private key file",
            Self::PublicKey => "a public key, not a private key",
            Self::SshCom => "a private key in the format of ssh.com",
            Self::Ssh1 => "an RSA1 key of SSH protocol 1",
            Self::Dropbear => "a private key in the format of Dropbear",
            Self::Der => "a DER key without its PEM text",
            Self::TlsCertificate => "a TLS (X.509) certificate, not a key",
            Self::RevocationList => "a TLS certificate revocation list, not a key",
            Self::DerPublic => "a DER public key without its PEM text",
            Self::Microsoft => "a private key in a format of Microsoft (PVK or BLOB)",
            Self::Age => "a key or file of age, which SSH does not use",
            Self::Signify => "a key of signify or minisign, which SSH does not use",
            Self::Vault => "a file that Ansible Vault or openssl enc encrypted",
            Self::CertificateRequest => "a TLS certificate request, not a key",
            Self::Pkcs12 => "a PKCS#12 or Java key store",
            Self::Pkcs7 => "a PKCS#7 file, not a key",
            Self::Pgp => "an OpenPGP block, which SSH does not use",
            Self::Jwk => "a JSON Web Key",
            Self::Parameters => "parameters without a key",
            Self::Signature => "an SSH signature, not a key",
            Self::Placeholder => "a placeholder, not a key",
        }
    }
}

/// PEM labels, and what their files are.
const LABELS: [(&str, Other); 17] = [
    ("AGE ENCRYPTED FILE", Other::Age),
    ("SSH2 ENCRYPTED PRIVATE KEY", Other::SshCom),
    ("PGP ", Other::Pgp),
    ("OPENSSH CERTIFICATE", Other::PublicKey),
    ("NEW CERTIFICATE REQUEST", Other::CertificateRequest),
    ("CERTIFICATE REQUEST", Other::CertificateRequest),
    ("CERTIFICATE", Other::TlsCertificate),
    ("TRUSTED CERTIFICATE", Other::TlsCertificate),
    ("X509 CERTIFICATE", Other::TlsCertificate),
    ("X509 CRL", Other::RevocationList),
    ("ATTRIBUTE CERTIFICATE", Other::TlsCertificate),
    ("PKCS12", Other::Pkcs12),
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

/// How files without armor begin.
const STARTS: [(&str, Other); 6] = [
    ("AGE-SECRET-KEY-", Other::Age),
    ("# created: ", Other::Age),
    ("untrusted comment: ", Other::Signify),
    ("$ANSIBLE_VAULT;", Other::Vault),
    ("U2FsdGVkX1", Other::Vault),
    ("Salted__", Other::Vault),
];

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
    // PVK files begin with a magic number, PRIVATEKEYBLOBs with their kind and version.
    if file.starts_with(&[0x1e, 0xf1, 0xb5, 0xb0]) || matches!(file, [7, 2, 0, 0, 0, 0xa4 | 0x24 | 0x22, ..])
    {
        return Some(Other::Microsoft);
    }
    // A SEQUENCE whose length is that of the file.
    let (header, length) = match file {
        // Indefinite, as many key stores are written.
        [0x30, 0x80, 0x02, 0x01, 0x03, ..] => return Some(Other::Pkcs12),
        [0x30, 0x83, a, b, c, ..] => (5, usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c)),
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
    // The algorithm is followed by a BIT STRING in a public key, by an OCTET STRING in an encrypted private key.
    let after = body.len().checked_sub(inner.len()).and_then(|head| {
        let length = match body.get(1)? {
            0x81 => usize::from(*body.get(2)?),
            0x82 => usize::from(*body.get(2)?) << 8 | usize::from(*body.get(3)?),
            length => usize::from(*length),
        };
        body.get(head + length).copied()
    });
    match inner {
        [0x06, ..] if after == Some(0x03) => Other::DerPublic,
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
    for (start, other) in STARTS {
        if text.starts_with(start) {
            return other;
        }
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
            (b"\x30\x0e\x30\x07\x06\x03\x2b\x65\x70\x05\x00\x03\x03\x00\x01\x02", Other::DerPublic),
            (b"\x30\x80\x02\x01\x03\x30\x80", Other::Pkcs12),
            (b"\x1e\xf1\xb5\xb0\0\0\0\0", Other::Microsoft),
            (b"\x07\x02\0\0\0\xa4\0\0RSA2", Other::Microsoft),
            (b"-----BEGIN X509 CRL-----\n", Other::RevocationList),
            (b"-----BEGIN AGE ENCRYPTED FILE-----\n", Other::Age),
            (b"AGE-SECRET-KEY-1QQQQ\n", Other::Age),
            (b"untrusted comment: minisign encrypted secret key\n", Other::Signify),
            (b"$ANSIBLE_VAULT;1.1;AES256\n3031\n", Other::Vault),
            (b"hello\n", Other::Unknown),
            (b"", Other::Unknown),
        ] {
            assert_eq!(identify(file), other, "{}", String::from_utf8_lossy(file));
        }
    }
}
