//! Options about the entries of known_hosts, authorized_keys and allowed_signers.

use clap::Args;

use super::HOSTS;

/// What an entry says of its key, and how a list is changed.
#[derive(Debug, Args)]
pub(in crate::cli) struct Lists {
    /// Keep invalid lines of known_hosts instead of changing nothing.
    #[arg(long, help_heading = HOSTS)]
    pub(in crate::cli) keep_invalid: bool,
    /// Show what would be removed, and change nothing.
    #[arg(long, help_heading = HOSTS)]
    pub(in crate::cli) dry_run: bool,
    /// The key is that of a CA, whose certificates are trusted.
    #[arg(long, help_heading = HOSTS, conflicts_with = "revoked_key")]
    pub(in crate::cli) cert_authority: bool,
    /// The key is not to be trusted.
    #[arg(long, help_heading = HOSTS)]
    pub(in crate::cli) revoked_key: bool,
    /// From when on the key may sign: a date, or a time from now such as +1d.
    #[arg(long, value_name = "DATE", help_heading = HOSTS, allow_hyphen_values = true)]
    pub(in crate::cli) valid_after: Option<String>,
    /// Up to when the key may sign, such as 20270101 or +52w.
    #[arg(long, value_name = "DATE", help_heading = HOSTS, allow_hyphen_values = true)]
    pub(in crate::cli) valid_before: Option<String>,
}
