//! CTAP2 (version 2.1): what ssh asks of a token, and no more.

mod answers;
mod list;
mod request;

use std::io;

use rand_core::CryptoRng;

use self::answers::Assertion;
use super::cbor::Value;
use super::hid::{Channel, Reports};
use super::pin::{PinToken, Protocol, Shared};
use super::{Enrolled, Enrollment, Error, TokenError};
use crate::key::{TokenFlags, TokenKey};
use crate::secret::Passphrase;
use crate::signature::Signature;

const MAKE_CREDENTIAL: u8 = 0x01;
const GET_ASSERTION: u8 = 0x02;
const GET_INFO: u8 = 0x04;
const CLIENT_PIN: u8 = 0x06;
const NEXT_ASSERTION: u8 = 0x08;
const CREDENTIAL_MANAGEMENT: u8 = 0x0a;
const SELECTION: u8 = 0x0b;
const CREDENTIAL_MANAGEMENT_PREVIEW: u8 = 0x41;

/// What a PIN token is for (CTAP 2.1, section 6.5.5.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Permission {
    MakeCredential,
    GetAssertion,
    ManageCredentials,
}

impl Permission {
    fn number(self) -> i64 {
        match self {
            Self::MakeCredential => 1,
            Self::GetAssertion => 2,
            Self::ManageCredentials => 4,
        }
    }
}

/// A token that answers.
pub struct Token<R, G> {
    channel: Channel<R>,
    rng: G,
    info: Value,
}

impl<R: Reports, G: CryptoRng> Token<R, G> {
    /// Opens a channel and asks the token what it can do.
    pub fn open(reports: R, mut rng: G) -> Result<Self, Error> {
        let mut nonce = [0; 8];
        rng.fill_bytes(&mut nonce);
        let channel = Channel::open(reports, nonce).map_err(from_io)?;
        let mut this = Self { channel, rng, info: Value::Null };
        this.info = this.call(GET_INFO, None)?;
        Ok(this)
    }

    /// What carries the reports.
    pub fn reports_mut(&mut self) -> &mut R {
        self.channel.reports_mut()
    }

    fn call(&mut self, command: u8, request: Option<Value>) -> Result<Value, Error> {
        let mut message = vec![command];
        if let Some(request) = request {
            request.encode(&mut message);
        }
        let answer = self.channel.cbor(&message, &mut || {}).map_err(from_io)?;
        match answer.split_first() {
            Some((0, [])) => Ok(Value::Null),
            Some((0, body)) => Value::decode(body).ok_or(Error::Token(TokenError::Garbled)),
            Some((&status, _)) => Err(from_status(status)),
            None => Err(Error::Token(TokenError::Garbled)),
        }
    }

    /// An option of the token: `None` if it does not know it.
    fn option(&self, name: &str) -> Option<bool> {
        self.info.at(4)?.named(name).map(|value| *value == Value::Bool(true))
    }

    fn has_extension(&self, name: &str) -> bool {
        let extensions = self.info.at(2).and_then(Value::as_array).unwrap_or_default();
        extensions.iter().any(|extension| extension.as_text() == Some(name))
    }

    fn agree(&mut self) -> Result<(Shared, Value), Error> {
        let protocol = Protocol::choose(self.info.at(6).and_then(Value::as_array));
        let answer = self.call(CLIENT_PIN, Some(request::key_agreement(protocol)))?;
        let theirs = answer.at(1).ok_or(Error::Token(TokenError::Garbled))?;
        Shared::agree(protocol, theirs, &mut self.rng).ok_or(Error::Token(TokenError::Garbled))
    }

    /// Exchanges the PIN for a token of it. Sends the PIN once.
    fn pin_token(
        &mut self,
        pin: &Passphrase,
        permission: Permission,
        application: Option<&str>,
    ) -> Result<PinToken, Error> {
        if !(MIN_PIN..=MAX_PIN).contains(&pin.expose().len()) {
            // The token would refuse it too, after counting a try.
            return Err(Error::Pin);
        }
        let (shared, public) = self.agree()?;
        let sealed = shared.pin_hash(pin, &mut self.rng);
        let permissions = (self.option("pinUvAuthToken") == Some(true)).then_some(permission.number());
        let protocol = Protocol::choose(self.info.at(6).and_then(Value::as_array));
        let request =
            request::pin_token(protocol, public, sealed, permissions.map(|number| (number, application)));
        let answer = self.call(CLIENT_PIN, Some(request))?;
        let sealed = answer.at(2).and_then(Value::as_bytes).ok_or(Error::Token(TokenError::Garbled))?;
        shared.pin_token(sealed).ok_or(Error::Token(TokenError::Garbled))
    }

    /// Generates a key.
    pub fn enroll(
        &mut self,
        enrollment: &Enrollment<'_>,
        pin: Option<&Passphrase>,
    ) -> Result<Enrolled, Error> {
        let user = request::user_id(enrollment.user)?;
        let flags = enrollment.flags;
        let resident = flags.contains(TokenFlags::RESIDENT);
        let protected = resident || flags.contains(TokenFlags::VERIFY);
        if protected && !self.has_extension("credProtect") {
            return Err(Error::Unsupported);
        }
        let unprotected = !resident && self.option("makeCredUvNotRqd") == Some(true);
        if pin.is_none() && self.option("clientPin") == Some(true) && !unprotected {
            return Err(Error::Pin);
        }
        if enrollment.must_spare() {
            self.look(enrollment, &user, pin)?;
        }
        let application = Some(enrollment.application);
        let token =
            pin.map(|pin| self.pin_token(pin, Permission::MakeCredential, application)).transpose()?;
        let request = request::make_credential(enrollment, user, token.as_ref());
        let answer = self.call(MAKE_CREDENTIAL, Some(request))?;
        answers::enrolled(&answer, enrollment).ok_or(Error::Token(TokenError::Garbled))
    }

    /// Signs.
    pub fn sign(
        &mut self,
        key: &TokenKey,
        message: &[u8],
        pin: Option<&Passphrase>,
    ) -> Result<Signature, Error> {
        let verify = key.flags.contains(TokenFlags::VERIFY);
        if verify && pin.is_none() && self.option("uv") != Some(true) {
            return Err(Error::Pin);
        }
        let application = Some(key.application.as_str());
        let token = pin.map(|pin| self.pin_token(pin, Permission::GetAssertion, application)).transpose()?;
        let request = request::get_assertion(key, message, token.as_ref());
        let answer = self.call(GET_ASSERTION, Some(request))?;
        let assertion = Assertion::read(&answer, key).ok_or(Error::Token(TokenError::Garbled))?;
        let Assertion { flags, counter, r, s } = assertion;
        super::signature::encode(key.algorithm, &r, &s, flags, counter)
    }

    /// Returns whether the token has the key, without a touch.
    pub fn has(&mut self, key: &TokenKey) -> Result<bool, Error> {
        let silent = TokenKey { flags: TokenFlags::default(), ..key.clone() };
        match self.call(GET_ASSERTION, Some(request::get_assertion(&silent, b"", None))) {
            Ok(_) => Ok(true),
            // Keys that always need the PIN are there, too.
            Err(Error::Pin) => Ok(true),
            Err(Error::Token(TokenError::NoCredential)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Waits for a touch.
    pub fn select(&mut self) -> Result<(), Error> {
        self.call(SELECTION, None).map(drop)
    }
}

/// The bytes of a PIN (CTAP 2.1, section 6.5.1).
const MIN_PIN: usize = 4;
const MAX_PIN: usize = 63;

fn from_io(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::InvalidData => Error::Token(TokenError::Garbled),
        io::ErrorKind::TimedOut => Error::Token(TokenError::Silent),
        _ => Error::Device(error),
    }
}

/// The status of an answer (CTAP 2.1, section 8.2).
fn from_status(status: u8) -> Error {
    Error::Token(match status {
        0x26 | 0x2b | 0x2c => return Error::Unsupported,
        0x27 => TokenError::Denied,
        0x31 | 0x33 | 0x36 => return Error::Pin,
        0x2e => TokenError::NoCredential,
        0x28 => TokenError::Full,
        0x2f | 0x3a => TokenError::NoTouch,
        0x32 => TokenError::PinBlocked,
        0x34 => TokenError::PinBlockedForNow,
        0x35 => TokenError::NoPin,
        other => TokenError::Status(other),
    })
}

#[cfg(test)]
mod tests;
