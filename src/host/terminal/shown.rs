//! Secrets that are shown once, on the terminal and nowhere else.

use std::io::Write as _;

use zeroize::Zeroizing;

use super::{Error, Passphrase, tty};

/// Shows a secret after a line of text.
pub(super) fn show(text: &str, secret: &Passphrase) -> Result<(), Error> {
    let mut tty = tty::open_to_show().ok_or(Error::NowhereToShow)?;
    let mut shown = Zeroizing::new(Vec::with_capacity(text.len() + secret.expose().len() + 8));
    for part in [text.as_bytes(), b"\n\n  ", secret.expose(), b"\n\n"] {
        shown.extend_from_slice(part);
    }
    tty.write_all(&shown).map_err(Error::Output)
}
