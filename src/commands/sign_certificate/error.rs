//! Why certificates are not signed.

use std::path::PathBuf;

use thiserror::Error;

use crate::certificate::{RequestError, RestrictionError};

/// What to do about [`Error::NoKeyId`].
pub const KEY_ID_HINT: &str = "set a key ID with -I or --key-id; servers log it";

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
    /// A line of a list is no request.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// An option in a list is refused.
    #[error(transparent)]
    Restriction(#[from] RestrictionError),
    /// A line of a list does not say what no option says either.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Two lines of a list write the same file.
    #[error("the output file is that of line {0}")]
    SameOutput(u64),
    /// A line of a list writes what another reads.
    #[error("the output file is the public key of line {0}")]
    OutputIsKey(u64),
    /// Two lines of a list have the same serial number.
    #[error("the serial number {0} is that of line {1}")]
    SameSerial(u64, u64),
    /// A list without a line.
    #[error("{}: the list is empty", .0.display())]
    EmptyList(PathBuf),
    /// What a list names as output exists and is something else.
    #[error("{}: exists and is not a certificate; not overwritten", .0.display())]
    NotACertificate(PathBuf),
    /// Some lines of a list have no certificate; the others have.
    #[error("{}: {failed} of {all} certificates were not written", list.display())]
    NotAll {
        /// The list.
        list: PathBuf,
        /// How many failed.
        failed: u64,
        /// How many were requested.
        all: u64,
    },
}
