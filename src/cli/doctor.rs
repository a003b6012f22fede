//! The words of `rkeygen doctor`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Parser;
use clap::builder::{OsStringValueParser, TypedValueParser};

use super::command::old_passphrase;
use super::{Error, Invocation, USAGE, flags, read, show, wants_help};
use crate::commands::Command;
use crate::commands::doctor::Args;
use crate::commands::passphrase::OldPassphrase;
use crate::host::source::Source;
use crate::host::terminal::{Manners, Style};
use crate::secret::Passphrase;

/// What was typed.
#[derive(Debug, Parser)]
#[command(name = "rkeygen doctor", disable_help_flag = true, disable_version_flag = true)]
pub(super) struct Words {
    #[arg(required = true, value_name = "FILE", value_parser = OsStringValueParser::new().map(PathBuf::from))]
    paths: Vec<PathBuf>,
    #[arg(long)]
    fix: bool,
    #[arg(long)]
    json: bool,
    #[arg(short = 'P', long, allow_hyphen_values = true, value_parser = flags::passphrase())]
    passphrase: Option<Passphrase>,
    #[arg(long, conflicts_with = "passphrase")]
    passphrase_from: Option<Source>,
    #[arg(long, conflicts_with_all = ["passphrase", "passphrase_from"])]
    ask_passphrase: bool,
    #[arg(long)]
    no_input: bool,
}

/// Reads the words behind `doctor`.
pub(super) fn parse(words: Vec<OsString>) -> Result<Invocation, Error> {
    if wants_help(&words) {
        return Ok(show(USAGE));
    }
    let words: Words = read(words)?;
    let passphrase = match old_passphrase(words.passphrase, words.passphrase_from) {
        OldPassphrase::Ask => words.ask_passphrase.then_some(OldPassphrase::Ask),
        given => Some(given),
    };
    let style = if words.json { Style::Json } else { Style::Text };
    let manners = Manners { style, quiet: false, no_input: words.no_input };
    let args = Args { paths: words.paths, fix: words.fix, passphrase };
    Ok(Invocation { command: Command::Doctor(args), manners })
}
