//! `known-hosts dedupe`: a known_hosts file without the lines that say nothing new.

use std::fs::File;
use std::path::PathBuf;

use serde_json::json;

use super::{backup_of, check_there, lint, path, updated};
use crate::commands::failure::Failure;
use crate::commands::json::{DEDUPE_HOSTS, Ready, backup_file, file, members, object};
use crate::commands::{Context, Outcome};
use crate::host::files::{self, Rewrite};
use crate::known_hosts::{Lint, Problem};

/// What to change.
#[derive(Debug)]
pub struct Args {
    /// The file.
    pub file: Option<PathBuf>,
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

/// Takes the lines out, the old file being kept as `FILE.old`. All other lines stay as they are.
///
/// # Errors
/// Those of the files. The file is then as it was.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let path = path(args.file)?;
    check_there(&path)?;
    let (source, mut rewrite) = match args.change {
        Change::Made => {
            let (source, rewrite) = Rewrite::begin(&path)?;
            (source, Some(rewrite))
        }
        Change::Shown => (files::open(&path)?, None),
    };
    let (removed, mut text) = copy_without(source, rewrite.as_mut())?;
    let backup = match rewrite {
        Some(rewrite) if !removed.is_empty() => {
            let backup = backup_of(&path);
            ctx.tell(&rewrite.commit(&backup)?);
            text.extend(updated(&path, &backup));
            Some(backup)
        }
        _ => None,
    };
    let mut members =
        members(json!({ "file": file(&path), "removed": removed, "changed": backup.is_some() }));
    members.extend(backup_file(backup.as_deref()));
    ctx.ui.conclude(&Ready { text, json: object(DEDUPE_HOSTS, members) })?;
    Ok(Outcome::Done)
}

/// Copies the lines that say something new. The numbers of the others, and what is said about them.
fn copy_without(source: File, mut rewrite: Option<&mut Rewrite>) -> Result<(Vec<u64>, Vec<u8>), Failure> {
    let mut lint = Lint::default();
    let (mut removed, mut text) = (Vec::new(), Vec::new());
    lint::read(
        source,
        |line, _| line.to_vec(),
        |number, said, line| {
            let problems = match said {
                Ok(Some(statement)) => lint.add(number, statement),
                Ok(None) | Err(_) => Vec::new(),
            };
            let first = problems.iter().find_map(|problem| match problem {
                Problem::Duplicate { of } => Some(*of),
                _ => None,
            });
            if let Some(first) = first {
                removed.push(number);
                text.extend(format!("# Line {number} says what line {first} says\n").into_bytes());
            } else if let Some(rewrite) = &mut rewrite {
                rewrite.write(&line)?;
                rewrite.write(b"\n")?;
            }
            Ok(())
        },
    )?;
    Ok((removed, text))
}
