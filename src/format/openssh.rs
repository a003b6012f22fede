//! `BEGIN OPENSSH PRIVATE KEY`: OpenSSH's own container (OpenSSH PROTOCOL.key).

use std::num::NonZeroU32;

use rand_core::CryptoRng;
use ssh_cipher::Tag;
use ssh_encoding::Decode;
use ssh_key::private::{Ed25519Keypair, KeypairData};
use zeroize::Zeroizing;

use super::armor::{self, Armor};
use super::{
    Error, Feature, Kdf, Limit, Name, Obstacle, OverLimit, Part, Protection, Unsupported, bcrypt_pbkdf,
};
use crate::key::composite::Seeds;
use crate::key::{
    Algorithm, Comment, Curve, Mismatch, Pair, PrivateKey, PublicKey, RsaNumbers, ecdsa_pair, rsa_pair,
};
use crate::secret::{Passphrase, Secret};
use crate::wire::{Reader, put_string, put_u32};

mod cipher;
mod obstacle;

use cipher::Keys;
pub use cipher::{Cipher, UnknownCipher};

pub(super) const LABEL: &str = "OPENSSH PRIVATE KEY";
const MAGIC: &[u8] = b"openssh-key-v1\0";
pub(super) const WIDTH: usize = 70;
const SALT_BYTES: usize = 16;

/// Whether the bytes begin like the container.
pub(super) fn is_container(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Rounds of bcrypt_pbkdf: each costs a guess at the passphrase about 12 milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounds(u32);

impl Rounds {
    /// The most rounds that are written, or that a file may ask of its reader: minutes of work for each
    /// use of the key.
    pub const MAX: u32 = 1 << 16;

    /// A number of rounds; `None` when zero or above [`MAX`](Self::MAX).
    #[must_use]
    pub fn new(rounds: u32) -> Option<Self> {
        (1..=Self::MAX).contains(&rounds).then_some(Self(rounds))
    }
}

impl Default for Rounds {
    fn default() -> Self {
        Self(32)
    }
}

/// Writes the key; `cipher` and `rounds` count only when there is a passphrase.
pub(super) fn seal(
    key: &PrivateKey,
    passphrase: &Passphrase,
    cipher: Cipher,
    rounds: Rounds,
    rng: &mut impl CryptoRng,
) -> Result<Secret, Error> {
    // OpenSSH reads no key whose comment contains a NUL byte.
    if key.comment().as_bytes().contains(&0) {
        return Err(Error::LongComment);
    }
    let cipher = if passphrase.is_empty() { Cipher(ssh_cipher::Cipher::None) } else { cipher };
    let mut options = Vec::new();
    let mut salt = [0; SALT_BYTES];
    if !passphrase.is_empty() {
        rng.fill_bytes(&mut salt);
        put_string(&mut options, &salt);
        put_u32(&mut options, rounds.0);
    }
    let mut private = private_part(key, cipher.block(), rng.next_u32())?;
    let tag = with_keys(cipher, passphrase, &salt, rounds.0, |keys| cipher.encrypt(keys, &mut private))?;

    let mut file = Zeroizing::new(Vec::with_capacity(private.len() + key.public().blob().len() + 256));
    file.extend_from_slice(MAGIC);
    put_string(&mut file, cipher.0.as_str().as_bytes());
    put_string(&mut file, if passphrase.is_empty() { b"none" } else { b"bcrypt" });
    put_string(&mut file, &options);
    put_u32(&mut file, 1);
    put_string(&mut file, key.public().blob());
    put_string(&mut file, &private);
    file.extend_from_slice(tag.as_ref().map_or(&[], |tag| tag.as_slice()));
    Ok(armor::write(LABEL, "", &file, WIDTH))
}

/// Two equal check numbers, the key, the comment, and padding 1, 2, 3, ... to a full block.
fn private_part(key: &PrivateKey, block: usize, check: u32) -> Result<Zeroizing<Vec<u8>>, Error> {
    let fields = key.fields().ok_or(Error::TypeNotSupported)?;
    let mut part = Zeroizing::new(Vec::with_capacity(fields.len() + key.comment().as_bytes().len() + 64));
    put_u32(&mut part, check);
    put_u32(&mut part, check);
    part.extend_from_slice(&fields);
    put_string(&mut part, key.comment().as_bytes());
    let padding = (1u8..).take((block - part.len() % block) % block);
    part.extend(padding);
    Ok(part)
}

/// Derives the cipher's key and initialization vector and hands them to `work`.
fn with_keys<T>(
    cipher: Cipher,
    passphrase: &Passphrase,
    salt: &[u8],
    rounds: u32,
    work: impl FnOnce(Keys<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let (key_bytes, iv_bytes) = cipher.derived_bytes();
    let mut keys = Zeroizing::new(vec![0; key_bytes + iv_bytes]);
    if !keys.is_empty() {
        let rounds = NonZeroU32::new(rounds).ok_or(Error::damaged(Part::PrivateKey))?;
        bcrypt_pbkdf::derive(passphrase.expose(), salt, rounds, &mut keys);
    }
    work(keys.split_at(key_bytes))
}

/// The fields of the container, still encrypted.
#[derive(Debug)]
pub struct Sealed {
    cipher: Cipher,
    /// The salt and the rounds of bcrypt; `None` when no passphrase protects the key.
    kdf: Option<(Vec<u8>, u32)>,
    public: PublicKey,
    private: Secret,
    tag: Option<Tag>,
}

impl Sealed {
    pub(super) fn parse(armor: &Armor) -> Result<Self, Error> {
        let mut reader =
            Reader::new(armor.bytes().strip_prefix(MAGIC).ok_or(Error::damaged(Part::Container))?);
        let cipher = reader.string()?;
        let (kdf, options, count) = (reader.string()?, reader.string()?, reader.u32()?);
        let (public, private) = (reader.string()?, reader.string()?);
        let known = std::str::from_utf8(cipher).ok().and_then(|name| name.parse().ok());
        let cipher: Cipher = known.ok_or_else(|| Error::cipher(Name::from_file(cipher)))?;
        let kdf = match kdf {
            b"none" if cipher.is_none() => None,
            b"bcrypt" => {
                let mut options = Reader::new(options);
                Some((options.string()?.to_vec(), options.u32()?))
            }
            b"none" => return Err(Error::damaged(Part::Encryption)),
            other => return Err(Error::kdf(Name::from_file(other))),
        };
        let tag = reader.rest();
        let whole = private.len() % cipher.block() == 0 && tag.len() == cipher.tag_bytes();
        if count > 1 {
            let name = Name::known("more than one key in one container");
            return Err(Unsupported { what: Feature::Version, name }.into());
        }
        if count != 1 || !whole {
            return Err(Error::damaged(Part::Container));
        }
        let public = public_key(public)?;
        Ok(Self { cipher, kdf, public, private: Secret::new(private.to_vec()), tag: Tag::try_from(tag).ok() })
    }

    pub(super) fn protection(&self) -> Option<Protection> {
        let (_, rounds) = self.kdf.as_ref()?;
        let cipher = self.cipher.0.as_str().to_owned();
        Some(Protection { cipher, kdf: Kdf::Bcrypt, rounds: Some(u64::from(*rounds)) })
    }

    pub(super) fn public(&self) -> &PublicKey {
        &self.public
    }

    pub(super) fn open(&self, passphrase: &Passphrase) -> Result<PrivateKey, Error> {
        let key = read_private(&self.plain(passphrase)?)?;
        if *key.public() == self.public { Ok(key) } else { Err(Error::Mismatch(Mismatch)) }
    }

    /// What in the private part keeps OpenSSH from using a key that is read here.
    pub(super) fn obstacle(&self, passphrase: &Passphrase) -> Option<Obstacle> {
        obstacle::of_fields(self.plain(passphrase).ok()?.get(8..)?).ok()?
    }

    /// The private part in the clear.
    fn plain(&self, passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, Error> {
        match &self.kdf {
            None => Ok(Zeroizing::new(self.private.expose().to_vec())),
            Some((salt, rounds)) => self.decrypt(passphrase, salt, *rounds),
        }
    }

    fn decrypt(
        &self,
        passphrase: &Passphrase,
        salt: &[u8],
        rounds: u32,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        if rounds == 0 || salt.is_empty() {
            return Err(Error::damaged(Part::Encryption));
        }
        OverLimit::check(Limit::BcryptRounds, rounds.into(), Rounds::MAX.into())?;
        let mut private = Zeroizing::new(self.private.expose().to_vec());
        with_keys(self.cipher, passphrase, salt, rounds, |keys| {
            self.cipher.decrypt(keys, &mut private, self.tag)
        })?;
        let mut checks = Reader::new(&private);
        let (Ok(one), Ok(other)) = (checks.u32(), checks.u32()) else {
            return Err(Error::damaged(Part::PrivateKey));
        };
        if one != other {
            return Err(Error::WrongPassphrase);
        }
        Ok(private)
    }
}

/// The private fields, and what follows them. Surplus zeros do not matter, as OpenSSH reads numbers.
fn take_pair(fields: &[u8]) -> Result<(Pair, &[u8]), Error> {
    let mut reader = Reader::new(fields);
    let name = reader.string()?;
    let pair: Pair = match PublicKey::algorithm_of(name) {
        Some(Algorithm::Ecdsa(curve)) => ecdsa(curve, &mut reader)?,
        Some(Algorithm::Mldsa44Ed25519) => {
            let (public, seeds) = (reader.string()?, reader.string()?);
            let seeds = Seeds::from_slice(seeds).ok_or(Error::damaged(Part::PrivateKey))?;
            if public != seeds.public() {
                return Err(Error::Mismatch(Mismatch));
            }
            Pair::Composite(seeds)
        }
        Some(Algorithm::Rsa) => {
            let (n, e, d) = (reader.string()?, reader.string()?, reader.string()?);
            let (_coefficient, p, q) = (reader.string()?, reader.string()?, reader.string()?);
            rsa_pair(&RsaNumbers { n, e, d, p, q })?.into()
        }
        Some(Algorithm::Ed25519) => {
            let (public, private) = (reader.string()?, reader.string()?);
            // What follows the seed is the public key again, which OpenSSH does not compare and some programs leave out.
            let seed = private.split_first_chunk::<32>().filter(|(_, again)| [0, 32].contains(&again.len()));
            let (seed, _) = seed.ok_or(Error::Mismatch(Mismatch))?;
            let pair = Ed25519Keypair::from_seed(seed);
            if public != pair.public.as_ref() {
                return Err(Error::Mismatch(Mismatch));
            }
            pair.into()
        }
        Some(_) => {
            let mut rest = fields;
            let pair = KeypairData::decode(&mut rest).map_err(|_| Error::damaged(Part::PrivateKey))?;
            return Ok((pair.into(), rest));
        }
        None => return Err(Error::key_type(Name::from_file(name))),
    };
    Ok((pair, reader.rest()))
}

fn ecdsa(curve: Curve, reader: &mut Reader<'_>) -> Result<Pair, Error> {
    let (name, point, scalar) = (reader.string()?, reader.string()?, reader.string()?);
    let pair = ecdsa_pair(curve, scalar).ok_or(Error::damaged(Part::PrivateKey))?;
    if name != curve.wire_name().as_bytes() || point != pair.public_key_bytes() {
        return Err(Error::Mismatch(Mismatch));
    }
    Ok(pair.into())
}

/// The public key of the container. A type that rkeygen does not know is no damage.
fn public_key(blob: &[u8]) -> Result<PublicKey, Error> {
    PublicKey::from_blob(blob).map_err(|_| match Reader::new(blob).string() {
        Ok(name) if PublicKey::algorithm_of(name).is_none() => Error::key_type(Name::from_file(name)),
        _ => Error::damaged(Part::PublicKey),
    })
}

fn read_private(part: &[u8]) -> Result<PrivateKey, Error> {
    let mut checks = Reader::new(part);
    if checks.u32()? != checks.u32()? {
        return Err(Error::damaged(Part::CheckNumbers));
    }
    let (pair, rest) = take_pair(checks.rest())?;
    let mut reader = Reader::new(rest);
    let comment = Comment::from_file(reader.string()?);
    let padding = reader.rest();
    if !padding.iter().copied().eq((1u8..).take(padding.len())) {
        return Err(Error::damaged(Part::Padding));
    }
    PrivateKey::new(pair, comment).map_err(|_| Error::damaged(Part::PrivateKey))
}
