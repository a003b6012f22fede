//! Modular arithmetic on long secret numbers, on one number or on several side by side.
//!
//! The search for primes and RSA signatures run on it. The time of every operation depends on lengths
//! only, unless its line says otherwise.

#[cfg(not(target_arch = "x86_64"))]
#[path = "arithmetic/no_adx.rs"]
mod adx;
#[cfg(target_arch = "x86_64")]
mod adx;
pub(crate) mod crt;
pub(crate) mod curve;
mod machine;
pub(crate) mod montgomery;
mod portable;
mod power;
pub(crate) mod residue;
mod vector;
pub(crate) mod words;

pub(crate) use adx::Adx;
pub(crate) use machine::Engine;
pub(crate) use montgomery::Montgomery;
pub(crate) use portable::{Plain, Portable, Scalar};
pub(crate) use power::power;
pub(crate) use vector::{Avx2, Avx512, Avx512Vl, Lanes};
