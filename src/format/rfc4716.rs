//! `---- BEGIN SSH2 PUBLIC KEY ----` (RFC 4716), and the private keys that ssh.com wrote in the
//! same armor.

use base64ct::{Base64, Encoding};
use ssh_key::Mpint;
use ssh_key::private::{DsaKeypair, DsaPrivateKey, KeypairData};
use ssh_key::public::DsaPublicKey;
use zeroize::Zeroizing;

use super::{Damage, Error, Name, Other, Part};
use crate::certificate::KeyOrCertificate;
use crate::key::{Comment, PrivateKey, RsaNumbers, rsa_pair};
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
    /// A public key or a certificate, with the comment of its header.
    Public(KeyOrCertificate, Comment),
    /// A private key of ssh.com's.
    Private(PrivateKey),
}

/// Writes a public key; `comment` goes into its header.
#[must_use]
pub fn encode(key: &KeyOrCertificate, comment: &str) -> String {
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

/// Writes a public key with its own comment, whole: a long header goes on in the next line (RFC 4716 section 3.3).
#[must_use]
pub fn encode_with_comment(key: &KeyOrCertificate, comment: &Comment) -> String {
    let text = encode(key, "");
    let comment = comment.to_text().replace(['\n', '\r'], " ");
    let header: Vec<char> = format!("Comment: \"{comment}\"").chars().collect();
    let lines: Vec<String> = header.chunks(WIDTH).map(|line| line.iter().collect()).collect();
    text.replacen("Comment: \"\"", &lines.join("\\\n"), 1)
}

/// The comment of the header, without its quotation marks.
fn comment(text: &str) -> Comment {
    let mut lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
    let is_comment = |line: &&str| line.get(..8).is_some_and(|name| name.eq_ignore_ascii_case("comment:"));
    let mut value = lines.find(is_comment).map(|line| line[8..].trim_start().to_owned()).unwrap_or_default();
    while value.ends_with('\\') {
        value.pop();
        value.push_str(lines.next().unwrap_or_default());
    }
    let value = value.trim_end();
    let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    Comment::from_file(bare.as_bytes())
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
    let surplus = if base64.len() % 4 == 3 { "===" } else { "" };
    let digits = base64.strip_suffix(surplus).unwrap_or(&base64);
    let blob = Zeroizing::new(Base64::decode_vec(digits).map_err(|_| Error::Damaged(Damage::Base64))?);
    if private {
        return private_key(&blob).map(Ssh2Key::Private);
    }
    let key = KeyOrCertificate::from_blob(&blob).map_err(|_| Error::damaged(Part::PublicKey))?;
    Ok(Ssh2Key::Public(key, comment(text)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::KeyInLine;

    #[test]
    fn comments_come_back_whole() {
        let line = include_bytes!("../../tests/vectors/openssh-rsa.pub");
        let key = KeyInLine::at_front(line).expect("a key").key;
        for text in ["my laptop key", "", "a \"quoted\" word", &"long ".repeat(60)] {
            let comment = Comment::new(text.trim().as_bytes()).expect("a comment");
            let file = encode_with_comment(&key, &comment);
            assert!(file.lines().all(|line| line.len() <= 72), "{file}");
            let Ok(Ssh2Key::Public(read, found)) = decode(file.as_bytes()) else { panic!("{file}") };
            assert_eq!((&read, found), (&key, comment));
        }
    }
}
