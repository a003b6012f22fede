//! The words of `rkeygen known-hosts`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Parser, ValueEnum};

use super::{Error, Invocation, USAGE, read, show, wants_help};
use crate::commands::Command;
use crate::commands::known_hosts::{dedupe, lint};
use crate::host::terminal::{Manners, Style};

/// What was typed.
#[derive(Debug, Parser)]
#[command(name = "rkeygen known-hosts", disable_help_flag = true, disable_version_flag = true)]
pub(super) struct Words {
    #[arg(value_enum, value_name = "lint or dedupe")]
    task: Task,
    #[arg(short = 'f', long, value_parser = OsStringValueParser::new().map(PathBuf::from))]
    file: Option<PathBuf>,
    #[arg(long)]
    dry_run: bool,
    #[arg(long)]
    json: bool,
    #[arg(short = 'q', long)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Task {
    Lint,
    Dedupe,
}

/// Reads the words behind `known-hosts`.
pub(super) fn parse(words: Vec<OsString>) -> Result<Invocation, Error> {
    if wants_help(&words) {
        return Ok(show(USAGE));
    }
    let Words { task, file, dry_run, json, quiet } = read(words)?;
    let style = if json { Style::Json } else { Style::Text };
    let manners = Manners { style, quiet, no_input: true };
    let command = match task {
        // It changes nothing anyway.
        Task::Lint => Command::LintKnownHosts(lint::Args { file }),
        Task::Dedupe if dry_run => {
            Command::DedupeKnownHosts(dedupe::Args { file, change: dedupe::Change::Shown })
        }
        Task::Dedupe => Command::DedupeKnownHosts(dedupe::Args { file, change: dedupe::Change::Made }),
    };
    Ok(Invocation { command, manners })
}
