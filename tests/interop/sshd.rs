//! A login with every key: `ssh -i` to a real sshd.

use std::process::Stdio;

use crate::keys::{Key, all, check_each, judge, openssh_limits};
use crate::server::Server;
use crate::support::missing::needs;
use crate::support::oracle::openssh;
use crate::support::peer;

const OPTIONS: [&str; 7] = [
    "IdentitiesOnly=yes",
    "IdentityAgent=none",
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "LogLevel=ERROR",
    "PreferredAuthentications=publickey",
    "NumberOfPasswordPrompts=1",
];

fn login(server: &Server, key: &Key) -> Result<(), String> {
    let mut command = openssh("ssh");
    command.args(["-F", "none", "-p", &server.port.to_string(), "-i"]).arg(key.path());
    for option in OPTIONS {
        command.args(["-o", option]);
    }
    command.arg(format!("{}@127.0.0.1", server.user)).args(["echo", "welcome"]).stdin(Stdio::null());
    command.env("SSH_ASKPASS", server.path("askpass")).env("SSH_ASKPASS_REQUIRE", "force");
    let output = peer(&mut command);
    if output.status.success() && output.stdout == b"welcome\n" {
        Ok(())
    } else {
        Err(format!("{}{}", String::from_utf8_lossy(&output.stderr), server.log()))
    }
}

#[test]
fn every_key_logs_in() {
    needs!("sshd");
    let server = Server::start("");
    check_each(all(), |key| judge(key, &openssh_limits(), login(&server, key)));
}
