//! The client of ssh-agent (draft-ietf-sshm-ssh-agent), over a Unix socket or a Windows pipe.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;
use zeroize::Zeroizing;

use crate::certificate::KeyOrCertificate;
use crate::device::fido::Provider;
use crate::device::messages;
use crate::key::PrivateKey;
use crate::signature::{Scheme, Signature};
use crate::wire::{Reader, Truncated, put_string, put_u32};

/// Why the agent did not do it.
#[derive(Debug, Error)]
pub enum Error {
    /// No one says where the agent is, or it is not there.
    #[error("agent not present")]
    NotPresent,
    /// It went away, or says what is not of the protocol.
    #[error("communication with agent failed")]
    Communication(#[source] io::Error),
    /// It took too long.
    #[error("the agent gave no answer within {} seconds", .0.as_secs())]
    Silent(Duration),
    /// It holds no key; a locked agent shows none.
    #[error("agent contains no identities")]
    NoKeys,
    /// It said no.
    #[error("agent refused operation")]
    Refused,
}

impl From<Truncated> for Error {
    fn from(_: Truncated) -> Self {
        Self::Communication(io::ErrorKind::InvalidData.into())
    }
}

/// An agent that answers.
#[derive(Debug)]
pub struct Agent {
    /// Gone once a request got no answer in time.
    stream: Option<Stream>,
}

/// How long a key may stay in the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// As long as the agent runs.
    Unlimited,
    /// So many seconds.
    Seconds(u32),
}

impl Agent {
    /// Connects to the agent of `SSH_AUTH_SOCK`.
    ///
    /// # Errors
    /// [`Error::NotPresent`].
    pub fn connect() -> Result<Self, Error> {
        let path = std::env::var_os("SSH_AUTH_SOCK").filter(|path| !path.is_empty()).map(PathBuf::from);
        let path = path.or_else(|| DEFAULT.map(PathBuf::from)).ok_or(Error::NotPresent)?;
        let stream = within(QUICK, move || open(&path))?.map_err(|_| Error::NotPresent)?;
        Ok(Self { stream: Some(stream) })
    }

    /// The keys and certificates that the agent holds. Those of unknown types are left out.
    ///
    /// # Errors
    /// [`Error::NoKeys`] when there are none, and others.
    pub fn keys(&mut self) -> Result<Vec<KeyOrCertificate>, Error> {
        identities(&self.exchange(Zeroizing::new(vec![REQUEST_IDENTITIES]), QUICK)?)
    }

    /// Lets the agent sign. It may ask its user, so it may take its time.
    ///
    /// # Errors
    /// [`Error::Refused`] and others.
    pub fn sign(
        &mut self,
        key: &KeyOrCertificate,
        scheme: Scheme,
        message: &[u8],
    ) -> Result<Signature, Error> {
        let mut request = vec![SIGN_REQUEST];
        put_string(&mut request, key.blob());
        put_string(&mut request, message);
        put_u32(
            &mut request,
            match scheme {
                Scheme::RsaSha256 => FLAG_RSA_SHA256,
                Scheme::RsaSha512 => FLAG_RSA_SHA512,
                _ => 0,
            },
        );
        signature(&self.exchange(Zeroizing::new(request), PATIENT)?, scheme)
    }

    /// Hands a key over.
    ///
    /// # Errors
    /// [`Error::Refused`] and others.
    pub fn add(&mut self, key: &PrivateKey, lifetime: Lifetime, provider: &Provider) -> Result<(), Error> {
        let fields = key.fields().ok_or(Truncated)?;
        let mut constraints = Vec::new();
        if let Lifetime::Seconds(seconds) = lifetime {
            constraints.push(CONSTRAIN_LIFETIME);
            put_u32(&mut constraints, seconds);
        }
        if key.token().is_some() {
            constraints.push(CONSTRAIN_EXTENSION);
            put_string(&mut constraints, b"sk-provider@openssh.com");
            put_string(&mut constraints, provider.name());
        }
        // Reserved whole, so that no copy of the key stays behind in memory when it grows.
        let size = fields.len() + key.comment().as_bytes().len() + constraints.len() + 16;
        let mut request = Zeroizing::new(Vec::with_capacity(size));
        request.push(if constraints.is_empty() { ADD_IDENTITY } else { ADD_ID_CONSTRAINED });
        request.extend_from_slice(&fields);
        put_string(&mut request, key.comment().as_bytes());
        request.extend_from_slice(&constraints);
        let answer = self.exchange(request, PATIENT)?;
        expect(&answer, SUCCESS).map(drop)
    }

    fn exchange(&mut self, request: Zeroizing<Vec<u8>>, limit: Duration) -> Result<Vec<u8>, Error> {
        let mut stream = self.stream.take().ok_or(Error::NotPresent)?;
        let (stream, answer) = within(limit, move || {
            let answer = messages::send(&mut stream, &request).and_then(|()| messages::receive(&mut stream));
            (stream, answer)
        })?;
        self.stream = Some(stream);
        answer.map_err(Error::Communication)
    }
}

fn within<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    messages::within(limit, work).ok_or(Error::Silent(limit))
}

/// The keys and certificates in an agent's answer to the question for them.
///
/// # Errors
/// Those of [`Agent::keys`].
pub fn identities(answer: &[u8]) -> Result<Vec<KeyOrCertificate>, Error> {
    let mut reader = expect(answer, IDENTITIES_ANSWER)?;
    let count = reader.u32()?;
    let mut keys = Vec::new();
    for _ in 0..count {
        let (blob, _comment) = (reader.string()?, reader.string()?);
        keys.extend(KeyOrCertificate::from_blob(blob));
    }
    if count == 0 { Err(Error::NoKeys) } else { Ok(keys) }
}

/// The signature in an agent's answer, which must be of that scheme.
///
/// # Errors
/// Those of [`Agent::sign`].
pub fn signature(answer: &[u8], scheme: Scheme) -> Result<Signature, Error> {
    let blob = expect(answer, SIGN_RESPONSE)?.string()?;
    let signature = Signature::from_blob(blob).map_err(|_| Truncated)?;
    // An old agent makes an RSA signature with SHA-1 whatever it is asked for.
    if signature.scheme() == scheme { Ok(signature) } else { Err(Error::Refused) }
}

/// What follows the type of an answer, if it is the one that was hoped for.
fn expect(answer: &[u8], kind: u8) -> Result<Reader<'_>, Error> {
    let mut reader = Reader::new(answer);
    match reader.u8()? {
        seen if seen == kind => Ok(reader),
        FAILURE | EXTENSION_FAILURE => Err(Error::Refused),
        _ => Err(Truncated.into()),
    }
}

const FAILURE: u8 = 5;
const SUCCESS: u8 = 6;
const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;
const ADD_IDENTITY: u8 = 17;
const ADD_ID_CONSTRAINED: u8 = 25;
const EXTENSION_FAILURE: u8 = 28;
const CONSTRAIN_LIFETIME: u8 = 1;
const CONSTRAIN_EXTENSION: u8 = 255;
const FLAG_RSA_SHA256: u32 = 2;
const FLAG_RSA_SHA512: u32 = 4;

/// For what an agent knows by itself.
const QUICK: Duration = Duration::from_secs(10);
/// For what it may ask its user, or a token.
const PATIENT: Duration = Duration::from_secs(60);

#[cfg(unix)]
type Stream = std::os::unix::net::UnixStream;
#[cfg(unix)]
const DEFAULT: Option<&str> = None;

#[cfg(unix)]
fn open(path: &std::path::Path) -> io::Result<Stream> {
    Stream::connect(path)
}

#[cfg(windows)]
type Stream = std::fs::File;
#[cfg(windows)]
const DEFAULT: Option<&str> = Some(r"\\.\pipe\openssh-ssh-agent");

#[cfg(windows)]
fn open(path: &std::path::Path) -> io::Result<Stream> {
    Stream::options().read(true).write(true).open(path)
}
