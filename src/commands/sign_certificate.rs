//! `-s`: certificates over public keys.

mod existing;
mod many;
mod warnings;
mod writer;

use std::path::PathBuf;

use crate::commands::failure::Failure;
use thiserror::Error;

use self::many::{by_agent, sign_all};
use self::writer::Writer;
use super::json::{CERTIFICATES, Members};
use super::overwrite::IfExists;
use super::passphrase::OldPassphrase;
use super::signer::{self, Holder, KeySigner};
use super::{Context, Outcome};
use crate::certificate::{MAX_PRINCIPALS, Restrictions, Role, Statement};
use crate::date::{Period, Validity};
use crate::device::fido::Provider;
use crate::host::account;
use crate::host::clock;
use crate::host::ui::{List, Ui};
use crate::key::{Algorithm, HashAlgorithm};
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
    /// `-I`.
    pub key_id: Vec<u8>,
    /// `-h` or not.
    pub role: Role,
    /// `-n`; no one when not given.
    pub principals: Option<Principals>,
    /// `-V`; forever when not given.
    pub period: Option<Period>,
    /// `-z`.
    pub serial: Serial,
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
    /// The public keys.
    pub files: Vec<PathBuf>,
}

/// `-z`: the number of the first certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Serial {
    /// The number.
    pub first: u64,
    /// What each further certificate adds to it: 0, or 1 for `+N`.
    pub step: u64,
}

impl Serial {
    /// One number for each of so many certificates.
    fn numbers(self, count: usize) -> Result<Vec<u64>, Error> {
        let following = |number: &u64| number.checked_add(self.step);
        let numbers: Vec<_> = std::iter::successors(Some(self.first), following).take(count).collect();
        if numbers.len() == count { Ok(numbers) } else { Err(Error::SerialRange) }
    }
}

/// Whom certificates name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principals {
    /// As typed, with commas between.
    typed: Vec<u8>,
    names: Vec<Vec<u8>>,
}

impl Principals {
    /// Splits what was typed at commas.
    ///
    /// # Errors
    /// [`Error::EmptyPrincipal`], [`Error::TooManyPrincipals`].
    pub fn new(typed: Vec<u8>) -> Result<Self, Error> {
        let names: Vec<_> = typed.split(|&byte| byte == b',').map(<[u8]>::to_vec).collect();
        if names.iter().any(Vec::is_empty) {
            return Err(Error::EmptyPrincipal);
        }
        if names.len() > MAX_PRINCIPALS {
            return Err(Error::TooManyPrincipals);
        }
        Ok(Self { typed, names })
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

/// Why there is no certificate.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// `-s` without `-I`.
    #[error("Must specify key id (-I) when certifying")]
    NoKeyId,
    /// Two commas of `-n` with nothing between.
    #[error("Empty principal name")]
    EmptyPrincipal,
    /// More than OpenSSH reads.
    #[error("Too many certificate principals specified")]
    TooManyPrincipals,
    /// `-t` names another type than the CA's key has.
    #[error("CA key type {0} doesn't match specified {1}")]
    OtherType(&'static str, String),
    /// `-t` names the type, but no way to sign.
    #[error("Couldn't certify key {0}: signature algorithm not supported")]
    NoScheme(String),
    /// A certificate is no key.
    #[error("key \"{0}\" type {1} cannot be certified")]
    NotAKey(String, String),
    /// A key that OpenSSH no longer reads, in a certificate neither.
    #[error("load pubkey \"{0}\": OpenSSH no longer supports such keys")]
    Obsolete(String),
    /// `--require-principals`.
    #[error("no principals (-n), but --require-principals is set")]
    NoPrincipals,
    /// `--max-validity`.
    #[error("the certificate would be valid for longer than --max-validity allows")]
    TooLong,
    /// The numbers of `-z +N` are used up.
    #[error("serial out of range")]
    SerialRange,
}

/// Signs one certificate per file.
///
/// # Errors
/// [`enum@Error`] and those of loading and saving; certificates written before stay.
pub fn run(mut args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    args.ca = account::expand_tilde(&args.ca)?;
    args.files = args.files.iter().map(|file| account::expand_tilde(file)).collect::<Result<_, _>>()?;
    let clock = clock::read();
    let validity = args.period.map_or(Ok(Validity::FOREVER), |period| period.at(&clock))?;
    args.rules.check(validity, args.principals.as_ref())?;
    let numbers = args.serial.numbers(args.files.len())?;
    let (ca, signer) = signer::load_ca(&args.ca, &args.holder, (&args.passphrase, &args.provider), ctx)?;
    let scheme = args.scheme(ca.algorithm())?;
    args.warn(validity, clock.now, ctx);
    ctx.ui.begin(List::new(CERTIFICATES, "certificates"))?;
    let statement = |number| args.statement(number, validity);
    let jobs: Vec<_> = args.files.iter().zip(numbers.into_iter().map(statement)).collect();
    let mut writer = Writer { args: &args, clock: &clock, outcome: Outcome::Done };
    let mut write = |signed: Vec<_>, ui: &mut dyn Ui| writer.write(signed, ui);
    match signer {
        KeySigner::File(signer) => sign_all(&jobs, &ca, (&signer, scheme), ctx, &mut write)?,
        mut agent => {
            for (path, statement) in &jobs {
                let signed = by_agent(path, statement, &ca, (&mut agent, scheme), ctx)?;
                write(vec![Ok(signed)], ctx.ui)?;
            }
        }
    }
    let outcome = writer.outcome;
    ctx.ui.end(Members::new())?;
    Ok(outcome)
}

impl Args {
    fn statement(&self, serial: u64, validity: Validity) -> Statement {
        Statement {
            serial,
            role: self.role,
            key_id: self.key_id.clone(),
            principals: self.principals.as_ref().map(|it| it.names.clone()).unwrap_or_default(),
            validity,
            critical: self.restrictions.critical(),
            extensions: self.restrictions.extensions(),
        }
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
