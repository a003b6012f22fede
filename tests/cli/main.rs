//! The program as users run it: one file per mode, each test in a temporary directory.
//! Compares with ssh-keygen where there is one. The files that need nothing of Unix run on Windows too.

#[path = "../support/run.rs"]
mod support;

mod allowed_signers;
mod authorized_keys;
mod convert;
mod doctor;
mod doctor_loading;
mod exchange;
mod exchange_refused;
mod export;
mod generate;
mod generated_passphrases;
mod json;
mod kept_formats;
mod keys;
mod known_hosts;
mod known_hosts_add;
mod known_hosts_lint;
mod lists_text;
mod load_errors;
mod long_lists;
mod manual;
mod mistakes;
mod mistakes_with_files;
mod moduli;
mod oracle;
mod reported_lines;
mod reported_lists;
mod reports;
mod reports_more;
mod reports_public;
mod sshfp;
mod texts;
mod usage;

// Modes, links and the directories of a Unix system.
#[cfg(unix)]
mod doctor_directory;
#[cfg(unix)]
mod home;
#[cfg(unix)]
mod host_keys;
