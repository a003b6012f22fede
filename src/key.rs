//! Keys as values: no files, no prompts, no clock.

mod algorithm;
mod comment;
mod fingerprint;
mod private;
mod public;
mod published;
mod randomart;

pub use algorithm::{Algorithm, Curve};
pub use comment::{Comment, CommentError};
pub use fingerprint::{Fingerprint, HashAlgorithm, UnknownHash};
pub use private::{Mismatch, PrivateKey, ecdsa_pair};
pub use public::{InvalidKey, PublicKey};
pub use published::Published;
pub use randomart::randomart;
