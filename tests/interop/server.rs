//! An sshd of our own on loopback.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::keys::{PASSPHRASE, all};
use crate::support::oracle::{openssh, sshd_configuration};
use crate::support::{peer, rkeygen};

/// Accepts every key of the tests for the user who runs them; ends when dropped.
pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) user: String,
    directory: tempfile::TempDir,
    process: Child,
}

impl Server {
    /// Starts it with one more line of configuration.
    pub(crate) fn start(configuration: &str) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = |name: &str| directory.path().join(name);
        fs::create_dir_all(path("etc/ssh")).expect("a directory");
        let made = rkeygen().args(["-A", "-f"]).arg(directory.path()).stdout(Stdio::null()).status();
        assert!(made.is_ok_and(|status| status.success()), "host keys");
        let lines: String = all().iter().map(|key| key.public_line() + "\n").collect();
        fs::write(path("authorized_keys"), lines).expect("the keys");
        fs::write(path("askpass"), format!("#!/bin/sh\necho '{PASSPHRASE}'\n")).expect("askpass");
        fs::set_permissions(path("askpass"), PermissionsExt::from_mode(0o700)).expect("a mode");
        fs::write(path("greeting"), "hello\n").expect("a file to fetch");
        // sshd run by root wants this directory; for others it is none of their business.
        let _ = fs::create_dir_all("/run/sshd");
        let port = free_port();
        let text = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {0}/etc/ssh/ssh_host_rsa_key\n\
             HostKey {0}/etc/ssh/ssh_host_ecdsa_key\nHostKey {0}/etc/ssh/ssh_host_ed25519_key\n\
             AuthorizedKeysFile {0}/authorized_keys\n\
             PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nMaxStartups 100\n\
             Subsystem sftp internal-sftp\n{configuration}\n{1}",
            directory.path().display(),
            sshd_configuration(),
        );
        fs::write(path("config"), text).expect("a configuration");
        let log = File::create(path("log")).expect("a log");
        let mut command = openssh("sshd");
        command.arg("-D").arg("-e").arg("-f").arg(path("config")).stdin(Stdio::null()).stderr(log);
        let process =
            command.spawn().unwrap_or_else(|e| panic!("sshd: {e}; tests/all.sh installs the peers"));
        let user = String::from_utf8(peer(Command::new("id").arg("-un")).stdout).expect("a name");
        let server = Self { port, user: user.trim().to_owned(), directory, process };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(20), "sshd does not listen: {}", server.log());
            thread::sleep(Duration::from_millis(20));
        }
        server
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}
