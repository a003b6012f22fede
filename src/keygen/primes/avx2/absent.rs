//! Stands in for the AVX2 arithmetic where there is none: types without values.

use super::super::montgomery::Montgomery;
use super::super::words::Words;

/// AVX2 was found; here it never is.
#[derive(Clone, Copy)]
pub(in super::super) enum Avx2 {}

impl Avx2 {
    /// Looks for AVX2.
    pub(in super::super) fn detect() -> Option<Self> {
        None
    }
}

/// Four moduli; there are none.
pub(in super::super) struct Lanes(Avx2);

impl Montgomery<4> for Lanes {
    type Machine = Avx2;
    type Residues = Avx2;

    fn new(machine: Avx2, _moduli: [&[u64]; 4], _bits: usize) -> Self {
        match machine {}
    }

    fn radix_bits(&self) -> usize {
        match self.0 {}
    }

    fn load(&self, _values: [&[u64]; 4]) -> Avx2 {
        match self.0 {}
    }

    fn store(&self, residues: &Avx2, _lane: usize) -> Words {
        match *residues {}
    }

    fn square(&mut self, residues: &mut Avx2, _double: [bool; 4]) {
        match *residues {}
    }

    fn multiply(&mut self, residues: &mut Avx2, _factor: &Avx2) {
        match *residues {}
    }

    fn select(&self, _table: &[Avx2], _index: u64) -> Avx2 {
        match self.0 {}
    }
}
