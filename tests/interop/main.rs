//! Keys of this program in the hands of others: the peers that have to read them, and independent
//! arithmetic on the numbers in them. `tests/all.sh` installs the peers.
#![cfg(unix)]

#[path = "../support/run.rs"]
mod support;

mod formats;
mod hosts;
mod keys;
mod libssh2;
mod numbers;
mod openssl;
mod paramiko;
mod server;
mod ssh_keygen;
mod sshd;
