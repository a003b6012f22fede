//! What releases are made of: the commit in `--version`, release files, the installer, the GitHub Action and the names that all of
//! them share.
#![cfg(unix)]

#[path = "../support/run.rs"]
mod support;

mod action;
mod action_hosts;
mod action_secrets;
mod commit;
mod installer;
mod kit;
mod names;
mod packed;
