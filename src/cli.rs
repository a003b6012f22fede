//! The command line: letters and words in, one [`Command`] out.

mod argv;
mod command;
mod convert;
mod doctor;
mod flags;
mod known_hosts;
mod manual;

use std::borrow::Cow;
use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser};
use thiserror::Error;

use flags::Flags;

use crate::commands::Command;
use crate::commands::failure::Failure;
use crate::format::fips;
use crate::host::terminal::{Manners, Style};
use crate::host::ui::ErrorReport;

/// The help text, by task.
pub const USAGE: &str = include_str!("cli/usage.txt");

/// The version line.
const VERSION: &str = concat!("rkeygen ", env!("CARGO_PKG_VERSION"), "\n");

/// What the user wants: a command, and how to talk meanwhile.
#[derive(Debug)]
pub struct Invocation {
    /// The command with its arguments.
    pub command: Command,
    /// How to talk.
    pub manners: Manners,
}

/// The command line cannot be carried out.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// The words do not fit together: ssh-keygen prints its usage and ends with status 1.
    #[error("{0}")]
    Usage(String),
    /// A letter has nothing behind it: likewise. Some shells of Windows leave out `""`.
    #[error("option requires an argument -- {0}")]
    NoValue(char),
    /// A value is out of its range: ssh-keygen ends with status 255.
    #[error("{message}")]
    BadValue {
        /// What is wrong, in ssh-keygen's words where it has some.
        message: String,
        /// What is allowed.
        allowed: Option<String>,
    },
    /// `--fips` excludes what was asked for.
    #[error(transparent)]
    Excluded(#[from] fips::Excluded),
}

impl Error {
    /// ssh-keygen's exit status: 1 for wrong usage, 255 for a value out of its range.
    #[must_use]
    pub fn status(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::NoValue(_) => 1,
            Self::BadValue { .. } | Self::Excluded(_) => 255,
        }
    }

    /// What the user can do about it, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoValue('N') => Some("use --no-passphrase; PowerShell drops \"\"".to_owned()),
            Self::Usage(_) | Self::NoValue(_) => Some("see rkeygen --help".to_owned()),
            Self::BadValue { allowed, .. } => allowed.clone(),
            Self::Excluded(error) => Failure::from(*error).hint(),
        }
    }

    /// The error as it is shown.
    #[must_use]
    pub fn report(&self) -> ErrorReport {
        let id = match self {
            Self::Usage(_) | Self::NoValue(_) => "usage",
            Self::BadValue { .. } => "bad-value",
            Self::Excluded(_) => "excluded-by-fips",
        };
        ErrorReport { id, message: self.to_string(), hint: self.hint(), status: self.status(), file: None }
    }

    fn value(message: impl ToString) -> Self {
        Self::BadValue { message: message.to_string(), allowed: None }
    }
}

/// How an error of the command line itself is shown.
#[must_use]
pub fn error_style(arguments: &[OsString]) -> Style {
    let options = arguments.iter().take_while(|argument| *argument != "--");
    if options.into_iter().any(|argument| argument == "--json") { Style::Json } else { Style::Text }
}

/// Reads the words behind the program's name.
///
/// # Errors
/// [`enum@Error`].
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Invocation, Error> {
    let mut words = words.into_iter().peekable();
    let task = words.peek().and_then(|word| word.to_str()).and_then(task);
    if let Some(parse) = task {
        words.next();
        return parse(words.collect());
    }
    let clap = Flags::command();
    let words = argv::normalize(words, &clap)?;
    let matches = clap.try_get_matches_from(words).map_err(|error| translate(&error))?;
    let flags = Flags::from_arg_matches(&matches).map_err(|error| translate(&error))?;
    command::from_flags(flags)
}

/// Reads the words behind one of rkeygen's own.
type Parse = fn(Vec<OsString>) -> Result<Invocation, Error>;

/// What reads the words behind the first one, where that is a word of rkeygen's own.
fn task(word: &str) -> Option<Parse> {
    Some(match word {
        "convert" => convert::parse,
        "doctor" => doctor::parse,
        "known-hosts" => known_hosts::parse,
        "completions" => manual::parse_completions,
        "man" => manual::parse_man,
        _ => return None,
    })
}

/// Reads the words behind one of rkeygen's own with the definition of what may stand there.
fn read<W: Parser>(words: Vec<OsString>) -> Result<W, Error> {
    // clap takes the first word for the name of the program.
    let words = std::iter::once(OsString::new()).chain(words);
    W::try_parse_from(words).map_err(|error| translate(&error))
}

/// Whether the help is wanted, whatever else is.
fn wants_help(words: &[OsString]) -> bool {
    words.iter().any(|word| word == "--help")
}

/// Only a text is wanted.
fn show(text: impl Into<Cow<'static, str>>) -> Invocation {
    Invocation { command: Command::Show(text.into()), manners: Manners::default() }
}

/// clap's error in the words of this program.
fn translate(error: &clap::Error) -> Error {
    use clap::error::{ContextKind, ContextValue};
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    let argument = context(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::ValueValidation => match std::error::Error::source(error) {
            Some(cause) => Error::value(cause),
            None => Error::value(format!("{argument}: bad value")),
        },
        ErrorKind::InvalidValue if context(ContextKind::InvalidValue).is_empty() => {
            Error::Usage(format!("{argument}: a value is missing"))
        }
        ErrorKind::InvalidValue => Error::Usage(format!(
            "{argument}: \"{}\" is not one of: {}",
            context(ContextKind::InvalidValue),
            context(ContextKind::ValidValue)
        )),
        ErrorKind::UnknownArgument if argument.starts_with('-') => {
            Error::Usage(format!("unknown option {argument}"))
        }
        ErrorKind::UnknownArgument => Error::Usage("Too many arguments.".to_owned()),
        ErrorKind::ArgumentConflict => {
            Error::Usage(format!("{argument} and {} exclude each other", context(ContextKind::PriorArg)))
        }
        ErrorKind::MissingRequiredArgument => Error::Usage(format!("missing: {argument}")),
        ErrorKind::InvalidUtf8 => Error::Usage("an option's value is not UTF-8".to_owned()),
        ErrorKind::TooManyValues => Error::Usage(format!("{argument} takes no value")),
        _ => Error::Usage(error.to_string().lines().next().unwrap_or_default().to_owned()),
    }
}

#[cfg(test)]
mod tests;
