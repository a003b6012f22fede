//! The SSH wire encoding of integers and strings (RFC 4251 section 5).
//!
//! Reading borrows from the input and never allocates, so a hostile length costs nothing.

use base64ct::{Base64, Encoding};
use thiserror::Error;

/// The bytes do not hold what their lengths promise.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("incomplete message")]
pub struct Truncated;

/// Reads SSH-encoded fields, front to back.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Starts at the front of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Takes the next `length` bytes.
    ///
    /// # Errors
    /// [`Truncated`] when fewer are left.
    pub fn take(&mut self, length: usize) -> Result<&'a [u8], Truncated> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    /// Takes a `byte`.
    ///
    /// # Errors
    /// [`Truncated`] when none is left.
    pub fn u8(&mut self) -> Result<u8, Truncated> {
        self.take(1)?.first().copied().ok_or(Truncated)
    }

    /// Takes a `uint32`.
    ///
    /// # Errors
    /// [`Truncated`] when fewer than four bytes are left.
    pub fn u32(&mut self) -> Result<u32, Truncated> {
        let bytes = self.take(4)?.try_into().map_err(|_| Truncated)?;
        Ok(u32::from_be_bytes(bytes))
    }

    /// Takes a `uint64`.
    ///
    /// # Errors
    /// [`Truncated`] when fewer than eight bytes are left.
    pub fn u64(&mut self) -> Result<u64, Truncated> {
        let bytes = self.take(8)?.try_into().map_err(|_| Truncated)?;
        Ok(u64::from_be_bytes(bytes))
    }

    /// Takes a `string`: a length of four bytes, then that many bytes.
    ///
    /// # Errors
    /// [`Truncated`] when fewer bytes are left than the length says.
    pub fn string(&mut self) -> Result<&'a [u8], Truncated> {
        let length = usize::try_from(self.u32()?).map_err(|_| Truncated)?;
        self.take(length)
    }

    /// Takes a `string` that OpenSSH keeps as a C string: a NUL byte may only be its last byte, and is dropped.
    ///
    /// # Errors
    /// [`Truncated`] when fewer bytes are left than the length says, or a NUL byte is inside.
    pub fn cstring(&mut self) -> Result<&'a [u8], Truncated> {
        let bytes = self.string()?;
        let text = bytes.strip_suffix(b"\0").unwrap_or(bytes);
        if text.contains(&0) { Err(Truncated) } else { Ok(text) }
    }

    /// What has not been read yet.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

/// Appends a `uint32`.
pub fn put_u32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_be_bytes());
}

/// Appends a `uint64`.
pub fn put_u64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_be_bytes());
}

/// Appends a `string`.
///
/// # Panics
/// A big-endian number without zeros in front.
#[must_use]
pub fn without_zeros(number: &[u8]) -> &[u8] {
    let start = number.iter().position(|&byte| byte != 0).unwrap_or(number.len());
    &number[start..]
}

/// When `bytes` is longer than 4 GiB, which no key is.
pub fn put_string(out: &mut Vec<u8>, bytes: &[u8]) {
    put_u32(out, u32::try_from(bytes.len()).expect("a field of a key is shorter than 4 GiB"));
    out.extend_from_slice(bytes);
}

/// Appends a `string` of what `write` appends.
///
/// # Panics
/// When that is longer than 4 GiB.
pub fn put_nested(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    put_u32(out, 0);
    write(out);
    let length = u32::try_from(out.len() - start - 4).expect("a field of a key is shorter than 4 GiB");
    out[start..start + 4].copy_from_slice(&length.to_be_bytes());
}

/// Decodes base64 as OpenSSH does: padded, with white space anywhere. `None` when it is not base64.
#[must_use]
pub fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let text: Vec<u8> = text.iter().copied().filter(|byte| !is_space(byte)).collect();
    Base64::decode_vec(std::str::from_utf8(&text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_come_back_and_truncations_do_not() {
        let mut bytes = Vec::new();
        put_string(&mut bytes, b"ssh-rsa");
        put_u32(&mut bytes, 7);
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.string(), Ok(&b"ssh-rsa"[..]));
        assert_eq!(reader.u32(), Ok(7));
        assert_eq!(reader.u32(), Err(Truncated));
        for end in 0..11 {
            assert_eq!(Reader::new(&bytes[..end]).string(), Err(Truncated), "cut at {end}");
        }
    }

    #[test]
    fn nul_may_only_end_a_c_string() {
        for (bytes, expected) in [
            (&b"id"[..], Ok(&b"id"[..])),
            (b"id\0", Ok(b"id")),
            (b"", Ok(b"")),
            (b"\0", Ok(b"")),
            (b"i\0d", Err(Truncated)),
            (b"id\0\0", Err(Truncated)),
        ] {
            let mut out = Vec::new();
            put_string(&mut out, bytes);
            assert_eq!(Reader::new(&out).cstring(), expected, "{bytes:?}");
        }
    }

    #[test]
    fn base64_is_padded_and_white_space_is_skipped() {
        for (text, expected) in [
            (&b"aGVsbG8="[..], Some(&b"hello"[..])),
            (b"aGV\x0bs\r\nbG8= \n", Some(b"hello")),
            (b"", Some(b"")),
            (b"aGVsbG8", None),
            (b"aGVsbG8==", None),
            (b"aGVsbG9=", None),
            (b"aGVs-G8=", None),
            (b"aGVsbG8=x", None),
        ] {
            assert_eq!(from_base64(text).as_deref(), expected, "{text:?}");
        }
    }
}
