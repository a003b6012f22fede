//! What protects the private key in an encrypted file.

/// How an encrypted file is protected, in the words of its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    /// `aes256-ctr`, `AES-128-CBC`.
    pub cipher: String,
    /// What derives the key.
    pub kdf: Kdf,
    /// The work factor in the KDF's own unit: rounds, iterations, passes.
    pub rounds: Option<u64>,
}

/// What derives a cipher's key from a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kdf {
    /// bcrypt_pbkdf, of OpenSSH's format.
    Bcrypt,
    /// PBKDF2 (RFC 8018).
    Pbkdf2,
    /// scrypt (RFC 7914).
    Scrypt,
    /// That of PKCS#12 (RFC 7292 appendix B), of PBES1 schemes.
    Pkcs12,
    /// One MD5, of traditional PEM: guesses are cheap.
    Md5,
    /// One SHA-1, of PuTTY's version 2: guesses are cheap.
    Sha1,
    /// Argon2d (RFC 9106).
    Argon2d,
    /// Argon2i.
    Argon2i,
    /// Argon2id.
    Argon2id,
}

impl Kdf {
    /// Its name, as `doctor` shows it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bcrypt => "bcrypt",
            Self::Pbkdf2 => "PBKDF2",
            Self::Scrypt => "scrypt",
            Self::Pkcs12 => "PKCS#12",
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Argon2d => "Argon2d",
            Self::Argon2i => "Argon2i",
            Self::Argon2id => "Argon2id",
        }
    }
}
