//! A revocation list as bytes.

use super::{Ca, Krl, OfCa, sections};
use crate::wire::{put_nested, put_string, put_u32, put_u64};

pub(super) const MAGIC: &[u8] = b"SSHKRL\n\0";
pub(super) const FORMAT: u32 = 1;

/// The sections of a list (PROTOCOL.krl section 3).
pub(super) const CERTIFICATES: u8 = 1;
pub(super) const KEYS: u8 = 2;
pub(super) const SHA1: u8 = 3;
pub(super) const SIGNATURE: u8 = 4;
pub(super) const SHA256: u8 = 5;
pub(super) const EXTENSION: u8 = 255;

impl Krl {
    /// The file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        put_u32(&mut out, FORMAT);
        put_u64(&mut out, self.version);
        put_u64(&mut out, self.generated);
        put_u64(&mut out, 0);
        put_string(&mut out, b"");
        put_string(&mut out, &self.comment);
        for of_ca in &self.certificates {
            out.push(CERTIFICATES);
            put_nested(&mut out, |out| put_certificates(out, of_ca));
        }
        put_section(&mut out, KEYS, self.keys.iter().map(Vec::as_slice));
        put_section(&mut out, SHA1, self.sha1.iter().map(<[u8; 20]>::as_slice));
        put_section(&mut out, SHA256, self.sha256.iter().map(<[u8; 32]>::as_slice));
        out
    }
}

fn put_certificates(out: &mut Vec<u8>, of_ca: &OfCa) {
    let ca = match &of_ca.ca {
        Ca::Key(key) => key.blob(),
        Ca::Any => b"",
    };
    put_string(out, ca);
    put_string(out, b"");
    sections::encode(&of_ca.serials, out);
    put_section(out, sections::KEY_ID, of_ca.key_ids.iter().map(Vec::as_slice));
}

/// A section of strings, unless there are none.
fn put_section<'a>(out: &mut Vec<u8>, kind: u8, strings: impl Iterator<Item = &'a [u8]>) {
    let mut strings = strings.peekable();
    if strings.peek().is_some() {
        out.push(kind);
        put_nested(out, |out| strings.for_each(|string| put_string(out, string)));
    }
}
