//! A revocation list from bytes.

use super::encode::{CERTIFICATES, EXTENSION, FORMAT, KEYS, MAGIC, SHA1, SHA256, SIGNATURE};
use super::sections::{BITMAP, KEY_ID, LIST, MAX_BITMAP_BITS, RANGE};
use super::{Ca, Error, Krl, OfCa};
use crate::certificate::KeyOrCertificate;
use crate::wire::Reader;

/// Inside a section of certificates (PROTOCOL.krl section 5.5).
const CERTIFICATE_EXTENSION: u8 = 0x39;

impl Krl {
    /// Whether the bytes claim to be a revocation list.
    #[must_use]
    pub fn is_krl(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`enum@Error`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if !Self::is_krl(bytes) {
            return Err(Error::NoMagic);
        }
        let mut reader = Reader::new(&bytes[MAGIC.len()..]);
        if reader.u32()? != FORMAT {
            return Err(Error::Invalid);
        }
        let (version, generated, _flags) = (reader.u64()?, reader.u64()?, reader.u64()?);
        let (_reserved, comment) = (reader.string()?, reader.cstring()?);
        let mut krl = Self { version, generated, comment: comment.to_vec(), ..Self::default() };
        while !reader.rest().is_empty() {
            let kind = reader.u8()?;
            let mut body = Reader::new(reader.string()?);
            if kind == SIGNATURE {
                // A key and a signature, which OpenSSH no longer reads either.
                let _signature = reader.string()?;
                continue;
            }
            krl.read_section(kind, &mut body)?;
            if !body.rest().is_empty() {
                return Err(Error::Invalid);
            }
        }
        Ok(krl)
    }

    fn read_section(&mut self, kind: u8, body: &mut Reader<'_>) -> Result<(), Error> {
        match kind {
            CERTIFICATES => self.read_certificates(body),
            KEYS => strings(body, |key| {
                self.keys.insert(key.to_vec());
                Ok(())
            }),
            SHA1 => strings(body, |hash| {
                self.sha1.insert(hash.try_into().map_err(|_| Error::Invalid)?);
                Ok(())
            }),
            SHA256 => strings(body, |hash| {
                self.sha256.insert(hash.try_into().map_err(|_| Error::Invalid)?);
                Ok(())
            }),
            EXTENSION => read_extension(body),
            _ => Err(Error::Unsupported),
        }
    }

    fn read_certificates(&mut self, body: &mut Reader<'_>) -> Result<(), Error> {
        let ca = match body.string()? {
            b"" => Ca::Any,
            blob => Ca::Key(read_ca(blob)?),
        };
        let _reserved = body.string()?;
        let mut of_ca = OfCa::new(ca);
        while !body.rest().is_empty() {
            let kind = body.u8()?;
            let mut section = Reader::new(body.string()?);
            of_ca.read_section(kind, &mut section)?;
            if !section.rest().is_empty() {
                return Err(Error::Invalid);
            }
        }
        self.add(of_ca);
        Ok(())
    }
}

/// The key of a CA, which as in OpenSSH may be a certificate: one that signed no other.
fn read_ca(blob: &[u8]) -> Result<KeyOrCertificate, Error> {
    KeyOrCertificate::from_blob(blob).ok().filter(|key| !key.is_obsolete()).ok_or(Error::Invalid)
}

impl OfCa {
    fn read_section(&mut self, kind: u8, section: &mut Reader<'_>) -> Result<(), Error> {
        match kind {
            LIST => {
                while !section.rest().is_empty() {
                    let serial = section.u64()?;
                    self.insert(serial, serial)?;
                }
                Ok(())
            }
            RANGE => {
                let (first, last) = (section.u64()?, section.u64()?);
                self.insert(first, last)
            }
            BITMAP => self.read_bitmap(section),
            KEY_ID => {
                while !section.rest().is_empty() {
                    self.key_ids.insert(section.cstring()?.to_vec());
                }
                Ok(())
            }
            CERTIFICATE_EXTENSION => read_extension(section),
            _ => Err(Error::Unsupported),
        }
    }

    /// No certificate has the number zero, and no run ends before it starts.
    fn insert(&mut self, first: u64, last: u64) -> Result<(), Error> {
        if first == 0 || last < first {
            return Err(Error::Invalid);
        }
        self.serials.insert(first, last);
        Ok(())
    }

    fn read_bitmap(&mut self, section: &mut Reader<'_>) -> Result<(), Error> {
        let (start, number) = (section.u64()?, section.string()?);
        let most = usize::try_from(MAX_BITMAP_BITS / 8).map_err(|_| Error::Invalid)?;
        // A zero in front keeps a number from being negative.
        let zeros = number.iter().take_while(|&&byte| byte == 0).count();
        let negative = number.first().is_some_and(|first| first & 0x80 != 0);
        let bits = &number[zeros..];
        if negative || number.len() > most + 1 || bits.len() > most {
            return Err(Error::Invalid);
        }
        // No certificate has the number zero.
        if start == 0 && bits.last().is_some_and(|lowest| lowest & 1 == 1) {
            return Err(Error::Invalid);
        }
        for (place, bytes) in (0..).step_by(64).zip(bits.rchunks(8)) {
            let word = bytes.iter().fold(0, |word: u64, &byte| word << 8 | u64::from(byte));
            if word == 0 {
                continue;
            }
            let highest = place + u64::from(u64::BITS - 1 - word.leading_zeros());
            start.checked_add(highest).ok_or(Error::Invalid)?;
            self.serials.insert_bits(start + place, word);
        }
        Ok(())
    }
}

/// A section of strings.
fn strings<'a>(
    body: &mut Reader<'a>,
    mut keep: impl FnMut(&'a [u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    while !body.rest().is_empty() {
        keep(body.string()?)?;
    }
    Ok(())
}

/// An extension: passed over unless it is critical.
fn read_extension(body: &mut Reader<'_>) -> Result<(), Error> {
    let (_name, critical, _contents) = (body.cstring()?, body.u8()?, body.string()?);
    if critical == 0 { Ok(()) } else { Err(Error::Unsupported) }
}
