//! A provider library with OpenSSH's sk-api, version 10 (OpenSSH PROTOCOL.u2f, sk-api.h).
//!
//! A library runs inside this process with all its rights, as `-w` and `SSH_SK_PROVIDER` are documented to do.
#![allow(unsafe_code)]

use std::ffi::{CString, c_char, c_int};
use std::path::{Path, PathBuf};
use std::ptr;

use libloading::{Library as Loaded, Symbol};
use nix::libc;
use zeroize::Zeroizing;

use super::{
    API_VERSION, Authenticator, Enrolled, Enrollment, Error, ResidentKey, look_without_pin, signature,
};
use crate::key::{TokenAlgorithm, TokenKey};
use crate::secret::Passphrase;
use crate::signature::Signature;

mod raw;

use raw::{
    EnrollCall, EnrollResponse, LoadCall, RawOption, RawResidentKey, SignCall, SignResponse, VersionCall,
    bytes, take,
};

/// Whether this build can load libraries: one that is linked statically with glibc crashes in the loader.
pub(super) const CAN_LOAD: bool = !cfg!(target_feature = "crt-static");

/// The part of a version that must be the same.
const MAJOR: u32 = 0xffff_0000;
/// No token holds more keys.
const MAX_KEYS: usize = 4096;

/// A library that was loaded.
#[derive(Debug)]
pub(super) struct Library {
    loaded: Loaded,
    path: PathBuf,
}

impl Library {
    /// Loads the library and checks its version.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        // SAFETY: loading runs the library's initializers. The user names the library, and trusts it with the token.
        let loaded = unsafe { Loaded::new(path.as_os_str()) };
        let loaded =
            loaded.map_err(|error| Error::Library { path: path.to_owned(), reason: reason(&error) })?;
        let this = Self { loaded, path: path.to_owned() };
        let version = this.symbol::<VersionCall>(b"sk_api_version\0")?;
        // SAFETY: every version of the sk-api has this function with this signature.
        let found = unsafe { version() };
        if found & MAJOR != API_VERSION {
            return Err(Error::Version { path: this.path, found });
        }
        Ok(this)
    }

    fn symbol<T>(&self, name: &[u8]) -> Result<Symbol<'_, T>, Error> {
        // SAFETY: `T` is the signature of the function of that name in version 10 of the sk-api.
        let symbol = unsafe { self.loaded.get(name) };
        symbol.map_err(|error| Error::Library { path: self.path.clone(), reason: reason(&error) })
    }
}

/// The loader's own words, which libloading hides behind its error.
fn reason(error: &libloading::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

impl Authenticator for Library {
    fn enroll(&mut self, enrollment: &Enrollment<'_>, pin: Option<&Passphrase>) -> Result<Enrolled, Error> {
        let lookup = look_without_pin(self, enrollment, pin)?;
        let call = self.symbol::<EnrollCall>(b"sk_enroll\0")?;
        let application = text(enrollment.application.as_bytes())?;
        let pin = Pin::new(pin)?;
        let mut options = Options::new(&[("device", enrollment.device), ("user", enrollment.user)])?;
        let mut answer: *mut EnrollResponse = ptr::null_mut();
        // SAFETY: the pointers are valid for the lengths given, the strings end in NUL, and all outlive the call.
        let code = unsafe {
            call(
                number(enrollment.algorithm),
                enrollment.challenge.as_ptr(),
                enrollment.challenge.len(),
                application.as_ptr(),
                enrollment.flags.bits(),
                pin.as_ptr(),
                options.as_ptr(),
                &raw mut answer,
            )
        };
        check(code)?;
        // SAFETY: on success the library gives a response that it allocated with malloc, or null.
        let response = unsafe { take(answer) }.ok_or(Error::Failed)?;
        // SAFETY: its pointers are as `EnrollResponse` says.
        let parts = unsafe { response.take() }?;
        let key = parts.key(enrollment.algorithm, enrollment.application.to_owned());
        Ok(Enrolled { key, attestation: parts.attestation, lookup })
    }

    fn sign(&mut self, key: &TokenKey, message: &[u8], pin: Option<&Passphrase>) -> Result<Signature, Error> {
        let call = self.symbol::<SignCall>(b"sk_sign\0")?;
        let application = text(key.application.as_bytes())?;
        let pin = Pin::new(pin)?;
        let mut answer: *mut SignResponse = ptr::null_mut();
        // SAFETY: the pointers are valid for the lengths given, the strings end in NUL, and all outlive the call.
        let code = unsafe {
            call(
                number(key.algorithm),
                message.as_ptr(),
                message.len(),
                application.as_ptr(),
                key.handle.as_ptr(),
                key.handle.len(),
                key.flags.bits(),
                pin.as_ptr(),
                ptr::null_mut(),
                &raw mut answer,
            )
        };
        check(code)?;
        // SAFETY: on success the library gives a response that it allocated with malloc, or null.
        let response = unsafe { take(answer) }.ok_or(Error::Failed)?;
        // SAFETY: the fields point to memory of malloc of the length that stands next to them, or are null.
        let (r, s) = unsafe {
            (bytes(response.sig_r, response.sig_r_len)?, bytes(response.sig_s, response.sig_s_len)?)
        };
        signature::encode(key.algorithm, &r, &s, response.flags, response.counter)
    }

    fn resident_keys(
        &mut self,
        device: Option<&str>,
        pin: Option<&Passphrase>,
    ) -> Result<Vec<ResidentKey>, Error> {
        let call = self.symbol::<LoadCall>(b"sk_load_resident_keys\0")?;
        let pin = Pin::new(pin)?;
        let mut options = Options::new(&[("device", device)])?;
        let (mut list, mut count): (*mut *mut RawResidentKey, usize) = (ptr::null_mut(), 0);
        // SAFETY: the strings end in NUL, and all pointers are valid during the call.
        check(unsafe { call(pin.as_ptr(), options.as_ptr(), &raw mut list, &raw mut count) })?;
        if count > MAX_KEYS || (list.is_null() && count > 0) {
            return Err(Error::Failed);
        }
        let mut keys = Vec::new();
        for index in 0..count {
            // SAFETY: the list holds `count` pointers to responses that were allocated with malloc.
            let Some(raw) = (unsafe { take(*list.add(index)) }) else { continue };
            // SAFETY: its pointers are as `RawResidentKey` says.
            keys.extend(unsafe { raw.take() }?);
        }
        // SAFETY: the list itself was allocated with malloc, or is null.
        unsafe { libc::free(list.cast()) };
        Ok(keys)
    }
}

fn number(algorithm: TokenAlgorithm) -> u32 {
    match algorithm {
        TokenAlgorithm::Ecdsa => 0,
        TokenAlgorithm::Ed25519 => 1,
    }
}

fn check(code: c_int) -> Result<(), Error> {
    match code {
        0 => Ok(()),
        -2 => Err(Error::Unsupported),
        -3 => Err(Error::Pin),
        -4 => Err(Error::NoDevice),
        -5 => Err(Error::Exists),
        _ => Err(Error::Failed),
    }
}

fn text(bytes: &[u8]) -> Result<CString, Error> {
    CString::new(bytes).map_err(|_| Error::Argument)
}

/// A PIN with a NUL at its end; null if there is none. Wiped when dropped.
struct Pin(Option<Zeroizing<Vec<u8>>>);

impl Pin {
    fn new(pin: Option<&Passphrase>) -> Result<Self, Error> {
        let Some(pin) = pin else { return Ok(Self(None)) };
        if pin.expose().contains(&0) {
            return Err(Error::Argument);
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(pin.expose().len() + 1));
        bytes.extend_from_slice(pin.expose());
        bytes.push(0);
        Ok(Self(Some(bytes)))
    }

    fn as_ptr(&self) -> *const c_char {
        self.0.as_ref().map_or(ptr::null(), |bytes| bytes.as_ptr().cast())
    }
}

/// A list of options that ends in null, with what it points to.
struct Options {
    _texts: Vec<CString>,
    _options: Vec<RawOption>,
    list: Vec<*mut RawOption>,
}

impl Options {
    fn new(given: &[(&str, Option<&str>)]) -> Result<Self, Error> {
        let (mut texts, mut options) = (Vec::new(), Vec::new());
        for (name, value) in given {
            let Some(value) = value else { continue };
            let (name, value) = (text(name.as_bytes())?, text(value.as_bytes())?);
            options.push(RawOption { name: name.as_ptr(), value: value.as_ptr(), required: 0 });
            texts.extend([name, value]);
        }
        let mut list: Vec<*mut RawOption> = options.iter_mut().map(|option| &raw mut *option).collect();
        list.push(ptr::null_mut());
        Ok(Self { _texts: texts, _options: options, list })
    }

    /// Null if there are none, as OpenSSH passes it.
    fn as_ptr(&mut self) -> *mut *mut RawOption {
        if self.list.len() == 1 { ptr::null_mut() } else { self.list.as_mut_ptr() }
    }
}
