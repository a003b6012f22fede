//! libssh2, through curl: a file fetched by sftp with every key.

use std::process::Command;

use crate::keys::{Format, Key, Limit, all, check_each, judge};
use crate::server::Server;
use crate::support::missing::needs;
use crate::support::peer;

/// libssh2 1.10 and 1.11.
const LIMITS: [Limit; 1] =
    [Limit { kind: "ed25519", format: Format::Pkcs8, message: "Authentication failure" }];

fn fetch(server: &Server, key: &Key) -> Result<(), String> {
    let mut command = Command::new("curl");
    command.args(["-sS", "--insecure", "--key"]).arg(key.path()).args(["--pass", key.passphrase()]);
    command.args(["-u", &format!("{}:", server.user)]);
    let greeting = server.path("greeting");
    command.arg(format!("sftp://127.0.0.1:{}{}", server.port, greeting.display()));
    let output = peer(&mut command);
    if output.status.success() && output.stdout == b"hello\n" {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[test]
fn every_key_fetches_a_file() {
    needs!("curl", "sshd");
    // libssh2 1.10 signs with RSA keys by SHA-1 alone.
    let server = Server::start("PubkeyAcceptedAlgorithms +ssh-rsa");
    check_each(all(), |key| judge(key, &LIMITS, fetch(&server, key)));
}
