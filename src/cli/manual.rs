//! The manual pages, as mdoc(7): the whole one, which is written by hand around generated lists, and one for each word
//! of the commands, which is generated.

use std::path::PathBuf;

use super::Error;
use super::help::uncapitalized;
use super::subcommand::{self, Subcommand};
use super::suggest::nearest;
use super::vocabulary::{Entry, Vocabulary};
use crate::commands::Command;

/// The page about everything.
const MAN_PAGE: &str = include_str!("../../man/rkeygen.1");
/// The date of the generated pages.
const DATE: &str = "November 27, 2026";

/// What `rkeygen man WORDS` shows.
pub(super) fn command(words: &[PathBuf]) -> Result<Command, Error> {
    let Some(word) = words.first().map(|word| word.to_string_lossy()) else {
        return Ok(Command::Manual(MAN_PAGE.into()));
    };
    let word = word.strip_prefix("rkeygen-").unwrap_or(&word);
    if let Some(page) = page_of(word) {
        return Ok(Command::Manual(page.into()));
    }
    let hint = match nearest(word, page_words()) {
        Some(near) => format!("did you mean rkeygen man {near}?"),
        None => "use rkeygen man, or rkeygen man COMMAND".to_owned(),
    };
    Err(Error::usage(format!("there is no manual page on \"{}\"", crate::text::visible(word)), hint))
}

/// The first words of the commands: each has a page.
pub(super) fn page_words() -> impl Iterator<Item = &'static str> {
    let mut before = "";
    subcommand::all().filter_map(move |one| {
        let word = one.name.split(' ').next().unwrap_or_default();
        let new = word != before;
        before = word;
        new.then_some(word)
    })
}

/// The page of a command or of a group of commands.
pub(super) fn page_of(word: &str) -> Option<String> {
    let commands: Vec<_> = subcommand::all()
        .filter(|one| one.name.split(' ').next().is_some_and(|first| first == word))
        .collect();
    let (first, others) = commands.split_first()?;
    let about = if others.is_empty() { uncapitalized(first.about) } else { of_group(&commands) };
    let mut page = format!(
        ".\\\" Generated from src/cli/subcommand; UPDATE_GENERATED=1 cargo test --lib generated writes it.\n\
         .Dd {DATE}\n.Dt RKEYGEN-{} 1\n.Os\n.Sh NAME\n.Nm rkeygen-{word}\n.Nd {about}\n.Sh SYNOPSIS\n",
        word.to_uppercase()
    );
    for one in &commands {
        page += &format!(".Nm rkeygen Cm {}\n.Op Ar option ...\n{}", one.name, synopsis(one));
    }
    page = page.replace(".Nm rkeygen Cm ", ".Nm rkeygen\n.Cm ");
    page += ".Sh DESCRIPTION\n";
    for one in &commands {
        if !others.is_empty() {
            page += &format!(".Ss rkeygen {}\n", one.name);
        }
        page += &description(one);
    }
    page += ".Sh EXAMPLES\n";
    for example in commands.iter().flat_map(|one| one.examples) {
        page += &format!(".Dl {}\n", escaped(example));
    }
    Some(page + ".Sh SEE ALSO\n.Xr rkeygen 1 ,\n.Xr ssh-keygen 1\n")
}

fn of_group(commands: &[&Subcommand]) -> String {
    let abouts: Vec<String> = commands.iter().map(|one| uncapitalized(one.about)).collect();
    abouts.join("; ")
}

/// The operands, each on a line.
fn synopsis(subcommand: &Subcommand) -> String {
    operands(subcommand)
        .map(|(name, optional, many)| {
            let dots = if many { " ..." } else { "" };
            if optional { format!(".Op Ar {name}{dots}\n") } else { format!(".Ar {name}{dots}\n") }
        })
        .collect()
}

/// The name of each operand, whether it may be omitted, and whether there may be several.
fn operands(subcommand: &Subcommand) -> impl Iterator<Item = (String, bool, bool)> {
    let usage = subcommand.usage();
    let operands = usage.split(' ').skip(1 + subcommand.name.split(' ').count()).map(str::to_owned);
    let operands: Vec<String> = operands.collect();
    operands.into_iter().map(|operand| {
        let name = operand.trim_end_matches("...");
        let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        (inner.unwrap_or(name).to_owned(), inner.is_some(), operand.ends_with("..."))
    })
}

fn description(subcommand: &'static Subcommand) -> String {
    let mut page = sentences(&format!("{}. {}", subcommand.about, subcommand.details));
    if !subcommand.ssh_keygen.is_empty() {
        let same = escaped(&format!("As in ssh-keygen: {}", subcommand.ssh_keygen));
        page += &format!(".Pp\n{same}\n");
    }
    page += ".Bl -tag -width Ds\n";
    let options = Vocabulary::of_options();
    for entry in Vocabulary::of(subcommand).entries() {
        let same = options.entries().find(|other| other.id() == entry.id());
        // The details of an option that has a meaning of its own here are those of all its meanings.
        let details = same.filter(|other| other.help() == entry.help()).and_then(Entry::details);
        page += &item(entry);
        page += &sentences(&format!("{}. {}", entry.help(), details.unwrap_or_default()));
    }
    page + ".El\n"
}

/// The whole manual's list of options.
#[cfg(test)]
pub(super) fn options() -> String {
    let vocabulary = Vocabulary::of_options();
    let mut page = String::new();
    let mut heading = "";
    for entry in vocabulary.entries() {
        if entry.heading() != heading {
            page += if heading.is_empty() { "" } else { ".El\n" };
            heading = entry.heading();
            page += &format!(".Ss {heading}\n.Bl -tag -width Ds\n");
        }
        page += &item(entry);
        page += &sentences(&format!("{}. {}", entry.help(), entry.details().unwrap_or_default()));
    }
    page + ".El\n"
}

/// The whole manual's list of commands.
#[cfg(test)]
pub(super) fn commands() -> String {
    subcommand::all().map(command_item).collect()
}

#[cfg(test)]
fn command_item(subcommand: &'static Subcommand) -> String {
    let mut page = format!(".It Cm {}", subcommand.name);
    for (name, optional, many) in operands(subcommand) {
        let dots = if many { " ..." } else { "" };
        page += &if optional { format!(" Oo Ar {name} Oc{dots}") } else { format!(" Ar {name}{dots}") };
    }
    page += &format!("\n{}", sentences(&format!("{}. {}", subcommand.about, subcommand.details)));
    let own = Vocabulary::of(subcommand);
    let options = Vocabulary::of_options();
    let unlike = |entry: &&Entry| !options.entries().any(|other| other.signature() == entry.signature());
    let special: Vec<&Entry> = own.entries().filter(unlike).collect();
    if !special.is_empty() {
        page += ".Bl -tag -width Ds -compact\n";
        page.extend(special.iter().map(|entry| item(entry) + &sentences(&format!("{}.", entry.help()))));
        page += ".El\n";
    }
    page
}

/// `.It Fl t , Fl -type Ar TYPE`.
fn item(entry: &Entry) -> String {
    let short = entry.short_name().map(|letter| format!("Fl {letter}"));
    let long = entry.long_name().map(|name| format!("Fl -{name}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    let value = entry.value().map(|value| format!(" Ar {value}")).unwrap_or_default();
    format!(".It {}{value}\n", names.join(" , "))
}

/// Each sentence on a line of its own, with what mdoc(7) would read as a macro made harmless.
fn sentences(text: &str) -> String {
    let text = text.trim().replace(". ", ".\n");
    text.lines().map(|sentence| format!("{}\n", escaped(sentence))).collect()
}

/// A line of text that mdoc(7) prints as it is.
fn escaped(line: &str) -> String {
    let guard = if line.starts_with(['.', '\'']) { "\\&" } else { "" };
    format!("{guard}{}", line.replace('\\', "\\e"))
}
