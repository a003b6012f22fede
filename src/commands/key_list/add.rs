//! `known-hosts add` and `replace`: entries that a list is to have, put at its end.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::change::{Change, Copied, put_in_place};
use super::item::{Item, Line};
use super::{Error, Place, keys, retained};
use crate::allowed_signers::{self, KeysOf};
use crate::authorized_keys;
use crate::commands::failure::Failure;
use crate::commands::json::{LIST_ADD, Silent, backup_file, file, printable};
use crate::commands::{Context, Outcome};
use crate::host::clock;
use crate::host::files::{self, Access, Rewrite, Seen};
use crate::host::input::Input;
use crate::host::ui::{self, List, Ui};
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
    let added = if seen.is_free() { create(&seen, &change, ctx)? } else { add(&path, &change, ctx)? };
    added.report(&path, kind, ctx.ui)?;
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
    added: Vec<Line>,
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
    Ok(Added { added: lines_of(change.kind, 1, &lines), copied, backup: None })
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
    Ok(Added { added: lines_of(change.kind, first, &lines), copied, backup })
}

fn lines_of(kind: Kind, first: u64, lines: &[Vec<u8>]) -> Vec<Line> {
    (first..).zip(lines).filter_map(|(number, line)| Line::new(kind, number, line)).collect()
}

impl Added {
    /// Reports it, piece by piece: a request may have a million keys.
    fn report(&self, path: &Path, kind: Kind, ui: &mut dyn Ui) -> Result<(), ui::Error> {
        if !ui.prints_json() {
            return self.say(path, ui);
        }
        let list = List::new(LIST_ADD, "entries")
            .with("file", file(path))
            .with("list", kind.file_name())
            .with("changed", !self.added.is_empty() || self.copied.takes_out())
            .with("removed", &*self.copied.removed)
            .with("shortened", &*self.copied.shortened);
        ui.begin(list)?;
        for (lines, added) in [(&self.copied.found, false), (&self.added, true)] {
            let object = |item: Item| item.object(json!({ "added": added }));
            for lines in lines.chunks(AT_ONCE) {
                let items = lines.iter().filter_map(Line::item).map(object);
                ui.items(&Silent(items.collect::<Vec<_>>().into()))?;
            }
        }
        ui.end(backup_file(self.backup.as_deref()).into_iter().collect())
    }

    fn say(&self, path: &Path, ui: &mut dyn Ui) -> Result<(), ui::Error> {
        let name = printable(path.as_os_str().as_encoded_bytes());
        let row = |line: u64, what: &str, entry: &[u8]| {
            let at = format!(":{line}: {what}");
            [&name, at.as_bytes(), entry, b"\n"].concat()
        };
        for (lines, what) in [(&self.copied.removed, "removed"), (&self.copied.shortened, "name removed")] {
            ui.say(&lines.iter().flat_map(|&line| row(line, what, b"")).collect::<Vec<_>>())?;
        }
        for (lines, what) in [(&self.copied.found, "already there: "), (&self.added, "added: ")] {
            let shown = |item: Item| row(item.line, what, &item.shown());
            for lines in lines.chunks(AT_ONCE) {
                ui.say(&lines.iter().filter_map(Line::item).flat_map(shown).collect::<Vec<_>>())?;
            }
        }
        ui.say(&retained(self.backup.as_deref()))
    }
}

/// How many entries are reported at a time.
const AT_ONCE: usize = 1 << 10;
