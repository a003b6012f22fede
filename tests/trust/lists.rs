//! What ssh, sshd and ssh-keygen make of the lists that are written.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::missing::needs;
use crate::support::oracle::{openssh, sshd_configuration};
use crate::support::peer;
use crate::world::{Program, World};

/// An sshd that lets in the keys of `home/.ssh/authorized_keys`, with the host key `other`.
struct Server<'a> {
    world: &'a World,
    process: Child,
    port: u16,
}

impl<'a> Server<'a> {
    fn start(world: &'a World) -> Self {
        let folder = world.directory().display();
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        world.write(
            "config",
            format!(
                "Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/other\nAuthorizedKeysFile {folder}/logins\n\
                 PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
                 PermitRootLogin prohibit-password\nMaxStartups 100\n{}",
                sshd_configuration(),
            ),
        );
        let _ = fs::create_dir_all("/run/sshd");
        let mut command = openssh("sshd");
        command.args(["-D", "-e", "-f"]).arg(world.path("config")).stdin(Stdio::null());
        command.stderr(File::create(world.path("log")).expect("a log"));
        let process = command.spawn().expect("sshd");
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(20), "{}", world.read("log"));
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { world, process, port }
    }

    /// What ssh prints after a login with the key `user` and the known_hosts file `known`.
    fn login(&self) -> String {
        let user = String::from_utf8(peer(Command::new("id").arg("-un")).stdout).expect("a name");
        let mut command = openssh("ssh");
        command.current_dir(self.world.directory()).args([
            "-F",
            "none",
            "-i",
            "user",
            "-p",
            &self.port.to_string(),
        ]);
        for option in [
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "StrictHostKeyChecking=yes",
            "UserKnownHostsFile=known",
            "GlobalKnownHostsFile=none",
            "LogLevel=ERROR",
            "BatchMode=yes",
        ] {
            command.args(["-o", option]);
        }
        command.arg(format!("{}@127.0.0.1", user.trim())).args(["echo", "welcome"]).stdin(Stdio::null());
        let output = peer(&mut command);
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn ssh_and_sshd_obey_the_lists() {
    needs!("sshd");
    let world = World::new();
    let server = Server::start(&world);
    let host = format!("127.0.0.1:{}", server.port);
    let does = |line: &str| world.done(Program::Ours, line);
    let is_in = || {
        let text = server.login();
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
    assert_eq!(server.login(), "forced run\n");
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
