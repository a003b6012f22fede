//! The lines of PuTTY's `.ppk` files.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::{Damage, Error, Part, armor};

/// A full line of base64 has as many characters.
pub(in crate::format) const WIDTH: usize = 64;

/// The lines of a file, with whatever line endings and indentation. Blanks at the end of a line are part
/// of it: a comment may end in them.
pub(super) struct Lines<'a>(pub(super) &'a [u8]);

impl<'a> Lines<'a> {
    pub(super) fn next_line(&mut self) -> Option<&'a [u8]> {
        loop {
            if self.0.is_empty() {
                return None;
            }
            let end = self.0.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(self.0.len());
            let line = self.0[..end].trim_ascii_start();
            self.0 = self.0.get(end + 1..).unwrap_or_default();
            if !line.is_empty() {
                return Some(line);
            }
        }
    }

    pub(super) fn value(&mut self, name: &str) -> Option<&'a [u8]> {
        let rest = self.next_line()?.strip_prefix(name.as_bytes())?.strip_prefix(b":")?;
        Some(rest.strip_prefix(b" ").unwrap_or(rest))
    }

    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        String::from_utf8(self.value(name)?.trim_ascii_end().to_vec()).ok()
    }

    pub(super) fn number(&mut self, name: &str) -> Result<u32, Error> {
        self.text(name).and_then(|text| text.parse().ok()).ok_or(Error::damaged(Part::PrivateKey))
    }

    pub(super) fn base64(&mut self, name: &str) -> Result<Vec<u8>, Error> {
        let damaged = || Error::Damaged(Damage::Cut);
        let count: usize = self.text(name).and_then(|text| text.parse().ok()).ok_or_else(damaged)?;
        let mut base64 = Zeroizing::new(String::with_capacity(self.0.len().min(count.saturating_mul(WIDTH))));
        for _ in 0..count {
            let line = self.next_line().ok_or_else(damaged)?;
            base64.push_str(
                std::str::from_utf8(line.trim_ascii_end()).map_err(|_| Error::damaged(Part::Container))?,
            );
        }
        Base64::decode_vec(&base64).map_err(|_| Error::damaged(Part::Container))
    }
}

/// Bytes from hexadecimal digits.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    armor::unhex(text.trim())
}
