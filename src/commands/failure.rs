//! How a command fails: what went wrong and where, the exit status, and what the user can do about it.

pub(super) mod hint;
mod id;
mod step;
mod text;

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

pub(super) use self::step::While;

use super::{
    change_comment, convert, export, fingerprint, generate, host_keys, key_list, ledger, load, make_krl,
    match_principals, overwrite, passphrase, public, query_krl, sign_certificate, signer, sshfp, token,
    verify,
};
use crate::allowed_signers;
use crate::certificate;
use crate::date;
use crate::device::{agent, fido, pkcs11};
use crate::format::{self, fips};
use crate::host::ui::{self, ErrorReport};
use crate::host::{account, entropy, files, sink, source};
use crate::key;
use crate::keygen;
use crate::krl;
use crate::signature;
use crate::sshsig;

/// A failed command: the cause, and the steps that it kept from their end, the outermost last.
#[derive(Debug)]
pub struct Failure {
    cause: Box<Cause>,
    steps: Vec<String>,
    file: Option<PathBuf>,
}

/// Everything that can go wrong. [`Failure::status`] and [`Failure::hint`] decide about each.
#[derive(Debug, Error)]
pub enum Cause {
    /// A prompt got no answer, or standard output cannot be written.
    #[error(transparent)]
    Ui(#[from] ui::Error),
    /// The passphrase of an existing key was not given, which to ssh-keygen is a wrong one.
    #[error("incorrect passphrase supplied to decrypt private key: {0}")]
    Locked(ui::Error),
    /// A source has no passphrase.
    #[error(transparent)]
    Source(#[from] source::Error),
    /// A generated passphrase could not be written.
    #[error(transparent)]
    Sink(#[from] sink::Error),
    /// A new passphrase cannot be used.
    #[error(transparent)]
    NewPassphrase(#[from] passphrase::Error),
    /// A file that ssh-keygen calls an identification cannot be saved.
    #[error(transparent)]
    KeyNotSaved(files::Error),
    /// Another file cannot be saved.
    #[error(transparent)]
    NotSaved(#[from] files::Error),
    /// A file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] files::Unreadable),
    /// The system failed at something else.
    #[error(transparent)]
    System(#[from] io::Error),
    /// The user database does not know the user.
    #[error(transparent)]
    Account(#[from] account::Error),
    /// The system has no random numbers.
    #[error(transparent)]
    Entropy(#[from] entropy::NoEntropy),
    /// ssh-agent did not do what it was asked.
    #[error(transparent)]
    Agent(#[from] agent::Error),
    /// A FIDO token did not do what it was asked.
    #[error(transparent)]
    Fido(#[from] fido::Error),
    /// A PKCS#11 token did not do what it was asked.
    #[error(transparent)]
    Pkcs11(#[from] pkcs11::Error),
    /// A FIDO token made no key.
    #[error(transparent)]
    Token(#[from] token::Error),
    /// A private key file cannot be read or written.
    #[error(transparent)]
    Format(#[from] format::Error),
    /// `--fips` excludes the key or the passphrase.
    #[error(transparent)]
    Excluded(#[from] fips::Excluded),
    /// A comment cannot be used.
    #[error(transparent)]
    Comment(#[from] key::CommentError),
    /// A new key failed its self-test.
    #[error(transparent)]
    SelfTest(#[from] keygen::SelfTestFailed),
    /// A certificate cannot be made or read.
    #[error(transparent)]
    Certificate(#[from] certificate::Error),
    /// A date or an interval.
    #[error(transparent)]
    Date(#[from] date::Error),
    /// A signature cannot be made, or does not hold.
    #[error(transparent)]
    Signature(#[from] signature::Error),
    /// A signature over a file does not hold.
    #[error(transparent)]
    FileSignature(#[from] sshsig::Error),
    /// A key revocation list cannot be read.
    #[error(transparent)]
    Krl(#[from] krl::Error),
    /// A line that says what to revoke cannot be read.
    #[error(transparent)]
    Specification(#[from] krl::SpecificationError),
    /// A specification needs a CA, and none was given.
    #[error(transparent)]
    NoCa(#[from] krl::NoCa),
    /// A line of an allowed signers file is about the principal and wrong.
    #[error(transparent)]
    SignersLine(#[from] allowed_signers::LineError),
    /// An allowed signers file cannot be read.
    #[error(transparent)]
    SignersNotRead(#[from] match_principals::NotRead),
    /// No key pair was made.
    #[error(transparent)]
    Generate(#[from] generate::Error),
    /// A file exists, and is not to be overwritten.
    #[error(transparent)]
    Overwrite(#[from] overwrite::Error),
    /// A private key is not used.
    #[error(transparent)]
    Load(#[from] load::Error),
    /// A file has no public key, or is none to write.
    #[error(transparent)]
    Public(#[from] public::Error),
    /// The format holds no comment.
    #[error(transparent)]
    NoComments(#[from] change_comment::NoComments),
    /// Nothing was converted.
    #[error(transparent)]
    Convert(#[from] convert::Error),
    /// The format has no form for such keys.
    #[error(transparent)]
    Export(#[from] export::Unsupported),
    /// There is no fingerprint to show.
    #[error(transparent)]
    Fingerprint(#[from] fingerprint::Error),
    /// Some host keys could not be made.
    #[error(transparent)]
    HostKeys(#[from] host_keys::Error),
    /// A ledger is damaged, or does not allow what was requested.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    /// A list of lines with keys was not changed.
    #[error(transparent)]
    KeyList(#[from] key_list::Error),
    /// No list was made.
    #[error(transparent)]
    MakeKrl(#[from] make_krl::Error),
    /// No list was named.
    #[error(transparent)]
    QueryKrl(#[from] query_krl::Error),
    /// No certificate was signed.
    #[error(transparent)]
    SignCertificate(#[from] sign_certificate::Error),
    /// Nothing can sign.
    #[error(transparent)]
    Signer(#[from] signer::Error),
    /// There are no SSHFP records.
    #[error(transparent)]
    Sshfp(#[from] sshfp::Error),
    /// The signature does not count.
    #[error(transparent)]
    Verify(#[from] verify::Error),
    /// A failure that has only words: no program and no hint needs to tell it apart.
    #[error(transparent)]
    Other(anyhow::Error),
}

/// ssh-keygen's status for questions without an answer, keys not saved, and answers that are "no".
const NO: u8 = 1;
/// ssh-keygen's status for everything else that goes wrong.
const FAILURE: u8 = 255;
/// ssh-keygen's internal -24 and -4, which it lets out of `-Y match-principals`.
const SIGNERS_NOT_READ: u8 = 232;
const SIGNERS_LINE: u8 = 252;

impl Failure {
    /// A failure that has only words.
    pub(super) fn other(words: impl Display) -> Self {
        Cause::Other(anyhow::Error::msg(words.to_string())).into()
    }

    /// What went wrong.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// The error as it is shown.
    #[must_use]
    pub fn report(&self) -> ErrorReport {
        ErrorReport {
            id: self.id(),
            message: self.to_string(),
            hint: self.hint(),
            status: self.status(),
            file: self.file.clone().or_else(|| self.cause.file().map(Path::to_owned)),
        }
    }

    /// The exit status.
    #[must_use]
    pub fn status(&self) -> u8 {
        match &*self.cause {
            Cause::KeyList(error) => of_list(error),
            Cause::Ui(_)
            | Cause::KeyNotSaved(_)
            | Cause::NewPassphrase(passphrase::Error::CipherNone)
            | Cause::Generate(_)
            | Cause::Sink(_)
            | Cause::NoComments(_)
            | Cause::Convert(_)
            | Cause::Overwrite(_)
            | Cause::HostKeys(_)
            | Cause::SignCertificate(sign_certificate::Error::NotAll { .. })
            | Cause::Format(format::Error::TypeNotSupported | format::Error::ShortPassphrase) => NO,
            Cause::SignersNotRead(_) => SIGNERS_NOT_READ,
            Cause::SignersLine(_) => SIGNERS_LINE,
            Cause::Locked(_)
            | Cause::Source(_)
            | Cause::NewPassphrase(passphrase::Error::Empty)
            | Cause::NotSaved(_)
            | Cause::Unreadable(_)
            | Cause::System(_)
            | Cause::Account(_)
            | Cause::Entropy(_)
            | Cause::Agent(_)
            | Cause::Fido(_)
            | Cause::Pkcs11(_)
            | Cause::Token(_)
            | Cause::Format(_)
            | Cause::Excluded(_)
            | Cause::Comment(_)
            | Cause::SelfTest(_)
            | Cause::Certificate(_)
            | Cause::Date(_)
            | Cause::Signature(_)
            | Cause::FileSignature(_)
            | Cause::Krl(_)
            | Cause::Specification(_)
            | Cause::NoCa(_)
            | Cause::Ledger(_)
            | Cause::Load(_)
            | Cause::Public(_)
            | Cause::Export(_)
            | Cause::Fingerprint(_)
            | Cause::MakeKrl(_)
            | Cause::QueryKrl(_)
            | Cause::SignCertificate(_)
            | Cause::Signer(_)
            | Cause::Sshfp(_)
            | Cause::Verify(_)
            | Cause::Other(_) => FAILURE,
        }
    }
}

fn of_list(error: &key_list::Error) -> u8 {
    use key_list::Error;
    let is_unreadable =
        matches!(error, Error::PrivateKey(_) | Error::NoKey { .. } | Error::RanTogether { .. });
    if is_unreadable { FAILURE } else { NO }
}

impl Cause {
    /// A prompt about a token got no answer; with `--no-input` that is the option's doing, and has its status.
    pub(super) fn unanswered(error: ui::Error) -> Self {
        match error {
            ui::Error::NoInput(_) => Self::Ui(error),
            other => Self::Token(token::Error::Unanswered(other)),
        }
    }
}

impl<E> From<E> for Failure
where
    Cause: From<E>,
{
    fn from(error: E) -> Self {
        Self { cause: Box::new(error.into()), steps: Vec::new(), file: None }
    }
}
