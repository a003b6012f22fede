//! Many certificates in one call: keys are read and certificates signed on all cores, while those before are written.

use std::collections::HashSet;
use std::path::PathBuf;

use chacha20::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::super::Context;
use super::super::failure::{Failure, While as _};
use super::super::signer::KeySigner;
use super::job::{Job, Origin};
use crate::certificate::{Certificate, UnsignedCertificate};
use crate::host::parallel::{cores, in_order};
use crate::host::ui::Ui;
use crate::key::{Comment, PublicKey};
use crate::signature::{Scheme, Signer};

/// A certificate that there is for a job.
pub(super) enum Ready {
    /// A new one.
    Signed(Signed),
    /// The existing one.
    Kept(Origin, Box<Certificate>),
}

/// A certificate that is not saved yet.
pub(super) struct Signed {
    pub(super) origin: Origin,
    /// The comment of the key.
    pub(super) comment: Comment,
    /// The certificate itself.
    pub(super) certificate: Certificate,
}

/// A key that could not be loaded.
pub(super) struct Failed {
    pub(super) origin: Origin,
    pub(super) failure: Failure,
}

/// Whether certificates may be signed before those before them are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// They may.
    Any,
    /// They may not: a certificate is written where another key is read from, or another certificate is written.
    Each,
}

impl Turn {
    /// What the jobs of a call need.
    pub(super) fn of(jobs: &[Job]) -> Self {
        let written: HashSet<&PathBuf> = jobs.iter().map(|job| &job.origin.output).collect();
        let is_read = jobs.iter().flat_map(Job::reads).any(|path| written.contains(&path));
        if is_read || written.len() < jobs.len() { Self::Each } else { Self::Any }
    }

    /// How many of so many certificates are signed and written together.
    pub(super) fn batch(self, jobs: usize) -> usize {
        match self {
            Self::Any => (jobs / (2 * cores())).clamp(FEW, MANY),
            Self::Each => 1,
        }
    }
}

/// Signs for all batches, on all cores; `save` gets the certificates in their order.
pub(super) fn sign_all(
    (batches, turn): (impl Iterator<Item = Result<Vec<Job>, Failure>>, Turn),
    ca: &PublicKey,
    by: (&Signer, Scheme),
    ctx: &mut Context<'_>,
    save: &mut impl FnMut(Vec<Result<Ready, Failed>>, &mut dyn Ui) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (rng, ui) = (&mut ctx.rng, &mut *ctx.ui);
    let seed = || {
        let mut seed = [0; 32];
        rng.fill_bytes(&mut seed);
        seed
    };
    let mut batches = batches.zip(std::iter::repeat_with(seed)).map(|(jobs, seed)| Ok((jobs?, seed)));
    let work = |(jobs, seed): (Vec<Job>, [u8; 32])| sign_some(jobs, ca, by, seed);
    let mut take = |signed: Result<_, Failure>| save(signed?, ui);
    if turn == Turn::Each {
        return batches.try_for_each(|batch| take(work(batch?)));
    }
    // One batch needs no thread.
    let Some(first) = batches.next() else { return Ok(()) };
    match batches.next() {
        None => take(work(first?)),
        Some(second) => in_order(AHEAD, [first, second].into_iter().chain(batches), work, take),
    }
}

/// Signs for some keys.
fn sign_some(
    jobs: Vec<Job>,
    ca: &PublicKey,
    (signer, scheme): (&Signer, Scheme),
    seed: [u8; 32],
) -> Result<Vec<Result<Ready, Failed>>, Failure> {
    let mut rng = ChaCha20Rng::from_seed(seed);
    let (mut unsigned, mut results) = (Vec::new(), Vec::new());
    let first = jobs.first().map(|job| job.subject.shown()).unwrap_or_default();
    for job in jobs {
        let prepared = match job.kept {
            Some(_) => Ok(Comment::default()),
            None => prepare(&job, ca, &mut rng).map(|(certificate, comment)| {
                unsigned.push(certificate);
                comment
            }),
        };
        results.push((job, prepared));
    }
    let signed = UnsignedCertificate::sign_all(unsigned, signer, scheme, &mut rng);
    let mut signed = signed.during_step(|| format!("Couldn't certify key {first}"))?.into_iter();
    let finish = |(Job { origin, kept, .. }, result): (Job, Result<Comment, Failure>)| match (kept, result) {
        (Some(kept), _) => Some(Ok(Ready::Kept(origin, kept))),
        (None, Ok(comment)) => {
            signed.next().map(|certificate| Ok(Ready::Signed(Signed { origin, comment, certificate })))
        }
        (None, Err(failure)) => Some(Err(Failed { origin, failure })),
    };
    Ok(results.into_iter().filter_map(finish).collect())
}

/// Several items at a time.
pub(super) fn batches<T>(
    mut items: impl Iterator<Item = Result<T, Failure>>,
    size: usize,
) -> impl Iterator<Item = Result<Vec<T>, Failure>> {
    std::iter::from_fn(move || {
        let batch: Result<Vec<T>, Failure> = items.by_ref().take(size).collect();
        batch.map(|batch| Some(batch).filter(|batch| !batch.is_empty())).transpose()
    })
}

/// At least, and at most, so many certificates are signed and written together.
const FEW: usize = 8;
const MANY: usize = 32;
/// So many batches for each core are read before they are wanted.
const AHEAD: usize = 2;

/// The agent signs one certificate, unless the existing one is kept.
pub(super) fn by_agent(
    mut job: Job,
    ca: &PublicKey,
    (signer, scheme): (&mut KeySigner, Scheme),
    ctx: &mut Context<'_>,
) -> Result<Result<Ready, Failed>, Failure> {
    let origin = job.origin.clone();
    if let Some(kept) = job.kept.take() {
        return Ok(Ok(Ready::Kept(origin, kept)));
    }
    let (unsigned, comment) = match prepare(&job, ca, &mut ctx.rng) {
        Ok(prepared) => prepared,
        Err(failure) => return Ok(Err(Failed { origin, failure })),
    };
    let signature = signer.sign(scheme, unsigned.to_be_signed(), ctx);
    let signature = signature.during_step(|| format!("Couldn't certify key {}", job.subject.shown()))?;
    Ok(Ok(Ready::Signed(Signed { origin, comment, certificate: unsigned.sign(&signature)? })))
}

/// Loads a key and writes down what the CA is to sign of it.
fn prepare(
    job: &Job,
    ca: &PublicKey,
    rng: &mut ChaCha20Rng,
) -> Result<(UnsignedCertificate, Comment), Failure> {
    let (key, comment) = job.subject.load()?;
    let mut nonce = [0; 32];
    rng.fill_bytes(&mut nonce);
    Ok((UnsignedCertificate::new(&key, &job.statement, ca, nonce)?, comment))
}
