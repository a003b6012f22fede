//! The ciphers of encrypted PKCS#8 keys.

use ssh_cipher::Tag;
use zeroize::Zeroizing;

use crate::format::block::BlockCipher;
use crate::format::{Error, Part};
use crate::secret::Secret;

/// A cipher, in its mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cipher {
    /// One that OpenSSL has.
    Block(BlockCipher),
    /// AES-GCM, which OpenSSL does not read in this place.
    Gcm(ssh_cipher::Cipher),
}

impl Cipher {
    pub(super) fn key_bytes(self) -> usize {
        match self {
            Self::Block(cipher) => cipher.key_bytes(),
            Self::Gcm(cipher) => cipher.key_and_iv_size().map_or(0, |(key_bytes, _)| key_bytes),
        }
    }

    pub(super) fn name(self) -> String {
        match self {
            Self::Block(cipher) => cipher.name(),
            Self::Gcm(ssh_cipher::Cipher::Aes128Gcm) => "AES-128-GCM".to_owned(),
            Self::Gcm(_) => "AES-256-GCM".to_owned(),
        }
    }
}

/// Opens AES-GCM, whose tag of 16 bytes comes last.
pub(super) fn gcm(
    cipher: ssh_cipher::Cipher,
    key: &[u8],
    iv: &[u8],
    encrypted: &[u8],
) -> Result<Secret, Error> {
    let length = encrypted.len().checked_sub(16).filter(|length| *length > 0);
    let length = length.ok_or(Error::damaged(Part::PrivateKey))?;
    let mut plain = Zeroizing::new(encrypted[..length].to_vec());
    let tag = Tag::try_from(&encrypted[length..]).ok();
    cipher.decrypt(key, iv, &mut plain, tag).map_err(|_| Error::WrongPassphrase)?;
    Ok(Secret::new(std::mem::take(&mut *plain)))
}
