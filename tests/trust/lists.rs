//! What ssh, sshd and ssh-keygen make of the lists that are written.

use std::fs;

use crate::sshd::Sshd;
use crate::support::missing::needs;
use crate::world::{Program, World};

#[test]
fn ssh_and_sshd_obey_the_lists() {
    needs!("sshd");
    let world = World::new();
    // It lets in the keys of `logins`.
    let server = Sshd::start(&world, &format!("AuthorizedKeysFile {}/logins", world.directory().display()));
    let login = || {
        let output = server.login("known");
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    let host = format!("127.0.0.1:{}", server.port);
    let does = |line: &str| world.done(Program::Ours, line);
    let is_in = || {
        let text = login();
        (text == "welcome\n", text)
    };
    does("authorized-keys add user.pub -f logins");
    does(&format!("known-hosts add {host} --key other.pub -f known"));
    assert!(is_in().0, "{}\n{}", is_in().1, world.read("log"));
    // A host whose key is not the pinned one.
    fs::remove_file(world.path("known")).expect("the list");
    does(&format!("known-hosts add {host} --key user.pub -f known --hash"));
    assert!(!is_in().0, "a different key of the host");
    does(&format!("known-hosts add {host} --key other.pub -f known --hash"));
    assert!(is_in().0, "a hashed name: {}", is_in().1);
    does(&format!("known-hosts add {host} --key other.pub -f known --revoked"));
    assert!(is_in().1.contains("revoked"), "{}", is_in().1);
    fs::remove_file(world.path("known")).expect("the list");
    // The key was rotated.
    world.done(Program::Theirs, "-q -t ecdsa -f old -N ''");
    does(&format!("known-hosts add {host} another --key old.pub -f known"));
    assert!(!is_in().0, "the old key");
    does(&format!("known-hosts replace {host} --key other.pub -f known"));
    assert!(is_in().0, "the new key: {}", is_in().1);
    // Options, and a key that is gone.
    does("authorized-keys replace user.pub -f logins --option restrict --option command=echo~\"forced~run\"");
    assert_eq!(login(), "forced run\n");
    does("authorized-keys replace user.pub -f logins --option from=10.0.0.0/8");
    assert!(!is_in().0, "from another address");
    does(
        "authorized-keys replace user.pub -f logins --option from=127.0.0.0/8 --option expiry-time=20990101",
    );
    assert!(is_in().0, "{}\n{}", is_in().1, world.read("log"));
    does("authorized-keys add other.pub -f logins");
    does("authorized-keys remove user.pub -f logins");
    assert!(!is_in().0, "a key that was removed");
}

#[test]
fn ssh_keygen_obeys_the_allowed_signers() {
    needs!("ssh-keygen");
    let world = World::new();
    world.done(Program::Ours, "-Y sign -q -f user -n git message");
    let message = world.read("message");
    let verifies = || {
        let line = "-Y verify -f signers -I me@x -n git -s message.sig";
        let both = Program::BOTH.map(|program| world.run(program, line, message.as_bytes()).status.success());
        assert_eq!(both[0], both[1]);
        both[0]
    };
    for (line, expected) in [
        ("add me@x user.pub --namespace git --valid-before +1d", true),
        ("replace me@x user.pub --namespace file", false),
        ("replace me@x user.pub --valid-after +1d", false),
        ("replace me@x user.pub --valid-before -1d", false),
        ("replace me@x user.pub", true),
        ("remove me@x", false),
        ("add *@x,!me@x user.pub", false),
        ("add me@*,you@x user.pub --namespace g*", true),
    ] {
        world.done(Program::Ours, &format!("allowed-signers {line} -f signers"));
        assert_eq!(verifies(), expected, "{line}: {}", world.read("signers"));
    }
}
