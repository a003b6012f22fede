//! Who may sign: the lines of an allowed_signers file (ssh-keygen(1), ALLOWED SIGNERS).

mod entry;
mod line;
mod lint;
mod request;

use thiserror::Error;

use crate::certificate::{Certificate, KeyOrCertificate, Role};
use crate::date::{Clock, Shown};
use crate::key::PublicKey;
use crate::pattern;

pub use entry::Entry;
pub use line::{LineError, Signers};
pub use lint::{Lint, Statement};
pub use request::{BadText, Date, KeysOf, Names, Options, Unwanted, Wanted};

/// Why a line that names the key does not let it sign.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The line is wrong.
    #[error(transparent)]
    Line(#[from] LineError),
    /// The certificate is not for a user.
    #[error("certificate not authorized: Certificate invalid: not a user certificate")]
    NotAUser,
    /// It starts later.
    #[error("certificate not authorized: Certificate invalid: not yet valid")]
    CertificateNotYet,
    /// It ended before.
    #[error("certificate not authorized: Certificate invalid: expired")]
    CertificateExpired,
    /// It names no one, which OpenSSH no longer takes for everyone.
    #[error("certificate not authorized: Certificate lacks principal list")]
    NoPrincipals,
    /// It names others.
    #[error("certificate not authorized: Certificate invalid: name is not a listed principal")]
    NotListed,
    /// The line lets none of the certificate's names through.
    #[error("no valid principals found")]
    NoValidPrincipals,
    /// The key may only sign for other purposes.
    #[error("key is not permitted for use in signature namespace \"{0}\"")]
    Namespace(String),
    /// The line holds later.
    #[error("key is not yet valid: verify time {0} < valid-after {1}")]
    NotYet(String, String),
    /// The line held before.
    #[error("key has expired: verify time {0} > valid-before {1}")]
    Expired(String, String),
}

/// What a signature is checked for.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The key or certificate that made it.
    pub key: &'a KeyOrCertificate,
    /// When; the clock's time unless `verify-time` says otherwise.
    pub time: u64,
    /// Where local time comes from, and the present.
    pub clock: &'a Clock,
}

/// A file of lines with their newlines, each with its number from 1.
pub fn lines(file: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    (1..).zip(file.split_inclusive(|&byte| byte == b'\n'))
}

impl Question<'_> {
    /// Whether the line lets `principal` sign with the key for that purpose; false when it is
    /// about others.
    ///
    /// # Errors
    /// [`Refusal`] when it is about this key and says no, or is wrong.
    pub fn permits(&self, line: &[u8], principal: &[u8], namespace: &[u8]) -> Result<bool, Refusal> {
        let about = |principals: &[u8]| pattern::list_matches(principal, principals);
        let Some(signers) = Signers::parse(line, self.clock, about)? else { return Ok(false) };
        match self.certified_by(&signers) {
            None if self.is_key_of(&signers) => {}
            None => return Ok(false),
            Some(certificate) => {
                self.check_certificate(certificate)?;
                if !certificate.statement().principals.iter().any(|name| name == principal) {
                    return Err(Refusal::NotListed);
                }
            }
        }
        if let Some(patterns) = &signers.namespaces
            && !pattern::list_matches(namespace, patterns)
        {
            return Err(Refusal::Namespace(String::from_utf8_lossy(namespace).into_owned()));
        }
        self.check_time(&signers)?;
        Ok(true)
    }

    /// Who may sign with the key by that line, a name as often as it matches; `None` when it is about another key.
    ///
    /// # Errors
    /// As [`Question::permits`].
    pub fn principals(&self, line: &[u8]) -> Result<Option<Vec<Vec<u8>>>, Refusal> {
        let Some(signers) = Signers::parse(line, self.clock, |_| true)? else { return Ok(None) };
        let names = match self.certified_by(&signers) {
            None if self.is_key_of(&signers) => signers.principals.clone(),
            None => return Ok(None),
            Some(certificate) => {
                self.check_certificate(certificate)?;
                let names = &certificate.statement().principals;
                matching(names, &signers.principals).ok_or(Refusal::NoValidPrincipals)?
            }
        };
        self.check_time(&signers)?;
        Ok(Some(elements(&names).map(<[u8]>::to_vec).collect()))
    }

    fn is_key_of(&self, signers: &Signers) -> bool {
        !signers.cert_authority && signers.key == *self.key
    }

    fn certified_by(&self, signers: &Signers) -> Option<&Certificate> {
        match self.key {
            KeyOrCertificate::Certificate(certificate) if signers.cert_authority => {
                let ca: &PublicKey = signers.key.key();
                (certificate.ca() == ca).then_some(certificate)
            }
            _ => None,
        }
    }

    fn check_certificate(&self, certificate: &Certificate) -> Result<(), Refusal> {
        let statement = certificate.statement();
        if statement.role != Role::User {
            Err(Refusal::NotAUser)
        } else if self.time < statement.validity.after {
            Err(Refusal::CertificateNotYet)
        } else if self.time >= statement.validity.before {
            Err(Refusal::CertificateExpired)
        } else if statement.principals.is_empty() {
            Err(Refusal::NoPrincipals)
        } else {
            Ok(())
        }
    }

    fn check_time(&self, signers: &Signers) -> Result<(), Refusal> {
        let shown = |time| Shown(time, &self.clock.zone).to_string();
        match (signers.valid_after, signers.valid_before) {
            (Some(after), _) if self.time < after => Err(Refusal::NotYet(shown(self.time), shown(after))),
            (_, Some(before)) if self.time > before => Err(Refusal::Expired(shown(self.time), shown(before))),
            _ => Ok(()),
        }
    }
}

/// The elements of a list with commas between, up to an empty one: the rest does not count, as in OpenSSH.
fn elements(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|&byte| byte == b',').take_while(|name| !name.is_empty())
}

/// The names of a certificate that match, with commas between: for each pattern of the list all of them, however often
/// that is. Here a `!` negates nothing. `None` when there are none.
fn matching(names: &[Vec<u8>], patterns: &[u8]) -> Option<Vec<u8>> {
    let mut list = Vec::new();
    for pattern in elements(patterns) {
        // A name with a line break would be printed as two.
        let whole = names.iter().filter(|name| !name.contains(&b'\n') && !name.contains(&b'\r'));
        for name in whole.filter(|name| pattern::matches(name, pattern)) {
            if !list.is_empty() {
                list.push(b',');
            }
            list.extend_from_slice(name);
        }
        if list.len() > LONGEST_LIST {
            return None;
        }
    }
    Some(list).filter(|list| !list.is_empty())
}

/// OpenSSH keeps no longer list, in bytes.
const LONGEST_LIST: usize = 0x800_0000;

#[cfg(test)]
mod tests;
