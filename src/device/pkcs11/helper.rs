//! OpenSSH's `ssh-pkcs11-helper`, by the messages of the agent's protocol that ssh-agent speaks to it
//! (ssh-pkcs11-client.c, from OpenSSH 10.1 on). It loads libraries in a process of its own, so builds that cannot load
//! one reach it too.

use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use zeroize::Zeroizing;

use super::{AskPin, Error, Key, Place, TokenReport, Tokens, label_of, verified};
use crate::device::{helper, messages};
use crate::key::PublicKey;
use crate::secret::Passphrase;
use crate::signature::{Scheme, Signature};
use crate::wire::{Reader, Truncated, put_string, put_u32};

/// A helper that runs.
#[derive(Debug)]
pub(super) struct Helper {
    program: PathBuf,
    library: PathBuf,
    child: Child,
    input: Option<ChildStdin>,
    output: Option<ChildStdout>,
    limit: Duration,
    keys: Vec<Key>,
    logged_in: bool,
}

const ADD: u8 = 20;
const KEYS: u8 = 12;
const SIGN: u8 = 13;
const SIGNATURE: u8 = 14;
const FAILURE: u8 = 5;

impl Helper {
    /// Looks for the helper, and starts it.
    pub(super) fn find(library: &Path) -> Result<Self, Error> {
        let program = helper::find("SSH_PKCS11_HELPER", "ssh-pkcs11-helper").ok_or(Error::NoHelper)?;
        Self::start(program, library)
    }

    fn start(program: PathBuf, library: &Path) -> Result<Self, Error> {
        let mut command = Command::new(&program);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let fault = |reason: String| Error::Helper { path: program.clone(), reason };
        let mut child = command.spawn().map_err(|error| fault(error.to_string()))?;
        let input = child.stdin.take();
        let output = child.stdout.take();
        let library = library.to_owned();
        let limit = helper::LONGEST;
        Ok(Self { program, library, child, input, output, limit, keys: Vec::new(), logged_in: false })
    }

    fn fault(&self, reason: impl ToString) -> Error {
        Error::Helper { path: self.program.clone(), reason: reason.to_string() }
    }

    /// Sends a message; gives the answer's type and the rest.
    fn converse(&mut self, message: Zeroizing<Vec<u8>>) -> Result<(u8, Vec<u8>), Error> {
        let (Some(mut input), Some(mut output)) = (self.input.take(), self.output.take()) else {
            return Err(self.fault("no answer"));
        };
        let answered = messages::within(self.limit, move || {
            let answer = messages::send(&mut input, &message).and_then(|()| messages::receive(&mut output));
            (answer, input, output)
        });
        let Some((answer, input, output)) = answered else { return Err(self.fault("no answer in time")) };
        (self.input, self.output) = (Some(input), Some(output));
        let answer = answer.map_err(|error| self.fault(error))?;
        let (&kind, rest) = answer.split_first().ok_or_else(|| self.fault("no answer"))?;
        Ok((kind, rest.to_vec()))
    }

    /// Has the helper load the library, and log in with the PIN. Without one it leaves out the tokens that want one.
    fn add(&mut self, pin: Option<&Passphrase>) -> Result<Vec<Key>, Error> {
        let mut message = Zeroizing::new(Vec::with_capacity(4096 + Passphrase::MAX_BYTES));
        message.push(ADD);
        put_string(&mut message, self.library.as_os_str().as_encoded_bytes());
        put_string(&mut message, pin.map_or(&[], Passphrase::expose));
        match self.converse(message)? {
            (KEYS, rest) => keys(&rest).map_err(|Truncated| self.fault("a truncated answer")),
            (FAILURE, _) => Ok(Vec::new()),
            _ => Err(self.fault("no answer of the known protocol")),
        }
    }

    /// Starts again with the PIN: it can only be given when the library is loaded.
    fn log_in(&mut self, ask: &mut AskPin<'_>) -> Result<Vec<Key>, Error> {
        let name = self.library.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let pin = ask(&name).ok_or(Error::NoPin)?;
        *self = Self::start(self.program.clone(), &self.library)?;
        let keys = self.add(Some(&pin))?;
        if keys.is_empty() {
            return Err(Error::Pin("PIN incorrect, or the token is locked"));
        }
        self.logged_in = true;
        Ok(keys)
    }
}

/// The keys of an answer.
fn keys(rest: &[u8]) -> Result<Vec<Key>, Truncated> {
    let mut reader = Reader::new(rest);
    let count = reader.u32()?;
    let mut keys = Vec::new();
    for _ in 0..count {
        let (blob, label) = (reader.string()?, reader.string()?);
        let public = PublicKey::from_blob(blob).ok();
        keys.extend(public.map(|public| Key { public, label: label_of(label), place: Place::default() }));
    }
    Ok(keys)
}

impl Tokens for Helper {
    fn keys(&mut self, ask: &mut AskPin<'_>) -> Result<Vec<Key>, Error> {
        let mut found = self.add(None)?;
        if found.is_empty() {
            found = self.log_in(ask)?;
        }
        self.keys.clone_from(&found);
        if found.is_empty() { Err(Error::NoKeys) } else { Ok(found) }
    }

    fn sign(
        &mut self,
        key: &Key,
        scheme: Scheme,
        message: &[u8],
        ask: &mut AskPin<'_>,
    ) -> Result<Signature, Error> {
        if !self.logged_in {
            self.log_in(ask)?;
        }
        let mut request = Zeroizing::new(vec![SIGN]);
        put_string(&mut request, key.public.blob());
        put_string(&mut request, message);
        put_string(&mut request, scheme.name().as_bytes());
        put_u32(&mut request, 0);
        match self.converse(request)? {
            (SIGNATURE, rest) => {
                let blob = Reader::new(&rest).string().map_err(|_| self.fault("a truncated answer"))?;
                verified(Signature::from_blob(blob)?, key, message)
            }
            _ => Err(self.fault("the token refused; ssh-pkcs11-helper of OpenSSH 10.1 or later is needed")),
        }
    }

    fn report(&mut self) -> Result<Vec<TokenReport>, Error> {
        Err(self.fault("it does not tell of tokens; use a build that loads libraries"))
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        // Without its input it ends.
        drop(self.input.take());
        helper::end(&mut self.child);
    }
}

#[cfg(test)]
mod tests;
