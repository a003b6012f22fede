use chacha20::ChaCha20Rng;
use rand_core::SeedableRng;
use ssh_key::private::KeypairData;

use crate::key::{Comment, Curve, Pair};
use crate::keygen::{self, Spec};
use crate::signature::{Scheme, Signer};
use crate::wire::Reader;

/// The signatures of many messages at once are those that the RustCrypto crates give for each.
macro_rules! ecdsa_signatures_are_those_of {
    ($library:ident, $curve:expr) => {
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        for round in 0..4 {
            let key = keygen::generate(Spec::Ecdsa($curve), Comment::default(), &mut rng).expect("a key");
            let Pair::Ssh(KeypairData::Ecdsa(pair)) = key.pair() else { panic!("ECDSA") };
            let reference = $library::ecdsa::SigningKey::from_slice(pair.private_key_bytes()).expect("a key");
            let messages: Vec<String> = (0..20).map(|number| format!("{round} {number}")).collect();
            let bytes: Vec<&[u8]> = messages.iter().map(String::as_bytes).collect();
            let signer = Signer::new(&key).expect("a signer");
            let made = signer.sign_all(Scheme::Ecdsa($curve), &bytes, &mut rng).expect("signatures");
            for (message, made) in bytes.iter().zip(made) {
                let wanted: $library::ecdsa::Signature = reference.sign(message);
                let mut reader = Reader::new(made.blob());
                let (_name, numbers) = (reader.string().expect("a name"), reader.string().expect("numbers"));
                let mut numbers = Reader::new(numbers);
                for fixed in wanted.to_bytes().chunks($curve.bytes()) {
                    let number = numbers.string().expect("a number");
                    let digits = |bytes: &[u8]| {
                        bytes.iter().copied().skip_while(|&byte| byte == 0).collect::<Vec<_>>()
                    };
                    assert_eq!(digits(number), digits(fixed), "{message:?}");
                }
                made.verify(key.public(), message).expect("a signature");
            }
        }
    };
}

#[test]
fn ecdsa_signatures_of_many_messages_are_those_of_the_crates() {
    use p256::ecdsa::signature::Signer as _;
    ecdsa_signatures_are_those_of!(p256, Curve::P256);
    ecdsa_signatures_are_those_of!(p384, Curve::P384);
    ecdsa_signatures_are_those_of!(p521, Curve::P521);
}
