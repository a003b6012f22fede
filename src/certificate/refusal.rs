//! What makes OpenSSH refuse a certificate that is signed and valid, wherever it is shown (OpenSSH `auth-options.c`,
//! `cert_option_list`, and `sshkey.c`, `sshkey_cert_check_host`).

use std::fmt;

use super::options::{FLAGS, List, VALUED};
use super::restriction::is_address_list;
use super::{Certificate, Entry, Role};

/// Why OpenSSH refuses a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// ssh takes no certificate of a host with critical options.
    CriticalOfHost(String),
    /// sshd does not know a critical option.
    UnknownCritical(String),
    /// An option is not as sshd reads it: a flag with a value, or not one value.
    Corrupt(String),
    /// The addresses are no list that sshd reads.
    SourceAddress(String),
    /// There are two lists of addresses, or two commands.
    Twice(&'static str),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CriticalOfHost(name) => {
                write!(f, "ssh refuses a host certificate with the critical option {name}")
            }
            Self::UnknownCritical(name) => write!(f, "sshd refuses it: unknown critical option {name}"),
            Self::Corrupt(name) => write!(f, "sshd refuses it: the value of {name} is not as it should be"),
            Self::SourceAddress(list) => {
                write!(
                    f,
                    "sshd refuses it: the source-address {list} is no list of addresses, or leaves bits set after a mask"
                )
            }
            Self::Twice(name) => write!(f, "sshd refuses it: it has {name} twice"),
        }
    }
}

impl Certificate {
    /// What makes OpenSSH refuse it, whatever else it finds.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        let statement = self.statement();
        let critical = statement.critical.entries();
        if statement.role == Role::Host {
            return critical.first().map(|entry| Refusal::CriticalOfHost(shown(&entry.name)));
        }
        let twice = VALUED
            .into_iter()
            .find(|name| critical.iter().filter(|entry| entry.name == name.as_bytes()).count() > 1);
        let extensions = statement.extensions.entries().iter();
        critical
            .iter()
            .find_map(of_critical)
            .or_else(|| twice.map(Refusal::Twice))
            .or_else(|| extensions.filter(|entry| is_flag(entry, List::Extensions)).find_map(of_flag))
    }
}

fn of_critical(entry: &Entry) -> Option<Refusal> {
    if is_flag(entry, List::Critical) {
        return of_flag(entry);
    }
    if !VALUED.iter().any(|name| entry.name == name.as_bytes()) {
        return Some(Refusal::UnknownCritical(shown(&entry.name)));
    }
    let Some(value) = entry.value().filter(|value| !value.contains(&0)) else {
        return Some(Refusal::Corrupt(shown(&entry.name)));
    };
    let is_list = entry.name != b"source-address" || is_address_list(value);
    (!is_list).then(|| Refusal::SourceAddress(shown(value)))
}

fn is_flag(entry: &Entry, list: List) -> bool {
    FLAGS.iter().any(|flag| flag.list == list && entry.name == flag.name.as_bytes())
}

/// A flag has no value.
fn of_flag(entry: &Entry) -> Option<Refusal> {
    (!entry.data.is_empty()).then(|| Refusal::Corrupt(shown(&entry.name)))
}

/// A text of the certificate, at most some words of it, on one line.
fn shown(text: &[u8]) -> String {
    const MAX: usize = 64;
    let cut = &text[..text.len().min(MAX)];
    String::from_utf8_lossy(cut).replace(char::is_control, "?")
}
