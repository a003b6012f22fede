//! The passphrase of the result of a conversion.

use std::path::Path;

use super::super::overwrite::{self, IfExists, Permission, different};
use super::super::passphrase::{NewPassphrase, question_of_new};
use super::{Args, Context, Format, Output};
use crate::commands::failure::{Failure, While as _};
use crate::format::Layout;
use crate::host::files::Seen;
use crate::key::Algorithm;
use crate::secret::Passphrase;

/// What is decided about the output file before the key is opened.
pub(super) enum First {
    /// Nothing is written.
    Declined,
    /// The policy for it when the result is there.
    Undecided(IfExists),
}

/// Decides about an existing output file before a passphrase is generated or asked for, which would be in vain if nothing
/// were written.
pub(super) fn decide_first(args: &Args, ctx: &mut Context<'_>) -> Result<First, Failure> {
    let is_fips = matches!(args.to, Format::Private(layout, _) if layout.is_fips());
    let is_generated = matches!(args.new, Some(NewPassphrase::Generated(_)));
    let is_asked_for = matches!(args.new, Some(NewPassphrase::Ask)) || args.new.is_none() && is_fips;
    let path = match &args.output {
        Output::File(path) if is_generated || is_asked_for => path,
        _ => return Ok(First::Undecided(args.if_exists)),
    };
    let seen = Seen::file(path).saving(path)?;
    match overwrite::decide(path, &seen, args.if_exists, ctx.ui)? {
        Permission::Keep if is_generated => Err(different(path, "key", "its passphrase is not a new one")),
        Permission::Write if !seen.is_free() => Ok(First::Undecided(IfExists::Replace)),
        Permission::Write | Permission::Keep => Ok(First::Undecided(args.if_exists)),
        Permission::Declined => Ok(First::Declined),
    }
}

/// The passphrase of the result. The profile for FIPS mode wants one, so it is asked for there.
pub(super) fn new_passphrase(
    args: &Args,
    old: &Passphrase,
    (layout, algorithm, path): (Layout, Algorithm, &Path),
    ctx: &mut Context<'_>,
) -> Result<Passphrase, Failure> {
    match &args.new {
        Some(new) => {
            new.check(layout, algorithm, path)?;
            new.obtain(&question_of_new(layout), ctx)
        }
        None if old.is_empty() && layout.is_fips() => {
            NewPassphrase::Ask.obtain(&question_of_new(layout), ctx)
        }
        None => Ok(old.clone()),
    }
}
