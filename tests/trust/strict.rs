//! What is refused, or shown with care, whatever the version of ssh-keygen at hand: as OpenSSH 10.6 does.

use crate::support::missing::needs;
use crate::world::{Program, World};

/// A key that OpenSSH 10 no longer reads: DSA.
const DSA: &str = "ssh-dss AAAAB3NzaC1kc3MAAAAJAP//////////AAAACQD//////////wAAAAECAAAAAQM= old\n";

fn ours(world: &World, line: &str, input: &[u8]) -> (Option<i32>, String) {
    let output = world.run(Program::Ours, line, input);
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn dsa_keys_are_read_and_trusted_with_nothing() {
    needs!("ssh-keygen");
    let world = World::new();
    world.write("dsa.pub", DSA);
    world.write("signers", format!("me {DSA}"));
    world.done(Program::Ours, "-q -k -f list user.pub");
    assert_eq!(ours(&world, "-l -f dsa.pub", b"").0, Some(0));
    for line in [
        "-s ca-rsa -I x -n me dsa.pub",
        "-Q -f list dsa.pub",
        "-q -k -f new dsa.pub",
        "-q -k -f new -s dsa.pub user.pub",
    ] {
        assert_eq!(ours(&world, line, b""), (Some(255), String::new()), "{line}");
    }
    assert!(!world.path("new").exists() && !world.path("dsa-cert.pub").exists());
    assert_eq!(ours(&world, "-Y match-principals -f signers -I me", b"").0, Some(252));
}

#[test]
fn a_private_key_beside_a_public_line_is_not_for_others_to_read() {
    needs!("ssh-keygen");
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    world.write("both", world.read("user") + &world.read("user.pub"));
    let open =
        |mode| std::fs::set_permissions(world.path("both"), PermissionsExt::from_mode(mode)).expect("a mode");
    open(0o644);
    for line in ["-y -f both", "-p -P '' -N '' -f both", "-s both -I x -n me other.pub"] {
        assert_eq!(ours(&world, line, b"").0, Some(255), "{line}");
    }
    open(0o600);
    assert_eq!(ours(&world, "-y -f both", b"").0, Some(0));
}

#[test]
fn match_principals_goes_on_after_lines_about_others() {
    needs!("ssh-keygen");
    let world = World::new();
    let key = world.read("user.pub");
    world.write("signers", format!("alone\nme {key}\"a b\" {key}*,!\"a b\" {key}"));
    let matched = |who: &str| ours(&world, &format!("-Y match-principals -f signers -I {who}"), b"");
    assert_eq!(matched("me"), (Some(0), "me\n*,!a b\n".to_owned()));
    assert_eq!(matched("a~b"), (Some(0), "a b\n".to_owned()));
    assert_eq!(matched("alone"), (Some(252), String::new()));
    std::fs::create_dir(world.path("directory")).expect("a directory");
    assert_eq!(ours(&world, "-Y match-principals -f directory -I me", b""), (Some(210), String::new()));
    assert_eq!(ours(&world, "-L -f directory", b""), (Some(1), String::new()));
}

#[test]
fn the_version_of_a_list_stays_unless_another_is_given() {
    needs!("ssh-keygen");
    let world = World::new();
    world.done(Program::Ours, "-q -k -f list -z 7 user.pub");
    for (version, expected) in [("-z 0", 7), ("", 7), ("-z 9", 9)] {
        world.done(Program::Ours, &format!("-q -k -u -f list {version} other.pub"));
        let listing = world.done(Program::Ours, "-Q -l -f list");
        assert!(listing.starts_with(&format!("# KRL version {expected}\n")), "{version}: {listing}");
    }
}

#[test]
fn check_novalidate_does_not_look_at_revoked_keys() {
    needs!("ssh-keygen");
    let world = World::new();
    world.done(Program::Ours, "-q -Y sign -f user -n file message");
    let (status, stdout) = ours(&world, "-Y check-novalidate -n file -s message.sig -r user.pub", b"hello\n");
    assert_eq!(status, Some(0), "{stdout}");
}

#[test]
fn what_a_ca_wrote_forges_no_line() {
    needs!("ssh-keygen");
    let world = World::new();
    world.done(Program::Ours, "-q -s ca-rsa -I a\u{1b}[31mb -n me user.pub");
    let listing = world.done(Program::Ours, "-L -f user-cert.pub");
    assert!(listing.contains("Key ID: \"a\\033[31mb\"\n"), "{listing}");
    // A flag with contents: ssh-keygen stops there.
    world.done(Program::Ours, "-q -s ca-rsa -I x -n me -O clear -O extension:permit-pty=x user.pub");
    assert_eq!(ours(&world, "-L -f user-cert.pub", b""), (Some(255), String::new()));
}

/// The bits of a megabyte, every other one set: no more than a few bytes for each byte of the file.
#[cfg(target_os = "linux")]
#[test]
fn a_list_takes_little_more_memory_than_its_file() {
    needs!("ssh-keygen");
    let world = World::new();
    let mut section = vec![0; 8];
    for number in 0..500_u64 {
        let bitmap = [&(1 + number * 16384).to_be_bytes()[..], &[0, 0, 8, 1, 0], &[0x55; 2048]].concat();
        section.push(0x22);
        section.extend(u32::try_from(bitmap.len()).expect("short").to_be_bytes());
        section.extend(bitmap);
    }
    let mut list = b"SSHKRL\n\0\0\0\0\x01".to_vec();
    list.extend([0; 32]);
    list.push(1);
    list.extend(u32::try_from(section.len()).expect("short").to_be_bytes());
    list.extend(section);
    world.write("list", &list);
    world.done(Program::Ours, "-q -Y sign -f user -n file message");
    world.write("signers", format!("me {}", world.read("user.pub")));
    for line in [
        "-Q -f list user.pub",
        "-Q -l -f list",
        "-q -k -u -f list other.pub",
        "-Y verify -n file -I me -f signers -s message.sig -r list",
    ] {
        // The address space: the program and its threads alone take 40 MB or so of it.
        let script = format!("ulimit -v 131072; exec {} {line}", crate::support::program());
        let mut command = std::process::Command::new("sh");
        command.arg("-c").arg(script).current_dir(world.directory());
        let output = crate::support::feed(command, b"hello\n");
        assert_eq!(output.status.code(), Some(0), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
