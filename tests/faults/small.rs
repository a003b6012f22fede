//! Small machines, and users without an entry: what needs little gets by with little. Long passphrases.

use crate::place::{NEW, PLAIN, Place, is_root};
use crate::support::missing::skipped;

#[test]
fn a_small_stack_is_enough() {
    let place = Place::new();
    place.works(PLAIN, NEW);
    for limit in ["256", "128"] {
        let small = format!(r#"ulimit -s {limit}; exec "$@""#);
        for arguments in [
            "-l -f key",
            "-y -f key",
            "-q -t rsa -b 2048 -C me -f rsa --no-passphrase --if-exists replace",
            "-q -t ecdsa -C me -f ecdsa -N horse -a 1 --if-exists replace",
            "-q -s key -I me -n me -V +1d key.pub",
            "-p -P horse -N cow -a 1 -f ecdsa",
            "doctor key",
            "--help",
        ] {
            place.works(&small, arguments);
        }
    }
}

/// The work has a thread of its own then; a signal ends it all the same, and leaves nothing.
#[test]
fn a_signal_ends_the_work_on_a_small_stack() {
    let place = Place::new();
    let script = r#"ulimit -s 256; exec timeout --preserve-status -s TERM 1 "$@""#;
    let output = place.run(script, &format!("{NEW} -t rsa -b 16384"), "");
    assert!(matches!(output.status.code(), None | Some(143)), "{}", output.status);
    assert!(place.names().is_empty());
}

#[test]
fn a_public_key_is_converted_for_a_user_without_an_entry() {
    if !is_root() {
        return skipped("only root can become a user without an entry in the user database");
    }
    let place = Place::of_user(54321);
    place.works(PLAIN, NEW);
    for arguments in [
        "-e -f key.pub",
        "-e -m PKCS8 -f key.pub",
        "-e -f key",
        "convert key.pub --to rfc4716",
        "convert key.pub --to spki",
    ] {
        let output = place.works(PLAIN, arguments);
        assert!(output.stdout.starts_with(b"---"), "{arguments}");
    }
}

#[test]
fn one_limit_and_one_error_for_passphrases() {
    let (longest, longer) = ("x".repeat(1023), "x".repeat(1024));
    let place = Place::new().file("longest", &format!("{longest}\n")).file("longer", &format!("{longer}\n"));
    let message = "the passphrase is longer than 1023 bytes";
    place.works(PLAIN, &format!("-q -C me -a 1 -f one -N {longest}"));
    place.works(PLAIN, "-q -C me -a 1 -f two --new-passphrase-from file:longest");
    let before = place.contents();
    for arguments in [
        format!("-q -C me -a 1 -f key -N {longer}"),
        "-q -C me -a 1 -f key --new-passphrase-from file:longer".to_owned(),
        format!("-y -f one -P {longer}"),
        "-y -f one --passphrase-from file:longer".to_owned(),
    ] {
        place.fails(PLAIN, &arguments, 255, message);
    }
    // At the prompt, where the end would be cut off by ssh.
    let output = place.run(PLAIN, "-q -C me -a 1 -f key", &format!("{longer}\n{longer}\n"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains(message), "{errors}");
    assert!(before == place.contents());
}
