//! `rkeygen doctor`: what key files are, what is wrong with them, and how to fix it.

mod compare;
mod diagnosis;
mod examine;
mod health;
mod listed;
mod lists;
mod private;
mod public;
mod role;
mod surroundings;

use std::path::Path;

use crate::commands::failure::{Failure, While as _};

use self::compare::compare;
use self::diagnosis::Report;
use self::examine::{Place, entry, examine};
use self::health::{Fix, Health};
use super::passphrase::OldPassphrase;
use super::{Context, Outcome};
use crate::commands::public::with_suffix;
use crate::commands::quote;
use crate::finding::FindingId;
use crate::format::recover;
use crate::host::files::{self, Access, Written};
use crate::host::input::Input;
use crate::secret::Secret;
use crate::text::shown;

/// What to look at, and what to do about it.
#[derive(Debug)]
pub struct Args {
    /// Files, directories and standard input.
    pub paths: Vec<Input>,
    /// Whether to fix what is unambiguous.
    pub fix: bool,
    /// A certificate that is valid for less than so many seconds is a problem.
    pub expires_within: Option<u32>,
    /// Where passphrases come from; without one, encrypted keys stay closed.
    pub passphrase: Option<OldPassphrase>,
}

/// Examines the files and prints what it found.
///
/// # Errors
/// Those of output.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut patients = Vec::new();
    let own = if args.paths.is_empty() { vec![Input::File(role::own_directory()?)] } else { Vec::new() };
    for input in args.paths.iter().chain(&own) {
        match input {
            Input::File(path) if path.is_dir() => patients.extend(directory(path, &args, ctx)?),
            input => patients.extend(examine(input, Place::Given, &args, ctx)),
        }
    }
    compare(&mut patients, ctx.ui);
    if args.fix {
        patients.iter_mut().for_each(|health| fix(health, ctx));
    }
    let unreadable = patients.iter().any(|health| health.unreadable.is_some());
    let findings = patients
        .iter()
        .any(|health| health.opened == Some(false) || health.findings.iter().any(|finding| !finding.fixed));
    ctx.ui.print(&Report(&patients))?;
    Ok(match (unreadable, findings) {
        (true, _) => Outcome::Unreadable,
        (_, true) => Outcome::No,
        _ => Outcome::Done,
    })
}

/// What is in a directory, in order; and the directory itself, if something is wrong with it.
fn directory(path: &Path, args: &Args, ctx: &mut Context<'_>) -> Result<Vec<Health>, Failure> {
    let mut own = Health::new(path);
    own.kind = "directory";
    if let Some(identity) = files::others_can_write(path) {
        let fix = Some(Fix::OwnPermissions(identity));
        own.find(
            FindingId::DirectoryPermissions,
            "others can write to it",
            format!("chmod go-w {}", quote::path(path)),
            fix,
        );
    }
    let mut all: Vec<Health> = Some(own).filter(|own| !own.findings.is_empty()).into_iter().collect();
    for found in files::entries(path).at(path)? {
        all.extend(entry(&found, args, ctx));
    }
    Ok(all)
}

/// Fixes what is unambiguous. A file that cannot be fixed keeps its findings, with the reason.
fn fix(health: &mut Health, ctx: &mut Context<'_>) {
    let path = &health.path;
    for finding in &mut health.findings {
        let done = match finding.fix {
            None => continue,
            Some(Fix::Permissions(file) | Fix::OwnPermissions(file)) => {
                files::restrict(path, file).map_err(reason)
            }
            Some(Fix::DirectoryPermissions(directory)) => {
                files::restrict(files::directory_of(path), directory).map_err(reason)
            }
            Some(Fix::RepairedCopy) => copy_repaired(path).map(|written| ctx.tell(&written)),
        };
        match done {
            // The damaged file itself stays as it is, so it stays a finding.
            Ok(()) if finding.fix == Some(Fix::RepairedCopy) => finding.copied = true,
            Ok(()) => finding.fixed = true,
            Err(error) => finding.hint = format!("not fixed: {error}"),
        }
    }
}

/// Writes the key that is in the file as ssh loads it. A copy from an earlier run stays, and so does anything else that
/// has its name: then it returns why nothing was written.
fn copy_repaired(path: &Path) -> Result<Written, String> {
    let file = files::read_regular(path).map_err(reason)?;
    let (text, access) = match recover(file.bytes.expose()).into_iter().next() {
        Some(key) => (key.text, Access::Private),
        None => match public::line(file.bytes.expose()) {
            Some(line) => (Secret::new(line), Access::Public),
            None => return Ok(Written::default()),
        },
    };
    let copy = with_suffix(path, ".repaired");
    let is_done = files::read_regular(&copy).is_ok_and(|there| there.bytes.expose() == text.expose());
    if is_done {
        return Ok(Written::default());
    }
    files::create(&copy, text.expose(), access).map_err(|error| match error {
        files::Error::Taken { path } => {
            format!("{} already exists and is not the repaired key; move it away", shown(&path))
        }
        error => reason(error),
    })
}

/// Why something was not fixed.
fn reason(error: impl Into<Failure>) -> String {
    error.into().to_string()
}
