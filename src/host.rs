//! The machine: terminal, files, accounts, environment. Nothing here decides anything.

pub mod account;
pub mod ahead;
pub mod askpass;
pub mod batches;
pub mod clock;
pub mod entropy;
pub mod files;
pub mod locale;
pub mod process;
pub mod question;
pub mod source;
pub mod terminal;
pub mod ui;

#[cfg(test)]
pub mod scripted;
