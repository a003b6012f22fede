//! What stands before and after each line of a key: marks of comments, mail, changes and tables, numbers, times.

use zeroize::Zeroizing;

use super::layers::Text;
use crate::format::ppk;

/// The text without what stands at both ends of each line of its first key.
pub(super) fn without_marks(text: &str) -> Option<Text> {
    let lines: Vec<&str> = text.lines().collect();
    let (first, before, after) = lines
        .iter()
        .enumerate()
        .find_map(|(number, line)| ends(line).map(|(before, after)| (number, before, after)))?;
    let is_last = |line: &&str| line.contains("END ") || line.contains("Private-MAC:");
    let last = first + lines[first..].iter().position(is_last)?;
    let key = &lines[first..=last];
    let with_front = key.iter().filter(|line| without_front(line, before).is_some()).count();
    let front = if with_front == key.len() { before } else { "" };
    if front.trim().is_empty() && after.is_empty() {
        return None;
    }
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    for line in &lines {
        let rest = without_front(line, front).unwrap_or(line);
        out.push_str(without_back(rest, after));
        out.push('\n');
    }
    (out.trim_end() != text.trim_end()).then_some(out)
}

/// What is before and after the first line of a key.
fn ends(line: &str) -> Option<(&str, &str)> {
    if let Some(at) = line.find(ppk::START) {
        let (_, kind) = line[at..].split_once(": ")?;
        let after =
            kind.trim_start_matches(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        return Some((&line[..at], after.trim()));
    }
    let (_, after) = line.split_once("PRIVATE KEY-----")?;
    let mut before = &line[..line.find("-----BEGIN ")?];
    // A removed line of a change has a sixth dash.
    if before.is_empty() && line.starts_with("------") {
        before = "-";
    }
    Some((before, after.trim()))
}

/// The line without a front of this shape: with other digits, and other blanks.
fn without_front<'a>(line: &'a str, shape: &str) -> Option<&'a str> {
    if line.trim().is_empty() {
        return Some("");
    }
    let (mut rest, mut shape) = (line, shape);
    while let Some(c) = shape.chars().next() {
        if c.is_ascii_digit() {
            shape = shape.trim_start_matches(|c: char| c.is_ascii_digit());
            let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            if after.len() == rest.len() {
                return None;
            }
            rest = after;
        } else if c.is_whitespace() {
            shape = shape.trim_start();
            rest = rest.trim_start();
        } else {
            shape = &shape[c.len_utf8()..];
            rest = rest.strip_prefix(c)?;
        }
    }
    Some(rest)
}

/// The line without what follows its text: the same as after the first line, or what begins alike.
fn without_back<'a>(line: &'a str, after: &str) -> &'a str {
    let line = line.trim_end();
    if let Some(rest) = line.strip_suffix(after) {
        return rest.trim_end();
    }
    let sign = after.chars().next().filter(|c| !c.is_ascii_alphanumeric() && !"+/=-:,".contains(*c));
    sign.and_then(|sign| line.rfind(sign)).map_or(line, |at| line[..at].trim_end())
}
