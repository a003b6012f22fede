//! A revocation list as `ssh-keygen -Q -l` prints it.

use std::io::{self, Write};

use jiff::tz::TimeZone;

use super::{Ca, Krl};
use crate::certificate::KeyOrCertificate;
use crate::date::Stamp;
use crate::key::HashAlgorithm;
use crate::text::{Charset, hex};

/// A list with what its listing depends on.
#[derive(Debug)]
pub struct Listing<'a> {
    /// What is listed.
    pub krl: &'a Krl,
    /// Where local time comes from.
    pub zone: &'a TimeZone,
    /// What the terminal takes.
    pub charset: Charset,
}

impl Listing<'_> {
    /// Writes the listing, piece by piece.
    ///
    /// # Errors
    /// Those of writing.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let krl = self.krl;
        writeln!(out, "# KRL version {}", krl.version)?;
        writeln!(out, "# Generated at {}", Stamp(krl.generated, self.zone))?;
        if !krl.comment.is_empty() {
            self.line(out, "# Comment: ", &krl.comment)?;
        }
        writeln!(out)?;
        for key in krl.keys.iter().filter_map(|blob| read(blob)) {
            writeln!(out, "hash: {} # {}", key.fingerprint(HashAlgorithm::Sha256), key.wire_name())?;
        }
        for hash in &krl.sha256 {
            writeln!(out, "hash: SHA256:{}", hex(hash))?;
        }
        for hash in &krl.sha1 {
            writeln!(out, "# hash SHA1:{}", hex(hash))?;
        }
        self.write_certificates(out)
    }

    fn write_certificates(&self, out: &mut dyn Write) -> io::Result<()> {
        for of_ca in &self.krl.certificates {
            writeln!(out)?;
            match &of_ca.ca {
                Ca::Any => writeln!(out, "# Wildcard CA")?,
                Ca::Key(key) => {
                    let fingerprint = key.fingerprint(HashAlgorithm::Sha256);
                    writeln!(out, "# CA key {} {fingerprint}", key.wire_name())?;
                }
            }
            for (first, last) in of_ca.serials.runs() {
                if first == last {
                    writeln!(out, "serial: {first}")?;
                } else {
                    writeln!(out, "serial: {first}-{last}")?;
                }
            }
            for id in &of_ca.key_ids {
                self.line(out, "id: ", id)?;
            }
        }
        Ok(())
    }

    /// Writes a line of bytes that someone else chose.
    fn line(&self, out: &mut dyn Write, title: &str, bytes: &[u8]) -> io::Result<()> {
        out.write_all(&[title.as_bytes(), &self.charset.escape(bytes, &[]), b"\n"].concat())
    }

    /// How many of the keys given whole cannot be read, and so are not listed.
    #[must_use]
    pub fn unreadable(&self) -> usize {
        self.krl.keys.iter().filter(|blob| read(blob).is_none()).count()
    }
}

fn read(blob: &[u8]) -> Option<KeyOrCertificate> {
    KeyOrCertificate::from_blob(blob).ok().filter(|key| !key.is_obsolete())
}
