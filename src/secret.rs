//! Bytes that must not be shown, logged or left in memory.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use thiserror::Error;
use zeroize::Zeroizing;

/// A passphrase: any bytes, wiped when dropped. An empty one means "no encryption".
///
/// `Clone` only because clap wants it of parsed values.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Zeroizing<Vec<u8>>);

impl Passphrase {
    /// The longest passphrase, in bytes: ssh-keygen and ssh read no more at a prompt, and cut off the rest.
    pub const MAX_BYTES: usize = 1023;

    /// Takes the bytes over.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        if !bytes.is_empty() {
            note();
        }
        Self(Zeroizing::new(bytes))
    }

    /// Takes over what the user gave, wherever it was given.
    ///
    /// # Errors
    /// [`LongPassphrase`] for more than 1023 bytes.
    pub fn given(bytes: Vec<u8>) -> Result<Self, LongPassphrase> {
        let passphrase = Self::new(bytes);
        if passphrase.0.len() > Self::MAX_BYTES { Err(LongPassphrase) } else { Ok(passphrase) }
    }

    /// The passphrase that stands for "no encryption".
    #[must_use]
    pub fn empty() -> Self {
        Self::new(Vec::new())
    }

    /// Whether this means "no encryption".
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes themselves.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

/// A passphrase that no prompt of ssh could read whole.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("the passphrase is longer than {max} bytes", max = Passphrase::MAX_BYTES)]
pub struct LongPassphrase;

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// Secret bytes that are not a passphrase: a private key in some encoding. Wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes over.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        note();
        Self(Zeroizing::new(bytes))
    }

    /// The bytes themselves.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Whether the process has had a secret in its memory.
static HELD: AtomicBool = AtomicBool::new(false);

/// Notes that the process has a secret in its memory. The types for secrets do so themselves.
pub fn note() {
    HELD.store(true, Ordering::Relaxed);
}

/// As [`wipe_stack`], if the process has had a secret. The 64 pages, mostly fresh ones, cost a short run a tenth of its time.
pub fn wipe_used_stack() {
    if HELD.load(Ordering::Relaxed) {
        wipe_stack();
    }
}

/// Wipes what calls that have returned left on this thread's stack, as far as 256 KiB below the
/// caller: arithmetic copies numbers there that nothing wipes.
#[inline(never)]
pub fn wipe_stack() {
    std::hint::black_box(&mut [0_u8; 256 << 10]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_passphrase_is_that_of_a_prompt() {
        assert!(Passphrase::given(vec![b'x'; 1023]).is_ok());
        assert_eq!(Passphrase::given(vec![b'x'; 1024]), Err(LongPassphrase));
    }

    #[test]
    fn debug_output_keeps_quiet() {
        let shown =
            format!("{:?} {:?}", Passphrase::new(b"hunter2".to_vec()), Secret::new(b"hunter2".to_vec()));
        assert_eq!(shown, "Passphrase(..) Secret(..)");
    }
}
