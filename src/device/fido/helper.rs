//! OpenSSH's `ssh-sk-helper`, by the protocol that ssh and ssh-keygen speak to it (ssh-sk-client.c, version 5).
//!
//! It loads provider libraries in a process of its own, so builds that cannot load one reach it too.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::{
    Attestation, Authenticator, Enrolled, Enrollment, Error, Lookup, Provider, ResidentKey, look_without_pin,
};
use crate::device::{helper, messages};
use crate::key::{TokenAlgorithm, TokenKey};
use crate::secret::Passphrase;
use crate::signature::Signature;
use crate::wire::{Reader, Truncated, put_string, put_u32};

/// A helper that is installed.
#[derive(Debug)]
pub(super) struct Helper {
    program: PathBuf,
    provider: Vec<u8>,
    limit: Duration,
}

const VERSION: u8 = 5;
const ERROR: u32 = 0;
const SIGN: u32 = 1;
const ENROLL: u32 = 2;
const LOAD_RESIDENT: u32 = 3;
/// How long the end of its log may take once it has ended.
const LOG_WAIT: Duration = Duration::from_secs(1);
/// The level of what it reports on standard error: errors.
const LOG_ERRORS: u32 = 2;

impl Helper {
    /// Looks for the helper.
    pub(super) fn find(provider: &Provider) -> Result<Self, Error> {
        let provider = provider.name().to_vec();
        let program = helper::find("SSH_SK_HELPER", "ssh-sk-helper").ok_or(Error::NoHelper)?;
        Ok(Self { program, provider, limit: helper::LONGEST })
    }

    /// Starts the helper for one request.
    fn converse(&self, kind: u32, fields: &[u8]) -> Result<Vec<u8>, Error> {
        let request = request(kind, fields);
        let mut command = Command::new(&self.program);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| self.error(error))?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (sender, log) = mpsc::channel();
        std::thread::spawn(move || sender.send(read(stderr)));
        let answered = messages::within(self.limit, move || {
            // A helper that ends early says why in its answer, or in its log.
            let _: Option<std::io::Result<()>> = stdin.map(|mut stdin| stdin.write_all(&request));
            read(stdout)
        });
        helper::end(&mut child);
        let Some(answered) = answered else { return Err(self.error("no answer in time")) };
        // What the helper has started may hold its standard error open.
        let log = log.recv_timeout(LOG_WAIT).unwrap_or_default();
        let log = String::from_utf8_lossy(&log).trim().replace("\r\n", "\n");
        match answer(&answered, kind) {
            Ok(fields) => Ok(fields.to_vec()),
            Err(Refusal::Error(code)) => Err(self.refusal(code, &log)),
            Err(Refusal::Garbled) if log.is_empty() => Err(self.error("no answer of the known protocol")),
            Err(Refusal::Garbled) => Err(self.error(log)),
        }
    }

    fn error(&self, reason: impl ToString) -> Error {
        Error::Helper { path: self.program.clone(), reason: reason.to_string() }
    }

    /// OpenSSH's error numbers (ssherr.h), without their sign.
    fn refusal(&self, code: u32, log: &str) -> Error {
        match code {
            10 => Error::Argument,
            43 => Error::Pin,
            44 => Error::Exists,
            59 => Error::Unsupported,
            60 => Error::NoDevice,
            _ if log.is_empty() => Error::Failed,
            _ => self.error(log),
        }
    }

    /// Looks for the resident key that a new one would replace. The helper's own way to tokens shows none without a
    /// PIN, so it is not asked: with several tokens that would take a touch. Windows asks for the PIN itself.
    fn look(&mut self, enrollment: &Enrollment<'_>, pin: Option<&Passphrase>) -> Result<Lookup, Error> {
        if self.provider != Provider::Internal.name() {
            return look_without_pin(self, enrollment, pin);
        }
        let seen = cfg!(windows) || pin.is_some() || !enrollment.must_spare();
        Ok(if seen { Lookup::Done } else { Lookup::Impossible })
    }

    fn enroll_as(
        &self,
        number: u32,
        enrollment: &Enrollment<'_>,
        pin: Option<&Passphrase>,
    ) -> Result<Enrolled, Error> {
        let mut fields = Zeroizing::new(Vec::with_capacity(8192));
        put_u32(&mut fields, number);
        put_string(&mut fields, &self.provider);
        for text in [enrollment.device, Some(enrollment.application), enrollment.user] {
            put_string(&mut fields, text.unwrap_or_default().as_bytes());
        }
        fields.push(enrollment.flags.bits());
        put_string(&mut fields, pin.map_or(&[], Passphrase::expose));
        put_string(&mut fields, enrollment.challenge);
        let answer = self.converse(ENROLL, &fields)?;
        let mut reader = Reader::new(&answer);
        let (key, attestation) = (reader.string()?, reader.string()?);
        let key = TokenKey::from_fields(key).filter(|key| key.algorithm == enrollment.algorithm);
        let attestation = Attestation::from_file(attestation).ok_or(Error::Failed)?;
        Ok(Enrolled { key: key.ok_or(Error::Failed)?, attestation, lookup: Lookup::Done })
    }
}

impl Authenticator for Helper {
    fn enroll(&mut self, enrollment: &Enrollment<'_>, pin: Option<&Passphrase>) -> Result<Enrolled, Error> {
        let lookup = self.look(enrollment, pin)?;
        let mut last = Error::Unsupported;
        for number in numbers(enrollment.algorithm) {
            match self.enroll_as(number, enrollment, pin) {
                Err(Error::Argument) => last = Error::Argument,
                done => return done.map(|enrolled| Enrolled { lookup, ..enrolled }),
            }
        }
        Err(last)
    }

    fn sign(&mut self, key: &TokenKey, message: &[u8], pin: Option<&Passphrase>) -> Result<Signature, Error> {
        let mut fields = Zeroizing::new(Vec::with_capacity(message.len() + 8192));
        put_string(&mut fields, &key.to_fields());
        put_string(&mut fields, &self.provider);
        put_string(&mut fields, message);
        put_string(&mut fields, b"");
        put_u32(&mut fields, 0);
        put_string(&mut fields, pin.map_or(&[], Passphrase::expose));
        let answer = self.converse(SIGN, &fields)?;
        Signature::from_blob(Reader::new(&answer).string()?).map_err(|_| Error::Failed)
    }

    fn resident_keys(
        &mut self,
        device: Option<&str>,
        pin: Option<&Passphrase>,
    ) -> Result<Vec<ResidentKey>, Error> {
        let mut fields = Zeroizing::new(Vec::with_capacity(8192));
        put_string(&mut fields, &self.provider);
        put_string(&mut fields, device.unwrap_or_default().as_bytes());
        put_string(&mut fields, pin.map_or(&[], Passphrase::expose));
        put_u32(&mut fields, 0);
        resident_keys(&self.converse(LOAD_RESIDENT, &fields)?)
    }
}

impl From<Truncated> for Error {
    fn from(_: Truncated) -> Self {
        Self::Failed
    }
}

/// What the helper writes, as far as any answer goes.
fn read(from: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What was read before an error tells the most.
    let _: Option<std::io::Result<usize>> =
        from.map(|from| from.take(u64::from(messages::MAX) + 4).read_to_end(&mut bytes));
    bytes
}

/// The numbers that a type may have in the request: OpenSSH's internal ones, which depend on its version. In this
/// order, a number that means something else to a version is refused by it before any touch.
fn numbers(algorithm: TokenAlgorithm) -> [u32; 3] {
    match algorithm {
        TokenAlgorithm::Ecdsa => [6, 8, 10],
        TokenAlgorithm::Ed25519 => [12, 10, 8],
    }
}

fn request(kind: u32, fields: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut body = Zeroizing::new(Vec::with_capacity(fields.len() + 16));
    body.push(VERSION);
    put_u32(&mut body, kind);
    body.push(1);
    put_u32(&mut body, LOG_ERRORS);
    body.extend_from_slice(fields);
    let mut framed = Zeroizing::new(Vec::with_capacity(body.len() + 4));
    put_string(&mut framed, &body);
    framed
}

/// Why an answer has no fields.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    /// An error number of OpenSSH.
    Error(u32),
    /// It is not of the protocol.
    Garbled,
}

impl From<Truncated> for Refusal {
    fn from(_: Truncated) -> Self {
        Self::Garbled
    }
}

/// The fields of an answer.
fn answer(bytes: &[u8], kind: u32) -> Result<&[u8], Refusal> {
    let mut body = Reader::new(Reader::new(bytes).string()?);
    if body.u8()? != VERSION {
        return Err(Refusal::Garbled);
    }
    match body.u32()? {
        found if found == kind => Ok(body.rest()),
        ERROR => Err(Refusal::Error(body.u32()?)),
        _ => Err(Refusal::Garbled),
    }
}

fn resident_keys(answer: &[u8]) -> Result<Vec<ResidentKey>, Error> {
    let mut reader = Reader::new(answer);
    let mut keys = Vec::new();
    while !reader.rest().is_empty() {
        let (key, _comment, user) = (reader.string()?, reader.string()?, reader.string()?);
        let key = TokenKey::from_fields(key).ok_or(Error::Failed)?;
        keys.push(ResidentKey { key, user: user.to_vec() });
    }
    Ok(keys)
}

#[cfg(test)]
mod tests;
