//! Certificates that are signed again when they are missing, different or soon over, and found by doctor when they are not.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::support::missing::needs;
use crate::world::{Program, World};

/// Signs `user.pub` with options, and says whether the certificate is a new one.
fn signs(world: &World, options: &str) -> bool {
    let path = world.path("user-cert.pub");
    let before = fs::read(&path).ok();
    let line = format!("--json -s ca-ed25519 -I id --if-exists keep {options} user.pub");
    let json: Value = serde_json::from_str(&world.done(Program::Ours, &line)).expect("JSON");
    let changed = json["certificates"][0]["changed"] == true;
    assert_eq!(fs::read(&path).ok() != before, changed, "{options}: {json}");
    let shown = world.done(Program::Theirs, "-L -f user-cert.pub");
    assert!(shown.contains("Key ID: \"id\""), "{shown}");
    changed
}

#[test]
fn only_what_is_missing_different_or_soon_over_is_signed_again() {
    needs!("ssh-keygen");
    let world = World::new();
    for (options, changed) in [
        ("-n me -V +4w --renew-before 7d", true),
        ("-n me -V +4w --renew-before 7d", false),
        ("-n me -V +4w", false),
        // In another second, which changes the length of the interval.
        ("-n me -V +4w --renew-before 7d", false),
        ("-n me,you -V +4w --renew-before 7d", true),
        ("-n me,you -V +8w --renew-before 7d", true),
        ("-n me -V -22d:+6d --renew-before 5d", true),
        ("-n me -V -22d:+6d --renew-before 5d", false),
        ("-n me -V -22d:+6d --renew-before 7d", true),
        ("-n me -V 20200101:20200102 --renew-before 1s", true),
        ("-n me -V always:forever --renew-before 9w", true),
        ("-n me -V always:forever --renew-before 9w", false),
    ] {
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(signs(&world, options), changed, "{options}");
    }
    // Without the option a difference is an error, and so is a file that is no certificate.
    let run = |line: &str| {
        let output = world.run(Program::Ours, line, b"");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (status, text) = run("-s ca-ed25519 -I id --if-exists keep -n you user.pub");
    assert!(status == Some(1) && text.contains("its principals are different"), "{text}");
    world.write("user-cert.pub", "notes\n");
    let (status, text) = run("-s ca-ed25519 -I id --if-exists keep --renew-before 7d user.pub");
    assert!(status == Some(1) && text.contains("it contains no certificate"), "{text}");
    assert_eq!(world.read("user-cert.pub"), "notes\n");
    let (status, text) = run("-s ca-ed25519 -I id --renew-before 7d user.pub");
    assert!(status == Some(1) && text.contains("--renew-before needs --if-exists keep"), "{text}");
}

#[test]
fn doctor_reports_certificates_that_are_soon_over() {
    needs!("ssh-keygen");
    let world = World::new();
    for (validity, within, status, id) in [
        ("+6d", "5d", 0, None),
        ("+6d", "7d", 1, Some("expires-soon")),
        ("always:forever", "9w", 0, None),
        ("20200101:20200102", "1s", 1, Some("expired")),
        ("+1d:+6d", "7d", 1, Some("not-yet-valid")),
    ] {
        world.done(Program::Ours, &format!("-q -s ca-ed25519 -I id -n me -V {validity} user.pub"));
        let line = format!("doctor --json --expires-within {within} user-cert.pub");
        let output = world.run(Program::Ours, &line, b"");
        let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(output.status.code(), Some(status), "{line}: {json}");
        let found = &json["files"][0]["findings"];
        let ids: Vec<_> =
            found.as_array().expect("findings").iter().filter_map(|it| it["id"].as_str()).collect();
        assert_eq!(ids, id.into_iter().collect::<Vec<_>>(), "{line}");
    }
}
