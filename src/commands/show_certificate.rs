//! `-L`: what certificates say.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::failure::{Failure, While as _};
use super::json::{CERTIFICATES, Members, Part, Style, key_members, members};
use super::{Context, Outcome, ask, public};
use crate::certificate::{self, Certificate, KeyInLine, KeyOrCertificate};
use crate::format::KeyFile;
use crate::host::clock;
use crate::host::files::STDIN;
use crate::host::input::Input;
use crate::host::parallel::chunks_in_order;
use crate::host::ui::{List, Report};
use crate::key::{Algorithm, Comment, HashAlgorithm};
use crate::text::{is_blank, trim_blanks};
use crate::wire::from_base64;

/// Which certificates.
#[derive(Debug)]
pub struct Args {
    /// Where they are.
    pub file: Option<Input>,
    /// The hash of fingerprints.
    pub hash: HashAlgorithm,
}

/// Shows every certificate of the file.
///
/// # Errors
/// Those of reading.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let input = ask::input(args.file, ctx)?;
    if matches!(&input, Input::File(path) if path.is_dir()) {
        return Ok(Outcome::No);
    }
    let (name, bytes) = read_file(&input, ctx)?;
    let shown = Show { name: &name, hash: args.hash, zone: &clock::read().zone, style: Style::of(ctx.ui) };
    let lines: Vec<_> = (1..).zip(bytes.split(|&byte| byte == b'\n')).collect();
    let mut parts = Vec::new();
    let take = |(part, warnings, failure): (Part, Vec<String>, Option<Failure>)| {
        warnings.iter().for_each(|warning| ctx.ui.warn(warning));
        parts.push(part);
        failure.map_or(Ok(()), Err)
    };
    chunks_in_order(AHEAD, (&lines, BATCH), |lines| shown.lines(lines), take)?;
    // As with ssh-keygen, one that is corrupt keeps all from being listed.
    let found = parts.iter().any(|part| !part.is_empty());
    ctx.ui.begin(List::new(CERTIFICATES, "certificates"))?;
    for part in parts {
        ctx.ui.items(&part)?;
    }
    ctx.ui.end(Members::new())?;
    Ok(if found { Outcome::Done } else { Outcome::No })
}

/// So many lines are read together.
const BATCH: usize = 32;
/// So many batches for each core are read before they are wanted.
const AHEAD: usize = 4;

/// How the certificates of a file are shown.
struct Show<'a> {
    /// The name of the file.
    name: &'a str,
    hash: HashAlgorithm,
    zone: &'a TimeZone,
    style: Style,
}

impl Show<'_> {
    /// The certificates of some lines, with warnings about those between and what kept the next one from being shown.
    fn lines(&self, lines: &[(u64, &[u8])]) -> (Part, Vec<String>, Option<Failure>) {
        let (mut part, mut warnings) = (Part::new(self.style), Vec::new());
        for &(number, line) in lines {
            match self.line(number, line) {
                Ok(Some(shown)) => part.add(&shown),
                Ok(None) => {}
                Err(Flaw::Warning(warning)) => warnings.push(warning),
                Err(Flaw::Failure(failure)) => return (part, warnings, Some(failure)),
            }
        }
        (part, warnings, None)
    }

    /// The certificate of a line; `None` for a blank line and a comment.
    fn line(&self, number: u64, line: &[u8]) -> Result<Option<Shown>, Flaw> {
        let name = self.name;
        // To ssh-keygen a NUL byte ends the line.
        let line = line.split(|&byte| byte == 0).next().unwrap_or_default();
        let line = trim_blanks(line);
        if line.is_empty() || line.starts_with(b"#") {
            return Ok(None);
        }
        let warning = |text: &str| Flaw::Warning(format!("{name}:{number}{text}"));
        let certificate = read_line(line).map_err(|error| warning(&format!(": invalid key: {error}")))?;
        let certificate = certificate.ok_or_else(|| warning(" is not a certificate"))?;
        let listing = certificate::Listing { certificate: &certificate, hash: self.hash, zone: self.zone };
        let place = if number == 1 && name != STDIN { String::new() } else { format!("{number}:") };
        let text = listing.text().during_step(|| format!("{name}:{number}")).map_err(Flaw::Failure)?;
        let text = [format!("{name}:{place}\n").as_bytes(), &text].concat();
        Ok(Some(Shown { number, text, certificate, hash: self.hash }))
    }
}

/// What keeps a line from being shown.
enum Flaw {
    /// The others are shown.
    Warning(String),
    /// No line is.
    Failure(Failure),
}

/// A certificate as it is shown.
struct Shown {
    number: u64,
    text: Vec<u8>,
    certificate: Certificate,
    hash: HashAlgorithm,
}

impl Report for Shown {
    fn text(&self) -> Vec<u8> {
        self.text.clone()
    }

    fn json(&self) -> Value {
        let mut members = members(json!({ "line": self.number }));
        let key = KeyOrCertificate::Certificate(self.certificate.clone());
        members.extend(key_members(&key, &Comment::default(), self.hash));
        members.into()
    }
}

/// The name of the file for messages, and its bytes; none of a private key, which is reported once.
fn read_file(input: &Input, ctx: &mut Context<'_>) -> Result<(String, Vec<u8>), Failure> {
    let (name, bytes) = (input.path().display().to_string(), public::read_input(input)?);
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
