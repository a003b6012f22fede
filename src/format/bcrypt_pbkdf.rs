//! bcrypt_pbkdf, the slow hash that turns a passphrase into the key of a private key file.
//!
//! Source: OpenBSD's `bcrypt_pbkdf.c` (T. Unangst): PBKDF2 with bcrypt for its hash, and SHA-512 in
//! front of it. The output is a number of independent blocks of 32 bytes. Every step of Blowfish
//! waits for memory, so that two blocks calculated in turns, step by step, take hardly longer than
//! one; the 48 bytes that ssh-keygen needs are two blocks.
//!
//! Like every bcrypt this reads tables at secret places, and its timing depends on the caches. The
//! states, hashes and blocks are wiped; what the compiler leaves in registers and in its own stack
//! slots is not.

mod blowfish;
mod pi;

use std::num::NonZeroU32;

use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use blowfish::{State, encrypt, expand};

/// Fills `output` with a key from the passphrase, for any salt and any length.
///
/// Bit for bit the function of OpenSSH where that has an answer: it refuses an empty passphrase, an
/// empty salt, and more than 1024 bytes of output.
pub(super) fn derive(passphrase: &[u8], salt: &[u8], rounds: NonZeroU32, output: &mut [u8]) {
    let passphrase = hash(&[passphrase]);
    let stride = output.len().div_ceil(BLOCK);
    let mut counter = 1_u32;
    for first in (0..stride).step_by(2) {
        if first + 1 < stride {
            let counters = [counter, counter.wrapping_add(1)];
            for (index, block) in blocks(&passphrase, salt, counters, rounds).iter().enumerate() {
                spread(block, output, first + index, stride);
            }
        } else {
            let [block] = &*blocks(&passphrase, salt, [counter], rounds);
            spread(block, output, first, stride);
        }
        counter = counter.wrapping_add(2);
    }
}

/// Puts the bytes of block number `index` of `stride` where they belong: a byte of each in turn.
fn spread(block: &[u8; BLOCK], output: &mut [u8], index: usize, stride: usize) {
    for (place, &byte) in output[index..].iter_mut().step_by(stride).zip(block) {
        *place = byte;
    }
}

/// The blocks with these numbers, counted from 1, side by side.
fn blocks<const WAYS: usize>(
    passphrase: &Hash,
    salt: &[u8],
    counters: [u32; WAYS],
    rounds: NonZeroU32,
) -> Zeroizing<[[u8; BLOCK]; WAYS]> {
    let salts = counters.map(|counter| hash(&[salt, &counter.to_be_bytes()]));
    let mut last = bcrypt_hash(passphrase, &salts);
    let mut sum = last.clone();
    for _ in 1..rounds.get() {
        last = bcrypt_hash(passphrase, &last.each_ref().map(|block| hash(&[block])));
        for (sum, last) in sum.as_flattened_mut().iter_mut().zip(last.as_flattened()) {
            *sum ^= last;
        }
    }
    sum
}

/// `WAYS` bcrypt hashes of one passphrase with different salts, side by side.
fn bcrypt_hash<const WAYS: usize>(passphrase: &Hash, salts: &[Hash; WAYS]) -> Zeroizing<[[u8; BLOCK]; WAYS]> {
    let mut states = Zeroizing::new(std::array::from_fn(|_| State::initial()));
    let keys = std::array::from_fn(|_| &**passphrase);
    let salts = salts.each_ref().map(|salt| &**salt);
    expand(&mut states, keys, Some(salts));
    for _ in 0..64 {
        expand(&mut states, salts, None);
        expand(&mut states, keys, None);
    }
    let mut output = Zeroizing::new([[0; BLOCK]; WAYS]);
    for (index, pair) in MAGIC.as_chunks::<8>().0.iter().enumerate() {
        let [l0, l1, l2, l3, r0, r1, r2, r3] = *pair;
        let mut block =
            ([u32::from_be_bytes([l0, l1, l2, l3]); WAYS], [u32::from_be_bytes([r0, r1, r2, r3]); WAYS]);
        for _ in 0..64 {
            block = encrypt(&states, block);
        }
        let block = Zeroizing::new(block);
        for ((output, left), right) in output.iter_mut().zip(&block.0).zip(&block.1) {
            output[8 * index..][..4].copy_from_slice(&left.to_le_bytes());
            output[8 * index + 4..][..4].copy_from_slice(&right.to_le_bytes());
        }
    }
    output
}

/// A SHA-512 hash, as the 16 big-endian words that Blowfish takes.
type Hash = Zeroizing<[u32; 16]>;

/// The SHA-512 hash of the parts, one after the other.
fn hash(parts: &[&[u8]]) -> Hash {
    let mut sha512 = Sha512::new();
    parts.iter().for_each(|part| sha512.update(part));
    let digest: Zeroizing<[u8; 64]> = Zeroizing::new(sha512.finalize().into());
    let mut words = Zeroizing::new([0; 16]);
    for (word, bytes) in words.iter_mut().zip(digest.as_chunks().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    words
}

/// The length of a block, in bytes.
const BLOCK: usize = 32;

/// What is encrypted.
const MAGIC: &[u8; BLOCK] = b"OxychromaticBlowfishSwatDynamite";

#[cfg(test)]
mod tests;
