//! Command-line parsing: arguments in, one [`Command`] out.

mod argv;
mod command;
mod completions;
mod flags;
mod help;
mod manual;
mod subcommand;
mod suggest;
mod translate;
mod values;
mod vocabulary;

use std::borrow::Cow;
use std::ffi::OsString;

use clap::{ArgMatches, FromArgMatches};
use thiserror::Error;

use self::argv::Operands;
use self::flags::Flags;
use self::vocabulary::{FLAGS, Vocabulary};
use crate::commands::failure::Failure;
use crate::commands::{Command, convert, generate};
use crate::format::fips;
use crate::host::terminal::{Manners, Style};
use crate::host::ui::ErrorReport;
use crate::text::shortened;

/// The version line; a release has the commit that it was built from in it (`build.rs`).
fn version() -> String {
    match option_env!("RKEYGEN_COMMIT").unwrap_or_default() {
        "" => concat!("rkeygen ", env!("CARGO_PKG_VERSION"), "\n").to_owned(),
        commit => format!("rkeygen {} ({commit})\n", env!("CARGO_PKG_VERSION")),
    }
}

/// What is allowed where no `-O` is.
const NO_OPTION: &str = "this operation takes no -O";

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
    /// The arguments do not fit together: ssh-keygen prints its usage and ends with status 1.
    #[error("{message}")]
    Usage {
        /// What is wrong, in ssh-keygen's words if it has some.
        message: String,
        /// What to do about it.
        hint: String,
    },
    /// `-?`, which scripts use to find out what ssh-keygen can do: status 1.
    #[error("unknown option -- ?\n{}", help::SYNOPSIS.trim_end())]
    UsageWanted,
    /// An option has no value: status 1. Some shells of Windows drop `""`.
    #[error("option requires an argument -- {0}")]
    NoValue(char),
    /// A value is out of its range: ssh-keygen ends with status 255.
    #[error("{message}")]
    BadValue {
        /// What is wrong, in ssh-keygen's words if it has some.
        message: String,
        /// What is allowed.
        allowed: Option<String>,
    },
    /// An `-O` of `-Y match-principals`, which knows none. ssh-keygen lets its internal -10 out: status 246.
    #[error("Invalid option \"{0}\"")]
    MatchOption(String),
    /// `--fips` excludes what was requested.
    #[error(transparent)]
    Excluded(#[from] fips::Excluded),
}

impl Error {
    /// ssh-keygen's exit status: 1 for wrong usage, 255 for a value out of its range, 246 in one place.
    #[must_use]
    pub fn status(&self) -> u8 {
        match self {
            Self::Usage { .. } | Self::UsageWanted | Self::NoValue(_) => 1,
            Self::MatchOption(_) => 246,
            Self::BadValue { .. } | Self::Excluded(_) => 255,
        }
    }

    /// What the user can do about it, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoValue('N') => Some("use --no-passphrase; PowerShell drops \"\"".to_owned()),
            Self::NoValue(option) => Some(format!("see rkeygen help -{option}")),
            Self::Usage { hint, .. } => Some(hint.clone()),
            Self::UsageWanted => Some("see rkeygen --help".to_owned()),
            Self::BadValue { allowed, .. } => allowed.clone(),
            Self::MatchOption(_) => Some(NO_OPTION.to_owned()),
            Self::Excluded(error) => Failure::from(*error).hint(),
        }
    }

    /// The error as it is shown.
    #[must_use]
    pub fn report(&self) -> ErrorReport {
        let id = match self {
            Self::Usage { .. } | Self::UsageWanted | Self::NoValue(_) => "usage",
            Self::BadValue { .. } | Self::MatchOption(_) => "bad-value",
            Self::Excluded(_) => "excluded-by-fips",
        };
        ErrorReport {
            id,
            message: shortened(&self.to_string()).into_owned(),
            hint: self.hint(),
            status: self.status(),
            file: None,
        }
    }

    fn value(message: impl ToString) -> Self {
        Self::BadValue { message: message.to_string(), allowed: None }
    }

    fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: hint.into() }
    }
}

/// How an error of the command line itself is shown.
#[must_use]
pub fn error_style(arguments: &[OsString]) -> Style {
    let options = arguments.iter().take_while(|argument| *argument != "--");
    if options.into_iter().any(|argument| argument == "--json") { Style::Json } else { Style::Text }
}

/// Reads the arguments after the program's name.
///
/// # Errors
/// [`enum@Error`].
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Invocation, Error> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    subcommand::parse(&arguments).unwrap_or_else(|| options(&arguments))
}

/// Reads the options of ssh-keygen.
fn options(arguments: &[OsString]) -> Result<Invocation, Error> {
    if arguments == ["-h"] {
        return Err(Error::usage(
            "-h signs host certificates, and nothing is given to sign",
            "see rkeygen --help",
        ));
    }
    let vocabulary = Vocabulary::of_options();
    let (arguments, end) = argv::normalize(arguments, &vocabulary, Operands::EndOptions);
    let flags = read(arguments, &vocabulary)?;
    end?;
    match flags {
        Flags { help: true, .. } => Ok(show(help::of_mode(&flags))),
        Flags { version: true, .. } => Ok(show(version())),
        flags => invoke(flags, command::from_flags),
    }
}

/// Lets clap read the values of options.
fn read(arguments: Vec<OsString>, vocabulary: &Vocabulary) -> Result<Flags, Error> {
    let matches = FLAGS.clone().try_get_matches_from(arguments);
    let flags = matches.and_then(|matches| Ok(one_host(Flags::from_arg_matches(&matches)?, &matches)));
    flags.map_err(|error| translate::error(&error, vocabulary))
}

/// To ssh-keygen, `-F`, `-R` and `-r` all name the one host (with `-Y verify` the revoked keys): whichever mode it is,
/// the last of them counts.
fn one_host(mut flags: Flags, matches: &ArgMatches) -> Flags {
    let given = ["find_host", "remove_host", "host_or_revoked"];
    let last = given.into_iter().max_by_key(|id| matches.index_of(id));
    let host = last.and_then(|id| matches.get_one::<OsString>(id));
    flags.find_host = flags.find_host.and(host.cloned());
    flags.remove_host = flags.remove_host.and(host.cloned());
    flags.host_or_revoked = host.cloned();
    flags
}

/// The command that `command` makes of the flags, and how it talks.
fn invoke(flags: Flags, command: impl FnOnce(Flags) -> Result<Command, Error>) -> Result<Invocation, Error> {
    let manners = Manners {
        style: if flags.json { Style::Json } else { Style::Text },
        quiet: flags.quiet,
        no_input: flags.no_input,
    };
    let if_exists = flags.if_exists;
    let generates = flags.generated.generate_passphrase.is_some();
    let (has_list, has_ledger) = (flags.rules.from.is_some(), flags.rules.ledger.is_some());
    let command = command(flags)?;
    // An option of rkeygen's own that the mode does not obey is an error.
    if if_exists.is_some() && !command.obeys_if_exists() {
        return Err(Error::usage("--if-exists does not apply to this mode", "omit --if-exists"));
    }
    if has_list && !matches!(command, Command::SignCertificate(_)) {
        return Err(Error::usage("--from does not apply to this mode", "--from goes with -s CA"));
    }
    if generates && !command.takes_new_passphrase() {
        let hint = "it is for new keys, -p and convert";
        return Err(Error::usage("--generate-passphrase does not apply to this mode", hint));
    }
    if has_ledger && !matches!(command, Command::SignCertificate(_) | Command::MakeKrl(_)) {
        return Err(Error::usage("--ledger does not apply to this mode", "--ledger goes with -s CA or -k"));
    }
    let style = style(&command, manners.style);
    Ok(Invocation { command, manners: Manners { style, ..manners } })
}

/// How the command shows its result: as text, a private key has standard output to itself.
fn style(command: &Command, wanted: Style) -> Style {
    use convert::Output;
    let prints_key = match command {
        Command::Show(_) | Command::Manual(_) => return Style::Text,
        Command::Generate(args) => args.destination == generate::Destination::Stdout,
        Command::Convert(args) => matches!(args.output, Output::Stdout | Output::Unsaid),
        _ => false,
    };
    if prints_key && wanted == Style::Text { Style::KeyOnStdout } else { wanted }
}

/// Only a text is wanted.
fn show(text: impl Into<Cow<'static, str>>) -> Invocation {
    Invocation { command: Command::Show(text.into()), manners: Manners::default() }
}

#[cfg(test)]
mod generated;
#[cfg(test)]
mod tests;
