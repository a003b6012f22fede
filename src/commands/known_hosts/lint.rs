//! `known-hosts lint`: what is wrong with a known_hosts file.

use std::fs::File;
use std::path::{Path, PathBuf};

use memchr::memmem;

use super::path;
use crate::commands::failure::Failure;
use crate::commands::json::{LINT_HOSTS, Members, file};
use crate::commands::key_list::each_line;
use crate::commands::key_list::lint::Finding;
use crate::commands::{Context, Outcome, quote};
use crate::host::files;
use crate::host::ui::List;
use crate::key_list;
use crate::known_hosts::{Flaw, Lint, Problem, Statement};

/// What to look at.
#[derive(Debug)]
pub struct Args {
    /// The file.
    pub file: Option<PathBuf>,
}

/// Beyond so many hashes of names, a few seconds of work, hashed lines are not compared with plain ones.
const MAX_COMPARISONS: u64 = 1 << 23;

/// Prints each problem, and ends with status 1 if there is one.
///
/// # Errors
/// Those of reading.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let named = args.file.clone();
    let path = path(args.file)?;
    let Found { problems, comparison, .. } = problems(&path)?;
    if comparison == Comparison::TooLong {
        ctx.ui.warn(&format!("{}: too many hashed names to compare with the plain ones", path.display()));
    }
    ctx.ui.begin(List::new(LINT_HOSTS, "findings").with("file", file(&path)))?;
    for (line, problem) in &problems {
        let host = problem.host();
        ctx.ui.item(&Finding {
            path: &path,
            line: Some(*line),
            problem: &in_words(problem, named.as_deref()),
            host,
        })?;
    }
    ctx.ui.end(Members::new())?;
    Ok(if problems.is_empty() { Outcome::Done } else { Outcome::No })
}

/// What is wrong with a file.
#[derive(Debug)]
pub(in crate::commands) struct Found {
    /// The lines that ssh reads, counted.
    pub(in crate::commands) entries: u64,
    /// The problems, with the numbers of their lines.
    pub(in crate::commands) problems: Vec<(u64, Problem)>,
    comparison: Comparison,
}

/// Whether hashed names were compared with plain ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Done,
    TooLong,
}

/// Looks for problems in a file.
///
/// # Errors
/// Those of reading.
pub(in crate::commands) fn problems(path: &Path) -> Result<Found, Failure> {
    let mut lint = Lint::default();
    let (mut entries, mut found) = (0, Vec::new());
    let read = |_, line: &[u8]| {
        let said = read(line);
        let own = said.as_ref().ok().and_then(Option::as_ref).map(Statement::own_problems);
        (said, own.unwrap_or_default())
    };
    each_line(files::open(path)?, read, |number, (said, mut problems)| {
        match said {
            Ok(None) => {}
            Ok(Some(statement)) => {
                entries += 1;
                problems.extend(lint.add(number, statement));
            }
            Err(problem) => problems.push(problem),
        }
        found.extend(problems.into_iter().map(|problem| (number, problem)));
        Ok(())
    })?;
    let is_short = lint.comparisons() <= MAX_COMPARISONS;
    if is_short {
        found.extend(lint.hashed_beside_plain());
        found.sort_by_key(|&(line, _)| line);
    }
    let comparison = if is_short { Comparison::Done } else { Comparison::TooLong };
    Ok(Found { entries, problems: found, comparison })
}

/// A problem of a file in words, with what to do about it; no file means the user's own.
pub(in crate::commands) fn in_words(problem: &Problem, file: Option<&Path>) -> key_list::Problem {
    let other_line = problem.other_line();
    let option = file.map(|path| format!(" -f {}", quote::path(path))).unwrap_or_default();
    key_list::Problem {
        other_line,
        ..key_list::Problem::new(problem.id(), problem.to_string(), fix(problem, &option))
    }
}

/// What a line says, or what keeps it from being read.
fn read(line: &[u8]) -> Result<Option<Statement>, Problem> {
    Statement::read(key_list::without_ending(line))
}

/// Hands each line on, with its line feed and the number of the first of those before it that say all that it says.
pub(in crate::commands) fn read_repeated(
    source: File,
    mut take: impl FnMut(u64, &[u8], Option<u64>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut lint = Lint::default();
    let whole = |_, line: &[u8]| (read(line), [line.strip_suffix(b"\n").unwrap_or(line), b"\n"].concat());
    each_line(source, whole, |number, (said, line)| {
        let problems = match said {
            Ok(Some(statement)) => lint.add(number, statement),
            Ok(None) | Err(_) => Vec::new(),
        };
        let first = problems.iter().find_map(|problem| match problem {
            Problem::Duplicate { of } => Some(*of),
            _ => None,
        });
        take(number, &line, first)
    })
}

/// What to do about a problem.
fn fix(problem: &Problem, option: &str) -> String {
    match problem {
        Problem::Dead { no_key: Some(no_key), .. } => no_key.fix().to_owned(),
        Problem::Dead { flaw: Flaw::Marker, .. } => {
            "write @cert-authority or @revoked, in lower case, before the names".to_owned()
        }
        Problem::Dead { flaw: Flaw::BlankInNames, .. } => {
            "write the names with commas and no blanks between; only @cert-authority or @revoked go before them"
                .to_owned()
        }
        Problem::Dead { .. } => "remove the line".to_owned(),
        Problem::Duplicate { .. } => format!("rkeygen known-hosts dedupe{option} removes it"),
        Problem::Conflict { .. } => {
            let host = quote::word(problem.host().unwrap_or_default());
            format!(
                "if the host has a new key: rkeygen -R {host}{option}, then connect and check the fingerprint"
            )
        }
        Problem::Revoked { .. } => "remove the line that is wrong".to_owned(),
        Problem::Twin { .. } => "remove the plain line to hide the name, or this one".to_owned(),
        Problem::Weak(_) => "generate a new key on the host, then remove this line".to_owned(),
        Problem::NeverMatches { instead: Some(name), .. } => {
            format!("write {} instead", String::from_utf8_lossy(name))
        }
        Problem::NeverMatches { name, instead: None } if name.starts_with(b"!") => {
            "name the hosts too, such as *,!HOST".to_owned()
        }
        Problem::NeverMatches { name, instead: None } => match name {
            _ if memmem::find(name, b"|1|").is_some() => "put the hashed name on a line of its own",
            _ if name.contains(&b';') => "write commas between the names",
            _ if name.contains(&b'/') => "write a pattern for a network, such as 192.0.2.*",
            _ => "write [HOST]:PORT, or HOST for port 22",
        }
        .to_owned(),
        Problem::RanTogether => "put each entry on a line of its own".to_owned(),
        Problem::ByteOrderMark => "save the file without a BOM (as UTF-8, or ASCII)".to_owned(),
        Problem::Utf16 => key_list::SAVE_AS_ASCII.to_owned(),
    }
}
