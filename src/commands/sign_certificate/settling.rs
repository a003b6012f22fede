//! What is settled about a certificate just before it is signed: whether the existing one is kept, and the serial number.

use super::job::{Job, Numbered, Numbers};
use super::{Args, by_ledger, existing};
use crate::commands::failure::Failure;
use crate::commands::ledger::Ledger;
use crate::date::Clock;
use crate::key::PublicKey;

/// Settles one certificate after the other.
#[derive(Debug, Clone)]
pub(super) struct Settling<'a> {
    args: &'a Args,
    ca: PublicKey,
    now: u64,
    /// The numbers that the ledger gives.
    numbers: Option<Numbers>,
}

impl<'a> Settling<'a> {
    /// Takes numbers from the ledger, if it is to give them: greater ones than the one given.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(super) fn new(
        (args, clock): (&'a Args, &Clock),
        ca: &PublicKey,
        (ledger, greatest): (Option<&Ledger>, u64),
    ) -> Result<Self, Failure> {
        let numbers = ledger.map(|ledger| by_ledger::numbers(args, ledger, greatest)).transpose()?.flatten();
        Ok(Self { args, ca: ca.clone(), now: clock.now, numbers })
    }

    /// Settles each when it is asked for, so that those before it may be written.
    pub(super) fn all(
        mut self,
        jobs: impl Iterator<Item = Result<Job, Failure>>,
    ) -> impl Iterator<Item = Result<Job, Failure>> {
        jobs.map(move |job| self.settle(job?))
    }

    /// A certificate that is kept takes no number of the ledger.
    fn settle(&mut self, mut job: Job) -> Result<Job, Failure> {
        job.kept = existing::kept(&job, &self.ca, (self.args, self.now)).map(Box::new);
        if let (None, Numbered::Any, Some(numbers)) = (&job.kept, job.origin.numbered, &mut self.numbers) {
            job.statement.serial = numbers.take()?;
        }
        Ok(job)
    }
}
