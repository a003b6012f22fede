//! Commits and tags signed and checked by git, with both programs in turn.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::support::missing::needs;
use crate::support::oracle;
use crate::support::{forget_surroundings, peer, rkeygen};
use crate::world::{Program, World};

fn git(world: &World, with: Program, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new("git");
    forget_surroundings(&mut command);
    command.current_dir(world.directory()).env("HOME", world.directory());
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("TZ", "UTC");
    let theirs = oracle::path("ssh-keygen").display().to_string();
    let keygen = if with == Program::Ours { "./rkeygen" } else { &theirs };
    for setting in [
        "user.name=Me",
        "user.email=me@example.org",
        "gpg.format=ssh",
        "user.signingkey=user.pub",
        "gpg.ssh.allowedSignersFile=allowed",
        "init.defaultBranch=main",
        &format!("gpg.ssh.program={keygen}"),
    ] {
        command.args(["-c", setting]);
    }
    let output = peer(command.args(arguments));
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// What git starts: a script, because the program under test may need another to run it.
fn write_script(world: &World) {
    let program = rkeygen();
    let words = [program.get_program()].into_iter().chain(program.get_args());
    let words: String = words.map(|word| format!("'{}' ", word.display())).collect();
    world.write("rkeygen", format!("#!/bin/sh\nexec {words}\"$@\"\n"));
    let mode = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(world.path("rkeygen"), mode).expect("a mode");
}

#[test]
fn git_signs_and_verifies() {
    needs!("ssh-keygen");
    needs!("git");
    let world = World::new();
    write_script(&world);
    let key = world.read("user.pub");
    let good = format!("me@example.org namespaces=\"git\" {key}");
    let files = [
        (good.clone(), true),
        (format!("me@example.org valid-before=\"20200101\" {key}"), false),
        (format!("me@example.org namespaces=\"file\" {key}"), false),
        (format!("me@example.org {}", world.read("other.pub")), false),
    ];
    world.write("allowed", good);
    assert!(git(&world, Program::Theirs, &["init", "-q"]).0);
    for (signer, tag) in Program::BOTH.into_iter().zip(["theirs", "ours"]) {
        let (done, text) = git(&world, signer, &["commit", "-q", "--allow-empty", "-S", "-m", tag]);
        assert!(done, "{text}");
        let (done, text) = git(&world, signer, &["tag", "-s", "-m", tag, tag]);
        assert!(done, "{text}");
        let commit = format!("{tag}^{{commit}}");
        for (file, expected) in &files {
            world.write("allowed", file);
            for command in [
                &["verify-tag", tag][..],
                &["verify-commit", &commit],
                &["log", "-1", "--format=%G?%GS%GK", tag],
            ] {
                let [theirs, ours] = Program::BOTH.map(|verifier| git(&world, verifier, command));
                assert_eq!(ours.0, theirs.0, "{command:?} {file}: {}", ours.1);
                if *expected || command[0] == "log" {
                    assert_eq!(ours.1, theirs.1, "{command:?}");
                }
                if command[0] != "log" {
                    assert_eq!(ours.0, *expected, "{command:?} {file}: {}", ours.1);
                }
            }
        }
        world.write("allowed", &files[0].0);
    }
}
