//! What this machine can calculate with, found out at run time.

use super::adx::Adx;
use super::vector::{Avx2, Avx512, Avx512Vl, Kernel};

/// An arithmetic that this machine has. All give the same answers.
#[derive(Clone, Copy)]
pub(crate) enum Engine {
    /// One number at a time, on every machine.
    Portable,
    /// One number at a time, twice as fast.
    Adx(Adx),
    /// Four numbers at a time.
    Avx2(Avx2),
    /// Four numbers at a time, faster.
    Avx512Vl(Avx512Vl),
    /// Eight numbers at a time.
    Avx512(Avx512),
}

impl Engine {
    /// The fastest arithmetic of this machine for many moduli of `bits` bits.
    pub(crate) fn fastest_for(bits: usize) -> Self {
        let avx512 =
            || Avx512::detect().filter(|_| bits <= <Avx512 as Kernel<8>>::MAX_BITS).map(Self::Avx512);
        let avx2 = || Avx2::detect().filter(|_| bits <= <Avx2 as Kernel<4>>::MAX_BITS).map(Self::Avx2);
        avx512().or_else(avx2).unwrap_or_else(Self::fastest_for_one)
    }

    /// The fastest arithmetic of this machine for `count` moduli of `bits` bits.
    ///
    /// Four lanes of AVX2 take as long as four numbers do with ADX.
    pub(crate) fn fastest_for_count(bits: usize, count: usize) -> Self {
        match (Self::fastest_for(bits).for_count(count), Self::fastest_for_one()) {
            (Self::Avx2(_), adx @ Self::Adx(_)) if count <= 2 => adx,
            (fastest, _) => fastest,
        }
    }

    /// The same arithmetic, with fewer lanes where they are enough for `count` numbers and take less time.
    pub(crate) fn for_count(self, count: usize) -> Self {
        match (self, Avx512Vl::detect()) {
            (Self::Avx512(_), Some(four)) if count <= 4 => Self::Avx512Vl(four),
            _ => self,
        }
    }

    fn fastest_for_one() -> Self {
        Adx::detect().map_or(Self::Portable, Self::Adx)
    }

    /// How many numbers it works on at once.
    pub(crate) fn width(self) -> usize {
        match self {
            Self::Portable | Self::Adx(_) => 1,
            Self::Avx2(_) | Self::Avx512Vl(_) => 4,
            Self::Avx512(_) => 8,
        }
    }
}
