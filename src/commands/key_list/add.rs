//! `known-hosts add` and `replace`: entries that a list is to have, put at its end.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::change::{Change, Copied, put_in_place};
use super::item::Item;
use super::{Error, Place, keys, retained};
use crate::allowed_signers::{self, KeysOf};
use crate::authorized_keys;
use crate::commands::failure::Failure;
use crate::commands::json::{LIST_ADD, Ready, backup_file, file, members, object, printable};
use crate::commands::{Context, Outcome};
use crate::host::clock;
use crate::host::files::{self, Access, Rewrite, Seen};
use crate::host::input::Input;
use crate::key_list::{Keys, Kind, Request};
use crate::known_hosts::{self, Form, Marker, WrittenName};

pub use super::change::Against;

/// What to add, and where.
#[derive(Debug)]
pub struct Args {
    /// The list.
    pub place: Place,
    /// The files with the keys.
    pub keys: Vec<Input>,
    /// What the list is to say of them.
    pub entry: Entry,
    /// What becomes of lines that stand against it.
    pub against: Against,
}

/// What the list is to say of the keys.
#[derive(Debug)]
pub enum Entry {
    /// That hosts have them.
    Hosts {
        /// The hosts.
        names: Vec<WrittenName>,
        /// What the keys are to them.
        marker: Option<Marker>,
        /// How the names are written.
        names_as: Names,
    },
    /// That they may log in.
    Logins {
        /// The options in front of them, as they were typed.
        options: Vec<String>,
    },
    /// That someone may sign with them.
    Signers {
        /// Who.
        who: allowed_signers::Names,
        /// What the keys are.
        keys_of: KeysOf,
        /// For what.
        namespaces: Option<allowed_signers::Names>,
        /// From when on, and up to when, as it was typed.
        valid: (Option<String>, Option<String>),
    },
}

/// How names of hosts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// As they are.
    Plain,
    /// Hashed.
    Hashed,
}

impl Entry {
    /// The entries for the keys of a file.
    fn request(self, inputs: &[Input], ctx: &mut Context<'_>) -> Result<Box<dyn Request>, Failure> {
        let keys: Vec<_> = inputs.iter().map(self::keys).collect::<Result<_, _>>()?;
        let keys = keys.into_iter().flatten();
        match self {
            Self::Hosts { names, marker, names_as } => {
                let keys: Keys<()> = keys.map(|(key, _)| (key, ())).collect();
                let count = names.len() * keys.as_slice().len();
                let form = match names_as {
                    Names::Plain => Form::Plain,
                    Names::Hashed => {
                        Form::Hashed((0..count).map(|_| known_hosts::salt(&mut ctx.rng)).collect())
                    }
                };
                Ok(Box::new(known_hosts::Request::new(names, marker, keys, form)))
            }
            Self::Logins { options } => {
                let options = authorized_keys::Options::new(options.iter().map(|it| &**it), &clock::read());
                let options = options.map_err(Error::from)?;
                Ok(Box::new(authorized_keys::Wanted::new(keys.collect(), options)))
            }
            Self::Signers { who, keys_of, namespaces, valid: (after, before) } => {
                let clock = clock::read();
                let date = |text: Option<String>| {
                    text.map(|text| allowed_signers::Date::new(&text, &clock)).transpose()
                };
                let options = date(after)
                    .and_then(|after| Ok((after, date(before)?)))
                    .and_then(|(after, before)| {
                        allowed_signers::Options::new(keys_of, namespaces, after, before)
                    })
                    .map_err(Error::from)?;
                if options.ended(clock.now) {
                    ctx.ui.warn("--valid-before is in the past: the keys verify only older signatures");
                }
                Ok(Box::new(allowed_signers::Wanted { who, keys: keys.collect(), options, clock }))
            }
        }
    }
}

/// Adds what is not there yet.
///
/// # Errors
/// [`enum@super::Error`] and those of the files. The list is then as it was.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (path, kind) = (args.place.path()?, args.place.kind);
    let request = args.entry.request(&args.keys, ctx)?;
    let change = Change { kind, request: &*request, against: args.against };
    make_directory(&args.place, &path, ctx)?;
    if kind == Kind::AuthorizedKeys {
        files::check_trusted(&path).map_err(Error::from)?;
    }
    let seen = Seen::file(&path)?;
    seen.check_not_private()?;
    let result = if seen.is_free() { create(&seen, &change, ctx)? } else { add(&path, &change, ctx)? };
    ctx.ui.conclude(&result.ready(&path, kind))?;
    Ok(Outcome::Done)
}

/// Makes `~/.ssh` for the user's own list.
fn make_directory(place: &Place, path: &Path, ctx: &mut Context<'_>) -> Result<(), Failure> {
    let directory = files::directory_of(path);
    if place.file.is_none() && files::look(directory)? == files::Place::Free {
        let written = files::create_private_directory(directory)?;
        ctx.tell(&written);
    }
    Ok(())
}

/// What became of a list.
struct Added {
    copied: Copied,
    added: Vec<Item>,
    backup: Option<PathBuf>,
}

/// Makes a list that is not there.
fn create(seen: &Seen, change: &Change<'_>, ctx: &mut Context<'_>) -> Result<Added, Failure> {
    let lines = change.request.lines(&(0..change.request.count()).collect::<Vec<_>>());
    let copied = Copied::default();
    let access = match change.kind {
        Kind::AuthorizedKeys => Access::Private,
        Kind::KnownHosts | Kind::AllowedSigners => Access::Public,
    };
    let written = files::save(seen, &copied.after(&lines), access)?;
    ctx.tell(&written);
    Ok(Added { added: items(change.kind, 1, &lines), copied, backup: None })
}

/// Adds to a list.
fn add(path: &Path, change: &Change<'_>, ctx: &mut Context<'_>) -> Result<Added, Failure> {
    let (source, mut rewrite) = Rewrite::begin(path)?;
    let copied = change.copy(source, &mut rewrite)?;
    copied.check(path, change.kind)?;
    let lines = change.request.lines(&copied.missing(change.request));
    if lines.is_empty() && !copied.takes_out() {
        return Ok(Added { copied, added: Vec::new(), backup: None });
    }
    if !lines.is_empty() {
        rewrite.write(&copied.after(&lines))?;
    }
    let (written, backup) = put_in_place(path, rewrite, &copied)?;
    ctx.tell(&written);
    let first = copied.lines + 1 - u64::try_from(copied.removed.len()).unwrap_or_default();
    Ok(Added { added: items(change.kind, first, &lines), copied, backup })
}

fn items(kind: Kind, first: u64, lines: &[Vec<u8>]) -> Vec<Item> {
    (first..).zip(lines).filter_map(|(number, line)| Item::read(kind, number, line)).collect()
}

impl Added {
    fn ready(&self, path: &Path, kind: Kind) -> Ready {
        Ready { text: self.text(path), json: self.json(path, kind) }
    }

    fn text(&self, path: &Path) -> Vec<u8> {
        let name = printable(path.as_os_str().as_encoded_bytes());
        let mut text = Vec::new();
        let mut row = |line: u64, what: &str, entry: &[u8]| {
            let at = format!(":{line}: {what}");
            text.extend([&name, at.as_bytes(), entry, b"\n"].concat());
        };
        self.copied.removed.iter().for_each(|&line| row(line, "removed", b""));
        self.copied.shortened.iter().for_each(|&line| row(line, "name removed", b""));
        self.copied.items.iter().for_each(|item| row(item.line, "already there: ", &item.shown()));
        self.added.iter().for_each(|item| row(item.line, "added: ", &item.shown()));
        text.extend(retained(self.backup.as_deref()));
        text
    }

    fn json(&self, path: &Path, kind: Kind) -> Value {
        let changed = !self.added.is_empty() || self.copied.takes_out();
        let present = self.copied.items.iter().map(|item| item.object(json!({ "added": false })));
        let added = self.added.iter().map(|item| item.object(json!({ "added": true })));
        let mut members = members(json!({
            "file": file(path),
            "list": kind.file_name(),
            "changed": changed,
            "removed": self.copied.removed,
            "shortened": self.copied.shortened,
            "entries": present.chain(added).collect::<Vec<_>>(),
        }));
        members.extend(backup_file(self.backup.as_deref()));
        object(LIST_ADD, members)
    }
}
