//! `-k`: a key revocation list.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use serde_json::json;
use thiserror::Error;

use super::report::{KRL, Silent, file, members, object};
use super::{Context, Outcome, public};
use crate::host::clock;
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
    /// The specifications; `-` is standard input.
    pub specifications: Vec<PathBuf>,
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
    /// `-u` without a list.
    #[error("KRL \"{}\" does not exist", .0.display())]
    NoList(PathBuf),
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
    krl.version = args.version.unwrap_or(krl.version);
    if let Some(comment) = &args.comment {
        krl.comment = comment.as_bytes().to_vec();
    }
    for path in &args.specifications {
        let (name, bytes) = match path.as_os_str() == "-" {
            true => ("(standard input)".to_owned(), public::read_all(std::io::stdin().lock())?),
            false => (path.display().to_string(), public::read(path)?),
        };
        ctx.ui.say(format!("Revoking from {name}\n").as_bytes())?;
        for (number, line) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
            let what = krl::read_line(line).during_step(|| format!("{name}:{number}"))?;
            if let Some(what) = what {
                krl.revoke(what, ca.as_ref())?;
            }
        }
    }
    public::save(&args.file, &krl.to_bytes(), ctx)?;
    let mut members = members(json!({ "file": file(&args.file), "changed": true }));
    members.insert("list".to_owned(), krl::to_json(&krl));
    ctx.ui.conclude(&Silent(object(KRL, members)))?;
    Ok(Outcome::Done)
}

fn load_ca(path: &Path) -> Result<Ca, Failure> {
    if path.as_os_str().eq_ignore_ascii_case("none") {
        return Ok(Ca::Any);
    }
    let (key, _) =
        public::load(path).during_step(|| format!("Cannot load CA public key {}", path.display()))?;
    Ok(Ca::Key(key.key().clone()))
}

fn load(path: &Path) -> Result<Krl, Failure> {
    if !path.exists() {
        return Err(Error::NoList(path.to_owned()).into());
    }
    super::query_krl::load(path)
}
