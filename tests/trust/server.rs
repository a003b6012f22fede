//! What a real sshd and a real ssh make of our certificates and revocation lists.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::missing::needs;
use crate::support::oracle::{openssh, sshd_configuration};
use crate::support::peer;
use crate::world::{Program, World};

struct Server<'a> {
    world: &'a World,
    process: Child,
    port: String,
    user: String,
}

impl<'a> Server<'a> {
    /// Trusts user certificates of `ca-rsa` and shows a host certificate of `ca-ed25519`.
    fn start(world: &'a World) -> Self {
        let directory = world.directory().display();
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        world.done(Program::Ours, "-q -s ca-ed25519 -I host -h -n 127.0.0.1 -V +1d other.pub");
        world.done(Program::Ours, "-k -f revoked");
        world.write(
            "config",
            format!(
                "Port {port}\nListenAddress 127.0.0.1\nHostKey {directory}/other\nHostCertificate {directory}/other-cert.pub\n\
                 TrustedUserCAKeys {directory}/ca-rsa.pub\nRevokedKeys {directory}/revoked\nAuthorizedKeysFile none\n\
                 PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n\
                 KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nMaxStartups 100\n{}",
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
        let user = String::from_utf8(peer(Command::new("id").arg("-un")).stdout).expect("a name");
        Self { world, process, port: port.to_string(), user: user.trim().to_owned() }
    }

    /// Logs in with `user` and its certificate; the host must show a certificate of the CA given.
    fn lets_in(&self, host_ca: &str) -> bool {
        let ca = fs::read_to_string(self.world.path(host_ca)).expect("a key");
        self.world.write("known_hosts", format!("@cert-authority * {ca}"));
        let mut command = openssh("ssh");
        command.current_dir(self.world.directory()).args(["-F", "none", "-p", &self.port, "-i", "user"]);
        for option in [
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "StrictHostKeyChecking=yes",
            "UserKnownHostsFile=known_hosts",
            "GlobalKnownHostsFile=none",
            "LogLevel=ERROR",
            "BatchMode=yes",
        ] {
            command.args(["-o", option]);
        }
        command.arg(format!("{}@127.0.0.1", self.user)).args(["echo", "welcome"]).stdin(Stdio::null());
        peer(&mut command).stdout == b"welcome\n"
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn certificate_grants_access_until_revoked() {
    needs!("sshd");
    let world = World::new();
    let server = Server::start(&world);
    let me = server.user.clone();
    let rows = [
        (format!("-I me -n {me} -z 7 -V +1h"), true),
        (format!("-I me -n {me} -V -1h:+1h -O source-address=127.0.0.0/8"), true),
        (format!("-I me -n {me},someone -t rsa-sha2-256"), true),
        (format!("-I me -n {me} -V 20200101:20210101"), false),
        (format!("-I me -n {me} -V +1h:+2h"), false),
        ("-I me -n someone-else".to_owned(), false),
        (format!("-I me -n {me} -h"), false),
        (format!("-I me -n {me} -O source-address=10.0.0.0/8"), false),
        (format!("-I me -n {me} -O critical:unknown"), false),
        (format!("-I me -n {me} -O extension:unknown@example.org"), true),
    ];
    for (options, expected) in &rows {
        world.done(Program::Ours, &format!("-q -s ca-rsa {options} user.pub"));
        assert_eq!(server.lets_in("ca-ed25519.pub"), *expected, "{options}\n{}", world.read("log"));
    }
    world.done(Program::Ours, &format!("-q -s ca-rsa {} user.pub", rows[0].0));
    assert!(!server.lets_in("ca-ecdsa256.pub"), "a host certificate of another CA");
    let fingerprint = world.done(Program::Theirs, "-l -f user.pub");
    let hash = fingerprint.split(' ').nth(1).expect("a hash");
    let key = world.read("user.pub");
    for (line, revoked) in [
        ("serial: 7".to_owned(), true),
        ("serial: 1-6".to_owned(), false),
        ("serial: 2-1000".to_owned(), true),
        ("id: me".to_owned(), true),
        ("id: you".to_owned(), false),
        (key.clone(), true),
        (format!("sha1: {key}"), true),
        (format!("sha256: {key}"), true),
        (format!("hash: {hash}"), true),
        (world.read("ca-rsa.pub"), true),
        (world.read("user-cert.pub"), true),
        (world.read("ca-ed25519.pub"), false),
    ] {
        world.write("specification", &line);
        world.done(Program::Ours, "-q -k -f revoked -s ca-rsa.pub specification");
        assert_eq!(server.lets_in("ca-ed25519.pub"), !revoked, "{line}\n{}", world.read("log"));
    }
}
