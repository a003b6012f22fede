//! `---- BEGIN SSH2 PUBLIC KEY ----` (RFC 4716), and the private keys that ssh.com wrote in the
//! same armor.

use base64ct::{Base64, Encoding};
use ssh_key::Mpint;
use ssh_key::private::{DsaKeypair, DsaPrivateKey, KeypairData};
use ssh_key::public::DsaPublicKey;
use zeroize::Zeroizing;

use super::{Damage, Error, Name, Other, Part};
use crate::key::{Comment, PrivateKey, Published, RsaNumbers, rsa_pair};
use crate::wire::Reader;

const BEGIN: &str = "---- BEGIN SSH2 PUBLIC KEY ----";
const END: &str = "---- END SSH2 PUBLIC KEY ----";
const PRIVATE: &str = "BEGIN SSH2 ENCRYPTED PRIVATE KEY";
const WIDTH: usize = 70;
/// ssh-keygen cuts the comment header at this many characters.
const COMMENT_CHARACTERS: usize = 60;
/// What ssh.com's private keys start with.
const PRIVATE_MAGIC: u32 = 0x3f6f_f9eb;

/// What such a file holds.
#[derive(Debug)]
pub enum Ssh2Key {
    /// A public key or a certificate.
    Public(Published),
    /// A private key of ssh.com's.
    Private(PrivateKey),
}

/// Writes a public key; `comment` goes into its header.
#[must_use]
pub fn encode(key: &Published, comment: &str) -> String {
    let comment: String = comment.chars().take(COMMENT_CHARACTERS).collect();
    let base64 = Base64::encode_string(key.blob());
    let mut text = format!("{BEGIN}\nComment: \"{comment}\"\n");
    for line in base64.as_bytes().chunks(WIDTH) {
        text.push_str(&String::from_utf8_lossy(line));
        text.push('\n');
    }
    text.push_str(END);
    text.push('\n');
    text
}

/// Reads a file; headers, also such as go on in the next line, are passed over.
///
/// # Errors
/// [`enum@Error`]: not this format, damaged, or encrypted.
pub fn decode(file: &[u8]) -> Result<Ssh2Key, Error> {
    let text = std::str::from_utf8(file).map_err(|_| Error::NotThisFormat(Other::Unknown))?;
    let mut base64 = Zeroizing::new(String::with_capacity(file.len()));
    let (mut private, mut continued) = (false, false);
    for line in text.split(['\n', '\r']).map(|line| line.trim_start_matches('\u{feff}').trim()) {
        if line.is_empty() {
            // Between CR and LF.
            continue;
        }
        if line.starts_with("----") || line.contains(": ") {
            private |= line.contains(PRIVATE);
            if line.contains(" END ") {
                break;
            }
            continued = line.ends_with('\\');
        } else if continued {
            continued = line.ends_with('\\');
        } else {
            base64.push_str(line);
        }
    }
    // ssh.com padded some keys with one sign too many.
    let digits = if base64.ends_with("===") { &base64[..base64.len() - 1] } else { &base64[..] };
    let blob = Zeroizing::new(Base64::decode_vec(digits).map_err(|_| Error::Damaged(Damage::Base64))?);
    if private {
        return private_key(&blob).map(Ssh2Key::Private);
    }
    Published::from_blob(&blob).map(Ssh2Key::Public).map_err(|_| Error::damaged(Part::PublicKey))
}

/// ssh.com's private key: a header, then numbers with their length in bits.
fn private_key(blob: &[u8]) -> Result<PrivateKey, Error> {
    let mut reader = Reader::new(blob);
    if reader.u32()? != PRIVATE_MAGIC {
        return Err(Error::damaged(Part::PrivateKey));
    }
    let _length = reader.u32()?;
    let (kind, cipher) = (reader.string()?, reader.string()?);
    for _ in ["three", "more", "lengths"] {
        reader.u32()?;
    }
    if cipher != b"none" {
        return Err(Error::cipher(Name::from_file(cipher)));
    }
    let mentions = |word: &[u8]| kind.windows(word.len()).any(|window| window == word);
    let pair = match (mentions(b"dsa"), mentions(b"rsa")) {
        (true, _) => dsa(&mut reader)?,
        (_, true) => rsa(&mut reader)?,
        _ => return Err(Error::key_type(Name::from_file(kind))),
    };
    let key = PrivateKey::new(pair, Comment::default()).map_err(|_| Error::damaged(Part::PrivateKey))?;
    key.check_halves()?;
    Ok(key)
}

fn rsa(reader: &mut Reader<'_>) -> Result<KeypairData, Error> {
    // The exponent is one byte, or three where the first is below 30.
    let first = reader.take(1)?;
    let e = if first[0] < 30 { [first, reader.take(2)?].concat() } else { first.to_vec() };
    let (d, n) = (bits_number(reader)?, bits_number(reader)?);
    let (_coefficient, q, p) = (bits_number(reader)?, bits_number(reader)?, bits_number(reader)?);
    Ok(rsa_pair(&RsaNumbers { n, e: &e, d, p, q })?.into())
}

fn dsa(reader: &mut Reader<'_>) -> Result<KeypairData, Error> {
    let mut number = || bits_number(reader).map(Mpint::from_positive_bytes);
    let (p, g, q) = (number()?, number()?, number()?);
    let (y, x) = (number()?, number()?);
    Ok(KeypairData::Dsa(DsaKeypair::new(DsaPublicKey::new(p, q, g, y)?, DsaPrivateKey::new(x)?)?))
}

fn bits_number<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Error> {
    let bits = usize::try_from(reader.u32()?).map_err(|_| Error::damaged(Part::PrivateKey))?;
    Ok(reader.take(bits.div_ceil(8))?)
}
