//! The options that one command knows, under the names that it has for them.

use std::sync::LazyLock;

use clap::{ArgAction, CommandFactory};

use super::flags::Flags;
use super::subcommand::{self, Opt, Subcommand, same};
use super::values::Kind;
use super::{Error, values};
use crate::text::visible;

/// Options of `Flags` that only subcommands take.
const OF_SUBCOMMANDS: [&str; 18] = [
    "to",
    "der",
    "write_public",
    "output",
    "in_place",
    "ppk_version",
    "argon2_memory",
    "argon2_passes",
    "argon2_parallelism",
    "fix",
    "ask_passphrase",
    "dry_run",
    "signature_only",
    "cert_authority",
    "revoked_key",
    "valid_after",
    "valid_before",
    "expires_within",
];

/// The options that name the one file of a command, where its operands do not.
const FILE_OPTIONS: [&str; 3] = ["--signature", "--output", "-f"];

/// How many commands a hint names.
const MOST_NAMES: usize = 3;

/// The options of one command.
#[derive(Debug)]
pub(super) struct Vocabulary {
    entries: Vec<Entry>,
    /// The subcommand; none for the options of ssh-keygen.
    subcommand: Option<&'static Subcommand>,
}

/// One option, as a user sees it.
#[derive(Debug)]
pub(super) struct Entry {
    argument: &'static clap::Arg,
    short: Option<char>,
    long: Option<&'static str>,
    value: Option<&'static str>,
    /// Its line in the help of a subcommand; none where it is that of the option itself.
    help: Option<&'static str>,
}

/// What clap knows. To make it costs a third of the time of a short run, so it is made once.
pub(super) static FLAGS: LazyLock<clap::Command> = LazyLock::new(Flags::command);

impl Vocabulary {
    /// All options, as in ssh-keygen.
    pub(super) fn of_options() -> Self {
        let arguments = FLAGS.get_arguments().filter(|argument| !argument.is_positional());
        let entries = arguments
            .filter(|argument| !OF_SUBCOMMANDS.contains(&argument.get_id().as_str()))
            .map(|argument| Entry::new(argument, &same("")))
            .collect();
        Self { entries, subcommand: None }
    }

    /// The options of a subcommand.
    pub(super) fn of(subcommand: &'static Subcommand) -> Self {
        let entry = |opt: &'static Opt| {
            let argument = FLAGS.get_arguments().find(|argument| argument.get_id() == opt.id);
            argument.map(|argument| Entry::new(argument, opt))
        };
        let entries = subcommand.options.iter().flat_map(|group| group.iter()).filter_map(entry).collect();
        Self { entries, subcommand: Some(subcommand) }
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    pub(super) fn long(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| {
            entry.long == Some(name) || {
                let aliases = entry.argument.get_all_aliases().unwrap_or_default();
                aliases.contains(&name)
            }
        })
    }

    pub(super) fn short(&self, letter: char) -> Option<&Entry> {
        self.entries.iter().find(|entry| {
            entry.short == Some(letter) || {
                let aliases = entry.argument.get_all_short_aliases().unwrap_or_default();
                aliases.contains(&letter)
            }
        })
    }

    pub(super) fn longs(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter_map(|entry| entry.long)
    }

    /// An error that the command's help explains.
    pub(super) fn usage(&self, message: String) -> Error {
        let hint = match self.subcommand {
            Some(subcommand) => format!("see rkeygen {} --help", subcommand.name),
            None => "see rkeygen --help".to_owned(),
        };
        Error::Usage { message, hint }
    }

    /// An operand that the command does not take.
    pub(super) fn surplus(&self, operand: &str) -> Error {
        let message = "Too many arguments.".to_owned();
        let shown = visible(operand);
        if self
            .subcommand
            .is_some_and(|subcommand| subcommand.operands.last().is_some_and(|last| last.kind == Kind::Text))
        {
            return Error::Usage { message, hint: "put a text with blanks in quotation marks".to_owned() };
        }
        let has = |option: &&str| {
            self.long(option.trim_start_matches('-')).is_some()
                || *option == "-f" && self.short('f').is_some()
        };
        match FILE_OPTIONS.into_iter().find(has) {
            Some(option) => {
                Error::Usage { message, hint: format!("omit \"{shown}\", or name the file with {option}") }
            }
            None => self.usage(message),
        }
    }

    /// The command has no option with that letter.
    pub(super) fn unknown_short(&self, letter: char) -> Error {
        match (letter, self.subcommand) {
            ('?', None) => Error::UsageWanted,
            ('f', Some(subcommand)) => Error::Usage {
                message: "unknown option -- f".to_owned(),
                hint: format!("give the file without -f: {}", subcommand.usage()),
            },
            _ => {
                let message = format!("unknown option -- {letter}");
                match self.elsewhere(&format!("-{letter}"), |known| known.short(letter)) {
                    Some(hint) => Error::Usage { message, hint },
                    None => self.usage(message),
                }
            }
        }
    }

    /// A hint for an option that this command has not: what it is called here, or which command has it.
    pub(super) fn elsewhere(&self, option: &str, find: impl Fn(&Self) -> Option<&Entry>) -> Option<String> {
        let all = Self::of_options();
        let mut others =
            subcommand::all().filter(|&other| find(&Self::of(other)).is_some()).map(|other| other.name);
        let Some(subcommand) = self.subcommand else {
            let names: Vec<_> = others.take(MOST_NAMES).map(|name| format!("rkeygen {name}")).collect();
            return (!names.is_empty()).then(|| format!("{option} is an option of {}", names.join(", ")));
        };
        let known = find(&all);
        if let Some(here) = known.and_then(|known| self.entries().find(|entry| entry.id() == known.id())) {
            return Some(format!("did you mean {}?", here.longest_name()));
        }
        let is_known = known.is_some() || others.next().is_some();
        let name = subcommand.name;
        is_known.then(|| format!("rkeygen {name} has no {option}; see rkeygen {name} --help"))
    }
}

impl Entry {
    fn new(argument: &'static clap::Arg, opt: &Opt) -> Self {
        let value = argument.get_value_names().and_then(|names| names.first()).map(|name| name.as_str());
        Self {
            argument,
            short: opt.short.or(argument.get_short()),
            long: opt.long.or(argument.get_long()),
            value: opt.value.or(value).filter(|_| takes_value(argument)),
            help: opt.help,
        }
    }

    /// The option as clap knows it in `Flags`.
    pub(super) fn in_flags(&self) -> String {
        match (self.argument.get_long(), self.argument.get_short()) {
            (Some(long), _) => format!("--{long}"),
            (None, short) => format!("-{}", short.unwrap_or_default()),
        }
    }

    pub(super) fn takes_value(&self) -> bool {
        takes_value(self.argument)
    }

    /// The value that it has if none is joined to it: the next argument is never its value then.
    pub(super) fn usual_value(&self) -> Option<&'static str> {
        (self.id() == "generate_passphrase").then_some("6")
    }

    /// Whether that is the option of which clap speaks, as in `--type <TYPE>`.
    pub(super) fn is_in(&self, text: &str) -> bool {
        text.split_whitespace().next() == Some(self.in_flags().as_str())
    }

    /// The name of the field in `Flags`.
    pub(super) fn id(&self) -> &str {
        self.argument.get_id().as_str()
    }

    /// How messages call it: by its letter if it has one.
    pub(super) fn name(&self) -> String {
        match (self.short, self.long) {
            (Some(short), _) => format!("-{short}"),
            (None, long) => format!("--{}", long.unwrap_or_default()),
        }
    }

    /// Its long name if it has one.
    fn longest_name(&self) -> String {
        self.long.map_or_else(|| self.name(), |long| format!("--{long}"))
    }

    /// What completions and suggestions offer as its value.
    pub(super) fn kind(&self) -> values::Kind {
        values::kind(self.argument.get_id().as_str())
    }

    pub(super) fn short_name(&self) -> Option<char> {
        self.short
    }

    pub(super) fn long_name(&self) -> Option<&str> {
        self.long
    }

    /// What stands for its value in the help.
    pub(super) fn value(&self) -> Option<&str> {
        self.value
    }

    /// One line.
    pub(super) fn help(&self) -> String {
        let own = || self.argument.get_help().map(ToString::to_string).unwrap_or_default();
        self.help.map_or_else(own, str::to_owned)
    }

    /// What the manual page adds to that line.
    pub(super) fn details(&self) -> Option<String> {
        let long = self.argument.get_long_help()?.to_string();
        let (_, details) = long.split_once("\n\n")?;
        Some(details.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    pub(super) fn heading(&self) -> &str {
        self.argument.get_help_heading().unwrap_or_default()
    }

    /// `-t, --type TYPE`.
    pub(super) fn signature(&self) -> String {
        let names = match (self.short, self.long) {
            (Some(short), Some(long)) => format!("-{short}, --{long}"),
            (Some(short), None) => format!("-{short}"),
            (None, long) => format!("    --{}", long.unwrap_or_default()),
        };
        let optional = self.usual_value().is_some();
        self.value.iter().fold(names, |names, value| match optional {
            true => format!("{names}[={value}]"),
            false => format!("{names} {value}"),
        })
    }
}

fn takes_value(argument: &clap::Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Set | ArgAction::Append)
}
