//! File names that few people have.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::place::{PLAIN, Place};
use crate::support::{feed, without_terminal};

#[test]
fn a_name_that_is_not_utf_8() {
    let name = OsStr::from_bytes(b"k\xffy");
    let place = Place::new();
    let mut command = place.command(PLAIN, "-C me --no-passphrase -f");
    command.arg(name);
    without_terminal(&mut command);
    let output = feed(command, b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said =
        b"Your identification has been saved in k\xffy\nYour public key has been saved in k\xffy.pub\n";
    assert!(output.stdout.windows(said.len()).any(|part| part == said));
    assert_eq!(place.names(), [name, OsStr::from_bytes(b"k\xffy.pub")]);
    // Typed at the question, too.
    let place = Place::new();
    let mut command = place.command(PLAIN, "-q -C me --no-passphrase");
    without_terminal(&mut command);
    let output = feed(command, b"k\xffy\n");
    if place.names().is_empty() {
        // The user has no entry in the user database, and so no default to offer.
        assert!(String::from_utf8_lossy(&output.stderr).contains("No user exists"));
    } else {
        assert_eq!(place.names(), [name, OsStr::from_bytes(b"k\xffy.pub")]);
    }
}

#[test]
fn the_longest_names() {
    let new = |length: usize| format!("-q --no-passphrase -C me -f {}", "n".repeat(length));
    // The public key needs four bytes more.
    let place = Place::new();
    place.works(PLAIN, &new(251));
    assert_eq!(place.names().len(), 2);
    // 255, as ssh-keygen, where only the public key has no room.
    for (length, status) in [(252, 255), (255, 255), (256, 1)] {
        Place::new().fails(PLAIN, &new(length), status, "File name too long");
    }
}

#[test]
fn a_path_that_is_too_long() {
    let path = "deep/".repeat(1000) + "key";
    Place::new().fails(PLAIN, &format!("-q --no-passphrase -f {path}"), 255, "Identity filename too long");
}

#[test]
fn an_empty_name_and_spaces() {
    let place = Place::new();
    place.fails(r#"exec "$@" -f ''"#, "-q --no-passphrase", 1, "No such file or directory");
    place.works(r#"exec "$@" -f ' a b '"#, "-q --no-passphrase");
    assert_eq!(place.names(), [" a b ", " a b .pub"]);
    let place = Place::new();
    place.works(r#"exec "$@" -f -N"#, "-q --no-passphrase");
    assert_eq!(place.names(), ["-N", "-N.pub"]);
}
