//! The types of keys (RFC 4253, RFC 5656, RFC 8709, OpenSSH PROTOCOL.u2f).

use ssh_key::private::EcdsaKeypair;

/// The type of a key, with what fixes its wire name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// `ssh-ed25519` (RFC 8709).
    Ed25519,
    /// `ecdsa-sha2-*` (RFC 5656).
    Ecdsa(Curve),
    /// `ssh-rsa` (RFC 4253 section 6.6).
    Rsa,
    /// `ssh-dss` (RFC 4253 section 6.6): read, never made.
    Dsa,
    /// `sk-ssh-ed25519@openssh.com` (PROTOCOL.u2f): the private key is in a FIDO token.
    Ed25519Sk,
    /// `sk-ecdsa-sha2-nistp256@openssh.com` (PROTOCOL.u2f).
    EcdsaSk,
    /// `ssh-mldsa44-ed25519`: ML-DSA-44 (FIPS 204) combined with Ed25519.
    Mldsa44Ed25519,
}

/// A NIST curve of RFC 5656 section 10.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Curve {
    /// 256 bits.
    P256,
    /// 384 bits.
    P384,
    /// 521 bits.
    P521,
}

impl Curve {
    /// Every curve, smallest first.
    pub const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// The size of the curve's field, in bits.
    #[must_use]
    pub fn bits(self) -> u32 {
        match self {
            Self::P256 => 256,
            Self::P384 => 384,
            Self::P521 => 521,
        }
    }

    /// The size of a scalar, in bytes.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The name inside key blobs (RFC 5656 section 6.1).
    #[must_use]
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::P256 => "nistp256",
            Self::P384 => "nistp384",
            Self::P521 => "nistp521",
        }
    }

    /// The curve of a pair.
    #[must_use]
    pub fn of_pair(pair: &EcdsaKeypair) -> Self {
        match pair {
            EcdsaKeypair::NistP256 { .. } => Self::P256,
            EcdsaKeypair::NistP384 { .. } => Self::P384,
            EcdsaKeypair::NistP521 { .. } => Self::P521,
        }
    }
}

impl Algorithm {
    /// Every type that can be read.
    pub const ALL: [Self; 9] = [
        Self::Ed25519,
        Self::Ecdsa(Curve::P256),
        Self::Ecdsa(Curve::P384),
        Self::Ecdsa(Curve::P521),
        Self::Rsa,
        Self::Dsa,
        Self::Ed25519Sk,
        Self::EcdsaSk,
        Self::Mldsa44Ed25519,
    ];

    /// The type of that wire name. As OpenSSH does, takes the name of a signature algorithm for its key type.
    #[must_use]
    pub fn from_wire_name(name: &[u8]) -> Option<Self> {
        match name {
            b"rsa-sha2-256" | b"rsa-sha2-512" => Some(Self::Rsa),
            b"webauthn-sk-ecdsa-sha2-nistp256@openssh.com" => Some(Self::EcdsaSk),
            _ => Self::ALL.into_iter().find(|algorithm| algorithm.wire_name().as_bytes() == name),
        }
    }

    /// The type of the keys in certificates of that wire name, with the same names of signature algorithms.
    #[must_use]
    pub fn from_certificate_name(name: &[u8]) -> Option<Self> {
        match name {
            b"rsa-sha2-256-cert-v01@openssh.com" | b"rsa-sha2-512-cert-v01@openssh.com" => Some(Self::Rsa),
            b"webauthn-sk-ecdsa-sha2-nistp256-cert-v01@openssh.com" => Some(Self::EcdsaSk),
            _ => Self::ALL.into_iter().find(|algorithm| algorithm.certificate_name().as_bytes() == name),
        }
    }

    /// The name in key files and on the wire: `ssh-ed25519`.
    #[must_use]
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ssh-ed25519",
            Self::Ecdsa(Curve::P256) => "ecdsa-sha2-nistp256",
            Self::Ecdsa(Curve::P384) => "ecdsa-sha2-nistp384",
            Self::Ecdsa(Curve::P521) => "ecdsa-sha2-nistp521",
            Self::Rsa => "ssh-rsa",
            Self::Dsa => "ssh-dss",
            Self::Ed25519Sk => "sk-ssh-ed25519@openssh.com",
            Self::EcdsaSk => "sk-ecdsa-sha2-nistp256@openssh.com",
            Self::Mldsa44Ed25519 => "ssh-mldsa44-ed25519",
        }
    }

    /// The name of certificates over such keys (PROTOCOL.certkeys): `ssh-ed25519-cert-v01@openssh.com`.
    #[must_use]
    pub fn certificate_name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ssh-ed25519-cert-v01@openssh.com",
            Self::Ecdsa(Curve::P256) => "ecdsa-sha2-nistp256-cert-v01@openssh.com",
            Self::Ecdsa(Curve::P384) => "ecdsa-sha2-nistp384-cert-v01@openssh.com",
            Self::Ecdsa(Curve::P521) => "ecdsa-sha2-nistp521-cert-v01@openssh.com",
            Self::Rsa => "ssh-rsa-cert-v01@openssh.com",
            Self::Dsa => "ssh-dss-cert-v01@openssh.com",
            Self::Ed25519Sk => "sk-ssh-ed25519-cert-v01@openssh.com",
            Self::EcdsaSk => "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
            Self::Mldsa44Ed25519 => "ssh-mldsa44-ed25519-cert",
        }
    }

    /// The name that people type: `ed25519`.
    #[must_use]
    pub fn short_name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::Ecdsa(_) => "ecdsa",
            Self::Rsa => "rsa",
            Self::Dsa => "dsa",
            Self::Ed25519Sk => "ed25519-sk",
            Self::EcdsaSk => "ecdsa-sk",
            Self::Mldsa44Ed25519 => "mldsa44-ed25519",
        }
    }

    /// The name inside default file names: `id_ed25519`, `ssh_host_mldsa44_ed25519_key`.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Ed25519Sk => "ed25519_sk",
            Self::EcdsaSk => "ecdsa_sk",
            Self::Mldsa44Ed25519 => "mldsa44_ed25519",
            other => other.short_name(),
        }
    }

    /// Whether only OpenSSH's own format has a form for such private keys; ssh-keygen then ignores `-m`.
    #[must_use]
    pub fn needs_openssh_format(self) -> bool {
        matches!(self, Self::Ed25519Sk | Self::EcdsaSk | Self::Mldsa44Ed25519)
    }

    /// The name in fingerprint lines and in the randomart: `ED25519`.
    #[must_use]
    pub fn display_name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ED25519",
            Self::Ecdsa(_) => "ECDSA",
            Self::Rsa => "RSA",
            Self::Dsa => "DSA",
            Self::Ed25519Sk => "ED25519-SK",
            Self::EcdsaSk => "ECDSA-SK",
            Self::Mldsa44Ed25519 => "MLDSA44-ED25519",
        }
    }
}
