//! A certificate as `ssh-keygen -L` lists it.

use jiff::tz::TimeZone;

use super::options::{Entry, FLAGS, List, VALUED};
use super::{Certificate, Error, Options};
use crate::key::HashAlgorithm;
use crate::text::{Charset, hex};
use crate::wire::Reader;

/// A certificate with what its listing depends on.
#[derive(Debug)]
pub struct Listing<'a> {
    /// What is listed.
    pub certificate: &'a Certificate,
    /// The hash of fingerprints.
    pub hash: HashAlgorithm,
    /// Where local time comes from.
    pub zone: &'a TimeZone,
}

impl Listing<'_> {
    /// The lines of `-L`. Names need not be UTF-8; control characters in what the CA wrote become octal numbers, so that a
    /// line is one line.
    ///
    /// # Errors
    /// [`Error::CorruptOption`].
    pub fn text(&self) -> Result<Vec<u8>, Error> {
        let certificate = self.certificate;
        let statement = certificate.statement();
        let subject = certificate.subject();
        let mut out = Vec::new();
        let mut line = |parts: &[&[u8]]| {
            out.extend_from_slice(b"        ");
            out.extend(parts.concat());
            out.push(b'\n');
        };
        line(&[
            format!("Type: {} ", subject.algorithm().certificate_name()).as_bytes(),
            statement.role.name().as_bytes(),
            b" certificate",
        ]);
        let name = subject.algorithm().display_name();
        line(&[format!("Public key: {name}-CERT {}", subject.fingerprint(self.hash)).as_bytes()]);
        let ca = certificate.ca();
        let fingerprint = ca.fingerprint(self.hash);
        let scheme = certificate.signature().scheme().name();
        let name = ca.algorithm().display_name();
        line(&[format!("Signing CA: {name} {fingerprint} (using {scheme})").as_bytes()]);
        line(&[b"Key ID: \"", &one_line(&statement.key_id), b"\""]);
        line(&[format!("Serial: {}", statement.serial).as_bytes()]);
        line(&[b"Valid: ", statement.validity.shown(self.zone).as_bytes()]);
        list(&mut out, "Principals", statement.principals.clone());
        list(&mut out, "Critical Options", described(&statement.critical, List::Critical)?);
        list(&mut out, "Extensions", described(&statement.extensions, List::Extensions)?);
        Ok(out)
    }
}

fn list(out: &mut Vec<u8>, title: &str, items: Vec<Vec<u8>>) {
    let none = if items.is_empty() { "(none)" } else { "" };
    out.extend_from_slice(format!("        {title}: {none}\n").as_bytes());
    for item in items {
        out.extend_from_slice(b"                ");
        out.extend(one_line(&item));
        out.push(b'\n');
    }
}

fn described(options: &Options, list: List) -> Result<Vec<Vec<u8>>, Error> {
    options.entries().iter().map(|entry| describe(entry, list)).collect()
}

fn describe(entry: &Entry, list: List) -> Result<Vec<u8>, Error> {
    let name = c_text(&entry.name).ok_or(Error::CorruptOption)?;
    let mut line = name.to_vec();
    if FLAGS.iter().any(|flag| flag.list == list && flag.name.as_bytes() == name) {
        return if entry.data.is_empty() { Ok(line) } else { Err(Error::CorruptOption) };
    }
    let valued = list == List::Critical && VALUED.iter().any(|known| known.as_bytes() == name);
    let mut data = Reader::new(&entry.data);
    if let (true, Ok(value)) = (valued, data.string()) {
        let value = c_text(value).filter(|_| data.rest().is_empty()).ok_or(Error::CorruptOption)?;
        line.push(b' ');
        line.extend_from_slice(value);
    } else if entry.data.is_empty() {
        line.extend_from_slice(b" UNKNOWN FLAG OPTION");
    } else {
        let length = entry.data.len();
        line.extend(format!(" UNKNOWN OPTION: {} (len {length})", hex(&entry.data)).into_bytes());
    }
    Ok(line)
}

/// Bytes as a C string.
fn c_text(bytes: &[u8]) -> Option<&[u8]> {
    let text = bytes.strip_suffix(b"\0").unwrap_or(bytes);
    (!text.contains(&0)).then_some(text)
}

/// Bytes that someone else wrote, as part of a line.
#[must_use]
pub fn one_line(bytes: &[u8]) -> Vec<u8> {
    Charset::Bytes.escape(bytes, &['\t'])
}
