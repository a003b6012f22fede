//! `-L`: what certificates say.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::failure::{Failure, While as _};
use super::json::{CERTIFICATES, Members, Ready, key_members, members};
use super::{Context, Outcome, ask, public};
use crate::certificate::{self, Certificate, KeyInLine, KeyOrCertificate};
use crate::format::KeyFile;
use crate::host::clock;
use crate::host::ui::List;
use crate::key::{Algorithm, Comment, HashAlgorithm};
use crate::text::{is_blank, trim_blanks};
use crate::wire::from_base64;

/// Which certificates.
#[derive(Debug)]
pub struct Args {
    /// The file; `-` is standard input.
    pub file: Option<PathBuf>,
    /// The hash of fingerprints.
    pub hash: HashAlgorithm,
}

/// Shows every certificate of the file.
///
/// # Errors
/// Those of reading.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let path = ask::key_file(args.file, ctx)?;
    if path.is_dir() {
        return Ok(Outcome::No);
    }
    let (name, bytes) = read_file(&path, ctx)?;
    let zone = clock::read().zone;
    let mut shown = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
        // To ssh-keygen a NUL byte ends the line.
        let line = line.split(|&byte| byte == 0).next().unwrap_or_default();
        let line = trim_blanks(line);
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        let certificate = match read_line(line) {
            Ok(Some(certificate)) => certificate,
            Ok(None) => {
                ctx.ui.warn(&format!("{name}:{number} is not a certificate"));
                continue;
            }
            Err(error) => {
                ctx.ui.warn(&format!("{name}:{number}: invalid key: {error}"));
                continue;
            }
        };
        let listing = certificate::Listing { certificate: &certificate, hash: args.hash, zone: &zone };
        let header = if number == 1 && name != "(stdin)" {
            format!("{name}:\n")
        } else {
            format!("{name}:{number}:\n")
        };
        let text = listing.text().during_step(|| format!("{name}:{number}"))?;
        let text = [header.as_bytes(), &text].concat();
        let mut members = members(json!({ "line": number }));
        let key = KeyOrCertificate::Certificate(certificate.clone());
        members.extend(key_members(&key, &Comment::default(), args.hash));
        shown.push(Ready { text, json: members.into() });
    }
    // As with ssh-keygen, one that is corrupt keeps all from being listed.
    let found = !shown.is_empty();
    ctx.ui.begin(List::new(CERTIFICATES, "certificates"))?;
    for item in shown {
        ctx.ui.item(&item)?;
    }
    ctx.ui.end(Members::new())?;
    Ok(if found { Outcome::Done } else { Outcome::No })
}

/// The name of the file for messages, and its bytes; none of a private key, which is reported once.
fn read_file(path: &Path, ctx: &mut Context<'_>) -> Result<(String, Vec<u8>), Failure> {
    let (name, bytes) = match path.as_os_str() == "-" {
        true => ("(stdin)".to_owned(), public::read_all(std::io::stdin().lock())?),
        false => (path.display().to_string(), public::read(path)?),
    };
    if !KeyFile::is_meant(&bytes) {
        return Ok((name, bytes));
    }
    let hint = "the certificate of KEY is KEY-cert.pub";
    ctx.ui.warn(&format!("{name}: a private key, not a certificate\nhint: {hint}"));
    Ok((name, Vec::new()))
}

/// The certificate of a line; `None` for a plain key.
fn read_line(line: &[u8]) -> Result<Option<Certificate>, certificate::Error> {
    match KeyInLine::at_front(line).map(|found| found.key) {
        Some(key) if key.is_obsolete() => Err(certificate::Error::Invalid),
        Some(KeyOrCertificate::Certificate(certificate)) => Ok(Some(certificate)),
        Some(KeyOrCertificate::Key(_)) => Ok(None),
        None => Err(why_not(line)),
    }
}

/// What is wrong with a certificate that cannot be read.
fn why_not(line: &[u8]) -> certificate::Error {
    let mut words = line.split(is_blank).filter(|word| !word.is_empty());
    let invalid = certificate::Error::Invalid;
    let (Some(name), Some(base64)) = (words.next(), words.next()) else { return invalid };
    let blob = from_base64(base64).filter(|_| Algorithm::from_certificate_name(name).is_some());
    blob.and_then(|blob| Certificate::from_blob(&blob).err()).unwrap_or(invalid)
}
