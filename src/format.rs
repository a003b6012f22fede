//! Keys as files: the containers that ssh-keygen, OpenSSL and PuTTY read and write.

mod armor;
mod asn1;
mod bcrypt_pbkdf;
mod ber;
mod damage;
mod ec;
mod error;
mod fields;
pub mod fips;
mod may_be_private;

mod loading;
mod openssh;
mod other;
mod pbes;
mod pem;
mod pkcs8;
mod ppk;
mod protection;
mod recover;
mod rewrite;
pub mod rfc4716;
pub mod spki;

use rand_core::CryptoRng;

use crate::key::{Algorithm, PrivateKey, PublicKey};
use crate::secret::{Passphrase, Secret};

pub use damage::Damage;
pub use error::{Error, Feature, Limit, Name, OverLimit, Part, Unsupported};
pub use loading::{Obstacle, obstacle, obstacle_of_key};
pub use may_be_private::{LONGEST_MARK, is_marked, may_be_private};
pub use openssh::{Cipher, Rounds, UnknownCipher};
pub use other::Other;
pub use pkcs8::Pbes2;
pub use ppk::{Argon2Cost, Ppk};
pub use protection::{Kdf, Protection};
pub use recover::{Recovered, recover};
pub use rewrite::Rewrite;

/// How a private key is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// `BEGIN OPENSSH PRIVATE KEY` (OpenSSH PROTOCOL.key): every type, with the comment.
    OpenSsh {
        /// What encrypts it when there is a passphrase.
        cipher: Cipher,
        /// How much work a guess at the passphrase costs.
        rounds: Rounds,
    },
    /// `BEGIN PRIVATE KEY` or `BEGIN ENCRYPTED PRIVATE KEY` (RFC 5958): no comment.
    Pkcs8(Pbes2),
    /// `BEGIN RSA PRIVATE KEY` or `BEGIN EC PRIVATE KEY` (RFC 8017, RFC 5915), encrypted as
    /// OpenSSL did before PKCS8 (RFC 1421): no comment, no Ed25519.
    Pem,
    /// PuTTY's own format, with the comment.
    Ppk(Ppk),
}

impl Layout {
    /// The fewest bytes that PEM and PKCS8 take as a passphrase.
    const MIN_PASSPHRASE: usize = 5;

    /// The container that it writes.
    #[must_use]
    pub fn container(&self) -> Container {
        match self {
            Self::OpenSsh { .. } => Container::OpenSsh,
            Self::Pkcs8(_) => Container::Pkcs8,
            Self::Pem => Container::Pem,
            Self::Ppk(_) => Container::Ppk,
        }
    }

    /// Whether the key and the passphrase can be written like this; writing cannot fail then.
    ///
    /// # Errors
    /// [`Error::TypeNotSupported`] or [`Error::ShortPassphrase`].
    pub fn accepts(&self, algorithm: Algorithm, passphrase: &Passphrase) -> Result<(), Error> {
        let writable = match (self, algorithm) {
            (Self::OpenSsh { .. }, _) => true,
            (Self::Ppk(_), Algorithm::Ed25519 | Algorithm::Dsa) => true,
            (Self::Pkcs8(_), Algorithm::Ed25519) => true,
            (Self::Pkcs8(_) | Self::Pem | Self::Ppk(_), Algorithm::Rsa | Algorithm::Ecdsa(_)) => true,
            (Self::Pkcs8(_) | Self::Pem | Self::Ppk(_), _) => false,
        };
        if !writable {
            return Err(Error::TypeNotSupported);
        }
        let length = passphrase.expose().len();
        if matches!(self, Self::Pkcs8(_) | Self::Pem) && (1..Self::MIN_PASSPHRASE).contains(&length) {
            return Err(Error::ShortPassphrase);
        }
        Ok(())
    }

    /// The layout that ssh-keygen writes keys of this type in when asked for this one: types that only OpenSSH's
    /// own format can hold ignore `-m` and get `own`, which is that format.
    #[must_use]
    pub fn for_type(self, algorithm: Algorithm, own: Self) -> Self {
        match self {
            Self::Pkcs8(Pbes2::AsSshKeygen) | Self::Pem if algorithm.needs_openssh_format() => own,
            other => other,
        }
    }

    /// Writes the key as a file. An empty passphrase means "no encryption".
    ///
    /// # Errors
    /// As [`Layout::accepts`].
    pub fn seal(
        &self,
        key: &PrivateKey,
        passphrase: &Passphrase,
        rng: &mut impl CryptoRng,
    ) -> Result<Secret, Error> {
        self.accepts(key.public().algorithm(), passphrase)?;
        match self {
            Self::OpenSsh { cipher, rounds } => openssh::seal(key, passphrase, *cipher, *rounds, rng),
            Self::Pkcs8(scheme) => pkcs8::seal(key, passphrase, *scheme, rng),
            Self::Pem => pem::seal(key, passphrase, rng),
            Self::Ppk(version) => ppk::seal(key, passphrase, *version, rng),
        }
    }
}

/// The container that a private key file is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// `BEGIN OPENSSH PRIVATE KEY`.
    OpenSsh,
    /// `BEGIN PRIVATE KEY`, `BEGIN ENCRYPTED PRIVATE KEY`.
    Pkcs8,
    /// `BEGIN RSA PRIVATE KEY`, `BEGIN EC PRIVATE KEY`, `BEGIN DSA PRIVATE KEY`.
    Pem,
    /// PuTTY's `PuTTY-User-Key-File-2` and `-3`.
    Ppk,
}

impl Container {
    /// The name that people use: `OpenSSH`, `PKCS8`, `PEM`, `PPK`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenSsh => "OpenSSH",
            Self::Pkcs8 => "PKCS8",
            Self::Pem => "PEM",
            Self::Ppk => "PPK",
        }
    }

    /// Whether a comment can stand in it.
    #[must_use]
    pub fn holds_comment(self) -> bool {
        matches!(self, Self::OpenSsh | Self::Ppk)
    }
}

/// A private key file, taken apart but not opened.
#[derive(Debug)]
pub enum KeyFile {
    /// OpenSSH's own container.
    OpenSsh(openssh::Sealed),
    /// PKCS#8.
    Pkcs8(pkcs8::Sealed),
    /// Traditional PEM.
    Pem(pem::Sealed),
    /// PuTTY's.
    Ppk(ppk::Sealed),
}

impl KeyFile {
    /// Whether a file that starts like this is meant to be a private key.
    #[must_use]
    pub fn is_meant(start: &[u8]) -> bool {
        let first_line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
        first_line.windows(11).any(|window| window == b"PRIVATE KEY") || ppk::Sealed::is_meant(start)
    }

    /// Takes a file of any format apart. Line endings, a BOM, white space around the
    /// lines and text around the key do not matter.
    ///
    /// # Errors
    /// [`enum@Error`]; [`Error::Damaged`] says what is wrong with a file that nearly is a key.
    pub fn parse(file: &[u8]) -> Result<Self, Error> {
        if ppk::Sealed::is_meant(file) {
            return ppk::Sealed::parse(file).map(Self::Ppk);
        }
        Self::parse_armor(file).map_err(|error| match error {
            Error::NotThisFormat(_) | Error::Damaged(_) => damage::refined(error, file),
            error => error,
        })
    }

    /// Takes an armored file apart.
    fn parse_armor(file: &[u8]) -> Result<Self, Error> {
        let armor = armor::Armor::parse(file)?;
        match armor.label() {
            openssh::LABEL => openssh::Sealed::parse(&armor).map(Self::OpenSsh),
            label if is_der_label(label) => Self::of_der(&armor),
            _ => Err(Error::NotThisFormat(Other::Unknown)),
        }
    }

    /// Whether a number lacks its leading zero, so that OpenSSH refuses the key.
    #[must_use]
    pub fn has_negative_number(&self, passphrase: &Passphrase) -> bool {
        matches!(self, Self::OpenSsh(sealed) if sealed.has_negative_number(passphrase))
    }

    /// A key in DER: what the bytes hold decides, as far as they are not encrypted.
    fn of_der(armor: &armor::Armor) -> Result<Self, Error> {
        let der = armor.bytes();
        if let Some(info) = armor.header("DEK-Info") {
            return pem::Sealed::encrypted(info, der).map(Self::Pem);
        }
        if armor.label() == pkcs8::ENCRYPTED_LABEL || pkcs8::is_encrypted(der) {
            return pkcs8::Sealed::encrypted(der).map(Self::Pkcs8);
        }
        match fields::algorithm(der) {
            Some(_) => Ok(Self::Pkcs8(pkcs8::Sealed::in_the_clear(der))),
            None => Ok(Self::Pem(pem::Sealed::in_the_clear(der))),
        }
    }

    /// The container.
    #[must_use]
    pub fn container(&self) -> Container {
        match self {
            Self::OpenSsh(_) => Container::OpenSsh,
            Self::Pkcs8(_) => Container::Pkcs8,
            Self::Pem(_) => Container::Pem,
            Self::Ppk(_) => Container::Ppk,
        }
    }

    /// How it is encrypted; `None` when it is in the clear.
    #[must_use]
    pub fn protection(&self) -> Option<Protection> {
        match self {
            Self::OpenSsh(sealed) => sealed.protection(),
            Self::Pkcs8(sealed) => sealed.protection(),
            Self::Pem(sealed) => sealed.protection(),
            Self::Ppk(sealed) => sealed.protection(),
        }
    }

    /// The public key, where the file tells it without being opened.
    #[must_use]
    pub fn public(&self) -> Option<&PublicKey> {
        match self {
            Self::OpenSsh(sealed) => Some(sealed.public()),
            Self::Ppk(sealed) => Some(sealed.public()),
            Self::Pkcs8(_) | Self::Pem(_) => None,
        }
    }

    /// Opens the file. The passphrase does not matter for one in the clear; an empty one opens no
    /// other.
    ///
    /// # Errors
    /// [`Error::NeedsPassphrase`], [`Error::WrongPassphrase`], [`Error::Mismatch`] and others.
    pub fn open(&self, passphrase: &Passphrase) -> Result<PrivateKey, Error> {
        if self.protection().is_some() && passphrase.is_empty() {
            return Err(Error::NeedsPassphrase);
        }
        let key = match self {
            Self::OpenSsh(sealed) => sealed.open(passphrase)?,
            Self::Pkcs8(sealed) => sealed.open(passphrase)?,
            Self::Pem(sealed) => sealed.open(passphrase)?,
            Self::Ppk(sealed) => sealed.open(passphrase)?,
        };
        key.check_halves()?;
        Ok(key)
    }
}

/// Whether a PEM label is that of a private key in DER.
fn is_der_label(label: &str) -> bool {
    let kinds = ["", "ENCRYPTED ", "RSA ", "EC ", "DSA ", "ANY "];
    label.strip_suffix("PRIVATE KEY").is_some_and(|kind| kinds.contains(&kind))
}

#[cfg(test)]
mod tests;
