//! Encodings, by the crate's own writers, and chance that can be repeated.

use std::cell::RefCell;

use base64ct::{Base64, Encoding as _};
use crypto_bigint::BoxedUint;
use der::{Encode as _, Header, Length, Tag};
use rkeygen::wire::{put_string, put_u32, put_u64};

use crate::support::dice::Dice;

pub(crate) const MIB: usize = 1 << 20;

/// Bytes that grow by parts of the SSH encoding.
#[derive(Clone, Default)]
pub(crate) struct Wire(pub(crate) Vec<u8>);

impl Wire {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn string(mut self, bytes: impl AsRef<[u8]>) -> Self {
        put_string(&mut self.0, bytes.as_ref());
        self
    }

    pub(crate) fn mpint(self, number: &BoxedUint) -> Self {
        self.string(positive(number))
    }

    pub(crate) fn u32(mut self, number: u32) -> Self {
        put_u32(&mut self.0, number);
        self
    }

    pub(crate) fn u64(mut self, number: u64) -> Self {
        put_u64(&mut self.0, number);
        self
    }

    pub(crate) fn times(self, count: usize) -> Vec<u8> {
        self.0.repeat(count)
    }
}

/// The bytes of a number, with a zero in front if they would mean a negative one.
fn positive(number: &BoxedUint) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    let digits = &bytes[first..];
    if digits.first().is_none_or(|byte| byte & 0x80 != 0) { [&[0], digits].concat() } else { digits.to_vec() }
}

/// One element of DER.
pub(crate) fn element(tag: Tag, body: &[u8]) -> Vec<u8> {
    let length = Length::try_from(body.len()).expect("a length");
    let mut out = Header::new(tag, length).to_der().expect("a header");
    out.extend_from_slice(body);
    out
}

pub(crate) fn integer(number: &BoxedUint) -> Vec<u8> {
    element(Tag::Integer, &positive(number))
}

pub(crate) fn small(number: u64) -> BoxedUint {
    BoxedUint::from(number)
}

pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(Tag::Sequence, &parts.concat())
}

pub(crate) fn oid(text: &str) -> Vec<u8> {
    let oid = der::asn1::ObjectIdentifier::new(text).expect("an object identifier");
    oid.to_der().expect("its encoding")
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// A file in armor; `headers` end in a newline.
pub(crate) fn pem(label: &str, body: &[u8], headers: &str) -> Vec<u8> {
    let text = base64(body);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("base64")).collect();
    format!("-----BEGIN {label}-----\n{headers}{}\n-----END {label}-----\n", lines.join("\n")).into_bytes()
}

thread_local! {
    static DICE: RefCell<Dice> = RefCell::new(Dice::new(1));
}

pub(crate) fn number() -> u64 {
    DICE.with_borrow_mut(Dice::next)
}

pub(crate) fn noise(length: usize) -> Vec<u8> {
    (0..length.div_ceil(8)).flat_map(|_| number().to_be_bytes()).take(length).collect()
}

/// An odd number of so many bits.
pub(crate) fn odd(bits: u32) -> BoxedUint {
    let mut bytes = noise(usize::try_from(bits / 8).expect("a size"));
    bytes[0] |= 0x80;
    *bytes.last_mut().expect("a byte") |= 1;
    BoxedUint::from_be_slice(&bytes, bits).expect("a number")
}

/// The largest exponent of a key of 16384 bits that has few ones.
pub(crate) fn long_exponent() -> BoxedUint {
    let mut bytes = [0; 2048];
    (bytes[0], bytes[2047]) = (0x80, 1);
    BoxedUint::from_be_slice_vartime(&bytes)
}

/// The public key of all these files, as a blob.
pub(crate) fn key() -> Vec<u8> {
    Wire::new().string("ssh-ed25519").string(point()).0
}

pub(crate) fn point() -> Vec<u8> {
    (0..32).collect()
}

/// The same as a line, without its end.
pub(crate) fn line() -> String {
    format!("ssh-ed25519 {}", base64(&key()))
}
