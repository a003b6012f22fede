//! What goes wrong around the program: full disks, strange files, races, odd machines. After each
//! failure the directory is as it was, byte for byte.
#![cfg(target_os = "linux")]

#[path = "../support/run.rs"]
mod support;

mod place;

mod accounts;
mod change;
mod commands;
mod every_call;
mod given_away;
mod guarded;
mod interrupted;
mod keep;
mod ledger;
mod missing_calls;
mod modes;
mod names;
mod others;
mod output;
mod race;
mod small;
mod space;
mod strange_files;
mod traced;
mod verdicts;
