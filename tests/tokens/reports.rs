//! What rkeygen has beyond ssh-keygen, on keys in FIDO tokens: `--json`, `--no-input`, `--if-exists`.

use std::fs;

use crate::calls::{Call, Place, Seen};
use crate::support::{rkeygen, token};

const PIN: &str = "SKTEST_PIN=1234";

fn run(
    place: &Place,
    arguments: &'static str,
    input: &'static str,
    variables: &'static str,
) -> (Seen, String) {
    let token = token::sktest().expect("a token");
    place.call(rkeygen(), token, &Call::new(arguments).input(input).with(variables))
}

#[test]
fn json_is_all_there_is_on_standard_output() {
    if token::sktest().is_none() {
        return;
    }
    let place = Place::new();
    fs::write(place.path("message"), "hello\n").expect("a file");
    for (arguments, input, parts) in [
        (
            "--json -t ed25519-sk -N '' -C c -f a -O resident -O user=bob -O write-attestation=attestation",
            "1234\n",
            &["\"schema\":\"rkeygen/key/", "\"type\":\"ed25519-sk\"", "\"file\":\"a\""][..],
        ),
        ("--json -K -N ''", "1234\n", &["rkeygen/resident-keys/1", "\"file\":\"id_ed25519_sk_rk_bob\""]),
        (
            "--json -Y sign -n file -f a message",
            "",
            &["rkeygen/signatures/", "\"signature_file\":\"message.sig\""],
        ),
        ("--json -p -N '' -f a -O no-touch-required", "", &["rkeygen/key/", "\"file\":\"a\""]),
        ("--json -l -f a", "", &["sk-ssh-ed25519@openssh.com"]),
    ] {
        let (seen, words) = run(&place, arguments, input, PIN);
        assert_eq!(seen.status, Some(0), "{arguments}: {words}");
        assert!(seen.stdout.starts_with('{') && seen.stdout.ends_with("}\n"), "{arguments}: {}", seen.stdout);
        let text = seen.stdout.replace("\": ", "\":");
        for part in parts {
            assert!(text.contains(part), "{arguments}: {part}: {text}");
        }
    }
    let (seen, words) = run(&place, "--json -t ed25519-sk -N '' -f b", "bad\nworse\n", PIN);
    assert_eq!(seen.status, Some(255), "{words}");
    assert!((seen.stdout + &words).contains("\"id\": \"wrong-pin\""), "{words}");
}

/// No prompt, and no request to the token that could change it.
#[test]
fn no_input_fails_before_the_token_is_asked_for_anything() {
    if token::sktest().is_none() {
        return;
    }
    let place = Place::new();
    fs::write(place.path("message"), "hello\n").expect("a file");
    assert_eq!(
        run(&place, "-q -t ed25519-sk -N '' -f a -O verify-required", "1234\n", PIN).0.status,
        Some(0)
    );
    for (arguments, asked) in [
        ("--no-input -t ed25519-sk -C c -f b", 0),
        ("--no-input -t ed25519-sk -N '' -C c -f a", 0),
        ("--no-input -t ed25519-sk -N '' -C c", 0),
        ("--no-input -K -N ''", 0),
        ("--no-input -Y sign -n file -f a message", 0),
        // Whether it wants its PIN, the token says only when it is asked for a key.
        ("--no-input -t ed25519-sk -N '' -C c -f b", 1),
    ] {
        let (seen, words) = run(&place, arguments, "1234\n1234\n", PIN);
        assert_eq!(seen.status, Some(1), "{arguments}: {words}");
        assert_eq!(seen.asked.lines().count(), asked, "{arguments}: {}", seen.asked);
        assert!(words.contains("--no-input forbids this prompt: "), "{arguments}: {words}");
        assert!(!place.path("b").exists(), "{arguments}");
    }
    let (seen, words) = run(&place, "--no-input -t ed25519-sk -N '' -C c -f b", "", "");
    assert_eq!(seen.status, Some(0), "{words}");
}

#[test]
fn existing_files_are_treated_as_those_of_other_keys() {
    if token::sktest().is_none() {
        return;
    }
    let place = Place::new();
    let made = "-q -t ed25519-sk -N '' -C c -f a";
    assert_eq!(run(&place, made, "", "").0.status, Some(0));
    let key = || fs::read(place.path("a")).expect("a key");
    let before = key();
    for (arguments, status, asked) in [
        ("-q -t ed25519-sk -N '' -C c -f a --if-exists fail", 1, 0),
        ("-q -t ed25519-sk -N '' -C c -f a --if-exists keep", 0, 0),
        ("-q -t ecdsa-sk -N '' -C c -f a --if-exists keep", 1, 0),
        ("-q -t ed25519 -N '' -C c -f a --if-exists keep", 1, 0),
        ("-q -t ed25519-sk -N '' -C other -f a --if-exists keep", 1, 0),
        ("-q -t ed25519-sk -N pass -C c -f a --if-exists keep", 1, 0),
    ] {
        let (seen, words) = run(&place, arguments, "", "");
        assert_eq!((seen.status, seen.asked.lines().count()), (Some(status), asked), "{arguments}: {words}");
        assert_eq!(key(), before, "{arguments}");
    }
    let (seen, words) = run(&place, "-q -t ed25519-sk -N '' -C c -f a --if-exists replace", "", "");
    assert_eq!((seen.status, seen.asked.lines().count()), (Some(0), 1), "{words}");
    assert_ne!(key(), before);
}
