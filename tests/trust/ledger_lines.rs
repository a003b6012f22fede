//! Ledgers as others read them, and CAs whose keys are in an agent.

use std::fs;

use crate::agent::Agent;
use crate::ledger::entries;
use crate::support::missing::needs;
use crate::world::{Program, World};

/// The schema of the lines, and a validator that someone else wrote.
#[test]
fn every_line_is_of_its_schema() {
    needs!("ssh-keygen", "python3 jsonschema");
    let world = World::new();
    for (ca, options) in [
        ("ed25519", "-I a user.pub"),
        ("rsa", "-h -I b -V 20260101Z:20270101Z other.pub"),
        ("ecdsa384", "-I \u{e9}\"\\ -z 18446744073709551614 ca-rsa.pub"),
        ("ecdsa384", "-I c -n a,b,\u{e9} -V always:20270101Z ca-ecdsa521.pub"),
        ("ecdsa384", "-I d -z 7 -V 20260101Z:forever ca-ed25519.pub"),
    ] {
        world.done(Program::Ours, &format!("-q -s ca-{ca} --ledger ledger {options}"));
    }
    let answers = tempfile::tempdir().expect("a directory");
    let file = answers.path().join("ledger.jsonl");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let validate = |lines: &str| {
        fs::write(&file, lines).expect("a file");
        let mut python = std::process::Command::new("/usr/bin/python3");
        python.arg(root.join("tests/cli/schemas.py")).arg(root.join("docs/schemas")).arg(answers.path());
        let output = crate::support::peer(&mut python);
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let lines = world.read("ledger");
    assert_eq!(lines.lines().count(), 8);
    assert_eq!(validate(&lines), (true, String::new()));
    for (from, to) in [
        ("\"serial\":1,", "\"serial\":0,"),
        ("\"key_id\":\"a\",", ""),
        ("\"role\":\"host\"", "\"role\":\"both\""),
        ("2027-01-01T00:00:00Z", "2027-01-01"),
        ("\"ca_public_key\"", "\"ca_key\""),
    ] {
        assert!(lines.contains(from), "{from}: {lines}");
        assert!(!validate(&lines.replace(from, to)).0, "{to}");
    }
}

/// The CA is in an agent, and only its public key is a file.
#[test]
fn an_agent_signs_by_a_list_and_a_ledger() {
    needs!("ssh-keygen");
    let world = World::new();
    let agent = Agent::start(&world);
    let variables = [("SSH_AUTH_SOCK", agent.socket.as_str())];
    for kind in ["ed25519", "ecdsa256", "rsa"] {
        let ca = format!("ca-{kind}");
        assert!(agent.add(&world, &[&ca]), "{ca}");
        fs::rename(world.path(&ca), world.path("away")).expect("a key");
        let line = format!("-q -U -s {ca}.pub --ledger ledger -n me -V +1h --from -");
        let list = "public_key,id,output\nuser.pub,a,a-cert.pub\nother.pub,b,b-cert.pub\n";
        let sign = |options: &str| {
            world.run_with(Program::Ours, &format!("{line} {options}"), list.as_bytes(), &variables)
        };
        let output = sign("--if-exists replace");
        assert!(output.status.success(), "{kind}: {}", String::from_utf8_lossy(&output.stderr));
        for (name, serial) in [("a", 1), ("b", 2)] {
            let listing = world.same(&format!("-L -f {name}-cert.pub"), b"");
            assert!(listing.contains(&format!("Key ID: \"{name}\"")), "{listing}");
            assert!(listing.contains(&format!("Serial: {serial}\n")), "{listing}");
            let fingerprint = world.done(Program::Theirs, &format!("-l -f {ca}.pub"));
            let fingerprint = fingerprint.split(' ').nth(1).expect("a fingerprint");
            assert!(listing.contains(fingerprint), "{listing}");
        }
        let before = world.read("ledger");
        let output = sign("--if-exists replace");
        assert_eq!(output.status.code(), Some(255), "{kind}: used names");
        // A key that the agent does not sign with unasked: for what is kept, it is not asked.
        assert!(agent.add(&world, &["-c", "away"]), "{ca}");
        assert_eq!(sign("--if-exists keep").status.code(), Some(0), "{kind}");
        assert_eq!(world.read("ledger"), before, "{kind}");
    }
    assert_eq!(entries(&world).len(), 6);
    // Without the agent nothing is written down.
    let before = world.read("ledger");
    drop(agent);
    let line = "-q -U -s ca-rsa.pub --ledger ledger -n me -I new -V +1h user.pub";
    let output = world.run_with(Program::Ours, line, b"", &[("SSH_AUTH_SOCK", "nothing")]);
    assert_eq!(output.status.code(), Some(255), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(world.read("ledger"), before);
}
