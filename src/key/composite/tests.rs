use base64ct::{Base64, Encoding};
use serde_json::Value;
use sha3::{Digest as _, Sha3_256};

use super::*;

fn hex(value: &Value, name: &str) -> Vec<u8> {
    let text = value[name].as_str().expect(name);
    let byte = |place| u8::from_str_radix(&text[place..place + 2], 16).expect("hex");
    (0..text.len()).step_by(2).map(byte).collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// OpenSSH's copy of the test vector of draft-ietf-lamps-pq-composite-sigs.
#[test]
fn vector_of_the_draft_holds() {
    let vector = json(include_str!("../../../tests/vectors/mldsa44-ed25519-composite.json"));
    let field = |name: &str| Base64::decode_vec(vector[name].as_str().expect(name)).expect("base64");
    let seeds = Seeds::from_slice(&field("sk")).expect("seeds");
    assert_eq!(seeds.public(), field("pk"));
    assert!(verify(&field("pk"), &field("m"), &field("s")));
    assert!(!verify(&field("pk"), b"a different message", &field("s")));
    // A signature with a context is not one over the plain message.
    assert!(!verify(&field("pk"), &field("m"), &field("sWithContext")));
}

/// NIST's known answers, from OpenSSH's tests.
#[test]
fn known_answers_of_mldsa44_hold() {
    let answers = json(include_str!("../../../tests/vectors/mldsa44-kat.json"));
    let answers = answers.as_array().expect("a list");
    assert_eq!(answers.len(), 25);
    for answer in answers {
        let seed: [u8; 32] = hex(answer, "key_generation_seed").try_into().expect("a seed");
        let random: [u8; 32] = hex(answer, "signing_randomness").try_into().expect("32 bytes");
        let key = ExpandedSigningKey::<MlDsa44>::from_seed(&seed.into());
        let public = key.verifying_key().encode();
        assert_eq!(Sha3_256::digest(public)[..], hex(answer, "sha3_256_hash_of_verification_key"));
        let message = hex(answer, "message");
        let signature = key.sign_internal(&[&[0, 0], &message], &random.into()).encode();
        assert_eq!(Sha3_256::digest(signature)[..], hex(answer, "sha3_256_hash_of_signature"));
    }
}

#[test]
fn each_part_of_a_signature_must_hold() {
    let [one, other] =
        [[1; 64], [2; 64]].map(|bytes| ExpandedKey::new(&Seeds::from_slice(&bytes).expect("seeds")));
    let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
    let (public, signature) = (one.public(), one.sign(b"message", &mut rng));
    let foreign = other.sign(b"message", &mut rng);
    assert!(verify(&public, b"message", &signature));
    let (ml, ed) = signature.split_at(ML_SIGNATURE_BYTES);
    let (foreign_ml, foreign_ed) = foreign.split_at(ML_SIGNATURE_BYTES);
    assert!(!verify(&public, b"message", &[ml, foreign_ed].concat()));
    assert!(!verify(&public, b"message", &[foreign_ml, ed].concat()));
    assert!(!verify(&public, b"message", &[&signature[..], &[0]].concat()));
    assert!(!verify(&public, b"message", ml));
    assert!(!verify(&public[..1343], b"message", &signature));
    assert!(!verify(&[], b"message", &[]));
    assert!(Seeds::from_slice(&[0; 63]).is_none() && Seeds::from_slice(&[0; 65]).is_none());
}
