//! The comment of a key: free text behind the key, of any bytes.

use std::borrow::Cow;

use thiserror::Error;

/// The comment of a key. Usually `user@host`; not necessarily UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comment(Vec<u8>);

/// Why a text cannot be a comment.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum CommentError {
    /// A line break or NUL: the `.pub` file would hold a second line, which a server may take for
    /// another key.
    #[error("a comment is one line: it cannot hold a line break or a NUL byte")]
    SecondLine,
}

impl Comment {
    /// The longest comment, in bytes, that ssh-keygen keeps; the rest is cut off.
    pub const MAX_BYTES: usize = 2048;

    /// A comment as a user gives it.
    ///
    /// # Errors
    /// [`CommentError::SecondLine`] when it would not stay on one line.
    pub fn new(bytes: &[u8]) -> Result<Self, CommentError> {
        if bytes.iter().any(|byte| matches!(byte, b'\n' | b'\r' | 0)) {
            return Err(CommentError::SecondLine);
        }
        Ok(Self(bytes[..bytes.len().min(Self::MAX_BYTES)].to_vec()))
    }

    /// A comment as it stands in a key file, whatever it holds.
    #[must_use]
    pub fn from_file(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As text, for output that must be UTF-8: other bytes become U+FFFD.
    #[must_use]
    pub fn to_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_line_is_refused_and_length_is_cut() {
        assert_eq!(Comment::new(b"a\nssh-rsa AAAA evil"), Err(CommentError::SecondLine));
        assert_eq!(Comment::new(b"a\r"), Err(CommentError::SecondLine));
        assert_eq!(Comment::new(&[b'x'; 3000]).map(|c| c.as_bytes().len()), Ok(2048));
        assert_eq!(Comment::new(b"caf\xe9").map(|c| c.to_text().into_owned()), Ok("caf\u{fffd}".to_owned()));
    }
}
