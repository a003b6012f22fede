//! Keys as values: no files, no prompts, no clock.

mod algorithm;
mod comment;
pub mod composite;
mod fingerprint;
mod private;
mod public;
mod randomart;
mod rsa_pair;
mod shared_primes;
mod token;
mod weakness;

pub use algorithm::{Algorithm, Curve};
pub use comment::{Comment, CommentError};
pub use fingerprint::{Fingerprint, HashAlgorithm, UnknownHash, bubblebabble};
pub use private::{MAX_DSA_BYTES, Mismatch, Pair, PrivateKey, ecdsa_pair, power_modulo};
pub use public::{InvalidKey, PublicKey};
pub(crate) use public::{line, line_of_file};
pub use randomart::randomart;
pub use rsa_pair::{MAX_RSA_BYTES, RsaError, RsaNumbers, rsa_pair};
pub use shared_primes::{SharedPrime, shared_primes};
pub use token::{TokenAlgorithm, TokenFlags, TokenKey};
pub use weakness::Weakness;
