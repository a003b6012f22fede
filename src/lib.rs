//! An SSH key tool compatible with OpenSSH's ssh-keygen.
//!
//! The crate is layered; a module imports only its own layer or a lower one:
//!
//! | layer | modules | may |
//! | --- | --- | --- |
//! | command line | [`cli`] | turn options into a [`commands::Command`] |
//! | commands | [`commands`] | load, ask, change, save, report |
//! | machine | [`host`], [`device`] | talk to terminal and files; decide nothing |
//! | domain | [`key`], [`keygen`], [`mod@format`], [`certificate`], [`signature`], [`krl`], [`known_hosts`], [`moduli`], [`sshsig`], [`sshfp`], [`allowed_signers`], [`date`], [`pattern`] | turn bytes into types and back; no input or output |
//! | primes | [`primes`] | search for primes, and test numbers |
//! | foundation | [`wire`], [`text`], [`secret`], `arithmetic` | encode; wipe; calculate |

pub mod allowed_signers;
mod arithmetic;
pub mod certificate;
pub mod cli;
pub mod commands;
pub mod date;
pub mod device;
pub mod format;
pub mod host;
pub mod key;
pub mod keygen;
pub mod known_hosts;
pub mod krl;
pub mod moduli;
pub mod pattern;
pub mod primes;
pub mod secret;
pub mod signature;
pub mod sshfp;
pub mod sshsig;
pub mod text;
pub mod wire;
