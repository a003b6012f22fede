//! Signatures over files (OpenSSH PROTOCOL.sshsig).

mod sha512;

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::str::FromStr;

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};
use thiserror::Error;

use sha512::Sha512;

use crate::certificate::KeyOrCertificate;
use crate::signature::{self, Scheme, Signature};
use crate::wire::{Reader, Truncated, from_base64, put_string, put_u32};

/// A hash that messages are signed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MessageHash {
    /// SHA-256.
    Sha256,
    /// SHA-512: the default.
    #[default]
    Sha512,
}

/// The hash is none that messages are signed by.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("unsupported hash algorithm \"{0}\": signature algorithm not supported")]
pub struct UnknownMessageHash(String);

impl FromStr for MessageHash {
    type Err = UnknownMessageHash;

    fn from_str(name: &str) -> Result<Self, UnknownMessageHash> {
        [Self::Sha256, Self::Sha512]
            .into_iter()
            .find(|hash| hash.name() == name)
            .ok_or_else(|| UnknownMessageHash(name.to_owned()))
    }
}

impl MessageHash {
    /// The name in signatures.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// Hashes a message of any length.
    ///
    /// # Errors
    /// Those of reading it.
    pub fn of(self, message: impl Read) -> io::Result<Hashed> {
        let digest = match self {
            Self::Sha256 => {
                let mut state = Sha256::new();
                each_piece(message, |bytes| state.update(bytes))?;
                state.finalize().to_vec()
            }
            Self::Sha512 => {
                let mut state = Sha512::new();
                each_piece(message, |bytes| state.update(bytes))?;
                state.finalize().to_vec()
            }
        };
        Ok(Hashed { hash: self, digest })
    }

    /// What a key of some type signs with; RSA takes the hash of the message for its own.
    #[must_use]
    pub fn scheme(self, key: &KeyOrCertificate) -> Option<Scheme> {
        match (Scheme::of_key(key.key().algorithm())?, self) {
            (Scheme::RsaSha512, Self::Sha256) => Some(Scheme::RsaSha256),
            (scheme, _) => Some(scheme),
        }
    }
}

/// The size of a piece in bytes: it stays in the nearest caches between the system's copy and the hash.
const PIECE: usize = 1 << 16;

fn each_piece(message: impl Read, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut message = BufReader::with_capacity(PIECE, message);
    loop {
        let bytes = match message.fill_buf() {
            Ok([]) => return Ok(()),
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        take(bytes);
        let length = bytes.len();
        message.consume(length);
    }
}

/// The hash of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hashed {
    hash: MessageHash,
    digest: Vec<u8>,
}

impl Hashed {
    /// What is signed in the message's stead.
    #[must_use]
    pub fn to_be_signed(&self, namespace: &[u8]) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        put_string(&mut out, namespace);
        put_string(&mut out, b"");
        put_string(&mut out, self.hash.name().as_bytes());
        put_string(&mut out, &self.digest);
        out
    }
}

/// Why there is no signature, or why it does not hold.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// It does not start as signature files do.
    #[error("Couldn't parse signature: missing header")]
    NoHeader,
    /// It does not end as signature files do.
    #[error("Couldn't parse signature: missing footer")]
    NoFooter,
    /// What stands between is no signature.
    #[error("Couldn't parse signature: invalid format")]
    Invalid,
    /// It is of a version that is not known.
    #[error("Couldn't verify signature: invalid version {0}")]
    Version(u32),
    /// It was made for another purpose.
    #[error("Couldn't verify signature: namespace does not match")]
    Namespace,
    /// RSA with SHA-1, or an unknown hash.
    #[error("Couldn't verify signature: signature algorithm not supported")]
    Unsupported,
    /// The key did not make it, or not over this message.
    #[error("Signature verification failed")]
    Signature(#[from] signature::Error),
}

impl From<Truncated> for Error {
    fn from(_: Truncated) -> Self {
        Self::Invalid
    }
}

/// A signature over a file, with the key that made it and what for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSignature {
    key: KeyOrCertificate,
    namespace: Vec<u8>,
    hash: MessageHash,
    signature: Signature,
}

impl FileSignature {
    /// Puts a signature together. `signature` is the key's over [`Hashed::to_be_signed`].
    ///
    /// # Errors
    /// [`Error::Signature`] when it is not.
    pub fn new(
        key: KeyOrCertificate,
        namespace: &[u8],
        message: &Hashed,
        signature: Signature,
    ) -> Result<Self, Error> {
        let it = Self { key, namespace: namespace.to_vec(), hash: message.hash, signature };
        it.verify(message, &it.namespace)?;
        Ok(it)
    }

    /// Reads a signature file. Text after it does not matter.
    ///
    /// # Errors
    /// [`enum@Error`].
    pub fn from_armor(file: &[u8]) -> Result<Self, Error> {
        Self::from_bytes(&unarmored(file)?)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (key, mut reader) = read_key(bytes)?;
        let (namespace, _reserved) = (reader.cstring()?, reader.string()?);
        let hash = std::str::from_utf8(reader.cstring()?).map_err(|_| Error::Unsupported)?;
        let hash = hash.parse().map_err(|_| Error::Unsupported)?;
        let signature = Signature::from_blob(reader.string()?)?;
        if !reader.rest().is_empty() {
            return Err(Error::Invalid);
        }
        Ok(Self { key, namespace: namespace.to_vec(), hash, signature })
    }

    /// The signature file.
    #[must_use]
    pub fn to_armor(&self) -> String {
        let mut bytes = MAGIC.to_vec();
        put_u32(&mut bytes, VERSION);
        put_string(&mut bytes, self.key.blob());
        put_string(&mut bytes, &self.namespace);
        put_string(&mut bytes, b"");
        put_string(&mut bytes, self.hash.name().as_bytes());
        put_string(&mut bytes, self.signature.blob());
        let base64 = Base64::encode_string(&bytes);
        let mut text = format!("{HEADER}\n");
        for line in base64.as_bytes().chunks(WIDTH) {
            text.push_str(&String::from_utf8_lossy(line));
            text.push('\n');
        }
        text + FOOTER + "\n"
    }

    /// Whether the key made it over the message, for that purpose.
    ///
    /// # Errors
    /// [`enum@Error`] when it did not.
    pub fn verify(&self, message: &Hashed, namespace: &[u8]) -> Result<(), Error> {
        if self.namespace != namespace {
            return Err(Error::Namespace);
        }
        if self.signature.scheme() == Scheme::RsaSha1 || self.hash != message.hash {
            return Err(Error::Unsupported);
        }
        Ok(self.signature.verify(self.key.key(), &message.to_be_signed(namespace))?)
    }

    /// The key or certificate that made it.
    #[must_use]
    pub fn key(&self) -> &KeyOrCertificate {
        &self.key
    }

    /// The hash that the message is to be read by.
    #[must_use]
    pub fn hash(&self) -> MessageHash {
        self.hash
    }
}

/// The key that a signature file says made it, which nothing proves: only [`FileSignature::verify`] does.
///
/// # Errors
/// [`enum@Error`] when the file has no key; what follows the key is not read.
pub fn signer(file: &[u8]) -> Result<KeyOrCertificate, Error> {
    Ok(read_key(&unarmored(file)?)?.0)
}

/// Reads the start of a signature, up to its key.
fn read_key(bytes: &[u8]) -> Result<(KeyOrCertificate, Reader<'_>), Error> {
    let mut reader = Reader::new(bytes);
    if reader.take(MAGIC.len())? != MAGIC {
        return Err(Error::Invalid);
    }
    let version = reader.u32()?;
    if version > VERSION {
        return Err(Error::Version(version));
    }
    let key = KeyOrCertificate::from_blob(reader.string()?).map_err(|_| Error::Invalid)?;
    if key.is_obsolete() { Err(Error::Invalid) } else { Ok((key, reader)) }
}

/// The bytes of a signature file: header and footer are lines of their own.
fn unarmored(file: &[u8]) -> Result<Vec<u8>, Error> {
    let body = file.strip_prefix(HEADER.as_bytes()).ok_or(Error::NoHeader)?;
    let body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n")).ok_or(Error::NoHeader)?;
    let footer = [b"\n", FOOTER.as_bytes()].concat();
    let body = &body[..memchr::memmem::find(body, &footer).ok_or(Error::NoFooter)?];
    // OpenSSH takes one NUL byte for the end of the text.
    from_base64(body.strip_suffix(b"\0").unwrap_or(body)).ok_or(Error::Invalid)
}

impl fmt::Display for MessageHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const MAGIC: &[u8] = b"SSHSIG";
const VERSION: u32 = 1;
const HEADER: &str = "-----BEGIN SSH SIGNATURE-----";
const FOOTER: &str = "-----END SSH SIGNATURE-----";
/// Characters of base64 in a line.
const WIDTH: usize = 70;

#[cfg(test)]
mod tests;
