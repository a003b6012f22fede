//! SHA-512 (FIPS 180-4) of long messages.
//!
//! A signature over a large file takes hardly longer than the file's hash. On processors with AVX2 and BMI2 the crate
//! sha2 is a third slower there than what ssh-keygen hashes with, so the blocks go through [`avx2`]; elsewhere sha2 does
//! them.

#[cfg(target_arch = "x86_64")]
mod avx2;

use sha2::block_api::compress512;
use sha2::digest::array::Array;
use sha2::digest::block_buffer::EagerBuffer;
use sha2::digest::consts::U128;

/// A hash in the making.
pub(super) struct Sha512 {
    state: [u64; 8],
    rest: EagerBuffer<U128>,
    /// Bytes so far.
    length: u128,
}

impl Sha512 {
    /// Of nothing yet.
    pub(super) fn new() -> Self {
        Self { state: INITIAL, rest: EagerBuffer::default(), length: 0 }
    }

    /// Takes in more of the message.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        let Self { state, rest, length } = self;
        *length += u128::try_from(bytes.len()).expect("no address has more than 128 bits");
        rest.digest_blocks(bytes, |blocks| compress(state, Array::cast_slice_to_core(blocks)));
    }

    /// The hash of all of it.
    pub(super) fn finalize(self) -> [u8; 64] {
        let Self { mut state, mut rest, length } = self;
        rest.len128_padding_be(8 * length, |block| compress512(&mut state, &[block.0]));
        let mut out = [0; 64];
        for (bytes, word) in out.as_chunks_mut().0.iter_mut().zip(state) {
            *bytes = word.to_be_bytes();
        }
        out
    }
}

fn compress(state: &mut [u64; 8], blocks: &[[u8; 128]]) {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = avx2::Avx2::detect() {
        let (pairs, single) = blocks.as_chunks();
        avx2.compress(state, pairs);
        return compress512(state, single);
    }
    compress512(state, blocks);
}

/// The state to begin with (FIPS 180-4, section 5.3.5).
const INITIAL: [u64; 8] = [
    0x6A09_E667_F3BC_C908,
    0xBB67_AE85_84CA_A73B,
    0x3C6E_F372_FE94_F82B,
    0xA54F_F53A_5F1D_36F1,
    0x510E_527F_ADE6_82D1,
    0x9B05_688C_2B3E_6C1F,
    0x1F83_D9AB_FB41_BD6B,
    0x5BE0_CD19_137E_2179,
];

#[cfg(test)]
mod tests {
    use sha2::Digest;

    use super::Sha512;

    #[test]
    fn lengths_and_pieces_hash_as_with_sha2() {
        let message: Vec<u8> = (0..3000_u32).map(|at| (at * at).to_le_bytes()[0]).collect();
        for length in (0..700).chain([1023, 1024, 1025, 3000]) {
            for piece in [1, 64, 127, 128, 129, 256, 700, 3000] {
                let mut own = Sha512::new();
                message[..length].chunks(piece).for_each(|piece| own.update(piece));
                let expected = sha2::Sha512::digest(&message[..length]);
                assert_eq!(own.finalize()[..], expected[..], "{length} bytes by {piece}");
            }
        }
    }
}
