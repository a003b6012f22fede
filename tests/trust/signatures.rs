//! `-Y`.

use crate::support::missing::needs;
use crate::world::{Program, TYPES, World};

fn other(program: Program) -> Program {
    if program == Program::Ours { Program::Theirs } else { Program::Ours }
}

#[test]
fn each_program_verifies_what_the_other_signed() {
    needs!("ssh-keygen");
    let world = World::new();
    for kind in TYPES {
        for hash in ["sha256", "sha512"] {
            for program in Program::BOTH {
                let _ = std::fs::remove_file(world.path("message.sig"));
                world.done(program, &format!("-Y sign -f ca-{kind} -n file -O hashalg={hash} message"));
                let armor = world.read("message.sig");
                assert!(armor.lines().all(|line| line.len() <= 70), "{armor}");
                world.same("-Y check-novalidate -n file -s message.sig", b"hello\n");
                world.same("-Y check-novalidate -n file -s message.sig", b"hallo\n");
                world.same("-Y check-novalidate -n git -s message.sig -Oprint-pubkey", b"hello\n");
                let signed = world.run(program, &format!("-q -Y sign -f ca-{kind}.pub -n file"), b"hello\n");
                world.write("message.sig", &signed.stdout);
                let check = "-Y check-novalidate -n file -O print-pubkey -s message.sig";
                let verdict = world.run(other(program), check, b"hello\n");
                assert!(verdict.status.success(), "{kind} {hash}");
            }
        }
    }
    // Ed25519 signatures are deterministic, so the files are the same.
    world.done(Program::Ours, "-q -s ca-rsa -I x -n me user.pub");
    for key in ["user", "user.pub", "user-cert.pub"] {
        let line = format!("-q -Y sign -f {key} -n file");
        let [theirs, ours] = Program::BOTH.map(|program| world.run(program, &line, b"hello\n").stdout);
        assert!(!ours.is_empty() && ours == theirs, "{key}");
    }
}

#[test]
fn allowed_signers_are_read_the_same() {
    needs!("ssh-keygen");
    let world = World::new();
    world.done(Program::Theirs, "-q -s ca-rsa -I x -n me@ca,you,they@ca -V +1d user.pub");
    for (name, key) in [("ed25519", "ca-ed25519"), ("ecdsa", "other"), ("certificate", "user-cert.pub")] {
        let output = world.run(Program::Theirs, &format!("-q -Y sign -f {key} -n git"), b"hello\n");
        world.write(&format!("{name}.sig"), output.stdout);
    }
    let keys = ["ca-ed25519.pub", "other.pub", "ca-rsa.pub"].map(|name| world.read(name));
    let [ed25519, ecdsa, ca] = keys.each_ref().map(|key| key.trim_end());
    let files = [
        format!("# comment\n\nalice@x,bob@* namespaces=\"git,file\" {ed25519}\n"),
        format!("alice@x namespaces=\"file\" {ed25519}\n*@x {ed25519}\n"),
        format!("*,!alice@x {ed25519}\n"),
        format!("\"carol d@x\" valid-after=\"20200101\",valid-before=\"20210101\" {ecdsa}\r\n"),
        format!("*@ca cert-authority,namespaces=\"g*\" {ca}\n"),
        format!("* cert-authority {ed25519}\n* {ca}\n"),
        format!("alice@x bogus {ed25519}\nalice@x {ed25519}\n"),
        format!("alice@x valid-after=\"20300101\",valid-before=\"20200101\" {ed25519}\n"),
        "alice@x\nalice@x ssh-ed25519 AAAA\n\"alice@x\n".to_owned(),
        String::new(),
    ];
    for file in &files {
        world.write("allowed", file);
        for signature in ["ed25519", "ecdsa", "certificate"] {
            for time in ["", "-O verify-time=20200601", "-Overify-time=20250101Z"] {
                world.same(&format!("-Y find-principals -f allowed -s {signature}.sig {time}"), b"");
                for who in ["alice@x", "bob@y", "carol~d@x", "me@ca", "you", "nobody"] {
                    let line = format!("-Y verify -f allowed -n git -I {who} -s {signature}.sig {time}");
                    world.same(&line, b"hello\n");
                }
            }
        }
        for who in ["alice@x", "bob@y", "carol~d@x", "nobody"] {
            world.same(&format!("-Y match-principals -f allowed -I {who}"), b"");
        }
    }
    world.write("allowed", &files[0]);
    let verify = "-Y verify -f allowed -n git -I alice@x -s ed25519.sig";
    for (name, text) in [("keys", keys.concat()), ("others", keys[1].clone()), ("none", "# none\n".into())] {
        world.write(name, text);
        world.done(Program::Theirs, &format!("-q -k -f {name}.krl {name}"));
        world.same(&format!("{verify} -r {name}"), b"hello\n");
        world.same(&format!("{verify} -r {name}.krl"), b"hello\n");
    }
    for rest in ["-r nothing", "-q", "-O print-pubkey", "-E md5"] {
        world.same(&format!("{verify} {rest}"), b"hello\n");
    }
    for rest in ["-O foo", "-O verify-time=x", "-q -O verify-time=x"] {
        world.same(&format!("{verify} {rest}"), b"hello\n");
    }
}

#[test]
fn wrong_usage_ends_the_same_way() {
    needs!("ssh-keygen");
    let world = World::new();
    // The `.pub` is another key's.
    world.write("mixed", world.read("user"));
    world.write("mixed.pub", world.read("other.pub"));
    for line in [
        "-Y bogus",
        "-Y sign",
        "-Y sign -n x",
        "-Y sign -f user",
        "-Y sign -f user -n '' message",
        "-Y sign -f nothing -n x message",
        "-Y sign -f user -n x nothing",
        "-Y sign -f user -n x - message",
        "-Y sign -f user -n x -O hashalg=md5 message",
        "-Y verify -n x",
        "-Y verify -n x -s s",
        "-Y verify -n x -s s -f f",
        "-Y check-novalidate -n x",
        "-Y check-novalidate -n x -s nothing",
        "-Y check-novalidate -n x -s message",
        "-Y find-principals",
        "-Y find-principals -s message",
        "-Y find-principals -s message -f message",
        "-Y match-principals",
        "-Y match-principals -f message",
        "-s ca-rsa -I x",
        "user.pub",
        "-q -k -f nothing/list user.pub",
        "-Y sign -f mixed -n x message",
    ] {
        world.same(line, b"");
    }
}

#[test]
fn a_signature_that_is_there_is_replaced_only_on_yes() {
    needs!("ssh-keygen");
    let world = World::new();
    for (answer, replaced) in [("n\n", false), ("y\n", true)] {
        world.write("message.sig", "old");
        let stdout = world.same("-Y sign -f user -n x message", answer.as_bytes());
        assert_eq!(stdout, "message.sig already exists.\nOverwrite (y/n)? ");
        // ssh-keygen ran first; both must have done the same to the file.
        assert_eq!(world.read("message.sig") != "old", replaced, "{answer:?}");
    }
    // Where ssh-keygen takes the end of the input for a no, a prompt without an answer is an error here.
    world.write("message.sig", "old");
    let output = world.run(Program::Ours, "-Y sign -f user -n x message", b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(world.read("message.sig"), "old");
}
