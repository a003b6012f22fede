//! CSV (RFC 4180), strictly, and one record per line: what other readers guess at is an error here.

use thiserror::Error;

use super::{Member, Request, RequestError};

/// Why a line is not a record of the list.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum CsvError {
    /// A quotation mark inside a field that does not start with one.
    #[error(
        "field {0}: a quotation mark inside a field; write the field in quotation marks, and each one in it twice"
    )]
    Quotation(usize),
    /// A quoted field does not end on its line.
    #[error("field {0}: the quotation mark is not closed on this line")]
    Open(usize),
    /// Something follows the closing quotation mark.
    #[error("field {0}: text after the closing quotation mark")]
    AfterQuotation(usize),
    /// Another number of fields than the header has.
    #[error("{found} fields, but the header has {wanted}")]
    Fields {
        /// How many the line has.
        found: usize,
        /// How many the header has.
        wanted: usize,
    },
}

/// The columns of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header(Vec<Member>);

impl Header {
    /// Reads the first line: names of members, in any order.
    pub(super) fn read(line: &str) -> Result<Self, RequestError> {
        let mut columns: Vec<Member> = Vec::new();
        for name in fields(line)? {
            let name = name.trim().to_ascii_lowercase();
            let member = Member::from_name(&name.replace([' ', '-'], "_"))?;
            if columns.contains(&member) {
                return Err(RequestError::Twice(member.name()));
            }
            columns.push(member);
        }
        match columns.contains(&Member::PublicKey) {
            true => Ok(Self(columns)),
            false => Err(RequestError::Missing("the column public_key")),
        }
    }

    /// Reads a record.
    pub(super) fn request(&self, line: &str) -> Result<Request, RequestError> {
        let fields = fields(line)?;
        if fields.len() != self.0.len() {
            return Err(CsvError::Fields { found: fields.len(), wanted: self.0.len() }.into());
        }
        let mut request = Request::default();
        self.0.iter().zip(&fields).try_for_each(|(member, field)| request.set(*member, field.trim()))?;
        request.checked()
    }
}

/// The fields of a line, without their quotation marks.
fn fields(line: &str) -> Result<Vec<String>, CsvError> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => self::quoted(quoted, fields.len() + 1)?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                if rest[..end].contains('"') {
                    return Err(CsvError::Quotation(fields.len() + 1));
                }
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        fields.push(field);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(fields),
            None => return Err(CsvError::AfterQuotation(fields.len())),
        }
    }
}

/// A field after its opening quotation mark, and what follows it.
fn quoted(text: &str, number: usize) -> Result<(String, &str), CsvError> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('"').ok_or(CsvError::Open(number))?;
        field += part;
        match after.strip_prefix('"') {
            Some(more) => {
                field.push('"');
                rest = more;
            }
            None => return Ok((field, after)),
        }
    }
}
