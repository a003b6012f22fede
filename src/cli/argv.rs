//! Adapts arguments where clap and getopt(3) disagree.
//!
//! getopt takes everything after an option's letter as its value, an `=` too; it takes the next argument as a value
//! whatever it looks like; and in ssh-keygen the first operand ends the options.

use std::ffi::{OsStr, OsString};

use clap_lex::{RawArgs, ShortFlags};

use super::Error;
use super::suggest::nearest;
use super::vocabulary::{Entry, Vocabulary};

/// What an operand does to the options after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operands {
    /// It ends them, as in ssh-keygen.
    EndOptions,
    /// Nothing, as in the subcommands.
    BetweenOptions,
}

/// Rewrites the arguments so that clap reads them as getopt does: each option an argument of its own and under its name
/// in `Flags`, each value the next argument, `--` before the operands. With an error, it is the arguments before that
/// error: a bad value among them comes first, as in getopt's loop.
pub(super) fn normalize(
    arguments: &[OsString],
    vocabulary: &Vocabulary,
    rule: Operands,
) -> (Vec<OsString>, Result<(), Error>) {
    let mut options = vec![OsString::from("rkeygen")];
    let mut operands = Vec::new();
    let end = split(arguments, vocabulary, rule, (&mut options, &mut operands));
    options.push("--".into());
    options.append(&mut operands);
    (options, end)
}

fn split(
    arguments: &[OsString],
    vocabulary: &Vocabulary,
    rule: Operands,
    (options, operands): (&mut Vec<OsString>, &mut Vec<OsString>),
) -> Result<(), Error> {
    let raw = RawArgs::new(arguments);
    let mut cursor = raw.cursor();
    while let Some(argument) = raw.next(&mut cursor) {
        let mut next = || raw.next_os(&mut cursor).map(OsString::from);
        if argument.is_escape() {
            operands.extend(raw.remaining(&mut cursor).map(OsString::from));
        } else if let Some((name, value)) = argument.to_long() {
            long(name, value, vocabulary, options, next)?;
        } else if let Some(letters) = argument.to_short() {
            short(letters, vocabulary, options, &mut next)?;
        } else {
            operands.push(argument.to_value_os().to_owned());
            if rule == Operands::EndOptions {
                operands.extend(raw.remaining(&mut cursor).map(OsString::from));
            }
        }
    }
    Ok(())
}

fn long(
    name: Result<&str, &OsStr>,
    value: Option<&OsStr>,
    vocabulary: &Vocabulary,
    options: &mut Vec<OsString>,
    next: impl FnOnce() -> Option<OsString>,
) -> Result<(), Error> {
    let name = name.map_err(|name| unknown_long(&name.to_string_lossy(), vocabulary))?;
    let entry = vocabulary.long(name).ok_or_else(|| unknown_long(name, vocabulary))?;
    match (value, entry.takes_value()) {
        (Some(_), false) => {
            return Err(vocabulary.usage(format!("--{name} takes no value")));
        }
        (None, false) => options.push(entry.in_flags().into()),
        (_, true) => {
            let usual = || entry.usual_value().map(OsString::from);
            let value = value.map(OsString::from).or_else(usual).or_else(next);
            let value = value.ok_or_else(|| vocabulary.usage(format!("--{name}: a value is missing")))?;
            push(entry, value, options);
        }
    }
    Ok(())
}

fn short(
    mut letters: ShortFlags<'_>,
    vocabulary: &Vocabulary,
    options: &mut Vec<OsString>,
    mut next: impl FnMut() -> Option<OsString>,
) -> Result<(), Error> {
    while let Some(letter) = letters.next_flag() {
        let letter = letter
            .map_err(|rest| vocabulary.usage(format!("unknown option -- {}", rest.to_string_lossy())))?;
        let entry = vocabulary.short(letter).ok_or_else(|| vocabulary.unknown_short(letter))?;
        if entry.takes_value() {
            let value = letters.next_value_os().map(OsString::from).or_else(&mut next);
            push(entry, value.ok_or(Error::NoValue(letter))?, options);
        } else {
            options.push(entry.in_flags().into());
        }
    }
    Ok(())
}

/// clap would drop an `=` in front of a value that is joined to a letter, so values stand alone.
fn push(entry: &Entry, value: OsString, options: &mut Vec<OsString>) {
    options.extend([entry.in_flags().into(), value]);
}

fn unknown_long(name: &str, vocabulary: &Vocabulary) -> Error {
    let message = format!("unknown option --{name}");
    let elsewhere = vocabulary.elsewhere(&format!("--{name}"), |known| known.long(name));
    let near = || nearest(name, vocabulary.longs()).map(|near| format!("did you mean --{near}?"));
    // Short names end many others.
    let hint = if name.len() > 2 { near().or(elsewhere) } else { elsewhere.or_else(near) };
    match hint {
        Some(hint) => Error::Usage { message, hint },
        None => vocabulary.usage(message),
    }
}
