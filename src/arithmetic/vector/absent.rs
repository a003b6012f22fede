//! Stands in for registers that this kind of machine does not have: a type without values.

use super::{Kernel, Modulus};

/// The registers were found; here they never are.
#[derive(Clone, Copy)]
pub(crate) enum Absent {}

impl Absent {
    /// Looks for the registers.
    pub(crate) fn detect() -> Option<Self> {
        None
    }
}

impl<const LANES: usize> Kernel<LANES> for Absent {
    type Register = u64;

    const MAX_BITS: usize = 1;

    fn shape(self, _bits: usize) -> (usize, u8) {
        match self {}
    }

    fn pack(self, _lanes: [u64; LANES]) -> u64 {
        match self {}
    }

    fn unpack(self, _register: u64) -> [u64; LANES] {
        match self {}
    }

    fn square(self, _value: &mut [u64], _modulus: &Modulus<u64>, _scratch: &mut [u64], _twice: u64) {
        match self {}
    }

    fn multiply(self, _value: &mut [u64], _factor: &[u64], _modulus: &Modulus<u64>, _scratch: &mut [u64]) {
        match self {}
    }

    fn gather(self, _chosen: &mut [u64], _entry: &[u64], _mask: u64) {
        match self {}
    }
}
