//! The ciphers of OpenSSH-format keys.

use std::str::FromStr;

use ssh_cipher::Tag;
use thiserror::Error as ThisError;

use super::{Error, Part};

/// Without a cipher the private part is still padded, to this many bytes.
const PLAIN_BLOCK: usize = 8;

/// A cipher of OpenSSH-format keys, as `-Z` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cipher(pub(super) ssh_cipher::Cipher);

/// The cipher is none that ssh-keygen knows.
#[derive(Debug, ThisError, Clone, PartialEq, Eq)]
#[error("Invalid OpenSSH-format cipher '{0}'")]
pub struct UnknownCipher(String);

impl Cipher {
    /// Every cipher that `-Z` takes.
    pub const NAMES: [&'static str; 11] = [
        "aes256-ctr",
        "aes192-ctr",
        "aes128-ctr",
        "aes256-cbc",
        "aes192-cbc",
        "aes128-cbc",
        "aes256-gcm@openssh.com",
        "aes128-gcm@openssh.com",
        "chacha20-poly1305@openssh.com",
        "3des-cbc",
        "none",
    ];

    /// Whether this leaves the key in the clear.
    #[must_use]
    pub fn is_none(self) -> bool {
        self.0 == ssh_cipher::Cipher::None
    }

    pub(super) fn tag_bytes(self) -> usize {
        if self.0.has_tag() { 16 } else { 0 }
    }

    pub(super) fn block(self) -> usize {
        self.0.block_size().max(PLAIN_BLOCK)
    }

    /// The bytes of key and initialization vector to derive.
    pub(super) fn derived_bytes(self) -> (usize, usize) {
        match self.0 {
            // 64 bytes of key, of which only the first 32 bytes encrypt; the vector is all zeros.
            ssh_cipher::Cipher::ChaCha20Poly1305 => (64, 0),
            cipher => cipher.key_and_iv_size().unwrap_or((0, 0)),
        }
    }

    pub(super) fn encrypt(self, keys: Keys<'_>, buffer: &mut [u8]) -> Result<Option<Tag>, Error> {
        if self.is_none() {
            return Ok(None);
        }
        let (key, iv) = self.usable(keys);
        self.0.encrypt(key, iv, buffer).map_err(|_| Error::damaged(Part::Encryption))
    }

    pub(super) fn decrypt(self, keys: Keys<'_>, buffer: &mut [u8], tag: Option<Tag>) -> Result<(), Error> {
        if self.is_none() {
            return Ok(());
        }
        let (key, iv) = self.usable(keys);
        self.0.decrypt(key, iv, buffer, tag).map_err(|_| Error::WrongPassphrase)
    }

    fn usable(self, (key, iv): Keys<'_>) -> Keys<'_> {
        if self.0 == ssh_cipher::Cipher::ChaCha20Poly1305 { (&key[..32], &[0; 8]) } else { (key, iv) }
    }
}

/// A cipher's key and its initialization vector.
pub(super) type Keys<'a> = (&'a [u8], &'a [u8]);

impl Default for Cipher {
    fn default() -> Self {
        Self(ssh_cipher::Cipher::Aes256Ctr)
    }
}

impl FromStr for Cipher {
    type Err = UnknownCipher;

    fn from_str(name: &str) -> Result<Self, UnknownCipher> {
        let known = Self::NAMES.contains(&name);
        let cipher = known.then(|| ssh_cipher::Cipher::new(name).ok()).flatten();
        cipher.map(Self).ok_or_else(|| UnknownCipher(name.to_owned()))
    }
}
