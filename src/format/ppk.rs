//! PuTTY's `.ppk` files, versions 2 and 3 (PuTTY manual, appendix C "PPK file format").

use aes::Aes256;
use argon2::{Algorithm as Variant, Argon2, Params, Version as Argon2Version};
use base64ct::{Base64, Encoding};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use sha1::{Digest, Sha1};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::ppk_lines::{Lines, unhex};
use super::{
    Damage, Error, Feature, Limit, Name, Other, OverLimit, Part, Protection, Unsupported, ppk_fields,
};
use crate::certificate::KeyOrCertificate;
use crate::key::{Comment, Mismatch, PrivateKey, PublicKey};
use crate::secret::{Passphrase, Secret};
use crate::text::hex;
use crate::wire::put_string;

const START: &str = "PuTTY-User-Key-File-";
const CIPHER: &str = "aes256-cbc";
const WIDTH: usize = 64;
const BLOCK: usize = 16;
const SALT_BYTES: usize = 16;
/// The most that a file may ask of its reader: memory in KiB, and memory times passes.
const MAX_MEMORY: u32 = 64 << 10;
const MAX_WORK: u64 = 4 << 20;
const MAX_LANES: u32 = 16;

/// The version of a `.ppk` file, with what derives the keys of version 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ppk {
    /// PuTTY before 0.75: SHA-1, which makes guessing the passphrase cheap.
    V2,
    /// PuTTY 0.75 and later: Argon2id.
    V3(Argon2Cost),
}

/// The cost of one guess at the passphrase of a version 3 file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argon2Cost {
    memory: u32,
    passes: u32,
    parallelism: u32,
}

impl Argon2Cost {
    /// Memory in KiB (8 per lane to 65536), passes (1 or more), lanes (1 to 16); `None` outside, or
    /// when memory times passes is above 4 GiB.
    #[must_use]
    pub fn new(memory: u32, passes: u32, parallelism: u32) -> Option<Self> {
        let lanes = (1..=MAX_LANES).contains(&parallelism) && memory >= 8 * parallelism;
        let work = u64::from(memory) * u64::from(passes);
        let fits = lanes && memory <= MAX_MEMORY && passes >= 1 && work <= MAX_WORK;
        fits.then_some(Self { memory, passes, parallelism })
    }
}

impl Default for Argon2Cost {
    /// PuTTYgen's own: 8 MiB, 13 passes, one lane.
    fn default() -> Self {
        Self { memory: 8192, passes: 13, parallelism: 1 }
    }
}

/// The keys of a file: of the cipher, its initialization vector, and of the MAC.
struct Keys {
    cipher: Zeroizing<Vec<u8>>,
    iv: Zeroizing<Vec<u8>>,
    mac: Zeroizing<Vec<u8>>,
}

/// How the keys of a file follow from its passphrase.
#[derive(Debug, Clone)]
enum Derivation {
    V2,
    V3 { variant: Variant, cost: Argon2Cost, salt: Vec<u8> },
}

impl Derivation {
    /// What a file that is not encrypted has in version 3.
    const UNENCRYPTED: Self = Self::V3 {
        variant: Variant::Argon2id,
        cost: Argon2Cost { memory: 8192, passes: 13, parallelism: 1 },
        salt: Vec::new(),
    };

    fn keys(&self, passphrase: &Passphrase) -> Result<Keys, Error> {
        match self {
            Self::V2 => Ok(keys_v2(passphrase)),
            Self::V3 { .. } if passphrase.is_empty() => {
                Ok(Keys { cipher: Vec::new().into(), iv: Vec::new().into(), mac: Vec::new().into() })
            }
            Self::V3 { variant, cost, salt } => {
                let params = Params::new(cost.memory, cost.passes, cost.parallelism, Some(80));
                let argon2 = Argon2::new(
                    *variant,
                    Argon2Version::V0x13,
                    params.map_err(|_| Error::damaged(Part::PrivateKey))?,
                );
                let mut derived = Zeroizing::new(vec![0; 80]);
                argon2
                    .hash_password_into(passphrase.expose(), salt, &mut derived)
                    .map_err(|_| Error::damaged(Part::PrivateKey))?;
                let part = |range: std::ops::Range<usize>| Zeroizing::new(derived[range].to_vec());
                Ok(Keys { cipher: part(0..32), iv: part(32..48), mac: part(48..80) })
            }
        }
    }

    fn mac(&self, keys: &Keys, message: &[u8]) -> Vec<u8> {
        match self {
            Self::V2 => mac::<Hmac<Sha1>>(keys, message).finalize().into_bytes().to_vec(),
            Self::V3 { .. } => mac::<Hmac<Sha256>>(keys, message).finalize().into_bytes().to_vec(),
        }
    }

    fn has_mac(&self, keys: &Keys, message: &[u8], expected: &[u8]) -> bool {
        match self {
            Self::V2 => mac::<Hmac<Sha1>>(keys, message).verify_slice(expected).is_ok(),
            Self::V3 { .. } => mac::<Hmac<Sha256>>(keys, message).verify_slice(expected).is_ok(),
        }
    }
}

fn mac<M: Mac + KeyInit>(keys: &Keys, message: &[u8]) -> M {
    let mac = <M as KeyInit>::new_from_slice(&keys.mac).expect("HMAC takes keys of any length");
    mac.chain_update(message)
}

fn keys_v2(passphrase: &Passphrase) -> Keys {
    let mut cipher = Zeroizing::new(Vec::with_capacity(40));
    for number in [0_u32, 1] {
        let digest = Sha1::new().chain_update(number.to_be_bytes()).chain_update(passphrase.expose());
        cipher.extend_from_slice(&digest.finalize());
    }
    cipher.truncate(32);
    let mac = Sha1::new().chain_update(b"putty-private-key-file-mac-key").chain_update(passphrase.expose());
    Keys { cipher, iv: Zeroizing::new(vec![0; BLOCK]), mac: Zeroizing::new(mac.finalize().to_vec()) }
}

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
    let mut private = ppk_fields::private_fields(key)?;
    let encryption = if passphrase.is_empty() { "none" } else { CIPHER };
    let (number, derivation) = match version {
        Ppk::V2 => (2, Derivation::V2),
        Ppk::V3(cost) => {
            let mut salt = vec![0; SALT_BYTES];
            rng.fill_bytes(&mut salt);
            (3, Derivation::V3 { variant: Variant::Argon2id, cost, salt })
        }
    };
    let keys = derivation.keys(passphrase)?;
    if !passphrase.is_empty() {
        // PuTTY pads with the hash of the fields, so that the last block is not known in advance.
        let padding = Sha1::digest(&*private);
        let missing = (BLOCK - private.len() % BLOCK) % BLOCK;
        private.extend_from_slice(&padding[..missing]);
    }
    let name = key.public().algorithm().wire_name();
    let message = authenticated(name, encryption, key.comment().as_bytes(), key.public().blob(), &private);
    let mac = derivation.mac(&keys, &message);
    if !passphrase.is_empty() {
        let plain = std::mem::take(&mut *private);
        *private = cbc::Encryptor::<Aes256>::new_from_slices(&keys.cipher, &keys.iv)
            .map_err(|_| Error::damaged(Part::PrivateKey))?
            .encrypt_padded_vec::<NoPadding>(&Zeroizing::new(plain));
    }

    let mut text =
        Zeroizing::new(Vec::with_capacity(4 * private.len() + 2 * key.public().blob().len() + 512));
    text.extend_from_slice(
        format!("{START}{number}: {name}\nEncryption: {encryption}\nComment: ").as_bytes(),
    );
    text.extend_from_slice(key.comment().as_bytes());
    text.push(b'\n');
    put_lines(&mut text, "Public-Lines", key.public().blob());
    if let (Derivation::V3 { cost, salt, .. }, false) = (&derivation, passphrase.is_empty()) {
        let Argon2Cost { memory, passes, parallelism } = cost;
        text.extend_from_slice(
            format!(
                "Key-Derivation: Argon2id\nArgon2-Memory: {memory}\nArgon2-Passes: {passes}\n\
                 Argon2-Parallelism: {parallelism}\nArgon2-Salt: {}\n",
                hex(salt)
            )
            .as_bytes(),
        );
    }
    put_lines(&mut text, "Private-Lines", &private);
    text.extend_from_slice(format!("Private-MAC: {}\n", hex(&mac)).as_bytes());
    Ok(Secret::new(std::mem::take(&mut *text)))
}

/// What the MAC covers.
fn authenticated(
    name: &str,
    encryption: &str,
    comment: &[u8],
    public: &[u8],
    private: &[u8],
) -> Zeroizing<Vec<u8>> {
    let mut message = Zeroizing::new(Vec::with_capacity(public.len() + private.len() + comment.len() + 128));
    for field in [name.as_bytes(), encryption.as_bytes(), comment, public, private] {
        put_string(&mut message, field);
    }
    message
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
    encryption: String,
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
        let derivation = match version {
            b"2: " => Derivation::V2,
            b"3: " if encryption == CIPHER => derivation(&mut lines)?,
            b"3: " => Derivation::UNENCRYPTED,
            other => return Err(version_of(Name::from_file(other.trim_ascii_end()))),
        };
        let private = Secret::new(lines.base64("Private-Lines")?);
        let mac =
            unhex(&lines.text("Private-MAC").ok_or_else(damaged)?).ok_or(Error::damaged(Part::Container))?;
        if !matches!(encryption.as_str(), "none" | CIPHER) {
            return Err(Error::cipher(Name::from_file(encryption.as_bytes())));
        }
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
        match &self.derivation {
            Derivation::V2 => Ppk::V2,
            Derivation::V3 { cost, .. } => Ppk::V3(*cost),
        }
    }

    pub(super) fn protection(&self) -> Option<Protection> {
        let (kdf, rounds) = match &self.derivation {
            Derivation::V2 => ("SHA-1".to_owned(), Some(1)),
            Derivation::V3 { variant, cost, .. } => (variant.to_string(), Some(u64::from(cost.passes))),
        };
        (self.encryption == CIPHER).then(|| Protection { cipher: CIPHER.to_owned(), kdf, rounds })
    }

    pub(super) fn open(&self, passphrase: &Passphrase) -> Result<PrivateKey, Error> {
        let encrypted = self.encryption == CIPHER;
        let wrong = if encrypted { Error::WrongPassphrase } else { Error::damaged(Part::PrivateKey) };
        let none = Passphrase::empty();
        let keys = self.derivation.keys(if encrypted { passphrase } else { &none })?;
        let mut private = Zeroizing::new(self.private.expose().to_vec());
        if encrypted {
            *private = cbc::Decryptor::<Aes256>::new_from_slices(&keys.cipher, &keys.iv)
                .map_err(|_| Error::damaged(Part::PrivateKey))?
                .decrypt_padded_vec::<NoPadding>(&private)
                .map_err(|_| Error::damaged(Part::PrivateKey))?;
        }
        let comment = self.comment.as_bytes();
        let message = authenticated(&self.name, &self.encryption, comment, &self.public, &private);
        if !self.derivation.has_mac(&keys, &message, &self.mac) {
            return Err(wrong);
        }
        let pair = ppk_fields::pair(self.public(), &private)?;
        let key =
            PrivateKey::new(pair, self.comment.clone()).map_err(|_| Error::damaged(Part::PrivateKey))?;
        if key.public() == self.public() { Ok(key) } else { Err(Error::Mismatch(Mismatch)) }
    }
}

fn version_of(name: Name) -> Error {
    Unsupported { what: Feature::Version, name }.into()
}

/// The lines of the key derivation of version 3.
fn derivation(lines: &mut Lines<'_>) -> Result<Derivation, Error> {
    let variant = match lines.text("Key-Derivation").as_deref() {
        Some("Argon2id") => Variant::Argon2id,
        Some("Argon2i") => Variant::Argon2i,
        Some("Argon2d") => Variant::Argon2d,
        other => return Err(Error::kdf(Name::from_file(other.unwrap_or_default().as_bytes()))),
    };
    let (memory, passes) = (lines.number("Argon2-Memory")?, lines.number("Argon2-Passes")?);
    let parallelism = lines.number("Argon2-Parallelism")?;
    let salt = unhex(&lines.text("Argon2-Salt").ok_or(Error::damaged(Part::PrivateKey))?)
        .ok_or(Error::damaged(Part::PrivateKey))?;
    OverLimit::check(Limit::Argon2Memory, memory.into(), MAX_MEMORY.into())?;
    OverLimit::check(Limit::Argon2Parallelism, parallelism.into(), MAX_LANES.into())?;
    OverLimit::check(Limit::Argon2Work, u64::from(memory) * u64::from(passes), MAX_WORK)?;
    let cost = Argon2Cost::new(memory, passes, parallelism).ok_or(Error::damaged(Part::Encryption))?;
    Ok(Derivation::V3 { variant, cost, salt })
}
