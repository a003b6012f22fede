//! `authorized-keys remove` and `allowed-signers remove`: lines of a key, or names in them, that are to go.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::change::{Against, Change, Copied, put_in_place};
use super::{Place, keys, retained};
use crate::allowed_signers;
use crate::authorized_keys;
use crate::commands::failure::Failure;
use crate::commands::json::{LIST_REMOVE, Ready, backup_file, file, members, object, printable};
use crate::commands::{Context, Outcome};
use crate::host::files::{self, Rewrite, Seen};
use crate::host::input::Input;
use crate::key_list::{Kind, Request, Selection, Selections};

/// What is to go, and from where.
#[derive(Debug)]
pub struct Args {
    /// The list.
    pub place: Place,
    /// What is to go: fingerprints, files of public keys; else comments, or names of signers.
    pub what: Vec<PathBuf>,
}

/// Removes it; the old list keeps the name `FILE.old`. Ends with status 1 if a part is not there.
///
/// # Errors
/// [`enum@super::Error`] and those of the files. The list is then as it was.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (path, kind) = (args.place.existing()?, args.place.kind);
    let request = request(kind, &args.what)?;
    Seen::file(&path)?.check_not_private()?;
    let (source, mut rewrite) = Rewrite::begin(&path)?;
    let change = Change { kind, request: &*request, against: Against::Remove };
    let copied = change.copy(source, &mut rewrite)?;
    copied.check(&path, kind)?;
    let mut backup = None;
    if copied.takes_out() {
        let (written, old) = put_in_place(&path, rewrite, &copied)?;
        ctx.tell(&written);
        backup = old;
    }
    for line in &copied.left {
        ctx.ui.warn(&format!("{}:{line}: still applies; edit this line", path.display()));
    }
    let result = Removed { path: &path, copied: &copied, backup: backup.as_deref() };
    ctx.ui.conclude(&Ready { text: result.text(), json: result.json(kind) })?;
    if !copied.takes_out() && copied.left.is_empty() {
        ctx.ui.warn(&format!("{}: nothing found to remove", path.display()));
    }
    Ok(if copied.takes_out() && copied.left.is_empty() { Outcome::Done } else { Outcome::No })
}

fn request(kind: Kind, what: &[PathBuf]) -> Result<Box<dyn Request>, Failure> {
    let (mut selections, mut names) = (Selections::default(), Vec::new());
    for one in what {
        let text = one.to_string_lossy();
        if let Some(fingerprint) = Selection::of_fingerprint(&text) {
            selections.extend([fingerprint]);
        } else if one.as_os_str() == "-" || files::stat(one).is_ok() {
            let keys = keys(&Input::from(one.clone()))?;
            selections.extend(keys.into_iter().map(|(key, _)| Selection::Key(key)));
        } else if kind == Kind::AllowedSigners {
            names.push(text.parse().map_err(super::Error::from)?);
        } else {
            selections.extend([Selection::Comment(one.as_os_str().as_encoded_bytes().to_vec())]);
        }
    }
    Ok(match kind {
        Kind::AllowedSigners => Box::new(allowed_signers::Unwanted { names, keys: selections }),
        Kind::AuthorizedKeys | Kind::KnownHosts => Box::new(authorized_keys::Unwanted(selections)),
    })
}

/// What became of a list.
struct Removed<'a> {
    path: &'a Path,
    copied: &'a Copied,
    backup: Option<&'a Path>,
}

impl Removed<'_> {
    fn text(&self) -> Vec<u8> {
        let name = printable(self.path.as_os_str().as_encoded_bytes());
        let rows = [(&self.copied.removed, "removed"), (&self.copied.shortened, "name removed")];
        let rows = rows.iter().flat_map(|(lines, what)| lines.iter().map(move |line| (line, what)));
        let mut text: Vec<u8> =
            rows.flat_map(|(line, what)| [&name, format!(":{line}: {what}\n").as_bytes()].concat()).collect();
        text.extend(retained(self.backup));
        text
    }

    fn json(&self, kind: Kind) -> Value {
        let mut members = members(json!({
            "file": file(self.path),
            "list": kind.file_name(),
            "changed": self.copied.takes_out(),
            "removed": self.copied.removed,
            "shortened": self.copied.shortened,
            "left": self.copied.left,
        }));
        members.extend(backup_file(self.backup));
        object(LIST_REMOVE, members)
    }
}
