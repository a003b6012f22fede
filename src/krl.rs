//! Key revocation lists (OpenSSH PROTOCOL.krl).

mod decode;
mod encode;
mod sections;
mod serials;
mod show;
mod specification;
mod to_json;

use std::collections::{BTreeMap, BTreeSet};

use sha1::Sha1;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::certificate::{Certificate, KeyOrCertificate};
use crate::key::PublicKey;
use crate::wire::Truncated;

pub use serials::{Runs, Serials};
pub use show::Listing;
pub use specification::{SpecificationError, read_key_line, read_line};
pub use to_json::to_json;

/// Why bytes are no revocation list that can be trusted to be complete.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// It is another kind of file.
    #[error("KRL file has invalid magic number")]
    NoMagic,
    /// Truncated, or a field that is not as it should be.
    #[error("invalid format")]
    Invalid,
    /// It holds something that this program must know and does not.
    #[error("requested feature not supported")]
    Unsupported,
}

impl From<Truncated> for Error {
    fn from(_: Truncated) -> Self {
        Self::Invalid
    }
}

/// A list of what is revoked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Krl {
    /// A number that grows from list to list, if its maker cares.
    pub version: u64,
    /// When it was made, in seconds since 1970.
    pub generated: u64,
    /// Free text.
    pub comment: Vec<u8>,
    certificates: Vec<OfCa>,
    /// Where in `certificates` a CA is, by the encoding of its key; empty for every CA.
    places: BTreeMap<Vec<u8>, usize>,
    keys: BTreeSet<Vec<u8>>,
    sha1: BTreeSet<[u8; 20]>,
    sha256: BTreeSet<[u8; 32]>,
}

/// The certificates of one CA that are revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
struct OfCa {
    ca: Ca,
    serials: Serials,
    key_ids: BTreeSet<Vec<u8>>,
}

impl OfCa {
    fn new(ca: Ca) -> Self {
        Self { ca, serials: Serials::default(), key_ids: BTreeSet::new() }
    }

    fn is_empty(&self) -> bool {
        self.serials.is_empty() && self.key_ids.is_empty()
    }

    /// Whether the certificate is one of the CA and on the list.
    fn revokes(&self, certificate: &Certificate) -> bool {
        let meant = match &self.ca {
            Ca::Any => true,
            Ca::Key(KeyOrCertificate::Key(key)) => key == certificate.ca(),
            // A certificate signs no certificates.
            Ca::Key(KeyOrCertificate::Certificate(_)) => false,
        };
        let statement = certificate.statement();
        // Zero stands for "no serial number", so it revokes nothing.
        let by_serial = statement.serial != 0 && self.serials.contains(statement.serial);
        meant && (by_serial || self.key_ids.contains(&statement.key_id))
    }
}

/// Whose certificates are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ca {
    /// Those of one CA.
    Key(KeyOrCertificate),
    /// Those of every CA.
    Any,
}

/// One thing to revoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revocation {
    /// A key, given whole; of a certificate, the key that it certifies.
    Key(PublicKey),
    /// The certificate itself: by its serial number or, where it has none, by its key id.
    Certificate(Box<Certificate>),
    /// A key by its SHA-1 hash.
    Sha1([u8; 20]),
    /// A key by its SHA-256 hash.
    Sha256([u8; 32]),
    /// Certificates with serial numbers from the first to the last, both included.
    Serials(u64, u64),
    /// Certificates with that key id.
    KeyId(Vec<u8>),
}

/// Something can only be revoked of a certain CA.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum NoCa {
    /// A serial number.
    #[error("revoking certificates by serial number requires specification of a CA key")]
    Serial,
    /// A key id.
    #[error("revoking certificates by key ID requires specification of a CA key")]
    KeyId,
}

impl Krl {
    /// Whether another list says the same, whenever it was made.
    #[must_use]
    pub fn revokes_the_same(&self, other: &Self) -> bool {
        Self { generated: 0, ..self.clone() } == Self { generated: 0, ..other.clone() }
    }

    /// An empty list, made at that time.
    #[must_use]
    pub fn new(generated: u64) -> Self {
        Self { generated, ..Self::default() }
    }

    /// Adds to the list; `ca` is whom serial numbers and key ids belong to.
    ///
    /// # Errors
    /// [`NoCa`] when it is not said whose they are.
    pub fn revoke(&mut self, what: Revocation, ca: Option<&Ca>) -> Result<(), NoCa> {
        match what {
            Revocation::Key(key) => {
                self.keys.insert(key.blob().to_vec());
            }
            Revocation::Sha1(hash) => {
                self.sha1.insert(hash);
            }
            Revocation::Sha256(hash) => {
                self.sha256.insert(hash);
            }
            Revocation::Certificate(certificate) => {
                let of_ca = self.of_ca(&Ca::Key(KeyOrCertificate::Key(certificate.ca().clone())));
                let statement = certificate.statement();
                if statement.serial == 0 {
                    of_ca.key_ids.insert(statement.key_id.clone());
                } else {
                    of_ca.serials.insert(statement.serial, statement.serial);
                }
            }
            Revocation::Serials(first, last) => {
                self.of_ca(ca.ok_or(NoCa::Serial)?).serials.insert(first, last);
            }
            Revocation::KeyId(id) => {
                self.of_ca(ca.ok_or(NoCa::KeyId)?).key_ids.insert(id);
            }
        }
        Ok(())
    }

    fn of_ca(&mut self, ca: &Ca) -> &mut OfCa {
        let blob = match ca {
            Ca::Any => Vec::new(),
            Ca::Key(key) => key.blob().to_vec(),
        };
        let place = *self.places.entry(blob).or_insert(self.certificates.len());
        if place == self.certificates.len() {
            self.certificates.push(OfCa::new(ca.clone()));
        }
        &mut self.certificates[place]
    }

    /// Adds a section of a file; one without contents is none.
    fn add(&mut self, section: OfCa) {
        if section.is_empty() {
            return;
        }
        let of_ca = self.of_ca(&section.ca);
        if of_ca.is_empty() {
            *of_ca = section;
            return;
        }
        section.serials.runs().for_each(|(first, last)| of_ca.serials.insert(first, last));
        of_ca.key_ids.extend(section.key_ids);
    }

    /// Whether the key or certificate is revoked, or the key of the CA that signed it.
    #[must_use]
    pub fn revokes(&self, key: &KeyOrCertificate) -> bool {
        self.revokes_key(key.key())
            || match key {
                KeyOrCertificate::Key(_) => false,
                KeyOrCertificate::Certificate(certificate) => {
                    self.certificates.iter().any(|of_ca| of_ca.revokes(certificate))
                        || self.revokes_key(certificate.ca())
                }
            }
    }

    fn revokes_key(&self, key: &PublicKey) -> bool {
        let blob = key.blob();
        self.keys.contains(blob)
            || self.sha1.contains(&<[u8; 20]>::from(Sha1::digest(blob)))
            || self.sha256.contains(&<[u8; 32]>::from(Sha256::digest(blob)))
    }
}

#[cfg(test)]
mod tests;
