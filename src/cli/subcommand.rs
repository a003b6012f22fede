//! Subcommands: names, operands and options for what ssh-keygen's options mean.
//!
//! ssh-keygen takes no operand without a mode, so none of its command lines starts with a subcommand. A subcommand reads
//! its arguments into `Flags` and makes the same [`Command`] of them as the options do.

mod hosts;
mod keys;
mod lists;
mod program;
mod trust;

use std::ffi::OsString;
use std::path::PathBuf;

use super::argv::{self, Operands};
use super::flags::Flags;
use super::suggest::{nearest, other_dash};
use super::values::Kind;
use super::vocabulary::Vocabulary;
use super::{Error, Invocation, help, invoke, read};
use crate::commands::Command;

/// One subcommand.
#[derive(Debug)]
pub(super) struct Subcommand {
    /// One word, or a group and a word.
    pub(super) name: &'static str,
    /// What it does, in one line.
    pub(super) about: &'static str,
    pub(super) operands: &'static [Operand],
    /// Groups of options.
    pub(super) options: &'static [&'static [Opt]],
    /// The same in ssh-keygen's options; empty if it has none.
    pub(super) ssh_keygen: &'static str,
    /// What else there is to know.
    pub(super) details: &'static str,
    pub(super) examples: &'static [&'static str],
    /// Makes the command of options and operands whose number fits.
    pub(super) command: fn(Flags) -> Result<Command, Error>,
}

/// An operand.
#[derive(Debug)]
pub(super) struct Operand {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) count: Count,
}

/// How many of an operand there are. Only the last one of a subcommand may be [`Count::Some`] or [`Count::Any`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    One,
    Optional,
    Some,
    Any,
}

/// An option of a subcommand: one of `Flags`, perhaps with names and help of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opt {
    /// The name of the field in `Flags`.
    pub(super) id: &'static str,
    pub(super) short: Option<char>,
    pub(super) long: Option<&'static str>,
    pub(super) value: Option<&'static str>,
    pub(super) help: Option<&'static str>,
}

/// As in `Flags`.
pub(super) const fn same(id: &'static str) -> Opt {
    Opt { id, short: None, long: None, value: None, help: None }
}

/// With a long name that says what it is here.
const fn named(id: &'static str, long: &'static str, value: &'static str, help: &'static str) -> Opt {
    Opt { id, short: None, long: Some(long), value: Some(value), help: Some(help) }
}

const fn one(name: &'static str, kind: Kind) -> Operand {
    Operand { name, kind, count: Count::One }
}

const fn optional(name: &'static str, kind: Kind) -> Operand {
    Operand { name, kind, count: Count::Optional }
}

/// What every subcommand that prints something takes.
const TALK: &[Opt] = &[same("quiet"), same("json"), same("no_input"), same("help")];
/// What the others take.
const HELP: &[Opt] = &[same("help")];
/// Where the passphrase of an existing key comes from.
const OLD_PASSPHRASE: &[Opt] = &[same("passphrase"), same("passphrase_from")];
/// Where the passphrase of a new file comes from.
const NEW_PASSPHRASE: &[Opt] = &[
    same("new_passphrase"),
    same("new_passphrase_from"),
    same("no_passphrase"),
    same("generate_passphrase"),
    same("passphrase_to"),
];
/// How a private key is written.
const PRIVATE_FORMAT: &[Opt] = &[same("format"), same("cipher"), same("rounds"), same("fips")];
/// How a fingerprint is shown.
const FINGERPRINT: &[Opt] = &[same("hash"), same("verbose"), same("bubblebabble")];

/// All of them, in the order of the help.
pub(super) fn all() -> impl Iterator<Item = &'static Subcommand> {
    keys::ALL.iter().chain(trust::ALL).chain(hosts::ALL).chain(lists::ALL).chain(program::ALL)
}

/// The subcommand with that name.
pub(super) fn named_exactly(name: &str) -> Option<&'static Subcommand> {
    all().find(|subcommand| subcommand.name == name)
}

/// Those whose name starts with that word and has another.
pub(super) fn group(word: &str) -> impl Iterator<Item = &'static Subcommand> {
    all().filter(move |subcommand| subcommand.name.split_once(' ').is_some_and(|(group, _)| group == word))
}

/// Options that may stand in front of a subcommand too. ssh-keygen takes none of them with an operand.
const IN_FRONT: [&str; 4] = ["--json", "--no-input", "--quiet", "-q"];

/// Reads the arguments if they start with a subcommand, perhaps after options that may stand in front of it.
pub(super) fn parse(arguments: &[OsString]) -> Option<Result<Invocation, Error>> {
    let is_in_front = |argument: &&OsString| IN_FRONT.iter().any(|option| **argument == *option);
    let (front, rest) = arguments.split_at(arguments.iter().take_while(is_in_front).count());
    let (word, rest) = rest.split_first()?;
    let word = word.to_str().filter(|word| !word.starts_with('-') && !word.is_empty())?;
    Some(find(word, rest).and_then(|found| match found {
        Found::Help(text) => Ok(super::show(text)),
        Found::Subcommand(subcommand, rest) => subcommand.parse(&[front, rest].concat()),
    }))
}

enum Found<'a> {
    Help(String),
    Subcommand(&'static Subcommand, &'a [OsString]),
}

fn find<'a>(word: &str, rest: &'a [OsString]) -> Result<Found<'a>, Error> {
    if let Some(subcommand) = named_exactly(word) {
        return Ok(Found::Subcommand(subcommand, rest));
    }
    let second = rest.first().map(|word| word.to_string_lossy());
    let second = second.as_deref().unwrap_or_default();
    if group(word).next().is_none() {
        return Err(unknown(word, second));
    }
    match (named_exactly(&format!("{word} {second}")), rest.split_first()) {
        (Some(subcommand), Some((_, rest))) => Ok(Found::Subcommand(subcommand, rest)),
        _ if second == "--help" => Ok(Found::Help(help::of_group(word))),
        _ => Err(incomplete(word, second)),
    }
}

/// Words that users try, and what there is instead.
const SYNONYMS: [(&str, &str); 32] = [
    ("generate", "new"),
    ("gen", "new"),
    ("create", "new"),
    ("keygen", "new"),
    ("make", "new"),
    ("key", "new"),
    ("list", "fingerprint FILE"),
    ("show", "fingerprint FILE, or rkeygen certificate show FILE"),
    ("print", "public FILE"),
    ("pub", "public FILE"),
    ("password", "passphrase FILE"),
    ("passwd", "passphrase FILE"),
    ("export", "convert FILE --to rfc4716"),
    ("import", "convert FILE --to openssh"),
    ("puttygen", "convert FILE --to ppk -o OUT"),
    ("check", "doctor FILE"),
    ("lint", "known-hosts lint"),
    ("fix", "doctor --fix FILE"),
    ("certify", "certificate sign"),
    ("cert", "certificate sign, or rkeygen certificate show"),
    ("ca", "certificate sign"),
    ("revoke", "krl make, or rkeygen krl update"),
    ("find", "known-hosts find HOST"),
    ("find-host", "known-hosts find HOST"),
    ("remove", "known-hosts remove HOST"),
    ("remove-host", "known-hosts remove HOST"),
    ("forget", "known-hosts remove HOST"),
    ("hash", "known-hosts hash"),
    ("dedupe", "known-hosts dedupe"),
    ("completion", "completions SHELL"),
    ("manual", "man"),
    ("usage", "help"),
];

/// ssh-keygen's words for an operand without a mode, and what might be meant.
fn unknown(word: &str, second: &str) -> Error {
    let message = "Too many arguments.".to_owned();
    let shown = crate::text::visible(word);
    if let Some(hint) = other_dash(word) {
        return Error::Usage { message, hint };
    }
    let groups = all().filter_map(|subcommand| subcommand.name.split_once(' ')).map(|(group, _)| group);
    let names = all().map(|subcommand| subcommand.name);
    let synonym =
        SYNONYMS.iter().find(|(tried, _)| tried.eq_ignore_ascii_case(word)).map(|(_, meant)| *meant);
    let joined = format!("{word} {second}");
    if help::is_topic(word) {
        return Error::Usage { message, hint: format!("did you mean rkeygen help {shown}?") };
    }
    let meant = synonym
        .or_else(|| named_exactly(&joined.replace('_', "-")).map(|subcommand| subcommand.name))
        .or_else(|| nearest(word, groups.chain(names)));
    let hint = match meant {
        Some(meant) => format!("\"{shown}\" is not a command; did you mean rkeygen {meant}?"),
        None => {
            format!("\"{shown}\" is not a command (see rkeygen --help); a new key's file is named with -f")
        }
    };
    Error::Usage { message, hint }
}

/// A group without one of its words.
fn incomplete(word: &str, second: &str) -> Error {
    let words: Vec<&str> =
        group(word).filter_map(|subcommand| subcommand.name.split_once(' ')).map(|(_, word)| word).collect();
    let choice = words.join(", ");
    if second.is_empty() {
        return Error::Usage {
            message: format!("{word}: one of {choice} is missing"),
            hint: format!("see rkeygen {word} --help"),
        };
    }
    let message = format!("{word}: \"{second}\" is not one of {choice}");
    let hint = match nearest(second, words) {
        Some(near) => format!("did you mean rkeygen {word} {near}?"),
        None => format!("see rkeygen {word} --help"),
    };
    Error::Usage { message, hint }
}

impl Subcommand {
    /// `rkeygen NAME OPERANDS`.
    pub(super) fn usage(&self) -> String {
        let operands = self.operands.iter().map(Operand::usage).collect::<Vec<_>>().join(" ");
        format!("rkeygen {} {operands}", self.name).trim_end().to_owned()
    }

    fn parse(&'static self, arguments: &[OsString]) -> Result<Invocation, Error> {
        let vocabulary = Vocabulary::of(self);
        // Topics of the help may be options.
        let escape = (self.name == "help").then(|| OsString::from("--"));
        let arguments = &escape.into_iter().chain(arguments.iter().cloned()).collect::<Vec<_>>();
        let (arguments, end) = argv::normalize(arguments, &vocabulary, Operands::BetweenOptions);
        let flags = read(arguments, &vocabulary)?;
        end?;
        if flags.help {
            return Ok(super::show(help::of_subcommand(self)));
        }
        self.check_number(&flags.operands, &vocabulary)?;
        invoke(flags, self.command)
    }

    fn check_number(&self, given: &[PathBuf], vocabulary: &Vocabulary) -> Result<(), Error> {
        let required = |operand: &&Operand| matches!(operand.count, Count::One | Count::Some);
        if let Some(missing) = self.operands.iter().filter(required).nth(given.len()) {
            let message = format!("{}: {} is missing", self.name, missing.name);
            return Err(Error::Usage { message, hint: format!("usage: {}", self.usage()) });
        }
        let endless = self.operands.iter().any(|operand| matches!(operand.count, Count::Some | Count::Any));
        let surplus = given.get(self.operands.len()).filter(|_| !endless);
        surplus.map_or(Ok(()), |surplus| Err(vocabulary.surplus(&surplus.to_string_lossy())))
    }
}

impl Operand {
    fn usage(&self) -> String {
        match self.count {
            Count::One => self.name.to_owned(),
            Count::Optional => format!("[{}]", self.name),
            Count::Some => format!("{}...", self.name),
            Count::Any => format!("[{}]...", self.name),
        }
    }
}
