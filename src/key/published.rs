//! What a line of a `.pub`, authorized_keys or known_hosts file holds: a key or a certificate.

use std::borrow::Cow;

use base64ct::{Base64, Encoding};

use super::public::{file, line};
use super::{Algorithm, Comment, Fingerprint, HashAlgorithm, InvalidKey, PublicKey};
use crate::certificate::Certificate;
use crate::wire::Reader;

/// A public key, or a certificate over one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// A key.
    Key(PublicKey),
    /// A certificate.
    Certificate(Certificate),
}

impl Published {
    /// Reads the two words of a key in a line: its wire name and its base64.
    ///
    /// # Errors
    /// [`InvalidKey`] when the name is unknown, or is not that of the blob.
    pub fn from_words(name: &[u8], base64: &[u8]) -> Result<Self, InvalidKey> {
        let decode = || {
            let base64 = std::str::from_utf8(base64).map_err(|_| InvalidKey)?;
            Base64::decode_vec(base64).map_err(|_| InvalidKey)
        };
        if let Some(algorithm) = PublicKey::algorithm_of(name) {
            let key = PublicKey::from_blob(&decode()?)?;
            return if key.algorithm() == algorithm { Ok(Self::Key(key)) } else { Err(InvalidKey) };
        }
        let algorithm = certified(name).ok_or(InvalidKey)?;
        let certificate = Certificate::from_blob(&decode()?)?;
        let same = certificate.subject().algorithm() == algorithm;
        if same { Ok(Self::Certificate(certificate)) } else { Err(InvalidKey) }
    }

    /// Reads the SSH encoding of a key or certificate.
    ///
    /// # Errors
    /// [`InvalidKey`].
    pub fn from_blob(blob: &[u8]) -> Result<Self, InvalidKey> {
        let name = Reader::new(blob).string()?;
        if certified(name).is_some() {
            return Ok(Self::Certificate(Certificate::from_blob(blob)?));
        }
        Ok(Self::Key(PublicKey::from_blob(blob)?))
    }

    /// The key itself; of a certificate, the key that it certifies.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        match self {
            Self::Key(key) => key,
            Self::Certificate(certificate) => certificate.subject(),
        }
    }

    /// The SSH encoding.
    #[must_use]
    pub fn blob(&self) -> &[u8] {
        match self {
            Self::Key(key) => key.blob(),
            Self::Certificate(certificate) => certificate.blob(),
        }
    }

    /// The name on the wire.
    #[must_use]
    pub fn wire_name(&self) -> &'static str {
        match self {
            Self::Key(key) => key.algorithm().wire_name(),
            Self::Certificate(certificate) => certificate.subject().algorithm().certificate_name(),
        }
    }

    /// The name in fingerprint lines: `ED25519`, `ED25519-CERT`.
    #[must_use]
    pub fn display_name(&self) -> Cow<'static, str> {
        let name = self.key().algorithm().display_name();
        match self {
            Self::Key(_) => name.into(),
            Self::Certificate(_) => format!("{name}-CERT").into(),
        }
    }

    /// The fingerprint of the key itself: ssh-keygen fingerprints a certificate by its key.
    #[must_use]
    pub fn fingerprint(&self, hash: HashAlgorithm) -> Fingerprint {
        self.key().fingerprint(hash)
    }

    /// The line of a `.pub` file, without a line end.
    #[must_use]
    pub fn to_line(&self, comment: &Comment) -> Vec<u8> {
        line(self.wire_name(), self.blob(), comment)
    }

    /// What a `.pub` file holds, as [`PublicKey::to_file`] has it.
    #[must_use]
    pub fn to_file(&self, comment: &Comment) -> Vec<u8> {
        file(self.to_line(comment), comment)
    }
}

/// The key type in certificates of that name; OpenSSH takes the names of an RSA key's signature algorithms too.
fn certified(name: &[u8]) -> Option<Algorithm> {
    match name {
        b"rsa-sha2-256-cert-v01@openssh.com" | b"rsa-sha2-512-cert-v01@openssh.com" => Some(Algorithm::Rsa),
        name => Algorithm::from_certificate_name(name),
    }
}
