//! What a line of a `.pub`, authorized_keys or known_hosts file holds: a key or a certificate.

use std::borrow::Cow;

use super::{Certificate, Error};
use crate::key::{
    Algorithm, Comment, Fingerprint, HashAlgorithm, InvalidKey, PublicKey, line, line_of_file, randomart,
};
use crate::wire::{Reader, from_base64};

/// A public key, or a certificate over one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOrCertificate {
    /// A key.
    Key(PublicKey),
    /// A certificate.
    Certificate(Certificate),
}

impl KeyOrCertificate {
    /// Reads the two words of a key in a line: its wire name and its base64.
    ///
    /// # Errors
    /// [`InvalidKey`] when the name is unknown, or is not that of the blob.
    pub fn from_words(name: &[u8], base64: &[u8]) -> Result<Self, InvalidKey> {
        Self::read(name, base64, Certificate::from_blob)
    }

    /// Whether the two words are those of a key or a certificate, whose signature is not checked: fast, and no proof.
    #[must_use]
    pub fn are_words(name: &[u8], base64: &[u8]) -> bool {
        Self::read(name, base64, Certificate::from_unchecked_blob).is_ok()
    }

    fn read(
        name: &[u8],
        base64: &[u8],
        certificate: impl FnOnce(&[u8]) -> Result<Certificate, Error>,
    ) -> Result<Self, InvalidKey> {
        let decode = || from_base64(base64).ok_or(InvalidKey);
        if let Some(algorithm) = PublicKey::algorithm_of(name) {
            let key = PublicKey::from_blob(&decode()?)?;
            return if key.algorithm() == algorithm { Ok(Self::Key(key)) } else { Err(InvalidKey) };
        }
        let algorithm = Algorithm::from_certificate_name(name).ok_or(InvalidKey)?;
        let certificate = certificate(&decode()?)?;
        let same = certificate.subject().algorithm() == algorithm;
        if same { Ok(Self::Certificate(certificate)) } else { Err(InvalidKey) }
    }

    /// Reads the base64 of a key or certificate, whatever the word before it says.
    ///
    /// # Errors
    /// [`InvalidKey`].
    pub fn of_base64(base64: &[u8]) -> Result<Self, InvalidKey> {
        Self::from_blob(&from_base64(base64).ok_or(InvalidKey)?)
    }

    /// Reads the SSH encoding of a key or certificate.
    ///
    /// # Errors
    /// [`InvalidKey`].
    pub fn from_blob(blob: &[u8]) -> Result<Self, InvalidKey> {
        let name = Reader::new(blob).cstring()?;
        if Algorithm::from_certificate_name(name).is_some() {
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

    /// Whether OpenSSH 10 still reads such keys; see [`PublicKey::is_obsolete`].
    #[must_use]
    pub fn is_obsolete(&self) -> bool {
        self.key().is_obsolete()
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

    /// The picture of a fingerprint of it.
    #[must_use]
    pub fn randomart(&self, fingerprint: &Fingerprint) -> String {
        randomart(&self.display_name(), self.key().bits(), fingerprint)
    }

    /// The line of a `.pub` file, without a line ending.
    #[must_use]
    pub fn to_line(&self, comment: &Comment) -> Vec<u8> {
        line(self.wire_name(), self.blob(), comment)
    }

    /// What a `.pub` file holds, as [`PublicKey::to_file`] has it.
    #[must_use]
    pub fn to_file(&self, comment: &Comment) -> Vec<u8> {
        line_of_file(self.to_line(comment), comment)
    }
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Encoding};

    use super::*;
    use crate::wire::put_string;

    fn rsa(name: &[u8], zeros: usize) -> String {
        let mut blob = Vec::new();
        put_string(&mut blob, name);
        put_string(&mut blob, &[&vec![0; zeros][..], &[1, 0, 1]].concat());
        put_string(&mut blob, &[&vec![0; zeros + 1][..], &[0xc5; 256]].concat());
        Base64::encode_string(&blob)
    }

    #[test]
    fn names_of_signature_algorithms_and_surplus_zeros_are_the_same_key() {
        let plain = KeyOrCertificate::from_words(b"ssh-rsa", rsa(b"ssh-rsa", 0).as_bytes()).expect("a key");
        for (word, name, zeros) in [
            (&b"rsa-sha2-512"[..], &b"ssh-rsa"[..], 0),
            (b"rsa-sha2-256", b"rsa-sha2-512", 0),
            (b"ssh-rsa", b"rsa-sha2-256", 3),
            (b"ssh-rsa", b"ssh-rsa", 1),
        ] {
            let same = KeyOrCertificate::from_words(word, rsa(name, zeros).as_bytes());
            assert_eq!(same.as_ref(), Ok(&plain), "{word:?} {name:?} {zeros}");
            assert_eq!(same.map(|key| key.wire_name()), Ok("ssh-rsa"));
        }
        // OpenSSH reads no number of more than 16384 bits, zeros included.
        assert!(KeyOrCertificate::from_words(b"ssh-rsa", rsa(b"ssh-rsa", 2000).as_bytes()).is_err());
        assert!(KeyOrCertificate::from_words(b"ssh-ed25519", rsa(b"ssh-rsa", 0).as_bytes()).is_err());
    }
}
