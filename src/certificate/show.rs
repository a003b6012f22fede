//! A certificate as `ssh-keygen -L` lists it.

use super::options::List;
use super::{Certificate, Options};
use crate::key::HashAlgorithm;
use crate::wire::hex;
use jiff::tz::TimeZone;

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

/// The flags that OpenSSH knows; a name on the wrong list is an unknown one.
const FLAGS: [(&str, List); 7] = [
    ("permit-X11-forwarding", List::Extensions),
    ("permit-agent-forwarding", List::Extensions),
    ("permit-port-forwarding", List::Extensions),
    ("permit-pty", List::Extensions),
    ("permit-user-rc", List::Extensions),
    ("no-touch-required", List::Extensions),
    ("verify-required", List::Critical),
];
/// The critical options that have a value.
const VALUED: [&str; 2] = ["force-command", "source-address"];

impl Listing<'_> {
    /// The lines of `-L`. Names need not be UTF-8.
    #[must_use]
    pub fn text(&self) -> Vec<u8> {
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
        line(&[b"Key ID: \"", &statement.key_id, b"\""]);
        line(&[format!("Serial: {}", statement.serial).as_bytes()]);
        line(&[b"Valid: ", statement.validity.shown(self.zone).as_bytes()]);
        list(&mut out, "Principals", statement.principals.iter().cloned());
        list(&mut out, "Critical Options", described(&statement.critical, List::Critical));
        list(&mut out, "Extensions", described(&statement.extensions, List::Extensions));
        out
    }
}

fn list(out: &mut Vec<u8>, title: &str, items: impl ExactSizeIterator<Item = Vec<u8>>) {
    let none = if items.len() == 0 { "(none)" } else { "" };
    out.extend_from_slice(format!("        {title}: {none}\n").as_bytes());
    for item in items {
        out.extend_from_slice(b"                ");
        out.extend(item);
        out.push(b'\n');
    }
}

fn described(options: &Options, list: List) -> impl ExactSizeIterator<Item = Vec<u8>> {
    options.entries().iter().map(move |entry| {
        let is = |name: &str| name.as_bytes() == entry.name;
        let mut line = entry.name.clone();
        let valued = list == List::Critical && VALUED.into_iter().any(is);
        if let (true, Some(value)) = (valued, entry.value()) {
            line.push(b' ');
            line.extend_from_slice(value);
        } else if !entry.data.is_empty() {
            let length = entry.data.len();
            line.extend(format!(" UNKNOWN OPTION: {} (len {length})", hex(&entry.data)).into_bytes());
        } else if !FLAGS.into_iter().any(|(name, of)| of == list && is(name)) {
            line.extend_from_slice(b" UNKNOWN FLAG OPTION");
        }
        line
    })
}
