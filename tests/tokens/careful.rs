//! Where rkeygen is on purpose more careful than ssh-keygen with FIDO tokens.

use std::fs;

use crate::calls::{Call, Place};
#[cfg(target_os = "linux")]
use crate::support::{feed, missing::needs};
use crate::support::{rkeygen, token};

const PIN: &str = "SKTEST_PIN=1234";

/// ssh-keygen lets a token without a PIN replace a resident key, and asks nothing.
#[test]
fn a_token_without_a_pin_replaces_no_resident_key_unasked() {
    let Some(token) = token::sktest() else { return };
    let place = Place::new();
    let run = |call: &Call| {
        let (seen, words) = place.call(rkeygen(), token, call);
        let forced = seen.asked.matches("0x31").count();
        (seen.status, forced, seen.asked.matches("enroll ").count() - forced, seen.stdout + &words)
    };
    let make = |file: &str, more: &str| -> &'static str {
        let text = format!("-t ed25519-sk -N '' -C c -f {file} -O resident -O user=bob {more}");
        Box::leak(text.into_boxed_str())
    };
    let blind = |arguments| Call::new(arguments).with("SKTEST_BLIND=1");
    let exists =
        "A resident key scoped to 'ssh:' with user id 'bob' already exists.\nOverwrite key in token (y/n)? ";
    let (status, forced, made, words) = run(&blind(make("a", "")));
    assert_eq!((status, forced, made), (Some(0), 0, 1), "{words}");
    for (call, expected) in [
        (blind(make("b", "")).input("n\n"), (Some(255), 0, 0)),
        (blind(make("b", "")), (Some(255), 0, 0)),
        (blind(make("b", "--no-input")), (Some(1), 0, 0)),
        (blind(make("b", "")).input("y\n"), (Some(0), 1, 0)),
    ] {
        let (status, forced, made, words) = run(&call);
        assert_eq!((status, forced, made), expected, "{}: {words}", call.arguments);
        assert!(
            words.contains(if expected.0 == Some(1) { "Overwrite key in token" } else { exists }),
            "{words}"
        );
        assert_eq!(place.path("b").exists(), status == Some(0), "{words}");
    }
    for (action, expected) in
        [("fail", (Some(1), 0, 0)), ("keep", (Some(1), 0, 0)), ("replace", (Some(0), 1, 0))]
    {
        let (status, forced, made, words) = run(&blind(make("d", &format!("--if-exists {action}"))));
        assert_eq!((status, forced, made), expected, "{action}: {words}");
        assert_eq!(
            words.contains("with user id 'bob' already exists in the token"),
            action != "replace",
            "{words}"
        );
        assert_eq!(place.path("d").exists(), action == "replace", "{words}");
    }
    let (status, _, made, words) = run(&blind(make("e", "-O application=ssh:other")));
    assert_eq!((status, made), (Some(0), 1), "another application: {words}");
}

/// The sk-api tells nothing about a token of libfido2 without a PIN.
#[test]
fn a_key_that_was_replaced_perhaps_is_reported() {
    let Some(token) = token::sktest() else { return };
    let place = Place::new();
    let warning = "if there was one, it is replaced";
    for (arguments, variables, warned) in [
        ("-t ed25519-sk -N '' -C c -f a -O resident", "SKTEST_BLIND=2", true),
        ("-t ed25519-sk -N '' -C c -f b", "SKTEST_BLIND=2", false),
        ("-t ed25519-sk -N '' -C c -f d -O resident -O user=bob", "SKTEST_BLIND=2 SKTEST_PIN=1234", false),
        ("-t ed25519-sk -N '' -C c -f e -O resident -O user=eve", "SKTEST_BLIND=1", false),
    ] {
        let (seen, words) =
            place.call(rkeygen(), token, &Call::new(arguments).with(variables).input("1234\n"));
        assert_eq!(seen.status, Some(0), "{words}");
        assert_eq!(words.contains(warning), warned, "{arguments}: {words}");
    }
}

/// A wrong PIN is one of few tries, so the same one is not sent again. ssh-keygen sends it.
#[test]
fn the_same_wrong_pin_is_sent_once() {
    let Some(token) = token::sktest() else { return };
    let place = Place::new();
    let call = Call::new("-t ed25519-sk -N x -f a").with(PIN).input("bad\nbad\n1234\n");
    let (seen, words) = place.call(rkeygen(), token, &call);
    assert_eq!(seen.status, Some(255), "{words}");
    assert_eq!(seen.asked.matches("pin=bad").count(), 1, "{}", seen.asked);
    assert!(words.contains("Too many incorrect PINs"), "{words}");
}

/// ssh-keygen asks the token without a PIN then, which fails as well.
#[test]
fn a_token_is_not_asked_without_its_pin() {
    let Some(token) = token::sktest() else { return };
    let place = Place::new();
    fs::write(place.path("message"), "hello\n").expect("a file");
    let made = Call::new("-q -t ed25519-sk -N '' -f a -O verify-required").with(PIN).input("1234\n");
    assert_eq!(place.call(rkeygen(), token, &made).0.status, Some(0));
    for (arguments, status) in
        [("-Y sign -n file -f a message", 255), ("-Y sign -n file --no-input -f a message", 1)]
    {
        let (seen, words) = place.call(rkeygen(), token, &Call::new(arguments).with(PIN));
        assert_eq!((seen.status, seen.asked.as_str()), (Some(status), ""), "{words}");
    }
}

/// A public key file that lost its private key is in no one's way, and stays if it is of a different key.
#[test]
fn downloads_replace_lone_public_keys() {
    let Some(token) = token::sktest() else { return };
    let place = Place::new();
    let run = |arguments, input| {
        let (seen, words) = place.call(rkeygen(), token, &Call::new(arguments).input(input));
        assert_eq!(seen.status, Some(0), "{arguments}: {words}");
    };
    run("-q -t ed25519-sk -N '' -f a -O resident", "");
    run("-K -N ''", "1234\n");
    let key = fs::read(place.path("id_ed25519_sk_rk.pub")).expect("a key");
    fs::remove_file(place.path("id_ed25519_sk_rk")).expect("a key");
    run("-K -N ''", "1234\n");
    assert!(!place.path("id_ed25519_sk_rk.pub.old").exists());
    fs::remove_file(place.path("id_ed25519_sk_rk")).expect("a key");
    let other = include_str!("../vectors/openssh-ed25519.pub");
    fs::write(place.path("id_ed25519_sk_rk.pub"), other).expect("a key");
    run("-K -N ''", "1234\n");
    assert_eq!(fs::read(place.path("id_ed25519_sk_rk.pub")).expect("a key"), key);
    assert_eq!(fs::read_to_string(place.path("id_ed25519_sk_rk.pub.old")).expect("the old key"), other);
    for (action, status) in [("keep", 0), ("fail", 1), ("replace", 0)] {
        let call = format!("-K -q -N '' --if-exists {action}");
        let call = Call::new(Box::leak(call.into_boxed_str())).input("1234\n");
        let (seen, words) = place.call(rkeygen(), token, &call);
        assert_eq!((seen.status, seen.stdout.as_str()), (Some(status), ""), "{action}: {words}");
    }
}

/// Keys in files load no library and look for no token.
#[cfg(target_os = "linux")]
#[test]
fn other_keys_look_for_no_token() {
    needs!("strace");
    let directory = tempfile::tempdir().expect("a directory");
    let log = directory.path().join("log");
    let mut strace = std::process::Command::new("strace");
    strace.args(["-f", "-e", "trace=openat,connect", "-o"]).arg(&log).arg(rkeygen().get_program());
    strace.args(["-q", "-t", "ed25519", "-N", "", "-f", "key"]).current_dir(directory.path());
    assert!(feed(strace, b"").status.success());
    let calls = fs::read_to_string(log).expect("the log");
    assert!(calls.contains("key"), "{calls}");
    for part in ["hidraw", "libcrypto", "libfido", "libudev", "softhsm", "AF_UNIX, sun_path=\"/"] {
        let found: Vec<_> =
            calls.lines().filter(|line| line.contains(part) && !line.contains("nscd")).collect();
        assert!(found.is_empty(), "{part}: {found:?}");
    }
}
