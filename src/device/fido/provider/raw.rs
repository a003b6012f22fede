//! The structs and functions of OpenSSH's sk-api, version 10 (sk-api.h), and how their memory is taken over.

use std::ffi::{CStr, c_char, c_int};

use nix::libc;

use super::super::{Attestation, Error, ResidentKey};
use crate::key::{TokenAlgorithm, TokenFlags, TokenKey};

/// No answer has a longer field.
const MAX_BYTES: usize = 1 << 20;

/// What the parts of a response become.
pub(super) struct Parts {
    flags: TokenFlags,
    public: Vec<u8>,
    handle: Vec<u8>,
    pub(super) attestation: Attestation,
}

impl Parts {
    pub(super) fn key(&self, algorithm: TokenAlgorithm, application: String) -> TokenKey {
        TokenKey {
            algorithm,
            public: self.public.clone(),
            application,
            flags: self.flags,
            handle: self.handle.clone(),
            reserved: Vec::new(),
        }
    }
}

/// Takes a struct over from the library and frees its memory; `None` for null.
///
/// # Safety
/// `pointer` is null, or points to an initialized `T` that was allocated with malloc and is not used again.
pub(super) unsafe fn take<T>(pointer: *mut T) -> Option<T> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: the caller promises it.
    unsafe {
        let value = pointer.read();
        libc::free(pointer.cast());
        Some(value)
    }
}

/// Takes bytes over from the library, and wipes and frees its memory.
///
/// # Safety
/// `pointer` is null, or points to `length` bytes that were allocated with malloc and are not used again.
pub(super) unsafe fn bytes(pointer: *mut u8, length: usize) -> Result<Vec<u8>, Error> {
    if pointer.is_null() {
        return Ok(Vec::new());
    }
    if length > MAX_BYTES {
        return Err(Error::Failed);
    }
    // SAFETY: the caller promises it.
    unsafe {
        let taken = std::slice::from_raw_parts(pointer, length).to_vec();
        zeroize::Zeroize::zeroize(std::slice::from_raw_parts_mut(pointer, length));
        libc::free(pointer.cast());
        Ok(taken)
    }
}

#[repr(C)]
pub(super) struct EnrollResponse {
    flags: u8,
    public_key: *mut u8,
    public_key_len: usize,
    key_handle: *mut u8,
    key_handle_len: usize,
    signature: *mut u8,
    signature_len: usize,
    attestation_cert: *mut u8,
    attestation_cert_len: usize,
    authdata: *mut u8,
    authdata_len: usize,
}

impl EnrollResponse {
    /// # Safety
    /// Each pointer is null, or points to as many bytes of malloc as the length next to it says.
    pub(super) unsafe fn take(&self) -> Result<Parts, Error> {
        // SAFETY: the caller promises it.
        unsafe {
            Ok(Parts {
                flags: TokenFlags::from_bits(self.flags),
                public: bytes(self.public_key, self.public_key_len)?,
                handle: bytes(self.key_handle, self.key_handle_len)?,
                attestation: Attestation {
                    certificate: bytes(self.attestation_cert, self.attestation_cert_len)?,
                    signature: bytes(self.signature, self.signature_len)?,
                    auth_data: bytes(self.authdata, self.authdata_len)?,
                },
            })
        }
    }
}

#[repr(C)]
pub(super) struct SignResponse {
    pub(super) flags: u8,
    pub(super) counter: u32,
    pub(super) sig_r: *mut u8,
    pub(super) sig_r_len: usize,
    pub(super) sig_s: *mut u8,
    pub(super) sig_s_len: usize,
}

#[repr(C)]
pub(super) struct RawResidentKey {
    alg: u32,
    slot: usize,
    application: *mut c_char,
    key: EnrollResponse,
    flags: u8,
    user_id: *mut u8,
    user_id_len: usize,
}

impl RawResidentKey {
    /// The key; `None` for algorithms and applications that ssh has no use for.
    ///
    /// # Safety
    /// The application is null or a string of malloc, the user ID bytes of malloc, and the key as
    /// [`EnrollResponse::take`] wants it.
    pub(super) unsafe fn take(&self) -> Result<Option<ResidentKey>, Error> {
        // SAFETY: the caller promises it.
        let (application, parts, user) = unsafe {
            let application = (!self.application.is_null()).then(|| {
                let copy = CStr::from_ptr(self.application).to_owned();
                libc::free(self.application.cast());
                copy
            });
            (application, self.key.take()?, bytes(self.user_id, self.user_id_len)?)
        };
        let algorithm = match self.alg {
            0 => TokenAlgorithm::Ecdsa,
            1 => TokenAlgorithm::Ed25519,
            _ => return Ok(None),
        };
        let Some(application) = application.and_then(|text| text.into_string().ok()) else { return Ok(None) };
        let mut flags = TokenFlags::TOUCH.with(TokenFlags::RESIDENT);
        if TokenFlags::from_bits(self.flags).contains(TokenFlags::VERIFY) {
            flags = flags.with(TokenFlags::VERIFY);
        }
        let key = TokenKey { flags, ..parts.key(algorithm, application) };
        Ok(Some(ResidentKey { key, user }))
    }
}

#[repr(C)]
pub(super) struct RawOption {
    pub(super) name: *const c_char,
    pub(super) value: *const c_char,
    pub(super) required: u8,
}

pub(super) type VersionCall = unsafe extern "C" fn() -> u32;
pub(super) type EnrollCall = unsafe extern "C" fn(
    u32,
    *const u8,
    usize,
    *const c_char,
    u8,
    *const c_char,
    *mut *mut RawOption,
    *mut *mut EnrollResponse,
) -> c_int;
pub(super) type SignCall = unsafe extern "C" fn(
    u32,
    *const u8,
    usize,
    *const c_char,
    *const u8,
    usize,
    u8,
    *const c_char,
    *mut *mut RawOption,
    *mut *mut SignResponse,
) -> c_int;
pub(super) type LoadCall = unsafe extern "C" fn(
    *const c_char,
    *mut *mut RawOption,
    *mut *mut *mut RawResidentKey,
    *mut usize,
) -> c_int;
