//! PuTTY's `.ppk` files in other text. Their fields have names and an order, so each value ends where the next name begins,
//! and only base64 has lines to count.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use super::body::{is_base64, is_mark_of_pieces, undecorated};
use super::{Damage, Recovered, is_sound, putty_ends};
use crate::format::ppk::{START, WIDTH};
use crate::secret::Secret;

/// The other fields, in their order, and whether each file has them.
const FIELDS: [(&str, bool); 10] = [
    ("Encryption", true),
    ("Comment", true),
    ("Public-Lines", true),
    ("Key-Derivation", false),
    ("Argon2-Memory", false),
    ("Argon2-Passes", false),
    ("Argon2-Parallelism", false),
    ("Argon2-Salt", false),
    ("Private-Lines", true),
    ("Private-MAC", true),
];

/// The names of the fields after the first one.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().map(|(name, _)| *name)
}

/// The first key of PuTTY's in a text; none if the text is just its file.
pub(super) fn key_of(text: &str, causes: &[Damage]) -> Option<Recovered> {
    if causes.is_empty() && text.starts_with(START) && is_sound(text.as_bytes()) {
        return None;
    }
    let (rest, missing) = putty_ends::completed(text)?;
    let fields = fields(&rest)?;
    let comments = [undecorated(fields[2].1), fields[2].1.trim_end_matches(['\r', '\n'])];
    let found = comments.iter().find_map(|comment| {
        let text = written(&fields, first_line(comment))?;
        is_sound(text.expose()).then_some(text)
    })?;
    let mut causes = [causes, &missing].concat();
    if causes.is_empty() {
        causes.push(if rest.contains('\n') { Damage::TextAround } else { Damage::OneLine });
    }
    Some(Recovered { causes, text: found })
}

/// The names of the fields that are there, with their values.
fn fields(text: &str) -> Option<Vec<(&'static str, &str)>> {
    let mut found = vec![(START, 0, START.len())];
    for (name, needed) in FIELDS {
        let from = found.last()?.2;
        let place = text[from..].match_indices(name).map(|(at, _)| from + at);
        let place = place.filter(|at| text[at + name.len()..].starts_with(':')).min();
        match place {
            Some(at) => found.push((name, at, at + name.len() + 1)),
            None if needed => return None,
            None => {}
        }
    }
    let ends = found.iter().skip(1).map(|(_, start, _)| *start).chain([text.len()]);
    Some(found.iter().zip(ends).map(|((name, _, from), end)| (*name, &text[*from..end])).collect())
}

/// The file of these fields.
fn written(fields: &[(&'static str, &str)], comment: &str) -> Option<Secret> {
    let length = fields.iter().map(|(name, value)| name.len() + value.len() + 8).sum();
    // Reserved whole, so that no part of the key stays in memory when it grows.
    let mut out = Zeroizing::new(String::with_capacity(length));
    for (name, value) in fields {
        let value = match *name {
            START => {
                let (version, kind) = undecorated(first_line(value)).split_once(':')?;
                writeln!(out, "{START}{version}: {}", kind.trim()).ok()?;
                continue;
            }
            "Comment" => comment.trim_start(),
            "Public-Lines" | "Private-Lines" => {
                lines(&mut out, name, value)?;
                continue;
            }
            // What follows is another text.
            "Private-MAC" => mac(value)?,
            _ => undecorated(first_line(value)),
        };
        writeln!(out, "{name}: {value}").ok()?;
    }
    Some(Secret::new(std::mem::take(&mut *out).into_bytes()))
}

/// Base64, with the count of its lines, which is the first word.
fn lines(out: &mut String, name: &str, value: &str) -> Option<()> {
    let value = value.trim_start();
    let digits = value.len() - value.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    // Where newlines are missing, the base64 follows at once, and may begin with digits.
    let most = value[..digits].parse::<usize>().ok().filter(|count| *count < 1000);
    let rest = value.get(most.map_or(1, |_| digits)..)?;
    let mut base64 = Zeroizing::new(String::with_capacity(value.len()));
    for word in rest.split_whitespace().map(undecorated) {
        if is_base64(word) {
            base64.push_str(word);
        } else if !is_mark_of_pieces(word) {
            return None;
        }
    }
    while !base64.len().is_multiple_of(4) {
        base64.push('=');
    }
    // A count that is apart from the base64 says whether lines are missing.
    let is_apart = most.is_some() && rest.starts_with(char::is_whitespace);
    let lines = base64.len().div_ceil(WIDTH);
    if is_apart && most != Some(lines) {
        return None;
    }
    writeln!(out, "{name}: {lines}").ok()?;
    for line in base64.as_bytes().chunks(WIDTH) {
        writeln!(out, "{}", std::str::from_utf8(line).ok()?).ok()?;
    }
    Some(())
}

/// The digits of the last field, SHA-1 or SHA-256, whatever follows them.
fn mac(value: &str) -> Option<&str> {
    let value = value.trim_start();
    let digits = value.bytes().take_while(u8::is_ascii_hexdigit).count();
    let length = if digits < 64 { 40 } else { 64 };
    value.get(..length).filter(|_| digits >= length)
}

fn first_line(text: &str) -> &str {
    text.trim_start_matches([' ', '\t']).split(['\n', '\r']).next().unwrap_or_default()
}
