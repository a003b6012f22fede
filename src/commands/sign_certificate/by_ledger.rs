//! What a ledger gives and refuses: serial numbers and key IDs.

use super::job::{Job, Numbers};
use super::{Args, Serial};
use crate::commands::Context;
use crate::commands::failure::{Failure, While as _};
use crate::commands::ledger::{self, Ledger, Reuse};
use crate::commands::overwrite::IfExists;
use crate::date::Clock;
use crate::key::PublicKey;

/// Locks and reads the ledger, if there is one.
///
/// # Errors
/// Those of the ledger.
pub(super) fn open(
    args: &Args,
    ca: &PublicKey,
    clock: &Clock,
    ctx: &mut Context<'_>,
) -> Result<Option<Ledger>, Failure> {
    let open = |path| Ledger::open(path, ca, clock.now, ctx);
    args.ledger.as_deref().map(open).transpose()
}

/// The serial numbers that the ledger gives, from the next one that is greater than the one given; none if `-z` gives them.
///
/// # Errors
/// [`ledger::Error::NoneLeft`].
pub(super) fn numbers(args: &Args, ledger: &Ledger, greatest: u64) -> Result<Option<Numbers>, ledger::Error> {
    match args.serial {
        None | Some(Serial::Next) => {
            ledger.next_serial(greatest).map(|next| Some(Numbers::new(Some(Serial::From(next)))))
        }
        Some(Serial::Same(_) | Serial::From(_)) => Ok(None),
    }
}

/// Checks that no number and no key ID is used, before anything is signed. Where certificates are kept, that is known only
/// when each is looked at.
///
/// # Errors
/// Those of the requests and of the ledger.
pub(super) fn check(
    args: &Args,
    ledger: &Ledger,
    mut jobs: impl Iterator<Item = Result<Job, Failure>>,
) -> Result<(), Failure> {
    if args.if_exists == IfExists::Keep {
        return Ok(());
    }
    let mut used = ledger.used();
    jobs.try_for_each(|job| {
        let Job { statement, origin, .. } = job?;
        let admitted = used.admit(&statement, None, Reuse::Never);
        match (origin.line, &args.list) {
            (Some(line), Some(list)) => {
                let place = || format!("nothing was signed: {}:{line}", list.path().display());
                admitted.during_step(place)
            }
            _ => Ok(admitted?),
        }
    })
}

impl Args {
    /// Whether a key ID may be used again.
    pub(super) fn reuse(&self) -> Reuse {
        if self.renew_before.is_some() { Reuse::Renewal } else { Reuse::Never }
    }
}
