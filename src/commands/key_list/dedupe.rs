//! `known-hosts dedupe` and the like: a list without the lines that say nothing new.

use std::fs::File;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::{Place, lint, retained};
use crate::commands::failure::Failure;
use crate::commands::json::{DEDUPE_HOSTS, LIST_DEDUPE, Members, Ready, backup_file, file, members, object};
use crate::commands::known_hosts::{self, backup_of};
use crate::commands::{Context, Outcome};
use crate::finding::FindingId;
use crate::host::files::{self, Rewrite, Seen};
use crate::key_list::Kind;

/// What to change.
#[derive(Debug)]
pub struct Args {
    /// The list.
    pub place: Place,
    /// Whether to change it.
    pub change: Change,
}

/// Whether the file changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It does.
    Made,
    /// It is only said what would.
    Shown,
}

/// Takes the lines out, the old list being kept as `FILE.old`. All other lines stay byte for byte.
///
/// # Errors
/// Those of the files. The list is then as it was.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (path, kind) = (args.place.existing()?, args.place.kind);
    let (source, mut rewrite) = begin(&path, kind, args.change)?;
    let (mut removed, mut text) = (Vec::new(), Vec::new());
    read(source, kind, |number, line, of| {
        if let Some(of) = of {
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
    let what = json!({ "changed": backup.is_some(), "removed": removed });
    conclude((&path, kind), backup.as_deref(), text, members(what), ctx)?;
    Ok(Outcome::Done)
}

fn begin(path: &Path, kind: Kind, change: Change) -> Result<(File, Option<Rewrite>), Failure> {
    match change {
        Change::Made => {
            if kind != Kind::KnownHosts {
                Seen::file(path)?.check_not_private()?;
            }
            let (source, rewrite) = Rewrite::begin(path)?;
            Ok((source, Some(rewrite)))
        }
        Change::Shown => Ok((files::open(path)?, None)),
    }
}

/// Hands each line on, with the number of the line before it that says all that it says.
fn read(
    source: File,
    kind: Kind,
    mut take: impl FnMut(u64, &[u8], Option<u64>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    match kind {
        Kind::KnownHosts => known_hosts::lint::read_repeated(source, take),
        Kind::AuthorizedKeys | Kind::AllowedSigners => {
            lint::read((source, kind), <[u8]>::to_vec, |number, line, problems| {
                let duplicate = problems.iter().find(|problem| problem.id == FindingId::Duplicate);
                take(number, &line, duplicate.map(|problem| problem.other_line.unwrap_or_default()))
            })
        }
    }
}

/// Says what became of the list, of a known_hosts file in the words of `-R`.
fn conclude(
    (path, kind): (&Path, Kind),
    backup: Option<&Path>,
    mut text: Vec<u8>,
    what: Members,
    ctx: &mut Context<'_>,
) -> Result<(), Failure> {
    let mut members = members(json!({ "file": file(path) }));
    let schema = match kind {
        Kind::KnownHosts => {
            text.extend(backup.map(|backup| known_hosts::updated(path, backup)).unwrap_or_default());
            DEDUPE_HOSTS
        }
        Kind::AuthorizedKeys | Kind::AllowedSigners => {
            text.extend(retained(backup));
            members.insert("list".to_owned(), kind.file_name().into());
            LIST_DEDUPE
        }
    };
    members.extend(what);
    members.extend(backup_file(backup));
    Ok(ctx.ui.conclude(&Ready { text, json: object(schema, members) })?)
}
