//! A PKCS#11 library in this process. It runs with all rights of this process, as `-D` is documented to do.
#![allow(unsafe_code)]

mod report;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error as Failed, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::RawAuthPin;
use cryptoki_sys::{CK_FUNCTION_LIST_PTR, CK_ULONG, CKR_OK};
use nix::errno::Errno;

use super::attributes::{self, Method};
use super::{AskPin, Error, Key, Place, TokenReport, Tokens, label_of, verified};
use crate::key::PublicKey;
use crate::secret::Passphrase;
use crate::signature::{self, Scheme, Signature};

/// Whether this build can load libraries: one that is linked statically with glibc crashes in the loader.
pub(super) const CAN_LOAD: bool = !cfg!(target_feature = "crt-static");

/// A library that was loaded, with a session of each of its tokens.
pub(super) struct Library {
    // Before the context: sessions are closed first.
    tokens: Vec<Token>,
    functions: cryptoki_sys::Pkcs11,
    context: Pkcs11,
}

struct Token {
    slot: Slot,
    session: Session,
    info: TokenInfo,
    logged_in: bool,
}

impl Library {
    /// Loads the library and opens its tokens.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let path = find(path)?;
        // SAFETY: loading runs the library's initializers. The user names the library, and trusts it with the token.
        let functions = unsafe { cryptoki_sys::Pkcs11::new(&path) };
        let functions = functions.map_err(|error| refused(&path, reason(&error)))?;
        let context = Pkcs11::new(&path).map_err(|error| refused(&path, error.to_string()))?;
        context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).map_err(failed)?;
        let mut tokens = Vec::new();
        for slot in context.get_slots_with_initialized_token().map_err(failed)? {
            // A token that does not answer keeps no other one from its work.
            let Ok(info) = context.get_token_info(slot) else { continue };
            let session = context.open_rw_session(slot).or_else(|_| context.open_ro_session(slot));
            tokens.extend(session.ok().map(|session| Token { slot, session, info, logged_in: false }));
        }
        Ok(Self { tokens, functions, context })
    }

    fn keys_of(&self, token: usize) -> Vec<Key> {
        let session = &self.tokens[token].session;
        let objects = session.find_objects(&[Attribute::Class(ObjectClass::PUBLIC_KEY)]).unwrap_or_default();
        objects.into_iter().take(MAX_KEYS).filter_map(|object| read(session, object, token)).collect()
    }

    fn private_key(&self, key: &Key) -> Result<ObjectHandle, Error> {
        let session = &self.tokens[key.place.token].session;
        let kind = match key.public.algorithm().short_name() {
            "rsa" => KeyType::RSA,
            "ecdsa" => KeyType::EC,
            _ => KeyType::EC_EDWARDS,
        };
        // An empty ID is searched for too: it is that of keys that got none.
        let id = Attribute::Id(key.place.id.clone());
        let wanted = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::KeyType(kind), id];
        let signing = [&wanted[..], &[Attribute::Sign(true)]].concat();
        let found = session.find_objects(&signing).map_err(failed)?;
        let found = found.first().copied().map_or_else(|| session.find_objects(&wanted), |one| Ok(vec![one]));
        found.map_err(failed)?.first().copied().ok_or(Error::NoPrivateKey)
    }

    /// `C_Sign` after `C_SignInit` and a login in between, which the safe interface cannot do.
    fn finish(&self, session: &Session, message: &[u8]) -> Result<Vec<u8>, Error> {
        let unknown = || Error::Failed("the library has no C_Sign".to_owned());
        let list = self.functions.C_GetFunctionList.as_ref().map_err(|_| unknown())?;
        let mut functions: CK_FUNCTION_LIST_PTR = std::ptr::null_mut();
        // SAFETY: C_GetFunctionList is called as PKCS #11, section 5.4.4, has it.
        let code = unsafe { list(&raw mut functions) };
        if code != CKR_OK || functions.is_null() {
            return Err(unknown());
        }
        // SAFETY: the library gave a pointer to its list of functions, which lives as long as the library.
        let sign = unsafe { (*functions).C_Sign }.ok_or_else(unknown)?;
        let mut message = message.to_vec();
        let mut signature = vec![0; MAX_SIGNATURE];
        let mut length = CK_ULONG::try_from(signature.len()).map_err(|_| unknown())?;
        let given = CK_ULONG::try_from(message.len()).map_err(|_| unknown())?;
        // SAFETY: both buffers are valid for the lengths given, and outlive the call.
        let code = unsafe {
            sign(session.handle(), message.as_mut_ptr(), given, signature.as_mut_ptr(), &raw mut length)
        };
        if code != CKR_OK {
            return Err(Error::Failed(format!("C_Sign failed: {code}")));
        }
        signature.truncate(usize::try_from(length).unwrap_or(MAX_SIGNATURE));
        Ok(signature)
    }
}

/// No token stores more keys, and no signature is longer.
const MAX_KEYS: usize = 4096;
const MAX_SIGNATURE: usize = 4096;

impl Tokens for Library {
    fn keys(&mut self, ask: &mut AskPin<'_>) -> Result<Vec<Key>, Error> {
        let mut keys: Vec<Key> = Vec::new();
        for token in 0..self.tokens.len() {
            let mut found = self.keys_of(token);
            if keys.is_empty() && found.is_empty() && self.tokens[token].wants_login() {
                self.tokens[token].log_in(ask)?;
                found = self.keys_of(token);
            }
            for key in found {
                if keys.iter().all(|known| known.public != key.public) {
                    keys.push(key);
                }
            }
        }
        if keys.is_empty() { Err(Error::NoKeys) } else { Ok(keys) }
    }

    fn sign(
        &mut self,
        key: &Key,
        scheme: Scheme,
        message: &[u8],
        ask: &mut AskPin<'_>,
    ) -> Result<Signature, Error> {
        let unsupported = Error::Signature(signature::Error::Unsupported);
        let (method, data) = attributes::to_be_signed(scheme, message).ok_or(unsupported)?;
        let token = &mut self.tokens[key.place.token];
        let mut pin = None;
        if token.wants_login() {
            pin = token.log_in(ask)?;
        }
        let private = self.private_key(key)?;
        let token = &self.tokens[key.place.token];
        token.session.sign_init(&mechanism(method), private).map_err(failed)?;
        if is_always_authenticated(&token.session, private) {
            let pin = pin.map_or_else(|| token.ask(ask), |pin| Ok(Some(pin)))?;
            token.send(UserType::ContextSpecific, pin.as_ref())?;
        }
        let raw = self.finish(&token.session, &data)?;
        let signature = attributes::signature(scheme, &raw).ok_or(Error::WrongSignature)?;
        verified(signature, key, message)
    }

    fn report(&mut self) -> Result<Vec<TokenReport>, Error> {
        Ok((0..self.tokens.len()).map(|token| self.report_of(token)).collect())
    }
}

impl Token {
    fn wants_login(&self) -> bool {
        self.info.login_required() && !self.logged_in
    }

    /// The PIN; `None` if it is typed on the token itself.
    fn ask(&self, ask: &mut AskPin<'_>) -> Result<Option<Passphrase>, Error> {
        if self.info.protected_authentication_path() {
            return Ok(None);
        }
        ask(self.info.label().trim_end()).map(Some).ok_or(Error::NoPin)
    }

    fn log_in(&mut self, ask: &mut AskPin<'_>) -> Result<Option<Passphrase>, Error> {
        let pin = self.ask(ask)?;
        self.send(UserType::User, pin.as_ref())?;
        self.logged_in = true;
        Ok(pin)
    }

    fn send(&self, user: UserType, pin: Option<&Passphrase>) -> Result<(), Error> {
        let done = match pin {
            Some(pin) => self.session.login_with_raw(user, &RawAuthPin::new(Box::new(pin.expose().to_vec()))),
            None => self.session.login(user, None),
        };
        match done {
            Ok(()) | Err(Failed::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(Failed::Pkcs11(RvError::PinIncorrect, _)) => Err(Error::Pin("PIN incorrect")),
            Err(Failed::Pkcs11(RvError::PinLenRange, _)) => Err(Error::Pin("PIN length out of range")),
            Err(Failed::Pkcs11(RvError::PinLocked, _)) => Err(Error::Pin("PIN locked")),
            Err(error) => Err(failed(error)),
        }
    }
}

/// The library's path, which is not looked for elsewhere. A file that is not a PKCS#11 library is not run.
fn find(path: &Path) -> Result<PathBuf, Error> {
    let absolute = fs::canonicalize(path).map_err(|error| refused(path, words(&error)))?;
    let content = fs::read(&absolute).map_err(|error| refused(path, words(&error)))?;
    if memchr::memmem::find(&content, b"C_GetFunctionList").is_none() {
        return Err(refused(path, "it has no C_GetFunctionList".to_owned()));
    }
    Ok(absolute)
}

/// The system's words, without the number.
fn words(error: &io::Error) -> String {
    let number = error.raw_os_error();
    number.map_or_else(|| error.to_string(), |number| Errno::from_raw(number).desc().to_owned())
}

fn refused(path: &Path, reason: String) -> Error {
    Error::Library { path: path.to_owned(), reason }
}

/// The loader's own words, which libloading hides behind its error.
fn reason(error: &impl std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

fn failed(error: Failed) -> Error {
    match error {
        Failed::Pkcs11(error, function) => Error::Failed(format!("C_{function:?} failed: {error:?}")),
        other => Error::Failed(other.to_string()),
    }
}

fn mechanism(method: Method) -> Mechanism<'static> {
    match method {
        Method::Rsa => Mechanism::RsaPkcs,
        Method::Ecdsa => Mechanism::Ecdsa,
        Method::EdDsa => Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Ed25519)),
    }
}

fn is_always_authenticated(session: &Session, private: ObjectHandle) -> bool {
    let found = session.get_attributes(private, &[AttributeType::AlwaysAuthenticate]);
    found.is_ok_and(|found| found.contains(&Attribute::AlwaysAuthenticate(true)))
}

/// The key of an object; `None` for types that ssh does not have.
fn read(session: &Session, object: ObjectHandle, token: usize) -> Option<Key> {
    let one = |attribute| {
        let found = session.get_attributes(object, &[attribute]).unwrap_or_default();
        found.into_iter().next()
    };
    let Some(Attribute::KeyType(kind)) = one(AttributeType::KeyType) else { return None };
    let id = match one(AttributeType::Id) {
        Some(Attribute::Id(id)) => id,
        _ => Vec::new(),
    };
    let label = match one(AttributeType::Label) {
        Some(Attribute::Label(label)) => label,
        _ => Vec::new(),
    };
    let public = public_key(kind, one)?;
    Some(Key { public, label: label_of(&label), place: Place { token, id } })
}

fn public_key(kind: KeyType, one: impl Fn(AttributeType) -> Option<Attribute>) -> Option<PublicKey> {
    if kind == KeyType::RSA {
        let Some(Attribute::Modulus(modulus)) = one(AttributeType::Modulus) else { return None };
        let Some(Attribute::PublicExponent(exponent)) = one(AttributeType::PublicExponent) else {
            return None;
        };
        return attributes::rsa(&modulus, &exponent);
    }
    if kind != KeyType::EC && kind != KeyType::EC_EDWARDS {
        return None;
    }
    let Some(Attribute::EcParams(parameters)) = one(AttributeType::EcParams) else { return None };
    let Some(Attribute::EcPoint(point)) = one(AttributeType::EcPoint) else { return None };
    attributes::on_curve(&parameters, &point)
}
