//! Options of a certificate in one text: separated by commas, values in quotation marks as in authorized_keys.

use super::RequestError;
use crate::text::unquoted_end;

/// Splits at commas outside of quotation marks, which go around a whole value; a backslash escapes one inside.
pub(super) fn split(text: &str) -> Result<Vec<Vec<u8>>, RequestError> {
    let mut options = Vec::new();
    let mut rest = text.as_bytes();
    loop {
        let end = unquoted_end(rest, |&byte| byte == b',').ok_or(RequestError::Quotation)?;
        options.push(unquoted(rest[..end].trim_ascii())?);
        match rest.get(end + 1..) {
            Some(more) => rest = more,
            None => break,
        }
    }
    check(&options).map(|()| options)
}

/// Checks that no option is empty.
pub(super) fn check(options: &[Vec<u8>]) -> Result<(), RequestError> {
    let empty = options.iter().any(Vec::is_empty);
    if empty { Err(RequestError::Missing("an option between two commas")) } else { Ok(()) }
}

/// An option without the quotation marks around its value.
fn unquoted(option: &[u8]) -> Result<Vec<u8>, RequestError> {
    let Some(start) = option.iter().position(|&byte| byte == b'"') else { return Ok(option.to_vec()) };
    let value = option[start + 1..].strip_suffix(b"\"").filter(|_| start > 0 && option[start - 1] == b'=');
    let mut out = option[..start].to_vec();
    let mut bytes = value.ok_or(RequestError::Quotation)?.iter().peekable();
    while let Some(&byte) = bytes.next() {
        match (byte, bytes.peek()) {
            (b'\\', Some(b'"')) => out.extend(bytes.next()),
            (b'"', _) => return Err(RequestError::Quotation),
            _ => out.push(byte),
        }
    }
    Ok(out)
}
