//! The keys that a token stores: its list (CTAP 2.1, section 6.8), and what it shows without a PIN.

use rand_core::CryptoRng;
use sha2::{Digest, Sha256};

use super::{
    CREDENTIAL_MANAGEMENT, CREDENTIAL_MANAGEMENT_PREVIEW, GET_ASSERTION, NEXT_ASSERTION, Permission, Token,
    answers, request,
};
use crate::device::fido::cbor::Value::{self, Int, Map};
use crate::device::fido::hid::Reports;
use crate::device::fido::pin::PinToken;
use crate::device::fido::{Enrollment, Error, ResidentKey, TokenError};
use crate::secret::Passphrase;

impl<R: Reports, G: CryptoRng> Token<R, G> {
    /// Looks for the resident key that a new one would replace. A token without a PIN shows no protected key to those
    /// who do not know its ID.
    pub(super) fn look(
        &mut self,
        enrollment: &Enrollment<'_>,
        user: &[u8],
        pin: Option<&Passphrase>,
    ) -> Result<(), Error> {
        let exists = match pin {
            Some(_) => self.resident_keys(pin)?.iter().any(|key| key.is_replaced_by(enrollment)),
            None => self.shows(enrollment.application, user)?,
        };
        match pin {
            _ if exists => Err(Error::Exists),
            Some(_) => Ok(()),
            None => Err(Error::Unseen),
        }
    }

    /// Whether the token shows an unprotected key of that application and user, without a touch.
    fn shows(&mut self, application: &str, user: &[u8]) -> Result<bool, Error> {
        let mut answer = self.call(GET_ASSERTION, Some(request::look(application)));
        let found = answer.as_ref().map_or(0, answers::found).min(MAX_KEYS);
        for number in 0..found {
            if number > 0 {
                answer = self.call(NEXT_ASSERTION, None);
            }
            match &answer {
                Ok(answer) if answers::user_id(answer) == Some(user) => return Ok(true),
                Ok(_) => {}
                Err(_) => break,
            }
        }
        match answer {
            Err(error @ Error::Device(_)) => Err(error),
            Err(error @ Error::Token(TokenError::Garbled | TokenError::Silent)) => Err(error),
            // Nothing of this application, or nothing that it shows.
            _ => Ok(false),
        }
    }

    /// The keys for ssh that the token stores.
    pub fn resident_keys(&mut self, pin: Option<&Passphrase>) -> Result<Vec<ResidentKey>, Error> {
        let command = if self.option("credMgmt") == Some(true) {
            CREDENTIAL_MANAGEMENT
        } else if self.option("credentialMgmtPreview") == Some(true) {
            CREDENTIAL_MANAGEMENT_PREVIEW
        } else {
            return Err(Error::Unsupported);
        };
        let token = self.pin_token(pin.ok_or(Error::Pin)?, Permission::ManageCredentials, None)?;
        let mut keys = Vec::new();
        for (application, hash) in self.applications(command, &token)? {
            // A token may cut a long name short; the hash tells.
            if !application.starts_with("ssh:") || hash != Sha256::digest(&application)[..] {
                continue;
            }
            let parameters = Map(vec![(Int(1), Value::Bytes(hash))]);
            let begin = request::manage(&token, request::CREDENTIALS_BEGIN, Some(parameters));
            self.enumerate(
                command,
                begin,
                request::CREDENTIALS_NEXT,
                answers::CREDENTIALS_TOTAL,
                |answer| {
                    keys.extend(answers::resident_key(answer, &application));
                },
            )?;
        }
        Ok(keys)
    }

    /// The applications that the token stores keys of, with the hashes of their names.
    fn applications(&mut self, command: u8, token: &PinToken) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let mut applications = Vec::new();
        let begin = request::manage(token, request::APPLICATIONS_BEGIN, None);
        self.enumerate(command, begin, request::APPLICATIONS_NEXT, answers::APPLICATIONS_TOTAL, |answer| {
            applications.extend(answers::application(answer));
        })?;
        Ok(applications)
    }

    /// Walks through a list of the token: the first answer tells how many there are.
    fn enumerate(
        &mut self,
        command: u8,
        begin: Value,
        next: i64,
        total: i64,
        mut take: impl FnMut(&Value),
    ) -> Result<(), Error> {
        let mut answer = match self.call(command, Some(begin)) {
            Err(Error::Token(TokenError::NoCredential)) => return Ok(()),
            answer => answer?,
        };
        let total = answer.at(total).and_then(Value::as_int).unwrap_or(0).min(MAX_KEYS);
        for number in 0..total {
            if number > 0 {
                answer = self.call(command, Some(Map(vec![(Int(1), Int(next))])))?;
            }
            take(&answer);
        }
        Ok(())
    }
}

/// No token stores more keys.
const MAX_KEYS: i64 = 4096;
