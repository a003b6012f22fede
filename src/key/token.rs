//! Keys whose private part is in a FIDO token (OpenSSH PROTOCOL.u2f): what their key files contain.

use super::Algorithm;
use crate::wire::{Reader, put_string};

/// The algorithm of a key in a FIDO token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenAlgorithm {
    /// ECDSA on P-256.
    Ecdsa,
    /// Ed25519.
    Ed25519,
}

impl TokenAlgorithm {
    /// The key type.
    #[must_use]
    pub fn key_type(self) -> Algorithm {
        match self {
            Self::Ecdsa => Algorithm::EcdsaSk,
            Self::Ed25519 => Algorithm::Ed25519Sk,
        }
    }

    /// The algorithm of a key type; `None` for types that are not in tokens.
    #[must_use]
    pub fn of_type(algorithm: Algorithm) -> Option<Self> {
        [Self::Ecdsa, Self::Ed25519].into_iter().find(|known| known.key_type() == algorithm)
    }
}

/// What a token is asked for at each use of a key, and how the key was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TokenFlags(u8);

impl TokenFlags {
    /// A touch is needed.
    pub const TOUCH: Self = Self(0x01);
    /// The PIN, or a fingerprint, is needed.
    pub const VERIFY: Self = Self(0x04);
    /// Replace a resident key of the same application and user.
    pub const FORCE: Self = Self(0x10);
    /// The key is stored in the token.
    pub const RESIDENT: Self = Self(0x20);

    /// The flags of a key file.
    #[must_use]
    pub fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// The flags as a key file has them.
    #[must_use]
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Returns whether all of `other` are set.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The flags with `other` set.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The flags with `other` cleared.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// A key in a token: the public key, and the handle by which the token finds its private key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenKey {
    /// The algorithm.
    pub algorithm: TokenAlgorithm,
    /// 32 bytes (Ed25519), or an uncompressed point (ECDSA).
    pub public: Vec<u8>,
    /// What the key is for: `ssh:`, unless the user chose otherwise.
    pub application: String,
    /// What each use asks for.
    pub flags: TokenFlags,
    /// What the token needs to find the private key. Not secret.
    pub handle: Vec<u8>,
    /// A field of the key file that has no meaning yet.
    pub reserved: Vec<u8>,
}

impl TokenKey {
    /// The type and the fields, as in a key file and in requests to an agent.
    #[must_use]
    pub fn to_fields(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_string(&mut out, self.algorithm.key_type().wire_name().as_bytes());
        if self.algorithm == TokenAlgorithm::Ecdsa {
            put_string(&mut out, CURVE);
        }
        put_string(&mut out, &self.public);
        put_string(&mut out, self.application.as_bytes());
        out.push(self.flags.bits());
        put_string(&mut out, &self.handle);
        put_string(&mut out, &self.reserved);
        out
    }

    /// Reads [`TokenKey::to_fields`]; `None` for other types and for invalid fields.
    #[must_use]
    pub fn from_fields(fields: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(fields);
        let algorithm = TokenAlgorithm::of_type(Algorithm::from_wire_name(reader.string().ok()?)?)?;
        if algorithm == TokenAlgorithm::Ecdsa && reader.string().ok()? != CURVE {
            return None;
        }
        let public = reader.string().ok()?.to_vec();
        let application = String::from_utf8(reader.string().ok()?.to_vec()).ok()?;
        let flags = TokenFlags(reader.u8().ok()?);
        let handle = reader.string().ok()?.to_vec();
        let reserved = reader.string().ok()?.to_vec();
        let whole = reader.rest().is_empty();
        whole.then_some(Self { algorithm, public, application, flags, handle, reserved })
    }
}

const CURVE: &[u8] = b"nistp256";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_both_algorithms_come_back_and_truncations_do_not() {
        for (algorithm, length) in [(TokenAlgorithm::Ed25519, 32), (TokenAlgorithm::Ecdsa, 65)] {
            let key = TokenKey {
                algorithm,
                public: vec![4; length],
                application: "ssh:test".to_owned(),
                flags: TokenFlags::TOUCH.with(TokenFlags::RESIDENT),
                handle: vec![1, 2, 3],
                reserved: Vec::new(),
            };
            let fields = key.to_fields();
            assert_eq!(TokenKey::from_fields(&fields).as_ref(), Some(&key));
            for end in 0..fields.len() {
                assert_eq!(TokenKey::from_fields(&fields[..end]), None, "truncated at {end}");
            }
            assert_eq!(TokenKey::from_fields(&[&fields[..], &[0]].concat()), None);
        }
    }

    #[test]
    fn flags_are_set_and_cleared() {
        let flags = TokenFlags::from_bits(0x21);
        assert!(flags.contains(TokenFlags::TOUCH) && !flags.contains(TokenFlags::VERIFY));
        assert_eq!(flags.with(TokenFlags::VERIFY).without(TokenFlags::TOUCH).bits(), 0x24);
    }
}
