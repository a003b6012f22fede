//! What a CA has used: serial numbers and key IDs.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use super::Error;
use crate::certificate::Statement;
use crate::key::PublicKey;
use crate::krl::Serials;
use crate::ledger::{self, Entry};

/// Whether a key ID may be used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Reuse {
    /// Never.
    Never,
    /// For a certificate over the same key, which renews the one before.
    Renewal,
}

/// Serial numbers, and hashes of key IDs with those of the last keys that had them: a ledger may be long.
#[derive(Debug, Clone, Default)]
pub(in crate::commands) struct Used {
    serials: Serials,
    greatest: u64,
    ids: HashMap<u64, u64>,
    hash: RandomState,
}

impl Used {
    pub(super) fn add(&mut self, entry: &Entry) {
        self.insert(entry.serial, (self.hash(&entry.key_id), self.hash(&entry.fingerprint)));
    }

    fn insert(&mut self, serial: u64, (id, key): (u64, u64)) {
        self.serials.insert(serial, serial);
        self.greatest = self.greatest.max(serial);
        self.ids.insert(id, key);
    }

    pub(super) fn greatest(&self) -> u64 {
        self.greatest
    }

    /// Takes a certificate in; a key that is not at hand is no one's.
    ///
    /// # Errors
    /// [`enum@Error`] if its number or name is used.
    pub(in crate::commands) fn admit(
        &mut self,
        statement: &Statement,
        key: Option<&PublicKey>,
        reuse: Reuse,
    ) -> Result<(), Error> {
        let name = String::from_utf8_lossy(&statement.key_id);
        let key = key.map(ledger::fingerprint).unwrap_or_default();
        let (id, key) = (self.hash(&name), self.hash(&key));
        if statement.serial == 0 {
            return Err(Error::Zero);
        }
        if self.serials.contains(statement.serial) {
            return Err(Error::UsedSerial(statement.serial));
        }
        match self.ids.get(&id) {
            Some(used) if reuse == Reuse::Never || *used != key => Err(Error::UsedId(name.into_owned())),
            _ => {
                self.insert(statement.serial, (id, key));
                Ok(())
            }
        }
    }

    fn hash(&self, text: &str) -> u64 {
        self.hash.hash_one(text)
    }
}
