//! Keys in tokens, next to OpenSSH: FIDO tokens through provider libraries, PKCS#11 tokens in software.
#![cfg(unix)]

#[path = "../support/run.rs"]
mod support;

mod alike;
mod calls;
mod careful;
mod files;
mod login;
mod mldsa;
mod pkcs11;
mod reports;
mod slots;
