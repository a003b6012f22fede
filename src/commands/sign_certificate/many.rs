//! Many certificates in one call: keys are read and certificates signed on all cores, while those before are written.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use chacha20::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::super::failure::{Failure, While as _};
use super::super::signer::KeySigner;
use super::super::{Context, public};
use super::Error;
use crate::certificate::{Certificate, KeyOrCertificate, Statement, UnsignedCertificate};
use crate::host::parallel::{cores, in_order};
use crate::host::ui::Ui;
use crate::key::{Comment, PublicKey};
use crate::signature::{Scheme, Signer};

/// A file and what the certificate over its key is to state.
pub(super) type Job<'a> = (&'a PathBuf, Statement);

/// Signs for all files, on all cores; `save` gets the certificates in the order of the files.
pub(super) fn sign_all(
    jobs: &[Job<'_>],
    ca: &PublicKey,
    by: (&Signer, Scheme),
    ctx: &mut Context<'_>,
    save: &mut impl FnMut(Vec<Result<Signed, Failure>>, &mut dyn Ui) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (rng, ui) = (&mut ctx.rng, &mut *ctx.ui);
    let seed = || {
        let mut seed = [0; 32];
        rng.fill_bytes(&mut seed);
        seed
    };
    let in_turn = is_output_read(jobs);
    let size = if in_turn { 1 } else { (jobs.len() / (2 * cores())).clamp(FEW, MANY) };
    let mut batches = jobs.chunks(size).zip(std::iter::repeat_with(seed));
    let work = |(jobs, seed): (&[Job<'_>], [u8; 32])| sign_some(jobs, ca, by, seed);
    let mut take = |signed| save(signed, ui);
    if in_turn || jobs.len() <= size {
        return batches.try_for_each(|batch| take(work(batch)));
    }
    in_order(AHEAD, batches.map(Ok), work, take)
}

/// Whether a certificate is written where another key is read from.
fn is_output_read(jobs: &[Job<'_>]) -> bool {
    let written: HashSet<PathBuf> = jobs.iter().map(|(path, _)| certificate_path(path)).collect();
    jobs.iter()
        .any(|(path, _)| written.contains(*path) || written.contains(&public::with_suffix(path, ".pub")))
}

/// Signs for some files; the first that fails is the last of the results.
fn sign_some(
    jobs: &[Job<'_>],
    ca: &PublicKey,
    (signer, scheme): (&Signer, Scheme),
    seed: [u8; 32],
) -> Vec<Result<Signed, Failure>> {
    let mut rng = ChaCha20Rng::from_seed(seed);
    let (mut unsigned, mut ready, mut failure) = (Vec::new(), Vec::new(), None);
    for (path, statement) in jobs {
        match prepare(path, statement, ca, &mut rng) {
            Ok((certificate, comment)) => {
                unsigned.push(certificate);
                ready.push((path, comment));
            }
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    let first = ready.first().map(|(path, _)| path.display().to_string()).unwrap_or_default();
    let signed = UnsignedCertificate::sign_all(unsigned, signer, scheme, &mut rng);
    let mut results: Vec<_> = match signed.during_step(|| format!("Couldn't certify key {first}")) {
        Ok(certificates) => ready
            .into_iter()
            .zip(certificates)
            .map(|((path, comment), certificate)| {
                Ok(Signed { path: path.to_path_buf(), comment, certificate })
            })
            .collect(),
        Err(error) => return vec![Err(error)],
    };
    results.extend(failure.map(Err));
    results
}

/// At least, and at most, so many certificates are signed and written together.
const FEW: usize = 8;
const MANY: usize = 32;
/// So many batches for each core are read before they are wanted.
const AHEAD: usize = 2;

/// The agent signs one certificate.
pub(super) fn by_agent(
    path: &Path,
    statement: &Statement,
    ca: &PublicKey,
    (signer, scheme): (&mut KeySigner, Scheme),
    ctx: &mut Context<'_>,
) -> Result<Signed, Failure> {
    let (unsigned, comment) = prepare(path, statement, ca, &mut ctx.rng)?;
    let signature = signer.sign(scheme, unsigned.to_be_signed(), ctx);
    let signature = signature.during_step(|| format!("Couldn't certify key {}", path.display()))?;
    Ok(Signed { path: path.to_owned(), comment, certificate: unsigned.sign(&signature)? })
}

/// Loads a key and writes down what the CA is to sign of it.
fn prepare(
    path: &Path,
    statement: &Statement,
    ca: &PublicKey,
    rng: &mut ChaCha20Rng,
) -> Result<(UnsignedCertificate, Comment), Failure> {
    let shown = path.display();
    let (key, comment) = public::load(path).during_step(|| format!("load pubkey \"{shown}\""))?;
    let KeyOrCertificate::Key(key) = key else {
        return Err(Error::NotAKey(shown.to_string(), key.display_name().into_owned()).into());
    };
    if key.is_obsolete() {
        return Err(Error::Obsolete(shown.to_string()).into());
    }
    let mut nonce = [0; 32];
    rng.fill_bytes(&mut nonce);
    Ok((UnsignedCertificate::new(&key, statement, ca, nonce)?, comment))
}

/// A certificate that is not saved yet.
pub(super) struct Signed {
    /// The file of its key.
    pub(super) path: PathBuf,
    /// The comment of the key.
    pub(super) comment: Comment,
    /// The certificate itself.
    pub(super) certificate: Certificate,
}

/// Where the certificate over the key in a file is written.
pub(super) fn certificate_path(key: &Path) -> PathBuf {
    public::with_suffix(&public::without_suffix(key, &[".pub"]), "-cert.pub")
}
