//! `-Y match-principals`: the lines of an allowed_signers file about a principal.

use std::path::PathBuf;

use crate::commands::failure::{Failure, While as _};
use serde_json::json;
use thiserror::Error;

use super::json::{PRINCIPALS, Ready, members, object};
use super::verify::read_allowed;
use super::{Context, Outcome};
use crate::allowed_signers::{self, Signers};
use crate::host::clock;
use crate::pattern;

/// Who, by which file.
#[derive(Debug)]
pub struct Args {
    /// `-I`.
    pub principal: Vec<u8>,
    /// `-f`.
    pub allowed: PathBuf,
}

/// The file cannot be read, which ssh-keygen tells by a status of its own.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("{0}\nNo principal matched.")]
pub struct NotRead(String);

/// Prints the principals of every line that is about the principal.
///
/// # Errors
/// [`NotRead`]; [`allowed_signers::LineError`] for a line that is about them and wrong.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let clock = clock::read();
    if args.allowed.is_dir() {
        return Ok(Outcome::NoPrincipal);
    }
    let file = read_allowed(&args.allowed).map_err(|error| NotRead(error.to_string()))?;
    let about = |principals: &[u8]| pattern::list_matches(&args.principal, principals);
    let mut found = Vec::new();
    for (number, line) in allowed_signers::lines(&file) {
        let signers = Signers::parse(line, &clock, about)
            .during_step(|| format!("{}:{number}", args.allowed.display()))?;
        found.extend(signers.map(|signers| signers.principals));
    }
    let names = found.iter().flat_map(|names| names.split(|&byte| byte == b','));
    let shown: Vec<_> = names.map(String::from_utf8_lossy).collect();
    let json = object(PRINCIPALS, members(json!({ "principals": shown })));
    let text = found.iter().flat_map(|names| [names.as_slice(), b"\n"].concat()).collect();
    ctx.ui.print(&Ready { text, json })?;
    if found.is_empty() {
        ctx.ui.warn("No principal matched.");
        return Ok(Outcome::NoPrincipal);
    }
    Ok(Outcome::Done)
}
