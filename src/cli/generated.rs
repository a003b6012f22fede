//! The parts of the documentation and the manual page that are generated from the options and subcommands. The files
//! are committed; `UPDATE_GENERATED=1 cargo test --lib generated` updates them.

use std::path::Path;

use super::manual;
use super::subcommand;
use super::vocabulary::Vocabulary;

#[test]
fn the_generated_parts_are_fresh() {
    keep_fresh(
        "docs/reference/options.md",
        "<!-- generated: options -->\n",
        "<!-- end -->\n",
        &option_table(),
    );
    keep_fresh("man/rkeygen.1", ".\\\" generated: commands\n", ".\\\" end\n", &manual::commands());
    keep_fresh("man/rkeygen.1", ".\\\" generated: options\n", ".\\\" end\n", &manual::options());
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

/// Each word of the commands has a page in `man`, and there is no page of any other.
#[test]
fn each_command_has_a_manual_page() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("man");
    let mut wanted = vec!["rkeygen.1".to_owned()];
    for word in manual::page_words() {
        let page = manual::page_of(word).expect("a page");
        let name = format!("rkeygen-{word}.1");
        if std::env::var_os("UPDATE_GENERATED").is_some() {
            std::fs::write(directory.join(&name), &page).expect("a file that can be written");
        }
        let file = std::fs::read_to_string(directory.join(&name)).unwrap_or_default();
        assert_eq!(file, page, "man/{name} is stale: UPDATE_GENERATED=1 cargo test --lib generated");
        wanted.push(name);
    }
    let entries = std::fs::read_dir(&directory).expect("the directory of the manual pages");
    let mut found: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
}
