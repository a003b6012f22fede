//! rkeygen makes SSH key pairs, as OpenSSH's ssh-keygen does, and loses none.
//!
//! A run goes down these floors, and a file imports its own floor or a lower one:
//!
//! | floor | modules | may |
//! | --- | --- | --- |
//! | command line | [`cli`] | turn letters into a [`commands::Command`] |
//! | commands | [`commands`], [`hint`] | load, ask, change, save, report |
//! | domain | [`key`], [`keygen`], [`mod@format`], [`certificate`], [`signature`], [`krl`], [`known_hosts`], [`moduli`], [`sshsig`], [`sshfp`], [`allowed_signers`], [`date`], [`pattern`] | turn bytes into types and back; no input or output |
//! | machine | [`host`], [`device`] | talk to terminal and files; decide nothing |
//! | ground | [`wire`], [`secret`] | encode; keep quiet |

pub mod allowed_signers;
pub mod certificate;
pub mod cli;
pub mod commands;
pub mod date;
pub mod device;
pub mod format;
pub mod hint;
pub mod host;
pub mod key;
pub mod keygen;
pub mod known_hosts;
pub mod krl;
pub mod moduli;
pub mod pattern;
pub mod secret;
pub mod signature;
pub mod sshfp;
pub mod sshsig;
pub mod wire;
