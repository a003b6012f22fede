//! Handles an existing certificate.

use std::path::Path;

use super::job::{Numbered, Origin};
use super::{Args, Error};
use crate::certificate::{Certificate, KeyOrCertificate, Statement};
use crate::commands::failure::Failure;
use crate::commands::overwrite::{self, Permission, different};
use crate::commands::public;
use crate::date::Validity;
use crate::host::files::{self, Seen};
use crate::host::ui::Ui;
use crate::key::Algorithm;
use crate::text::is_blank;

/// Whether the new certificate may be written. [`Permission::Keep`] means that the existing one says the same.
///
/// # Errors
/// [`overwrite::Error`], [`Error::NotACertificate`], and those of the prompt.
pub(super) fn decide(
    origin: &Origin,
    seen: &Seen,
    new: &Certificate,
    (args, now): (&Args, u64),
    ui: &mut dyn Ui,
) -> Result<Permission, Failure> {
    let path = &origin.output;
    if origin.line.is_some() && !seen.is_free() && !is_certificate(path) {
        // A list may come from elsewhere than the command line.
        return Err(Error::NotACertificate(path.clone()).into());
    }
    let permission = overwrite::decide(path, seen, args.if_exists, ui)?;
    if permission == Permission::Keep {
        let existing = match public::load(path) {
            Ok((KeyOrCertificate::Certificate(existing), _)) => existing,
            _ => return Err(different(path, "file", "it contains no certificate")),
        };
        return match (difference(&existing, new, origin.numbered), args.renew_before) {
            (Some(difference), None) => Err(different(path, "certificate", difference)),
            (Some(_), Some(_)) => Ok(Permission::Write),
            (None, Some(time)) if is_soon_over(&existing, now, time) => Ok(Permission::Write),
            (None, _) => Ok(Permission::Keep),
        };
    }
    Ok(permission)
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

/// How an existing certificate differs from a new one. A serial number counts if one is requested. An interval that
/// starts now is the same for as long as the certificate is valid, if it has the same length.
fn difference(existing: &Certificate, new: &Certificate, numbered: Numbered) -> Option<&'static str> {
    let (old, wanted): (&Statement, &Statement) = (existing.statement(), new.statement());
    if existing.subject() != new.subject() {
        return Some("it is over a different key");
    }
    if existing.ca() != new.ca() {
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
    if numbered == Numbered::Requested && old.serial != wanted.serial {
        return Some("its serial number is different");
    }
    (!is_same_validity(old.validity, wanted.validity)).then_some("its validity interval is different")
}

fn is_same_validity(old: Validity, new: Validity) -> bool {
    let length = |validity: Validity| validity.before - validity.after;
    let same_length = length(old).abs_diff(length(new)) < START_UNIT;
    old == new || same_length && old.after <= new.after && new.after < old.before
}

/// `-V +T` starts at a full minute, so that its length depends on the second at which it was signed.
const START_UNIT: u64 = 60;
