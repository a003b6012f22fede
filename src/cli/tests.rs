use std::ffi::OsString;

use clap::CommandFactory;

use super::*;
use crate::commands::generate::{Args, Destination};
use crate::commands::overwrite::IfExists;
use crate::commands::passphrase::NewPassphrase;
use crate::secret::Passphrase;

fn read(words: &str) -> Result<Invocation, Error> {
    parse(words.split_whitespace().map(OsString::from))
}

fn generate(words: &str) -> Args {
    match read(words).map(|invocation| invocation.command) {
        Ok(Command::Generate(args)) => args,
        other => panic!("{words}: {other:?}"),
    }
}

#[test]
fn every_option_is_in_the_help_and_back() {
    let commands = [
        Flags::command(),
        convert::Words::command(),
        doctor::Words::command(),
        known_hosts::Words::command(),
    ];
    for argument in commands.iter().flat_map(clap::Command::get_arguments) {
        for name in argument
            .get_short()
            .map(|letter| format!("-{letter}"))
            .into_iter()
            .chain(argument.get_long().map(|word| format!("--{word}")))
        {
            let shown = USAGE.split(|c: char| !(c.is_alphanumeric() || c == '-')).any(|word| word == name);
            assert!(shown, "{name} is not in usage.txt");
        }
    }
    for word in USAGE.split(|c: char| !(c.is_alphanumeric() || c == '-')) {
        if let Some(name) = word.strip_prefix("--").filter(|name| !name.is_empty()) {
            let is_it = |argument: &clap::Arg| {
                let aliases = argument.get_all_aliases().unwrap_or_default();
                argument.get_long() == Some(name) || aliases.contains(&name)
            };
            let known = commands.iter().any(|command| command.get_arguments().any(is_it));
            assert!(known, "--{name}");
        }
    }
}

#[test]
fn every_option_is_in_the_manual_page() {
    let page = manual::MAN_PAGE.replace(['|', ','], " ");
    let words: Vec<&str> = page.split_whitespace().collect();
    let documented = |name: &str| {
        let mut in_flags = false;
        words.iter().any(|word| {
            in_flags = match *word {
                "Fl" => true,
                "Ar" | "Cm" | "Op" => false,
                _ if word.starts_with('.') => *word == ".Fl",
                _ => in_flags,
            };
            in_flags && *word == name
        })
    };
    for command in
        [Flags::command(), convert::Words::command(), doctor::Words::command(), known_hosts::Words::command()]
    {
        for argument in command.get_arguments() {
            let letter = argument.get_short().map(String::from);
            let word = argument.get_long().map(|word| format!("-{word}"));
            for name in letter.into_iter().chain(word) {
                assert!(documented(&name), "-{name} is not in man/rkeygen.1");
            }
        }
    }
}

#[test]
fn the_clap_definition_is_sound() {
    Flags::command().debug_assert();
}

#[test]
fn values_are_read_as_getopt_reads_them() {
    for (words, path) in
        [("-f=key", "=key"), ("-fkey", "key"), ("-f -q", "-q"), ("-f -- -q", "--"), ("-qf key", "key")]
    {
        assert_eq!(generate(words).destination, Destination::File(path.into()), "{words}");
    }
    assert_eq!(generate("-f a -f b").destination, Destination::File("b".into()));
    assert_eq!(generate("--file=a=b").destination, Destination::File("a=b".into()));
    assert_eq!(generate("--file -x").destination, Destination::File("-x".into()));
}

#[test]
fn passphrases_have_one_source_and_old_letters_their_precedence() {
    let given = |words| match generate(words).passphrase {
        NewPassphrase::Given(passphrase) => passphrase,
        other => panic!("{words}: {other:?}"),
    };
    assert_eq!(given("-N a -P b"), Passphrase::new(b"b".to_vec()));
    assert_eq!(given("-N a -N c"), Passphrase::new(b"c".to_vec()));
    assert!(matches!(generate("--no-passphrase").passphrase, NewPassphrase::Without));
    for words in [
        "-N a --no-passphrase",
        "-P a --new-passphrase-from stdin",
        "--no-passphrase --new-passphrase-from stdin",
    ] {
        assert!(matches!(read(words), Err(Error::Usage(_))), "{words}");
    }
}

#[test]
fn if_exists_has_four_words() {
    assert_eq!(generate("").if_exists, IfExists::Ask);
    for (word, meaning) in [
        ("ask", IfExists::Ask),
        ("fail", IfExists::Fail),
        ("keep", IfExists::Keep),
        ("replace", IfExists::Replace),
    ] {
        assert_eq!(generate(&format!("--if-exists {word}")).if_exists, meaning);
    }
}

#[test]
fn words_that_are_not_utf8_are_an_error_where_text_is_wanted() {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        let odd = OsString::from_vec(b"caf\xe9".to_vec());
        let words = |option: &str| vec![OsString::from(option), odd.clone()];
        for option in ["-t", "-b", "-m", "-E", "-Z", "-a", "--if-exists", "--new-passphrase-from"] {
            assert!(parse(words(option)).is_err(), "{option}");
        }
        for option in ["-f", "-C", "-N", "-P", "-O", "-w"] {
            assert!(parse(words(option)).is_ok(), "{option}");
        }
    }
}
