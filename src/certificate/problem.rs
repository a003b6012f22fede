//! What is wrong with a line that begins like a key.

use super::{Certificate, Error, KeyOrCertificate};
use crate::key::PublicKey;
use crate::wire::from_base64;

/// What is wrong with a line that begins like a key; `None` for a sound one, and for one that does not begin so.
#[must_use]
pub fn problem_of_line(line: &[u8]) -> Option<String> {
    let mut words = line.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
    let (name, base64) = (words.next()?, words.next()?);
    let is_name =
        PublicKey::algorithm_of(name).is_some() || name.starts_with(b"ssh-") || name.starts_with(b"ecdsa-");
    if !is_name || !base64.starts_with(b"AAAA") || KeyOrCertificate::from_words(name, base64).is_ok() {
        return None;
    }
    let shown = String::from_utf8_lossy(name).into_owned();
    let blob = from_base64(base64).unwrap_or_default();
    if let Err(error @ (Error::Signature(_) | Error::ObsoleteCa)) = Certificate::from_blob(&blob) {
        return Some(format!("the certificate is not valid: {error}"));
    }
    let inner = KeyOrCertificate::from_blob(&blob).map(|key| key.wire_name().to_owned());
    Some(match inner {
        Ok(inner) if inner != shown => format!("the line says {shown}, and the key is {inner}"),
        _ => "the key is truncated or corrupt".to_owned(),
    })
}
