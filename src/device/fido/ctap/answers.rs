//! Answers of a token, which are not trusted: `None` is an answer that does not follow the protocol, or is about
//! something else than what was asked.

use sha2::{Digest, Sha256};

use crate::device::fido::cbor::Value;
use crate::device::fido::{Attestation, Enrolled, Enrollment, Lookup, ResidentKey};
use crate::key::{TokenAlgorithm, TokenFlags, TokenKey};

pub(super) const APPLICATIONS_TOTAL: i64 = 5;
pub(super) const CREDENTIALS_TOTAL: i64 = 9;

/// The authenticator data (WebAuthn, section 6.1): hash of the application, flags, counter, and what follows.
struct AuthenticatorData<'a> {
    flags: u8,
    counter: u32,
    rest: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    fn read(data: &'a [u8], application: &str) -> Option<Self> {
        let (hash, rest) = data.split_at_checked(32)?;
        let (&flags, rest) = rest.split_first()?;
        let (counter, rest) = rest.split_first_chunk()?;
        let ours = hash == Sha256::digest(application).as_slice();
        ours.then_some(Self { flags, counter: u32::from_be_bytes(*counter), rest })
    }

    /// The ID and the public key of a new credential.
    fn credential(&self) -> Option<(Vec<u8>, TokenAlgorithm, Vec<u8>)> {
        let (_model, rest) = self.rest.split_at_checked(16)?;
        let (length, rest) = rest.split_first_chunk()?;
        let (id, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        let (key, _extensions) = Value::decode_first(rest)?;
        let (algorithm, public) = public_key(&key)?;
        Some((id.to_vec(), algorithm, public))
    }
}

/// What a new key is, and what the token says of it.
pub(super) fn enrolled(answer: &Value, enrollment: &Enrollment<'_>) -> Option<Enrolled> {
    let data = answer.at(2)?.as_bytes()?;
    let (handle, algorithm, public) = AuthenticatorData::read(data, enrollment.application)?.credential()?;
    if algorithm != enrollment.algorithm {
        return None;
    }
    let statement = |name: &str| answer.at(3).and_then(|statement| statement.named(name));
    let certificate = statement("x5c").and_then(Value::as_array).and_then(<[Value]>::first);
    let bytes = |value: Option<&Value>| value.and_then(Value::as_bytes).unwrap_or_default().to_vec();
    // libfido2 hands the data on as a CBOR byte string, and so it is in OpenSSH's file.
    let mut auth_data = Vec::new();
    Value::Bytes(data.to_vec()).encode(&mut auth_data);
    let attestation =
        Attestation { certificate: bytes(certificate), signature: bytes(statement("sig")), auth_data };
    let key = TokenKey {
        algorithm,
        public,
        application: enrollment.application.to_owned(),
        flags: enrollment.flags.without(TokenFlags::FORCE),
        handle,
        reserved: Vec::new(),
    };
    Some(Enrolled { key, attestation, lookup: Lookup::Done })
}

/// A signature of a token; of Ed25519 it is all in `r`.
pub(super) struct Assertion {
    pub(super) flags: u8,
    pub(super) counter: u32,
    pub(super) r: Vec<u8>,
    pub(super) s: Vec<u8>,
}

impl Assertion {
    pub(super) fn read(answer: &Value, key: &TokenKey) -> Option<Self> {
        let data = AuthenticatorData::read(answer.at(2)?.as_bytes()?, &key.application)?;
        let signature = answer.at(3)?.as_bytes()?;
        let (r, s) = match key.algorithm {
            TokenAlgorithm::Ed25519 => (signature.to_vec(), Vec::new()),
            TokenAlgorithm::Ecdsa => {
                let fixed = p256::ecdsa::Signature::from_der(signature).ok()?.to_bytes();
                let (r, s) = fixed.split_at(32);
                (r.to_vec(), s.to_vec())
            }
        };
        Some(Self { flags: data.flags, counter: data.counter, r, s })
    }
}

/// The user ID of a stored key that an application found.
pub(super) fn user_id(answer: &Value) -> Option<&[u8]> {
    answer.at(4)?.named("id")?.as_bytes()
}

/// How many stored keys an application found.
pub(super) fn found(answer: &Value) -> i64 {
    answer.at(5).and_then(Value::as_int).unwrap_or(1)
}

/// An application of the list, with the hash of its name.
pub(super) fn application(answer: &Value) -> Option<(String, Vec<u8>)> {
    let name = answer.at(3)?.named("id")?.as_text()?.to_owned();
    let hash = answer.at(4)?.as_bytes()?.to_vec();
    Some((name, hash))
}

/// A stored key of an application.
pub(super) fn resident_key(answer: &Value, application: &str) -> Option<ResidentKey> {
    let user = answer.at(6)?.named("id")?.as_bytes()?.to_vec();
    let handle = answer.at(7)?.named("id")?.as_bytes()?.to_vec();
    let (algorithm, public) = public_key(answer.at(8)?)?;
    let mut flags = TokenFlags::TOUCH.with(TokenFlags::RESIDENT);
    if answer.at(10).and_then(Value::as_int) == Some(3) {
        flags = flags.with(TokenFlags::VERIFY);
    }
    let key = TokenKey {
        algorithm,
        public,
        application: application.to_owned(),
        flags,
        handle,
        reserved: Vec::new(),
    };
    Some(ResidentKey { key, user })
}

/// A public key as COSE has it (RFC 9053).
fn public_key(key: &Value) -> Option<(TokenAlgorithm, Vec<u8>)> {
    let coordinate = |number| key.at(number)?.as_bytes().filter(|bytes| bytes.len() == 32);
    match key.at(3)?.as_int()? {
        -7 => Some((TokenAlgorithm::Ecdsa, [&[4], coordinate(-2)?, coordinate(-3)?].concat())),
        -8 => Some((TokenAlgorithm::Ed25519, coordinate(-2)?.to_vec())),
        _ => None,
    }
}
