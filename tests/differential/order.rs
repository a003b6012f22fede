//! The same options in another order, run together, and given twice.

use crate::support::dice::Dice;

/// The letters with a value, as getopt(3) gets them from ssh-keygen.
const VALUED: &str = "CDEFIKMNOPRVYZabfmnrstwz";

/// An option of one letter with its value, or letters without one.
struct Typed {
    letters: String,
    value: Option<String>,
}

/// What does the same typed in another way. Words that are not options stay behind them.
pub(crate) fn mixed(words: Vec<String>, dice: &mut Dice) -> Vec<String> {
    let Some((mut options, operands)) = taken_apart(&words) else { return words };
    if dice.one_in(2) {
        for last in (1..options.len()).rev() {
            options.swap(last, dice.below(last + 1));
        }
    }
    if dice.one_in(4) {
        // The last one counts.
        if let Some(at) = options.iter().position(|it| it.letters == "f") {
            options.insert(at, Typed { letters: "f".to_owned(), value: Some("missing".to_owned()) });
        }
    }
    let mut out: Vec<String> = Vec::new();
    let mut open = false; // The last word is letters without values: more can follow in it.
    for Typed { letters, value } in options {
        if open && dice.one_in(2) {
            out.last_mut().expect("a word").push_str(&letters);
        } else {
            out.push(format!("-{letters}"));
        }
        open = value.is_none();
        match value {
            Some(value) if !value.is_empty() && dice.one_in(3) => {
                out.last_mut().expect("a word").push_str(&value);
            }
            value => out.extend(value),
        }
    }
    out.extend(operands);
    out
}

fn taken_apart(words: &[String]) -> Option<(Vec<Typed>, Vec<String>)> {
    let mut options = Vec::new();
    let mut rest = words.iter();
    while let Some(letters) = rest.as_slice().first().and_then(|word| word.strip_prefix('-')) {
        rest.next();
        let (plain, last) = letters.split_at_checked(letters.len().checked_sub(1)?)?;
        let (plain, value) =
            if VALUED.contains(last) { (plain, Some(rest.next()?.clone())) } else { (letters, None) };
        // `--` is no letter.
        if letters == "-" || plain.contains(|letter| VALUED.contains(letter)) {
            return None;
        }
        if !plain.is_empty() {
            options.push(Typed { letters: plain.to_owned(), value: None });
        }
        if value.is_some() {
            options.push(Typed { letters: last.to_owned(), value });
        }
    }
    Some((options, rest.cloned().collect()))
}
