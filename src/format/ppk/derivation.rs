//! How the private part of a `.ppk` file is encrypted and authenticated (PuTTY manual, appendix C.4 and C.5).

use aes::Aes256;
use argon2::{Algorithm as Variant, Argon2, Params, Version as Argon2Version};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use sha1::{Digest, Sha1};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::lines::{Lines, unhex};
use super::{Error, Kdf, Limit, Name, OverLimit, Part};
use crate::secret::Passphrase;
use crate::text::hex;
use crate::wire::put_string;

/// The block of AES, in bytes.
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

/// Whether the private part of a file is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encryption {
    None,
    Aes256Cbc,
}

impl Encryption {
    /// What a key has that is written with this passphrase.
    pub(super) fn with(passphrase: &Passphrase) -> Self {
        if passphrase.is_empty() { Self::None } else { Self::Aes256Cbc }
    }

    /// The encryption that a file names.
    pub(super) fn from_file(name: &str) -> Result<Self, Error> {
        match name {
            "none" => Ok(Self::None),
            "aes256-cbc" => Ok(Self::Aes256Cbc),
            other => Err(Error::cipher(Name::from_file(other.as_bytes()))),
        }
    }

    /// Its name in the file.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Aes256Cbc => "aes256-cbc",
        }
    }

    /// Fills the last block. PuTTY takes the hash of the fields, so that the last block is not known in advance.
    pub(super) fn pad(self, private: &mut Vec<u8>) {
        if self == Self::Aes256Cbc {
            let padding = Sha1::digest(&*private);
            let missing = (BLOCK - private.len() % BLOCK) % BLOCK;
            private.extend_from_slice(&padding[..missing]);
        }
    }

    pub(super) fn encrypt(
        self,
        keys: &Keys,
        private: Zeroizing<Vec<u8>>,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        if self == Self::None {
            return Ok(private);
        }
        let cipher = cbc::Encryptor::<Aes256>::new_from_slices(&keys.cipher, &keys.iv);
        let cipher = cipher.map_err(|_| Error::damaged(Part::PrivateKey))?;
        Ok(cipher.encrypt_padded_vec::<NoPadding>(&private).into())
    }

    pub(super) fn decrypt(self, keys: &Keys, private: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        if self == Self::None {
            return Ok(private.to_vec().into());
        }
        let cipher = cbc::Decryptor::<Aes256>::new_from_slices(&keys.cipher, &keys.iv);
        let cipher = cipher.map_err(|_| Error::damaged(Part::PrivateKey))?;
        let plain = cipher.decrypt_padded_vec::<NoPadding>(private);
        plain.map(Into::into).map_err(|_| Error::damaged(Part::PrivateKey))
    }
}

/// The keys of a file: of the cipher, its initialization vector, and of the MAC.
pub(super) struct Keys {
    cipher: Zeroizing<Vec<u8>>,
    iv: Zeroizing<Vec<u8>>,
    mac: Zeroizing<Vec<u8>>,
}

/// How the keys of a file follow from its passphrase.
#[derive(Debug, Clone)]
pub(super) enum Derivation {
    V2,
    V3 { variant: Variant, cost: Argon2Cost, salt: Vec<u8> },
}

impl Derivation {
    /// What a file that is not encrypted has in version 3.
    pub(super) const UNENCRYPTED: Self = Self::V3 {
        variant: Variant::Argon2id,
        cost: Argon2Cost { memory: 8192, passes: 13, parallelism: 1 },
        salt: Vec::new(),
    };

    /// What a key is written with.
    pub(super) fn new(version: Ppk, rng: &mut impl CryptoRng) -> Self {
        match version {
            Ppk::V2 => Self::V2,
            Ppk::V3(cost) => {
                let mut salt = vec![0; SALT_BYTES];
                rng.fill_bytes(&mut salt);
                Self::V3 { variant: Variant::Argon2id, cost, salt }
            }
        }
    }

    /// What the lines of an encrypted file of version 3 say.
    pub(super) fn from_lines(lines: &mut Lines<'_>) -> Result<Self, Error> {
        let variant = match lines.text("Key-Derivation").as_deref() {
            Some("Argon2id") => Variant::Argon2id,
            Some("Argon2i") => Variant::Argon2i,
            Some("Argon2d") => Variant::Argon2d,
            other => return Err(Error::kdf(Name::from_file(other.unwrap_or_default().as_bytes()))),
        };
        let (memory, passes) = (lines.number("Argon2-Memory")?, lines.number("Argon2-Passes")?);
        let parallelism = lines.number("Argon2-Parallelism")?;
        let salt = lines.text("Argon2-Salt").and_then(|salt| unhex(&salt));
        let salt = salt.ok_or(Error::damaged(Part::PrivateKey))?;
        OverLimit::check(Limit::Argon2Memory, memory.into(), MAX_MEMORY.into())?;
        OverLimit::check(Limit::Argon2Parallelism, parallelism.into(), MAX_LANES.into())?;
        OverLimit::check(Limit::Argon2Work, u64::from(memory) * u64::from(passes), MAX_WORK)?;
        let cost = Argon2Cost::new(memory, passes, parallelism).ok_or(Error::damaged(Part::Encryption))?;
        Ok(Self::V3 { variant, cost, salt })
    }

    /// Its lines in an encrypted file.
    pub(super) fn to_lines(&self) -> String {
        let Self::V3 { cost, salt, .. } = self else { return String::new() };
        let Argon2Cost { memory, passes, parallelism } = cost;
        format!(
            "Key-Derivation: {}\nArgon2-Memory: {memory}\nArgon2-Passes: {passes}\n\
             Argon2-Parallelism: {parallelism}\nArgon2-Salt: {}\n",
            self.kdf().0.name(),
            hex(salt)
        )
    }

    /// The version, with the cost of one guess at the passphrase.
    pub(super) fn version(&self) -> Ppk {
        match self {
            Self::V2 => Ppk::V2,
            Self::V3 { cost, .. } => Ppk::V3(*cost),
        }
    }

    /// The KDF, with its work factor.
    pub(super) fn kdf(&self) -> (Kdf, u64) {
        match self {
            Self::V2 => (Kdf::Sha1, 1),
            Self::V3 { variant, cost, .. } => {
                let kdf = match variant {
                    Variant::Argon2d => Kdf::Argon2d,
                    Variant::Argon2i => Kdf::Argon2i,
                    Variant::Argon2id => Kdf::Argon2id,
                };
                (kdf, cost.passes.into())
            }
        }
    }

    pub(super) fn keys(&self, passphrase: &Passphrase) -> Result<Keys, Error> {
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

    pub(super) fn mac(&self, keys: &Keys, message: &[u8]) -> Vec<u8> {
        match self {
            Self::V2 => mac::<Hmac<Sha1>>(keys, message).finalize().into_bytes().to_vec(),
            Self::V3 { .. } => mac::<Hmac<Sha256>>(keys, message).finalize().into_bytes().to_vec(),
        }
    }

    pub(super) fn has_mac(&self, keys: &Keys, message: &[u8], expected: &[u8]) -> bool {
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

/// What the MAC covers.
pub(super) fn authenticated(
    name: &str,
    encryption: Encryption,
    comment: &[u8],
    public: &[u8],
    private: &[u8],
) -> Zeroizing<Vec<u8>> {
    let mut message = Zeroizing::new(Vec::with_capacity(public.len() + private.len() + comment.len() + 128));
    for field in [name.as_bytes(), encryption.name().as_bytes(), comment, public, private] {
        put_string(&mut message, field);
    }
    message
}
