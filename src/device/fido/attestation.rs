//! What a token says of itself and of a new key (OpenSSH PROTOCOL.u2f, "ssh-sk-attest-v01").

use crate::wire::{Reader, put_string, put_u32};

/// The parts of an attestation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attestation {
    /// The certificate of the token's model.
    pub certificate: Vec<u8>,
    /// Its signature over the key.
    pub signature: Vec<u8>,
    /// The authenticator data, as a CBOR byte string.
    pub auth_data: Vec<u8>,
}

impl Attestation {
    /// The file that `-O write-attestation` writes.
    #[must_use]
    pub fn to_file(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for field in [MAGIC, &self.certificate, &self.signature, &self.auth_data] {
            put_string(&mut out, field);
        }
        put_u32(&mut out, 0);
        put_string(&mut out, b"");
        out
    }

    /// Reads such a file; `None` if it is not one.
    #[must_use]
    pub fn from_file(file: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(file);
        let magic = reader.string().ok()?;
        let mut field = || reader.string().ok().map(<[u8]>::to_vec);
        let this = Self { certificate: field()?, signature: field()?, auth_data: field()? };
        (magic == MAGIC).then_some(this)
    }
}

const MAGIC: &[u8] = b"ssh-sk-attest-v01";

#[cfg(test)]
mod tests {
    use super::*;

    /// As OpenSSH 10.5 writes it.
    #[test]
    fn fields_are_in_order() {
        let [certificate, signature, auth_data] =
            ["CERTIFICATE", "SIGNATURE", "AUTHDATA"].map(|text| text.as_bytes().to_vec());
        let attestation = Attestation { certificate, signature, auth_data };
        let file = attestation.to_file();
        assert_eq!(Attestation::from_file(&file), Some(attestation));
        assert_eq!(Attestation::from_file(&file[..30]), None);
        let expected = b"\0\0\0\x11ssh-sk-attest-v01\0\0\0\x0bCERTIFICATE\0\0\0\x09SIGNATURE\0\0\0\x08AUTHDATA\0\0\0\0\0\0\0\0";
        assert_eq!(file, expected);
    }
}
