//! A certificate as `ssh-keygen -L` lists it.

use jiff::tz::TimeZone;

use super::options::{Entry, FLAGS, List, VALUED};
use super::{Certificate, Error};
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
    /// Adds the lines of `-L`. Names need not be UTF-8; control characters in what the CA wrote become octal numbers, so that a
    /// line is one line.
    ///
    /// # Errors
    /// [`Error::CorruptOption`], after what ssh-keygen shows until then.
    pub fn write(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        let certificate = self.certificate;
        let statement = certificate.statement();
        let subject = certificate.subject();
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
        let principals = statement.principals.iter();
        list(out, "Principals", principals, |name, out| {
            out.extend(one_line(name));
            Ok(())
        })?;
        for (title, list_of, options) in [
            ("Critical Options", List::Critical, &statement.critical),
            ("Extensions", List::Extensions, &statement.extensions),
        ] {
            list(out, title, options.entries().iter(), |entry, out| describe(entry, list_of, out))?;
        }
        Ok(())
    }
}

fn list<T>(
    out: &mut Vec<u8>,
    title: &str,
    items: impl ExactSizeIterator<Item = T>,
    describe: impl Fn(T, &mut Vec<u8>) -> Result<(), Error>,
) -> Result<(), Error> {
    let none = if items.len() == 0 { "(none)" } else { "" };
    out.extend_from_slice(format!("        {title}: {none}\n").as_bytes());
    for item in items {
        out.extend_from_slice(b"                ");
        let described = describe(item, out);
        out.push(b'\n');
        described?;
    }
    Ok(())
}

fn describe(entry: &Entry, list: List, out: &mut Vec<u8>) -> Result<(), Error> {
    let name = c_text(&entry.name).ok_or(Error::CorruptOption)?;
    out.extend(one_line(name));
    if FLAGS.iter().any(|flag| flag.list == list && flag.name.as_bytes() == name) {
        return if entry.data.is_empty() { Ok(()) } else { Err(Error::CorruptOption) };
    }
    let valued = list == List::Critical && VALUED.iter().any(|known| known.as_bytes() == name);
    let mut data = Reader::new(&entry.data);
    if let (true, Ok(value)) = (valued, data.string()) {
        let value = c_text(value).ok_or(Error::CorruptOption)?;
        out.push(b' ');
        out.extend(one_line(value));
        return if data.rest().is_empty() { Ok(()) } else { Err(Error::CorruptOption) };
    }
    if entry.data.is_empty() {
        out.extend_from_slice(b" UNKNOWN FLAG OPTION");
    } else {
        let length = entry.data.len();
        out.extend(format!(" UNKNOWN OPTION: {} (len {length})", hex(&entry.data)).into_bytes());
    }
    Ok(())
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
