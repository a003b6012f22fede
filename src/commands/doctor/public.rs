//! Public keys, certificates and the files that list them.

use memchr::memmem;

use super::Args;
use super::examine::Place;
use super::health::{Fix, Health};
use super::private::REPAIRABLE;
use super::role::is_named_as_key;
use crate::certificate::{KeyInLine, KeyOrCertificate, LineProblem, problem_of_line};
use crate::commands::failure::hint;
use crate::commands::public::of_any_format;
use crate::date::rfc3339;
use crate::finding::FindingId;
use crate::format::{Damage, NoKey, Other, is_ssh1, recover, recover_public, spki};
use crate::host::clock;
use crate::text::{BOM, is_blank};

/// What is wrong with a file that holds a public key or a certificate.
pub(super) fn examine(health: &mut Health, file: &[u8], args: &Args) {
    as_text(health, file);
    if let Some(KeyOrCertificate::Certificate(certificate)) = &health.key {
        let (now, validity) = (clock::read().now, certificate.statement().validity);
        let refusal = certificate.refusal();
        if validity.after >= validity.before {
            health.find(FindingId::Expired, NEVER_VALID, SIGN_AGAIN, None);
        } else if now < validity.after {
            health.find(
                FindingId::NotYetValid,
                "the certificate is not valid yet",
                "check the clocks, or wait",
                None,
            );
        } else if now >= validity.before {
            health.find(FindingId::Expired, "the certificate has expired", SIGN_AGAIN, None);
        } else if let Some(time) = args.expires_within
            && validity.before - now < u64::from(time)
        {
            let message = format!("the certificate expires at {}", rfc3339(validity.before));
            health.find(FindingId::ExpiresSoon, message, SIGN_AGAIN, None);
        }
        if let Some(refusal) = refusal {
            health.find(FindingId::NotLoaded, refusal, SIGN_AGAIN, None);
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

/// What keeps ssh, sshd or `ssh-keygen -i` from reading the text of a public key, whatever the key is.
fn as_text(health: &mut Health, file: &[u8]) {
    let is_framed = file.trim_ascii_start().starts_with(b"-");
    let is_pub = health.path.extension().is_some_and(|end| end == "pub");
    let begins_with_key = |line: &[u8]| KeyInLine::at_front(line).is_some();
    if file.starts_with(BOM) {
        health.find(FindingId::ByteOrderMark, HIDDEN, REPAIRABLE, Some(Fix::RepairedCopy));
    } else if is_framed && file.split(|&byte| byte == b'\n').any(|line| line.first().is_some_and(is_blank)) {
        let message = "its lines are indented, so that ssh-keygen -i does not read it";
        health.find(FindingId::NotLoaded, message, REPAIRABLE, Some(Fix::RepairedCopy));
    } else if is_framed && !spki::has_own_label(file) {
        let message = "the BEGIN line names another kind of key, so that ssh-keygen -i does not read it";
        health.find(FindingId::NotLoaded, message, REPAIRABLE, Some(Fix::RepairedCopy));
    } else if !is_framed && is_pub && !file.split(|&byte| byte == b'\n').any(begins_with_key) {
        let message = "there is other text before the key, so that ssh does not read it";
        health.find(FindingId::NotLoaded, message, REPAIRABLE, Some(Fix::RepairedCopy));
    } else if is_framed && is_pub {
        let message = "ssh and sshd read a public key only as one line, and this is another format";
        health.find(FindingId::NotLoaded, message, REPAIRABLE, Some(Fix::RepairedCopy));
    }
}

/// A public key file in which no key can be read: what is wrong with it, if it is meant as one.
pub(super) fn damaged(health: &mut Health, file: &[u8], place: Place) -> bool {
    let is_meant = place == Place::Given || is_named_as_key(&health.path);
    let start = file.strip_prefix(BOM).unwrap_or(file).trim_ascii_start();
    let first = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let problem = problem_of_line(first);
    let found = if is_meant && recover(file).is_empty() { recover_public(file) } else { None };
    health.kind = "public key, damaged";
    if let Some(found) = found {
        let message = match (found.causes.first(), problem) {
            (Some(Damage::ByteOrderMark), _) => HIDDEN.to_owned(),
            (Some(Damage::Utf16 | Damage::Utf32), _) => {
                "it is UTF-16 text, which ssh does not read".to_owned()
            }
            // The line names another type, which says more.
            (_, Some(problem @ LineProblem::OtherType { .. })) => problem.to_string(),
            (Some(cause), _) => cause.to_string(),
            (None, _) => String::new(),
        };
        health.key = Some(found.key);
        health.comment = found.comment;
        health.find(FindingId::Damaged, message, REPAIRABLE, Some(Fix::RepairedCopy));
    } else if let Some(problem) = problem {
        let unsupported = matches!(problem, LineProblem::Unsupported(_));
        let id = if unsupported { FindingId::Unsupported } else { FindingId::Damaged };
        if unsupported {
            health.kind = "public key, unsupported";
        }
        let hint = hint_for(&problem, first);
        health.find(id, problem, hint, None);
    } else if let Some(no_key @ NoKey::Fingerprint) = NoKey::of(first, first) {
        health.find(FindingId::Damaged, no_key, "copy the key, not its fingerprint", None);
    } else if let Some(damage) = frame(&String::from_utf8_lossy(file)) {
        health.find(FindingId::Damaged, damage, hint::of_damage(damage), None);
    } else if is_ssh1(first) {
        health.kind = "not an SSH private key";
        health.find(FindingId::OtherFormat, Other::Ssh1, hint::of_other(Other::Ssh1), None);
    } else {
        health.kind = Health::UNKNOWN;
        return false;
    }
    true
}

fn hint_for(problem: &LineProblem, line: &[u8]) -> &'static str {
    let is_certificate = memmem::find(line, b"-cert-v").is_some();
    match problem {
        LineProblem::Certificate(_) => SIGN_AGAIN,
        LineProblem::Unsupported(name) if name.contains("-cert-v") => SIGN_AGAIN,
        LineProblem::Unsupported(_) => "generate a key of a type that ssh -Q key lists",
        _ if is_certificate => "copy the whole certificate again, as one line of plain text",
        LineProblem::Placeholder => "copy the whole key, or: rkeygen -y -f PRIVATE > FILE",
        _ => "save it as one line of plain text, or: rkeygen -y -f PRIVATE > FILE",
    }
}

/// What is wrong with a file that has the marks of a public key, and nothing between them that can be read.
fn frame(text: &str) -> Option<Damage> {
    let (_, rest) = text.split_once("BEGIN ")?;
    let label = rest.lines().next()?;
    let is_public = label.len() < 60 && label.contains("PUBLIC KEY");
    is_public.then_some(if rest.contains("END ") { Damage::Base64 } else { Damage::NoEnd })
}

const SIGN_AGAIN: &str = "have the key signed again";
const NEVER_VALID: &str = "the certificate is never valid: it ends before it begins";
const HIDDEN: &str = "it begins with a BOM, which hides its first line from ssh";

/// The public key of a file as the line that ssh reads.
pub(super) fn line(file: &[u8]) -> Option<Vec<u8>> {
    let (key, comment) = match of_any_format(file) {
        Some(found) => (found.key, found.comment),
        None => recover_public(file).map(|found| (found.key, found.comment))?,
    };
    Some([&key.to_line(&comment)[..], b"\n"].concat())
}
