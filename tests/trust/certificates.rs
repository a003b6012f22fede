//! `-s` and `-L`.

use crate::support::missing::needs;
use crate::support::names;
use crate::support::oracle::version;
use crate::world::{Program, TYPES, World};

/// Everything but the nonce and the signature, as `-L` shows it.
fn listing(world: &World, program: Program, arguments: &str, name: &str) -> (String, Option<i32>) {
    let _ = std::fs::remove_file(world.path("user-cert.pub"));
    let status = world.run(program, arguments, b"").status.code();
    let listing = if status == Some(0) { world.same(&format!("-L -f {name}"), b"") } else { String::new() };
    (listing, status)
}

#[test]
fn the_same_call_makes_the_same_certificate() {
    needs!("ssh-keygen");
    let world = World::new();
    let mut calls = vec![
        "-I id -n a,b -z 7 -V 20260101:20270101".to_owned(),
        "-I id~with~blanks -h -n host.example".to_owned(),
        "-I '' -n a -V always:forever".to_owned(),
        "-I x -n a -z 18446744073709551615".to_owned(),
        "-I x -n a -V 202607011530Z:20261101000001UTC".to_owned(),
        "-I x -n a -V 0x10:0x7fffffff".to_owned(),
        "-I x -n a -V always:0x1000000000".to_owned(),
        "-I x -n a -O clear -O permit-pty".to_owned(),
        "-I x -n a -O PERMIT-PTY -O no-x11-forwarding -O No-User-Rc".to_owned(),
        "-I x -n a -O force-command=echo~hi -O source-address=10.0.0.0/8,::1/128,1.2.3.4".to_owned(),
        "-I x -n a -O verify-required -O no-touch-required".to_owned(),
        "-I x -n a -O critical:flag -O critical:a=b -O extension:x@y=z -O extension:e -O extension:e="
            .to_owned(),
        "-I x -h -n a -O permit-pty".to_owned(),
        // What is refused.
        "-I x -n a,,b".to_owned(),
        "-I x -O foo".to_owned(),
        "-I x -O force-command=".to_owned(),
        "-I x -O force-command=a -O force-command=b".to_owned(),
        "-I x -O source-address=10.0.0.1/8".to_owned(),
        "-I x -V bogus".to_owned(),
        "-I x -V 20260101:20260101".to_owned(),
        "-I x -V 20261301:forever".to_owned(),
        "-I x -V +1x".to_owned(),
        "-I x -V 0x:forever".to_owned(),
        "-I x -z x".to_owned(),
        "-I x -z +".to_owned(),
        "-I x -z -1".to_owned(),
        "-I x -t rsa".to_owned(),
        "-I x -t ed25519".to_owned(),
        "-n a".to_owned(),
    ];
    // rkeygen reads a date in summer by the clock of winter, as OpenSSH 9.2 does; 10.6 reads it by the clock of summer.
    if version() < (10, 0) {
        calls.push("-I x -n a -V 20260701:20261101".to_owned());
    }
    calls.extend(["256", "512"].map(|bits| format!("-I x -n a -t rsa-sha2-{bits}")));
    for call in calls {
        let line = format!("-s ca-ed25519 {call} user.pub");
        let [theirs, ours] = Program::BOTH.map(|program| listing(&world, program, &line, "user-cert.pub"));
        assert_eq!(ours, theirs, "{call}");
    }
}

#[test]
fn every_ca_signs_every_key() {
    needs!("ssh-keygen");
    let world = World::new();
    for ca in TYPES {
        for subject in TYPES {
            for extra in if ca == "rsa" { &["", "-t ssh-rsa", "-t rsa-sha2-256"][..] } else { &[""] } {
                for program in Program::BOTH {
                    world.done(program, &format!("-q -s ca-{ca} -I x -n a {extra} ca-{subject}.pub"));
                    let shown = world.same(&format!("-L -E md5 -f ca-{subject}-cert.pub"), b"");
                    assert!(shown.contains("Principals: \n                a\n"), "{shown}");
                }
            }
        }
    }
}

#[test]
fn many_keys_in_one_call_count_up_and_keep_their_comments() {
    needs!("ssh-keygen");
    let world = World::new();
    let output = world.run(Program::Ours, "-s ca-rsa -I x -n a -V +1d -z +5 user.pub other ca-rsa.pub", b"");
    let stderr = String::from_utf8_lossy(&output.stderr);
    for (line, (name, serial)) in stderr.lines().zip([("user", 5), ("other", 6), ("ca-rsa", 7)]) {
        let start = format!("Signed user key {name}-cert.pub: id \"x\" serial {serial} for a valid from 20");
        assert!(line.starts_with(&start), "{line}");
        assert!(world.read(&format!("{name}-cert.pub")).ends_with(&format!(" {name}\n")));
    }
    assert_eq!((output.stdout.len(), output.status.code()), (0, Some(0)));
}

#[test]
fn many_keys_are_signed_in_order_up_to_the_first_that_cannot_be() {
    needs!("ssh-keygen");
    let world = World::new();
    let names: Vec<String> = (0..41).map(|number| format!("k{number}.pub")).collect();
    for (number, name) in names.iter().enumerate() {
        world.write(name, world.read("user.pub").replace(" user", &format!(" comment {number}")));
    }
    for ca in TYPES {
        let line = format!("-s ca-{ca} -I x -n a -V +1d -z +1 {}", names.join(" "));
        let stderr = world.run(Program::Ours, &line, b"").stderr;
        let stderr = String::from_utf8_lossy(&stderr);
        assert_eq!(stderr.lines().count(), names.len(), "{ca}: {stderr}");
        for (number, line) in stderr.lines().enumerate() {
            let start = format!("Signed user key k{number}-cert.pub: id \"x\" serial {} for a", number + 1);
            assert!(line.starts_with(&start), "{ca}: {line}");
            // Listing a certificate checks its signature.
            let shown = world.same(&format!("-L -f k{number}-cert.pub"), b"");
            assert!(shown.contains(&format!("Serial: {}\n", number + 1)), "{ca}: {shown}");
            assert!(world.read(&format!("k{number}-cert.pub")).ends_with(&format!(" comment {number}\n")));
        }
    }
    world.write("k25.pub", "no key\n");
    let written = Program::BOTH.map(|program| {
        names.iter().for_each(|name| {
            let _ = std::fs::remove_file(world.path(&name.replace(".pub", "-cert.pub")));
        });
        let line = format!("-q -s ca-rsa -I x -n a {}", names.join(" "));
        let status = world.run(program, &line, b"").status.code();
        let exists = |name: &String| world.path(&name.replace(".pub", "-cert.pub")).exists();
        (status, names.iter().map(exists).collect::<Vec<_>>())
    });
    assert_eq!(written[1], written[0]);
}

#[test]
fn a_certificate_that_is_an_input_too_is_read_after_it_was_written() {
    needs!("ssh-keygen");
    for order in ["user.pub user-cert.pub other.pub", "user-cert.pub user.pub", "user user-cert"] {
        let results = Program::BOTH.map(|program| {
            let world = World::new();
            world.write("user-cert.pub", world.read("other.pub"));
            let status =
                world.run(program, &format!("-q -s ca-ed25519 -I x -n a {order}"), b"").status.code();
            (status, names(world.directory()))
        });
        assert_eq!(results[1], results[0], "{order}");
    }
}

#[test]
fn comments_come_from_where_ssh_keygen_takes_them() {
    needs!("ssh-keygen");
    let world = World::new();
    let (key, _) =
        world.read("user.pub").rsplit_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("words");
    world.write("bare", format!("{key}\n"));
    world.write("beside.pub", world.read("user.pub"));
    world.done(Program::Theirs, "-q -t ed25519 -a 1 -N horse -C inside -f locked");
    world.done(Program::Theirs, "-q -t ed25519 -N '' -C '' -f empty");
    for name in ["bare", "beside", "locked", "empty", "empty.pub", "user.pub"] {
        let certificate = format!("{}-cert.pub", name.trim_end_matches(".pub"));
        let comments = Program::BOTH.map(|program| {
            world.done(program, &format!("-q -s ca-ed25519 -I x -n a {name}"));
            world.read(&certificate).splitn(3, ' ').nth(2).map(str::to_owned)
        });
        assert_eq!(comments[1], comments[0], "{name}");
    }
    world.done(Program::Theirs, "-q -k -f list other.pub");
    world.same("-Q -f list bare beside locked empty empty.pub user.pub other", b"");
}

#[test]
fn numbers_that_do_not_suffice_and_control_characters() {
    needs!("ssh-keygen");
    let world = World::new();
    let line = "-q -s ca-rsa -I x -n a -z +18446744073709551615 user.pub other.pub";
    assert_eq!(world.run(Program::Ours, line, b"").status.code(), Some(255));
    assert!(!world.path("user-cert.pub").exists());
    let output = world.run(Program::Ours, "-s ca-rsa -I a\u{1b}[1m -n a user.pub", b"");
    assert!(String::from_utf8_lossy(&output.stderr).contains(r#"id "a\033[1m" serial"#));
}

#[test]
fn files_of_all_sorts_are_listed_the_same() {
    needs!("ssh-keygen");
    let world = World::new();
    world.done(Program::Theirs, "-q -s ca-rsa -I x -n a user.pub");
    let certificate = world.read("user-cert.pub");
    let broken = certificate.replacen("AAAA", "AAAB", 1);
    world.write(
        "many",
        format!("# comment\n\n{certificate}{broken}{}  {certificate}", world.read("user.pub")),
    );
    world.write("empty", "");
    for line in ["-L -f many", "-L -f empty", "-L -f user.pub", "-L -f nothing", "-L -q -l -f many"] {
        world.same(line, b"");
    }
    world.same("-L -f -", world.read("many").as_bytes());
    world.same("-L -f -", b"");
}

#[test]
fn rules_of_the_ca_are_errors() {
    needs!("ssh-keygen");
    let world = World::new();
    let refused = |line: &str| world.run(Program::Ours, line, b"").status.code() == Some(255);
    assert!(refused("-s ca-rsa --require-principals -I x user.pub"));
    assert!(refused("-s ca-rsa --max-validity 1h -I x -n a user.pub"));
    assert!(refused("-s ca-rsa --max-validity 1h -I x -n a -V +2h user.pub"));
    assert!(!world.path("user-cert.pub").exists());
    assert!(!refused("-q -s ca-rsa --require-principals --max-validity 1h -I x -n a -V +1h user.pub"));
    let warnings = world.run(Program::Ours, "-s ca-rsa -I x user.pub", b"").stderr;
    let warnings = String::from_utf8_lossy(&warnings).into_owned();
    assert!(warnings.contains("no principals (-n)") && warnings.contains("never expire (-V)"), "{warnings}");
}

#[test]
fn json_says_what_was_signed() {
    needs!("ssh-keygen");
    let world = World::new();
    let line = "--json -q -s ca-rsa -I x -n a,b -V 20260101z:20270101z -z 7 user.pub";
    let signed: serde_json::Value = serde_json::from_str(&world.done(Program::Ours, line)).expect("JSON");
    let shown = world.done(Program::Ours, "--json -L -f user-cert.pub");
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    let (signed, shown) = (&signed["certificates"][0], &shown["certificates"][0]);
    let certificate = &shown["certificate"];
    assert_eq!(&signed["certificate"], certificate);
    assert_eq!(signed["file"], "user-cert.pub");
    assert_eq!((&certificate["serial"], &certificate["principals"][1]), (&7.into(), &"b".into()));
    assert_eq!(certificate["valid_after"], "2026-01-01T00:00:00Z");
    assert_eq!(certificate["valid_before"], "2027-01-01T00:00:00Z");
}

#[test]
fn an_encrypted_ca_asks_for_its_passphrase() {
    needs!("ssh-keygen");
    let world = World::new();
    world.done(Program::Theirs, "-q -p -N horse -a 1 -f ca-rsa");
    for (line, input, status) in [
        ("-s ca-rsa -P horse -I x -n a -V +1d user.pub", "", 0),
        ("-s ca-rsa -I x -n a -V +1d user.pub", "horse\n", 0),
        ("-s ca-rsa -I x -n a -V +1d user.pub", "mare\n", 255),
        ("-s ca-rsa -P mare -I x -n a -V +1d user.pub", "", 255),
    ] {
        let output = world.run(Program::Ours, line, input.as_bytes());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{line}: {stderr}");
        assert_eq!(stderr.contains("Enter passphrase for \"ca-rsa\": "), !line.contains("-P"), "{stderr}");
    }
}

#[test]
fn a_file_that_is_missing_ends_the_work_and_keeps_what_was_done() {
    needs!("ssh-keygen");
    let world = World::new();
    for program in Program::BOTH {
        let _ = std::fs::remove_file(world.path("user-cert.pub"));
        let output = world.run(program, "-q -s ca-rsa -I x -n a user.pub nothing.pub other.pub", b"");
        assert_eq!(output.status.code(), Some(255));
        let made = ["user-cert.pub", "other-cert.pub"].map(|name| world.path(name).exists());
        assert_eq!(made, [true, false], "{program:?}");
    }
    let output = world.run(Program::Ours, "-q -s ca-rsa -I x -n a user-cert.pub", b"");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("key \"user-cert.pub\" type ED25519-CERT cannot be certified"), "{stderr}");
}

#[test]
fn a_certificate_for_anyone_is_warned_of_with_q_too() {
    needs!("ssh-keygen");
    let world = World::new();
    let warning = "Warning: certificate will contain no principals (-n)";
    for program in [Program::Theirs, Program::Ours] {
        let output = world.run(program, "-q -s ca-ed25519 -I id -V +1d user.pub", b"");
        let expected = if program == Program::Theirs && version() < (10, 3) { "" } else { warning };
        // OpenSSH ends its messages in a carriage return and a line feed.
        assert_eq!(String::from_utf8_lossy(&output.stderr).trim_ascii_end(), expected);
    }
}
