//! `-k`: a key revocation list.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use serde_json::{Value, json};
use thiserror::Error;

use super::json::{KRL, file, members, object};
use super::ledger::{self, Lookup};
use super::overwrite::{self, IfExists, Permission, different};
use super::{Context, Outcome, public};
use crate::certificate::KeyOrCertificate;
use crate::host::account;
use crate::host::clock;
use crate::host::files::{self, Access, Seen};
use crate::host::input::Input;
use crate::host::ui::Report;
use crate::key::Comment;
use crate::krl::{self, Ca, Krl};

/// What to revoke, and where to write it.
#[derive(Debug)]
pub struct Args {
    /// The list.
    pub file: PathBuf,
    /// What happens to a list that is there.
    pub existing: Existing,
    /// `-s`: whose serial numbers and key ids are meant.
    pub ca: Option<OsString>,
    /// `-z`.
    pub version: Option<u64>,
    /// `-C`.
    pub comment: Option<Comment>,
    /// What to do about an existing list that is not added to.
    pub if_exists: IfExists,
    /// `--ledger`, and what is looked up in it.
    pub ledger: Option<(PathBuf, Vec<Lookup>)>,
    /// The specifications.
    pub specifications: Vec<Input>,
}

/// What happens to a list that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It is replaced.
    Replace,
    /// `-u`: it is added to.
    Update,
}

/// Why there is no list.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// `-k` without `-f`.
    #[error("KRL generation requires an output file")]
    NoFile,
    /// The CA's key is of a kind that OpenSSH no longer reads, so it would read no list either.
    #[error("Cannot load CA public key {}: OpenSSH no longer supports such keys", .0.display())]
    Obsolete(PathBuf),
    /// OpenSSH reads no longer list.
    #[error("Couldn't generate KRL: it would be over 128 MiB long")]
    TooLong,
    /// `-u` without a list.
    #[error("KRL \"{}\" does not exist", .0.display())]
    NoList(PathBuf),
}

/// The list that was written.
struct Made<'a> {
    krl: &'a Krl,
    path: &'a Path,
    changed: Changed,
}

impl Report for Made<'_> {
    fn text(&self) -> Vec<u8> {
        Vec::new()
    }

    fn json(&self) -> Value {
        let mut members =
            members(json!({ "file": file(self.path), "changed": self.changed == Changed::Yes }));
        members.insert("list".to_owned(), krl::to_json(self.krl));
        object(KRL, members)
    }
}

/// Writes the list.
///
/// # Errors
/// [`enum@Error`] and those of the specifications; a list that is there is then as it was.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let ca = args.ca.as_deref().map(Path::new).map(load_ca).transpose()?;
    let mut krl = match args.existing {
        Existing::Replace => Krl::new(clock::read().now),
        Existing::Update => load(&args.file)?,
    };
    // As in ssh-keygen, 0 stands for a version that was not given.
    krl.version = args.version.filter(|&version| version != 0).unwrap_or(krl.version);
    if let Some(comment) = &args.comment {
        krl.comment = comment.as_bytes().to_vec();
    }
    revoke_by_ledger(&args, ca.as_ref(), &mut krl, ctx)?;
    for input in &args.specifications {
        let (name, bytes) = match input {
            // ssh-keygen's own words.
            Input::Stdin => ("(standard input)".to_owned(), public::read_input(input)?),
            Input::File(path) => {
                let path = account::expand_tilde(path)?;
                (path.display().to_string(), public::read(&path)?)
            }
        };
        ctx.ui.say(format!("Revoking from {name}\n").as_bytes())?;
        for (number, line) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
            let what = krl::read_line(line).during_step(|| format!("{name}:{number}"))?;
            if let Some(what) = what {
                krl.revoke(what, ca.as_ref())?;
            }
        }
    }
    let changed = save(&args, &krl, ctx)?;
    if changed == Changed::Declined {
        return Ok(Outcome::No);
    }
    ctx.ui.conclude(&Made { krl: &krl, path: &args.file, changed })?;
    Ok(Outcome::Done)
}

/// Revokes what a ledger has of names and numbers.
fn revoke_by_ledger(
    args: &Args,
    ca: Option<&Ca>,
    krl: &mut Krl,
    ctx: &mut Context<'_>,
) -> Result<(), Failure> {
    let Some((path, lookups)) = &args.ledger else { return Ok(()) };
    ctx.ui.say(format!("Revoking from {}\n", path.display()).as_bytes())?;
    let of = match ca {
        Some(Ca::Key(KeyOrCertificate::Key(key))) => Some(key),
        _ => None,
    };
    for (what, ca) in ledger::revocations(path, lookups, of, ctx)? {
        krl.revoke(what, Some(&ca))?;
    }
    Ok(())
}

/// Whether the list was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Changed {
    Yes,
    No,
    Declined,
}

fn save(args: &Args, krl: &Krl, ctx: &mut Context<'_>) -> Result<Changed, Failure> {
    let seen = Seen::file(&args.file)?;
    let permission = match args.existing {
        Existing::Update => Permission::Write,
        Existing::Replace => overwrite::decide(&args.file, &seen, args.if_exists, ctx.ui)?,
    };
    match permission {
        Permission::Declined => Ok(Changed::Declined),
        Permission::Keep if load(&args.file)?.revokes_the_same(krl) => Ok(Changed::No),
        Permission::Keep => {
            Err(different(&args.file, "list", "it revokes other things, or has another version"))
        }
        Permission::Write => {
            let bytes = krl.to_bytes();
            if !public::is_readable(bytes.len()) {
                return Err(Error::TooLong.into());
            }
            ctx.tell(&files::save(&seen, &bytes, Access::Public)?);
            Ok(Changed::Yes)
        }
    }
}

fn load_ca(path: &Path) -> Result<Ca, Failure> {
    if path.as_os_str().eq_ignore_ascii_case("none") {
        return Ok(Ca::Any);
    }
    let path = &account::expand_tilde(path)?;
    let (key, _) =
        public::load(path).during_step(|| format!("Cannot load CA public key {}", path.display()))?;
    if key.is_obsolete() {
        return Err(Error::Obsolete(path.to_owned()).into());
    }
    Ok(Ca::Key(KeyOrCertificate::Key(key.key().clone())))
}

fn load(path: &Path) -> Result<Krl, Failure> {
    if !path.exists() {
        return Err(Error::NoList(path.to_owned()).into());
    }
    super::query_krl::load(path)
}
