//! The forms in which private keys are written.

use rand_core::CryptoRng;

use super::{Cipher, Container, Error, Pbes2, Ppk, Rounds, age, jwk, openssh, pem, pkcs8, ppk};
use crate::key::{Algorithm, PrivateKey};
use crate::secret::{Passphrase, Secret};

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
    /// DER without the text around it, for other programs: ssh does not read it. No comment.
    Der(Der),
    /// A JSON Web Key (RFC 7517), with the comment: in the clear.
    Jwk,
    /// age's secret key of an Ed25519 key: in the clear, without the comment.
    Age,
}

/// A structure in DER.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Der {
    /// PrivateKeyInfo, or EncryptedPrivateKeyInfo if there is a passphrase (RFC 5958).
    Pkcs8(Pbes2),
    /// RSAPrivateKey (RFC 8017) or ECPrivateKey (RFC 5915): in the clear.
    Traditional,
}

impl Layout {
    /// The fewest bytes that PEM and PKCS8 take as a passphrase.
    const MIN_PASSPHRASE: usize = 5;

    /// The container that it writes.
    #[must_use]
    pub fn container(&self) -> Container {
        match self {
            Self::OpenSsh { .. } => Container::OpenSsh,
            Self::Pkcs8(_) | Self::Der(Der::Pkcs8(_)) => Container::Pkcs8,
            Self::Pem | Self::Der(Der::Traditional) => Container::Pem,
            Self::Ppk(_) => Container::Ppk,
            Self::Jwk => Container::Jwk,
            Self::Age => Container::Age,
        }
    }

    /// Whether clients in FIPS mode are to read it.
    #[must_use]
    pub fn is_fips(&self) -> bool {
        matches!(self, Self::Pkcs8(Pbes2::Fips) | Self::Der(Der::Pkcs8(Pbes2::Fips)))
    }

    /// Whether the key and the passphrase can be written like this; writing cannot fail then.
    ///
    /// # Errors
    /// [`Error::TypeNotSupported`], [`Error::NoEncryption`] or [`Error::ShortPassphrase`].
    pub fn accepts(&self, algorithm: Algorithm, passphrase: &Passphrase) -> Result<(), Error> {
        if !self.holds(algorithm) {
            return Err(Error::TypeNotSupported);
        }
        let length = passphrase.expose().len();
        match self {
            Self::Der(Der::Traditional) | Self::Jwk | Self::Age if length > 0 => Err(Error::NoEncryption),
            Self::Pkcs8(_) | Self::Pem | Self::Der(_) if (1..Self::MIN_PASSPHRASE).contains(&length) => {
                Err(Error::ShortPassphrase)
            }
            _ => Ok(()),
        }
    }

    /// Whether it has a form for keys of this type.
    fn holds(&self, algorithm: Algorithm) -> bool {
        match (self, algorithm) {
            (Self::OpenSsh { .. }, _) => true,
            (Self::Age, algorithm) => algorithm == Algorithm::Ed25519,
            (Self::Ppk(_), Algorithm::Dsa) => true,
            (Self::Pem | Self::Der(Der::Traditional), Algorithm::Ed25519) => false,
            (_, Algorithm::Ed25519 | Algorithm::Rsa | Algorithm::Ecdsa(_)) => true,
            _ => false,
        }
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
            Self::Der(Der::Pkcs8(scheme)) => pkcs8::seal_der(key, passphrase, *scheme, rng),
            Self::Der(Der::Traditional) => Ok(pem::encode_der(key)?.1),
            Self::Jwk => jwk::encode_private(key),
            Self::Age => age::encode_secret(key),
        }
    }
}
