//! A real sshd on the loopback interface, with the host key `other`, and logins with the key `user`.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::support::oracle::{openssh, path, sshd_configuration};
use crate::support::peer;
use crate::world::World;

pub(crate) struct Sshd<'a> {
    world: &'a World,
    process: Child,
    pub(crate) port: u16,
    /// The user who logs in.
    pub(crate) user: String,
}

impl<'a> Sshd<'a> {
    /// Starts it with lines of `sshd_config` beside those that every test wants, for the user of the tests.
    pub(crate) fn start(world: &'a World, lines: &str) -> Self {
        let user = String::from_utf8(peer(Command::new("id").arg("-un")).stdout).expect("a name");
        Self::start_by(world, lines, user.trim(), openssh("sshd"))
    }

    /// The same for another user, who is in a list of users that sshd alone sees: only root can do that.
    pub(crate) fn start_for(world: &'a World, lines: &str, (user, users): (&str, &str)) -> Self {
        world.write("passwd", users);
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-c", "mount --bind \"$0\" /etc/passwd && exec \"$@\""]);
        command.arg(world.path("passwd")).arg(path("sshd"));
        Self::start_by(world, lines, user, command)
    }

    fn start_by(world: &'a World, lines: &str, user: &str, mut command: Command) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        world.write(
            "config",
            format!(
                "Port {port}\nListenAddress 127.0.0.1\nHostKey {}/other\n{lines}\nPidFile none\nStrictModes no\n\
                 UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
                 PermitRootLogin prohibit-password\nMaxStartups 100\n{}",
                world.directory().display(),
                sshd_configuration(),
            ),
        );
        let _ = fs::create_dir_all("/run/sshd");
        command.args(["-D", "-e", "-f"]).arg(world.path("config")).stdin(Stdio::null());
        command.stderr(File::create(world.path("log")).expect("a log"));
        let process = command.spawn().expect("sshd");
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(20), "{}", world.read("log"));
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { world, process, port, user: user.to_owned() }
    }

    /// What ssh prints after a login that runs `echo welcome`, with that known_hosts file.
    pub(crate) fn login(&self, known_hosts: &str) -> Output {
        let mut command = openssh("ssh");
        let port = self.port.to_string();
        command.current_dir(self.world.directory()).args(["-F", "none", "-p", &port, "-i", "user"]);
        let known_hosts = format!("UserKnownHostsFile={known_hosts}");
        for option in [
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "StrictHostKeyChecking=yes",
            &known_hosts,
            "GlobalKnownHostsFile=none",
            "LogLevel=ERROR",
            "BatchMode=yes",
        ] {
            command.args(["-o", option]);
        }
        command.arg(format!("{}@127.0.0.1", self.user)).args(["echo", "welcome"]).stdin(Stdio::null());
        peer(&mut command)
    }
}

impl Drop for Sshd<'_> {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
