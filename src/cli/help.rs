//! Help: an overview, and a page for each subcommand, group, option and topic.

use std::path::PathBuf;

use super::Error;
use super::flags::Flags;
use super::subcommand::{self, Subcommand};
use super::suggest::nearest;
use super::values::{self, Kind};
use super::vocabulary::{Entry, Vocabulary};

/// What `--help` shows.
const OVERVIEW: &str = include_str!("help/overview.txt");
/// ssh-keygen's own usage, on which scripts match.
pub(super) const SYNOPSIS: &str = include_str!("help/synopsis.txt");
/// What is neither a subcommand nor an option.
const TOPICS: [(&str, &str); 5] = [
    ("passphrases", include_str!("help/passphrases.txt")),
    ("formats", include_str!("help/formats.txt")),
    ("tokens", include_str!("help/tokens.txt")),
    ("json", include_str!("help/json.txt")),
    ("exit-status", include_str!("help/exit-status.txt")),
];
/// The widest line.
const WIDTH: usize = 79;
/// Where the help of options and subcommands starts.
const COLUMN: usize = 32;

/// The page of a mode of ssh-keygen, or the overview if there is none.
pub(super) fn of_mode(flags: &Flags) -> String {
    let operation = flags.signature.as_deref().map(|operation| match operation {
        operation if operation.starts_with("find-principals") => "principals find",
        operation if operation.starts_with("match-principals") => "principals match",
        operation if operation.starts_with("sign") => "sign",
        _ => "verify",
    });
    let modes = [
        (flags.make_krl, "krl make"),
        (flags.query_krl, "krl check"),
        (flags.ca_or_signature.is_some(), "certificate sign"),
        (flags.show_certificate, "certificate show"),
        (flags.find_host.is_some(), "known-hosts find"),
        (flags.remove_host.is_some(), "known-hosts remove"),
        (flags.hash_hosts, "known-hosts hash"),
        (flags.fingerprint || flags.bubblebabble, "fingerprint"),
        (flags.change_passphrase, "passphrase"),
        (flags.change_comment, "comment"),
        (flags.export || flags.import, "convert"),
        (flags.print_public, "public"),
        (flags.host_or_revoked.is_some(), "sshfp"),
        (flags.moduli.is_some(), "moduli generate"),
        (flags.host_keys, "host-keys"),
    ];
    let mode = modes.iter().find(|(chosen, _)| *chosen).map(|(_, name)| *name);
    let page = operation.or(mode).and_then(subcommand::named_exactly);
    page.map_or_else(|| OVERVIEW.to_owned(), of_subcommand)
}

/// The page of a subcommand.
pub(super) fn of_subcommand(subcommand: &'static Subcommand) -> String {
    let usage = subcommand.usage();
    let operands = usage.split_at(usage.len().min("rkeygen ".len() + subcommand.name.len())).1;
    let mut page = format!("rkeygen {}: {}\n\n", subcommand.name, uncapitalized(subcommand.about));
    page += &format!("Usage: rkeygen {} [OPTION]...{operands}\n", subcommand.name);
    if !subcommand.ssh_keygen.is_empty() {
        page += &format!("As in ssh-keygen: {}\n", subcommand.ssh_keygen);
    }
    if !subcommand.details.is_empty() {
        page += &format!("\n{}\n", wrapped(subcommand.details, 0));
    }
    page += "\nOptions:\n";
    page.extend(Vocabulary::of(subcommand).entries().map(line));
    if let Some((first, others)) = subcommand.examples.split_first() {
        page += if others.is_empty() { "\nExample:\n" } else { "\nExamples:\n" };
        page.extend([first].into_iter().chain(others).map(|example| format!("  {example}\n")));
    }
    page
}

/// The page of a group of subcommands.
pub(super) fn of_group(word: &str) -> String {
    let mut page = format!("Usage: rkeygen {word} COMMAND\n\nCommands:\n");
    page.extend(subcommand::group(word).map(|one| row(one.name, uncapitalized(one.about).as_str())));
    page + &format!("\nMore: rkeygen help {word} COMMAND\n")
}

/// All options of ssh-keygen, by their headings.
fn of_options() -> String {
    let vocabulary = Vocabulary::of_options();
    let about = "The options of ssh-keygen, and more. The first mode that is given counts; without one, a key pair \
                 is generated.";
    let mut page = format!("Usage: rkeygen [OPTION]...\n\n{}\n", wrapped(about, 0));
    let mut heading = "";
    for entry in vocabulary.entries() {
        if entry.heading() != heading {
            heading = entry.heading();
            page += &format!("\n{heading}:\n");
        }
        page += &line(entry);
    }
    page + "\nOptions may be combined (-qted25519), and the last value wins.\n"
}

/// Whether there is help on the word beside that of commands and options.
pub(super) fn is_topic(word: &str) -> bool {
    TOPICS.iter().any(|(topic, _)| *topic == word)
}

/// What `rkeygen help WORDS` shows.
pub(super) fn topic(words: &[PathBuf]) -> Result<String, Error> {
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let name = words.join(" ");
    let singular = name.strip_suffix('s').unwrap_or(&name);
    if name.is_empty() || name == "--help" {
        return Ok(OVERVIEW.to_owned());
    }
    if name == "options" {
        return Ok(of_options());
    }
    if let Some((_, text)) = TOPICS.iter().find(|(topic, _)| *topic == name) {
        return Ok((*text).to_owned());
    }
    if let Some(subcommand) = subcommand::named_exactly(&name) {
        return Ok(of_subcommand(subcommand));
    }
    if let Some(group) =
        [name.as_str(), singular].into_iter().find(|word| subcommand::group(word).next().is_some())
    {
        return Ok(of_group(group));
    }
    if let Some(page) = of_option(&name) {
        return Ok(page);
    }
    if let Kind::Words(formats) = values::kind("to")
        && formats.iter().any(|format| format.eq_ignore_ascii_case(&name))
    {
        return topic(&["formats".into()]);
    }
    let known = subcommand::all().map(|one| one.name).chain(TOPICS.iter().map(|(topic, _)| *topic));
    let hint = match nearest(&name, known) {
        Some(near) => format!("did you mean rkeygen help {near}?"),
        None => "rkeygen help shows the commands and topics".to_owned(),
    };
    Err(Error::usage(format!("there is no help on \"{}\"", crate::text::visible(&name)), hint))
}

/// The page of an option: of the subcommand that it stands for, or all there is to say about it.
fn of_option(name: &str) -> Option<String> {
    let vocabulary = Vocabulary::of_options();
    let entry = match (name.strip_prefix("--"), name.strip_prefix('-')) {
        (Some(long), _) => vocabulary.long(long)?,
        (None, Some(letter)) => vocabulary.short(letter.chars().next()?)?,
        (None, None) => return None,
    };
    let letter = entry.short_name().map(|letter| format!("-{letter}"));
    let stands_for = |one: &&Subcommand| {
        letter.as_deref().is_some_and(|letter| one.ssh_keygen.split_whitespace().next() == Some(letter))
    };
    let mut page = line(entry);
    if let Some(details) = entry.details() {
        page += &format!("\n{}\n", wrapped(&details, 0));
    }
    let pages: Vec<_> = subcommand::all().filter(stands_for).collect();
    match pages.as_slice() {
        [] => {}
        [only] => page += &format!("\n{}", of_subcommand(only)),
        several => {
            page += "\nCommands:\n";
            page.extend(several.iter().map(|one| row(one.name, &uncapitalized(one.about))));
        }
    }
    Some(page)
}

/// An option and its help.
fn line(entry: &Entry) -> String {
    row(&entry.signature(), &entry.help())
}

fn row(left: &str, right: &str) -> String {
    let right = wrapped(right, COLUMN);
    if left.len() + 3 > COLUMN {
        format!("  {left}\n{:COLUMN$}{right}\n", "")
    } else {
        format!("  {left:width$}{right}\n", width = COLUMN - 2)
    }
}

/// The text in lines that fit, all but the first indented.
fn wrapped(text: &str, indent: usize) -> String {
    let mut out = String::new();
    let mut length = indent;
    for word in text.split_whitespace() {
        let needed = word.chars().count() + usize::from(!out.is_empty());
        if !out.is_empty() && length + needed > WIDTH {
            out += &format!("\n{:indent$}{word}", "");
            length = indent + word.chars().count();
        } else {
            out += if out.is_empty() { "" } else { " " };
            out += word;
            length += needed;
        }
    }
    out
}

pub(super) fn uncapitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}
