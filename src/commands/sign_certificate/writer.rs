//! Writes certificates, and reports them.

use serde_json::{Value, json};

use super::Args;
use super::existing::{self, Decision};
use super::job::Origin;
use super::many::{Failed, Ready, Signed};
use crate::certificate::{Certificate, KeyOrCertificate};
use crate::commands::Outcome;
use crate::commands::failure::{Cause, Failure};
use crate::commands::json::{Silent, file, key_members, members};
use crate::commands::ledger::Ledger;
use crate::commands::overwrite::{IfExists, Permission};
use crate::date::Clock;
use crate::host::files::{Publisher, Seen};
use crate::host::ui::Ui;
use crate::key::Comment;
use crate::text::shown;

/// What the certificates of a call have in common when they are written.
pub(super) struct Writer<'a> {
    args: &'a Args,
    clock: &'a Clock,
    /// [`Outcome::No`] when the user declined to overwrite one.
    outcome: Outcome,
    /// How many lines of a list there were, and how many of them failed.
    all: u64,
    failed: u64,
    ledger: Option<Ledger>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(args: &'a Args, clock: &'a Clock, ledger: Option<Ledger>) -> Self {
        Self { args, clock, outcome: Outcome::Done, all: 0, failed: 0, ledger }
    }

    /// How the command ends.
    pub(super) fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// How many certificates failed, of how many.
    pub(super) fn failed(&self) -> (u64, u64) {
        (self.failed, self.all)
    }

    /// Writes certificates under one lock of their directory, and then reports them.
    ///
    /// # Errors
    /// The first of those given, or of saving; certificates before it are written and reported. Of a list, only an error
    /// that is not about one certificate.
    pub(super) fn write(
        &mut self,
        signed: Vec<Result<Ready, Failed>>,
        ui: &mut dyn Ui,
    ) -> Result<(), Failure> {
        let mut to = To { publisher: Publisher::default(), ended: Vec::with_capacity(signed.len()) };
        // The ledger is written once for all of them; nothing waits for the answer to a question about another.
        let written = if self.ledger.is_some() && self.args.if_exists != IfExists::Ask {
            self.write_some(signed, &mut to, ui)
        } else {
            signed.into_iter().try_for_each(|it| self.write_some(vec![it], &mut to, ui))
        };
        drop(to.publisher);
        self.report(&mut to.ended, ui)?;
        written
    }

    /// Decides about certificates, notes in the ledger those that are to be written, and writes them.
    fn write_some(
        &mut self,
        signed: Vec<Result<Ready, Failed>>,
        to: &mut To,
        ui: &mut dyn Ui,
    ) -> Result<(), Failure> {
        let mut decided = Vec::with_capacity(signed.len());
        for it in signed {
            self.all += 1;
            decided.push(it.and_then(|ready| match ready {
                Ready::Signed(signed) => self.decide(signed, to, ui),
                Ready::Kept(origin, kept) => Ok(Decided::keep(*kept, origin)),
            }));
            if matches!(decided.last(), Some(Err(failed)) if !failed.is_of_one_line()) {
                break;
            }
        }
        if let Some(ledger) = &mut self.ledger {
            ledger.write()?;
        }
        for it in decided {
            to.ended.push(match it.and_then(|decided| decided.save(&mut to.publisher)) {
                Ok(saved) => End::Saved(saved),
                Err(failed) if failed.is_of_one_line() => End::Failed(failed),
                Err(failed) => return Err(failed.failure),
            });
        }
        Ok(())
    }

    /// Decides whether a certificate is written.
    fn decide(&mut self, signed: Signed, to: &mut To, ui: &mut dyn Ui) -> Result<Decided, Failed> {
        let mut decide = || {
            let seen = Seen::file(&signed.origin.output)?;
            if self.args.if_exists == IfExists::Ask && !seen.is_free() {
                // Nothing is locked while someone thinks about the answer.
                to.publisher.release();
                self.report(&mut to.ended, ui)?;
            }
            let how = (self.args, self.clock.now);
            let decision = existing::decide(&signed.origin, &seen, &signed.certificate, how, ui)?;
            if let (Decision::Write, Some(ledger)) = (&decision, &mut self.ledger) {
                ledger.note(&signed.certificate, self.args.reuse())?;
            }
            Ok((seen, decision))
        };
        match decide() {
            Ok((seen, Decision::Write)) => Ok(Decided::Write(signed, seen)),
            Ok((_, Decision::Keep(existing))) => Ok(Decided::keep(*existing, signed.origin)),
            Ok((_, Decision::Declined)) => {
                let Signed { origin, certificate, .. } = signed;
                Ok(Decided::Not(Saved { certificate, origin, permission: Permission::Declined }))
            }
            Err(failure) => Err(Failed { origin: signed.origin, failure }),
        }
    }

    /// Reports certificates.
    fn report(&mut self, ended: &mut Vec<End>, ui: &mut dyn Ui) -> Result<(), Failure> {
        for end in ended.drain(..) {
            match &end {
                End::Saved(Saved { permission: Permission::Declined, .. }) => {
                    self.outcome = Outcome::No;
                    continue;
                }
                End::Saved(saved) => saved.text(self).iter().for_each(|text| ui.inform(text)),
                End::Failed(failed) => {
                    self.failed += 1;
                    ui.warn(&format!("{}:{}", self.list(), failed.text()));
                }
            }
            if ui.prints_json() {
                ui.item(&Silent(end.json(self)))?;
            }
        }
        Ok(())
    }

    /// The name of the list.
    fn list(&self) -> String {
        self.args.list.as_ref().map(|list| list.path().display().to_string()).unwrap_or_default()
    }
}

/// Where certificates go.
struct To {
    publisher: Publisher,
    /// What is not reported yet.
    ended: Vec<End>,
}

/// Whether a certificate is to be written.
enum Decided {
    /// It is.
    Write(Signed, Seen),
    /// It is not.
    Not(Saved),
}

impl Decided {
    fn keep(certificate: Certificate, origin: Origin) -> Self {
        Self::Not(Saved { certificate, origin, permission: Permission::Keep })
    }

    /// Saves the certificate, if it is to be written.
    fn save(self, publisher: &mut Publisher) -> Result<Saved, Failed> {
        let (Signed { origin, comment, certificate }, seen) = match self {
            Self::Write(signed, seen) => (signed, seen),
            Self::Not(saved) => return Ok(saved),
        };
        let line = KeyOrCertificate::Certificate(certificate.clone());
        match publisher.publish(&seen, &line.to_file(&comment)) {
            Ok(_) => Ok(Saved { certificate, origin, permission: Permission::Write }),
            Err(error) => Err(Failed { origin, failure: error.into() }),
        }
    }
}

/// What became of a certificate.
enum End {
    Saved(Saved),
    Failed(Failed),
}

impl End {
    fn json(&self, writer: &Writer<'_>) -> Value {
        let (origin, changed) = match self {
            Self::Saved(saved) => (&saved.origin, saved.permission == Permission::Write),
            Self::Failed(failed) => (&failed.origin, false),
        };
        let mut members = members(json!({ "file": file(&origin.output), "changed": changed }));
        members.extend(origin.line.map(|line| ("line".to_owned(), line.into())));
        match self {
            Self::Saved(saved) => {
                let key = KeyOrCertificate::Certificate(saved.certificate.clone());
                members.extend(key_members(&key, &Comment::default(), writer.args.hash));
            }
            Self::Failed(failed) => {
                members.insert("error".to_owned(), failed.failure.report().json());
            }
        }
        members.into()
    }
}

impl Failed {
    /// Whether the other lines of a list can still have their certificates.
    fn is_of_one_line(&self) -> bool {
        self.origin.line.is_some() && !matches!(self.failure.cause(), Cause::Ui(_))
    }

    fn text(&self) -> String {
        format!("{}: {}", self.origin.line.unwrap_or_default(), self.failure)
    }
}

/// A certificate that was written, or not.
struct Saved {
    /// What the file contains now; the new one if the user declined to overwrite it.
    certificate: Certificate,
    origin: Origin,
    permission: Permission,
}

impl Saved {
    /// The line about it. A certificate that is kept has one only if it is of a list.
    fn text(&self, writer: &Writer<'_>) -> Option<String> {
        let statement = self.certificate.statement();
        let names = (!statement.principals.is_empty()).then(|| statement.principals.join(&b','));
        let names = names.map(|names| format!(" for {}", String::from_utf8_lossy(&names)));
        let said = format!(
            "{} key {}: id \"{}\"",
            statement.role.name(),
            shown(&self.origin.output),
            String::from_utf8_lossy(&statement.key_id),
        );
        match (self.permission, self.origin.line) {
            (Permission::Write, _) => Some(format!(
                "Signed {said} serial {}{} valid {}",
                statement.serial,
                names.unwrap_or_default(),
                statement.validity.shown(&writer.clock.zone),
            )),
            (_, Some(_)) => Some(format!("Kept {said}")),
            (_, None) => None,
        }
    }
}
