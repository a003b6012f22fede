//! The documentation: its blocks of commands run and print what the pages say, its links lead somewhere, and README and
//! pages stay within their limits.
#![cfg(unix)]

#[path = "../support/run.rs"]
mod support;

mod blocks;
mod links;
