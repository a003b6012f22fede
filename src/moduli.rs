//! Groups for Diffie-Hellman group exchange: candidates for safe primes, and their screening
//! (moduli(5), moduli.c of OpenSSH).

mod candidates;
mod line;
mod natural;
mod screen;
mod sieve;

pub use candidates::{Candidates, random_start};
pub use line::{Line, Unreadable};
pub use natural::Natural;
pub use screen::{PrimeTests, Screened, Screening, screen};
pub use sieve::{Extent, Sieved, sieve};

/// The longest piece of a file that counts as a line, in bytes: longer lines are cut, as fgets(3)
/// in ssh-keygen cuts them.
pub const LONGEST_LINE: u64 = 100 + 8192;

/// The shortest prime that is looked for, in bits.
pub const MIN_BITS: u32 = 512;
/// The longest prime that is looked for, in bits.
pub const MAX_BITS: u32 = 1 << 16;
