//! Ledgers of CAs: no serial number and no key ID is given twice, and what is in a ledger can be revoked by name.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::sshd::Sshd;
use crate::support::missing::needs;
use crate::world::{Program, World};

pub(crate) const SIGN: &str = "-q -s ca-ed25519 --ledger ledger -n me -V always:forever";

fn run(world: &World, line: &str) -> (Option<i32>, String) {
    let output = world.run(Program::Ours, line, b"");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// The lines about certificates.
pub(crate) fn entries(world: &World) -> Vec<Value> {
    let lines = world.read("ledger");
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter(|line| line["serial"].is_u64()).collect()
}

fn shown(world: &World) -> String {
    world.done(Program::Theirs, "-L -f user-cert.pub")
}

#[test]
fn a_ledger_has_what_the_certificates_say() {
    needs!("ssh-keygen");
    let world = World::new();
    for (options, serial) in [("-I a", 1), ("-I b -z +", 2), ("-I c -z 7", 7), ("-I d", 8), ("-I e -z 3", 3)]
    {
        world.done(Program::Ours, &format!("{SIGN} {options} user.pub"));
        assert!(shown(&world).contains(&format!("Serial: {serial}\n")), "{options}");
    }
    let fingerprint = |name: &str| {
        let line = world.done(Program::Theirs, &format!("-l -f {name}"));
        line.split(' ').nth(1).expect("a fingerprint").to_owned()
    };
    let entries = entries(&world);
    let of = |member: &str| entries.iter().map(|it| it[member].clone()).collect::<Vec<_>>();
    assert_eq!(of("serial"), [1, 2, 7, 8, 3].map(Value::from));
    assert_eq!(of("key_id"), ["a", "b", "c", "d", "e"].map(Value::from));
    let first = &entries[0];
    assert_eq!(first["fingerprint"], fingerprint("user.pub"));
    assert_eq!(first["ca_fingerprint"], fingerprint("ca-ed25519.pub"));
    assert_eq!((&first["role"], &first["type"]), (&"user".into(), &"ed25519".into()));
    assert_eq!(first["principals"], serde_json::json!(["me"]));
    assert!(first["signed_at"].as_str().is_some_and(|time| time.ends_with('Z')));
    assert!(first.get("valid_after").is_none() && first.get("valid_before").is_none());
    world.done(Program::Ours, "-q -s ca-ed25519 --ledger ledger -h -I f -V 20260101Z:20270101Z other.pub");
    let last = self::entries(&world).pop().expect("an entry");
    assert_eq!(last["valid_before"], "2027-01-01T00:00:00Z");
    assert_eq!((&last["role"], &last["principals"]), (&"host".into(), &serde_json::json!([])));
    // It is for its owner alone, and has the key of the CA once.
    assert_eq!(fs::metadata(world.path("ledger")).expect("it").permissions().mode() & 0o777, 0o600);
    assert_eq!(world.read("ledger").matches("ca_public_key").count(), 1);
    // Another CA has its own numbers and names.
    world.done(Program::Ours, &format!("{} -I a user.pub", SIGN.replace("ca-ed25519", "ca-rsa")));
    assert!(shown(&world).contains("Serial: 1\n"));
    assert_eq!(world.read("ledger").matches("ca_public_key").count(), 2);
}

#[test]
fn what_is_used_is_refused_and_nothing_changes() {
    needs!("ssh-keygen");
    let world = World::new();
    world.done(Program::Ours, &format!("{SIGN} -I a -z 40 user.pub"));
    let before = (world.read("ledger"), world.read("user-cert.pub"));
    for (options, words) in [
        ("-I a user.pub", "the key ID \"a\" is used already"),
        ("-I a -z 5 other.pub", "the key ID \"a\" is used already"),
        ("-I b -z 40 user.pub", "the serial number 40 is used already"),
        ("-I b -z 0 user.pub", "serial numbers start at 1"),
        ("-I b user.pub other.pub", "the key ID \"b\" is used already"),
        ("-I b --if-exists fail user.pub", "already exists"),
        ("-I a --if-exists replace user.pub", "the key ID \"a\" is used already"),
    ] {
        let (status, text) = run(&world, &format!("{SIGN} {options}"));
        assert!(status.is_some_and(|status| status != 0) && text.contains(words), "{options}: {text}");
        assert_eq!((world.read("ledger"), world.read("user-cert.pub")), before, "{options}");
    }
    world.done(Program::Ours, &format!("{SIGN} -I b -z 18446744073709551615 user.pub"));
    let (status, text) = run(&world, &format!("{SIGN} -I c user.pub"));
    assert!(status == Some(255) && text.contains("the ledger has no serial number left"), "{text}");
    for line in
        ["-s ca-ed25519 -I c -z + user.pub", "-l -f user.pub -z +", "-k -f list --ledger ledger -z + id:a"]
    {
        let (status, text) = run(&world, line);
        assert!(status == Some(255) && text.starts_with("Invalid serial number \"\"\n"), "{line}: {text}");
    }
    let (status, text) = run(&world, "-l -f user.pub --ledger ledger");
    assert!(status == Some(1) && text.contains("--ledger does not apply to this mode"), "{text}");
}

#[test]
fn a_list_is_checked_by_the_ledger_before_anything_is_signed() {
    needs!("ssh-keygen");
    let world = World::new();
    let sign = |list: &str, options: &str| {
        let line = format!("{SIGN} --from - {options}");
        let output = world.run(Program::Ours, &line, list.as_bytes());
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let head = "public_key,id,serial,output\n";
    assert_eq!(sign(&format!("{head}user.pub,a,,\nother.pub,b,9,\nuser.pub,c,,c-cert.pub\n"), "").0, Some(0));
    let serials: Vec<_> = entries(&world).iter().map(|it| it["serial"].as_u64()).collect();
    assert_eq!(serials, [Some(10), Some(9), Some(11)]);
    let before = world.read("ledger");
    for (line, words) in [
        ("user.pub,d,,\nother.pub,a,,\n", ":3: the key ID \"a\" is used already"),
        ("user.pub,d,,\nother.pub,d,,\n", ":3: the key ID \"d\" is used already"),
        ("user.pub,d,,\nother.pub,e,9,\n", ":3: the serial number 9 is used already"),
        ("user.pub,d,,\nother.pub,e,0,\n", ":3: with --ledger, serial numbers start at 1"),
    ] {
        let (status, text) = sign(&format!("{head}{line}"), "");
        assert!(
            status == Some(255) && text.contains(&format!("nothing was signed: (stdin){words}")),
            "{text}"
        );
        assert_eq!(world.read("ledger"), before);
    }
    // What is kept is not signed; what is renewed has the same name and another number.
    let list = format!("{head}user.pub,a,,\nother.pub,b,,\nuser.pub,c,,c-cert.pub\nuser.pub,d,,d-cert.pub\n");
    let (status, text) = sign(&list, "--if-exists keep");
    assert!(status == Some(0), "{text}");
    assert_eq!(entries(&world).len(), 4);
    fs::remove_file(world.path("other-cert.pub")).expect("the certificate");
    let (status, text) = sign(&list, "--if-exists keep");
    assert!(status == Some(1) && text.contains(":3: the key ID \"b\" is used already"), "{text}");
    let (status, text) = sign(&list, "--if-exists keep --renew-before 1d");
    assert!(status == Some(0), "{text}");
    let last = entries(&world).pop().expect("an entry");
    assert_eq!((&last["key_id"], last["serial"].as_u64()), (&"b".into(), Some(13)));
    world.write("list", format!("{head}other.pub,a,,new-cert.pub\n"));
    let (status, text) = run(&world, &format!("{SIGN} --from list --if-exists keep --renew-before 1d"));
    assert!(status == Some(1) && text.contains("list:2: the key ID \"a\" is used already"), "{text}");
}

#[test]
fn a_damaged_ledger_is_named_and_left_alone() {
    needs!("ssh-keygen");
    let world = World::new();
    world.done(Program::Ours, &format!("{SIGN} -I a user.pub"));
    world.done(Program::Ours, &format!("{SIGN} -I b user.pub"));
    let sound = world.read("ledger");
    let lines: Vec<&str> = sound.split_inclusive('\n').collect();
    let [ca, a, b] = [lines[0], lines[1], lines[2]];
    fs::remove_file(world.path("user-cert.pub")).expect("the certificate");
    for (text, words) in [
        (format!("{ca}{a}{}", b.trim_end()), ":3: damaged ledger: the line is incomplete"),
        (format!("{ca}{a}{}", &b[..20]), ":3: damaged ledger: the line is incomplete"),
        (format!("{ca}{}\n{b}", &a[..20]), ":2: damaged ledger: invalid JSON"),
        (format!("{a}{b}"), ":1: damaged ledger: no line before has the key of this CA"),
        (format!("{ca}{a}{a}"), ":3: damaged ledger: the serial number is that of a line before"),
        (
            format!("{ca}{}", a.replace("\"key_id\"", "\"id\"")),
            ":2: damaged ledger: key_id is missing or invalid",
        ),
        (
            format!("{ca}{}", a.replace("\"serial\":1", "\"serial\":1.5")),
            ":2: damaged ledger: serial is missing",
        ),
        (format!("{}{a}", ca.replace("ssh-ed25519 ", "ssh-rsa ")), ":1: damaged ledger: ca_public_key is"),
        ("\0".repeat(5000), ":1: damaged ledger: the line is incomplete"),
        ("notes\n".to_owned(), ":1: damaged ledger: invalid JSON"),
    ] {
        world.write("ledger", &text);
        for line in [&format!("{SIGN} -I c user.pub"), "-q -k -f list --ledger ledger id:a"] {
            let (status, said) = run(&world, line);
            assert!(
                status == Some(255) && said.contains(&format!("ledger{words}")),
                "{line}: {words}: {said}"
            );
        }
        assert!(world.read("ledger") == text, "{words}");
        assert!(!world.path("user-cert.pub").exists() && !world.path("list").exists(), "{words}");
    }
    // A private key is never added to.
    let key = world.read("other");
    let (status, text) =
        run(&world, &format!("{} -I c user.pub", SIGN.replace("ledger ledger", "ledger other")));
    assert!(status == Some(255) && text.contains("holds a private key"), "{text}");
    assert_eq!(world.read("other"), key);
    let (status, text) = run(&world, "-q -k -f list --ledger missing id:a");
    assert!(status == Some(255) && text.contains("missing: No such file or directory"), "{text}");
    assert!(!world.path("missing").exists());
}

#[test]
fn no_serial_number_is_given_twice_by_runs_at_once() {
    needs!("ssh-keygen");
    let world = World::new();
    let sign = |number: usize| {
        let list = format!(
            "public_key,id,output\nuser.pub,a{number},a{number}-cert.pub\nother.pub,b{number},b{number}-cert.pub\n"
        );
        let output = world.run(Program::Ours, &format!("{SIGN} --from -"), list.as_bytes());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    std::thread::scope(|scope| {
        for number in 0..20 {
            scope.spawn(move || sign(number));
        }
    });
    let serials: BTreeSet<_> = entries(&world).iter().map(|it| it["serial"].as_u64()).collect();
    assert_eq!(serials, (1..=40).map(Some).collect());
    for entry in entries(&world) {
        let id = entry["key_id"].as_str().expect("a name");
        let text = world.done(Program::Theirs, &format!("-L -f {id}-cert.pub"));
        assert!(text.contains(&format!("Serial: {}\n", entry["serial"])), "{entry}: {text}");
    }
}

#[test]
fn names_and_numbers_of_the_ledger_are_revoked() {
    needs!("ssh-keygen");
    let world = World::new();
    for id in ["a", "b", "c#1", "d"] {
        world.done(Program::Ours, &format!("{SIGN} -I {id} user.pub"));
        fs::rename(world.path("user-cert.pub"), world.path(&format!("{id}-cert.pub"))).expect("it");
    }
    let of_rsa = SIGN.replace("ca-ed25519", "ca-rsa");
    for id in ["b", "x"] {
        world.done(Program::Ours, &format!("{of_rsa} -I {id} other.pub"));
        fs::rename(world.path("other-cert.pub"), world.path(&format!("rsa-{id}-cert.pub"))).expect("it");
    }
    let revoked = |line: &str| {
        world.done(Program::Ours, &format!("-q {line}"));
        let all = ["a", "b", "c#1", "d", "rsa-b", "rsa-x"];
        let is = |name: &&str| {
            let query =
                |program| world.run(program, &format!("-Q -f list {name}-cert.pub"), b"").status.code();
            assert_eq!(query(Program::Theirs), query(Program::Ours), "{line}: {name}");
            query(Program::Theirs) == Some(1)
        };
        all.into_iter().filter(is).collect::<Vec<_>>()
    };
    assert_eq!(revoked("-k -f list --ledger ledger id:a"), ["a"]);
    assert_eq!(revoked("-k -f list --ledger ledger id:a id:c#1"), ["a", "c#1"]);
    assert_eq!(revoked("-k -f list --ledger ledger serial:4"), ["d"]);
    assert_eq!(revoked("-k -f list --ledger ledger -s ca-ed25519.pub serial:1-3"), ["a", "b", "c#1"]);
    assert_eq!(revoked("-k -f list --ledger ledger -s ca-rsa.pub id:b"), ["rsa-b"]);
    assert_eq!(revoked("krl update list --ledger ledger id:x"), ["rsa-b", "rsa-x"]);
    world.write("more", world.read("user.pub"));
    assert_eq!(revoked("krl make list --ledger ledger id:x more"), ["a", "b", "c#1", "d", "rsa-x"]);
    let before = fs::read(world.path("list")).expect("the list");
    for (line, words) in [
        ("id:nobody", "id:nobody: no certificate in the ledger has it"),
        ("id:a id:nobody", "id:nobody: no certificate in the ledger has it"),
        ("serial:99", "serial:99: no certificate in the ledger has it"),
        ("id:b", "id:b: certificates of several CAs in the ledger have it"),
        ("id:a -s ca-rsa.pub", "id:a"),
        ("serial:x", "invalid serial \"x\""),
        ("more", "--ledger, and nothing to look up in it"),
    ] {
        let (operands, options) = line.split_once(" -s").map_or((line, ""), |(operands, ca)| (operands, ca));
        let options = if options.is_empty() { String::new() } else { format!("-s{options}") };
        let (status, text) = run(&world, &format!("-q -k -f list --ledger ledger {options} {operands}"));
        assert!(status.is_some_and(|status| status != 0) && text.contains(words), "{line}: {text}");
        assert_eq!(fs::read(world.path("list")).expect("the list"), before, "{line}");
    }
    // Without the option these are files, as in ssh-keygen.
    world.same("-k -f list id:a", b"");
}

#[test]
fn sshd_refuses_what_the_ledger_revokes() {
    needs!("sshd");
    let world = World::new();
    let directory = world.directory().display();
    world.done(Program::Ours, "-k -f revoked");
    let server = Sshd::start(
        &world,
        &format!(
            "TrustedUserCAKeys {directory}/ca-rsa.pub\nRevokedKeys {directory}/revoked\nAuthorizedKeysFile none"
        ),
    );
    world.write("known", format!("* {}", world.read("other.pub")));
    let is_in = || server.login("known").stdout == b"welcome\n";
    let sign = |options: &str| {
        let line = format!("-q -s ca-rsa --ledger ledger -n {} -V +1h {options}", server.user);
        let list = "public_key,id\nuser.pub,laptop\n";
        let output = world.run(Program::Ours, &format!("{line} --from -"), list.as_bytes());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    sign("");
    assert!(is_in(), "{}", world.read("log"));
    world.done(Program::Ours, "-q -k -f revoked --ledger ledger id:laptop");
    assert!(!is_in(), "a revoked certificate");
    fs::remove_file(world.path("user-cert.pub")).expect("the certificate");
    sign("--if-exists keep --renew-before 1m");
    assert!(is_in(), "{}", world.read("log"));
    world.done(Program::Ours, "-q krl update revoked --ledger ledger serial:2");
    assert!(!is_in(), "a revoked certificate");
}
