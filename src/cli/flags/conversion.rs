//! Options about what `convert` writes.

use clap::Args;

use super::FORMAT;
use crate::cli::values::{Target, target};

/// The format of the result.
#[derive(Debug, Args)]
pub(in crate::cli) struct Conversion {
    /// Format to convert to: openssh, pkcs8, pem, ppk, rfc4716, spki, pkcs1, sec1, der, jwk or age.
    #[arg(long, value_name = "FORMAT", help_heading = FORMAT, ignore_case = true, value_parser = target())]
    pub(in crate::cli) to: Option<Target>,
    /// Write DER without the PEM text around it: pkcs8, pkcs1, sec1, pem or spki.
    #[arg(long, help_heading = FORMAT)]
    pub(in crate::cli) der: bool,
    /// Write the public key to FILE.pub too.
    #[arg(long, help_heading = FORMAT)]
    pub(in crate::cli) write_public: bool,
    /// Version of PuTTY's format: 3 (default) or 2.
    #[arg(long, value_name = "VERSION", help_heading = FORMAT, value_parser = clap::value_parser!(u8).range(2..=3))]
    pub(in crate::cli) ppk_version: Option<u8>,
    /// Memory that each guess at a PPK's passphrase needs (default 8192).
    #[arg(long, value_name = "KIB", help_heading = FORMAT)]
    pub(in crate::cli) argon2_memory: Option<u32>,
    /// Passes over that memory (default 13).
    #[arg(long, value_name = "N", help_heading = FORMAT)]
    pub(in crate::cli) argon2_passes: Option<u32>,
    /// Lanes of that memory (default 1).
    #[arg(long, value_name = "N", help_heading = FORMAT)]
    pub(in crate::cli) argon2_parallelism: Option<u32>,
}
