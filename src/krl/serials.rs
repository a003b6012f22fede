//! A set of serial numbers.
//!
//! A list may hold a number per bit of its file, so the set needs no more than a few bytes for each of them, whatever their
//! pattern: whole blocks of 64 numbers are kept as runs of blocks, and the other blocks as words of 64 bits.

use std::collections::{BTreeMap, btree_map};
use std::iter::Peekable;

/// Serial numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Serials {
    /// Runs of blocks that are in the set whole: the first block of each leads to its last one. No two overlap or touch.
    whole: BTreeMap<u64, u64>,
    /// The numbers of the other blocks, a bit for each; neither none nor all of a block.
    parts: BTreeMap<u64, u64>,
}

/// The numbers of a block.
const BLOCK: u64 = 64;

impl Serials {
    /// Adds the numbers from `first` to `last`.
    pub fn insert(&mut self, first: u64, last: u64) {
        let (low, high) = (first / BLOCK, last / BLOCK);
        let (from, to) = (u64::MAX << (first % BLOCK), u64::MAX >> (BLOCK - 1 - last % BLOCK));
        if low == high {
            return self.insert_part(low, from & to);
        }
        self.insert_part(low, from);
        self.insert_part(high, to);
        if low + 1 < high {
            self.insert_whole(low + 1, high - 1);
        }
    }

    /// Adds `start + n` for each bit n of the word that is set; none of these overflows.
    pub fn insert_bits(&mut self, start: u64, word: u64) {
        let (block, shift) = (start / BLOCK, start % BLOCK);
        self.insert_part(block, word << shift);
        self.insert_part(block.saturating_add(1), word.checked_shr(narrow(BLOCK - shift)).unwrap_or(0));
    }

    fn insert_part(&mut self, block: u64, bits: u64) {
        if bits == 0 || covers(&self.whole, block) {
            return;
        }
        let word = self.parts.entry(block).or_default();
        *word |= bits;
        if *word == u64::MAX {
            self.insert_whole(block, block);
        }
    }

    fn insert_whole(&mut self, first: u64, last: u64) {
        while let Some((&block, _)) = self.parts.range(first..=last).next() {
            self.parts.remove(&block);
        }
        let (mut first, mut last) = (first, last);
        // Each run is swallowed once, so this is quick however often it loops.
        while let Some((&start, &end)) = self.whole.range(..=last + 1).next_back() {
            if end + 1 < first {
                break;
            }
            first = first.min(start);
            last = last.max(end);
            self.whole.remove(&start);
        }
        self.whole.insert(first, last);
    }

    /// Whether the number is in the set.
    #[must_use]
    pub fn contains(&self, number: u64) -> bool {
        let block = number / BLOCK;
        let word = self.parts.get(&block).copied().unwrap_or(0);
        covers(&self.whole, block) || word >> (number % BLOCK) & 1 == 1
    }

    /// The runs of numbers in order, each with its first and last one. No two overlap or touch.
    #[must_use]
    pub fn runs(&self) -> Runs<'_> {
        Runs {
            whole: self.whole.iter().peekable(),
            parts: self.parts.iter().peekable(),
            word: None,
            open: None,
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.parts.is_empty()
    }
}

fn covers(runs: &BTreeMap<u64, u64>, block: u64) -> bool {
    runs.range(..=block).next_back().is_some_and(|(_, &last)| block <= last)
}

/// A number below 65.
fn narrow(small: u64) -> u32 {
    u32::try_from(small).unwrap_or(u32::MAX)
}

/// The runs of a set, in order.
#[derive(Debug)]
pub struct Runs<'a> {
    whole: Peekable<btree_map::Iter<'a, u64, u64>>,
    parts: Peekable<btree_map::Iter<'a, u64, u64>>,
    /// The first number of a block, and its bits that are still to come.
    word: Option<(u64, u64)>,
    /// A run that the next piece may continue.
    open: Option<(u64, u64)>,
}

impl Runs<'_> {
    /// The next numbers without a gap, which may go on in the piece after it.
    fn piece(&mut self) -> Option<(u64, u64)> {
        if self.word.is_none() {
            let part = self.parts.peek().map(|&(&block, _)| block);
            if let Some(&(&first, &last)) = self.whole.peek()
                && part.is_none_or(|part| first < part)
            {
                self.whole.next();
                return Some((first * BLOCK, last * BLOCK + (BLOCK - 1)));
            }
            self.word = self.parts.next().map(|(&block, &bits)| (block * BLOCK, bits));
        }
        let (start, bits) = self.word?;
        let first = bits.trailing_zeros();
        let end = first + (bits >> first).trailing_ones();
        let rest = bits & u64::MAX.checked_shl(end).unwrap_or(0);
        self.word = Some((start, rest)).filter(|_| rest != 0);
        Some((start + u64::from(first), start + u64::from(end - 1)))
    }
}

impl Iterator for Runs<'_> {
    type Item = (u64, u64);

    fn next(&mut self) -> Option<(u64, u64)> {
        loop {
            match (self.open, self.piece()) {
                (open, None) => {
                    self.open = None;
                    return open;
                }
                (Some((start, end)), Some((first, last))) if end + 1 == first => {
                    self.open = Some((start, last))
                }
                (open, piece) => {
                    self.open = piece;
                    if open.is_some() {
                        return open;
                    }
                }
            }
        }
    }
}
