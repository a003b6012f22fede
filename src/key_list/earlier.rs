//! The lines of a list by their keys, in little memory: a file may have millions.

use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;

use crate::wire::{Reader, Truncated, put_string, put_u32};

/// What a line permits with its key.
pub trait Permission {
    /// The bytes that are kept of it.
    fn bytes(&self) -> &[u8];

    /// Whether an earlier line, of which those bytes were kept, permits the same.
    fn is_same(&self, earlier: &[u8]) -> bool;

    /// Whether an earlier line leaves this one nothing to permit.
    fn is_within(&self, earlier: &[u8]) -> bool;
}

/// What an earlier line with the same key is to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It permits the same.
    Same(u64),
    /// It leaves the line nothing to permit.
    Within(u64),
}

/// The lines before a line, by the first 128 bits of the SHA-256 of their keys.
///
/// For a key with one line, about 32 bytes are kept, and what the line permits.
#[derive(Debug, Default)]
pub struct EarlierLines {
    hasher: RandomState,
    /// The places of the first lines of the keys.
    first: HashTable<u32>,
    kept: Pieces,
}

/// Lines with their keys, one after another, in pieces, so that none is copied when there are more. A place is 12 bits for the
/// piece, and 20 bits for the byte of it.
#[derive(Debug, Default)]
struct Pieces(Vec<Vec<u8>>);

/// One line.
struct Kept<'a> {
    /// The place of the next line with the key.
    next: u32,
    line: u32,
    key: &'a [u8],
    permits: &'a [u8],
}

/// No place.
const NONE: u32 = u32::MAX;
/// The bits of a place that are those of the byte in a piece.
const BITS: u32 = 20;
/// How long a piece is, in bytes; one with a longer line has that line alone.
const PIECE: usize = 1 << BITS;
/// So many lines with one key are compared.
const MAX_LINES: usize = 64;

impl EarlierLines {
    /// Adds a line. Returns what the lines before it are to it, of which [`Repeat::Same`] counts more.
    pub fn add(&mut self, line: u64, key: &[u8; 32], permits: &impl Permission) -> Option<Repeat> {
        let Self { hasher, first, kept } = self;
        let key = &key[..16];
        let hash = hasher.hash_one(key);
        let found = first.find(hash, |&place| kept.at(place).is_some_and(|first| first.key == key));
        let (mut within, mut count, mut last, mut place) = (None, 0, None, found.copied());
        while let Some((earlier, at)) = place.and_then(|place| Some((kept.at(place)?, place))) {
            let number = u64::from(earlier.line);
            if permits.is_same(earlier.permits) {
                return Some(Repeat::Same(number));
            }
            within = within.or_else(|| permits.is_within(earlier.permits).then_some(Repeat::Within(number)));
            (last, place, count) = (Some(at), Some(earlier.next), count + 1);
        }
        if count < MAX_LINES
            && let Some(place) = kept.add(line, key, permits.bytes())
        {
            match last {
                Some(last) => kept.link(last, place),
                None => {
                    let hash_of =
                        |&place: &u32| hasher.hash_one(kept.at(place).map_or(&[][..], |first| first.key));
                    first.insert_unique(hash, place, hash_of);
                }
            }
        }
        within
    }
}

impl Pieces {
    /// The place that the line has from now on; `None` if there are so many that it has no number.
    fn add(&mut self, line: u64, key: &[u8], permits: &[u8]) -> Option<u32> {
        let line = u32::try_from(line).ok()?;
        let length = 4 + 4 + key.len() + 4 + permits.len();
        if self.0.last().is_none_or(|piece| piece.len() + length > PIECE) {
            self.0.push(Vec::with_capacity(length.max(PIECE)));
        }
        let last = u32::try_from(self.0.len() - 1).ok().filter(|&last| last < NONE >> BITS)?;
        let piece = self.0.last_mut()?;
        let place = last << BITS | u32::try_from(piece.len()).ok()?;
        put_u32(piece, NONE);
        put_u32(piece, line);
        piece.extend_from_slice(key);
        put_string(piece, permits);
        Some(place)
    }

    /// Notes which line comes after one.
    fn link(&mut self, line: u32, next: u32) {
        let (piece, byte) = split(line);
        self.0[piece][byte..byte + 4].copy_from_slice(&next.to_be_bytes());
    }

    fn at(&self, place: u32) -> Option<Kept<'_>> {
        let (piece, byte) = split(place);
        let read = |bytes| -> Result<_, Truncated> {
            let mut kept = Reader::new(bytes);
            Ok(Kept { next: kept.u32()?, line: kept.u32()?, key: kept.take(16)?, permits: kept.string()? })
        };
        read(self.0.get(piece)?.get(byte..)?).ok()
    }
}

/// The number of the piece, and of the byte in it.
fn split(place: u32) -> (usize, usize) {
    let number = |bits| usize::try_from(bits).unwrap_or(usize::MAX);
    (number(place >> BITS), number(place & ((1 << BITS) - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Permits its bytes, and all that begins with an earlier line's.
    struct Text(&'static str);

    impl Permission for Text {
        fn bytes(&self) -> &[u8] {
            self.0.as_bytes()
        }
        fn is_same(&self, earlier: &[u8]) -> bool {
            self.0.as_bytes() == earlier
        }
        fn is_within(&self, earlier: &[u8]) -> bool {
            self.0.as_bytes().starts_with(earlier)
        }
    }

    #[test]
    fn keys_are_told_apart_by_more_than_their_first_bytes() {
        let mut earlier = EarlierLines::default();
        let (one, mut two) = ([7; 32], [7; 32]);
        two[15] = 8;
        for (line, key, permits, expected) in [
            (1, &one, "ab", None),
            (2, &two, "ab", None),
            (3, &one, "abc", Some(Repeat::Within(1))),
            (4, &two, "a", None),
            (5, &two, "abcd", Some(Repeat::Within(2))),
            (6, &two, "a", Some(Repeat::Same(4))),
            (7, &one, "abc", Some(Repeat::Same(3))),
            (8, &[8; 32], "", None),
            (9, &[8; 32], "x", Some(Repeat::Within(8))),
        ] {
            assert_eq!(earlier.add(line, key, &Text(permits)), expected, "{line}");
        }
    }

    #[test]
    fn each_of_many_keys_is_found() {
        let mut earlier = EarlierLines::default();
        let key = |number: u64| {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&number.to_be_bytes());
            key
        };
        let long: &str = "x".repeat(PIECE).leak();
        let text = |line| Text(if line % 1000 == 0 { long } else { "x" });
        for line in 1..=5000 {
            assert_eq!(earlier.add(line, &key(line), &text(line)), None);
        }
        for line in 1..=5000 {
            assert_eq!(earlier.add(9000, &key(line), &text(line)), Some(Repeat::Same(line)));
        }
    }

    #[test]
    fn few_lines_of_one_key_are_kept() {
        let mut earlier = EarlierLines::default();
        let all: Vec<u8> = (0..=255).collect();
        struct Byte<'a>(&'a [u8]);
        impl Permission for Byte<'_> {
            fn bytes(&self) -> &[u8] {
                self.0
            }
            fn is_same(&self, earlier: &[u8]) -> bool {
                self.0 == earlier
            }
            fn is_within(&self, _: &[u8]) -> bool {
                false
            }
        }
        for (line, byte) in (1..).zip(&all) {
            assert_eq!(earlier.add(line, &[0; 32], &Byte(std::slice::from_ref(byte))), None);
        }
        assert_eq!(earlier.add(300, &[0; 32], &Byte(&[63])), Some(Repeat::Same(64)));
        assert_eq!(earlier.add(301, &[0; 32], &Byte(&[64])), None);
        assert_eq!(earlier.kept.0.concat().len(), 64 * 29);
    }
}
