//! Random numbers: ChaCha20, seeded once from the operating system.

use chacha20::ChaCha20Rng;
use getrandom::SysRng;
use rand_core::{SeedableRng, TryRng};
use thiserror::Error;
use zeroize::Zeroizing;

/// The operating system gave no random numbers, so no key can be made.
#[derive(Debug, Error)]
#[error("cannot get random numbers from the system")]
pub struct NoEntropy(#[from] getrandom::Error);

/// A generator with a seed of 256 bits from the operating system. It cannot fail later, in the
/// middle of a key.
///
/// # Errors
/// [`NoEntropy`] when the operating system gives no seed.
pub fn generator() -> Result<ChaCha20Rng, NoEntropy> {
    let mut seed = Zeroizing::new([0; 32]);
    SysRng.try_fill_bytes(&mut *seed)?;
    Ok(ChaCha20Rng::from_seed(*seed))
}
