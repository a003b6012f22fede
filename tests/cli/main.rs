//! The program as users run it: one file per mode, each test in a temporary folder.

#[path = "../support/run.rs"]
mod support;

mod generate;
mod keys;
mod usage;
