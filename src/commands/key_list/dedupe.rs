//! `authorized-keys dedupe` and `allowed-signers dedupe`: a list without the lines that say nothing new.

use std::path::PathBuf;

use serde_json::json;

use super::{Place, lint, retained};
use crate::commands::failure::Failure;
use crate::commands::json::{LIST_DEDUPE, Ready, backup_file, file, members, object};
use crate::commands::known_hosts::backup_of;
use crate::commands::known_hosts::dedupe::Change;
use crate::commands::{Context, Outcome};
use crate::finding::FindingId;
use crate::host::files::{self, Rewrite, Seen};

/// What to change.
#[derive(Debug)]
pub struct Args {
    /// The list.
    pub place: Place,
    /// Whether to change it.
    pub change: Change,
}

/// Takes the lines out, the old list being kept as `FILE.old`. All other lines stay byte for byte.
///
/// # Errors
/// Those of the files. The list is then as it was.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (path, kind) = (args.place.path()?, args.place.kind);
    let (source, mut rewrite) = match args.change {
        Change::Made => {
            files::check_there(&path)?;
            Seen::file(&path)?.check_not_private()?;
            let (source, rewrite) = Rewrite::begin(&path)?;
            (source, Some(rewrite))
        }
        Change::Shown => (files::open(&path)?, None),
    };
    let (mut removed, mut text) = (Vec::new(), Vec::new());
    lint::read(source, kind, |number, line, problems| {
        if let Some(problem) = problems.iter().find(|problem| problem.id == FindingId::Duplicate) {
            let of = problem.other_line.unwrap_or_default();
            text.extend(format!("# Line {number} says what line {of} says\n").into_bytes());
            removed.push(number);
        } else if let Some(rewrite) = &mut rewrite {
            rewrite.write(line)?;
        }
        Ok(())
    })?;
    let mut backup: Option<PathBuf> = None;
    if let Some(rewrite) = rewrite.filter(|_| !removed.is_empty()) {
        let old = backup_of(&path);
        ctx.tell(&rewrite.commit(&old)?);
        backup = Some(old);
    }
    text.extend(retained(backup.as_deref()));
    let mut members = members(json!({
        "file": file(&path),
        "list": kind.file_name(),
        "changed": backup.is_some(),
        "removed": removed,
    }));
    members.extend(backup_file(backup.as_deref()));
    ctx.ui.conclude(&Ready { text, json: object(LIST_DEDUPE, members) })?;
    Ok(Outcome::Done)
}
