//! DER as OpenSSL reads it: lengths need not be minimal, a SEQUENCE may be of indefinite length, integers may lack their
//! leading zero or have surplus ones, and bytes after the whole do not matter (X.690; OpenSSL's `asn1_d2i`).
//!
//! Reading borrows from the input and never allocates.

use der::asn1::ObjectIdentifier;

use crate::wire::without_zeros;

/// INTEGER.
const INTEGER: u8 = 0x02;
/// BIT STRING.
pub(super) const BIT_STRING: u8 = 0x03;
/// OCTET STRING.
pub(super) const OCTET_STRING: u8 = 0x04;
/// OBJECT IDENTIFIER.
const OBJECT_IDENTIFIER: u8 = 0x06;
/// SEQUENCE.
pub(super) const SEQUENCE: u8 = 0x30;
/// Nested elements of indefinite length: no key has more.
const MAX_DEPTH: u8 = 8;

/// The bytes are not the DER that was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// Reads elements, front to back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The tag of the next element.
    pub(super) fn tag(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// Takes an element with this tag: its contents.
    pub(super) fn take(&mut self, tag: u8) -> Result<&'a [u8], Malformed> {
        self.take_whole(tag).map(|(_, contents)| contents)
    }

    /// Takes an element with this tag: all of it, and its contents.
    pub(super) fn take_whole(&mut self, tag: u8) -> Result<(&'a [u8], &'a [u8]), Malformed> {
        if self.tag() != Some(tag) {
            return Err(Malformed);
        }
        let (contents, rest) = element(self.0, MAX_DEPTH)?;
        let whole = &self.0[..self.0.len() - rest.len()];
        self.0 = rest;
        Ok((whole, contents))
    }

    /// Takes an element if the next one has this tag.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<&'a [u8]>, Malformed> {
        if self.tag() == Some(tag) { self.take(tag).map(Some) } else { Ok(None) }
    }

    /// Takes a SEQUENCE.
    pub(super) fn sequence(&mut self) -> Result<Self, Malformed> {
        self.take(SEQUENCE).map(Self)
    }

    /// Takes an INTEGER, as OpenSSL does for big numbers: its sign is ignored, and so are zeros in front.
    pub(super) fn integer(&mut self) -> Result<&'a [u8], Malformed> {
        self.take(INTEGER).map(without_zeros)
    }

    /// Takes an INTEGER that fits into 64 bits.
    pub(super) fn small(&mut self) -> Result<u64, Malformed> {
        let bytes = self.integer()?;
        if bytes.len() > 8 {
            return Err(Malformed);
        }
        Ok(bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    /// Takes an OBJECT IDENTIFIER.
    pub(super) fn oid(&mut self) -> Result<ObjectIdentifier, Malformed> {
        ObjectIdentifier::from_bytes(self.take(OBJECT_IDENTIFIER)?).map_err(|_| Malformed)
    }

    /// Takes a BIT STRING of whole bytes.
    pub(super) fn bits(&mut self) -> Result<&'a [u8], Malformed> {
        whole_bytes(self.take(BIT_STRING)?)
    }

    /// Checks that nothing is left.
    pub(super) fn end(&self) -> Result<(), Malformed> {
        if self.0.is_empty() { Ok(()) } else { Err(Malformed) }
    }
}

/// The contents of a BIT STRING of whole bytes.
pub(super) fn whole_bytes(contents: &[u8]) -> Result<&[u8], Malformed> {
    match contents {
        [0, bytes @ ..] => Ok(bytes),
        _ => Err(Malformed),
    }
}

/// The contents of the first element, and what follows it.
fn element(bytes: &[u8], depth: u8) -> Result<(&[u8], &[u8]), Malformed> {
    let (&tag, rest) = bytes.split_first().ok_or(Malformed)?;
    let (&first, rest) = rest.split_first().ok_or(Malformed)?;
    // Tags of more than one byte occur in no key.
    if tag & 0x1f == 0x1f {
        return Err(Malformed);
    }
    if first == 0x80 {
        return if tag & 0x20 == 0 { Err(Malformed) } else { indefinite(rest, depth.checked_sub(1)) };
    }
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f)).ok_or(Malformed)?;
        let digits = without_zeros(digits);
        if digits.len() > 4 {
            return Err(Malformed);
        }
        (digits.iter().fold(0, |length, &byte| length << 8 | usize::from(byte)), rest)
    };
    rest.split_at_checked(length).ok_or(Malformed)
}

/// Contents that end at two zero bytes, and what follows those.
fn indefinite(bytes: &[u8], depth: Option<u8>) -> Result<(&[u8], &[u8]), Malformed> {
    let depth = depth.ok_or(Malformed)?;
    let mut rest = bytes;
    while !rest.starts_with(&[0, 0]) {
        rest = element(rest, depth)?.1;
    }
    Ok((&bytes[..bytes.len() - rest.len()], &rest[2..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn der_is_read_as_openssl_reads_it() {
        for (bytes, contents) in [
            (&b"\x30\x03\x02\x01\x07"[..], Ok(&b"\x07"[..])),
            (b"\x30\x03\x02\x01\x07after", Ok(b"\x07")),
            (b"\x30\x84\x00\x00\x00\x03\x02\x01\x07", Ok(b"\x07")),
            (b"\x30\x80\x02\x01\x07\x00\x00", Ok(b"\x07")),
            (b"\x30\x04\x02\x02\x00\x07", Ok(b"\x07")),
            (b"\x30\x03\x02\x01\x87", Ok(b"\x87")),
            (b"\x30\x02\x02\x00", Ok(b"")),
            (b"\x30\x80\x02\x01\x07", Err(Malformed)),
            (b"\x30\x04\x02\x01\x07", Err(Malformed)),
            (b"\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff", Err(Malformed)),
            (b"\x31\x03\x02\x01\x07", Err(Malformed)),
        ] {
            let read = Elements::new(bytes).sequence().and_then(|mut elements| elements.integer());
            assert_eq!(read, contents, "{bytes:?}");
        }
        let deep = [0x30, 0x80].repeat(50_000);
        assert_eq!(Elements::new(&deep).sequence().map(|_| ()), Err(Malformed));
    }
}
