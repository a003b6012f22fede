//! mldsa44-ed25519 between rkeygen and OpenSSH, both ways.

use std::fs;

use crate::calls::{Call, Place, Seen};
use crate::login::Agent;
use crate::support::missing::needs;
use crate::support::missing::skipped;
use crate::support::oracle::{has_type, openssh, ssh_keygen};
use crate::support::{private_file, rkeygen};

fn place() -> Option<Place> {
    if !has_type("ssh-mldsa44-ed25519") {
        skipped("mldsa44-ed25519 of OpenSSH 10.6");
        return None;
    }
    let place = Place::new();
    private_file(&place.path("message"), b"hello\n");
    Some(place)
}

fn done(place: &Place, program: std::process::Command, call: &Call) -> Seen {
    let (seen, words) = place.call(program, std::path::Path::new("internal"), call);
    assert_eq!(seen.status, Some(0), "{}: {words}", call.arguments);
    seen
}

#[test]
fn each_program_uses_the_keys_that_the_other_made() {
    needs!("ssh-keygen");
    let Some(place) = place() else { return };
    for (maker, user, key) in [(rkeygen(), 0, "ours"), (ssh_keygen(), 1, "theirs")] {
        let other = || if user == 0 { ssh_keygen() } else { rkeygen() };
        let this = || if user == 0 { rkeygen() } else { ssh_keygen() };
        let words = |text: &str| -> &'static str { Box::leak(text.replace("KEY", key).into_boxed_str()) };
        let run = |program, text: &str| done(&place, program, &Call::new(words(text)).input("hello\n"));
        run(maker, "-q -t mldsa44-ed25519 -N secret -a 1 -C c -f KEY");
        let public = fs::read(place.path(&format!("{key}.pub"))).expect("a key");
        fs::remove_file(place.path(&format!("{key}.pub"))).expect("a key");
        run(other(), "-p -P secret -N other -a 1 -f KEY");
        run(this(), "-p -P other -N '' -f KEY");
        fs::write(place.path(&format!("{key}.pub")), &public).expect("a key");
        assert_eq!(run(other(), "-y -f KEY"), run(this(), "-y -f KEY"));
        assert_eq!(run(other(), "-lv -f KEY.pub"), run(this(), "-lv -f KEY.pub"));
        assert_eq!(run(other(), "-e -f KEY.pub"), run(this(), "-e -f KEY.pub"));
        run(this(), "-Y sign -n file -f KEY message");
        run(other(), "-Y check-novalidate -n file -s message.sig");
        fs::remove_file(place.path("message.sig")).expect("a signature");
        run(this(), "-q -s KEY -I id -n me -z 7 KEY.pub");
        assert_eq!(run(other(), "-L -f KEY-cert.pub"), run(this(), "-L -f KEY-cert.pub"));
        fs::write(place.path("revoked"), "serial: 7\n").expect("a file");
        run(this(), "-q -k -f krl -s KEY.pub revoked");
        for program in [this(), other()] {
            let call = Call::new(words("-Q -f krl KEY-cert.pub"));
            let (seen, text) = place.call(program, std::path::Path::new("internal"), &call);
            assert_eq!(seen.status, Some(1), "{text}");
        }
        run(other(), "-q -k -f krl KEY.pub");
        let (seen, text) =
            place.call(this(), std::path::Path::new("internal"), &Call::new(words("-Q -f krl KEY.pub")));
        assert_eq!(seen.status, Some(1), "{text}");
    }
}

#[test]
fn the_doctor_and_convert_know_the_new_types() {
    needs!("ssh-keygen");
    let Some(place) = place() else { return };
    done(&place, rkeygen(), &Call::new("-q -t mldsa44-ed25519 -N '' -C c -f key"));
    let seen = done(&place, rkeygen(), &Call::new("doctor key"));
    assert!(seen.stdout.contains("mldsa44-ed25519, "), "{}", seen.stdout);
    done(&place, rkeygen(), &Call::new("convert key --to openssh -o copy"));
    assert_eq!(
        done(&place, ssh_keygen(), &Call::new("-y -f copy")).stdout,
        done(&place, ssh_keygen(), &Call::new("-y -f key")).stdout
    );
    for format in ["ppk", "pem", "pkcs8"] {
        let arguments: &'static str =
            Box::leak(format!("convert key --to {format} -o none").into_boxed_str());
        let (seen, words) = place.call(rkeygen(), std::path::Path::new("internal"), &Call::new(arguments));
        assert_eq!(seen.status, Some(1), "{format}: {words}");
        assert!(!place.path("none").exists(), "{format}");
    }
}

/// The agent of OpenSSH has the private key, and rkeygen the public one alone.
#[test]
fn an_agent_signs_files_and_certificates() {
    needs!("ssh-keygen");
    let Some(place) = place() else { return };
    let _agent = Agent::start(&place);
    let socket: &'static str =
        Box::leak(format!("SSH_AUTH_SOCK={}", place.path("agent").display()).into_boxed_str());
    let run = |program, arguments| done(&place, program, &Call::new(arguments).with(socket).input("hello\n"));
    run(rkeygen(), "-q -t ed25519 -N '' -C c -f user");
    run(rkeygen(), "-q -t mldsa44-ed25519 -N '' -C added -f added --add-to-agent");
    run(ssh_keygen(), "-q -t mldsa44-ed25519 -N '' -C theirs -f theirs");
    run(openssh("ssh-add"), "-q theirs");
    for (key, sign, certify) in [
        ("added", "-Y sign -n file -f added.pub message", "-q -U -s added.pub -I id -n me -z 7 user.pub"),
        (
            "theirs",
            "-Y sign -U -n file -f theirs.pub message",
            "-q -U -s theirs.pub -I id -n me -z 7 user.pub",
        ),
    ] {
        let listed = run(openssh("ssh-add"), "-L").stdout;
        assert!(listed.contains(key), "{listed}");
        fs::remove_file(place.path(key)).expect("the private key");
        run(rkeygen(), sign);
        for program in [ssh_keygen(), rkeygen()] {
            run(program, "-Y check-novalidate -n file -s message.sig");
        }
        fs::remove_file(place.path("message.sig")).expect("a signature");
        run(rkeygen(), certify);
        let shown = run(ssh_keygen(), "-L -f user-cert.pub");
        assert!(shown.stdout.contains("Signing CA: MLDSA44-ED25519"), "{}", shown.stdout);
        assert_eq!(run(rkeygen(), "-L -f user-cert.pub"), shown);
    }
}
