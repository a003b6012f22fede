//! Commands to a token. Maps are written in the canonical order of CTAP2: short keys first.

use sha2::{Digest, Sha256};

use crate::device::fido::cbor::Value::{self, Array, Bool, Bytes, Int, Map};
use crate::device::fido::pin::{PinToken, Protocol};
use crate::device::fido::{Enrollment, Error};
use crate::key::{TokenAlgorithm, TokenFlags, TokenKey};

pub(super) const APPLICATIONS_BEGIN: i64 = 2;
pub(super) const APPLICATIONS_NEXT: i64 = 3;
pub(super) const CREDENTIALS_BEGIN: i64 = 4;
pub(super) const CREDENTIALS_NEXT: i64 = 5;

/// The bytes of a user ID, as libfido2 pads it for OpenSSH.
const USER_BYTES: usize = 32;

/// The user ID of a resident key, padded with zeros.
pub(super) fn user_id(user: Option<&str>) -> Result<Vec<u8>, Error> {
    let mut id = user.unwrap_or_default().as_bytes().to_vec();
    if id.len() >= USER_BYTES {
        return Err(Error::Argument);
    }
    id.resize(USER_BYTES, 0);
    Ok(id)
}

pub(super) fn key_agreement(protocol: Protocol) -> Value {
    Map(vec![(Int(1), Int(protocol.number())), (Int(2), Int(2))])
}

/// With permissions, for tokens of CTAP 2.1, or without.
pub(super) fn pin_token(
    protocol: Protocol,
    public: Value,
    sealed_pin: Value,
    permissions: Option<(i64, Option<&str>)>,
) -> Value {
    let subcommand = if permissions.is_some() { 9 } else { 5 };
    let mut request = vec![
        (Int(1), Int(protocol.number())),
        (Int(2), Int(subcommand)),
        (Int(3), public),
        (Int(6), sealed_pin),
    ];
    if let Some((permissions, application)) = permissions {
        request.push((Int(9), Int(permissions)));
        request.extend(application.map(|application| (Int(10), Value::text(application))));
    }
    Map(request)
}

pub(super) fn make_credential(enrollment: &Enrollment<'_>, user: Vec<u8>, token: Option<&PinToken>) -> Value {
    let hash = Sha256::digest(enrollment.challenge).to_vec();
    let name = || Value::text("openssh");
    let algorithm = match enrollment.algorithm {
        TokenAlgorithm::Ecdsa => -7,
        TokenAlgorithm::Ed25519 => -8,
    };
    let user = vec![
        (Value::text("id"), Bytes(user)),
        (Value::text("name"), name()),
        (Value::text("displayName"), name()),
    ];
    let parameters =
        vec![(Value::text("alg"), Int(algorithm)), (Value::text("type"), Value::text("public-key"))];
    let code = token.map(|token| [(Int(8), token.authenticate(&hash)), (Int(9), token.protocol())]);
    let mut request = vec![
        (Int(1), Bytes(hash)),
        (Int(2), Map(vec![(Value::text("id"), Value::text(enrollment.application))])),
        (Int(3), Map(user)),
        (Int(4), Array(vec![Map(parameters)])),
    ];
    // 3: never without verification; 2: without it only if the credential is named.
    let protection = match enrollment.flags {
        flags if flags.contains(TokenFlags::VERIFY) => Some(3),
        flags if flags.contains(TokenFlags::RESIDENT) => Some(2),
        _ => None,
    };
    request.extend(protection.map(|level| (Int(6), Map(vec![(Value::text("credProtect"), Int(level))]))));
    if enrollment.flags.contains(TokenFlags::RESIDENT) {
        request.push((Int(7), Map(vec![(Value::text("rk"), Bool(true))])));
    }
    request.extend(code.into_iter().flatten());
    Map(request)
}

pub(super) fn get_assertion(key: &TokenKey, message: &[u8], token: Option<&PinToken>) -> Value {
    let hash = Sha256::digest(message).to_vec();
    let credential = vec![
        (Value::text("id"), Bytes(key.handle.clone())),
        (Value::text("type"), Value::text("public-key")),
    ];
    let mut options = vec![(Value::text("up"), Bool(key.flags.contains(TokenFlags::TOUCH)))];
    if key.flags.contains(TokenFlags::VERIFY) && token.is_none() {
        options.push((Value::text("uv"), Bool(true)));
    }
    let code = token.map(|token| [(Int(6), token.authenticate(&hash)), (Int(7), token.protocol())]);
    let mut request = vec![
        (Int(1), Value::text(&key.application)),
        (Int(2), Bytes(hash)),
        (Int(3), Array(vec![Map(credential)])),
        (Int(5), Map(options)),
    ];
    request.extend(code.into_iter().flatten());
    Map(request)
}

/// Looks for the stored keys of an application: no touch, and a signature over nothing.
pub(super) fn look(application: &str) -> Value {
    Map(vec![
        (Int(1), Value::text(application)),
        (Int(2), Bytes(Sha256::digest(b"").to_vec())),
        (Int(5), Map(vec![(Value::text("up"), Bool(false))])),
    ])
}

/// A command of the credential management, authenticated.
pub(super) fn manage(token: &PinToken, subcommand: i64, parameters: Option<Value>) -> Value {
    let mut signed = u8::try_from(subcommand).map(|number| vec![number]).unwrap_or_default();
    let mut request = vec![(Int(1), Int(subcommand))];
    if let Some(parameters) = parameters {
        parameters.encode(&mut signed);
        request.push((Int(2), parameters));
    }
    request.push((Int(3), token.protocol()));
    request.push((Int(4), token.authenticate(&signed)));
    Map(request)
}
