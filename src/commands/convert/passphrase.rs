//! The passphrase of the result of a conversion.

use std::path::Path;

use super::super::overwrite::{self, IfExists, Permission, different};
use super::super::passphrase::NewPassphrase;
use super::{Args, Context, Output};
use crate::commands::failure::{Failure, While as _};
use crate::format::Layout;
use crate::host::files::Seen;
use crate::host::question::Question;
use crate::key::Algorithm;
use crate::secret::Passphrase;

/// Decides about an existing output file before a passphrase is generated, which would be no one's if nothing were written.
pub(super) fn decide_first(args: &mut Args, ctx: &mut Context<'_>) -> Result<Permission, Failure> {
    let (Some(NewPassphrase::Generated(_)), Output::File(path)) = (&args.new, &args.output) else {
        return Ok(Permission::Write);
    };
    match overwrite::decide(path, &Seen::file(path).saving(path)?, args.if_exists, ctx.ui)? {
        Permission::Keep => Err(different(path, "key", "its passphrase is not a new one")),
        Permission::Write => {
            args.if_exists = IfExists::Replace;
            Ok(Permission::Write)
        }
        Permission::Declined => Ok(Permission::Declined),
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
            new.obtain(&Question::NewPassphrase, ctx)
        }
        None if old.is_empty() && layout.is_fips() => {
            NewPassphrase::Ask.obtain(&Question::NewFipsPassphrase, ctx)
        }
        None => Ok(old.clone()),
    }
}
