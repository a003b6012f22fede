//! Montgomery arithmetic on four moduli at once with AVX2, if the machine has it.
//!
//! The only place of the prime search that asks which machine it runs on.

#[cfg(target_arch = "x86_64")]
mod kernels;
#[cfg(target_arch = "x86_64")]
mod lanes;
#[cfg(target_arch = "x86_64")]
pub(super) use lanes::{Avx2, Lanes};

#[cfg(not(target_arch = "x86_64"))]
mod absent;
#[cfg(not(target_arch = "x86_64"))]
pub(super) use absent::{Avx2, Lanes};
