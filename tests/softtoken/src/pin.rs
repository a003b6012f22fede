//! Sets the PIN of a new token, by PIN protocol 1 (CTAP 2.1, sections 6.5.5.5 and 6.5.6).

use aes::cipher::{BlockEncryptMut, KeyIvInit, block_padding::NoPadding};
use hmac::{Hmac, Mac};
use p256::{PublicKey, SecretKey, ecdh::diffie_hellman, elliptic_curve::sec1::ToEncodedPoint};
use sha2::{Digest, Sha256};

const CLIENT_PIN: u8 = 0x06;
const NOT_ALLOWED: u8 = 0x30;
const AUTH_INVALID: u8 = 0x33;

/// Sets the PIN; one that is set stays.
pub fn set(call: &mut dyn FnMut(&[u8]) -> Vec<u8>, pin: &str) {
    let agreement = call(&[CLIENT_PIN, 0xa2, 1, 1, 2, 2]);
    let point = [&[4][..], coordinate(&agreement, 0x21), coordinate(&agreement, 0x22)].concat();
    let theirs = PublicKey::from_sec1_bytes(&point).expect("the token's key");
    // Nobody listens: any key will do.
    let ours = SecretKey::from_slice(&[7; 32]).expect("a key");
    let secret = diffie_hellman(ours.to_nonzero_scalar(), theirs.as_affine());
    let secret = Sha256::digest(secret.raw_secret_bytes());
    let mut padded = [0; 64];
    padded[..pin.len()].copy_from_slice(pin.as_bytes());
    let cipher = cbc::Encryptor::<aes::Aes256>::new(&secret, &[0; 16].into());
    let sealed = cipher.encrypt_padded_vec_mut::<NoPadding>(&padded);
    let mut code = <Hmac<Sha256> as Mac>::new_from_slice(&secret).expect("a key");
    code.update(&sealed);
    let code = code.finalize().into_bytes();
    let point = ours.public_key().to_encoded_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(32);
    let request = [
        &[CLIENT_PIN, 0xa5, 1, 1, 2, 3, 3, 0xa5, 1, 2, 3, 0x38, 24, 0x20, 1, 0x21, 0x58, 32][..],
        x,
        &[0x22, 0x58, 32],
        y,
        &[4, 0x50],
        &code[..16],
        &[5, 0x58, 64],
        &sealed,
    ];
    let status = call(&request.concat()).first().copied();
    assert!(matches!(status, Some(0 | NOT_ALLOWED | AUTH_INVALID)), "the PIN was not set: {status:x?}");
}

/// A coordinate of the COSE key in the answer, which has no other members of 32 bytes.
fn coordinate(answer: &[u8], label: u8) -> &[u8] {
    let head = [label, 0x58, 32];
    let place = answer.windows(3).position(|window| window == head).expect("a coordinate") + 3;
    &answer[place..place + 32]
}
