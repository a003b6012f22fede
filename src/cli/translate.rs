//! clap's errors in the words of this program.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Error;
use super::suggest::nearest;
use super::values::{self, Kind};
use super::vocabulary::{Entry, Vocabulary};

/// The error, with a hint from what the option takes.
pub(super) fn error(error: &clap::Error, vocabulary: &Vocabulary) -> Error {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    let entry = |text: &str| vocabulary.entries().find(|entry| entry.is_in(text));
    let argument = context(ContextKind::InvalidArg);
    let name = entry(&argument).map_or_else(|| argument.clone(), Entry::name);
    let typed = context(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::ValueValidation => Error::BadValue {
            message: std::error::Error::source(error)
                .map_or_else(|| format!("{name}: bad value"), ToString::to_string),
            allowed: entry(&argument).and_then(|entry| hint(entry, &typed)),
        },
        ErrorKind::InvalidValue => {
            let message = format!("{name}: \"{typed}\" is not one of: {}", context(ContextKind::ValidValue));
            match entry(&argument).and_then(|entry| hint(entry, &typed)) {
                Some(hint) => Error::Usage { message, hint },
                None => vocabulary.usage(message),
            }
        }
        ErrorKind::ArgumentConflict => {
            let prior = context(ContextKind::PriorArg);
            let other = entry(&prior).map_or_else(|| prior.clone(), Entry::name);
            Error::usage(format!("{name} and {other} exclude each other"), format!("omit {name} or {other}"))
        }
        ErrorKind::MissingRequiredArgument => {
            Error::usage(format!("{name} is missing"), format!("add {name}, or omit what needs it"))
        }
        ErrorKind::InvalidUtf8 => vocabulary.usage("the value of an option is not UTF-8".to_owned()),
        _ => vocabulary.usage(error.to_string().lines().next().unwrap_or_default().to_owned()),
    }
}

/// What is allowed, or what was meant.
fn hint(entry: &Entry, typed: &str) -> Option<String> {
    let name = entry.name();
    let special = values::remark(entry.id(), typed);
    special.or_else(|| match entry.kind() {
        Kind::Words(words) | Kind::List(words) => Some(match nearest(typed, words.iter().copied()) {
            Some(near) => format!("did you mean {name} {near}?"),
            None => format!("{name} takes {}", words.join(", ")),
        }),
        _ => None,
    })
}
