//! The parts of the documentation and the manual page that are generated from the options and subcommands. The files
//! are committed; `UPDATE_GENERATED=1 cargo test --lib generated` updates them.

use std::path::Path;

use super::subcommand::{self, Subcommand};
use super::vocabulary::{Entry, Vocabulary};

#[test]
fn the_generated_parts_are_fresh() {
    keep_fresh(
        "docs/reference/options.md",
        "<!-- generated: options -->\n",
        "<!-- end -->\n",
        &option_table(),
    );
    keep_fresh("man/rkeygen.1", ".\\\" generated: commands\n", ".\\\" end\n", &manual_commands());
    keep_fresh("man/rkeygen.1", ".\\\" generated: options\n", ".\\\" end\n", &manual_options());
}

/// Compares the part of a file between two lines with what it is to be, or writes it.
fn keep_fresh(name: &str, begin: &str, end: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let file = std::fs::read_to_string(&path).expect("a file of the repository");
    let (before, rest) = file.split_once(begin).unwrap_or_else(|| panic!("{name} lacks {begin}"));
    let (part, after) = rest.split_once(end).unwrap_or_else(|| panic!("{name} lacks {end}"));
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        let new = [before, begin, wanted, end, after].concat();
        std::fs::write(&path, new).expect("a file that can be written");
    } else {
        assert_eq!(part, wanted, "{name} is stale: UPDATE_GENERATED=1 cargo test --lib generated");
    }
}

/// The table of docs/reference/options.md.
fn option_table() -> String {
    let mut table = "| option | meaning |\n| --- | --- |\n".to_owned();
    for entry in Vocabulary::of_options().entries() {
        let names = entry.signature().trim_start().replace(", ", "`, `");
        table += &format!("| `{names}` | {} |\n", entry.help().replace('|', "\\|"));
    }
    let options = Vocabulary::of_options();
    let mut shown: Vec<String> = options.entries().map(|entry| entry.id().to_owned()).collect();
    for subcommand in subcommand::all() {
        for entry in Vocabulary::of(subcommand).entries() {
            if shown.iter().any(|id| id == entry.id()) {
                continue;
            }
            shown.push(entry.id().to_owned());
            let names = entry.signature().trim_start().replace(", ", "`, `");
            table += &format!("| `{names}` of `{}` | {} |\n", subcommand.name, entry.help());
        }
    }
    table
}

/// The manual's list of options.
fn manual_options() -> String {
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

/// The manual's list of subcommands.
fn manual_commands() -> String {
    subcommand::all().map(command).collect()
}

fn command(subcommand: &'static Subcommand) -> String {
    let usage = subcommand.usage();
    let usage = usage.trim_start_matches("rkeygen ");
    let operands = usage.split_at(subcommand.name.len()).1.trim();
    let operands = operands.split(' ').filter(|operand| !operand.is_empty());
    let mut page = format!(".It Cm {}", subcommand.name);
    for operand in operands {
        let (many, name) = (operand.ends_with("..."), operand.trim_end_matches("..."));
        let dots = if many { " ..." } else { "" };
        page += &match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            Some(name) => format!(" Oo Ar {name} Oc{dots}"),
            None => format!(" Ar {name}{dots}"),
        };
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
    let text = text.trim().replace('\\', "\\e");
    let mut out = String::new();
    for sentence in text.replace(". ", ".\n").lines() {
        let guard = if sentence.starts_with(['.', '\'']) { "\\&" } else { "" };
        out += &format!("{guard}{sentence}\n");
    }
    out
}
