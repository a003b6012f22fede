//! sshd, ssh-agent and ssh-add with keys that rkeygen made in a FIDO token.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use crate::calls::{Call, Place};
use crate::support::missing::needs;
use crate::support::oracle::{openssh, path, ssh_keygen, sshd_configuration};
use crate::support::{forget_surroundings, peer, rkeygen, token};

const PIN: &str = "SKTEST_PIN=1234";

fn made(place: &Place, token: &Path, call: &Call) {
    let (seen, words) = place.call(rkeygen(), token, call);
    assert_eq!(seen.status, Some(0), "{}: {words}", call.arguments);
}

/// An sshd for one connection after another, on the standard streams of `ssh`'s `ProxyCommand`.
fn configure(place: &Place, token: &Path) {
    made(place, token, &Call::new("-q -t ed25519 -N '' -f host"));
    let text = format!(
        "HostKey {0}\nAuthorizedKeysFile {1}\nPidFile none\nStrictModes no\nUsePAM no\n\
         PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n{2}",
        place.path("host").display(),
        place.path("authorized").display(),
        sshd_configuration(),
    );
    fs::write(place.path("config"), text).expect("a configuration");
    let askpass = place.path("askpass");
    fs::write(&askpass, "#!/bin/sh\necho 1234\n").expect("a script");
    fs::set_permissions(askpass, PermissionsExt::from_mode(0o700)).expect("a mode");
    // sshd run by root wants this directory; for others it is none of their business.
    let _ = fs::create_dir_all("/run/sshd");
}

/// Logs in with a key; gives what ssh said if sshd does not take it.
fn log_in(place: &Place, token: &Path, key: &str) -> Result<(), String> {
    let mut ssh = openssh("ssh");
    forget_surroundings(&mut ssh);
    let sshd = format!("{} -i -e -f {}", path("sshd").display(), place.path("config").display());
    ssh.args(["-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]);
    ssh.args(["-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"]);
    ssh.arg("-o").arg(format!("ProxyCommand={sshd} 2>/dev/null"));
    ssh.arg("-o").arg(format!("SecurityKeyProvider={}", token.display()));
    ssh.arg("-i").arg(place.path(key)).args(["localhost", "true"]);
    ssh.env("SSH_ASKPASS", place.path("askpass"))
        .env("SSH_ASKPASS_REQUIRE", "force")
        .env("SKTEST_PIN", "1234");
    let output = peer(&mut ssh);
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

#[test]
fn sshd_accepts_keys_that_rkeygen_made_in_a_token() {
    needs!("sshd");
    let Some(token) = token::sktest() else { return };
    let place = Place::new();
    configure(&place, token);
    let pin = |arguments| Call::new(arguments).with(PIN).input("1234\n");
    made(&place, token, &pin("-q -t ed25519-sk -N '' -f plain"));
    made(&place, token, &pin("-q -t ecdsa-sk -N '' -f nist"));
    made(&place, token, &pin("-q -t ed25519-sk -N '' -f verified -O verify-required"));
    made(&place, token, &pin("-q -t ed25519-sk -N '' -f untouched -O no-touch-required"));
    made(&place, token, &pin("-q -t ecdsa-sk -N '' -f ca"));
    made(&place, token, &pin("-q -t ed25519 -N '' -f user"));
    let user = String::from_utf8(peer(Command::new("id").arg("-un")).stdout).expect("a name");
    let (seen, words) = place.call(
        rkeygen(),
        token,
        &Call::new(Box::leak(format!("-q -s ca -I id -n {} user.pub", user.trim()).into_boxed_str())),
    );
    assert_eq!(seen.status, Some(0), "{words}");
    let line = |name: &str| fs::read_to_string(place.path(&format!("{name}.pub"))).expect("a key");
    let authorize = |lines: &[String]| fs::write(place.path("authorized"), lines.concat()).expect("the keys");
    authorize(&[
        line("plain"),
        line("nist"),
        format!("verify-required {}", line("verified")),
        format!("no-touch-required {}", line("untouched")),
        format!("cert-authority {}", line("ca")),
    ]);
    for key in ["plain", "nist", "verified", "untouched", "user"] {
        assert_eq!(log_in(&place, token, key), Ok(()), "{key}");
    }
    authorize(&[line("untouched"), line("nist")]);
    assert!(log_in(&place, token, "untouched").is_err(), "sshd wants a touch");
    assert!(log_in(&place, token, "plain").is_err(), "an unknown key");
    assert_eq!(log_in(&place, token, "nist"), Ok(()));
}

/// An agent that takes every provider; ends when dropped.
pub(crate) struct Agent(Child);

impl Agent {
    pub(crate) fn start(place: &Place) -> Self {
        let mut command = openssh("ssh-agent");
        forget_surroundings(&mut command);
        let socket = place.path("agent");
        let child = command.args(["-P", "*", "-D", "-a"]).arg(&socket).spawn().expect("an agent");
        for _ in 0..500 {
            if socket.exists() {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Self(child)
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn agents_take_the_keys_of_tokens() {
    let Some(token) = token::sktest() else { return };
    let place = Place::new();
    fs::write(place.path("message"), "hello\n").expect("a file");
    let _agent = Agent::start(&place);
    let socket: &'static str =
        Box::leak(format!("SSH_AUTH_SOCK={}", place.path("agent").display()).into_boxed_str());
    let with = |arguments| Call::new(arguments).with(socket);
    made(&place, token, &with("-q -t ed25519-sk -N '' -C added -f a --add-to-agent"));
    made(&place, token, &with("-q -t ecdsa-sk -N '' -C timed -f b --add-to-agent --lifetime 1h"));
    made(&place, token, &with("-q -t ed25519-sk -N '' -C later -f c"));
    let (seen, words) = place.call(openssh("ssh-add"), token, &with("c"));
    assert_eq!(seen.status, Some(0), "{words}");
    let (listed, _) = place.call(openssh("ssh-add"), token, &with("-L"));
    for comment in ["added", "timed", "later"] {
        assert!(listed.stdout.contains(comment), "{}", listed.stdout);
    }
    for (key, signer) in [("a", rkeygen()), ("b", ssh_keygen()), ("c", rkeygen())] {
        fs::remove_file(place.path(key)).expect("the private key file");
        let sign: &'static str =
            Box::leak(format!("-Y sign -U -n file -f {key}.pub message").into_boxed_str());
        let (seen, words) = place.call(signer, token, &with(sign));
        assert_eq!(seen.status, Some(0), "{key}: {words}");
        let check = Call::new("-Y check-novalidate -n file -s message.sig").input("hello\n");
        let (seen, words) = place.call(ssh_keygen(), token, &check);
        assert_eq!(seen.status, Some(0), "{key}: {words}");
        fs::remove_file(place.path("message.sig")).expect("a signature");
    }
}
