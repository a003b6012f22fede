use chacha20::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::key::Algorithm;

#[test]
fn each_kind_is_exactly_as_asked_for() {
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let rsa = |bits| Spec::Rsa(RsaBits::new(bits).expect("in range"));
    let curves = Curve::ALL.map(Spec::Ecdsa);
    for spec in [Spec::Ed25519, Spec::Mldsa44Ed25519, rsa(1024), rsa(1025), rsa(1031), rsa(2048)]
        .into_iter()
        .chain(curves)
    {
        let key = generate(spec, Comment::default(), &mut rng).expect("a key");
        assert_eq!((key.public().algorithm(), key.public().bits()), (spec.algorithm(), spec.bits()));
        key.check_halves().expect("matching keys");
    }
}

#[test]
fn the_seed_decides_and_nothing_else() {
    let make = |seed| {
        let mut rng = ChaCha20Rng::from_seed([seed; 32]);
        let key = generate(Spec::Ecdsa(Curve::P521), Comment::default(), &mut rng).expect("a key");
        assert_eq!(key.public().algorithm(), Algorithm::Ecdsa(Curve::P521));
        key.public().clone()
    };
    assert_eq!(make(1), make(1));
    assert_ne!(make(1), make(2));
}

#[test]
fn sizes_end_where_ssh_keygens_end() {
    assert_eq!(RsaBits::new(1023), None);
    assert_eq!(RsaBits::new(1024).map(RsaBits::get), Some(1024));
    assert_eq!(RsaBits::new(16384).map(RsaBits::get), Some(16384));
    assert_eq!(RsaBits::new(16385), None);
}
