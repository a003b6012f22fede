//! Certificates, revocation lists, file signatures and the agent: the same calls through
//! ssh-keygen and this program, and what sshd and git make of the results.
#![cfg(unix)]

#[path = "../support/run.rs"]
mod support;

mod agent;
mod certificates;
mod git;
mod ledger;
mod ledger_lines;
mod lists;
mod logins;
mod modes;
mod renewal;
mod revocation;
mod server;
mod signatures;
mod signing_lists;
mod sshd;
mod strict;
mod world;
