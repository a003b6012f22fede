//! `authorized-keys lint` and `allowed-signers lint`: what is wrong with the lines of a list.

use std::fs::File;
use std::path::Path;

use serde_json::{Value, json};

use super::{Place, each_line};
use crate::allowed_signers;
use crate::authorized_keys;
use crate::commands::failure::Failure;
use crate::commands::json::{LIST_LINT, Members, file, printable};
use crate::commands::{Context, Outcome, quote};
use crate::date::Clock;
use crate::finding::FindingId;
use crate::host::clock;
use crate::host::files::{self, Untrusted};
use crate::host::ui::{List, Report};
use crate::key_list::{Kind, Problem};
use crate::text::{BOM, is_utf16};

/// What to look at.
#[derive(Debug)]
pub struct Args {
    /// The list.
    pub place: Place,
}

/// Prints each problem, and ends with status 1 if there is one.
///
/// # Errors
/// Those of reading.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (path, kind) = (args.place.path()?, args.place.kind);
    let source = files::open(&path)?;
    ctx.ui
        .begin(List::new(LIST_LINT, "findings").with("file", file(&path)).with("list", kind.file_name()))?;
    let mut outcome = Outcome::Done;
    if kind == Kind::AuthorizedKeys
        && let Some(problem) = untrusted(&path)
    {
        outcome = Outcome::No;
        ctx.ui.item(&Finding { path: &path, line: None, problem: &problem, host: None })?;
    }
    read(
        (source, kind),
        |_| (),
        |line, (), problems| {
            for problem in &problems {
                outcome = Outcome::No;
                ctx.ui.item(&Finding { path: &path, line: Some(line), problem, host: None })?;
            }
            Ok(())
        },
    )?;
    ctx.ui.end(Members::new())?;
    Ok(outcome)
}

/// Why sshd ignores the file where it is, by modes and owners.
fn untrusted(path: &Path) -> Option<Problem> {
    let reason =
        files::is_in_ssh_directory(path).then(|| files::check_trusted(path)).and_then(Result::err)?;
    let place = quote::path(reason.path());
    let id = if reason.path().is_dir() { FindingId::DirectoryPermissions } else { FindingId::Permissions };
    let fix = match reason {
        Untrusted::Writable { .. } => format!("chmod go-w {place}"),
        Untrusted::Unreadable { .. } => format!("chmod go+rX {place}"),
        Untrusted::Owner { .. } => format!("chown {place} to the user"),
        // The file is there.
        Untrusted::NewFile { .. } => return None,
    };
    Some(Problem::new(id, reason.to_string(), fix))
}

/// What a line says, or what keeps it from being used.
enum Said {
    Nothing,
    Login(authorized_keys::Statement),
    Signer(allowed_signers::Statement),
    Wrong(Problem),
}

impl Said {
    fn read(kind: Kind, number: u64, line: &[u8], clock: &Clock) -> Self {
        if number == 1 && is_utf16(line) {
            return Self::Wrong(Problem::utf16());
        }
        if number == 1 && line.starts_with(BOM) {
            let fix = "save the file without a BOM (as UTF-8, or ASCII)";
            return Self::Wrong(Problem::new(
                FindingId::ByteOrderMark,
                "the file begins with a BOM, which hides this line",
                fix,
            ));
        }
        let said = match kind {
            Kind::AllowedSigners => {
                allowed_signers::Statement::read(line, clock).map(|said| said.map(Self::Signer))
            }
            Kind::AuthorizedKeys | Kind::KnownHosts => {
                authorized_keys::Statement::read(line, clock).map(|said| said.map(Self::Login))
            }
        };
        said.map_or_else(Self::Wrong, |said| said.unwrap_or(Self::Nothing))
    }
}

/// Hands on of each line, in their order, what `of_line` makes of it on all cores, and what is wrong with it.
pub(super) fn read<T: Send>(
    (source, kind): (File, Kind),
    of_line: impl Fn(&[u8]) -> T + Sync,
    mut take: impl FnMut(u64, T, Vec<Problem>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let clock = clock::read();
    let (mut logins, mut signers) = (authorized_keys::Lint::default(), allowed_signers::Lint::default());
    let read = |number, line: &[u8]| (Said::read(kind, number, line, &clock), of_line(line));
    each_line(source, read, |number, (said, made)| {
        let problems = match said {
            Said::Nothing => Vec::new(),
            Said::Login(statement) => logins.add(number, statement),
            Said::Signer(statement) => signers.add(number, statement),
            Said::Wrong(problem) => vec![problem],
        };
        take(number, made, problems)
    })
}

/// One problem of one line, or of the file.
pub(in crate::commands) struct Finding<'a> {
    /// The file.
    pub(in crate::commands) path: &'a Path,
    /// The number of the line; none for a problem of the file.
    pub(in crate::commands) line: Option<u64>,
    /// What is wrong with it.
    pub(in crate::commands) problem: &'a Problem,
    /// The host that it is about, in a known_hosts file.
    pub(in crate::commands) host: Option<&'a [u8]>,
}

impl Report for Finding<'_> {
    fn text(&self) -> Vec<u8> {
        let Problem { message, fix, .. } = self.problem;
        let text = match self.line {
            Some(line) => format!("{}:{line}: {message}\n  fix: {fix}\n", self.path.display()),
            None => format!("{message}\n  fix: {fix}\n"),
        };
        let lines = text.lines().map(|line| printable(line.as_bytes()));
        lines.flat_map(|line| [line, b"\n".to_vec()].concat()).collect()
    }

    fn json(&self) -> Value {
        let Problem { id, message, fix, other_line } = self.problem;
        let mut object = json!({ "id": id.name(), "message": message, "fix": fix });
        if let Some(line) = self.line {
            object = json!({ "line": line, "id": id.name(), "message": message, "fix": fix });
        }
        if let Some(line) = other_line {
            object["other_line"] = (*line).into();
        }
        if let Some(host) = self.host {
            object["host"] = String::from_utf8_lossy(host).into();
        }
        object
    }
}
