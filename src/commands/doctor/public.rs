//! Public keys, certificates and the files that list them.

use super::Args;
use super::health::Health;
use crate::certificate::{KeyInLine, KeyOrCertificate, problem_of_line};
use crate::date::rfc3339;
use crate::finding::FindingId;
use crate::format::recover;
use crate::host::clock;
use crate::text::{BOM, is_utf16};

/// What is wrong with a file that holds a public key or a certificate.
pub(super) fn examine(health: &mut Health, file: &[u8], args: &Args) {
    if file.starts_with(BOM) {
        let message = "it begins with a BOM, which hides its first line from ssh";
        health.find(FindingId::ByteOrderMark, message, "save it without a BOM (as UTF-8, or ASCII)", None);
    }
    if let Some(KeyOrCertificate::Certificate(certificate)) = &health.key {
        let (now, validity) = (clock::read().now, certificate.statement().validity);
        if now < validity.after {
            health.find(
                FindingId::NotYetValid,
                "the certificate is not valid yet",
                "check the clocks, or wait",
                None,
            );
        } else if now >= validity.before {
            health.find(FindingId::Expired, "the certificate has expired", "have the key signed again", None);
        } else if let Some(time) = args.expires_within
            && validity.before - now < u64::from(time)
        {
            let message = format!("the certificate expires at {}", rfc3339(validity.before));
            health.find(FindingId::ExpiresSoon, message, "have the key signed again", None);
        }
    }
    for (number, line) in (1..).zip(file.split(|&byte| byte == b'\n')) {
        let line = line.strip_suffix(b"\r").unwrap_or(line).trim_ascii_start();
        if let Some(problem) = problem_of_line(line) {
            health.find(
                FindingId::UnreadLine,
                format!("line {number}: {problem}"),
                "copy the line again",
                None,
            );
        }
    }
}

/// A public key file in which no key can be read: what is wrong with it, if it is meant as one.
pub(super) fn damaged(health: &mut Health, file: &[u8]) -> bool {
    let start = file.strip_prefix(BOM).unwrap_or(file).trim_ascii_start();
    let text = String::from_utf8_lossy(start);
    let utf16 = is_utf16(file) && recover(file).is_empty();
    let first = text.lines().next().unwrap_or_default();
    let message = if utf16 {
        "it is UTF-16 text, which ssh does not read".to_owned()
    } else if start.len() < file.trim_ascii_start().len() && KeyInLine::find(first.as_bytes()).is_some() {
        "it begins with a BOM, which hides its first line from ssh".to_owned()
    } else if is_folded(&text) {
        "the key is folded: it must be on one line".to_owned()
    } else if let Some(problem) = problem_of_line(first.as_bytes()) {
        problem
    } else {
        return false;
    };
    health.kind = "public key, damaged";
    let hint = "save it as one line of plain text, or: rkeygen -y -f PRIVATE > FILE";
    health.find(FindingId::Damaged, message, hint, None);
    true
}

/// Whether the lines joined are a key.
fn is_folded(text: &str) -> bool {
    let joined: String = text.lines().map(str::trim_end).collect();
    text.trim_end().lines().count() > 1
        && joined.len() < 20_000
        && KeyInLine::find(joined.as_bytes()).is_some()
}
