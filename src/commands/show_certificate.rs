//! `-L`: what certificates say.

use std::io::{self, BufRead};

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::failure::{Failure, While as _};
use super::json::{CERTIFICATES, Members, Part, Ready, Style, key_members, members};
use super::{Context, Outcome, ask};
use crate::certificate::{self, Certificate, KeyInLine, KeyOrCertificate};
use crate::format::KeyFile;
use crate::host::clock;
use crate::host::files::STDIN;
use crate::host::input::Input;
use crate::host::lines::{LineBatch, LineBatches};
use crate::host::parallel::in_order;
use crate::host::ui::{self, List, Report, Ui};
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
    let (name, zone) = (input.path().display().to_string(), clock::read().zone);
    let show = Show { name: &name, hash: args.hash, zone: &zone, style: Style::of(ctx.ui) };
    let mut source = input.open()?;
    if KeyFile::is_meant(source.fill_buf().at(input.path())?) {
        let hint = "the certificate of KEY is KEY-cert.pub";
        ctx.ui.warn(&format!("{name}: a private key, not a certificate\nhint: {hint}"));
        source = Box::new(io::empty());
    }
    ctx.ui.begin(List::new(CERTIFICATES, "certificates"))?;
    let (mut found, mut blocks) = (false, Blocks::default());
    let take = |part: Lines| {
        part.warnings.iter().for_each(|warning| ctx.ui.warn(warning));
        found |= !part.shown.is_empty();
        blocks.print(&part, ctx.ui)?;
        part.failure.map_or(Ok(()), Err)
    };
    let batches = LineBatches::new(source, BATCH).map(|batch| batch.at(input.path()));
    in_order(AHEAD, batches, |batch| show.lines(&batch), take)?;
    ctx.ui.items(&blocks.rest())?;
    ctx.ui.end(Members::new())?;
    Ok(if found { Outcome::Done } else { Outcome::No })
}

/// So much of a file is read together, in bytes.
const BATCH: usize = 1 << 15;
/// So many batches for each core are read before they are wanted.
const AHEAD: usize = 4;

/// What some lines have.
struct Lines {
    shown: Part,
    /// Remarks about lines that are passed over.
    warnings: Vec<String>,
    /// What keeps all further lines from being shown, and what of them is text.
    failure: Option<Failure>,
    cut: Vec<u8>,
}

/// Text in the blocks that C programs write: when ssh-keygen gives up, it leaves the last one out.
#[derive(Default)]
struct Blocks {
    rest: Vec<u8>,
}

impl Blocks {
    fn print(&mut self, lines: &Lines, ui: &mut dyn Ui) -> Result<(), ui::Error> {
        if ui.prints_json() {
            return ui.items(&lines.shown);
        }
        self.rest.extend(lines.shown.text());
        self.rest.extend(&lines.cut);
        let behind = self.rest.split_off(self.rest.len() - self.rest.len() % BLOCK);
        ui.items(&text(std::mem::replace(&mut self.rest, behind)))
    }

    fn rest(self) -> Ready {
        text(self.rest)
    }
}

fn text(text: Vec<u8>) -> Ready {
    Ready { text, json: Value::Array(Vec::new()) }
}

/// The size of a block, in bytes.
const BLOCK: usize = 4096;

/// How the certificates of a file are shown.
struct Show<'a> {
    /// The name of the file.
    name: &'a str,
    hash: HashAlgorithm,
    zone: &'a TimeZone,
    style: Style,
}

impl Show<'_> {
    /// The certificates of some lines, up to one that is corrupt.
    fn lines(&self, batch: &LineBatch) -> Lines {
        let (shown, warnings) = (Part::new(self.style), Vec::new());
        let mut lines = Lines { shown, warnings, failure: None, cut: Vec::new() };
        for (number, line) in (batch.first..).zip(batch.text.split(|&byte| byte == b'\n')) {
            match self.line(number, line) {
                Ok(Some(shown)) => lines.shown.add(&shown),
                Ok(None) => {}
                Err(Flaw::Warning(warning)) => lines.warnings.push(warning),
                Err(Flaw::Failure(failure, cut)) => return Lines { failure: Some(failure), cut, ..lines },
            }
        }
        lines
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
        let mut text = format!("{name}:{place}\n").into_bytes();
        let written = listing.write(&mut text).during_step(|| format!("{name}:{number}"));
        if let Err(failure) = written {
            return Err(Flaw::Failure(failure, text));
        }
        Ok(Some(Shown { number, text, certificate, hash: self.hash }))
    }
}

/// What keeps a line from being shown.
enum Flaw {
    /// The others are shown.
    Warning(String),
    /// No further line is; of this one there is some text.
    Failure(Failure, Vec<u8>),
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
