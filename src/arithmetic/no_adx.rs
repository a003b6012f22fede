//! Stands in for instructions that this kind of machine does not have: a type without values.

use super::portable::Rows;

/// The instructions were found; here they never are.
#[derive(Clone, Copy)]
pub(crate) enum Adx {}

impl Adx {
    /// Looks for the instructions.
    pub(crate) fn detect() -> Option<Self> {
        None
    }
}

impl Rows for Adx {
    fn add_product(self, _row: &mut [u64], _word: u64, _factor: &[u64]) -> u64 {
        match self {}
    }
}
