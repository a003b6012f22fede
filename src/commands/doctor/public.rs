//! Public keys, certificates and the files that list them.

use super::health::Health;
use crate::certificate::{self, Certificate, KeyInLine, KeyOrCertificate};
use crate::finding::FindingId;
use crate::format::recover;
use crate::host::clock;
use crate::key::PublicKey;
use crate::text::{BOM, is_utf16};
use crate::wire::from_base64;

/// What is wrong with a file that holds a public key or a certificate.
pub(super) fn examine(health: &mut Health, file: &[u8]) {
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

/// What is wrong with a line that begins like a key.
pub(super) fn problem_of_line(line: &[u8]) -> Option<String> {
    let mut words = line.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
    let (name, base64) = (words.next()?, words.next()?);
    let is_name =
        PublicKey::algorithm_of(name).is_some() || name.starts_with(b"ssh-") || name.starts_with(b"ecdsa-");
    if !is_name || !base64.starts_with(b"AAAA") || KeyOrCertificate::from_words(name, base64).is_ok() {
        return None;
    }
    let shown = String::from_utf8_lossy(name).into_owned();
    let blob = from_base64(base64).unwrap_or_default();
    if let Err(error @ (certificate::Error::Signature(_) | certificate::Error::ObsoleteCa)) =
        Certificate::from_blob(&blob)
    {
        return Some(format!("the certificate is not valid: {error}"));
    }
    let inner = KeyOrCertificate::from_blob(&blob).map(|key| key.wire_name().to_owned());
    Some(match inner {
        Ok(inner) if inner != shown => format!("the line says {shown}, and the key is {inner}"),
        _ => "the key is truncated or corrupt".to_owned(),
    })
}
