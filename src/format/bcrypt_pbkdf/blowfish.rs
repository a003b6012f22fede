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
        let [a, b, c, d] = word.to_be_bytes().map(usize::from);
        let sum = self.boxes[0][a].wrapping_add(self.boxes[1][b]);
        (sum ^ self.boxes[2][c]).wrapping_add(self.boxes[3][d])
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
    let (mut left, mut right) = ([0; WAYS], [0; WAYS]);
    let mut step = |states: &[State; WAYS], number: usize| {
        for way in 0..WAYS {
            if let Some(salts) = salts {
                left[way] ^= salts[way][2 * number % 16];
                right[way] ^= salts[way][2 * number % 16 + 1];
            }
        }
        encrypt(states, &mut left, &mut right);
        (left, right)
    };
    for number in 0..9 {
        let (left, right) = step(states, number);
        for way in 0..WAYS {
            states[way].subkeys[2 * number] = left[way];
            states[way].subkeys[2 * number + 1] = right[way];
        }
    }
    for number in 0..512 {
        let (left, right) = step(states, 9 + number);
        let (index, word) = (number / 128, 2 * number % 256);
        for way in 0..WAYS {
            states[way].boxes[index][word] = left[way];
            states[way].boxes[index][word + 1] = right[way];
        }
    }
}

/// Encrypts one block of two words with each state.
#[inline(always)]
pub(super) fn encrypt<const WAYS: usize>(
    states: &[State; WAYS],
    left: &mut [u32; WAYS],
    right: &mut [u32; WAYS],
) {
    for round in (0..16).step_by(2) {
        for way in 0..WAYS {
            left[way] ^= states[way].subkeys[round];
        }
        for way in 0..WAYS {
            right[way] ^= states[way].mix(left[way]) ^ states[way].subkeys[round + 1];
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
}
