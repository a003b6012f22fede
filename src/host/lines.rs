//! The lines of long files: one at a time with a limit, or batches of whole lines.

use std::io::{self, BufRead, Read};

use crate::text::numbered_lines;

/// Some whole lines of a file; only the last line of the file may lack its line feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineBatch {
    /// The number of the first line, counted from 1.
    pub first: u64,
    /// The lines.
    pub text: Vec<u8>,
}

impl LineBatch {
    /// The lines, with their line endings, and their numbers.
    pub fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        numbered_lines(&self.text, self.first)
    }
}

/// Reads a file in batches.
#[derive(Debug)]
pub struct LineBatches<R> {
    from: R,
    size: usize,
    next: u64,
    /// The start of a line whose end is not read yet.
    rest: Vec<u8>,
    ended: bool,
}

impl<R: Read> LineBatches<R> {
    /// LineBatches of about `size` bytes.
    pub fn new(from: R, size: usize) -> Self {
        Self { from, size, next: 1, rest: Vec::new(), ended: false }
    }

    fn read(&mut self) -> io::Result<Option<LineBatch>> {
        let mut text = std::mem::take(&mut self.rest);
        while !self.ended {
            let before = text.len();
            text.reserve(self.size);
            let space = u64::try_from(self.size).unwrap_or(u64::MAX);
            self.ended = self.from.by_ref().take(space).read_to_end(&mut text)? == 0;
            if let Some(end) = memchr::memrchr(b'\n', &text[before..]) {
                self.rest = text.split_off(before + end + 1);
                break;
            }
            if text.len() > MAX_LINE {
                return Err(too_long());
            }
        }
        if text.is_empty() {
            return Ok(None);
        }
        let first = self.next;
        self.next += u64::try_from(memchr::memchr_iter(b'\n', &text).count()).unwrap_or(u64::MAX);
        Ok(Some(LineBatch { first, text }))
    }
}

impl<R: Read> Iterator for LineBatches<R> {
    type Item = io::Result<LineBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// Reads on to the end of a line, with its line feed, and says how many bytes that were: 0 at the end.
///
/// # Errors
/// Those of reading, and one for a line of more than `longest` bytes.
pub fn read_line(from: &mut impl BufRead, line: &mut Vec<u8>, longest: u64) -> io::Result<usize> {
    let read = from.take(longest).read_until(b'\n', line)?;
    let cut = u64::try_from(read).is_ok_and(|read| read == longest) && line.last() != Some(&b'\n');
    if cut { Err(too_long()) } else { Ok(read) }
}

/// The error of a line that is longer than is sensible.
#[must_use]
pub fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a line is too long")
}

/// No line of a sensible file is longer, in bytes.
const MAX_LINE: usize = 64 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_a_bound() {
        let mut from = &b"four\nfive5\nsix"[..];
        let mut next = |longest| {
            let mut line = Vec::new();
            read_line(&mut from, &mut line, longest).map(|_| line).ok()
        };
        assert_eq!(next(5).as_deref(), Some(&b"four\n"[..]));
        assert_eq!(next(5), None);
        assert_eq!(next(5).as_deref(), Some(&b"\n"[..]));
        assert_eq!([next(4), next(4)], [Some(b"six".to_vec()), Some(Vec::new())]);
    }

    #[test]
    fn batches_hold_whole_lines() {
        for size in 1..12 {
            let text = b"one\n\nthree\nfour";
            let batches: Vec<LineBatch> =
                LineBatches::new(&text[..], size).collect::<io::Result<_>>().expect("batches");
            assert_eq!(batches.concat_text(), text, "{size}");
            let lines: Vec<_> = batches.iter().flat_map(LineBatch::lines).collect();
            let expected: [(u64, &[u8]); 4] = [(1, b"one\n"), (2, b"\n"), (3, b"three\n"), (4, b"four")];
            assert_eq!(lines, expected, "{size}");
        }
        assert!(LineBatches::new(&b""[..], 4).next().is_none());
    }

    trait ConcatText {
        fn concat_text(&self) -> Vec<u8>;
    }

    impl ConcatText for Vec<LineBatch> {
        fn concat_text(&self) -> Vec<u8> {
            self.iter().flat_map(|batch| batch.text.clone()).collect()
        }
    }
}
