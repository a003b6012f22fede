//! `-L`: what certificates say.

use std::path::PathBuf;

use base64ct::{Base64, Encoding};
use serde_json::json;

use super::failure::Failure;
use super::report::{CERTIFICATES, Members, Ready, key_members, members};
use super::{Context, Outcome, load, public};
use crate::certificate::{self, Certificate};
use crate::host::clock;
use crate::host::ui::List;
use crate::key::{Algorithm, Comment, HashAlgorithm, Published};

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
    let path = load::ask_path(args.file, ctx)?;
    let (name, bytes) = match path.as_os_str() == "-" {
        true => ("(stdin)".to_owned(), public::read_all(std::io::stdin().lock())?),
        false => (path.display().to_string(), public::read(&path)?),
    };
    let zone = clock::read().zone;
    ctx.ui.begin(List::new(CERTIFICATES, "certificates"))?;
    let mut found = false;
    for (number, line) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
        let line = line.trim_ascii();
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
        found = true;
        let listing = certificate::Listing { certificate: &certificate, hash: args.hash, zone: &zone };
        let header = if number == 1 && name != "(stdin)" {
            format!("{name}:\n")
        } else {
            format!("{name}:{number}:\n")
        };
        let text = [header.as_bytes(), &listing.text()].concat();
        let mut members = members(json!({ "line": number }));
        let key = Published::Certificate(certificate.clone());
        members.extend(key_members(&key, &Comment::default(), args.hash));
        ctx.ui.item(&Ready { text, json: members.into() })?;
    }
    ctx.ui.end(Members::new())?;
    Ok(if found { Outcome::Done } else { Outcome::No })
}

/// The certificate of a line; `None` for a plain key.
fn read_line(line: &[u8]) -> Result<Option<Certificate>, certificate::Error> {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let (Some(name), Some(base64)) = (words.next(), words.next()) else {
        return Err(certificate::Error::Invalid);
    };
    match Published::from_words(name, base64) {
        Ok(Published::Key(_)) => Ok(None),
        Ok(Published::Certificate(certificate)) => Ok(Some(certificate)),
        Err(_) => Err(why_not(name, base64)),
    }
}

/// What is wrong with a certificate that cannot be read.
fn why_not(name: &[u8], base64: &[u8]) -> certificate::Error {
    let invalid = certificate::Error::Invalid;
    let base64 = String::from_utf8_lossy(base64);
    let Ok(blob) = Base64::decode_vec(&base64) else { return invalid };
    match Algorithm::from_certificate_name(name) {
        Some(_) => Certificate::from_blob(&blob).err().unwrap_or(invalid),
        None => invalid,
    }
}
