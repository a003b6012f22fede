//! `-Q`: what a key revocation list says.

use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use serde_json::json;
use thiserror::Error;

use super::report::{KRL_QUERY, Members, Ready, file};
use super::{Context, Outcome, public};
use crate::host::clock;
use crate::host::ui::List;
use crate::krl::{self, Krl, Listing};

/// What to ask.
#[derive(Debug)]
pub struct Args {
    /// The list.
    pub file: PathBuf,
    /// `-l`: whether the list itself is wanted.
    pub show: Show,
    /// The keys and certificates.
    pub keys: Vec<PathBuf>,
}

/// Whether the list itself is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// The answers alone.
    Answers,
    /// The list, then the answers.
    ListAndAnswers,
}

/// Why there is no answer.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// `-Q` without `-f`.
    #[error("KRL checking requires an input file")]
    NoFile,
}

/// Prints the list if wanted, and for each key whether it is revoked.
///
/// # Errors
/// Those of reading.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let krl = load(&args.file)?;
    let mut list = List::new(KRL_QUERY, "keys").with("file", file(&args.file));
    if args.show == Show::ListAndAnswers {
        list = list.with("list", krl::to_json(&krl));
        ctx.ui.print_text(&Listing { krl: &krl, zone: &clock::read().zone }.text())?;
    }
    ctx.ui.begin(list)?;
    let mut revoked = false;
    for path in &args.keys {
        let name = path.as_os_str().as_encoded_bytes();
        let (key, comment) =
            public::load(path).during_step(|| format!("Cannot load public key {}", path.display()))?;
        let is_revoked = krl.revokes(&key);
        revoked |= is_revoked;
        let mut text = name.to_vec();
        if !comment.is_empty() {
            text.extend([b" (", comment.as_bytes(), b")"].concat());
        }
        text.extend_from_slice(if is_revoked { b": REVOKED\n" } else { b": ok\n" });
        let json = json!({ "file": file(path), "comment": comment.to_text(), "revoked": is_revoked });
        ctx.ui.item(&Ready { text, json })?;
    }
    ctx.ui.end(Members::new())?;
    Ok(if revoked { Outcome::No } else { Outcome::Done })
}

/// Loads a list.
pub(super) fn load(path: &Path) -> Result<Krl, Failure> {
    let bytes = public::read(path)?;
    Krl::from_bytes(&bytes).during_step(|| format!("Invalid KRL file {}", path.display()))
}
