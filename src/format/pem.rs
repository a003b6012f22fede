//! The PEM files of OpenSSL before PKCS#8: `BEGIN RSA PRIVATE KEY`, `BEGIN EC PRIVATE KEY`, with
//! the encryption of RFC 1421 headers and OpenSSL's `EVP_BytesToKey` (MD5, one iteration).
//!
//! The derivation is weak and here only because `-m PEM` means it.

use aes::Aes128;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use md5::{Digest, Md5};
use rand_core::CryptoRng;
use ssh_key::private::KeypairData;
use zeroize::Zeroizing;

use super::armor::{self, Armor};
use super::{Error, asn1};
use crate::key::{Comment, PrivateKey};
use crate::secret::{Passphrase, Secret};

pub(super) const RSA_LABEL: &str = "RSA PRIVATE KEY";
pub(super) const EC_LABEL: &str = "EC PRIVATE KEY";
const WIDTH: usize = 64;
const CIPHER: &str = "AES-128-CBC";

/// Writes the key.
pub(super) fn seal(
    key: &PrivateKey,
    passphrase: &Passphrase,
    rng: &mut impl CryptoRng,
) -> Result<Secret, Error> {
    let (label, der) = match key.pair() {
        KeypairData::Rsa(pair) => (RSA_LABEL, asn1::rsa_to_der(pair)?),
        KeypairData::Ecdsa(pair) => (EC_LABEL, asn1::ec_to_der(pair, true)?),
        _ => return Err(Error::TypeNotSupported),
    };
    if passphrase.is_empty() {
        return Ok(armor::write(label, "", der.expose(), WIDTH));
    }
    let mut iv = [0; 16];
    rng.fill_bytes(&mut iv);
    let cipher_key = derive(passphrase, &iv);
    let encrypted = cbc::Encryptor::<Aes128>::new((&*cipher_key).into(), (&iv).into())
        .encrypt_padded_vec::<Pkcs7>(der.expose());
    let hex: String = iv.iter().map(|byte| format!("{byte:02X}")).collect();
    let headers = format!("Proc-Type: 4,ENCRYPTED\nDEK-Info: {CIPHER},{hex}\n\n");
    Ok(armor::write(label, &headers, &encrypted, WIDTH))
}

/// MD5 of the passphrase and the first eight bytes of the initialization vector.
fn derive(passphrase: &Passphrase, iv: &[u8; 16]) -> Zeroizing<[u8; 16]> {
    Zeroizing::new(Md5::new().chain_update(passphrase.expose()).chain_update(&iv[..8]).finalize().into())
}

/// Reads the key, encrypted or not.
pub(super) fn open(armor: &Armor<'_>, passphrase: Option<&Passphrase>) -> Result<PrivateKey, Error> {
    let Some(info) = armor.header("DEK-Info") else {
        return from_der(armor.label(), armor.bytes());
    };
    let iv =
        info.strip_prefix(CIPHER).and_then(|rest| rest.strip_prefix(',')).ok_or(Error::UnsupportedCipher)?;
    let iv = unhex(iv).ok_or(Error::Invalid)?;
    let cipher_key = derive(passphrase.ok_or(Error::NeedsPassphrase)?, &iv);
    let plain = cbc::Decryptor::<Aes128>::new((&*cipher_key).into(), (&iv).into())
        .decrypt_padded_vec::<Pkcs7>(armor.bytes())
        .map(Secret::new)
        .map_err(|_| Error::WrongPassphrase)?;
    // A wrong passphrase passes the padding check once in 256 times.
    from_der(armor.label(), plain.expose()).map_err(|_| Error::WrongPassphrase)
}

fn unhex(text: &str) -> Option<[u8; 16]> {
    let digits: Vec<u8> = text.chars().map_while(|c| c.to_digit(16)?.try_into().ok()).collect();
    if digits.len() != text.len() {
        return None;
    }
    let bytes: Vec<u8> =
        digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
    bytes.try_into().ok()
}

fn from_der(label: &str, der: &[u8]) -> Result<PrivateKey, Error> {
    let pair = if label == RSA_LABEL { asn1::rsa_from_der(der)? } else { asn1::ec_from_der(der, None)? };
    PrivateKey::new(pair, Comment::default()).map_err(|_| Error::Invalid)
}
