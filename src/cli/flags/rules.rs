//! Options about what a CA signs, and when it signs again.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};

use super::TRUST;
use super::values;

/// What a CA signs, and when it signs again.
#[derive(Debug, Args)]
pub(in crate::cli) struct Rules {
    /// Sign by a list, CSV or JSON lines; - is standard input.
    ///
    /// See Lists of certificates.
    #[arg(long, value_name = "FILE", help_heading = TRUST, allow_hyphen_values = true, value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub(in crate::cli) from: Option<PathBuf>,
    /// Ledger of what a CA signs: no serial number or key ID twice; -k looks up id:ID and serial:N in it.
    ///
    /// See Ledgers.
    #[arg(long, value_name = "FILE", help_heading = TRUST, allow_hyphen_values = true, value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub(in crate::cli) ledger: Option<PathBuf>,
    /// Refuse to sign a certificate without principals.
    #[arg(long, help_heading = TRUST)]
    pub(in crate::cli) require_principals: bool,
    /// Refuse to sign for longer than TIME, such as 52w.
    #[arg(long, value_name = "TIME", help_heading = TRUST, value_parser = values::time)]
    pub(in crate::cli) max_validity: Option<u32>,
    /// With --if-exists keep: sign again what is different, or valid for less than TIME, such as 7d.
    #[arg(long, value_name = "TIME", help_heading = TRUST, value_parser = values::time)]
    pub(in crate::cli) renew_before: Option<u32>,
    /// Report certificates that are valid for less than TIME, such as 7d.
    #[arg(long, value_name = "TIME", help_heading = TRUST, value_parser = values::time)]
    pub(in crate::cli) expires_within: Option<u32>,
}
