//! Writes certificates, and reports them.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::many::{Signed, certificate_path};
use super::{Args, existing};
use crate::certificate::{Certificate, KeyOrCertificate};
use crate::commands::Outcome;
use crate::commands::failure::Failure;
use crate::commands::json::{Silent, file, key_members, members};
use crate::commands::overwrite::{IfExists, Permission};
use crate::date::Clock;
use crate::host::files::{Publisher, Seen};
use crate::host::ui::Ui;
use crate::key::Comment;
use crate::text::shown;

/// What the certificates of a call have in common when they are written.
pub(super) struct Writer<'a> {
    pub(super) args: &'a Args,
    pub(super) clock: &'a Clock,
    /// [`Outcome::No`] when the user declined to overwrite one.
    pub(super) outcome: Outcome,
}

impl Writer<'_> {
    /// Writes certificates under one lock of their directory, and then reports them.
    ///
    /// # Errors
    /// The first of those given, or of saving; certificates before it are written and reported.
    pub(super) fn write(
        &mut self,
        signed: Vec<Result<Signed, Failure>>,
        ui: &mut dyn Ui,
    ) -> Result<(), Failure> {
        let (mut publisher, mut saved) = (Publisher::default(), Vec::with_capacity(signed.len()));
        let written = signed.into_iter().try_for_each(|it| {
            let signed = it?;
            let path = certificate_path(&signed.path);
            let seen = Seen::file(&path)?;
            if self.args.if_exists == IfExists::Ask && !seen.is_free() {
                // Nothing is locked while someone thinks about the answer.
                publisher.release();
                self.report(&mut saved, ui)?;
            }
            let permission = self.save(&path, (&seen, &signed), &mut publisher, ui)?;
            saved.push(Saved { certificate: signed.certificate, path, permission });
            Ok(())
        });
        drop(publisher);
        self.report(&mut saved, ui)?;
        written
    }

    /// Saves a certificate, unless the existing one is kept.
    fn save(
        &self,
        path: &Path,
        (seen, signed): (&Seen, &Signed),
        publisher: &mut Publisher,
        ui: &mut dyn Ui,
    ) -> Result<Permission, Failure> {
        let permission = existing::decide(path, seen, &signed.certificate, (self.args, self.clock.now), ui)?;
        if permission == Permission::Write {
            let line = KeyOrCertificate::Certificate(signed.certificate.clone());
            publisher.publish(seen, &line.to_file(&signed.comment))?;
        }
        Ok(permission)
    }

    /// Reports certificates.
    fn report(&mut self, saved: &mut Vec<Saved>, ui: &mut dyn Ui) -> Result<(), Failure> {
        for saved in saved.drain(..) {
            if saved.permission == Permission::Declined {
                self.outcome = Outcome::No;
                continue;
            }
            if saved.permission == Permission::Write {
                ui.inform(&saved.text(self));
            }
            if ui.prints_json() {
                ui.item(&Silent(saved.json(self)))?;
            }
        }
        Ok(())
    }
}

/// A certificate that was written, or not.
struct Saved {
    certificate: Certificate,
    path: PathBuf,
    permission: Permission,
}

impl Saved {
    fn text(&self, writer: &Writer<'_>) -> String {
        let statement = self.certificate.statement();
        let names = writer.args.principals.as_ref();
        let names = names.map(|names| format!(" for {}", String::from_utf8_lossy(&names.typed)));
        format!(
            "Signed {} key {}: id \"{}\" serial {}{} valid {}",
            statement.role.name(),
            shown(&self.path),
            String::from_utf8_lossy(&statement.key_id),
            statement.serial,
            names.unwrap_or_default(),
            statement.validity.shown(&writer.clock.zone),
        )
    }

    fn json(&self, writer: &Writer<'_>) -> Value {
        let changed = self.permission == Permission::Write;
        let mut members = members(json!({ "file": file(&self.path), "changed": changed }));
        let key = KeyOrCertificate::Certificate(self.certificate.clone());
        members.extend(key_members(&key, &Comment::default(), writer.args.hash));
        members.into()
    }
}
