//! A revocation list as `ssh-keygen -Q -l` prints it.

use jiff::tz::TimeZone;

use super::{Ca, Krl};
use crate::date::Shown;
use crate::key::{HashAlgorithm, PublicKey};
use crate::wire::hex;

/// A list with what its listing depends on.
#[derive(Debug)]
pub struct Listing<'a> {
    /// What is listed.
    pub krl: &'a Krl,
    /// Where local time comes from.
    pub zone: &'a TimeZone,
}

impl Listing<'_> {
    /// The text. Comments and key ids need not be UTF-8.
    #[must_use]
    pub fn text(&self) -> Vec<u8> {
        let krl = self.krl;
        let mut out = format!("# KRL version {}\n", krl.version).into_bytes();
        out.extend(format!("# Generated at {:#}\n", Shown(krl.generated, self.zone)).into_bytes());
        if !krl.comment.is_empty() {
            out.extend([b"# Comment: ", krl.comment.as_slice(), b"\n"].concat());
        }
        out.push(b'\n');
        for blob in &krl.keys {
            match PublicKey::from_blob(blob) {
                Ok(key) => {
                    let name = key.algorithm().wire_name();
                    let fingerprint = key.fingerprint(HashAlgorithm::Sha256);
                    out.extend(format!("hash: {fingerprint} # {name}\n").into_bytes());
                }
                Err(error) => out.extend(format!("# {error}: unreadable key\n").into_bytes()),
            }
        }
        for hash in &krl.sha256 {
            out.extend(format!("hash: SHA256:{}\n", hex(hash)).into_bytes());
        }
        for hash in &krl.sha1 {
            out.extend(format!("# hash SHA1:{}\n", hex(hash)).into_bytes());
        }
        for of_ca in &krl.certificates {
            out.push(b'\n');
            match &of_ca.ca {
                Ca::Any => out.extend_from_slice(b"# Wildcard CA\n"),
                Ca::Key(key) => {
                    let name = key.algorithm().wire_name();
                    let fingerprint = key.fingerprint(HashAlgorithm::Sha256);
                    out.extend(format!("# CA key {name} {fingerprint}\n").into_bytes());
                }
            }
            for (first, last) in of_ca.serials.runs() {
                let text = if first == last { first.to_string() } else { format!("{first}-{last}") };
                out.extend(format!("serial: {text}\n").into_bytes());
            }
            for id in &of_ca.key_ids {
                out.extend([b"id: ", id.as_slice(), b"\n"].concat());
            }
        }
        out
    }
}
