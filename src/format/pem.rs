//! The PEM files of OpenSSL before PKCS#8: `BEGIN RSA PRIVATE KEY`, `BEGIN EC PRIVATE KEY`, with
//! the encryption of RFC 1421 headers and OpenSSL's `EVP_BytesToKey` (MD5, one iteration).
//!
//! The derivation is weak and here only because `-m PEM` means it.

use aes::Aes128;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use md5::{Digest, Md5};
use rand_core::CryptoRng;
use ssh_key::private::KeypairData;
use zeroize::Zeroizing;

use super::block::BlockCipher;
use super::{Error, Kdf, Name, Part, Protection, armor, asn1, fields};
use crate::key::{Pair, PrivateKey};
use crate::secret::{Passphrase, Secret};

pub(super) const RSA_LABEL: &str = "RSA PRIVATE KEY";
pub(super) const EC_LABEL: &str = "EC PRIVATE KEY";
pub(super) const WIDTH: usize = 64;

/// Writes the key.
pub(super) fn seal(
    key: &PrivateKey,
    passphrase: &Passphrase,
    rng: &mut impl CryptoRng,
) -> Result<Secret, Error> {
    let (label, der) = encode_der(key)?;
    if passphrase.is_empty() {
        return Ok(armor::write(label, "", der.expose(), WIDTH));
    }
    let mut iv = [0; 16];
    rng.fill_bytes(&mut iv);
    let encrypted = cbc::Encryptor::<Aes128>::new_from_slices(&derive(passphrase, &iv, 16), &iv)
        .map_err(|_| Error::damaged(Part::PrivateKey))?
        .encrypt_padded_vec::<Pkcs7>(der.expose());
    let hex: String = iv.iter().map(|byte| format!("{byte:02X}")).collect();
    let headers = format!("Proc-Type: 4,ENCRYPTED\nDEK-Info: {},{hex}\n\n", BlockCipher::AES_128_CBC.name());
    Ok(armor::write(label, &headers, &encrypted, WIDTH))
}

/// The key in DER, in the clear: RSAPrivateKey or ECPrivateKey, and the label of its PEM text.
pub(super) fn encode_der(key: &PrivateKey) -> Result<(&'static str, Secret), Error> {
    Ok(match key.pair() {
        Pair::Ssh(KeypairData::Rsa(pair)) => (RSA_LABEL, asn1::rsa_to_der(pair)?),
        Pair::Ssh(KeypairData::Ecdsa(pair)) => (EC_LABEL, asn1::ec_to_der(pair, asn1::CurveName::Inside)?),
        _ => return Err(Error::TypeNotSupported),
    })
}

/// The first `length` bytes that OpenSSL makes of the passphrase and the first eight bytes of the
/// initialization vector: MD5 over what came before, the passphrase and the salt, again and again.
fn derive(passphrase: &Passphrase, iv: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
    let mut derived = Zeroizing::new(Vec::with_capacity(length + 16));
    while derived.len() < length {
        let last = derived.len().saturating_sub(16);
        let digest = Md5::new()
            .chain_update(&derived[last..])
            .chain_update(passphrase.expose())
            .chain_update(&iv[..8])
            .finalize();
        derived.extend_from_slice(&digest);
    }
    derived.truncate(length);
    derived
}

/// Whether the bytes of a traditional label are not DER, and fill the blocks of a cipher: then they are encrypted, and the
/// headers that say how are lost.
pub(super) fn lost_headers(label: &str, bytes: &[u8]) -> bool {
    let is_traditional = [RSA_LABEL, EC_LABEL, "DSA PRIVATE KEY"].contains(&label);
    is_traditional && bytes.len() > 64 && bytes.len().is_multiple_of(8) && bytes.first() != Some(&0x30)
}

/// A PEM file, still encrypted if it was.
#[derive(Debug)]
pub struct Sealed {
    encryption: Option<(BlockCipher, Vec<u8>)>,
    bytes: Secret,
}

impl Sealed {
    pub(super) fn in_the_clear(der: &[u8]) -> Self {
        Self { encryption: None, bytes: Secret::new(der.to_vec()) }
    }

    /// Takes a file with the header `DEK-Info` apart: `CIPHER,IV`, in any case, as OpenSSL reads it.
    pub(super) fn encrypted(info: &str, bytes: &[u8]) -> Result<Self, Error> {
        let (name, iv) = info.split_once(',').unwrap_or((info, ""));
        let name = name.trim();
        let cipher = BlockCipher::named(name).or_else(|| BlockCipher::of_oid(name));
        let cipher = cipher.ok_or_else(|| Error::cipher(Name::from_file(name.as_bytes())))?;
        // What follows the digits that are needed does not matter to OpenSSL.
        let digits = iv.trim().get(..2 * cipher.iv_bytes());
        let iv = digits.and_then(armor::unhex).filter(|iv| !iv.is_empty());
        let iv = iv.ok_or(Error::damaged(Part::Encryption))?;
        if !cipher.fits(bytes.len()) {
            return Err(Error::damaged(Part::PrivateKey));
        }
        Ok(Self { encryption: Some((cipher, iv)), bytes: Secret::new(bytes.to_vec()) })
    }

    pub(super) fn protection(&self) -> Option<Protection> {
        let (cipher, _) = self.encryption.as_ref()?;
        Some(Protection { cipher: cipher.name(), kdf: Kdf::Md5, rounds: Some(1) })
    }

    pub(super) fn open(&self, passphrase: &Passphrase) -> Result<PrivateKey, Error> {
        let Some((cipher, iv)) = &self.encryption else { return read(self.bytes.expose()) };
        let key = derive(passphrase, iv, cipher.key_bytes());
        let plain = cipher.decrypt(&key, iv, self.bytes.expose()).ok_or(Error::WrongPassphrase)?;
        // A wrong passphrase passes the padding check once in 256 times.
        if fields::begins_like_a_key(plain.expose()) {
            read(plain.expose())
        } else {
            Err(Error::WrongPassphrase)
        }
    }
}

fn read(der: &[u8]) -> Result<PrivateKey, Error> {
    fields::private_key(der).map(|(key, _)| key)
}
