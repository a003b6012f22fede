//! Things that answer: programs and tokens that hold keys. Nothing here decides anything.

pub mod agent;
pub mod fido;
mod helper;
mod messages;
pub mod pkcs11;
