//! Keys as files: the containers that ssh-keygen, OpenSSL and PuTTY read and write.

pub mod age;
mod armor;
mod asn1;
mod bcrypt_pbkdf;
mod ber;
mod block;
mod damage;
mod ec;
mod error;
mod fields;
pub mod fips;
mod foreign;
pub mod jwk;
mod layout;
mod loading;
mod may_be_private;
mod no_key;
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

use crate::key::{PrivateKey, PublicKey};
use crate::secret::Passphrase;

pub use damage::Damage;
pub use error::{Error, Feature, Limit, Name, OverLimit, Part, Unsupported};
pub use foreign::Foreign;
pub use layout::{Der, Layout};
pub use loading::{Obstacle, obstacle, obstacle_of_key};
pub use may_be_private::{LONGEST_MARK, is_marked, may_be_private};
pub use no_key::{NoKey, is_ssh1};
pub use openssh::{Cipher, Rounds, UnknownCipher};
pub use other::Other;
pub use pkcs8::Pbes2;
pub use ppk::{Argon2Cost, Ppk};
pub use protection::{Kdf, Protection};
pub use recover::public::{RecoveredPublic, recover_public};
pub use recover::{Recovered, recover};
pub use rewrite::Rewrite;

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
    /// A JSON Web Key, which only `convert` reads.
    Jwk,
    /// A secret key of age, which nothing here reads.
    Age,
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
            Self::Jwk => "JWK",
            Self::Age => "age",
        }
    }

    /// Whether a comment can stand in it.
    #[must_use]
    pub fn holds_comment(self) -> bool {
        matches!(self, Self::OpenSsh | Self::Ppk | Self::Jwk)
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
        Self::parse_strictly(file).map_err(|error| named(error, file, || recover(file)))
    }

    /// Takes a file apart, and finds every key in its text: what [`parse`](Self::parse) and [`recover()`] say, with one
    /// search.
    pub fn parse_and_recover(file: &[u8]) -> (Result<Self, Error>, Vec<Recovered>) {
        let found = recover(file);
        let parsed = Self::parse_strictly(file).map_err(|error| named(error, file, || &found));
        (parsed, found)
    }

    /// Takes a file apart, without a look for what happened to a damaged one.
    fn parse_strictly(file: &[u8]) -> Result<Self, Error> {
        if ppk::Sealed::is_meant(file) {
            return ppk::Sealed::parse(file).map(Self::Ppk);
        }
        let armor = armor::Armor::parse(file)?;
        match armor.label() {
            openssh::LABEL => openssh::Sealed::parse(&armor).map(Self::OpenSsh),
            label if is_der_label(label) || fields::is_other_label(label, armor.bytes()) => {
                Self::of_der_text(&armor)
            }
            _ => Err(Error::NotThisFormat(Other::Unknown)),
        }
    }

    /// What in the private part keeps ssh from using it, though it is read here.
    #[must_use]
    pub fn obstacle_inside(&self, passphrase: &Passphrase) -> Option<Obstacle> {
        match self {
            Self::OpenSsh(sealed) => sealed.obstacle(passphrase),
            _ => None,
        }
    }

    /// A key in DER inside PEM text.
    fn of_der_text(armor: &armor::Armor) -> Result<Self, Error> {
        let der = armor.bytes();
        if let Some(info) = armor.header("DEK-Info") {
            return pem::Sealed::encrypted(info, der).map(Self::Pem);
        }
        if armor.label() == pkcs8::ENCRYPTED_LABEL && fields::algorithm(der).is_none() {
            return pkcs8::Sealed::encrypted(der).map(Self::Pkcs8);
        }
        if openssh::is_container(der) {
            return Err(Error::Damaged(Damage::Label));
        }
        if pem::lost_headers(armor.label(), der) {
            return Err(Error::Damaged(Damage::NoHeaders));
        }
        Self::of_der(der)
    }

    /// A key in DER: what the bytes hold decides.
    fn of_der(der: &[u8]) -> Result<Self, Error> {
        if pkcs8::is_encrypted(der) {
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

/// The error, named after what happened to the file.
fn named<F: AsRef<[Recovered]>>(error: Error, file: &[u8], search: impl FnOnce() -> F) -> Error {
    match error {
        error if ppk::Sealed::is_meant(file) => {
            damage::cause(search().as_ref()).map_or(error, Error::Damaged)
        }
        Error::NotThisFormat(_) | Error::Damaged(_) => damage::refined(error, file, search().as_ref()),
        error => error,
    }
}

/// Whether a PEM label is that of a private key in DER.
fn is_der_label(label: &str) -> bool {
    let kinds = ["", "ENCRYPTED ", "RSA ", "EC ", "DSA ", "ANY "];
    label.strip_suffix("PRIVATE KEY").is_some_and(|kind| kinds.contains(&kind))
}

#[cfg(test)]
mod tests;
