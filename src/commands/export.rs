//! `-e`: a public key in another program's format.

use thiserror::Error;

use super::failure::Failure;
use super::json::{KEY, Ready, key_members, object};
use super::passphrase::OldPassphrase;
use super::{Context, Outcome, ask, load, public};
use crate::format::{age, jwk, rfc4716, spki};
use crate::host::account;
use crate::host::input::Input;
use crate::key::HashAlgorithm;

/// Which key, and into what.
#[derive(Debug)]
pub struct Args {
    /// A public or a private key file.
    pub file: Option<Input>,
    /// The format.
    pub format: PublicFormat,
    /// Where the passphrase of a private key comes from.
    pub passphrase: OldPassphrase,
}

/// A format of public keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicFormat {
    /// One line, as OpenSSH has it.
    OpenSsh,
    /// RFC 4716.
    Rfc4716,
    /// SubjectPublicKeyInfo, `BEGIN PUBLIC KEY`.
    Spki,
    /// `BEGIN RSA PUBLIC KEY` where there is such a form.
    Pem,
    /// SubjectPublicKeyInfo in DER.
    SpkiDer,
    /// RSAPublicKey in DER where there is such a form.
    PemDer,
    /// A JSON Web Key.
    Jwk,
    /// A recipient of age.
    Age,
}

/// The format has no form for such keys.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("unsupported key type {0}")]
pub struct Unsupported(String);

/// Prints the public key in the format asked for.
///
/// # Errors
/// Those of loading; a type that the format does not hold.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let input = ask::input(args.file, ctx)?;
    let found = load::public_key(&input, &args.passphrase, ctx)?;
    let text = encode(&found, args.format)?;
    let mut members = key_members(&found.key, &found.comment, HashAlgorithm::default());
    members.insert("exported".to_owned(), String::from_utf8_lossy(&text).into());
    ctx.ui.print(&Ready { text, json: object(KEY, members) })?;
    Ok(Outcome::Done)
}

/// The key as a file of that format.
pub(super) fn encode(found: &public::Found, format: PublicFormat) -> Result<Vec<u8>, Failure> {
    let key = found.key.key();
    let encoded = match format {
        PublicFormat::OpenSsh => return Ok([&found.key.to_line(&found.comment)[..], b"\n"].concat()),
        PublicFormat::Rfc4716 => {
            let (bits, name) = (key.bits(), found.key.display_name());
            // A user whom the system does not know has no name to give.
            let who = account::user_at_host().map(|who| format!(" by {who}")).unwrap_or_default();
            let comment = format!("{bits}-bit {name}, converted{who} from OpenSSH");
            return Ok(rfc4716::encode(&found.key, &comment).into_bytes());
        }
        PublicFormat::Spki => spki::encode(key).map(|text| text.expose().to_vec()),
        PublicFormat::Pem => spki::encode_pem(key).map(|text| text.expose().to_vec()),
        PublicFormat::SpkiDer => spki::encode_der(key),
        PublicFormat::PemDer => spki::encode_traditional_der(key),
        PublicFormat::Jwk => jwk::encode_public(key, &found.comment),
        PublicFormat::Age => age::encode_recipient(key),
    };
    encoded.map_err(|_| Unsupported(found.key.display_name().into_owned()).into())
}
