//! `rkeygen man` and `rkeygen completions`.

use std::ffi::OsString;

use clap::{CommandFactory, Parser};
use clap_complete::Shell;

use super::{Error, Invocation, convert, doctor, flags, known_hosts, read, show};

/// The manual page, as mdoc(7).
pub(super) const MAN_PAGE: &str = include_str!("../../man/rkeygen.1");

/// What was typed behind `completions`.
#[derive(Debug, Parser)]
#[command(name = "rkeygen completions", disable_help_flag = true, disable_version_flag = true)]
struct Words {
    #[arg(value_enum)]
    shell: Shell,
}

/// What was typed behind `man`: nothing.
#[derive(Debug, Parser)]
#[command(name = "rkeygen man", disable_help_flag = true, disable_version_flag = true)]
struct NoWords {}

/// Reads the words behind `completions`.
pub(super) fn parse_completions(words: Vec<OsString>) -> Result<Invocation, Error> {
    let Words { shell } = read(words)?;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut all_words(), "rkeygen", &mut script);
    Ok(show(String::from_utf8_lossy(&script).into_owned()))
}

/// Reads the words behind `man`.
pub(super) fn parse_man(words: Vec<OsString>) -> Result<Invocation, Error> {
    let NoWords {} = read(words)?;
    Ok(show(MAN_PAGE))
}

/// The whole command line as clap knows it.
fn all_words() -> clap::Command {
    flags::Flags::command()
        .name("rkeygen")
        .subcommand(convert::Words::command().name("convert").about("Write a key in another format"))
        .subcommand(doctor::Words::command().name("doctor").about("Say what is wrong with keys"))
        .subcommand(
            known_hosts::Words::command().name("known-hosts").about("Say what is wrong with known_hosts"),
        )
        .subcommand(Words::command().name("completions").about("Print completions for a shell"))
        .subcommand(NoWords::command().name("man").about("Print the manual page"))
}
