//! Host names that only someone who knows them can read: `|1|SALT|HMAC-SHA1(SALT, NAME)`, both
//! in base64 (OpenSSH's hostfile.c).

use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use sha1::Sha1;

use super::Flaw;

/// What makes the same name look different in each line.
pub type Salt = [u8; 20];

/// A new salt.
pub fn salt(rng: &mut impl CryptoRng) -> Salt {
    let mut salt = [0; 20];
    rng.fill_bytes(&mut salt);
    salt
}

/// Hides a name.
#[must_use]
pub fn hash(name: &[u8], salt: &Salt) -> String {
    hidden(name, salt).iter().copied().map(char::from).collect()
}

/// The length of a hidden name, in bytes.
pub(super) const HASH_LENGTH: usize = 60;

/// A hidden name as the bytes of its text.
pub(super) fn hidden(name: &[u8], salt: &Salt) -> [u8; HASH_LENGTH] {
    let mut text = [b'|'; HASH_LENGTH];
    let (magic, rest) = text.split_at_mut(MAGIC.len());
    magic.copy_from_slice(MAGIC.as_bytes());
    let (before, after) = rest.split_at_mut(rest.len() / 2);
    for (bytes, place) in [(salt, before), (&digest(name, salt), &mut after[1..])] {
        Base64::encode(bytes, place).expect("20 bytes take 28 characters");
    }
    text
}

/// A hidden name, as it stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HashedName(
    /// `None` where no name can have it: ssh compares the text, and makes other text.
    Option<(Salt, [u8; 20])>,
);

impl HashedName {
    /// Reads the first word of a line that starts with `|`.
    pub(super) fn read(word: &[u8]) -> Result<Self, Flaw> {
        let rest = word.strip_prefix(MAGIC.as_bytes()).ok_or(Flaw::HostHash)?;
        let bar = rest.iter().position(|&byte| byte == b'|').ok_or(Flaw::HostHash)?;
        let (salt, digest) = (&rest[..bar], &rest[bar + 1..]);
        if !is_twenty_bytes(salt) {
            return Err(Flaw::HostHash);
        }
        Ok(Self(decode(salt).zip(decode(digest))))
    }

    /// Whether no name has it: its hash is too short, too long, or not spelled as ssh spells it.
    pub(super) fn is_nobodys(self) -> bool {
        self.0.is_none()
    }

    pub(super) fn is(&self, name: &[u8]) -> bool {
        self.0.is_some_and(|(salt, expected)| digest(name, &salt) == expected)
    }
}

/// Whether `b64_pton` makes 20 bytes of it; it does not mind the bits left over at the end.
fn is_twenty_bytes(word: &[u8]) -> bool {
    let digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    matches!(word.split_last(), Some((b'=', digits)) if digits.len() == 27 && digits.iter().all(digit))
}

fn decode(word: &[u8]) -> Option<[u8; 20]> {
    let mut bytes = [0; 21];
    let decoded = Base64::decode(word, &mut bytes).ok()?;
    decoded.try_into().ok()
}

fn digest(name: &[u8], salt: &Salt) -> [u8; 20] {
    let mut mac = Hmac::<Sha1>::new_from_slice(salt).expect("HMAC takes a key of any length");
    mac.update(name);
    mac.finalize().into_bytes().into()
}

const MAGIC: &str = "|1|";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_back_and_fits_its_name_alone() {
        let hashed = hash(b"host.example", &[7; 20]);
        let name = HashedName::read(hashed.as_bytes()).expect("a hashed name");
        assert!(name.is(b"host.example"));
        assert!(!name.is(b"HOST.example") && !name.is(b""));
    }

    #[test]
    fn ssh_keygens_hash_fits() {
        // ssh-keygen -H on "host1".
        let hashed = b"|1|QxTtxuwXeR6EYMpTavMRd9aYhQY=|4lRZvwvBxlnxSEC09qDY5LGhX0I=";
        assert!(HashedName::read(hashed).expect("a hashed name").is(b"host1"));
    }

    #[test]
    fn no_change_and_no_truncation_panics_or_fits() {
        let hashed = hash(b"host", &[9; 20]).into_bytes();
        for at in 0..hashed.len() {
            assert!(!HashedName::read(&hashed[..at]).is_ok_and(|name| name.is(b"host")), "{at}");
            for bit in 0..8 {
                let mut changed = hashed.clone();
                changed[at] ^= 1 << bit;
                assert!(!HashedName::read(&changed).is_ok_and(|name| name.is(b"host")), "{at} {bit}");
            }
        }
    }
}
