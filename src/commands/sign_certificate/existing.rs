//! Handles an existing certificate.

use std::path::Path;

use super::job::{Job, Numbered, Origin};
use super::{Args, Error};
use crate::certificate::{Certificate, KeyOrCertificate, Statement};
use crate::commands::failure::Failure;
use crate::commands::overwrite::{self, IfExists, Permission, different};
use crate::commands::public;
use crate::date::Validity;
use crate::host::files::{self, Seen};
use crate::host::ui::Ui;
use crate::key::{Algorithm, PublicKey};
use crate::text::is_blank;

/// What becomes of a new certificate.
pub(super) enum Decision {
    /// It is written.
    Write,
    /// The existing one says the same, and is kept.
    Keep(Box<Certificate>),
    /// The user declined to overwrite the existing one.
    Declined,
}

/// The existing certificate, if it is kept and nothing needs to be signed. Otherwise, and if a file cannot be read,
/// [`decide`] looks again when the new one is written.
pub(super) fn kept(job: &Job, ca: &PublicKey, (args, now): (&Args, u64)) -> Option<Certificate> {
    let Job { subject, origin, statement, .. } = job;
    if args.if_exists != IfExists::Keep
        || Seen::file(&origin.output).ok()?.is_free()
        || origin.line.is_some() && !is_certificate(&origin.output)
    {
        return None;
    }
    let existing = load(&origin.output)?;
    let (subject, _) = subject.load().ok()?;
    let wanted = Wanted { subject: &subject, ca, statement, numbered: origin.numbered };
    let is_over = args.renew_before.is_some_and(|time| is_soon_over(&existing, now, time));
    (wanted.difference(&existing).is_none() && !is_over).then_some(existing)
}

/// Decides about a new certificate when it is to be written.
///
/// # Errors
/// [`overwrite::Error`], [`Error::NotACertificate`], and those of the prompt.
pub(super) fn decide(
    origin: &Origin,
    seen: &Seen,
    new: &Certificate,
    (args, now): (&Args, u64),
    ui: &mut dyn Ui,
) -> Result<Decision, Failure> {
    let path = &origin.output;
    if origin.line.is_some() && !seen.is_free() && !is_certificate(path) {
        // A list may come from elsewhere than the command line.
        return Err(Error::NotACertificate(path.clone()).into());
    }
    match overwrite::decide(path, seen, args.if_exists, ui)? {
        Permission::Write => return Ok(Decision::Write),
        Permission::Declined => return Ok(Decision::Declined),
        Permission::Keep => {}
    }
    let existing = load(path).ok_or_else(|| different(path, "file", "it contains no certificate"))?;
    let wanted = Wanted {
        subject: new.subject(),
        ca: new.ca(),
        statement: new.statement(),
        numbered: origin.numbered,
    };
    match (wanted.difference(&existing), args.renew_before) {
        (Some(difference), None) => Err(different(path, "certificate", difference)),
        (Some(_), Some(_)) => Ok(Decision::Write),
        (None, Some(time)) if is_soon_over(&existing, now, time) => Ok(Decision::Write),
        (None, _) => Ok(Decision::Keep(Box::new(existing))),
    }
}

fn load(path: &Path) -> Option<Certificate> {
    match public::load(path) {
        Ok((KeyOrCertificate::Certificate(existing), _)) => Some(existing),
        _ => None,
    }
}

/// Whether a file starts with the name of a type of certificates. Whether it is one is asked when it matters.
fn is_certificate(path: &Path) -> bool {
    let Ok(file) = files::read_regular(path) else { return false };
    let name = file.bytes.expose().split(is_blank).next().unwrap_or_default();
    Algorithm::from_certificate_name(name).is_some()
}

/// Whether a certificate is valid for less than so many seconds from now on.
fn is_soon_over(existing: &Certificate, now: u64, time: u32) -> bool {
    existing.statement().validity.before <= now.saturating_add(u64::from(time))
}

/// What a certificate is to say.
struct Wanted<'a> {
    subject: &'a PublicKey,
    ca: &'a PublicKey,
    statement: &'a Statement,
    numbered: Numbered,
}

impl Wanted<'_> {
    /// How an existing certificate differs. A serial number counts if one is requested. An interval that starts now is
    /// the same for as long as the certificate is valid, if it has the same length.
    fn difference(&self, existing: &Certificate) -> Option<&'static str> {
        let (old, wanted) = (existing.statement(), self.statement);
        if existing.subject() != self.subject {
            return Some("it is over a different key");
        }
        if existing.ca() != self.ca {
            return Some("it is signed by a different CA");
        }
        if (old.role, &old.key_id) != (wanted.role, &wanted.key_id) {
            return Some("its type or key ID is different");
        }
        if old.principals != wanted.principals {
            return Some("its principals are different");
        }
        if (&old.critical, &old.extensions) != (&wanted.critical, &wanted.extensions) {
            return Some("its options are different");
        }
        if self.numbered == Numbered::Requested && old.serial != wanted.serial {
            return Some("its serial number is different");
        }
        (!is_same_validity(old.validity, wanted.validity)).then_some("its validity interval is different")
    }
}

fn is_same_validity(old: Validity, new: Validity) -> bool {
    let length = |validity: Validity| validity.before - validity.after;
    let same_length = length(old).abs_diff(length(new)) < START_UNIT;
    old == new || same_length && old.after <= new.after && new.after < old.before
}

/// `-V +T` starts at a full minute, so that its length depends on the second at which it was signed.
const START_UNIT: u64 = 60;
