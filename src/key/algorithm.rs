//! The types of keys (RFC 4253, RFC 5656, RFC 8709).

use ssh_key::private::EcdsaKeypair;

/// The type of a key, with what fixes its wire name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// `ssh-ed25519` (RFC 8709).
    Ed25519,
    /// `ecdsa-sha2-*` (RFC 5656).
    Ecdsa(Curve),
    /// `ssh-rsa` (RFC 4253 section 6.6).
    Rsa,
}

/// A NIST curve of RFC 5656 section 10.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Every type that can be made and read.
    pub const ALL: [Self; 5] = [
        Self::Ed25519,
        Self::Ecdsa(Curve::P256),
        Self::Ecdsa(Curve::P384),
        Self::Ecdsa(Curve::P521),
        Self::Rsa,
    ];

    /// The name in key files and on the wire: `ssh-ed25519`.
    #[must_use]
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ssh-ed25519",
            Self::Ecdsa(Curve::P256) => "ecdsa-sha2-nistp256",
            Self::Ecdsa(Curve::P384) => "ecdsa-sha2-nistp384",
            Self::Ecdsa(Curve::P521) => "ecdsa-sha2-nistp521",
            Self::Rsa => "ssh-rsa",
        }
    }

    /// The name that people type, which is also the end of the default file name: `ed25519`.
    #[must_use]
    pub fn short_name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::Ecdsa(_) => "ecdsa",
            Self::Rsa => "rsa",
        }
    }

    /// The name in fingerprint lines and in the randomart: `ED25519`.
    #[must_use]
    pub fn display_name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ED25519",
            Self::Ecdsa(_) => "ECDSA",
            Self::Rsa => "RSA",
        }
    }
}
