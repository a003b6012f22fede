//! PuTTY's `.ppk` files, versions 2 and 3 (PuTTY manual, appendix C "PPK file format").

use base64ct::{Base64, Encoding};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{
    Damage, Error, Feature, Kdf, Limit, Name, Other, OverLimit, Part, Protection, Unsupported, armor,
};
use crate::certificate::KeyOrCertificate;
use crate::key::{Comment, Mismatch, PrivateKey, PublicKey};
use crate::secret::{Passphrase, Secret};
use crate::text::hex;

mod derivation;
mod fields;
mod lines;

pub use derivation::{Argon2Cost, Ppk};
use derivation::{Derivation, Encryption, authenticated};
pub(super) use lines::WIDTH;
use lines::{Lines, unhex};

/// How the first line begins.
pub(super) const START: &str = "PuTTY-User-Key-File-";

/// Writes the key.
pub(super) fn seal(
    key: &PrivateKey,
    passphrase: &Passphrase,
    version: Ppk,
    rng: &mut impl CryptoRng,
) -> Result<Secret, Error> {
    if key.comment().as_bytes().iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
        return Err(Error::LongComment);
    }
    let (name, comment) = (key.public().algorithm().wire_name(), key.comment().as_bytes());
    let (encryption, derivation) = (Encryption::with(passphrase), Derivation::new(version, rng));
    let keys = derivation.keys(passphrase)?;
    let mut private = fields::private_fields(key)?;
    encryption.pad(&mut private);
    let mac = derivation.mac(&keys, &authenticated(name, encryption, comment, key.public().blob(), &private));
    let private = encryption.encrypt(&keys, private)?;

    let length = 4 * private.len() + 2 * key.public().blob().len() + 512;
    let mut text = Zeroizing::new(Vec::with_capacity(length));
    let number = if version == Ppk::V2 { 2 } else { 3 };
    let head = format!("{START}{number}: {name}\nEncryption: {}\nComment: ", encryption.name());
    text.extend_from_slice(head.as_bytes());
    text.extend_from_slice(comment);
    text.push(b'\n');
    put_lines(&mut text, "Public-Lines", key.public().blob());
    if encryption == Encryption::Aes256Cbc {
        text.extend_from_slice(derivation.to_lines().as_bytes());
    }
    put_lines(&mut text, "Private-Lines", &private);
    text.extend_from_slice(format!("Private-MAC: {}\n", hex(&mac)).as_bytes());
    Ok(Secret::new(std::mem::take(&mut *text)))
}

fn put_lines(text: &mut Vec<u8>, name: &str, bytes: &[u8]) {
    let base64 = Zeroizing::new(Base64::encode_string(bytes).into_bytes());
    text.extend_from_slice(format!("{name}: {}\n", base64.len().div_ceil(WIDTH)).as_bytes());
    for line in base64.chunks(WIDTH) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
}

/// A `.ppk` file, still encrypted if it was.
#[derive(Debug)]
pub struct Sealed {
    name: String,
    encryption: Encryption,
    comment: Comment,
    /// The public key as it is in the file: that of a certificate, if the file contains one.
    public: Vec<u8>,
    published: KeyOrCertificate,
    private: Secret,
    derivation: Derivation,
    mac: Vec<u8>,
}

impl Sealed {
    /// The comment; it is in the clear.
    pub(super) fn comment(&self) -> &Comment {
        &self.comment
    }

    /// Whether the text is meant to be a `.ppk` file.
    pub(super) fn is_meant(file: &[u8]) -> bool {
        let file = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file).trim_ascii_start();
        file.starts_with(START.as_bytes())
    }

    pub(super) fn parse(file: &[u8]) -> Result<Self, Error> {
        let damaged = || Error::Damaged(Damage::Cut);
        let mut lines = Lines(file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file));
        let first = lines.next_line().ok_or_else(damaged)?;
        let first = first.strip_prefix(START.as_bytes()).ok_or(Error::NotThisFormat(Other::Unknown))?;
        let (version, name) = first.trim_ascii_end().split_at_checked(3).ok_or_else(damaged)?;
        if version == b"1: " {
            return Err(version_of(Name::known("PuTTY-User-Key-File-1")));
        }
        if memchr::memmem::find(file, b"Private-MAC:").is_none() {
            return Err(damaged());
        }
        let encryption = lines.text("Encryption").ok_or_else(damaged)?;
        let comment = Comment::from_file(lines.value("Comment").ok_or_else(damaged)?);
        let public = lines.base64("Public-Lines")?;
        let derivation = match (version, encryption.as_str()) {
            (b"2: ", _) => Derivation::V2,
            (b"3: ", name) if name == Encryption::Aes256Cbc.name() => Derivation::from_lines(&mut lines)?,
            (b"3: ", _) => Derivation::UNENCRYPTED,
            (other, _) => return Err(version_of(Name::from_file(other.trim_ascii_end()))),
        };
        let private = Secret::new(lines.base64("Private-Lines")?);
        let mac =
            unhex(&lines.text("Private-MAC").ok_or_else(damaged)?).ok_or(Error::damaged(Part::Container))?;
        let encryption = Encryption::from_file(&encryption)?;
        let published = KeyOrCertificate::from_blob(&public).map_err(|_| Error::damaged(Part::PublicKey))?;
        let name = String::from_utf8(name.to_vec()).map_err(|_| Error::damaged(Part::PrivateKey))?;
        Ok(Self { name, encryption, comment, public, published, private, derivation, mac })
    }

    pub(super) fn public(&self) -> &PublicKey {
        self.published.key()
    }

    /// The certificate that is in place of the public key, as PuTTY 0.78 and later can have it.
    pub(super) fn certificate(&self) -> Option<&KeyOrCertificate> {
        Some(&self.published).filter(|published| matches!(published, KeyOrCertificate::Certificate(_)))
    }

    /// The version, with the cost of one guess at the passphrase.
    pub(super) fn version(&self) -> Ppk {
        self.derivation.version()
    }

    pub(super) fn protection(&self) -> Option<Protection> {
        let (kdf, rounds) = self.derivation.kdf();
        let cipher = self.encryption.name().to_owned();
        (self.encryption != Encryption::None).then_some(Protection { cipher, kdf, rounds: Some(rounds) })
    }

    pub(super) fn open(&self, passphrase: &Passphrase) -> Result<PrivateKey, Error> {
        let (none, damaged) = (Passphrase::empty(), Error::damaged(Part::PrivateKey));
        let (passphrase, wrong) = match self.encryption {
            Encryption::None => (&none, damaged),
            Encryption::Aes256Cbc => (passphrase, Error::WrongPassphrase),
        };
        let keys = self.derivation.keys(passphrase)?;
        let private = self.encryption.decrypt(&keys, self.private.expose())?;
        let comment = self.comment.as_bytes();
        let message = authenticated(&self.name, self.encryption, comment, &self.public, &private);
        if !self.derivation.has_mac(&keys, &message, &self.mac) {
            return Err(wrong);
        }
        let pair = fields::pair(self.public(), &private)?;
        let key =
            PrivateKey::new(pair, self.comment.clone()).map_err(|_| Error::damaged(Part::PrivateKey))?;
        if key.public() == self.public() { Ok(key) } else { Err(Error::Mismatch(Mismatch)) }
    }
}

/// A file that ends before its digest, with the one that it must have: that of a key in the clear follows from the rest.
pub(super) fn with_mac(text: &str) -> Option<Zeroizing<String>> {
    let line = |digits: &str| Zeroizing::new(format!("{}\nPrivate-MAC: {digits}\n", text.trim_end()));
    let sealed = Sealed::parse(line("00").as_bytes()).ok()?;
    if sealed.encryption != Encryption::None {
        return None;
    }
    let keys = sealed.derivation.keys(&Passphrase::empty()).ok()?;
    let (comment, private) = (sealed.comment.as_bytes(), sealed.private.expose());
    let message = authenticated(&sealed.name, sealed.encryption, comment, &sealed.public, private);
    Some(line(&hex(&sealed.derivation.mac(&keys, &message))))
}

fn version_of(name: Name) -> Error {
    Unsupported { what: Feature::Version, name }.into()
}
