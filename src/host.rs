//! The machine: terminal, files, accounts, environment. Nothing here decides anything.

pub mod account;
pub mod allocator;
pub mod askpass;
pub mod clock;
pub mod entropy;
pub mod files;
pub mod input;
pub mod lines;
pub mod locale;
pub mod pager;
pub mod parallel;
pub mod process;
pub mod question;
pub mod sink;
pub mod source;
pub mod spool;
pub mod terminal;
pub mod ui;

#[cfg(test)]
pub mod scripted;
