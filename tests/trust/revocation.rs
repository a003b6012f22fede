//! `-k` and `-Q`.

use crate::support::missing::needs;
use crate::world::{Program, World};

/// The listing without its second line, which says when the list was made.
fn listing(world: &World, name: &str) -> String {
    let shown = world.same(&format!("-Q -l -f {name}"), b"");
    let mut lines: Vec<_> = shown.lines().collect();
    lines.remove(1);
    lines.join("\n")
}

/// The bytes of a list but for those that say when it was made.
fn bytes(world: &World, name: &str) -> Vec<u8> {
    let mut bytes = std::fs::read(world.path(name)).expect("a list");
    bytes.drain(20..28);
    bytes
}

#[test]
fn the_same_specification_makes_the_same_list() {
    needs!("ssh-keygen");
    let world = World::new();
    world.done(Program::Theirs, "-q -s ca-rsa -I by~id -n a user.pub");
    world.done(Program::Theirs, "-q -s ca-rsa -I x -z 99 -n a other.pub");
    let fingerprint = world.done(Program::Theirs, "-l -f ca-rsa.pub");
    let hash = fingerprint.split(' ').nth(1).expect("a hash");
    let key = world.read("user.pub");
    world.write(
        "specification",
        format!(
            "# a comment\n\nserial: 1\nSERIAL: 5-10 # more\nserial: 0x20\nserial: 010\nid: me and you\n\
             key: {key}sha1: {key}sha256: {}hash: {hash}\n{}{}",
            world.read("ca-ed25519.pub"),
            world.read("user-cert.pub"),
            world.read("other-cert.pub"),
        ),
    );
    for ca in ["-s ca-ed25519.pub", "-s none", "-s NONE -z 42 -C my~list", "-s ca-rsa"] {
        for (program, name) in Program::BOTH.into_iter().zip(["theirs", "ours"]) {
            world.done(program, &format!("-k -f {name} {ca} specification other.pub"));
        }
        assert_eq!(listing(&world, "ours"), listing(&world, "theirs"), "{ca}");
        assert_eq!(bytes(&world, "ours"), bytes(&world, "theirs"), "{ca}");
        for list in ["ours", "theirs"] {
            world.same(&format!("-Q -f {list} user.pub user-cert.pub other-cert.pub ca-ecdsa256.pub"), b"");
            world.same(&format!("-Q -f {list} ca-ecdsa256.pub"), b"");
        }
    }
    // Adding to each other's lists.
    world.write("more", "serial: 2-4\n");
    world.done(Program::Ours, "-k -u -f theirs -s ca-rsa.pub more");
    world.done(Program::Theirs, "-k -u -f ours -s ca-rsa.pub more");
    assert_eq!(listing(&world, "ours"), listing(&world, "theirs"));
}

#[test]
fn every_choice_of_sections_is_read_by_ssh_keygen() {
    needs!("ssh-keygen");
    let world = World::new();
    let mut random: u64 = 7;
    let mut next = |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (random >> 33) % below
    };
    for case in 0..12 {
        let mut lines = String::new();
        let mut serial = 0;
        for _ in 0..1500 {
            serial += 1 + next([3, 40, 200, 5000][case % 4]);
            let end = serial + next([1, 4, 300][case % 3]);
            lines += &if end > serial {
                format!("serial: {serial}-{end}\n")
            } else {
                format!("serial: {serial}\n")
            };
            serial = end;
        }
        world.write("serials", &lines);
        for (program, name) in Program::BOTH.into_iter().zip(["theirs", "ours"]) {
            world.done(program, &format!("-q -k -f {name} -s ca-rsa.pub serials"));
        }
        let readable = world.run(Program::Theirs, "-Q -l -f theirs", b"").status.success();
        if readable {
            assert_eq!(listing(&world, "ours"), listing(&world, "theirs"), "case {case}");
            assert_eq!(bytes(&world, "ours"), bytes(&world, "theirs"), "case {case}");
        } else {
            // ssh-keygen wrote a bitmap that it does not read.
            world.done(Program::Theirs, "-Q -l -f ours");
        }
    }
}

#[test]
fn wrong_specifications_leave_the_list_alone() {
    needs!("ssh-keygen");
    let world = World::new();
    world.write("list", "a list");
    for (line, text) in [
        ("-k -f list -", "bogus\n"),
        ("-k -f list -", "serial: 1\n"),
        ("-k -f list -", "id: x\n"),
        ("-k -f list -s ca-rsa.pub -", "serial: 0\n"),
        ("-k -f list -s ca-rsa.pub -", "serial: 5-3\n"),
        ("-k -f list -s ca-rsa.pub -", "serial: 18446744073709551616\n"),
        ("-k -f list -s ca-rsa.pub -", "serial: 5-\n"),
        ("-k -f list -", "hash: MD5:00\n"),
        ("-k -f list nothing", ""),
        ("-k -f list -s nothing", ""),
        ("-k -u -f nothing", ""),
        ("-k", ""),
        ("-Q", ""),
        ("-Q -f list user.pub", ""),
        ("-Q -f nothing user.pub", ""),
    ] {
        // Before it fails ssh-keygen loses what it had printed.
        let [theirs, ours] = Program::BOTH.map(|program| world.run(program, line, text.as_bytes()));
        assert_eq!(ours.status.code(), theirs.status.code(), "{line} {text}");
        assert_eq!(world.read("list"), "a list", "{line} {text}");
    }
    world.done(Program::Ours, "-k -f list");
    world.same("-Q -l -f list", b"");
}
