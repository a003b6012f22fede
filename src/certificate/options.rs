//! The options of a certificate: names with data, in two lists.

use super::Error;
use crate::wire::{Reader, put_string};

/// One option.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// `force-command`, `permit-pty`.
    pub name: Vec<u8>,
    /// Nothing for a flag; for the options of OpenSSH that have a value, a string.
    pub data: Vec<u8>,
}

/// Which of the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    /// What a server must know.
    Critical,
    /// What a server may pass over.
    Extensions,
}

/// A list of options, in the order of the certificate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options(Vec<Entry>);

impl Options {
    /// Takes options as they are asked for: each a name, perhaps with a value. They are sorted, as
    /// PROTOCOL.certkeys wants it.
    #[must_use]
    pub fn new(wanted: impl IntoIterator<Item = (Vec<u8>, Option<Vec<u8>>)>) -> Self {
        let mut wanted: Vec<_> = wanted.into_iter().collect();
        wanted.sort();
        let entry = |(name, value): (Vec<u8>, Option<Vec<u8>>)| {
            let mut data = Vec::new();
            if let Some(value) = value {
                put_string(&mut data, &value);
            }
            Entry { name, data }
        };
        Self(wanted.into_iter().map(entry).collect())
    }

    pub(super) fn from_blob(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes);
        let mut entries = Vec::new();
        while !reader.rest().is_empty() {
            entries.push(Entry { name: reader.string()?.to_vec(), data: reader.string()?.to_vec() });
        }
        Ok(Self(entries))
    }

    pub(super) fn to_blob(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for Entry { name, data } in &self.0 {
            put_string(&mut out, name);
            put_string(&mut out, data);
        }
        out
    }

    /// The options, in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }
}

impl Entry {
    /// The data as the one string it holds.
    #[must_use]
    pub fn value(&self) -> Option<&[u8]> {
        let mut reader = Reader::new(&self.data);
        let value = reader.string().ok()?;
        reader.rest().is_empty().then_some(value)
    }
}
