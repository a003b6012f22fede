//! `-r`: SSHFP records, beside ssh-keygen.

use crate::oracle::{files, keys, same, ssh_keygen};
use crate::support::Test;
use crate::support::missing::needs;

#[test]
fn records_are_those_of_ssh_keygen() {
    needs!("ssh-keygen");
    let directory = keys();
    for name in files(directory.path()).iter().filter(|name| !name.starts_with("dsa")) {
        for (private, form) in [(false, "-r"), (true, "-r"), (false, "-gr")] {
            let file = if private { name.clone() } else { format!("{name}.pub") };
            let records = same(directory.path(), &[form, "host.example.", "-f", &file]);
            assert_eq!(records.lines().count(), 2, "{file}");
        }
    }
    for host in ["", "a b", "*.example", "h\u{e9}"] {
        same(directory.path(), &["-q", "-r", host, "-f", "ed25519.pub"]);
    }
}

#[test]
fn the_keys_of_the_machine_are_taken_when_no_file_is_named() {
    needs!("ssh-keygen");
    let directory = tempfile::tempdir().expect("a directory");
    same(directory.path(), &["-r", "host"]);
    same(directory.path(), &["-g", "-r", "host"]);
}

#[test]
fn what_cannot_have_a_record_is_told_of() {
    needs!("ssh-keygen");
    let directory = keys();
    let signed = ssh_keygen()
        .args(["-q", "-s", "ed25519", "-I", "x", "ed25519.pub"])
        .current_dir(directory.path())
        .status();
    assert!(signed.expect("ssh-keygen starts").success());
    assert_eq!(same(directory.path(), &["-r", "host", "-f", "ed25519-cert.pub"]), "");
    same(directory.path(), &["-r", "host", "-f", "missing"]);
    std::fs::write(directory.path().join("text"), "no key\n").expect("a file");
    same(directory.path(), &["-r", "host", "-f", "text"]);
}

#[test]
fn one_hash_may_be_asked_for() {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGgS+uuMcu7YUUn0gFv1O2iDKqh1oaYbVgMPFWcnfV2O me\n";
    let run = |options: &str| {
        let test = Test::new("").file("id.pub", key).args(&format!("-r h -f id.pub {options}"));
        test.any_output().run().stdout()
    };
    let all = run("");
    let [sha1, sha256]: [&str; 2] = all.lines().collect::<Vec<_>>().try_into().expect("two records");
    assert_eq!(run("-O hashalg=sha1"), format!("{sha1}\n"));
    assert_eq!(run("-O hashalg=SHA256"), format!("{sha256}\n"));
    Test::new("-r h -f id.pub -O hashalg=md5")
        .file("id.pub", key)
        .stderr("unsupported: there is no SSHFP record of ED25519 with MD5\n")
        .run();
    let junk = "Invalid option \"junk\"\nhint: -O takes hashalg=sha1 or hashalg=sha256 here\n";
    for (option, message) in [("hashalg=sha3", "Unsupported hash algorithm\n"), ("junk", junk)] {
        let test = Test::new("-r h -f id.pub -O").args(option).file("id.pub", key);
        test.stderr(message).status(255).run();
    }
}

#[test]
fn json_has_the_records_and_the_keys() {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGgS+uuMcu7YUUn0gFv1O2iDKqh1oaYbVgMPFWcnfV2O me\n";
    let done = Test::new("--json -r h.example -f id.pub").file("id.pub", key).stdout_has(&["{"]).run();
    let json: serde_json::Value = serde_json::from_str(&done.stdout()).expect("JSON");
    assert_eq!(json["schema"], "rkeygen/sshfp/2");
    assert_eq!(json["host"], "h.example");
    let numbers: Vec<_> = (0..2)
        .map(|index| {
            (json["records"][index]["algorithm"].clone(), json["records"][index]["fingerprint_type"].clone())
        })
        .collect();
    assert_eq!(numbers, [(4.into(), 1.into()), (4.into(), 2.into())]);
    assert_eq!(json["records"][1]["key"]["comment"], "me");
}
