//! JSON Web Keys (RFC 7517): RSA and ECDSA keys (RFC 7518 section 6), Ed25519 keys (RFC 8037 section 2). The comment of a
//! key is its `kid`. A private key is in the clear.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Map, Value};
use ssh_key::Mpint;
use ssh_key::private::{EcdsaKeypair, Ed25519Keypair, KeypairData, RsaKeypair};
use zeroize::Zeroizing;

use super::{Error, Feature, Name, Other, Part, Unsupported, asn1, ec, fields, spki};
use crate::key::{
    Algorithm, Comment, Curve, Mismatch, Pair, PrivateKey, PublicKey, RsaNumbers, ecdsa_pair, rsa_pair,
};
use crate::secret::Secret;
use crate::wire::{Reader, put_string, without_zeros};

/// A key that was read.
#[derive(Debug)]
pub enum Jwk {
    /// One with a private key.
    Private(PrivateKey),
    /// A public key, and its `kid`.
    Public(PublicKey, Comment),
}

/// Writes a private key: RSA, ECDSA, Ed25519.
///
/// # Errors
/// [`Error::TypeNotSupported`] for other types.
pub(super) fn encode_private(key: &PrivateKey) -> Result<Secret, Error> {
    let private = match key.pair() {
        Pair::Ssh(KeypairData::Rsa(pair)) => rsa_members(pair)?,
        Pair::Ssh(KeypairData::Ecdsa(pair)) => vec![("d", secret(pair.private_key_bytes()))],
        Pair::Ssh(KeypairData::Ed25519(pair)) => vec![("d", secret(pair.private.as_ref()))],
        _ => return Err(Error::TypeNotSupported),
    };
    Ok(Secret::new(object(&public_members(key.public())?, key.comment(), &private)))
}

/// Writes a public key of the same types.
///
/// # Errors
/// [`Error::TypeNotSupported`] for other types.
pub fn encode_public(key: &PublicKey, comment: &Comment) -> Result<Vec<u8>, Error> {
    Ok(object(&public_members(key)?, comment, &[]))
}

type Members = Vec<(&'static str, String)>;
type SecretMembers = Vec<(&'static str, Zeroizing<String>)>;

fn public_members(key: &PublicKey) -> Result<Members, Error> {
    let base64 = Base64UrlUnpadded::encode_string;
    let mut fields = Reader::new(key.blob());
    fields.string()?;
    let word = |name, word: &str| (name, word.to_owned());
    Ok(match key.algorithm() {
        Algorithm::Rsa => {
            let (e, n) = (without_zeros(fields.string()?), without_zeros(fields.string()?));
            vec![word("kty", "RSA"), ("n", base64(n)), ("e", base64(spki::one_byte_at_least(e)))]
        }
        Algorithm::Ecdsa(curve) => {
            fields.string()?;
            let coordinates = fields.string()?.get(1..).ok_or(DAMAGED)?;
            let (x, y) = coordinates.split_at(coordinates.len() / 2);
            vec![word("kty", "EC"), word("crv", curve_name(curve)), ("x", base64(x)), ("y", base64(y))]
        }
        Algorithm::Ed25519 => {
            vec![word("kty", "OKP"), word("crv", "Ed25519"), ("x", base64(fields.string()?))]
        }
        _ => return Err(Error::TypeNotSupported),
    })
}

/// d, the primes, and the three numbers that follow from them (RFC 7518 section 6.3.2).
fn rsa_members(pair: &RsaKeypair) -> Result<SecretMembers, Error> {
    let private = pair.private();
    let bytes = |number: &Mpint| Zeroizing::new(number.as_positive_bytes().unwrap_or_default().to_vec());
    let [d, p, q, qi] = [private.d(), private.p(), private.q(), private.iqmp()].map(bytes);
    let (dp, dq) = (asn1::exponent_below(&d, &p)?, asn1::exponent_below(&d, &q)?);
    Ok(vec![
        ("d", secret(&d)),
        ("p", secret(&p)),
        ("q", secret(&q)),
        ("dp", secret(without_zeros(&dp))),
        ("dq", secret(without_zeros(&dq))),
        ("qi", secret(&qi)),
    ])
}

fn secret(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(Base64UrlUnpadded::encode_string(bytes))
}

/// One object on one line. The values are base64 and words, so nothing but the comment is escaped.
fn object(public: &[(&str, String)], comment: &Comment, private: &[(&str, Zeroizing<String>)]) -> Vec<u8> {
    let kid = Value::from(comment.to_text()).to_string();
    let length: usize = public.iter().map(|(name, value)| name.len() + value.len() + 6).sum::<usize>()
        + private.iter().map(|(name, value)| name.len() + value.len() + 6).sum::<usize>();
    // Reserved whole, so that no copy of the key stays behind in memory when the text grows.
    let mut text = Vec::with_capacity(length + kid.len() + 16);
    let mut member = |name: &str, value: &str, mark: &str| {
        text.extend_from_slice(if text.is_empty() { b"{\"" } else { b",\"" });
        for part in [name, "\":", mark, value, mark] {
            text.extend_from_slice(part.as_bytes());
        }
    };
    for (name, value) in public {
        member(name, value, "\"");
    }
    for (name, value) in private {
        member(name, value, "\"");
    }
    if !comment.is_empty() {
        member("kid", &kid, "");
    }
    text.extend_from_slice(b"}\n");
    text
}

/// Reads a key, or a set that holds one key.
///
/// # Errors
/// [`enum@Error`]: not this format, damaged, unsupported.
pub fn decode(file: &[u8]) -> Result<Jwk, Error> {
    let not_this = || Error::NotThisFormat(Other::Unknown);
    let text = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
    let Ok(Value::Object(mut object)) = serde_json::from_slice(text) else { return Err(not_this()) };
    if let Some(Value::Array(keys)) = object.remove("keys") {
        object = match <[Value; 1]>::try_from(keys) {
            Ok([Value::Object(key)]) => key,
            Ok(_) => return Err(not_this()),
            Err(_) => {
                return Err(Error::key_type(Name::known("a JWK set that does not hold exactly one key")));
            }
        };
    }
    let kind = object.get("kty").ok_or_else(not_this)?.as_str().ok_or(DAMAGED)?;
    let members = Numbers(&object);
    match kind {
        "RSA" => rsa(&members),
        "EC" => elliptic(&members),
        "OKP" => ed25519(&members),
        "oct" => Err(Error::key_type(Name::known("a symmetric key, which cannot make a key pair"))),
        "AKP" => Err(Error::key_type(Name::known("AKP, whose keys OpenSSH does not use"))),
        other => Err(Error::key_type(Name::from_file(other.as_bytes()))),
    }
}

const DAMAGED: Error = Error::damaged(Part::PrivateKey);

/// The members of a key.
struct Numbers<'a>(&'a Map<String, Value>);

impl Numbers<'_> {
    /// The bytes of a member; none if it is missing. Padding, which RFC 7515 forbids, does not matter.
    fn bytes(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let text = value.as_str().ok_or(DAMAGED)?.trim_end_matches('=');
        let bytes = Base64UrlUnpadded::decode_vec(text).map_err(|_| DAMAGED)?;
        Ok(Some(Zeroizing::new(bytes)))
    }

    fn needed(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.bytes(name)?.ok_or(DAMAGED)
    }

    fn word(&self, name: &str) -> Result<&str, Error> {
        self.0.get(name).and_then(Value::as_str).ok_or(DAMAGED)
    }

    fn comment(&self) -> Comment {
        let kid = self.0.get("kid").and_then(Value::as_str).unwrap_or_default();
        Comment::from_file(kid.as_bytes())
    }

    fn private(&self, pair: impl Into<Pair>) -> Result<Jwk, Error> {
        PrivateKey::new(pair, self.comment()).map(Jwk::Private).map_err(|_| DAMAGED)
    }

    fn public(&self, blob: &[u8]) -> Result<Jwk, Error> {
        let key = PublicKey::from_blob(blob).map_err(|_| Error::damaged(Part::PublicKey))?;
        Ok(Jwk::Public(key, self.comment()))
    }
}

fn rsa(members: &Numbers<'_>) -> Result<Jwk, Error> {
    let (n, e) = (members.needed("n")?, members.needed("e")?);
    fields::check_rsa_size(without_zeros(&n))?;
    if members.0.contains_key("oth") {
        return Err(Error::key_type(Name::known("RSA of more than two primes")));
    }
    let Some(d) = members.bytes("d")? else {
        let blob = spki::blob_of_numbers(&n, &e)?;
        return members.public(&blob);
    };
    // Keys with d alone are allowed: the primes follow from it.
    let (p, q) = (members.bytes("p")?.unwrap_or_default(), members.bytes("q")?.unwrap_or_default());
    members.private(KeypairData::from(rsa_pair(&RsaNumbers { n: &n, e: &e, d: &d, p: &p, q: &q })?))
}

fn elliptic(members: &Numbers<'_>) -> Result<Jwk, Error> {
    let name = members.word("crv")?;
    let curve = Curve::ALL.into_iter().find(|curve| curve_name(*curve) == name);
    let curve =
        curve.ok_or_else(|| Unsupported { what: Feature::Curve, name: Name::from_file(name.as_bytes()) })?;
    let (x, y) = (padded(&members.needed("x")?, curve)?, padded(&members.needed("y")?, curve)?);
    let point = [&[4], &x[..], &y[..]].concat();
    if let Some(d) = members.bytes("d")? {
        let pair: EcdsaKeypair = ecdsa_pair(curve, &d).ok_or(DAMAGED)?;
        let is_own = pair.public_key_bytes() == point;
        return if is_own {
            members.private(KeypairData::from(pair))
        } else {
            Err(Error::Mismatch(Mismatch))
        };
    }
    let point = ec::uncompressed(curve, &point).ok_or(Error::damaged(Part::PublicKey))?;
    let mut blob = Vec::new();
    put_string(&mut blob, Algorithm::Ecdsa(curve).wire_name().as_bytes());
    put_string(&mut blob, curve.wire_name().as_bytes());
    put_string(&mut blob, &point);
    members.public(&blob)
}

/// A coordinate of full length. Some programs leave zeros in front out, which RFC 7518 section 6.2.1.2 forbids.
fn padded(number: &[u8], curve: Curve) -> Result<Vec<u8>, Error> {
    let number = without_zeros(number);
    let missing = curve.bytes().checked_sub(number.len()).ok_or(Error::damaged(Part::PublicKey))?;
    Ok([&vec![0; missing], number].concat())
}

fn ed25519(members: &Numbers<'_>) -> Result<Jwk, Error> {
    match members.word("crv")? {
        "Ed25519" => {}
        "X25519" => return Err(asn1::unsupported(asn1::X25519)),
        "Ed448" => return Err(asn1::unsupported(asn1::ED448)),
        other => return Err(Error::key_type(Name::from_file(other.as_bytes()))),
    }
    let x = members.needed("x")?;
    let Some(d) = members.bytes("d")? else {
        let mut blob = Vec::new();
        put_string(&mut blob, Algorithm::Ed25519.wire_name().as_bytes());
        put_string(&mut blob, &x);
        return members.public(&blob);
    };
    let pair = Ed25519Keypair::from_seed(d[..].try_into().map_err(|_| DAMAGED)?);
    if pair.public.as_ref() != &x[..] {
        return Err(Error::Mismatch(Mismatch));
    }
    members.private(KeypairData::from(pair))
}

/// The name of a curve (RFC 7518 section 6.2.1.1).
fn curve_name(curve: Curve) -> &'static str {
    match curve {
        Curve::P256 => "P-256",
        Curve::P384 => "P-384",
        Curve::P521 => "P-521",
    }
}
