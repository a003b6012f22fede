//! `-U`, with a real ssh-agent and with agents that are no good.

use std::os::unix::net::UnixListener;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::missing::needs;
use crate::support::oracle::openssh;
use crate::support::peer;
use crate::world::{Program, TYPES, World};

pub(crate) struct Agent {
    process: Child,
    pub(crate) socket: String,
}

impl Agent {
    pub(crate) fn start(world: &World) -> Self {
        let socket = world.path("agent").display().to_string();
        let mut command = openssh("ssh-agent");
        command.args(["-D", "-a", &socket]).stdout(Stdio::null());
        let process = command.spawn().expect("ssh-agent");
        let start = Instant::now();
        while !world.path("agent").exists() {
            assert!(start.elapsed() < Duration::from_secs(20), "ssh-agent does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { process, socket }
    }

    pub(crate) fn add(&self, world: &World, arguments: &[&str]) -> bool {
        let mut command = openssh("ssh-add");
        command.current_dir(world.directory()).env("SSH_AUTH_SOCK", &self.socket).arg("-q").args(arguments);
        command.stdin(Stdio::null());
        peer(&mut command).status.success()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_agent_signs() {
    needs!("ssh-keygen");
    let world = World::new();
    let agent = Agent::start(&world);
    for kind in TYPES {
        let name = format!("ca-{kind}");
        assert!(agent.add(&world, &[&name]), "{name}");
        std::fs::remove_file(world.path(&name)).expect("a key");
    }
    let variables = [("SSH_AUTH_SOCK", agent.socket.as_str())];
    for kind in TYPES {
        let line = format!("-q -U -s ca-{kind}.pub -I x -n a user.pub");
        let output = world.run_with(Program::Ours, &line, b"", &variables);
        assert!(output.status.success(), "{kind}: {}", String::from_utf8_lossy(&output.stderr));
        world.same("-L -f user-cert.pub", b"");
        for letters in ["", "-U"] {
            let line = format!("-q {letters} -Y sign -f ca-{kind}.pub -n file");
            let output = world.run_with(Program::Ours, &line, b"hello\n", &variables);
            world.write("signature", output.stdout);
            let verdict = world.same("-Y check-novalidate -n file -s signature", b"hello\n");
            assert!(verdict.starts_with("Good"), "{kind}");
        }
    }
}

#[test]
fn agents_that_are_no_good_are_told_apart_in_time() {
    needs!("ssh-keygen");
    let world = World::new();
    let silent = world.path("silent");
    let listener = UnixListener::bind(&silent).expect("a socket");
    let agent = Agent::start(&world);
    let nobody = world.path("nobody").display().to_string();
    let silent = silent.display().to_string();
    let sign = |socket: &str| {
        let start = Instant::now();
        let variables = [("SSH_AUTH_SOCK", socket)];
        let output = world.run_with(Program::Ours, "-U -s ca-rsa.pub -I x -n a user.pub", b"", &variables);
        assert!(start.elapsed() < Duration::from_secs(20));
        assert_eq!(output.status.code(), Some(255));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(sign(&nobody).contains("agent not present"));
    assert!(sign(&agent.socket).contains("agent contains no identities"));
    assert!(agent.add(&world, &["user"]));
    assert!(sign(&agent.socket).contains("CA key ca-rsa.pub not found in agent"));
    assert!(sign(&silent).contains("gave no answer within 10 seconds"));
    drop(listener);
    // Without -U the file is used when the agent is no help.
    let variables = [("SSH_AUTH_SOCK", nobody.as_str())];
    let output = world.run_with(Program::Ours, "-q -Y sign -f user -n x", b"hello\n", &variables);
    assert!(output.status.success());
}

#[test]
fn new_keys_are_handed_over() {
    needs!("ssh-keygen");
    let world = World::new();
    let agent = Agent::start(&world);
    let variables = [("SSH_AUTH_SOCK", agent.socket.as_str())];
    for (name, options) in [("one", "-t ed25519"), ("two", "-t ecdsa -b 521"), ("three", "-t rsa -b 1024")] {
        let line = format!("-q {options} -f {name} -C {name} --no-passphrase --add-to-agent --lifetime 1h");
        let output = world.run_with(Program::Ours, &line, b"", &variables);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut listing = openssh("ssh-add");
        listing.arg("-L").env("SSH_AUTH_SOCK", &agent.socket);
        let listed = String::from_utf8(peer(&mut listing).stdout).expect("text");
        assert!(listed.contains(world.read(&format!("{name}.pub")).trim_end()), "{listed}");
    }
    // Without an agent no key is made.
    let output = world.run(Program::Ours, "-q -f four --no-passphrase --add-to-agent", b"");
    assert_eq!((output.status.code(), world.path("four").exists()), (Some(255), false));
}

#[test]
fn the_lifetime_ends() {
    needs!("ssh-keygen");
    let world = World::new();
    let agent = Agent::start(&world);
    let variables = [("SSH_AUTH_SOCK", agent.socket.as_str())];
    let line = "-q -t ed25519 -f new --no-passphrase --add-to-agent --lifetime 1";
    assert!(world.run_with(Program::Ours, line, b"", &variables).status.success());
    let start = Instant::now();
    while peer(openssh("ssh-add").arg("-L").env("SSH_AUTH_SOCK", &agent.socket)).status.success() {
        assert!(start.elapsed() < Duration::from_secs(20), "the key is still there");
        std::thread::sleep(Duration::from_millis(100));
    }
}
