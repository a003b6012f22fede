//! `-s`: certificates over public keys.

mod by_ledger;
mod error;
mod existing;
mod job;
mod list;
mod many;
mod settling;
mod warnings;
mod writer;

use std::path::PathBuf;

use crate::commands::failure::Failure;

pub use self::error::{Error, KEY_ID_HINT};
use self::job::Job;
use self::list::SigningList;
use self::many::{Turn, batches, by_agent, sign_all};
use self::settling::Settling;
use self::writer::Writer;
use super::json::{CERTIFICATES, Members};
use super::overwrite::IfExists;
use super::passphrase::OldPassphrase;
use super::signer::{self, Holder, KeySigner};
use super::{Context, Outcome};
use crate::certificate::{MAX_PRINCIPALS, Restrictions, Role};
use crate::date::{Clock, Period, Validity};
use crate::device::fido::Provider;
use crate::host::account;
use crate::host::clock;
use crate::host::input::Input;
use crate::host::ui::{List, Ui};
use crate::key::{Algorithm, HashAlgorithm, PublicKey};
use crate::signature::Scheme;

/// What to certify, and how.
#[derive(Debug)]
pub struct Args {
    /// The file of the CA's key.
    pub ca: PathBuf,
    /// Where the CA's private key is.
    pub holder: Holder,
    /// Where its passphrase comes from.
    pub passphrase: OldPassphrase,
    /// `-w`: how a token is reached that has the CA's key.
    pub provider: Provider,
    /// `-I`; only a list can name it instead.
    pub key_id: Option<Vec<u8>>,
    /// `-h` or not.
    pub role: Role,
    /// `-n`; no one when not given.
    pub principals: Option<Principals>,
    /// `-V`; forever when not given.
    pub period: Option<Period>,
    /// `-z`; 0 when not given, or the next number of the ledger.
    pub serial: Option<Serial>,
    /// `--ledger`: where all that the CA signs is written down.
    pub ledger: Option<PathBuf>,
    /// `-O`.
    pub restrictions: Restrictions,
    /// `-t`: how the CA signs.
    pub scheme: Option<String>,
    /// What the CA's own rules are.
    pub rules: Rules,
    /// The hash of fingerprints in JSON.
    pub hash: HashAlgorithm,
    /// What to do about a certificate that exists.
    pub if_exists: IfExists,
    /// A certificate that is kept is valid for at least so many seconds; another one is signed again.
    pub renew_before: Option<u32>,
    /// `--from`: a list that names the public keys, and for each what is different from the rest.
    pub list: Option<Input>,
    /// The public keys, if there is no list.
    pub files: Vec<PathBuf>,
}

/// `-z`: the number of the first certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serial {
    /// The same for all.
    Same(u64),
    /// `+N`: this one, and one more for each further certificate.
    From(u64),
    /// `+`: the next one of the ledger, and so on.
    Next,
}

/// Whom certificates name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principals(Vec<Vec<u8>>);

impl Principals {
    /// Splits what was typed at commas.
    ///
    /// # Errors
    /// [`Error::EmptyPrincipal`], [`Error::TooManyPrincipals`].
    pub fn new(typed: &[u8]) -> Result<Self, Error> {
        Self::of(typed.split(|&byte| byte == b',').map(<[u8]>::to_vec).collect())
    }

    /// Takes names.
    ///
    /// # Errors
    /// As above.
    fn of(names: Vec<Vec<u8>>) -> Result<Self, Error> {
        if names.iter().any(Vec::is_empty) {
            return Err(Error::EmptyPrincipal);
        }
        if names.len() > MAX_PRINCIPALS {
            return Err(Error::TooManyPrincipals);
        }
        Ok(Self(names))
    }
}

/// What a CA does not sign by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// `--require-principals`.
    pub require_principals: bool,
    /// `--max-validity`, in seconds.
    pub max_validity: Option<u32>,
}

/// Signs one certificate per file, or per line of the list.
///
/// # Errors
/// [`enum@Error`] and those of loading and saving; certificates written before stay. A line of a list that fails holds up
/// no other.
pub fn run(mut args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    args.ca = account::expand_tilde(&args.ca)?;
    args.files = args.files.iter().map(|file| account::expand_tilde(file)).collect::<Result<_, _>>()?;
    let clock = clock::read();
    match args.list.clone() {
        Some(list) => of_list(&args, &list, &clock, ctx),
        None => of_files(&args, &clock, ctx),
    }
}

fn of_files(args: &Args, clock: &Clock, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let validity = args.validity(args.period, clock)?;
    args.rules.check(validity, args.principals.as_ref())?;
    let jobs: Vec<Job> = args.jobs(validity).collect::<Result<_, _>>()?;
    let ca = Ca::load(args, ctx)?;
    let ledger = by_ledger::open(args, &ca.key, clock, ctx)?;
    let settling = Settling::new((args, clock), &ca.key, (ledger.as_ref(), 0))?;
    if let Some(ledger) = &ledger {
        by_ledger::check(args, ledger, settling.clone().all(args.jobs(validity)))?;
    }
    if let Some(job) = jobs.first() {
        warnings::of(&job.statement, clock.now).iter().for_each(|warning| warning.show("", ctx.ui));
    }
    let turn = Turn::of(&jobs);
    let size = turn.batch(jobs.len());
    let batches = batches(settling.all(jobs.into_iter().map(Ok)), size);
    let mut writer = Writer::new(args, clock, ledger);
    sign(ca, (batches, turn), &mut writer, ctx)?;
    Ok(writer.outcome())
}

fn of_list(args: &Args, input: &Input, clock: &Clock, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut list = SigningList::read(input)?;
    let greatest = list.check(args, clock, ctx.ui)?;
    let ca = Ca::load(args, ctx)?;
    let ledger = by_ledger::open(args, &ca.key, clock, ctx)?;
    let settling = Settling::new((args, clock), &ca.key, (ledger.as_ref(), greatest))?;
    if let Some(ledger) = &ledger {
        list.check_by(args, ledger, clock, settling.clone())?;
    }
    let mut writer = Writer::new(args, clock, ledger);
    sign(ca, (list.jobs(args, clock, settling)?, Turn::Any), &mut writer, ctx)?;
    match writer.failed() {
        (0, _) => Ok(writer.outcome()),
        (failed, all) => Err(Error::NotAll { list: input.path().to_owned(), failed, all }.into()),
    }
}

/// The CA: its key, who signs with it, and how.
struct Ca {
    key: PublicKey,
    signer: KeySigner,
    scheme: Scheme,
}

impl Ca {
    fn load(args: &Args, ctx: &mut Context<'_>) -> Result<Self, Failure> {
        let how = (&args.passphrase, &args.provider);
        let (key, signer) = signer::load_ca(&args.ca, &args.holder, how, ctx)?;
        let scheme = args.scheme(key.algorithm())?;
        Ok(Self { key, signer, scheme })
    }
}

/// Signs, writes and reports batch after batch.
fn sign(
    ca: Ca,
    (batches, turn): (impl Iterator<Item = Result<Vec<Job>, Failure>>, Turn),
    writer: &mut Writer<'_>,
    ctx: &mut Context<'_>,
) -> Result<(), Failure> {
    ctx.ui.begin(List::new(CERTIFICATES, "certificates"))?;
    let Ca { key, signer, scheme } = ca;
    let mut write = |signed: Vec<_>, ui: &mut dyn Ui| writer.write(signed, ui);
    match signer {
        KeySigner::File(signer) => sign_all((batches, turn), &key, (&signer, scheme), ctx, &mut write)?,
        mut agent => {
            for batch in batches {
                for job in batch? {
                    let signed = by_agent(job, &key, (&mut agent, scheme), ctx)?;
                    write(vec![signed], ctx.ui)?;
                }
            }
        }
    }
    Ok(ctx.ui.end(Members::new())?)
}

impl Args {
    /// The interval of a period; forever without one.
    fn validity(&self, period: Option<Period>, clock: &Clock) -> Result<Validity, Failure> {
        Ok(period.map_or(Ok(Validity::FOREVER), |period| period.at(clock))?)
    }

    /// How the CA signs: `-t`, else as its type does.
    fn scheme(&self, ca: Algorithm) -> Result<Scheme, Error> {
        let none = |typed: &str| match self.files.first() {
            Some(file) => Error::NoScheme(file.display().to_string()),
            None => Error::NoScheme(typed.to_owned()),
        };
        let Some(typed) = self.scheme.as_deref() else {
            return Scheme::of_key(ca).ok_or_else(|| none(ca.wire_name()));
        };
        match Scheme::from_name(typed.as_bytes()) {
            Some(scheme) if scheme.algorithm() == ca => Ok(scheme),
            None if typed.eq_ignore_ascii_case(ca.short_name()) => Err(none(typed)),
            _ => Err(Error::OtherType(ca.wire_name(), typed.to_owned())),
        }
    }
}

impl Rules {
    fn check(self, validity: Validity, principals: Option<&Principals>) -> Result<(), Error> {
        if self.require_principals && principals.is_none() {
            return Err(Error::NoPrincipals);
        }
        match self.max_validity {
            Some(most) if validity.before - validity.after > u64::from(most) + GRACE => Err(Error::TooLong),
            _ => Ok(()),
        }
    }
}

/// `-V +1h` starts up to two minutes back.
const GRACE: u64 = 120;
