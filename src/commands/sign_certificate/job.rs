//! What one certificate is to be over, where it goes and what it is to state.

use std::path::{Path, PathBuf};

use super::{Args, Error, Serial};
use crate::certificate::{Certificate, KeyInLine, KeyOrCertificate, Statement};
use crate::commands::failure::{Failure, While as _};
use crate::commands::public;
use crate::date::Validity;
use crate::key::{Comment, PublicKey};

/// One certificate that is wanted.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) subject: Subject,
    pub(super) origin: Origin,
    pub(super) statement: Statement,
    /// The certificate that exists and is kept: nothing is signed.
    pub(super) kept: Option<Box<Certificate>>,
}

/// The public key.
#[derive(Debug)]
pub(super) enum Subject {
    /// In a file that the command line names.
    Named(PathBuf),
    /// In a file that a list names, which must be a regular one.
    Listed(PathBuf),
    /// In the list itself.
    Line(Vec<u8>),
}

/// Whose certificate it is, when it is signed.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// The line of the list.
    pub(super) line: Option<u64>,
    /// Where the certificate goes.
    pub(super) output: PathBuf,
    /// Where its serial number comes from.
    pub(super) numbered: Numbered,
}

/// Where a serial number comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbered {
    /// The user wants this one.
    Requested,
    /// No one wants a particular one.
    Any,
}

/// Serial numbers for one certificate after the other.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    next: Option<u64>,
    step: u64,
}

impl Numbers {
    /// Those of `-z`. Without it they are 0, which stands for none.
    pub(super) fn new(serial: Option<Serial>) -> Self {
        let (first, step) = match serial {
            None | Some(Serial::Next) => (0, 0),
            Some(Serial::Same(number)) => (number, 0),
            Some(Serial::From(number)) => (number, 1),
        };
        Self { next: Some(first), step }
    }

    /// The next number.
    ///
    /// # Errors
    /// [`Error::SerialRange`].
    pub(super) fn take(&mut self) -> Result<u64, Error> {
        let number = self.next.ok_or(Error::SerialRange)?;
        self.next = number.checked_add(self.step);
        Ok(number)
    }
}

impl Job {
    /// The certificate over the key in a file that the command line names.
    pub(super) fn of_file(file: &Path, statement: Statement, args: &Args) -> Self {
        let origin = Origin { line: None, output: certificate_path(file), numbered: args.numbered() };
        Self { subject: Subject::Named(file.to_owned()), origin, statement, kept: None }
    }

    /// The files that the key may be read from.
    pub(super) fn reads(&self) -> impl Iterator<Item = PathBuf> {
        let file = match &self.subject {
            Subject::Named(file) | Subject::Listed(file) => Some(file),
            Subject::Line(_) => None,
        };
        file.into_iter().flat_map(|file| [file.clone(), public::with_suffix(file, ".pub")])
    }
}

impl Subject {
    /// How messages call it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Named(file) | Self::Listed(file) => file.display().to_string(),
            Self::Line(_) => "public_key".to_owned(),
        }
    }

    /// Loads the key.
    ///
    /// # Errors
    /// Those of reading; [`Error::NotAKey`], [`Error::Obsolete`].
    pub(super) fn load(&self) -> Result<(PublicKey, Comment), Failure> {
        let shown = self.shown();
        let found = match self {
            Self::Named(file) => public::load(file),
            Self::Listed(file) => public::load_regular(file),
            Self::Line(line) => match KeyInLine::at_front(line) {
                Some(found) => Ok((found.key, Comment::from_file(found.comment.unwrap_or_default()))),
                None => Err(public::Error::Invalid.into()),
            },
        };
        let (key, comment) = found.during_step(|| format!("load pubkey \"{shown}\""))?;
        let KeyOrCertificate::Key(key) = key else {
            return Err(Error::NotAKey(shown, key.display_name().into_owned()).into());
        };
        if key.is_obsolete() { Err(Error::Obsolete(shown).into()) } else { Ok((key, comment)) }
    }
}

impl Args {
    /// The certificates over the keys in the files of the command line.
    pub(super) fn jobs(&self, validity: Validity) -> impl Iterator<Item = Result<Job, Failure>> {
        let mut numbers = Numbers::new(self.serial);
        self.files.iter().map(move |file| {
            let serial = numbers.take()?;
            Ok(Job::of_file(file, self.statement(serial, validity), self))
        })
    }

    /// What a certificate states without a list.
    pub(super) fn statement(&self, serial: u64, validity: Validity) -> Statement {
        Statement {
            serial,
            role: self.role,
            key_id: self.key_id.clone().unwrap_or_default(),
            principals: self.principals.as_ref().map(|it| it.0.clone()).unwrap_or_default(),
            validity,
            critical: self.restrictions.critical(),
            extensions: self.restrictions.extensions(),
        }
    }

    /// Where the serial numbers of the command line come from.
    pub(super) fn numbered(&self) -> Numbered {
        match self.serial {
            None | Some(Serial::Next | Serial::Same(0) | Serial::From(0)) => Numbered::Any,
            Some(Serial::Same(_) | Serial::From(_)) => Numbered::Requested,
        }
    }
}

/// Where the certificate over the key in a file is written.
pub(super) fn certificate_path(key: &Path) -> PathBuf {
    public::with_suffix(&public::without_suffix(key, &[".pub"]), "-cert.pub")
}
