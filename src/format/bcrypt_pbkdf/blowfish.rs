//! Blowfish, `WAYS` ciphers side by side: the key schedule of bcrypt and the cipher itself.
//!
//! Sources: B. Schneier, "Description of a new variable-length key, 64-bit block cipher (Blowfish)",
//! FSE 1993; N. Provos, D. Mazieres, "A future-adaptable password scheme", USENIX 1999 (the salt).

use zeroize::Zeroize;

use super::pi::PI;

/// The subkeys and S-boxes of one cipher.
pub(super) struct State {
    subkeys: [u32; 18],
    boxes: [[u32; 256]; 4],
}

impl State {
    /// The state before any key: the digits of pi.
    pub(super) fn initial() -> Self {
        let mut state = Self { subkeys: [0; 18], boxes: [[0; 256]; 4] };
        let (subkeys, boxes) = PI.split_at(18);
        state.subkeys.copy_from_slice(subkeys);
        state.boxes.as_flattened_mut().copy_from_slice(boxes);
        state
    }

    /// The round function.
    #[inline(always)]
    fn mix(&self, word: u32) -> u32 {
        // Shifts of the word itself: a byte swap first would lengthen the chain that all time goes to.
        let entry = |index: usize, shift: u32| {
            let [byte, ..] = (word >> shift).to_le_bytes();
            self.boxes[index][usize::from(byte)]
        };
        (entry(0, 24).wrapping_add(entry(1, 16)) ^ entry(2, 8)).wrapping_add(entry(3, 0))
    }
}

impl Zeroize for State {
    fn zeroize(&mut self) {
        self.subkeys.zeroize();
        self.boxes.zeroize();
    }
}

/// Mixes a key into each state, and a salt too if there is one (bcrypt's `ExpandKey`).
#[inline(never)]
pub(super) fn expand<const WAYS: usize>(
    states: &mut [State; WAYS],
    keys: [&[u32; 16]; WAYS],
    salts: Option<[&[u32; 16]; WAYS]>,
) {
    for (state, key) in states.iter_mut().zip(keys) {
        for (subkey, word) in state.subkeys.iter_mut().zip(key.iter().cycle()) {
            *subkey ^= word;
        }
    }
    let mut block = ([0; WAYS], [0; WAYS]);
    for number in 0..9 {
        block = encrypt(states, salted(block, salts, number));
        for (way, state) in states.iter_mut().enumerate() {
            state.subkeys[2 * number] = block.0[way];
            state.subkeys[2 * number + 1] = block.1[way];
        }
    }
    for number in 0..512 {
        block = encrypt(states, salted(block, salts, 9 + number));
        let (index, word) = (number / 128, 2 * number % 256);
        for (way, state) in states.iter_mut().enumerate() {
            state.boxes[index][word] = block.0[way];
            state.boxes[index][word + 1] = block.1[way];
        }
    }
}

/// The left and the right words of one block for each cipher.
type Block<const WAYS: usize> = ([u32; WAYS], [u32; WAYS]);

/// Mixes the words of the salts that step `number` uses into the blocks.
#[inline(always)]
fn salted<const WAYS: usize>(
    (mut left, mut right): Block<WAYS>,
    salts: Option<[&[u32; 16]; WAYS]>,
    number: usize,
) -> Block<WAYS> {
    if let Some(salts) = salts {
        for way in 0..WAYS {
            left[way] ^= salts[way][2 * number % 16];
            right[way] ^= salts[way][2 * number % 16 + 1];
        }
    }
    (left, right)
}

/// Encrypts one block of two words with each state.
#[inline(always)]
pub(super) fn encrypt<const WAYS: usize>(
    states: &[State; WAYS],
    (mut left, mut right): Block<WAYS>,
) -> Block<WAYS> {
    for round in (0..16).step_by(2) {
        for way in 0..WAYS {
            left[way] ^= states[way].subkeys[round];
        }
        for way in 0..WAYS {
            right[way] = (right[way] ^ states[way].subkeys[round + 1]) ^ states[way].mix(left[way]);
        }
        for way in 0..WAYS {
            left[way] ^= states[way].mix(right[way]);
        }
    }
    for way in 0..WAYS {
        let last = left[way] ^ states[way].subkeys[16];
        left[way] = right[way] ^ states[way].subkeys[17];
        right[way] = last;
    }
    (left, right)
}
