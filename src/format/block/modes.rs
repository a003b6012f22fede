//! The modes of block ciphers that make a key stream, for reading (NIST SP 800-38A). Each takes what encrypts one block,
//! the initialization vector, and the bytes, which it decrypts in place.

use zeroize::Zeroizing;

/// Cipher feedback of whole blocks: each is mixed with the one before it, encrypted.
pub(super) fn cfb(encrypt: impl Fn(&mut [u8]), iv: &[u8], bytes: &mut [u8]) {
    let mut register = Zeroizing::new(iv.to_vec());
    for block in bytes.chunks_mut(iv.len()) {
        encrypt(&mut register);
        let encrypted = block.to_vec();
        mix(block, &register);
        register[..encrypted.len()].copy_from_slice(&encrypted);
    }
}

/// Cipher feedback of one byte at a time.
pub(super) fn cfb8(encrypt: impl Fn(&mut [u8]), iv: &[u8], bytes: &mut [u8]) {
    let mut register = iv.to_vec();
    for byte in bytes {
        let mut stream = Zeroizing::new(register.clone());
        encrypt(&mut stream);
        register.rotate_left(1);
        if let Some(end) = register.last_mut() {
            *end = *byte;
        }
        *byte ^= stream[0];
    }
}

/// Cipher feedback of one bit at a time.
pub(super) fn cfb1(encrypt: impl Fn(&mut [u8]), iv: &[u8], bytes: &mut [u8]) {
    let mut register = iv.to_vec();
    for byte in bytes {
        for bit in (0..8).rev() {
            let mut stream = Zeroizing::new(register.clone());
            encrypt(&mut stream);
            let mut carry = *byte >> bit & 1;
            for place in register.iter_mut().rev() {
                (*place, carry) = (*place << 1 | carry, *place >> 7);
            }
            *byte ^= (stream[0] >> 7) << bit;
        }
    }
}

/// Output feedback: the encrypted blocks, each made of the one before it, are the key stream.
pub(super) fn ofb(encrypt: impl Fn(&mut [u8]), iv: &[u8], bytes: &mut [u8]) {
    let mut register = Zeroizing::new(iv.to_vec());
    for block in bytes.chunks_mut(iv.len()) {
        encrypt(&mut register);
        mix(block, &register);
    }
}

/// A counter, encrypted, is the key stream.
pub(super) fn ctr(encrypt: impl Fn(&mut [u8]), iv: &[u8], bytes: &mut [u8]) {
    let mut counter = iv.to_vec();
    for block in bytes.chunks_mut(iv.len()) {
        let mut stream = Zeroizing::new(counter.clone());
        encrypt(&mut stream);
        mix(block, &stream);
        for place in counter.iter_mut().rev() {
            *place = place.wrapping_add(1);
            if *place != 0 {
                break;
            }
        }
    }
}

/// Adds the bytes of the key stream, bit by bit.
fn mix(block: &mut [u8], stream: &[u8]) {
    for (byte, key) in block.iter_mut().zip(stream) {
        *byte ^= key;
    }
}
