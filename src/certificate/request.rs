//! Requests for certificates: the lines of a list, as CSV or as JSON lines.
//!
//! Each record is one line of its own, in CSV too (RFC 4180 without newlines in fields), so that an error is about one line
//! and one certificate. Whatever is ambiguous is an error: no certificate is signed by a guess.

mod csv;
mod json;
mod options;

use thiserror::Error;

use self::csv::Header;
use crate::date::{self, Period};
use crate::key::PublicKey;
use crate::text::{BOM, is_blank};

pub use self::csv::CsvError;

/// One certificate that is requested. What is `None` or empty is left to the command line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// The key to certify.
    pub public_key: Subject,
    /// The key ID.
    pub key_id: Option<Vec<u8>>,
    /// The users or hosts.
    pub principals: Option<Vec<Vec<u8>>>,
    /// The validity interval.
    pub validity: Option<Period>,
    /// The options, each as `-O` takes it.
    pub options: Vec<Vec<u8>>,
    /// The serial number.
    pub serial: Option<u64>,
    /// The file to write.
    pub output: Option<Vec<u8>>,
}

/// The key of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The name of its file.
    File(Vec<u8>),
    /// The key itself, as the line of a `.pub` file.
    Line(Vec<u8>),
}

impl Default for Subject {
    fn default() -> Self {
        Self::File(Vec::new())
    }
}

impl Subject {
    /// A key if the text starts with the name of a key type and a blank, else the name of a file.
    fn new(text: &[u8]) -> Self {
        let word = text.iter().position(is_blank).map(|end| &text[..end]);
        let is_key = word.is_some_and(|word| PublicKey::algorithm_of(word).is_some() || is_certificate(word));
        if is_key { Self::Line(text.to_vec()) } else { Self::File(text.to_vec()) }
    }
}

fn is_certificate(word: &[u8]) -> bool {
    crate::key::Algorithm::from_certificate_name(word).is_some()
}

/// A member of a request: a column of CSV, a member of a JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    PublicKey,
    KeyId,
    Principals,
    Validity,
    Options,
    Serial,
    Output,
}

impl Member {
    const ALL: [(&'static str, Self); 7] = [
        ("public_key", Self::PublicKey),
        ("key_id", Self::KeyId),
        ("principals", Self::Principals),
        ("validity", Self::Validity),
        ("options", Self::Options),
        ("serial", Self::Serial),
        ("output", Self::Output),
    ];

    /// The member with that name; `id` is short for `key_id`.
    fn from_name(name: &str) -> Result<Self, RequestError> {
        let name = if name == "id" { "key_id" } else { name };
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, member)| *member).ok_or_else(|| RequestError::Unknown(name.to_owned()))
    }

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, member)| *member == self).map_or("", |(name, _)| name)
    }
}

/// Why a line is not a request.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum RequestError {
    /// Bytes that are no text.
    #[error("not UTF-8")]
    NotText,
    /// A control character other than a tab: in logs and terminals it would look like something else.
    #[error("{0} contains a control character")]
    Control(&'static str),
    /// The line is not CSV.
    #[error(transparent)]
    Csv(#[from] CsvError),
    /// The line is not a JSON object.
    #[error("invalid JSON: {0}")]
    Json(String),
    /// The list is one array of JSON.
    #[error("a JSON array: write one object per line, without brackets and commas around")]
    Array,
    /// A column or member that there is not.
    #[error(
        "unknown column \"{0}\": known are public_key, key_id, principals, validity, options, serial, output"
    )]
    Unknown(String),
    /// A column that is there twice.
    #[error("the column {0} is there twice")]
    Twice(&'static str),
    /// What a request cannot be without.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A member of another type.
    #[error("{0} is not {1}")]
    Type(&'static str, &'static str),
    /// Not a number of 64 bits.
    #[error("Invalid serial number \"{0}\"")]
    Serial(String),
    /// No validity interval.
    #[error(transparent)]
    Validity(#[from] date::Error),
    /// Quotation marks in options are around a whole value.
    #[error("options: quotation marks go around a whole value, as in force-command=\"a, b\"")]
    Quotation,
    /// Two commas with nothing between, or a name with a comma in it.
    #[error("Empty principal name")]
    EmptyPrincipal,
    /// A principal with a comma in it.
    #[error("a principal contains a comma")]
    Comma,
}

/// How the requests of a list are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestReader {
    form: Form,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// Nothing was read so far.
    Unknown,
    Csv(Header),
    Json,
}

impl RequestReader {
    /// Reads a list from its start.
    #[must_use]
    pub fn new() -> Self {
        Self { form: Form::Unknown }
    }

    /// Whether a line was read from which the form of the list is known.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.form != Form::Unknown
    }

    /// Reads one more line, without or with its line ending. `None` for a blank line and the header of CSV.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn read(&mut self, line: &[u8]) -> Result<Option<Request>, RequestError> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = if self.has_begun() { line } else { line.strip_prefix(BOM).unwrap_or(line) };
        let text = std::str::from_utf8(line).map_err(|_| RequestError::NotText)?;
        if text.trim().is_empty() {
            return Ok(None);
        }
        match &self.form {
            Form::Unknown if text.trim_start().starts_with('{') => {
                self.form = Form::Json;
                json::read(text).map(Some)
            }
            Form::Unknown if is_array(text) => Err(RequestError::Array),
            Form::Unknown => {
                self.form = Form::Csv(Header::read(text)?);
                Ok(None)
            }
            Form::Csv(header) => header.request(text).map(Some),
            Form::Json => json::read(text).map(Some),
        }
    }
}

impl Default for RequestReader {
    fn default() -> Self {
        Self::new()
    }
}

impl Request {
    /// Sets a member from text, as CSV has it. Empty text sets nothing.
    fn set(&mut self, member: Member, text: &str) -> Result<(), RequestError> {
        check_text(member, text)?;
        if text.is_empty() {
            return Ok(());
        }
        match member {
            Member::PublicKey => self.public_key = Subject::new(text.as_bytes()),
            Member::KeyId => self.key_id = Some(text.as_bytes().to_vec()),
            Member::Principals => self.principals = Some(principals(text.split(','))?),
            Member::Validity => self.validity = Some(text.parse()?),
            Member::Options => self.options = options::split(text)?,
            Member::Serial => self.serial = Some(serial(text)?),
            Member::Output => self.output = Some(text.as_bytes().to_vec()),
        }
        Ok(())
    }

    /// The request, if it has a key.
    fn checked(self) -> Result<Self, RequestError> {
        match &self.public_key {
            Subject::File(name) if name.is_empty() => Err(RequestError::Missing(Member::PublicKey.name())),
            _ => Ok(self),
        }
    }
}

/// Whether a list starts as an array of objects, which need not be on the same line.
fn is_array(text: &str) -> bool {
    let inside = text.trim_start().strip_prefix('[').map(str::trim_start);
    inside.is_some_and(|inside| inside.is_empty() || inside.starts_with(['{', '[']))
}

fn check_text(member: Member, text: &str) -> Result<(), RequestError> {
    let bad = |c: char| c.is_control() && c != '\t';
    if text.contains(bad) { Err(RequestError::Control(member.name())) } else { Ok(()) }
}

fn principals<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<Vec<u8>>, RequestError> {
    let checked = |name: &str| match name {
        "" => Err(RequestError::EmptyPrincipal),
        name if name.contains(',') => Err(RequestError::Comma),
        name => Ok(name.as_bytes().to_vec()),
    };
    names.map(checked).collect()
}

fn serial(text: &str) -> Result<u64, RequestError> {
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| all_digits).ok_or_else(|| RequestError::Serial(text.to_owned()))
}

#[cfg(test)]
mod tests;
