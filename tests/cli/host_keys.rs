//! `-A`: the host keys of a machine, in a directory that stands for it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::oracle::{run, same, ssh_keygen};
use crate::support::missing::needs;
use crate::support::oracle::has_type;
use crate::support::{Test, names, rkeygen};

fn machine() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    fs::create_dir_all(directory.path().join("m/etc/ssh")).expect("a directory");
    directory
}

fn read(directory: &Path, name: &str) -> String {
    fs::read_to_string(directory.join("m/etc/ssh").join(name))
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn mode(directory: &Path, name: &str) -> u32 {
    let metadata = fs::metadata(directory.join("m/etc/ssh").join(name)).expect("the file");
    metadata.permissions().mode() & 0o7777
}

#[test]
fn the_keys_are_those_that_ssh_keygen_makes() {
    needs!("ssh-keygen");
    let (theirs, ours) = (machine(), machine());
    let expected = run(ssh_keygen(), theirs.path(), &["-A", "-f", "m"]);
    // OpenSSH before 10.4 has no ML-DSA.
    let all = ["-A", "-f", "m", "--host-key-types", "rsa,ecdsa,ed25519"];
    let call = if has_type("ssh-mldsa44-ed25519") { &all[..3] } else { &all[..] };
    let made = run(rkeygen(), ours.path(), call);
    assert_eq!((&made.stdout, made.status.code()), (&expected.stdout, expected.status.code()));
    let files = names(&ours.path().join("m/etc/ssh"));
    assert_eq!(files, names(&theirs.path().join("m/etc/ssh")));
    let kind = |line: &str| {
        let line = line.trim_end().split(' ').collect::<Vec<_>>();
        (line[0].to_owned(), line[1].len(), line[2].to_owned())
    };
    for name in &files {
        assert_eq!(mode(ours.path(), name), mode(theirs.path(), name), "{name}");
        if name.ends_with(".pub") {
            assert_eq!(kind(&read(ours.path(), name)), kind(&read(theirs.path(), name)));
        } else {
            let path = format!("m/etc/ssh/{name}");
            assert_eq!(same(ours.path(), &["-y", "-f", &path]), read(ours.path(), &format!("{name}.pub")));
        }
    }
    // A second call finds nothing to do, and both programs say so of both machines.
    let before = files.iter().map(|name| read(ours.path(), name)).collect::<Vec<_>>();
    for machine in [&ours, &theirs] {
        assert_eq!(run(rkeygen(), machine.path(), call).stdout, b"");
        assert_eq!(run(ssh_keygen(), machine.path(), &call[..3]).stdout, b"");
    }
    assert_eq!(files.iter().map(|name| read(ours.path(), name)).collect::<Vec<_>>(), before);
}

#[test]
fn only_what_is_missing_or_empty_is_made() {
    needs!("ssh-keygen");
    let machine = machine();
    let directory = machine.path();
    let file = |name: &str| directory.join("m/etc/ssh").join(name);
    fs::write(file("ssh_host_rsa_key"), "not looked into\n").expect("a file");
    fs::write(file("ssh_host_ed25519_key"), "").expect("a file");
    fs::write(file("ssh_host_ecdsa_key.pub"), "of a key that is gone\n").expect("a file");
    let made = run(rkeygen(), directory, &["-q", "-A", "-f", "m"]);
    let banner = "ssh-keygen: generating new host keys: ECDSA ED25519 MLDSA44-ED25519 \n";
    assert_eq!(String::from_utf8_lossy(&made.stdout), banner);
    assert_eq!(made.status.code(), Some(0));
    assert_eq!(read(directory, "ssh_host_rsa_key"), "not looked into\n");
    assert_eq!(mode(directory, "ssh_host_mldsa44_ed25519_key"), 0o600);
    for name in ["ssh_host_ecdsa_key", "ssh_host_ed25519_key"] {
        let public = same(directory, &["-y", "-f", &format!("m/etc/ssh/{name}")]);
        assert_eq!(public, read(directory, &format!("{name}.pub")));
        assert_eq!(mode(directory, name), 0o600);
    }
    assert!(!file("ssh_host_rsa_key.pub").exists());
}

#[test]
fn types_and_format_can_be_chosen() {
    let machine = machine();
    let made = run(
        rkeygen(),
        machine.path(),
        &[
            "--json",
            "-A",
            "-f",
            "m",
            "--host-key-types",
            "ecdsa,ssh-ed25519",
            "-m",
            "PEM",
            "-t",
            "rsa",
            "-b",
            "384",
        ],
    );
    // PEM has no Ed25519: that key fails, the other one is made.
    assert_eq!(made.status.code(), Some(1));
    assert!(read(machine.path(), "ssh_host_ecdsa_key").starts_with("-----BEGIN EC PRIVATE KEY"));
    let json: serde_json::Value = serde_json::from_slice(&made.stdout).expect("JSON");
    assert_eq!((&json["schema"], &json["changed"]), (&"rkeygen/host-keys/2".into(), &true.into()));
    assert_eq!(json["keys"].as_array().map(Vec::len), Some(1));
    assert_eq!(json["keys"][0]["bits"], 256);
    assert_eq!(json["keys"][0]["file"], "m/etc/ssh/ssh_host_ecdsa_key");
    let again = run(rkeygen(), machine.path(), &["--json", "-A", "-f", "m", "--host-key-types", "ecdsa"]);
    let json: serde_json::Value = serde_json::from_slice(&again.stdout).expect("JSON");
    assert_eq!((&json["changed"], &json["keys"][0]["changed"]), (&false.into(), &false.into()));
    assert_eq!((&json["keys"][0]["bits"], json["keys"].as_array().map(Vec::len)), (&256.into(), Some(1)));
    Test::new("-A --host-key-types dsa").stderr_has(&["unknown key type dsa"]).status(255).run();
}

#[test]
fn keys_that_cannot_be_written_are_told_of() {
    let directory = tempfile::tempdir().expect("a directory");
    let made = run(rkeygen(), directory.path(), &["-A", "-f", "nowhere"]);
    assert_eq!(made.status.code(), Some(1));
    let stderr = String::from_utf8_lossy(&made.stderr).into_owned();
    for kind in ["rsa", "ecdsa", "ed25519", "mldsa44_ed25519"] {
        let start = format!("Could not save your private key in nowhere/etc/ssh/ssh_host_{kind}_key: ");
        assert!(stderr.contains(&start), "{stderr}");
    }
    let end =
        "could not generate 4 of 4 host keys\nhint: create the directory first: mkdir -p nowhere/etc/ssh\n";
    assert!(stderr.ends_with(end), "{stderr}");
}

#[test]
fn two_at_once_agree_on_one_key() {
    needs!("ssh-keygen");
    let machine = machine();
    let start = || {
        let mut command = rkeygen();
        command.args(["-A", "-f", "m", "--host-key-types", "ed25519"]).current_dir(machine.path());
        command.stdout(std::process::Stdio::null()).spawn().expect("the program starts")
    };
    for mut child in (0..8).map(|_| start()).collect::<Vec<_>>() {
        assert!(child.wait().expect("it ends").success());
    }
    let public = same(machine.path(), &["-y", "-f", "m/etc/ssh/ssh_host_ed25519_key"]);
    assert_eq!(public, read(machine.path(), "ssh_host_ed25519_key.pub"));
    assert_eq!(names(&machine.path().join("m/etc/ssh")).len(), 2);
}
