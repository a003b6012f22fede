//! An SSH key tool compatible with OpenSSH's ssh-keygen.
//!
//! The crate is layered; a module imports only its own layer or a lower one:
//!
//! | layer | modules | may |
//! | --- | --- | --- |
//! | command line | [`cli`] | turn options into a [`commands::Command`] |
//! | commands | [`commands`] | load, ask, change, save, report |
//! | machine | [`host`], [`device`] | talk to terminal and files; decide nothing |
//! | domain | [`key`], [`keygen`], [`mod@format`], [`certificate`], [`signature`], [`krl`], [`known_hosts`], [`key_list`], [`moduli`], [`sshsig`], [`sshfp`], [`allowed_signers`], [`date`], [`pattern`] | turn bytes into types and back; no input or output |
//! | primes | [`primes`] | search for primes, and test numbers |
//! | foundation | [`wire`], [`text`], [`secret`], [`finding`], `arithmetic` | encode; wipe; calculate |
//!
//! The command line and what talks to the machine need the feature `cli`, which is a default. Without it the crate is the domain
//! alone: `rkeygen = { version = "0.1", default-features = false }`.
//!
//! # Examples
//!
//! Generate a key, and write its two files:
//!
//! ```
//! use chacha20::ChaCha20Rng;
//! use rand_core::SeedableRng;
//! use rkeygen::format::{Cipher, KeyFile, Layout, Rounds};
//! use rkeygen::key::{Algorithm, Comment};
//! use rkeygen::keygen::{self, Spec};
//! use rkeygen::secret::Passphrase;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut seed = [0; 32];
//! getrandom::fill(&mut seed).expect("random numbers");
//! let mut rng = ChaCha20Rng::from_seed(seed);
//! let key = keygen::generate(Spec::Ed25519, Comment::new(b"me@host")?, &mut rng)?;
//! let layout = Layout::OpenSsh { cipher: Cipher::default(), rounds: Rounds::default() };
//! let private = layout.seal(&key, &Passphrase::empty(), &mut rng)?;
//! let public = key.public().to_line(key.comment());
//! assert!(public.starts_with(b"ssh-ed25519 ") && public.ends_with(b" me@host"));
//!
//! // Reading finds out the format.
//! let again = KeyFile::parse(private.expose())?.open(&Passphrase::empty())?;
//! assert_eq!(again.public(), key.public());
//! assert_eq!(again.public().algorithm(), Algorithm::Ed25519);
//! # Ok(())
//! # }
//! ```
//!
//! Sign a message as `ssh-keygen -Y sign` does, and check the signature:
//!
//! ```
//! use chacha20::ChaCha20Rng;
//! use rand_core::SeedableRng;
//! use rkeygen::certificate::KeyOrCertificate;
//! use rkeygen::format::KeyFile;
//! use rkeygen::secret::Passphrase;
//! use rkeygen::signature::{Scheme, Signer};
//! use rkeygen::sshsig::{FileSignature, MessageHash};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let file = include_bytes!("../tests/vectors/openssh-ed25519.key");
//! let key = KeyFile::parse(file)?.open(&Passphrase::empty())?;
//! # let mut rng = ChaCha20Rng::from_seed([1; 32]);
//! let message = MessageHash::Sha512.of(&b"hello"[..])?;
//! let signature = Signer::new(&key)?.sign(Scheme::Ed25519, &message.to_be_signed(b"file"), &mut rng)?;
//! let signature = FileSignature::new(KeyOrCertificate::Key(key.public().clone()), b"file", &message, signature)?;
//!
//! let read = FileSignature::from_armor(signature.to_armor().as_bytes())?;
//! assert!(read.verify(&message, b"file").is_ok());
//! assert!(read.verify(&message, b"git").is_err());
//! # Ok(())
//! # }
//! ```

pub mod allowed_signers;
mod arithmetic;
pub mod authorized_keys;
pub mod certificate;
#[cfg(feature = "cli")]
pub mod cli;
pub mod client_config;
#[cfg(feature = "cli")]
pub mod commands;
pub mod date;
#[cfg(feature = "cli")]
pub mod device;
pub mod finding;
pub mod format;
#[cfg(feature = "cli")]
pub mod host;
pub mod key;
pub mod key_list;
pub mod keygen;
pub mod known_hosts;
pub mod krl;
pub mod ledger;
pub mod moduli;
pub mod pattern;
pub mod primes;
pub mod secret;
pub mod signature;
pub mod sshfp;
pub mod sshsig;
pub mod text;
pub mod wire;
