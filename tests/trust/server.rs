//! What a real sshd and a real ssh make of our certificates and revocation lists.

use std::fs;

use crate::sshd::Sshd;
use crate::support::missing::needs;
use crate::world::{Program, World};

/// Trusts user certificates of `ca-rsa` and shows a host certificate of `ca-ed25519`.
fn start(world: &World) -> Sshd<'_> {
    let directory = world.directory().display();
    world.done(Program::Ours, "-q -s ca-ed25519 -I host -h -n 127.0.0.1 -V +1d other.pub");
    world.done(Program::Ours, "-k -f revoked");
    let lines = format!(
        "HostCertificate {directory}/other-cert.pub\nTrustedUserCAKeys {directory}/ca-rsa.pub\n\
         RevokedKeys {directory}/revoked\nAuthorizedKeysFile none"
    );
    Sshd::start(world, &lines)
}

/// Logs in with `user` and its certificate; the host must show a certificate of the CA given.
fn lets_in(world: &World, server: &Sshd<'_>, host_ca: &str) -> bool {
    let ca = fs::read_to_string(world.path(host_ca)).expect("a key");
    world.write("known_hosts", format!("@cert-authority * {ca}"));
    server.login("known_hosts").stdout == b"welcome\n"
}

#[test]
fn certificate_grants_access_until_revoked() {
    needs!("sshd");
    let world = World::new();
    let server = start(&world);
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
        assert_eq!(lets_in(&world, &server, "ca-ed25519.pub"), *expected, "{options}\n{}", world.read("log"));
    }
    world.done(Program::Ours, &format!("-q -s ca-rsa {} user.pub", rows[0].0));
    assert!(!lets_in(&world, &server, "ca-ecdsa256.pub"), "a host certificate of another CA");
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
        assert_eq!(lets_in(&world, &server, "ca-ed25519.pub"), !revoked, "{line}\n{}", world.read("log"));
    }
}
