//! The PIN protocols 1 and 2 (CTAP 2.1, sections 6.5.6 and 6.5.7): what keeps the PIN from others on the wire.

use aes::Aes256;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use p256::elliptic_curve::sec1::ToSec1Point;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::cbor::Value::{self, Bytes, Int, Map};
use crate::secret::Passphrase;

/// A PIN protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    One,
    Two,
}

impl Protocol {
    /// The first known one of the token's list; the first protocol if there is no list.
    pub(super) fn choose(list: Option<&[Value]>) -> Self {
        let known =
            |value: &Value| [Self::One, Self::Two].into_iter().find(|it| value.as_int() == Some(it.number()));
        list.and_then(|list| list.iter().find_map(known)).unwrap_or(Self::One)
    }

    pub(super) fn number(self) -> i64 {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }
}

/// A secret shared with the token. Wiped when dropped.
pub(super) struct Shared {
    protocol: Protocol,
    encrypt: Zeroizing<[u8; 32]>,
}

impl Shared {
    /// Agrees on a secret with the token, whose public key is a COSE key. Gives ours for it; `None` if the token's is
    /// not a point of the curve.
    pub(super) fn agree(
        protocol: Protocol,
        theirs: &Value,
        rng: &mut impl CryptoRng,
    ) -> Option<(Self, Value)> {
        let coordinate =
            |number| theirs.at(number).and_then(Value::as_bytes).filter(|bytes| bytes.len() == 32);
        let point = [&[4], coordinate(-2)?, coordinate(-3)?].concat();
        let theirs = p256::PublicKey::from_sec1_bytes(&point).ok()?;
        let ours = random_key(rng);
        let secret = &*diffie_hellman(&ours, &theirs);
        let encrypt = match protocol {
            Protocol::One => Sha256::digest(secret).into(),
            Protocol::Two => hkdf(secret, b"CTAP2 AES key"),
        };
        let this = Self { protocol, encrypt: Zeroizing::new(encrypt) };
        Some((this, cose_key(&ours.public_key())))
    }

    /// Encrypts blocks of 16 bytes.
    pub(super) fn encrypt(&self, plain: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        let mut iv = [0; 16];
        if self.protocol == Protocol::Two {
            rng.fill_bytes(&mut iv);
        }
        let cipher = cbc::Encryptor::<Aes256>::new((&*self.encrypt).into(), (&iv).into());
        let sealed = cipher.encrypt_padded_vec::<NoPadding>(plain);
        if self.protocol == Protocol::Two { [&iv[..], &sealed].concat() } else { sealed }
    }

    /// Decrypts what the token encrypted; `None` if it is not of whole blocks.
    pub(super) fn decrypt(&self, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (iv, sealed) = match self.protocol {
            Protocol::One => (&[0; 16][..], sealed),
            Protocol::Two => sealed.split_at_checked(16)?,
        };
        let iv: [u8; 16] = iv.try_into().ok()?;
        let cipher = cbc::Decryptor::<Aes256>::new((&*self.encrypt).into(), (&iv).into());
        cipher.decrypt_padded_vec::<NoPadding>(sealed).ok().map(Zeroizing::new)
    }

    /// What the token knows the PIN by: the first 16 bytes of its hash, encrypted.
    pub(super) fn pin_hash(&self, pin: &Passphrase, rng: &mut impl CryptoRng) -> Value {
        let hash: Zeroizing<[u8; 32]> = Zeroizing::new(Sha256::digest(pin.expose()).into());
        Bytes(self.encrypt(&hash[..16], rng))
    }

    /// The token of the PIN that the answer holds.
    pub(super) fn pin_token(&self, sealed: &[u8]) -> Option<PinToken> {
        let secret = self.decrypt(sealed)?;
        let sound = matches!(secret.len(), 16 | 32);
        sound.then_some(PinToken { protocol: self.protocol, secret })
    }
}

/// A secret of the token that stands for the PIN: it authenticates commands. Wiped when dropped.
pub(super) struct PinToken {
    protocol: Protocol,
    secret: Zeroizing<Vec<u8>>,
}

impl PinToken {
    pub(super) fn protocol(&self) -> Value {
        Int(self.protocol.number())
    }

    pub(super) fn authenticate(&self, message: &[u8]) -> Value {
        authenticate(self.protocol, &self.secret, message)
    }
}

fn authenticate(protocol: Protocol, key: &[u8], message: &[u8]) -> Value {
    let mut code = hmac(key, &[message]).to_vec();
    if protocol == Protocol::One {
        code.truncate(16);
    }
    Bytes(code)
}

fn random_key(rng: &mut impl CryptoRng) -> p256::SecretKey {
    loop {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *bytes);
        // One number in 2^32 is not below the order of the curve.
        if let Ok(key) = p256::SecretKey::from_slice(&*bytes) {
            return key;
        }
    }
}

/// ECDH: the x coordinate of the common point.
fn diffie_hellman(ours: &p256::SecretKey, theirs: &p256::PublicKey) -> Zeroizing<[u8; 32]> {
    let point = (theirs.to_projective() * *ours.to_nonzero_scalar()).to_affine().to_sec1_point(false);
    let mut x = Zeroizing::new([0; 32]);
    x.copy_from_slice(&point.as_bytes()[1..33]);
    x
}

/// A key for ECDH as COSE has it (RFC 9052).
fn cose_key(key: &p256::PublicKey) -> Value {
    let point = key.to_sec1_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(32);
    Map(vec![
        (Int(1), Int(2)),
        (Int(3), Int(-25)),
        (Int(-1), Int(1)),
        (Int(-2), Bytes(x.to_vec())),
        (Int(-3), Bytes(y.to_vec())),
    ])
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut code = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    parts.iter().for_each(|part| code.update(part));
    code.finalize().into_bytes().into()
}

/// HKDF with SHA-256 (RFC 5869), a salt of zeros and one block.
fn hkdf(secret: &[u8], info: &[u8]) -> [u8; 32] {
    hmac(&hmac(&[0; 32], &[secret]), &[info, &[1]])
}

#[cfg(test)]
mod tests {
    use chacha20::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn both_sides_agree_on_the_secret() {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        for protocol in [Protocol::One, Protocol::Two] {
            let token = random_key(&mut rng);
            let (ours, public) =
                Shared::agree(protocol, &cose_key(&token.public_key()), &mut rng).expect("a secret");
            let (x, y) = (public.at(-2).and_then(Value::as_bytes), public.at(-3).and_then(Value::as_bytes));
            let point = [&[4], x.expect("x"), y.expect("y")].concat();
            let point = p256::PublicKey::from_sec1_bytes(&point).expect("a point");
            let secret = diffie_hellman(&token, &point);
            let expected = match protocol {
                Protocol::One => Sha256::digest(*secret).into(),
                Protocol::Two => hkdf(&*secret, b"CTAP2 AES key"),
            };
            assert_eq!(*ours.encrypt, expected);
            let sealed = ours.encrypt(&[9; 32], &mut rng);
            assert_eq!(sealed.len(), if protocol == Protocol::Two { 48 } else { 32 });
            assert_eq!(ours.decrypt(&sealed).as_deref(), Some(&vec![9; 32]));
            assert!(ours.decrypt(&sealed[..sealed.len() - 1]).is_none());
            let code =
                ours.pin_token(&ours.encrypt(&[9; 32], &mut rng)).expect("a token").authenticate(b"message");
            assert_eq!(
                code.as_bytes().map(<[u8]>::len),
                Some(if protocol == Protocol::Two { 32 } else { 16 })
            );
        }
    }

    /// RFC 5869 appendix A.3, the first block.
    #[test]
    fn hkdf_is_that_of_the_standard() {
        let block = hkdf(&[0x0b; 22], b"");
        assert_eq!(block[..8], [0x8d, 0xa4, 0xe7, 0x75, 0xa5, 0x63, 0xc1, 0x8f]);
    }

    #[test]
    fn keys_that_are_not_points_are_refused() {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let key = |x: Vec<u8>, y: Vec<u8>| Map(vec![(Int(-2), Bytes(x)), (Int(-3), Bytes(y))]);
        for theirs in [key(vec![1; 32], vec![1; 32]), key(vec![0; 31], vec![0; 32]), Value::Null] {
            assert!(Shared::agree(Protocol::Two, &theirs, &mut rng).is_none(), "{theirs:?}");
        }
    }
}
