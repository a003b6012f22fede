//! What `-k` revokes by a ledger: certificates by key ID or serial number.

use std::collections::HashMap;
use std::path::Path;

use super::{Error, each, lock};
use crate::certificate::KeyOrCertificate;
use crate::commands::Context;
use crate::commands::failure::Failure;
use crate::host::files::Missing;
use crate::key::PublicKey;
use crate::krl::{Ca, Revocation};
use crate::ledger::{self, Entry, Record};

/// Which certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// Those with this key ID.
    Id(String),
    /// Those with serial numbers from the first to the last.
    Serials(u64, u64),
}

impl Lookup {
    fn is_met(&self, entry: &Entry) -> bool {
        match self {
            Self::Id(id) => entry.key_id == *id,
            Self::Serials(first, last) => (*first..=*last).contains(&entry.serial),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Id(id) => format!("id:{id}"),
            Self::Serials(first, last) if first == last => format!("serial:{first}"),
            Self::Serials(first, last) => format!("serial:{first}-{last}"),
        }
    }
}

/// The certificates of a CA in a ledger, or of the only CA that has them, each with its CA.
///
/// # Errors
/// [`Error::NotFound`], [`Error::SeveralCas`], and those of reading.
pub fn revocations(
    path: &Path,
    lookups: &[Lookup],
    of: Option<&PublicKey>,
    ctx: &mut Context<'_>,
) -> Result<Vec<(Revocation, Ca)>, Failure> {
    let mut journal = lock(path, Missing::Fail, ctx)?;
    let mut cas = HashMap::new();
    let mut found: Vec<Vec<Entry>> = vec![Vec::new(); lookups.len()];
    each(&mut journal, path, |record| match record {
        Record::Ca(key) => {
            if of.is_none_or(|of| *of == key) {
                cas.insert(ledger::fingerprint(&key), key);
            }
        }
        Record::Entry(entry) => {
            for (lookup, found) in lookups.iter().zip(&mut found) {
                if lookup.is_met(&entry) && cas.contains_key(&entry.ca_fingerprint) {
                    found.push(entry.clone());
                }
            }
        }
    })?;
    let mut revocations = Vec::new();
    for (lookup, found) in lookups.iter().zip(found) {
        let first = found.first().ok_or_else(|| Error::NotFound(lookup.shown()))?;
        if found.iter().any(|entry| entry.ca_fingerprint != first.ca_fingerprint) {
            return Err(Error::SeveralCas(lookup.shown()).into());
        }
        let Some(key) = cas.get(&first.ca_fingerprint) else { continue };
        let ca = Ca::Key(KeyOrCertificate::Key(key.clone()));
        revocations
            .extend(found.iter().map(|entry| (Revocation::Serials(entry.serial, entry.serial), ca.clone())));
    }
    Ok(revocations)
}
