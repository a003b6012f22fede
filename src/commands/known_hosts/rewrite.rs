//! `-R` and `-H`: a known_hosts file without a host, or with its names hidden.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{BATCH, Salts, backup_of, hint, path, updated};
use crate::commands::failure::Failure;
use crate::commands::json::{HASH_HOSTS, REMOVE_HOST, Ready, backup_file, file, members, object};
use crate::commands::key_list::{Error, in_batches};
use crate::commands::{Context, Outcome};
use crate::host::files::Rewrite;
use crate::host::lines::LineBatch;
use crate::host::ui::{self, Ui};
use crate::known_hosts::{self, Flaw, Hashed, HostName, Kept, Removal};
use crate::text::shown;

/// What to change, and where.
#[derive(Debug)]
pub struct Args {
    /// The file.
    pub file: Option<PathBuf>,
    /// The change.
    pub change: Change,
    /// What to do about lines that cannot be read.
    pub invalid_lines: InvalidLines,
}

/// What becomes of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The names are hidden.
    Hash,
    /// A host goes.
    Remove(HostName),
}

/// What to do about lines that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidLines {
    /// Leave the file alone, as ssh-keygen does.
    Refuse,
    /// Keep them as they are.
    Keep,
}

/// What a run of lines became.
enum Lines {
    Left(Vec<u8>),
    Hashed(Hashed),
}

/// What happened to one line.
enum Event {
    Removed(u64),
    Invalid(u64, Flaw),
    Wildcard(u64, Vec<u8>),
}

#[derive(Default)]
struct Summary {
    removed: Vec<u64>,
    invalid: Vec<u64>,
    hashed: u64,
}

/// Changes the file.
///
/// # Errors
/// [`Error::InvalidLines`] and those of the files. The file is then as it was.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let path = path(args.file.clone())?;
    let (source, mut rewrite) = Rewrite::begin(&path)?;
    let mut summary = Summary::default();
    let salts = Salts::new(&mut ctx.rng);
    let ui = &mut *ctx.ui;
    in_batches(
        source,
        BATCH,
        |batch| args.change.apply(&batch, &salts),
        |(lines, events)| {
            for event in events {
                args.tell(event, &path, &mut summary, ui)?;
            }
            match lines {
                Lines::Left(text) => rewrite.write(&text)?,
                Lines::Hashed(hashed) => {
                    summary.hashed += hashed.hashed;
                    hashed.each_piece(|piece| rewrite.write(piece))?;
                }
            }
            Ok(())
        },
    )?;
    if args.invalid_lines == InvalidLines::Refuse && !summary.invalid.is_empty() {
        return Err(Error::InvalidLines(path).into());
    }
    let backup = args.put_in_place(&path, rewrite, &summary, ui)?;
    args.conclude(&path, backup.as_deref(), &summary, ctx.ui)?;
    Ok(Outcome::Done)
}

impl Change {
    fn apply(&self, batch: &LineBatch, salts: &Salts) -> (Lines, Vec<Event>) {
        let LineBatch { first, text } = batch;
        match self {
            Self::Remove(host) => {
                let (out, events) = known_hosts::remove(text, *first, host);
                let event = |(number, what)| match what {
                    Removal::Removed => Event::Removed(number),
                    Removal::Invalid(flaw) => Event::Invalid(number, flaw),
                };
                (Lines::Left(out), events.into_iter().map(event).collect())
            }
            Self::Hash => {
                let mut rng = salts.of(batch);
                let mut hashed = known_hosts::hash_names(text, *first, || known_hosts::salt(&mut rng));
                let event = |(number, what)| match what {
                    Kept::Invalid(flaw) => Event::Invalid(number, flaw),
                    Kept::Wildcard(names) => Event::Wildcard(number, names),
                };
                let events = std::mem::take(&mut hashed.kept).into_iter().map(event).collect();
                (Lines::Hashed(hashed), events)
            }
        }
    }
}

impl Args {
    /// Puts the new file in place, unless nothing changed. The name that the old one keeps.
    fn put_in_place(
        &self,
        path: &Path,
        rewrite: Rewrite,
        summary: &Summary,
        ui: &mut dyn Ui,
    ) -> Result<Option<PathBuf>, Failure> {
        if let Change::Remove(host) = &self.change
            && summary.removed.is_empty()
        {
            let name = String::from_utf8_lossy(host.as_bytes());
            ui.warn(&format!("Host {name} not found in {}", path.display()));
            hint(host.as_bytes()).iter().for_each(|hint| ui.inform(hint));
            return Ok(None);
        }
        let backup = backup_of(path);
        for note in rewrite.commit(&backup)?.notes() {
            ui.warn(&note.to_string());
        }
        Ok(Some(backup))
    }

    fn tell(
        &self,
        event: Event,
        path: &Path,
        summary: &mut Summary,
        ui: &mut dyn Ui,
    ) -> Result<(), ui::Error> {
        let path = path.display();
        match event {
            Event::Removed(line) => {
                summary.removed.push(line);
                if let Change::Remove(host) = &self.change {
                    let behind = format!(" found: line {line}\n");
                    ui.say(&[b"# Host ", host.as_bytes(), behind.as_bytes()].concat())?;
                }
            }
            Event::Invalid(line, flaw) => {
                summary.invalid.push(line);
                ui.warn(&format!("{path}:{line}: invalid line: {flaw}"));
            }
            Event::Wildcard(line, names) => {
                let names = String::from_utf8_lossy(&names[..names.len().min(64)]);
                ui.warn(&format!("{path}:{line}: ignoring host name with wildcard: {names}"));
            }
        }
        Ok(())
    }

    fn conclude(
        &self,
        path: &Path,
        backup: Option<&Path>,
        summary: &Summary,
        ui: &mut dyn Ui,
    ) -> Result<(), Failure> {
        let text = backup.map(|backup| updated(path, backup)).unwrap_or_default();
        ui.print(&Ready { text, json: self.json(path, backup, summary) })?;
        if let (Some(backup), true) = (backup, summary.hashed > 0) {
            ui.warn(&format!("WARNING: {} contains unhashed entries", shown(backup)));
            ui.warn("Delete this file to ensure privacy of hostnames");
        }
        Ok(())
    }

    fn json(&self, path: &Path, backup: Option<&Path>, summary: &Summary) -> Value {
        let (schema, what) = match &self.change {
            Change::Hash => (HASH_HOSTS, json!({ "hashed": summary.hashed })),
            Change::Remove(host) => {
                let host = String::from_utf8_lossy(host.as_bytes());
                (REMOVE_HOST, json!({ "host": host, "removed": summary.removed }))
            }
        };
        let invalid = &summary.invalid;
        let change = members(what);
        let mut members =
            members(json!({ "file": file(path), "changed": backup.is_some(), "invalid": invalid }));
        members.extend(backup_file(backup));
        members.extend(change);
        object(schema, members)
    }
}
