//! The one place where clap and getopt(3) read a word differently.
//!
//! getopt takes everything behind a letter as its value, an `=` too; it takes the next word as a
//! value whatever it looks like; and the first word that is no option ends the options.

use std::ffi::OsString;

use clap::{ArgAction, Command};
use clap_lex::RawArgs;

use super::Error;

/// Rewrites the words (without the program's name) so that clap reads them as getopt does: each
/// letter a word of its own, each value the next word, `--` before the operands.
pub(super) fn normalize(
    words: impl IntoIterator<Item = OsString>,
    clap: &Command,
) -> Result<Vec<OsString>, Error> {
    let raw = RawArgs::new(words);
    let mut cursor = raw.cursor();
    let mut out = vec![OsString::from(clap.get_name())];
    while let Some(word) = raw.next(&mut cursor) {
        if word.is_escape() {
            out.push("--".into());
            out.extend(raw.remaining(&mut cursor).map(OsString::from));
        } else if let Some((name, value)) = word.to_long() {
            out.push(word.to_value_os().to_owned());
            if value.is_none() && name.is_ok_and(|name| long_takes_value(clap, name)) {
                out.extend(raw.next_os(&mut cursor).map(OsString::from));
            }
        } else if let Some(letters) = word.to_short() {
            split(letters, clap, &mut out, || raw.next_os(&mut cursor).map(OsString::from))?;
        } else {
            out.extend(["--".into(), word.to_value_os().to_owned()]);
            out.extend(raw.remaining(&mut cursor).map(OsString::from));
        }
    }
    Ok(out)
}

/// Of ssh-keygen's own options one is not rkeygen's.
fn unknown(letter: char) -> Error {
    match letter {
        'D' => Error::BadValue {
            message: format!("-{letter} is for keys in tokens, which rkeygen does not talk to"),
            allowed: Some(format!("ssh-keygen -{letter} does; their public halves can be used here")),
        },
        _ => Error::Usage(format!("unknown option -- {letter}")),
    }
}

fn split(
    mut letters: clap_lex::ShortFlags<'_>,
    clap: &Command,
    out: &mut Vec<OsString>,
    mut next_word: impl FnMut() -> Option<OsString>,
) -> Result<(), Error> {
    while let Some(letter) = letters.next_flag() {
        let letter =
            letter.map_err(|rest| Error::Usage(format!("unknown option -- {}", rest.to_string_lossy())))?;
        let argument = clap.get_arguments().find(|argument| {
            let aliases = argument.get_all_short_aliases().unwrap_or_default();
            argument.get_short() == Some(letter) || aliases.contains(&letter)
        });
        let argument = argument.ok_or_else(|| unknown(letter))?;
        out.push(format!("-{letter}").into());
        if takes_value(argument) {
            let value = letters.next_value_os().map(OsString::from).or_else(&mut next_word);
            out.push(value.ok_or(Error::NoValue(letter))?);
        }
    }
    Ok(())
}

fn takes_value(argument: &clap::Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Set | ArgAction::Append)
}

fn long_takes_value(clap: &Command, name: &str) -> bool {
    clap.get_arguments().any(|argument| argument.get_long() == Some(name) && takes_value(argument))
}
