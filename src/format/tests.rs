use std::fs;
use std::path::{Path, PathBuf};

use chacha20::ChaCha20Rng;
use rand_core::SeedableRng;

use super::armor::{self, Armor};
use super::*;
use crate::certificate::KeyOrCertificate;
use crate::key::{Algorithm, Comment};
use crate::keygen::{self, RsaBits, Spec};

const PASSPHRASE: &[u8] = b"correct horse";

fn open(file: &[u8], passphrase: &Passphrase) -> Result<PrivateKey, Error> {
    KeyFile::parse(file)?.open(passphrase)
}

fn vectors() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let entries = fs::read_dir(directory).expect("the vectors").map(|entry| entry.expect("an entry").path());
    let keys: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "key")).collect();
    assert!(keys.len() >= 14, "only {} vectors", keys.len());
    keys
}

fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE.to_vec())
}

#[test]
fn every_vector_opens_with_its_public_half() {
    for path in vectors() {
        let key = fs::read(&path).expect("a key");
        let public = fs::read_to_string(path.with_extension("pub")).expect("its public key");
        let opened = open(&key, &passphrase()).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let line = opened.public().to_line(&Comment::default());
        assert_eq!(String::from_utf8_lossy(&line), public.trim_end(), "{path:?}");
    }
}

#[test]
fn line_ends_marks_and_white_space_do_not_matter() {
    for path in vectors() {
        let key = fs::read_to_string(&path).expect("a key");
        let forms = [
            key.replace('\n', "\r\n"),
            key.trim_end().to_owned(),
            format!("\u{feff}{key}"),
            key.lines().map(|line| format!("   {line}  \n")).collect(),
            format!("\n\nsome text\n{key}\n\nmore text\n"),
        ];
        for form in forms {
            let opened = open(form.as_bytes(), &passphrase());
            assert!(opened.is_ok(), "{path:?}: {opened:?}: {form:?}");
        }
    }
}

#[test]
fn without_the_passphrase_only_openssh_tells_the_public_half() {
    for path in vectors() {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let key = fs::read(&path).expect("a key");
        let encrypted = ["ctr", "gcm", "chacha", "encrypted"].iter().any(|part| name.contains(part));
        let result = open(&key, &Passphrase::empty()).map(drop);
        assert_eq!(result, if encrypted { Err(Error::NeedsPassphrase) } else { Ok(()) }, "{name}");
        let file = KeyFile::parse(&key).expect("a key file");
        assert_eq!(file.public().is_some(), name.starts_with("openssh"), "{name}");
        assert_eq!(file.protection().is_some(), encrypted, "{name}");
        let wrong = open(&key, &Passphrase::new(b"wrong".to_vec()));
        assert_eq!(wrong.err(), encrypted.then_some(Error::WrongPassphrase), "{name}");
    }
}

/// Every single-byte change and every truncation: an error, or the same public key.
#[test]
fn mutations_never_panic_and_never_give_another_key() {
    for path in vectors() {
        let file = fs::read(&path).expect("a key");
        let armor = Armor::parse(&file).expect("an armored file");
        let sound = open(&file, &passphrase()).expect("a sound key");
        let headers: String = ["Proc-Type", "DEK-Info"]
            .iter()
            .filter_map(|name| Some(format!("{name}: {}\n", armor.header(name)?)))
            .collect();
        let check = |bytes: &[u8], what: &str| {
            let mutant = armor::write(armor.label(), &headers, bytes, 64);
            let opened = open(mutant.expose(), &passphrase());
            // 32 bytes in PKCS8 are an Ed25519 key whatever they are.
            if let (Ok(opened), false) =
                (opened, armor.label() != "OPENSSH PRIVATE KEY" && is_ed25519(&sound))
            {
                assert_eq!(opened.public(), sound.public(), "{path:?}: {what}");
            }
        };
        let bytes = armor.bytes();
        for position in 0..bytes.len() {
            let mut mutant = bytes.to_vec();
            mutant[position] ^= 1 << (position % 8);
            // More rounds than one only cost time here; that they are bounded is tested below.
            if !is_rounds(bytes, position) {
                check(&mutant, &format!("byte {position}"));
            }
            check(&bytes[..position], &format!("cut at {position}"));
        }
    }
}

fn is_ed25519(opened: &PrivateKey) -> bool {
    opened.public().algorithm() == Algorithm::Ed25519
}

/// Whether the byte belongs to a work factor, which for these keys is the number 1 or 2048.
fn is_rounds(bytes: &[u8], position: usize) -> bool {
    const MARKS: [&[u8]; 2] = [&[0, 0, 0, 24, 0, 0, 0, 16], &[0x02, 0x02, 0x08, 0x00]];
    bytes
        .windows(8)
        .position(|window| window == MARKS[0])
        .is_some_and(|at| (at + 24..at + 28).contains(&position))
        || bytes
            .windows(4)
            .position(|window| window == MARKS[1])
            .is_some_and(|at| (at..at + 4).contains(&position))
}

#[test]
fn absurd_work_is_refused_at_once() {
    let file =
        fs::read(vectors().into_iter().find(|path| path.ends_with("openssh-ed25519-ctr.key")).expect("it"));
    let file = file.expect("a key");
    let armor = Armor::parse(&file).expect("an armored file");
    let mut bytes = armor.bytes().to_vec();
    let at = (0..bytes.len()).find(|&at| is_rounds(&bytes, at)).expect("the rounds");
    bytes[at..at + 4].copy_from_slice(&u32::MAX.to_be_bytes());
    let greedy = armor::write(armor.label(), "", &bytes, 70);
    let over = OverLimit { limit: Limit::BcryptRounds, asked: u32::MAX.into(), allowed: Rounds::MAX.into() };
    assert_eq!(open(greedy.expose(), &passphrase()).err(), Some(Error::OverLimit(over)));
}

#[test]
fn what_is_sealed_opens_again() {
    let mut rng = ChaCha20Rng::from_seed([7; 32]);
    let specs = [
        Spec::Ed25519,
        Spec::Mldsa44Ed25519,
        Spec::Ecdsa(crate::key::Curve::P256),
        Spec::Ecdsa(crate::key::Curve::P384),
        Spec::Ecdsa(crate::key::Curve::P521),
        Spec::Rsa(RsaBits::new(1025).expect("in range")),
    ];
    let rounds = Rounds::new(1).expect("a number of rounds");
    let mut layouts = vec![Layout::Pkcs8(Pbes2::AsSshKeygen), Layout::Pem];
    layouts.extend(
        Cipher::NAMES.map(|name| Layout::OpenSsh { cipher: name.parse().expect("a cipher"), rounds }),
    );
    for spec in specs {
        let comment = Comment::new(b"caf\xe9 au lait").expect("a comment");
        let key = keygen::generate(spec, comment, &mut rng).expect("a key");
        for layout in &layouts {
            for passphrase in [Passphrase::empty(), passphrase()] {
                if layout.accepts(spec.algorithm(), &passphrase).is_err() {
                    let openssh_only = matches!(
                        (spec, layout),
                        (Spec::Ed25519, Layout::Pem) | (Spec::Mldsa44Ed25519, Layout::Pem | Layout::Pkcs8(_))
                    );
                    assert!(openssh_only, "{spec:?} {layout:?}");
                    continue;
                }
                let sealed = layout.seal(&key, &passphrase, &mut rng).expect("a file");
                let opened = open(sealed.expose(), &passphrase);
                let Ok(opened) = opened else { panic!("{spec:?} {layout:?}: {opened:?}") };
                assert_eq!(opened.public(), key.public());
                if matches!(layout, Layout::OpenSsh { .. }) {
                    assert_eq!(opened.comment(), key.comment());
                }
            }
        }
    }
}

#[test]
fn a_public_half_of_another_key_is_not_believed() {
    let mut rng = ChaCha20Rng::from_seed([8; 32]);
    let mut make = || keygen::generate(Spec::Ed25519, Comment::default(), &mut rng).expect("a key");
    let (mine, theirs) = (make(), make());
    let layout = Layout::OpenSsh { cipher: Cipher::default(), rounds: Rounds::default() };
    let file = layout.seal(&mine, &Passphrase::empty(), &mut rng).expect("a file");
    let armor = Armor::parse(file.expose()).expect("an armored file");
    let (mine, theirs) = (&mine.public().blob()[19..], &theirs.public().blob()[19..]);
    let mut bytes = armor.bytes().to_vec();
    let places: Vec<_> = (0..bytes.len() - 31).filter(|&at| bytes[at..at + 32] == *mine).collect();
    assert_eq!(places.len(), 3, "outside, inside, and behind the seed");
    for at in places {
        bytes[at..at + 32].copy_from_slice(theirs);
    }
    let forged = armor::write(armor.label(), "", &bytes, 70);
    assert!(open(forged.expose(), &Passphrase::empty()).is_err());
}

#[test]
fn short_passphrases_are_refused_where_ssh_keygen_does() {
    let layout = Layout::Pkcs8(Pbes2::AsSshKeygen);
    for (passphrase, result) in [("", Ok(())), ("1234", Err(Error::ShortPassphrase)), ("12345", Ok(()))] {
        let passphrase = Passphrase::new(passphrase.as_bytes().to_vec());
        assert_eq!(layout.accepts(Algorithm::Rsa, &passphrase), result);
        assert_eq!(Layout::Pem.accepts(Algorithm::Rsa, &passphrase), result);
    }
}

#[test]
fn scalars_with_zeros_in_front_are_written_in_their_one_form() {
    use crate::key::{Curve, ecdsa_pair};
    let layout = Layout::OpenSsh { cipher: Cipher::default(), rounds: Rounds::default() };
    for (scalar, written) in
        [(&[1, 2, 3][..], &[0, 0, 0, 3, 1, 2, 3, 0][..]), (&[0x80], &[0, 0, 0, 2, 0, 0x80, 0])]
    {
        let pair = ecdsa_pair(Curve::P521, scalar).expect("a pair");
        let key = PrivateKey::new(pair, Comment::default()).expect("a key");
        let mut rng = ChaCha20Rng::from_seed([9; 32]);
        let file = layout.seal(&key, &Passphrase::empty(), &mut rng).expect("a file");
        let armor = Armor::parse(file.expose()).expect("an armored file");
        assert!(armor.bytes().windows(written.len()).any(|window| window == written));
        let opened = open(file.expose(), &Passphrase::empty()).expect("the key");
        assert_eq!(opened.public(), key.public());
    }
}

/// As above, for the formats that are text of their own. What a MAC does not cover may change: line endings,
/// the names of headers.
#[test]
fn mutated_text_formats_never_panic_and_never_give_another_key() {
    let mut rng = ChaCha20Rng::from_seed([10; 32]);
    let comment = Comment::new(b"me".as_slice()).expect("a comment");
    let key =
        keygen::generate(Spec::Ecdsa(crate::key::Curve::P256), comment.clone(), &mut rng).expect("a key");
    let costs = [Ppk::V2, Ppk::V3(Argon2Cost::new(8, 1, 1).expect("a cost"))];
    for (layout, passphrase) in costs
        .map(Layout::Ppk)
        .into_iter()
        .flat_map(|layout| [(layout, Passphrase::empty()), (layout, passphrase())])
    {
        let file = layout.seal(&key, &passphrase, &mut rng).expect("a file");
        for mutant in mutants(file.expose()) {
            if let Ok(opened) = open(&mutant, &passphrase) {
                assert_eq!(opened.public(), key.public(), "{}", String::from_utf8_lossy(&mutant));
            }
        }
    }
    for file in [
        rfc4716::encode(&KeyOrCertificate::Key(key.public().clone()), "me").into_bytes(),
        spki::encode(key.public()).expect("a file").expose().to_vec(),
    ] {
        for mutant in mutants(&file) {
            // A public key has no checksum: that reading ends is all there is to ask.
            let _ = (rfc4716::decode(&mutant), spki::decode(&mutant));
        }
    }
}

fn mutants(file: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..file.len()).flat_map(move |position| {
        let mut changed = file.to_vec();
        changed[position] ^= 1 << (position % 7);
        let mut without = file.to_vec();
        without.remove(position);
        [changed, without, file[..position].to_vec()]
    })
}
