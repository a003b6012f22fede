//! Every question the program asks, at a terminal of its own: a pseudo-terminal.
#![cfg(unix)]

#[path = "../support/run.rs"]
mod support;

mod askpass;
mod completions;
mod talk;

mod file_name;
// setsid(1) is on Linux only.
#[cfg(target_os = "linux")]
mod hang_up;
mod overwrite;
mod passphrase;
mod progress;
mod signals;
