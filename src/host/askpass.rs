//! `SSH_ASKPASS`: a program of the user's that asks for a passphrase in a window (ssh(1)).

use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use thiserror::Error;
use zeroize::Zeroizing;

use crate::secret::{LongPassphrase, Passphrase};

/// The program that is run when `SSH_ASKPASS` names none.
const DEFAULT: &str = "/usr/bin/ssh-askpass";

/// The askpass program gave no passphrase.
#[derive(Debug, Error)]
pub enum Error {
    /// It could not be started.
    #[error("cannot run the askpass program {0:?}: {1}")]
    Start(OsString, std::io::Error),
    /// It was canceled.
    #[error("the askpass program gave no passphrase")]
    Canceled,
    /// It gave too much.
    #[error(transparent)]
    Long(#[from] LongPassphrase),
}

/// The variables that decide whether and how askpass is used, read once.
#[derive(Debug, Clone, Default)]
pub struct Askpass {
    program: Option<OsString>,
    require: Option<OsString>,
    display: bool,
}

impl Askpass {
    /// Reads `SSH_ASKPASS`, `SSH_ASKPASS_REQUIRE`, `DISPLAY` and `WAYLAND_DISPLAY`.
    #[must_use]
    pub fn from_environment() -> Self {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        Self {
            program: set("SSH_ASKPASS"),
            require: set("SSH_ASKPASS_REQUIRE"),
            display: set("DISPLAY").or_else(|| set("WAYLAND_DISPLAY")).is_some(),
        }
    }

    /// Whether a passphrase is to be asked for by the program rather than here.
    #[must_use]
    pub fn wanted(&self, stdin: &impl IsTerminal) -> bool {
        let require = self.require.as_deref().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
        match require.as_deref() {
            Some("force") => true,
            Some("never") => false,
            Some("prefer") => self.display,
            _ => {
                self.display
                    && !stdin.is_terminal()
                    && (self.program.is_some() || Path::new(DEFAULT).exists())
            }
        }
    }

    /// Runs the program with the prompt as its argument and takes the first line it prints.
    ///
    /// # Errors
    /// [`enum@Error`] when it does not start, prints nothing, or ends with another status than 0.
    pub fn ask(&self, prompt: &str) -> Result<Passphrase, Error> {
        let program = self.program.clone().unwrap_or_else(|| DEFAULT.into());
        let mut child = Command::new(&program)
            .arg(prompt)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Error::Start(program, error))?;
        let mut reply = Zeroizing::new(Vec::with_capacity(Passphrase::MAX_BYTES + 3));
        // Its line ends with one or two characters more.
        let limit = u64::try_from(Passphrase::MAX_BYTES + 3).unwrap_or(u64::MAX);
        let read = child.stdout.take().map(|stdout| stdout.take(limit).read_to_end(&mut reply));
        let ended_well = child.wait().is_ok_and(|status| status.success());
        if !ended_well || !matches!(read, Some(Ok(_))) {
            return Err(Error::Canceled);
        }
        let end = reply.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        // No line at all is a program that ended without an answer; an empty line is an answer.
        let end = end.or((!reply.is_empty()).then_some(reply.len())).ok_or(Error::Canceled)?;
        Ok(Passphrase::given(reply[..end].to_vec())?)
    }
}
