//! `rkeygen doctor`: what key files are, what is wrong with them, and the mend.

mod compare;
mod diagnosis;
mod examine;
mod listed;
mod public;

use std::path::Path;

use crate::commands::failure::{Failure, While as _};

use self::compare::compare;
use self::diagnosis::Report;
use self::examine::{Fix, Health, examine};
use super::passphrase::OldPassphrase;
use super::{Context, Outcome};
use crate::commands::public::with_suffix;
use crate::format::recover;
use crate::host::files::{self, Access, Written};
use crate::host::input::Input;

/// What to look at, and what to do about it.
#[derive(Debug)]
pub struct Args {
    /// Files, directories and standard input.
    pub paths: Vec<Input>,
    /// Whether to mend what leaves no doubt.
    pub fix: bool,
    /// Where passphrases come from; without one, encrypted keys stay closed.
    pub passphrase: Option<OldPassphrase>,
}

/// Examines the files and prints what it found.
///
/// # Errors
/// Those of output.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut patients = Vec::new();
    for path in &args.paths {
        for file in expand(path)? {
            patients.extend(examine(&file, &args, ctx));
        }
    }
    compare(&mut patients, ctx.ui);
    if args.fix {
        patients.iter_mut().for_each(|health| mend(health, ctx));
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

/// The files of a directory, in order; anything else is itself.
fn expand(input: &Input) -> Result<Vec<Input>, Failure> {
    match input {
        Input::File(path) if path.is_dir() => {
            Ok(files::regular_files(path).at(path)?.into_iter().map(Input::File).collect())
        }
        input => Ok(vec![input.clone()]),
    }
}

/// Mends what leaves no doubt. A file that cannot be mended keeps its findings, with the reason.
fn mend(health: &mut Health, ctx: &mut Context<'_>) {
    let path = &health.path;
    for finding in &mut health.findings {
        let done = match finding.fix {
            None => continue,
            Some(Fix::Permissions(file)) => files::restrict(path, file).map_err(Failure::from),
            Some(Fix::DirectoryPermissions(directory)) => {
                files::restrict(files::directory_of(path), directory).map_err(Failure::from)
            }
            Some(Fix::RepairedCopy) => copy_repaired(path).map(|written| ctx.tell(&written)),
        };
        match done {
            // The damaged file itself stays as it is, so it stays a finding.
            Ok(()) if finding.fix == Some(Fix::RepairedCopy) => finding.copied = true,
            Ok(()) => finding.fixed = true,
            Err(error) => finding.mend = format!("not mended: {error}"),
        }
    }
}

/// Writes the key that is in the file as ssh loads it. A copy from an earlier run stays.
fn copy_repaired(path: &Path) -> Result<Written, Failure> {
    let file = files::read_regular(path)?;
    let Some(key) = recover(file.bytes.expose()).into_iter().next() else { return Ok(Written::default()) };
    let copy = with_suffix(path, ".repaired");
    let is_done = files::read_regular(&copy).is_ok_and(|there| there.bytes.expose() == key.text.expose());
    if is_done {
        return Ok(Written::default());
    }
    Ok(files::create(&copy, key.text.expose(), Access::Private)?)
}
