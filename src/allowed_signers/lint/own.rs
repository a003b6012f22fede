//! What is wrong with one line of an allowed_signers file by itself.

use memchr::memmem;

use super::super::Signers;
use super::super::line::{LineError, first_word};
use crate::certificate::{KeyInLine, KeyOrCertificate};
use crate::date::Clock;
use crate::finding::FindingId;
use crate::format::NoKey;
use crate::key_list::{BLANK_IN_OPTIONS, Problem, begins_with_option, in_comment, without_ending};
use crate::text::{INVISIBLE, QUOTATION_MARKS, is_blank};

/// What is wrong with a line that is not read.
pub(super) fn of_error(error: &LineError, line: &[u8]) -> Problem {
    if let Some((message, fix)) = misplaced(error, line) {
        return Problem::new(FindingId::UnreadLine, format!("ssh-keygen does not read it: {message}"), fix);
    }
    let may_say_more = !matches!(error, LineError::Options(_));
    let rest = first_word(line).map_or(line, |(_, rest)| rest);
    let no_key = may_say_more.then(|| NoKey::of(KeyInLine::place(rest), without_ending(line))).flatten();
    let (message, fix) = match &no_key {
        Some(no_key) => (no_key.to_string(), no_key.fix()),
        None => (error.to_string(), "correct the line: see ssh-keygen(1), ALLOWED SIGNERS"),
    };
    Problem::new(FindingId::UnreadLine, format!("ssh-keygen does not read it: {message}"), fix)
}

/// What is wrong with a line whose words are in another order, or apart.
fn misplaced(error: &LineError, line: &[u8]) -> Option<(&'static str, &'static str)> {
    let key = memmem::find(line, b" AAAA")?;
    let text = String::from_utf8_lossy(&line[..key]);
    let mut words = text.split_whitespace();
    let (first, second) = (words.next()?, words.next()?);
    if begins_with_option(first.trim_start_matches('@')) {
        return Some((
            "the options are before the principals",
            "write the principals first, then the options: me@example.org namespaces=\"git\" KEY",
        ));
    }
    if first.ends_with(',') || second.starts_with(',') {
        return Some((
            "there is a blank in the list of principals",
            "write the principals with commas and no blanks between",
        ));
    }
    words.next()?;
    if text.split_whitespace().any(|word| word.starts_with('<') && word.contains('@')) {
        return Some((
            "there is a blank in the list of principals",
            "write the address alone, without < and >",
        ));
    }
    let is_apart = *error == LineError::Key && begins_with_option(second);
    is_apart.then_some(BLANK_IN_OPTIONS)
}

/// Options after the key, which ssh-keygen takes for a comment.
pub(super) fn options_in_comment(line: &[u8]) -> Option<Problem> {
    let key = memmem::find(line, b" AAAA")?;
    let base64 = &line[key + 1..];
    let end = base64.iter().position(is_blank)?;
    in_comment(without_ending(&base64[end..]))
}

/// A second entry in a line, which ssh-keygen takes for a comment.
pub(super) fn second_entry(line: &[u8]) -> Option<Problem> {
    let mut keys = memmem::find_iter(line, b" AAAA");
    let first = keys.next()?;
    keys.next().filter(|_| KeyInLine::is_in(&line[first + 1..]))?;
    let message = "two entries run together on this line: a newline is missing";
    Some(Problem::new(FindingId::RanTogether, message, "put each entry on a line of its own"))
}

/// What is wrong with a line by itself.
pub(super) fn of_line(signers: &Signers, clock: &Clock) -> Vec<Problem> {
    let mut found = Vec::new();
    if signers.valid_before.is_some_and(|before| before < clock.now) {
        let fix = "keep it for signatures of that time, or remove the line";
        found.push(Problem::new(FindingId::Expired, "the key is no longer valid", fix));
    }
    if matches_nothing(&signers.principals) {
        let message = "it never matches: the list of principals has no name, or excludes all that it has";
        found.push(Problem::new(FindingId::NeverMatches, message, "name who signs, such as me@example.org"));
    }
    if signers.namespaces.as_deref().is_some_and(matches_nothing) {
        let message = "it never matches: the list of namespaces has no name, or excludes all that it has";
        found.push(Problem::new(
            FindingId::NeverMatches,
            message,
            "name what for, such as namespaces=\"git\"",
        ));
    }
    let is_apart = |name: &[u8]| name.iter().any(|byte| is_blank(byte) || *byte == b';');
    let mut names = signers.namespaces.iter().flat_map(|list| list.split(|&byte| byte == b','));
    if let Some(name) = names.find(|name| is_apart(name)) {
        let message = format!("the namespace \"{}\" never matches", String::from_utf8_lossy(name));
        let fix = "write the namespaces with commas and no blanks between";
        found.push(Problem::new(FindingId::NeverMatches, message, fix));
    }
    if matches!(signers.key, KeyOrCertificate::Certificate(_)) {
        let message = "it never matches: signatures with a certificate are found by the key of its CA";
        found.push(Problem::new(
            FindingId::NeverMatches,
            message,
            "write cert-authority and the key of the CA",
        ));
    }
    found.extend(odd_principals(&signers.principals));
    found
}

/// Characters that no one writes into a principal.
fn odd_principals(principals: &[u8]) -> Vec<Problem> {
    let principals = String::from_utf8_lossy(principals);
    let mut found = Vec::new();
    if principals.starts_with('\u{feff}') {
        let message = "a BOM at the start of the line is a part of the first principal";
        found.push(Problem::new(FindingId::ByteOrderMark, message, "remove the BOM: write the line again"));
    } else if principals.contains(INVISIBLE) {
        let message = "it never matches: there are invisible characters in the list of principals";
        found.push(Problem::new(FindingId::NeverMatches, message, "write the principals again"));
    } else if principals.contains(['<', '>']) {
        let message = "it never matches: < and > are a part of the list of principals";
        found.push(Problem::new(FindingId::NeverMatches, message, "write the address alone"));
    }
    if principals.contains(|c| matches!(c, '\'' | '`') || QUOTATION_MARKS.contains(&c)) {
        let message = "a quotation mark is a part of the name of a principal";
        found.push(Problem::new(FindingId::QuotationMark, message, "write the name without it, or in \"\""));
    }
    found
}

/// Whether no name is in a list: it is empty, or each pattern is excluded.
fn matches_nothing(list: &[u8]) -> bool {
    let patterns: Vec<_> = list.split(|&byte| byte == b',').collect();
    let mut wanted = patterns.iter().filter(|name| !name.is_empty() && !name.starts_with(b"!"));
    let is_excluded = |name: &[u8]| {
        patterns
            .iter()
            .filter_map(|one| one.strip_prefix(b"!"))
            .any(|excluded| excluded == name || excluded == b"*")
    };
    wanted.all(|name| is_excluded(name))
}
