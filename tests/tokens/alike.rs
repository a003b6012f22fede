//! Each call to a FIDO token does the same in ssh-keygen and rkeygen: output, status, files, and requests to the token.

use std::fs;

use crate::calls::{Call, Place};
use crate::support::oracle::ssh_keygen;
use crate::support::{private_file, rkeygen, token};

const PIN: &str = "SKTEST_PIN=1234";

/// Calls that depend on each other, in the same directory.
fn same(calls: &[Call]) {
    let Some(token) = token::sktest() else { return };
    let [theirs, ours] = [Place::new(), Place::new()];
    for place in [&theirs, &ours] {
        private_file(&place.path("challenge"), b"CHALLENGE");
        private_file(&place.path("empty"), b"");
        fs::write(place.path("message"), "hello\n").expect("a file");
        fs::write(place.path("user.pub"), include_str!("../vectors/openssh-ed25519.pub")).expect("a file");
    }
    for call in calls {
        let (theirs, their_words) = theirs.call(ssh_keygen(), token, call);
        let (mut ours, our_words) = ours.call(rkeygen(), token, call);
        if call.arguments.to_ascii_lowercase().contains("-o resident") {
            // rkeygen looks for a key that a token without a PIN would replace, and asks about it before any request.
            let asked = ours.asked.split_inclusive('\n').filter(|line| !line.starts_with("load no pin"));
            ours.asked = asked.collect();
            if theirs.asked.ends_with(&ours.asked) {
                ours.asked.clone_from(&theirs.asked);
            }
        }
        assert_eq!(ours, theirs, "{}\n{our_words}\n{their_words}", call.arguments);
        for words in call.says {
            let both = our_words.contains(words) && their_words.contains(words);
            assert!(both, "{}: {words}\n{our_words}\n{their_words}", call.arguments);
        }
    }
}

#[test]
fn every_option_of_enrollment() {
    same(&[
        Call::new("-t ed25519-sk -N '' -C c -f a -O challenge=none")
            .says(&["Unable to load FIDO enrollment challenge \"none\": "]),
        Call::new("-t ed25519-sk -N '' -C c -f a -O challenge=none -O challenge=challenge"),
        Call::new("-t ed25519-sk -N '' -C c -f a -O challenge=challenge -O write-attestation=attestation"),
        Call::new("-t ecdsa-sk -N '' -C c -f b -O no-touch-required"),
        Call::new("-t ED25519-SK -N '' -C c -f c -O verify-required -O user=bob -O application=ssh:app"),
        Call::new("-t sk-ssh-ed25519@openssh.com -N '' -C c -f d -O device=/dev/x"),
        Call::new("-q -t ecdsa-sk -b 521 -N secret -C c -f e"),
        Call::new("-t ed25519-sk -N '' -C c -f f -O device=none")
            .says(&["Key enrollment failed: device not found"]),
        Call::new("-t ed25519-sk -N '' -f g -O application=foo")
            .says(&["FIDO application string must begin with \"ssh:\""]),
        Call::new("-t ed25519-sk -N '' -f h -O bogus")
            .says(&["Option \"bogus\" is unsupported for FIDO authenticator enrollment"]),
        Call::new("-t ed25519-sk -N '' -C c -f i -O user= -O device= -O challenge=empty"),
        Call::new("-t ed25519-sk -N '' -C c -f j -O application=ssh:one -O APPLICATION=ssh:two -O User=Bob"),
        Call::new("-t ed25519-sk -N '' -f k -O user"),
        Call::new("-t ed25519-sk -N '' -f k -O challenge="),
        Call::new("-t ed25519-sk -N '' -f k -O resident=yes"),
        Call::new("-t ed25519-sk -N '' -f k -O touch-required"),
        Call::new("-t ed25519-sk -N '' -f k -O ''"),
        Call::new("-t ed25519-sk -N '' -f k -w ''").says(&["No FIDO SecurityKeyProvider specified"]),
        Call::new("-t ecdsa-sk -N '' -C c -f l -m PEM"),
        Call::new("-t ecdsa-sk -N '' -C c -f m -m PKCS8 -O write-attestation=attestation"),
        Call::new("-t ed25519-sk -C c -f n").input("secret\nother\nsecret\nsecret\n"),
        Call::new("-l -f a"),
        Call::new("-l -v -f b"),
        Call::new("-y -f c"),
        Call::new("-y -P secret -f e"),
        Call::new("-p -P secret -N '' -f e"),
        Call::new("-c -C new -f a"),
        Call::new("-e -f a -m PKCS8").says(&["unsupported key type ED25519-SK"]),
        Call::new("-e -f b -m PEM").says(&["unsupported key type ECDSA-SK"]),
        Call::new("-p -N '' -m PEM -f a"),
    ]);
}

#[test]
fn resident_keys_are_replaced_only_after_a_question() {
    same(&[
        Call::new("-t ed25519-sk -N '' -C c -f a -O resident -O user=bob -O application=ssh:app"),
        Call::new("-t ed25519-sk -N '' -C c -f b -O resident -O user=bob -O application=ssh:app")
            .input("n\n"),
        Call::new("-t ed25519-sk -N '' -C c -f b -O resident -O user=bob -O application=ssh:app")
            .input("y\n"),
        Call::new("-t ecdsa-sk -N '' -C c -f d -O RESIDENT"),
        Call::new("-t ecdsa-sk -N '' -C c -f e -O resident").input(""),
        Call::new("-t ecdsa-sk -N '' -C c -f e -O resident").with(PIN).input("1234\ny\n"),
    ]);
}

#[test]
fn pins_are_asked_for_and_asked_for_again() {
    same(&[
        Call::new("-t ed25519-sk -N '' -C c -f a")
            .with(PIN)
            .input("1234\n")
            .says(&["Enter PIN for authenticator: "]),
        Call::new("-t ed25519-sk -N '' -C c -f b -O verify-required")
            .with(PIN)
            .input("bad\n1234\n")
            .says(&["PIN incorrect"]),
        Call::new("-t ed25519-sk -N '' -C c -f d")
            .with(PIN)
            .input("bad\nworse\n1234\n")
            .says(&["Too many incorrect PINs"]),
        Call::new("-q -t ecdsa-sk -N secret -C c -f e").with(PIN).input("1234\n"),
        // An empty PIN is none, and the passphrase comes after the PIN.
        Call::new("-t ecdsa-sk -N '' -C c -f f").with(PIN).input("\n1234\n"),
        Call::new("-t ecdsa-sk -C c -f g").with(PIN).input("1234\nsecret\nsecret\n"),
        Call::new("-y -P secret -f g"),
        Call::new("-Y sign -n file -f b message").with(PIN).input("1234\n").says(&[
            "Signing file message",
            "Enter PIN for ED25519-SK key: ",
            "Confirm user presence for key ED25519-SK SHA256:",
            "Write signature to message.sig",
        ]),
        Call::new("-Y sign -n file -f b user.pub")
            .with(PIN)
            .input("bad\n1234\n")
            .says(&["Signing user.pub failed: incorrect passphrase supplied to decrypt private key"]),
        Call::new("-Y sign -q -n file -f e user.pub").with(PIN).input("secret\n"),
        Call::new("-q -s b -I id -n me user.pub").with(PIN).input("1234\n").says(&["Enter PIN for CA key: "]),
        Call::new("-q -s b -I id -n me user.pub").with(PIN).input("bad\n"),
        Call::new("-q -s b -I id -n me user.pub message").with(PIN).input("1234\n"),
    ]);
}

/// What sk-usbhid makes of the errors of tokens: -1 is a locked PIN, no touch in time, and all else.
#[test]
fn errors_of_the_token() {
    for (variables, words) in [
        ("SKTEST_FAIL=-1", &["invalid format"]),
        ("SKTEST_FAIL=-2", &["requested feature not supported"]),
        ("SKTEST_FAIL=-4", &["device not found"]),
        ("SKTEST_FAIL=-9", &["invalid format"]),
    ] {
        same_with_error(variables, words);
    }
    same_with_error("SKTEST_FAIL=-5", &[]);
    same(&[
        Call::new("-t ed25519-sk -N '' -C c -f a"),
        Call::new("-Y sign -n file -f a message")
            .with("SKTEST_FAIL=-3")
            .says(&["Signing message failed: incorrect passphrase supplied to decrypt private key"]),
        Call::new("-t ed25519-sk -N '' -C c -f b")
            .with("SKTEST_API=0x00090000")
            .says(&["implements unsupported version 0x00090000 (supported: 0x000a0000)"]),
        Call::new("-t ed25519-sk -N '' -C c -f b -w nothing.so").says(&["Key enrollment failed: "]),
    ]);
}

fn same_with_error(variables: &'static str, words: &'static [&'static str]) {
    same(&[
        Call::new("-t ed25519-sk -N '' -C c -f a"),
        Call::new("-t ed25519-sk -N '' -C c -f b").with(variables).says(words),
        Call::new("-t ecdsa-sk -N '' -C c -f b -O resident").with(variables).says(words),
        Call::new("-Y sign -n file -f a message").with(variables).says(words),
        Call::new("-q -s a -I id -n me user.pub").with(variables).says(words),
        Call::new("-K").input("1234\n").with(variables).says(words),
    ]);
}

#[test]
fn resident_keys_are_downloaded() {
    same(&[
        Call::new("-K").input("1234\n").says(&["Enter PIN for authenticator: ", "No keys to download"]),
        Call::new("-q -t ed25519-sk -N '' -f a -O resident"),
        Call::new("-q -t ed25519-sk -N '' -f b -O resident -O user=bob -O application=ssh:app"),
        Call::new(
            "-q -t ecdsa-sk -N '' -f d -O resident -O user=a/b -O application=ssh:x -O verify-required",
        ),
        Call::new("-q -t ecdsa-sk -N '' -f e -O resident -O user=.. -O no-touch-required"),
        Call::new("-K").input("1234\n\n\n").says(&["Enter passphrase for \"id_"]),
        Call::new("-K").input("1234\nn\n"),
        Call::new("-K -N secret").input("1234\ny\ny\ny\nn\n"),
        Call::new("-K -N ''").input("1234\n"),
        Call::new("-K -q -N '' -O device=/dev/hidraw0").input("1234\n"),
        Call::new("-K -O bogus")
            .input("1234\n")
            .says(&["Option \"bogus\" is unsupported for FIDO authenticator download"]),
        Call::new("-K")
            .with(PIN)
            .input("bad\n")
            .says(&["incorrect passphrase supplied to decrypt private key"]),
        Call::new("-K").with(PIN),
        Call::new("-K -N ''").input(""),
        Call::new("-y -f id_ecdsa_sk_rk_x_612f62"),
        Call::new("-l -f id_ed25519_sk_rk_app_bob"),
        Call::new("-Y sign -n file -P secret -f id_ed25519_sk_rk message"),
    ]);
}

#[test]
fn signatures_and_certificates_with_a_token() {
    same(&[
        Call::new("-q -t ed25519-sk -N '' -C c -f a"),
        Call::new("-q -t ecdsa-sk -N '' -C c -f b -O no-touch-required"),
        Call::new("-Y sign -n file -f a message"),
        Call::new("-Y check-novalidate -n file -s message.sig").input("hello\n"),
        Call::new("-Y sign -n file -f b user.pub"),
        Call::new("-Y sign -n file -f a.pub challenge"),
        Call::new("-Y sign -n file -f a").input("hello\n"),
        Call::new("-s a -I id -n me user.pub")
            .says(&["Signed user key user-cert.pub: id \"id\" serial 0 for me valid forever"]),
        Call::new("-L -f user-cert.pub"),
        Call::new("-s b -I id -h -n host -O no-touch-required user.pub"),
        Call::new("-s a -I id -n me -O no-touch-required -O verify-required b.pub"),
        Call::new("-L -f b-cert.pub"),
        Call::new("-s a.pub -I id -n me user.pub"),
        Call::new("-k -f krl a.pub b-cert.pub"),
        Call::new("-Q -f krl a.pub user-cert.pub"),
    ]);
}

#[test]
fn flags_change_with_the_passphrase() {
    same(&[
        Call::new("-q -t ed25519-sk -N '' -C c -f a"),
        Call::new("-q -t ed25519 -N '' -C c -f plain"),
        Call::new("-p -N pp -f a"),
        Call::new("-p -P pp -N '' -f a -O no-touch-required -O verify-required"),
        Call::new("-Y sign -n file -f a message").with(PIN).input("1234\n"),
        Call::new("-p -N '' -f a -O touch-required -O no-verify-required"),
        Call::new("-Y sign -n file -f a challenge"),
        Call::new("-p -N '' -f a -O resident")
            .says(&["Option \"resident\" is unsupported for key passphrase change"]),
        Call::new("-p -N '' -f plain -O touch-required")
            .says(&["FIDO-specific option requested for non-FIDO key plain"]),
    ]);
}
