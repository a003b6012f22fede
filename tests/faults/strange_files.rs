//! Links, pipes, directories and devices where the key should be.

use std::fs;
use std::process::Command;

use crate::place::{NEW, PLAIN, Place};
use crate::support::peer;

fn policies() -> impl Iterator<Item = String> {
    ["ask", "fail", "keep", "replace"].into_iter().map(|policy| format!("{NEW} --if-exists {policy}"))
}

#[test]
fn a_link_is_never_written_through() {
    for arguments in policies() {
        for name in ["key", "key.pub"] {
            let message = format!("{name}: is a symbolic link to ");
            Place::new().link(name, "nowhere").fails(PLAIN, &arguments, 1, &message);
            let place = Place::new().file("somewhere", "precious").link(name, "somewhere");
            place.fails(PLAIN, &arguments, 1, &message);
            Place::new().link(name, name).fails(PLAIN, &arguments, 1, &message);
        }
    }
}

#[test]
fn a_link_in_the_directory_part_is_followed() {
    let place = Place::new();
    fs::create_dir(place.path("real")).expect("a directory");
    fs::set_permissions(place.path("real"), std::os::unix::fs::PermissionsExt::from_mode(0o777))
        .expect("a mode");
    let place = place.link("link", "real");
    place.works(PLAIN, "-q --no-passphrase -f link/key");
    assert!(place.path("real").join("key.pub").exists());
}

#[test]
fn a_pipe_is_refused_and_does_not_hang() {
    for arguments in policies() {
        for name in ["key", "key.pub"] {
            let place = Place::new();
            assert!(peer(Command::new("mkfifo").arg(place.path(name))).status.success());
            place.fails(PLAIN, &arguments, 1, &format!("{name}: is not a regular file"));
        }
    }
}

#[test]
fn a_directory_is_refused() {
    for arguments in policies() {
        for name in ["key", "key.pub"] {
            let place = Place::new();
            fs::create_dir(place.path(name)).expect("a directory");
            place.fails(PLAIN, &arguments, 1, &format!("{name}: is a directory"));
        }
    }
    for name in [".", "..", "/"] {
        Place::new().fails(PLAIN, &format!("-q --no-passphrase -f {name}"), 1, "is a directory");
    }
}

#[test]
fn a_device_is_refused() {
    for device in ["/dev/null", "/dev/full", "/dev/zero"] {
        for policy in ["ask", "replace"] {
            let arguments = format!("-q --no-passphrase --if-exists {policy} -f {device}");
            Place::new().fails(PLAIN, &arguments, 1, "is not a regular file");
        }
    }
}

#[test]
fn a_lone_public_key_is_kept_as_old() {
    let place = || Place::new().file("key.pub", "theirs");
    place().fails(PLAIN, &format!("{NEW} --if-exists fail"), 1, "key.pub already exists");
    for more in ["", "--if-exists keep", "--if-exists replace", "--no-input"] {
        let place = place();
        place.works(PLAIN, &format!("{NEW} {more}"));
        assert_eq!(std::fs::read(place.path("key.pub.old")).expect("the old one"), b"theirs", "{more}");
        std::fs::remove_file(place.path("key.pub.old")).expect("a file");
        place.holds_a_pair("");
    }
}

#[test]
fn no_question_is_asked_where_none_may_be() {
    Place::new().fails(PLAIN, "--no-input -f key", 1, "--no-input forbids this prompt");
    Place::new().fails(PLAIN, "--no-input --no-passphrase", 1, "--no-input forbids this prompt");
    let old = Place::new().file("key", "old");
    old.fails(PLAIN, &format!("{NEW} --no-input"), 1, "--no-input forbids this prompt");
    old.fails(PLAIN, NEW, 1, "end of input");
}
