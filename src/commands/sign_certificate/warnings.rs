//! Warnings about certificates that are valid for more, or for less, than is usually meant.

use crate::certificate::Statement;
use crate::host::ui::Ui;

/// One warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Warning {
    /// OpenSSH warns too, with `-q` as well.
    NoPrincipals,
    /// OpenSSH says nothing.
    Own(String),
}

impl Warning {
    /// Shows it, with the place in front that it is about.
    pub(super) fn show(&self, place: &str, ui: &mut dyn Ui) {
        match self {
            Self::NoPrincipals => {
                ui.warn(&format!("{place}Warning: certificate will contain no principals (-n)"));
            }
            Self::Own(text) => ui.inform(&format!("{place}Warning: {text}")),
        }
    }
}

/// What a certificate will lack.
pub(super) fn of(statement: &Statement, now: u64) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |text: &str| warnings.push(Warning::Own(text.to_owned()));
    let padded = |name: &&Vec<u8>| name.trim_ascii() != name.as_slice();
    if let Some(name) = statement.principals.iter().find(padded) {
        let name = String::from_utf8_lossy(name);
        warn(&format!("principal \"{name}\" has a blank at its start or end (-n)"));
    }
    if statement.validity.before <= now {
        warn("certificate has already expired (-V)");
    }
    // A date before 1970 ends nothing: to OpenSSH it is in the far future.
    if i64::try_from(statement.validity.before).is_err() {
        warn("certificate will never expire (-V)");
    }
    if statement.principals.is_empty() {
        warnings.insert(0, Warning::NoPrincipals);
    }
    warnings
}
