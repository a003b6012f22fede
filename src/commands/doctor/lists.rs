//! Files of lines: authorized_keys, known_hosts, allowed_signers, and ssh's configuration.

use super::health::Health;
use super::role::{self, Role};
use crate::allowed_signers;
use crate::authorized_keys;
use crate::client_config::{named_files, path_of};
use crate::commands::known_hosts::lint;
use crate::finding::FindingId;
use crate::host::{clock, files};
use crate::key_list::Problem;
use crate::known_hosts;
use crate::text::{BOM, is_utf16, numbered_lines};

/// What is wrong with the lines.
pub(super) fn examine(health: &mut Health, role: Role, file: &[u8]) {
    health.kind = role.kind();
    if is_utf16(file) && role != Role::KnownHosts {
        let Problem { id, message, fix, .. } = Problem::utf16();
        health.find(id, message, fix, None);
        return;
    }
    if file.starts_with(BOM) && role != Role::KnownHosts {
        let message = "line 1: it begins with a BOM, which hides the line";
        health.find(FindingId::ByteOrderMark, message, "save it without a BOM (as UTF-8, or ASCII)", None);
    }
    match role {
        Role::AuthorizedKeys => of_logins(health, file),
        Role::KnownHosts => of_hosts(health),
        Role::AllowedSigners => of_signers(health, file),
        Role::Config => config(health, file),
        Role::Ordinary | Role::Key => {}
    }
}

/// Whether a file has a line of such a list.
pub(super) fn has_entries(role: Role, file: &[u8]) -> bool {
    let clock = clock::read();
    let mut lines = file.split(|&byte| byte == b'\n');
    match role {
        Role::AuthorizedKeys => {
            lines.any(|line| matches!(authorized_keys::Statement::read(line, &clock), Ok(Some(_))))
        }
        Role::AllowedSigners => {
            lines.any(|line| matches!(allowed_signers::Statement::read(line, &clock), Ok(Some(_))))
        }
        Role::KnownHosts => lines.any(|line| matches!(known_hosts::Statement::read(line), Ok(Some(_)))),
        Role::Config | Role::Ordinary | Role::Key => false,
    }
}

/// What a line says, if it has a key, and what keeps it from being used.
type Said<S> = Result<Option<S>, Problem>;

/// Looks at each line, alone and next to those before it.
fn lines<S>(
    health: &mut Health,
    file: &[u8],
    read: impl Fn(&[u8]) -> Said<S>,
    mut add: impl FnMut(u64, S) -> Vec<Problem>,
) {
    let file = file.strip_prefix(BOM).unwrap_or(file);
    for (number, line) in numbered_lines(file, 1) {
        let problems = match read(line) {
            Ok(None) => continue,
            Ok(Some(statement)) => {
                health.keys = Some(health.keys.unwrap_or_default() + 1);
                add(number, statement)
            }
            Err(problem) => vec![problem],
        };
        problems.into_iter().for_each(|problem| find(health, number, problem));
    }
}

fn find(health: &mut Health, line: u64, problem: Problem) {
    let Problem { id, message, fix, .. } = problem;
    health.find(id, format!("line {line}: {message}"), fix, None);
}

fn of_logins(health: &mut Health, file: &[u8]) {
    use authorized_keys::{Lint, Statement};
    let (clock, mut lint) = (clock::read(), Lint::default());
    lines(health, file, |line| Statement::read(line, &clock), |number, said| lint.add(number, said));
}

fn of_signers(health: &mut Health, file: &[u8]) {
    use allowed_signers::{Lint, Statement};
    let (clock, mut lint) = (clock::read(), Lint::default());
    lines(health, file, |line| Statement::read(line, &clock), |number, said| lint.add(number, said));
}

fn of_hosts(health: &mut Health) {
    let path = health.path.clone();
    match lint::problems(&path) {
        Ok(found) => {
            health.keys = Some(found.entries);
            for (line, problem) in found.problems {
                find(health, line, lint::in_words(&problem, Some(&path)));
            }
        }
        Err(error) => health.unreadable = Some(error.to_string()),
    }
}

/// Keys and certificates that the configuration names, and that are not there.
fn config(health: &mut Health, file: &[u8]) {
    let Some(home) = role::home_of(&health.path) else { return };
    let text = String::from_utf8_lossy(file);
    for named in named_files(&text) {
        let Some(path) = path_of(&named.name, &home) else { continue };
        if files::stat(&path).is_err() {
            let message = format!("line {}: {} {} does not exist", named.line, named.keyword, named.name);
            let hint = "correct the name, or remove the line: ssh passes over it";
            health.find(FindingId::MissingFile, message, hint, None);
        }
    }
}
