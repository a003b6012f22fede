use chacha20::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::key::{Comment, PrivateKey, ecdsa_pair};
use crate::keygen::{self, RsaBits, Spec};

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([7; 32])
}

fn key(spec: Spec) -> PrivateKey {
    keygen::generate(spec, Comment::default(), &mut rng()).expect("a key")
}

fn keys() -> Vec<(PrivateKey, Vec<Scheme>)> {
    let rsa = Spec::Rsa(RsaBits::new(1024).expect("a length"));
    vec![
        (key(Spec::Ed25519), vec![Scheme::Ed25519]),
        (key(Spec::Ecdsa(Curve::P256)), vec![Scheme::Ecdsa(Curve::P256)]),
        (key(Spec::Ecdsa(Curve::P384)), vec![Scheme::Ecdsa(Curve::P384)]),
        (key(Spec::Ecdsa(Curve::P521)), vec![Scheme::Ecdsa(Curve::P521)]),
        (key(Spec::Mldsa44Ed25519), vec![Scheme::Mldsa44Ed25519]),
        (key(rsa), vec![Scheme::RsaSha1, Scheme::RsaSha256, Scheme::RsaSha512]),
    ]
}

#[test]
fn each_key_makes_its_signatures_and_no_others() {
    for (key, schemes) in keys() {
        let signer = Signer::new(&key).expect("a signer");
        for scheme in Scheme::ALL {
            let made = signer.sign(scheme, b"message", &mut rng());
            if !schemes.contains(&scheme) {
                assert_eq!(made, Err(Error::Unsupported), "{scheme:?}");
                continue;
            }
            let made = made.expect("a signature");
            let read = Signature::from_blob(made.blob()).expect("a signature");
            assert_eq!((read.scheme(), read.verify(key.public(), b"message")), (scheme, Ok(())));
            assert_eq!(read.verify(key.public(), b"massage"), Err(Error::Incorrect));
        }
    }
}

#[test]
fn many_messages_are_signed_as_one_by_one() {
    for (key, schemes) in keys() {
        let signer = Signer::new(&key).expect("a signer");
        let messages: Vec<Vec<u8>> = (0..9).map(|length| vec![b'x'; 40 * length]).collect();
        let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
        for count in 0..messages.len() {
            let made = signer.sign_all(schemes[0], &messages[..count], &mut rng()).expect("signatures");
            assert_eq!(made.len(), count);
            for (made, message) in made.iter().zip(&messages) {
                assert_eq!(made.verify(key.public(), message), Ok(()));
                // The others are determined by the message.
                if schemes[0] != Scheme::Mldsa44Ed25519 {
                    assert_eq!(*made, signer.sign(schemes[0], message, &mut rng()).expect("a signature"));
                }
            }
        }
    }
}

/// The padding of RFC 8017 leaves no choice, so that two programs make the same signature.
#[test]
fn rsa_signatures_are_those_of_the_crate_rsa() {
    use crypto_bigint::BoxedUint;
    use rsa::Pkcs1v15Sign;
    use sha1::Sha1;
    use sha2::{Digest, Sha256, Sha512};

    for bits in [1024, 1031, 1536, 2048] {
        let key = key(Spec::Rsa(RsaBits::new(bits).expect("a length")));
        let crate::key::Pair::Ssh(ssh_key::private::KeypairData::Rsa(pair)) = key.pair() else {
            panic!("an RSA key")
        };
        let number = |number: &ssh_key::Mpint| {
            BoxedUint::from_be_slice_vartime(number.as_positive_bytes().expect("positive"))
        };
        let [p, q] = [pair.private().p(), pair.private().q()].map(number);
        let theirs = rsa::PrivateKey::from_p_q(p, q, BoxedUint::from(65537_u32)).expect("a key");
        let message = b"message";
        for (scheme, padding, hash) in [
            (Scheme::RsaSha1, Pkcs1v15Sign::new::<Sha1>(), Sha1::digest(message).to_vec()),
            (Scheme::RsaSha256, Pkcs1v15Sign::new::<Sha256>(), Sha256::digest(message).to_vec()),
            (Scheme::RsaSha512, Pkcs1v15Sign::new::<Sha512>(), Sha512::digest(message).to_vec()),
        ] {
            let ours = Signer::new(&key).expect("a signer").sign(scheme, message, &mut rng());
            let ours = ours.expect("a signature").blob().to_vec();
            assert!(ours.ends_with(&theirs.sign(padding, &hash).expect("a signature")), "{bits} {scheme:?}");
        }
    }
}

#[test]
fn no_changed_byte_and_no_truncation_verifies() {
    for (key, schemes) in keys() {
        let signer = Signer::new(&key).expect("a signer");
        let made = signer.sign(schemes[0], b"message", &mut rng()).expect("a signature");
        for end in 0..made.blob().len() {
            let cut = Signature::from_blob(&made.blob()[..end]);
            assert!(cut.and_then(|cut| cut.verify(key.public(), b"message")).is_err(), "cut at {end}");
        }
        for place in 0..made.blob().len() {
            let mut blob = made.blob().to_vec();
            blob[place] ^= 0x40;
            let changed = Signature::from_blob(&blob);
            assert!(changed.and_then(|it| it.verify(key.public(), b"message")).is_err(), "byte {place}");
        }
    }
}

/// RFC 6979 appendix A.2.5 and A.2.7: the nonce is that of the standard, so it cannot repeat.
#[test]
fn ecdsa_nonces_are_those_of_rfc_6979() {
    let p256 = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
    let p521 = "00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75\
                caa896eb32f1f47c70855836a6d16fcc1466f6d8fbec67db89ec0c08b0e996b83538";
    let r256 = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
    let r521 = "00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f\
                174e25a1ee9017b5d450606add152b534931d7d4e8455cc91f9b15bf05ec36e377fa";
    for (curve, scalar, r) in [(Curve::P256, p256, r256), (Curve::P521, p521, r521)] {
        let pair = ecdsa_pair(curve, &unhex(scalar)).expect("a pair");
        let key = PrivateKey::new(pair, Comment::default()).expect("a key");
        let made = Signer::new(&key).expect("a signer").sign(Scheme::Ecdsa(curve), b"sample", &mut rng());
        let blob = made.expect("a signature").blob().to_vec();
        let mut fields = Reader::new(&blob);
        let (_, mut numbers) = (fields.string(), Reader::new(fields.string().expect("numbers")));
        let number = numbers.string().expect("r");
        let digits = |bytes: &[u8]| bytes.iter().copied().skip_while(|&byte| byte == 0).collect::<Vec<_>>();
        assert_eq!(digits(number), digits(&unhex(r)), "{curve:?}");
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |index| u8::from_str_radix(&text[index..index + 2], 16).expect("hex");
    (0..text.len()).step_by(2).map(digit).collect()
}

#[test]
fn the_longest_rsa_key_signs() {
    let file = include_bytes!("../../tests/vectors/rsa-16384.pem");
    let file = crate::format::KeyFile::parse(file).expect("a key file");
    let key = file.open(&crate::secret::Passphrase::empty()).expect("a key");
    assert_eq!(key.public().bits(), 16384);
    let made = Signer::new(&key).expect("a signer").sign(Scheme::RsaSha512, b"message", &mut rng());
    assert_eq!(made.and_then(|made| made.verify(key.public(), b"message")), Ok(()));
}

/// What a token does (PROTOCOL.u2f), by hand: a key, and a signature over "message".
fn token(flags: u8) -> (PublicKey, Vec<u8>, impl Fn(&[u8]) -> Vec<u8>) {
    use ed25519_dalek::Signer as _;
    use sha2::{Digest, Sha256};

    let signing = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let mut blob = Vec::new();
    put_string(&mut blob, b"sk-ssh-ed25519@openssh.com");
    put_string(&mut blob, signing.verifying_key().as_bytes());
    put_string(&mut blob, b"ssh:");
    let start = [&Sha256::digest(b"ssh:")[..], &[flags], &[0, 0, 0, 9]].concat();
    let sign = move |rest: &[u8]| signing.sign(&[&start[..], rest].concat()).to_bytes().to_vec();
    let behind = vec![flags, 0, 0, 0, 9];
    (PublicKey::from_blob(&blob).expect("a key"), behind, sign)
}

#[test]
fn signatures_of_tokens_are_checked() {
    use sha2::{Digest, Sha256};

    let (key, behind, sign) = token(1);
    let mut blob = Vec::new();
    put_string(&mut blob, b"sk-ssh-ed25519@openssh.com");
    put_string(&mut blob, &sign(&Sha256::digest(b"message")));
    blob.extend(behind);
    let check = |blob: &[u8], message: &[u8]| Signature::from_blob(blob)?.verify(&key, message);
    assert_eq!(check(&blob, b"message"), Ok(()));
    assert_eq!(check(&blob, b"massage"), Err(Error::Incorrect));
    for place in 4..blob.len() {
        let mut changed = blob.clone();
        changed[place] ^= 1;
        assert!(check(&changed, b"message").is_err(), "byte {place}");
    }
}

/// What a browser sends with a signature of a FIDO key.
struct Browser {
    name: &'static str,
    flags: u8,
    challenge: &'static str,
    origin: &'static str,
    extensions: &'static [u8],
    /// The origin in the browser's own record.
    recorded: &'static str,
}

const BROWSER: Browser = Browser {
    name: "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
    flags: 1,
    // The message in base64url.
    challenge: "bWVzc2FnZQ",
    origin: "https://example.org",
    extensions: b"",
    recorded: "https://example.org",
};

/// Checks a signature over "message" that a token made for the browser: one that holds, but for what is checked beside it.
fn check_browser(browser: &Browser) -> Result<(), Error> {
    use p256::ecdsa::signature::Signer as _;
    use sha2::{Digest, Sha256};

    let signing = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("a scalar");
    let mut key = Vec::new();
    let point = signing.verifying_key().to_sec1_point(false);
    for field in [&b"sk-ecdsa-sha2-nistp256@openssh.com"[..], b"nistp256", point.as_bytes(), b"ssh:"] {
        put_string(&mut key, field);
    }
    let key = PublicKey::from_blob(&key).expect("a key");
    let Browser { name, flags, challenge, origin, extensions, recorded } = browser;
    let record =
        format!("{{\"type\":\"webauthn.get\",\"challenge\":\"{challenge}\",\"origin\":\"{recorded}\"}}");
    let signed =
        [&Sha256::digest(b"ssh:")[..], &[*flags, 0, 0, 0, 9], extensions, &Sha256::digest(&record)[..]]
            .concat();
    let made: p256::ecdsa::Signature = signing.sign(&signed);
    let mut numbers = Vec::new();
    for half in made.to_bytes().chunks(32) {
        put_string(&mut numbers, &[&[0], half].concat());
    }
    let mut blob = Vec::new();
    put_string(&mut blob, name.as_bytes());
    put_string(&mut blob, &numbers);
    blob.extend([*flags, 0, 0, 0, 9]);
    for field in [origin.as_bytes(), record.as_bytes(), extensions] {
        put_string(&mut blob, field);
    }
    Signature::from_blob(&blob)?.verify(&key, b"message")
}

#[test]
fn signatures_of_browsers_are_checked_as_openssh_does() {
    let (wrong, invalid) = (Err(Error::Incorrect), Err(Error::Invalid));
    for (browser, expected) in [
        (BROWSER, Ok(())),
        (Browser { challenge: "bWFzc2FnZQ", ..BROWSER }, wrong),
        (Browser { recorded: "https://example.net", ..BROWSER }, wrong),
        (Browser { origin: "https://example.org\0", ..BROWSER }, Ok(())),
        (Browser { origin: "https://example.org\0x", ..BROWSER }, invalid),
        (Browser { origin: "a\"b", recorded: "a\"b", ..BROWSER }, invalid),
        // Extension data go with their flag, and never data of a new credential.
        (Browser { flags: 0x81, extensions: b"x", ..BROWSER }, Ok(())),
        (Browser { flags: 0x81, ..BROWSER }, invalid),
        (Browser { extensions: b"x", ..BROWSER }, invalid),
        (Browser { flags: 0x41, ..BROWSER }, invalid),
        (Browser { flags: 0xc1, extensions: b"x", ..BROWSER }, invalid),
        // OpenSSH has no such signatures of Ed25519 keys.
        (Browser { name: "webauthn-sk-ssh-ed25519@openssh.com", ..BROWSER }, Err(Error::Unsupported)),
    ] {
        let Browser { name, flags, origin, .. } = browser;
        assert_eq!(check_browser(&browser), expected, "{name} {flags:x} {origin:?}");
    }
}
