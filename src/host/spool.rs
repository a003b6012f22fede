//! A copy of input that is read more than once: in memory while it is short, else in a file without a name.

use std::io::{self, BufRead, BufReader, Seek as _, Write as _};

use tempfile::SpooledTempFile;

use super::lines;

/// The copy. What happens to the input afterwards does not matter.
#[derive(Debug)]
pub struct Spool(SpooledTempFile);

impl Spool {
    /// Reads the input to its end.
    ///
    /// # Errors
    /// Those of reading and writing; a line of more than 1 MiB, and more than 1 GiB in all.
    pub fn copy(mut from: impl BufRead) -> io::Result<Self> {
        let mut spool = tempfile::spooled_tempfile(IN_MEMORY);
        let (mut line, mut length) = (Vec::new(), 0);
        loop {
            line.clear();
            if lines::read_line(&mut from, &mut line, LONGEST_LINE)? == 0 {
                return Ok(Self(spool));
            }
            length += line.len();
            if length > LONGEST {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the input is too long (over 1 GiB)"));
            }
            spool.write_all(&line)?;
        }
    }

    /// Reads the copy from its start.
    ///
    /// # Errors
    /// Those of the file.
    pub fn reader(&mut self) -> io::Result<impl BufRead> {
        self.0.rewind()?;
        Ok(BufReader::with_capacity(1 << 16, &mut self.0))
    }
}

/// Bytes that are kept in memory.
const IN_MEMORY: usize = 4 << 20;
/// The longest line, in bytes.
pub const LONGEST_LINE: u64 = 1 << 20;
/// The longest input, in bytes.
const LONGEST: usize = 1 << 30;

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_copy_is_read_as_often_as_wanted() {
        let text = "line\n".repeat(IN_MEMORY / 4) + "end";
        let mut spool = Spool::copy(text.as_bytes()).expect("a copy");
        for _ in 0..2 {
            let mut copy = String::new();
            spool.reader().and_then(|mut reader| reader.read_to_string(&mut copy)).expect("the copy");
            assert!(copy == text);
        }
    }

    #[test]
    fn lines_without_end_are_refused() {
        assert!(Spool::copy(BufReader::new(io::repeat(0))).is_err());
    }
}
