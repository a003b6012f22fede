//! Encryption of PKCS#8 keys: PBES2 with PBKDF2 or scrypt (RFC 8018, RFC 7914), and the PBES1 schemes of PKCS#12 with
//! 3DES (RFC 7292 appendix C). What OpenSSL reads besides, and what is no longer read by anyone, is named.

use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

use super::ber::{Elements, OCTET_STRING, SEQUENCE};
use super::block::BlockCipher;
use super::{Error, Kdf, Limit, Name, Obstacle, OverLimit, Part, Protection, asn1};
use crate::secret::{Passphrase, Secret};

mod cipher;
mod hash;
mod names;

use cipher::{Cipher, gcm};
use hash::Hash;
use names::{OTHER_KDFS, OTHERS};

/// The most iterations, and the most scrypt memory in KiB and parallelism, that a file may ask for.
const MAX_ITERATIONS: u64 = 50_000_000;
const MAX_SCRYPT_KIB: u64 = 64 << 10;
/// What OpenSSL takes for scrypt by default.
const OPENSSL_SCRYPT_BYTES: u64 = 32 << 20;
const MAX_SCRYPT_LANES: u64 = 16;

const PBES2: &str = "1.2.840.113549.1.5.13";
const PBKDF2: &str = "1.2.840.113549.1.5.12";
const SCRYPT: &str = "1.3.6.1.4.1.11591.4.11";
const PKCS12_3DES: &str = "1.2.840.113549.1.12.1.3";
const PKCS12_3DES_TWO_KEYS: &str = "1.2.840.113549.1.12.1.4";

/// How a PKCS#8 key is encrypted.
#[derive(Debug, Clone)]
pub(super) struct Scheme {
    kdf: Derivation,
    cipher: Cipher,
    /// Empty where the key derivation yields it.
    iv: Vec<u8>,
}

#[derive(Debug, Clone)]
enum Derivation {
    Pbkdf2 { hash: Hash, salt: Vec<u8>, iterations: u32 },
    Scrypt { salt: Vec<u8>, log_n: u8, r: u32, p: u32 },
    Pkcs12 { salt: Vec<u8>, iterations: u32, two_keys: TwoKeys },
}

/// Whether 3DES has two keys, of which the first comes again as the third.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TwoKeys {
    Yes,
    No,
}

const MALFORMED: Error = Error::damaged(Part::Encryption);

/// The scheme of an AlgorithmIdentifier, whose contents these are.
pub(super) fn scheme(mut algorithm: Elements<'_>) -> Result<Scheme, Error> {
    let oid = algorithm.oid().map_err(|_| MALFORMED)?;
    match oid.to_string().as_str() {
        PBES2 => algorithm.sequence().map_err(|_| MALFORMED).and_then(pbes2),
        PKCS12_3DES => pkcs12(algorithm, TwoKeys::No),
        PKCS12_3DES_TWO_KEYS => pkcs12(algorithm, TwoKeys::Yes),
        _ => Err(Error::cipher(asn1::name_of(&OTHERS, oid))),
    }
}

fn pkcs12(mut algorithm: Elements<'_>, two_keys: TwoKeys) -> Result<Scheme, Error> {
    let mut fields = || {
        let mut parameters = algorithm.sequence()?;
        Ok::<_, super::ber::Malformed>((parameters.take(OCTET_STRING)?.to_vec(), parameters.small()?))
    };
    let (salt, iterations) = fields().map_err(|_| MALFORMED)?;
    let kdf = Derivation::Pkcs12 { salt, iterations: bounded(iterations)?, two_keys };
    Ok(Scheme { kdf, cipher: Cipher::Block(BlockCipher::TRIPLE_DES_CBC), iv: Vec::new() })
}

/// A number of iterations. None at all is damage.
fn bounded(iterations: u64) -> Result<u32, Error> {
    OverLimit::check(Limit::Iterations, iterations, MAX_ITERATIONS)?;
    u32::try_from(iterations).ok().filter(|iterations| *iterations > 0).ok_or(MALFORMED)
}

fn pbes2(mut parameters: Elements<'_>) -> Result<Scheme, Error> {
    let mut sequence = || parameters.sequence().map_err(|_| MALFORMED);
    let (kdf, cipher) = (sequence()?, sequence()?);
    let (cipher, iv) = pbes2_cipher(cipher)?;
    Ok(Scheme { kdf: pbes2_kdf(kdf, cipher.key_bytes())?, cipher, iv })
}

fn pbes2_cipher(mut algorithm: Elements<'_>) -> Result<(Cipher, Vec<u8>), Error> {
    let oid = algorithm.oid().map_err(|_| MALFORMED)?;
    let dotted = oid.to_string();
    let (cipher, iv_bytes) = match dotted.as_str() {
        "2.16.840.1.101.3.4.1.6" => (Cipher::Gcm(ssh_cipher::Cipher::Aes128Gcm), 12),
        "2.16.840.1.101.3.4.1.46" => (Cipher::Gcm(ssh_cipher::Cipher::Aes256Gcm), 12),
        dotted => match BlockCipher::of_oid(dotted) {
            Some(cipher) => (Cipher::Block(cipher), cipher.iv_bytes()),
            None => return Err(Error::cipher(asn1::name_of(&OTHERS, oid))),
        },
    };
    // GCM's parameters (RFC 5084): the nonce, and the length of the tag.
    if algorithm.tag() == Some(SEQUENCE) {
        algorithm = algorithm.sequence().map_err(|_| MALFORMED)?;
    }
    let iv = algorithm.take(OCTET_STRING).map_err(|_| MALFORMED)?;
    if matches!(cipher, Cipher::Gcm(_)) && algorithm.small() != Ok(16) {
        return Err(Error::cipher(Name::known("AES-GCM with a short tag")));
    }
    if iv.len() == iv_bytes { Ok((cipher, iv.to_vec())) } else { Err(MALFORMED) }
}

fn pbes2_kdf(mut algorithm: Elements<'_>, key_bytes: usize) -> Result<Derivation, Error> {
    let oid = algorithm.oid().map_err(|_| MALFORMED)?;
    let mut parameters = algorithm.sequence().map_err(|_| MALFORMED)?;
    let name = oid.to_string();
    if name != PBKDF2 && name != SCRYPT {
        return Err(Error::kdf(asn1::name_of(&OTHER_KDFS, oid)));
    }
    let salt = parameters.take(OCTET_STRING).map_err(|_| MALFORMED)?.to_vec();
    let mut number = || parameters.small().map_err(|_| MALFORMED);
    let kdf = if name == SCRYPT {
        let (n, r, p) = (number()?, number()?, number()?);
        bounded_scrypt(salt, n, r, p)?
    } else {
        let iterations = bounded(number()?)?;
        Derivation::Pbkdf2 { hash: Hash::Sha1, salt, iterations }
    };
    let key_length =
        if parameters.tag() == Some(2) { Some(parameters.small().map_err(|_| MALFORMED)?) } else { None };
    if key_length.is_some_and(|length| usize::try_from(length) != Ok(key_bytes)) {
        return Err(MALFORMED);
    }
    match kdf {
        Derivation::Pbkdf2 { salt, iterations, .. } if parameters.tag() == Some(SEQUENCE) => {
            let mut prf = parameters.sequence().map_err(|_| MALFORMED)?;
            let oid = prf.oid().map_err(|_| MALFORMED)?;
            let hash = Hash::ALL.into_iter().find(|(dotted, _)| oid.to_string() == *dotted);
            let (_, hash) = hash.ok_or_else(|| Error::kdf(asn1::name_of(&OTHER_KDFS, oid)))?;
            Ok(Derivation::Pbkdf2 { hash, salt, iterations })
        }
        kdf => Ok(kdf),
    }
}

/// scrypt works in 128 r (N + p) bytes, p times over.
fn bounded_scrypt(salt: Vec<u8>, n: u64, r: u64, p: u64) -> Result<Derivation, Error> {
    let kib = n.saturating_add(p).saturating_mul(r).saturating_mul(128).div_ceil(1024);
    OverLimit::check(Limit::ScryptParallelism, p, MAX_SCRYPT_LANES)?;
    OverLimit::check(Limit::ScryptMemory, kib, MAX_SCRYPT_KIB)?;
    if !n.is_power_of_two() || n < 2 || r == 0 || p == 0 {
        return Err(MALFORMED);
    }
    let small = |number: u64| u32::try_from(number).map_err(|_| MALFORMED);
    let log_n = u8::try_from(n.trailing_zeros()).map_err(|_| MALFORMED)?;
    Ok(Derivation::Scrypt { salt, log_n, r: small(r)?, p: small(p)? })
}

/// A cipher's key, and the initialization vector where the derivation yields it.
type Keys = (Zeroizing<Vec<u8>>, Zeroizing<Vec<u8>>);

impl Scheme {
    pub(super) fn protection(&self) -> Protection {
        let (kdf, rounds) = match &self.kdf {
            Derivation::Pbkdf2 { iterations, .. } => (Kdf::Pbkdf2, u64::from(*iterations)),
            Derivation::Scrypt { log_n, .. } => (Kdf::Scrypt, 1 << log_n),
            Derivation::Pkcs12 { iterations, .. } => (Kdf::Pkcs12, u64::from(*iterations)),
        };
        Protection { cipher: self.cipher.name(), kdf, rounds: Some(rounds) }
    }

    /// Whether it is what the FIPS-readable profile asks for.
    pub(super) fn is_fips_profile(&self) -> bool {
        let strong = matches!(self.kdf, Derivation::Pbkdf2 { hash: Hash::Sha256, iterations, .. } if iterations >= 600_000);
        strong && self.cipher == Cipher::Block(BlockCipher::AES_256_CBC)
    }

    /// What keeps OpenSSL from decrypting: a cipher that it does not have, or more memory than it takes for scrypt.
    pub(super) fn obstacle(&self) -> Option<Obstacle> {
        match (&self.cipher, &self.kdf) {
            (Cipher::Gcm(_), _) => Some(Obstacle::Cipher),
            (_, Derivation::Scrypt { log_n, r, p, .. }) => {
                let bytes = 128 * u64::from(*r) * ((1 << log_n) + 2 + u64::from(*p));
                (bytes > OPENSSL_SCRYPT_BYTES).then_some(Obstacle::Memory)
            }
            _ => None,
        }
    }

    /// The key in the clear. A wrong passphrase passes once in 256 times, and then gives bytes that make no sense.
    pub(super) fn decrypt(&self, passphrase: &Passphrase, encrypted: &[u8]) -> Result<Secret, Error> {
        let (key, derived_iv) = self.derive(passphrase)?;
        let iv = if self.iv.is_empty() { &derived_iv[..] } else { &self.iv };
        match self.cipher {
            Cipher::Block(cipher) if !cipher.fits(encrypted.len()) => Err(Error::damaged(Part::PrivateKey)),
            Cipher::Block(cipher) => cipher.decrypt(&key, iv, encrypted).ok_or(Error::WrongPassphrase),
            Cipher::Gcm(cipher) => gcm(cipher, &key, iv, encrypted),
        }
    }

    fn derive(&self, passphrase: &Passphrase) -> Result<Keys, Error> {
        let key_bytes = self.cipher.key_bytes();
        let mut key = Zeroizing::new(vec![0; key_bytes]);
        let mut iv = Zeroizing::new(Vec::new());
        match &self.kdf {
            Derivation::Pbkdf2 { hash, salt, iterations } => {
                hash.derive(passphrase, salt, *iterations, &mut key)
            }
            Derivation::Scrypt { salt, log_n, r, p } => {
                let params = scrypt::Params::new(*log_n, *r, *p).map_err(|_| MALFORMED)?;
                scrypt::scrypt(passphrase.expose(), salt, &params, &mut key).map_err(|_| MALFORMED)?;
            }
            Derivation::Pkcs12 { salt, iterations, two_keys } => {
                let length = if *two_keys == TwoKeys::Yes { 16 } else { 24 };
                key = pkcs12_derive(1, passphrase, salt, *iterations, length);
                let again = Zeroizing::new(key[..key_bytes - length].to_vec());
                key.extend_from_slice(&again);
                iv = pkcs12_derive(2, passphrase, salt, *iterations, 8);
            }
        }
        Ok((key, iv))
    }
}

/// SHA-1's block, in bytes.
const BLOCK: usize = 64;

/// The key derivation of PKCS#12 (RFC 7292 appendix B.2) with SHA-1. `purpose` is 1 for a key, 2 for an
/// initialization vector.
fn pkcs12_derive(
    purpose: u8,
    passphrase: &Passphrase,
    salt: &[u8],
    iterations: u32,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    let repeated = |bytes: &[u8]| -> Vec<u8> {
        bytes.iter().copied().cycle().take(bytes.len().div_ceil(BLOCK) * BLOCK).collect()
    };
    let mut input = Zeroizing::new(repeated(salt));
    input.extend_from_slice(&Zeroizing::new(repeated(&utf16(passphrase))));
    let mut out = Zeroizing::new(Vec::with_capacity(length + 20));
    loop {
        let mut digest = Sha1::new().chain_update([purpose; BLOCK]).chain_update(&*input).finalize();
        for _ in 1..iterations {
            digest = Sha1::digest(digest);
        }
        out.extend_from_slice(&digest);
        if out.len() >= length {
            out.truncate(length);
            return out;
        }
        // Each block of the input grows by the digest, repeated, and one.
        for block in input.chunks_mut(BLOCK) {
            let mut carry = 1;
            for (place, byte) in block.iter_mut().enumerate().rev() {
                let sum = u16::from(*byte) + u16::from(digest[place % 20]) + carry;
                [_, *byte] = sum.to_be_bytes();
                carry = sum >> 8;
            }
        }
    }
}

/// The passphrase in UTF-16 with two zero bytes at the end. OpenSSL takes bytes that are not UTF-8 as Latin-1.
fn utf16(passphrase: &Passphrase) -> Zeroizing<Vec<u8>> {
    let bytes = passphrase.expose();
    let mut units = Zeroizing::new(Vec::with_capacity(2 * bytes.len() + 2));
    let mut push = |unit: u16| units.extend_from_slice(&unit.to_be_bytes());
    match std::str::from_utf8(bytes) {
        Ok(text) => text.encode_utf16().for_each(&mut push),
        Err(_) => bytes.iter().for_each(|&byte| push(byte.into())),
    }
    push(0);
    units
}
