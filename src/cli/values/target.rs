//! `--to` of `convert`.

use clap::builder::{PossibleValuesParser, TypedValueParser};

/// A format to convert to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Target {
    /// OpenSSH's own format.
    OpenSsh,
    /// PKCS#8; of public keys SubjectPublicKeyInfo.
    Pkcs8,
    /// Traditional PEM.
    Pem,
    /// PuTTY's format.
    Ppk,
    /// RFC 4716, of public keys only.
    Rfc4716,
    /// SubjectPublicKeyInfo, of public keys only.
    Spki,
    /// PKCS1: traditional, of RSA keys only.
    Pkcs1,
    /// SEC1: traditional, of ECDSA keys only.
    Sec1,
    /// PKCS#8 or SubjectPublicKeyInfo in DER.
    Der,
    /// A JSON Web Key.
    Jwk,
    /// A key of age.
    Age,
}

/// Their names, in any case.
pub(super) const NAMES: [&str; 11] =
    ["openssh", "pkcs8", "pem", "ppk", "rfc4716", "spki", "pkcs1", "sec1", "der", "jwk", "age"];

pub(in crate::cli) fn target() -> impl TypedValueParser<Value = Target> {
    PossibleValuesParser::new(NAMES).map(|word| match word.to_ascii_lowercase().as_str() {
        "pkcs1" => Target::Pkcs1,
        "sec1" => Target::Sec1,
        "der" => Target::Der,
        "jwk" => Target::Jwk,
        "age" => Target::Age,
        "pkcs8" => Target::Pkcs8,
        "pem" => Target::Pem,
        "ppk" => Target::Ppk,
        "rfc4716" => Target::Rfc4716,
        "spki" => Target::Spki,
        _ => Target::OpenSsh,
    })
}
