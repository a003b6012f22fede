//! Shows a manual page as man(1) does.

use std::io::{self, IsTerminal, Write as _};
use std::process::{Command, Stdio};

/// Shows an mdoc(7) page in the user's pager. Returns false if standard output is not a terminal or there is no man(1).
#[must_use]
pub fn show_manual(page: &str) -> bool {
    if !io::stdout().is_terminal() {
        return false;
    }
    let started = Command::new("man").args(["-l", "-"]).stdin(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut man) = started else { return false };
    // A user who leaves the pager early closes the pipe: that is no failure.
    let _ = man.stdin.take().map(|mut input| input.write_all(page.as_bytes()));
    man.wait().is_ok_and(|status| status.success())
}
