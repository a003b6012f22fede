//! Warnings about certificates that are valid for more, or for less, than is usually meant.

use super::Args;
use crate::commands::Context;
use crate::date::Validity;

impl Args {
    /// Warns of what the certificates will lack.
    pub(super) fn warn(&self, validity: Validity, now: u64, ctx: &mut Context<'_>) {
        if self.principals.is_none() {
            // As OpenSSH does, with -q too.
            ctx.ui.warn("Warning: certificate will contain no principals (-n)");
        }
        let padded = |name: &&Vec<u8>| name.trim_ascii() != name.as_slice();
        if let Some(name) = self.principals.iter().flat_map(|principals| &principals.names).find(padded) {
            let name = String::from_utf8_lossy(name);
            ctx.ui.inform(&format!("Warning: principal \"{name}\" has a blank at its start or end (-n)"));
        }
        if validity.before <= now {
            ctx.ui.inform("Warning: certificate has already expired (-V)");
        }
        // A date before 1970 ends nothing: to OpenSSH it is in the far future.
        if i64::try_from(validity.before).is_err() {
            ctx.ui.inform("Warning: certificate will never expire (-V)");
        }
    }
}
