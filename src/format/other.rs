//! Recognizes files that are not keys of a format read here, so that a message can name them.

use std::fmt;

pub(super) use text::has_placeholder_body;

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
    /// A file that Ansible Vault, SOPS, git-crypt or `openssl enc` encrypted.
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
    /// The name of a file, or of a secret elsewhere.
    FileName,
    /// HTML, or what else a web server answers.
    WebPage,
    /// A pointer of Git LFS.
    LfsPointer,
    /// An archive, or compressed.
    Archive,
    /// A fingerprint, or what ssh-keygen shows when it generates a key.
    Fingerprint,
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
            Self::Vault => "a file that Ansible Vault, SOPS, git-crypt or openssl enc encrypted",
            Self::CertificateRequest => "a TLS certificate request, not a key",
            Self::Pkcs12 => "a PKCS#12 or Java key store",
            Self::Pkcs7 => "a PKCS#7 file, not a key",
            Self::Pgp => "an OpenPGP block, which SSH does not use",
            Self::Jwk => "a JSON Web Key",
            Self::Parameters => "parameters without a key",
            Self::Signature => "an SSH signature, not a key",
            Self::Placeholder => "a placeholder, not a key",
            Self::FileName => "the name of a file, not a key",
            Self::WebPage => "an answer of a web server (HTML or an error), not a key",
            Self::LfsPointer => "a pointer of Git LFS, not the file itself",
            Self::Archive => "an archive or a compressed file",
            Self::Fingerprint => "the fingerprint of a key, not a key",
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

/// How files that are not text begin.
const MAGIC: [(&[u8], Other); 7] = [
    (b"\0GITCRYPT\0", Other::Vault),
    (b"\x1f\x8b", Other::Archive),
    (b"PK\x03\x04", Other::Archive),
    (b"BZh", Other::Archive),
    (b"\xfd7zXZ\0", Other::Archive),
    (b"7z\xbc\xaf\x27\x1c", Other::Archive),
    (b"\x28\xb5\x2f\xfd", Other::Archive),
];

/// What the file is.
pub(super) fn identify(file: &[u8]) -> Other {
    if file.starts_with(SSH1) {
        return Other::Ssh1;
    }
    if JAVA.iter().any(|magic| file.starts_with(magic)) {
        return Other::Pkcs12;
    }
    if let Some((_, other)) = MAGIC.iter().find(|(magic, _)| file.starts_with(magic)) {
        return *other;
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
    text::identify(text.trim())
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

mod text;

#[cfg(test)]
mod tests;
