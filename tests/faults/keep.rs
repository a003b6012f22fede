//! `--if-exists keep` as a job in CI uses it: again and again.

use std::fs;

use crate::place::{PLAIN, Place};
use crate::support::missing::needs;

const KEEP: &str = "-q -f key -C me --if-exists keep";

#[test]
fn a_second_run_changes_nothing() {
    for more in [
        "--no-passphrase",
        "-N horse",
        "-m PKCS8 --no-passphrase",
        "-m PKCS8 -N horse",
        "-m PEM -t ecdsa -N horse",
        "-t rsa -b 2048 --fips -N correcthorse",
    ] {
        let place = Place::new();
        let arguments = format!("{KEEP} {more}");
        place.works(PLAIN, &arguments);
        let first = place.contents();
        let time =
            |name: &str| fs::metadata(place.path(name)).and_then(|found| found.modified()).expect("a time");
        let times = (time("key"), time("key.pub"));
        place.works(PLAIN, &arguments);
        assert!(first == place.contents(), "{more}");
        assert_eq!(times, (time("key"), time("key.pub")), "{more}");
        // The public key comes back, byte for byte.
        fs::remove_file(place.path("key.pub")).expect("a file");
        place.works(PLAIN, &arguments);
        assert!(first == place.contents(), "{more}");
    }
}

#[test]
fn a_locked_openssh_key_shows_its_public_half_without_the_passphrase() {
    needs!("ssh-keygen");
    let place = Place::new();
    place.works(PLAIN, &format!("{KEEP} -N horse"));
    let first = place.contents();
    fs::remove_file(place.path("key.pub")).expect("a file");
    place.works(PLAIN, KEEP);
    assert!(first == place.contents());
    place.holds_a_pair("horse");
}

#[test]
fn a_locked_pkcs8_key_needs_its_passphrase() {
    needs!("ssh-keygen");
    let place = Place::new();
    place.works(PLAIN, &format!("{KEEP} -m PKCS8 -N horse -t ecdsa"));
    for wrong in ["--no-passphrase", "-N cowcow"] {
        place.fails(
            PLAIN,
            &format!("{KEEP} -m PKCS8 -t ecdsa {wrong}"),
            1,
            "key: existing key does not match: ",
        );
    }
    place.works(PLAIN, &format!("{KEEP} -m PKCS8 -t ecdsa -N horse"));
    place.holds_a_pair("horse");
}

#[test]
fn the_public_half_that_cannot_be_mended_is_told() {
    let place = Place::new();
    place.works(PLAIN, &format!("{KEEP} --no-passphrase"));
    fs::remove_file(place.path("key.pub")).expect("a file");
    let limited = r#"ulimit -f 0; exec "$@""#;
    place.fails(limited, &format!("{KEEP} --no-passphrase"), 1, "File too large");
}
