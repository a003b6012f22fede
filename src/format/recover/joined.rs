//! Lines that something else than a newline separates, and plus signs that a blank replaced. The width of the lines tells
//! separators and blanks from what belongs to the key.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::body::is_base64;
use super::layers::Text;
use super::{mark, putty};
use crate::format::ppk;

/// How long lines are: those of OpenSSL and PuTTY, OpenSSH, and mail.
const WIDTHS: [usize; 3] = [64, 70, 76];
/// No separator is longer, in bytes.
const LONGEST: usize = 8;

/// The text with newlines where its first key has other separators.
pub(super) fn lines(text: &str) -> Option<Text> {
    let (start, end) = match mark(text, 0, "BEGIN ") {
        Some(begin) => (begin.end, mark(text, begin.end, "END ")?.start),
        None => return of_putty(text),
    };
    let body = &text[start..end];
    let inside =
        (1..=LONGEST).filter_map(|length| body.split_at_checked(length)).find_map(|(separator, rest)| {
            let is_newline = separator.trim_matches(' ').contains(['\n', '\r']);
            let (headers, rest) = headers(rest, separator);
            (!is_newline).then(|| pieces(rest, separator)).flatten().map(|pieces| (headers, pieces))
        });
    let (headers, pieces) = inside?;
    let parts = [&text[..start], "\n", &headers, &pieces, &text[end..]];
    Some(Zeroizing::new(parts.concat()))
}

/// The headers of an encrypted key as lines, and what follows them.
fn headers<'a>(rest: &'a str, separator: &str) -> (String, &'a str) {
    let Some((first, after)) = rest.split_once(&format!("{separator}DEK-Info:")) else {
        return (String::new(), rest);
    };
    match after.split_once(&separator.repeat(2)) {
        Some((info, rest)) if first.starts_with("Proc-Type:") => {
            (format!("{first}\nDEK-Info:{info}\n\n"), rest)
        }
        _ => (String::new(), rest),
    }
}

/// Base64 in lines, each with a newline.
fn pieces(text: &str, separator: &str) -> Option<Text> {
    WIDTHS.into_iter().find_map(|width| {
        let mut out = Zeroizing::new(String::with_capacity(text.len() + text.len() / width));
        let mut rest = text;
        while rest.len() > width {
            let (line, after) = rest.split_at_checked(width)?;
            rest = after.strip_prefix(separator)?;
            out.push_str(&with_plus_signs(line)?);
            out.push('\n');
        }
        let last = rest.strip_suffix(separator).unwrap_or(rest);
        out.push_str(&with_plus_signs(last)?);
        out.push('\n');
        Some(out)
    })
}

/// PuTTY's key with newlines: its fields have names, and what is between the first two of them separates all.
fn of_putty(text: &str) -> Option<Text> {
    let at = text.find(ppk::START)?;
    let (_, rest) = text[at..].split_once("Encryption: ")?;
    let rest = ["none", "aes256-cbc"].into_iter().find_map(|cipher| rest.strip_prefix(cipher))?;
    let separator = &rest[..rest.find("Comment:").filter(|length| (1..=LONGEST).contains(length))?];
    if separator.contains(['\n', '\r']) {
        return None;
    }
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = &text[at..];
    while let Some(found) = rest.find("-Lines: ") {
        let digits = found + 8 + rest[found + 8..].find(|c: char| !c.is_ascii_digit())?;
        out.push_str(&fields_apart(&rest[..digits], separator));
        out.push('\n');
        rest = rest[digits..].strip_prefix(separator)?;
        let end = ["Key-Derivation:", "Private-Lines:", "Private-MAC:"]
            .iter()
            .filter_map(|name| rest.find(name))
            .min()?;
        out.push_str(&pieces(&rest[..end], separator)?);
        rest = &rest[end..];
    }
    out.push_str(&fields_apart(rest, separator));
    Some(out)
}

/// The fields of PuTTY's key, each on its line.
fn fields_apart(text: &str, separator: &str) -> Text {
    let mut text = Zeroizing::new(text.to_owned());
    for name in putty::names() {
        *text = text.replace(&format!("{separator}{name}:"), &format!("\n{name}:"));
    }
    text
}

/// The text with plus signs for the blanks inside lines of base64: those as long as such lines are, and the one that
/// follows them.
pub(super) fn plus_signs(text: &str) -> Option<Text> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let (mut is_expected, mut changed) = (false, false);
    for line in text.lines() {
        let is_full = WIDTHS.contains(&line.len());
        let is_last = is_expected && !line.trim().is_empty();
        let plain = if is_full || is_last { with_plus_signs(line) } else { None };
        is_expected = line.ends_with("KEY-----") || line.contains("-Lines:") || (is_full && plain.is_some());
        changed |= plain.as_deref().is_some_and(|plain| plain != line);
        out.push_str(plain.as_deref().unwrap_or(line));
        out.push('\n');
    }
    changed.then_some(out)
}

/// A line of base64 whose blanks become plus signs.
fn with_plus_signs(line: &str) -> Option<Cow<'_, str>> {
    if is_base64(line) {
        return Some(Cow::Borrowed(line));
    }
    let plain = line.replace(' ', "+");
    is_base64(&plain).then_some(Cow::Owned(plain))
}
