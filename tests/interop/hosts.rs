//! A real sshd on host keys of `-A`, and a real ssh on known_hosts files that were worked on.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use crate::keys::{Format, all};
use crate::server::Server;
use crate::support::missing::needs;
use crate::support::oracle::openssh;
use crate::support::{peer, rkeygen};

/// Whether ssh takes the server for the one in the file, which shows its key of that type.
fn is_known(server: &Server, known_hosts: &Path, algorithm: &str) -> bool {
    let plain = |key: &&&crate::keys::Key| key.format == Format::OpenSsh && !key.encrypted;
    let keys = all();
    let user_key = keys.iter().find(|key| plain(&key)).expect("a key without a passphrase");
    let mut command = openssh("ssh");
    command.args(["-F", "none", "-p", &server.port.to_string(), "-i"]).arg(user_key.path());
    for option in [
        "IdentitiesOnly=yes",
        "IdentityAgent=none",
        "StrictHostKeyChecking=yes",
        "GlobalKnownHostsFile=none",
        "UpdateHostKeys=no",
        "BatchMode=yes",
        &format!("UserKnownHostsFile={}", known_hosts.display()),
        &format!("HostKeyAlgorithms={algorithm}"),
    ] {
        command.args(["-o", option]);
    }
    command.arg(format!("{}@127.0.0.1", server.user)).args(["echo", "welcome"]).stdin(Stdio::null());
    let output = peer(&mut command);
    let (said, log) = (String::from_utf8_lossy(&output.stderr).into_owned(), server.log());
    match (output.stdout.as_slice(), said.contains("Host key verification failed")) {
        (b"welcome\n", false) => true,
        (b"", true) => false,
        _ => panic!("{algorithm}: {said}{log}"),
    }
}

#[test]
fn ssh_knows_the_host_until_it_is_removed() {
    needs!("sshd");
    let server = Server::start("");
    let file = server.path("known_hosts");
    let name = format!("[127.0.0.1]:{}", server.port);
    let mut text = "# hosts\nother.example,10.0.0.1 ssh-ed25519 \
                    AAAAC3NzaC1lZDI1NTE5AAAAIGgS+uuMcu7YUUn0gFv1O2iDKqh1oaYbVgMPFWcnfV2O\n"
        .to_owned();
    for kind in ["rsa", "ecdsa", "ed25519"] {
        let public = server.path(&format!("etc/ssh/ssh_host_{kind}_key.pub"));
        text += &format!("{name},alias {}", fs::read_to_string(public).expect("a host key"));
    }
    fs::write(&file, text).expect("known_hosts");
    let change = |arguments: &[&str]| {
        let done = rkeygen().args(arguments).arg("-f").arg(&file).output().expect("rkeygen");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    change(&["-H"]);
    assert!(!fs::read_to_string(&file).expect("known_hosts").contains("127.0.0.1"));
    let algorithms = ["rsa-sha2-512", "ecdsa-sha2-nistp256", "ssh-ed25519"];
    for algorithm in algorithms {
        assert!(is_known(&server, &file, algorithm), "{algorithm}");
    }
    change(&["-R", "alias"]);
    assert!(is_known(&server, &file, "ssh-ed25519"), "another name of the same host");
    change(&["-R", &name]);
    for algorithm in algorithms {
        assert!(!is_known(&server, &file, algorithm), "{algorithm}");
    }
}
