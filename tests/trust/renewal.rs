//! Certificates that are signed again when they are missing, different or soon over, and found by doctor when they are not.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::ledger::{SIGN, entries};
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
fn certificates_that_are_kept_take_no_number() {
    needs!("ssh-keygen");
    let world = World::new();
    world.write("list", "public_key,id\nuser.pub,a\nother.pub,b\nca-rsa.pub,c\n");
    let rows = |line: &str| {
        let json = world.done(Program::Ours, &format!("{SIGN} --json --if-exists keep {line}"));
        let json: Value = serde_json::from_str(&json).expect("JSON");
        let rows = json["certificates"].as_array().expect("certificates").clone();
        let row =
            |it: &Value| (it["changed"] == true, it["certificate"]["serial"].as_u64().expect("a number"));
        rows.iter().map(row).collect::<Vec<_>>()
    };
    let mut next = 1;
    for (line, names, missing) in [
        ("-z + --from list", ["user", "other", "ca-rsa"].as_slice(), ["user", "other", "ca-rsa"].as_slice()),
        ("--from list --renew-before 7d", &["user", "other", "ca-rsa"], &["other", "ca-rsa"]),
        ("-z + --from list --renew-before 7d", &["user", "other", "ca-rsa"], &["user", "ca-rsa"]),
        ("-z + -I b --renew-before 7d other.pub other.pub", &["other", "other"], &["other"]),
        ("-z + --from list", &["user", "other", "ca-rsa"], &[]),
    ] {
        for name in missing {
            let _ = fs::remove_file(world.path(&format!("{name}-cert.pub")));
        }
        let rows = rows(line);
        let signed: Vec<u64> =
            rows.iter().filter(|(changed, _)| *changed).map(|(_, serial)| *serial).collect();
        let count = u64::try_from(missing.len()).expect("a few");
        assert!(signed.iter().copied().eq(next..next + count), "{line}: {rows:?}");
        next += count;
        // What is kept is reported as it is.
        for ((_, serial), name) in rows.iter().zip(names) {
            let shown = world.done(Program::Theirs, &format!("-L -f {name}-cert.pub"));
            assert!(shown.contains(&format!("Serial: {serial}\n")), "{line}: {serial} of {shown}");
        }
    }
    assert_eq!(entries(&world).len(), 8);
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
