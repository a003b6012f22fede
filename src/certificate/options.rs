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

/// An option of OpenSSH's without a value.
pub(super) struct Flag {
    /// What turns it on in `-O`.
    pub(super) on: &'static str,
    /// What turns it off.
    pub(super) off: &'static str,
    /// Its name in a certificate.
    pub(super) name: &'static str,
    /// The list that it is in; in the other one its name is an unknown one.
    pub(super) list: List,
    /// Whether users have it without asking.
    pub(super) usual: bool,
}

const fn extension(on: &'static str, off: &'static str, name: &'static str) -> Flag {
    Flag { on, off, name, list: List::Extensions, usual: true }
}

/// The flags of OpenSSH.
pub(super) const FLAGS: [Flag; 7] = [
    extension("permit-x11-forwarding", "no-x11-forwarding", "permit-X11-forwarding"),
    extension("permit-agent-forwarding", "no-agent-forwarding", "permit-agent-forwarding"),
    extension("permit-port-forwarding", "no-port-forwarding", "permit-port-forwarding"),
    extension("permit-pty", "no-pty", "permit-pty"),
    extension("permit-user-rc", "no-user-rc", "permit-user-rc"),
    Flag {
        on: "no-touch-required",
        off: "touch-required",
        name: "no-touch-required",
        list: List::Extensions,
        usual: false,
    },
    Flag {
        on: "verify-required",
        off: "no-verify-required",
        name: "verify-required",
        list: List::Critical,
        usual: false,
    },
];

/// The critical options that have a value.
pub(super) const VALUED: [&str; 2] = ["force-command", "source-address"];

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
