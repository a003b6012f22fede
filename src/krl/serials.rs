//! A set of serial numbers.

use std::collections::BTreeMap;

/// Serial numbers, kept as runs: the first number of each leads to its last one. No two runs
/// overlap or touch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Serials(BTreeMap<u64, u64>);

impl Serials {
    /// Adds the numbers from `first` to `last`.
    pub fn insert(&mut self, first: u64, last: u64) {
        let (mut first, mut last) = (first, last);
        // Each run is swallowed once, so this is quick however often it loops.
        while let Some((&start, &end)) = self.0.range(..=last.saturating_add(1)).next_back() {
            if end.saturating_add(1) < first {
                break;
            }
            first = first.min(start);
            last = last.max(end);
            self.0.remove(&start);
        }
        self.0.insert(first, last);
    }

    /// Whether the number is in the set.
    #[must_use]
    pub fn contains(&self, number: u64) -> bool {
        self.0.range(..=number).next_back().is_some_and(|(_, &last)| number <= last)
    }

    /// The runs in order, each with its first and last number.
    pub fn runs(&self) -> impl Iterator<Item = (u64, u64)> {
        self.0.iter().map(|(&first, &last)| (first, last))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
