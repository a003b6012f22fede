//! The files that every command line finds.

use std::fs;
use std::path::Path;

use crate::support::oracle::ssh_keygen;
use crate::support::{peer, private_file};

/// The passphrase of the keys that have one.
pub(crate) const PASSPHRASE: &str = "horse staple";

pub(crate) struct Kit(tempfile::TempDir);

impl Kit {
    /// Made by ssh-keygen alone.
    pub(crate) fn make() -> Self {
        let kit = Self(tempfile::tempdir().expect("a directory"));
        let directory = kit.0.path();
        let keygen = |words: &[&str]| {
            let output = peer(ssh_keygen().current_dir(directory).args(words));
            assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        for (kind, bits) in [("ed25519", "256"), ("ecdsa", "384"), ("rsa", "1024")] {
            for (format, ending) in [("RFC4716", ""), ("PEM", "_pem")] {
                // PEM has no Ed25519.
                let format = if kind == "ed25519" { "RFC4716" } else { format };
                for (passphrase, locked) in [("", ""), (PASSPHRASE, "_locked")] {
                    let name = format!("{kind}{ending}{locked}");
                    keygen(&[
                        "-q", "-a", "1", "-t", kind, "-b", bits, "-m", format, "-N", passphrase, "-C",
                        "me you", "-f", &name,
                    ]);
                }
            }
        }
        keygen(&[
            "-q",
            "-s",
            "ed25519",
            "-I",
            "id",
            "-n",
            "me,you",
            "-V",
            "20200101:20400101",
            "-z",
            "7",
            "rsa.pub",
        ]);
        keygen(&["-q", "-h", "-s", "rsa", "-I", "host id", "-V", "always:forever", "ecdsa.pub"]);
        keygen(&["-q", "-k", "-f", "krl", "-z", "3", "ed25519.pub", "rsa-cert.pub"]);
        write(directory, "message", b"hello\n");
        keygen(&["-q", "-Y", "sign", "-n", "file", "-f", "ed25519", "message"]);
        let public = |name: &str| fs::read_to_string(directory.join(name)).expect("a public key");
        let export = |format: &str| keygen(&["-e", "-m", format, "-f", "rsa.pub"]);
        write(directory, "rsa.rfc4716", &export("RFC4716"));
        write(directory, "rsa.pkcs8", &export("PKCS8"));
        write(directory, "rsa.pem", &export("PEM"));
        let (ed25519, ecdsa, rsa) = (public("ed25519.pub"), public("ecdsa.pub"), public("rsa.pub"));
        let hosts = format!(
            "# hosts\n\nhost1,10.0.0.1 {ed25519}[host1]:2222 {ecdsa}*.example,!b.example {rsa}@revoked host2 {rsa}\
             @cert-authority *.ca {ecdsa}HOST3 {ed25519}"
        );
        write(directory, "hosts", hosts.as_bytes());
        write(
            directory,
            "odd_hosts",
            format!("{hosts}nonsense\nhost4 ssh-ed25519 AAAA\n|1|x|y {rsa}").as_bytes(),
        );
        write(
            directory,
            "authorized",
            format!(
                "# mine\ncommand=\"echo hi\",no-pty {ed25519}\n\nfrom=\"10.0.0.0/8\" {ecdsa}  {rsa}garbage\n"
            )
            .as_bytes(),
        );
        write(directory, "crlf.pub", ed25519.replace('\n', "\r\n").as_bytes());
        write(directory, "spaces.pub", format!("  {}", ed25519.replacen(' ', " \t ", 1)).as_bytes());
        write(directory, "blank.pub", format!("\n\n{ecdsa}").as_bytes());
        write(directory, "comment.pub", format!("# mine\n{rsa}# end").as_bytes());
        write(directory, "bare.pub", ed25519.split(' ').take(2).collect::<Vec<_>>().join(" ").as_bytes());
        write(directory, "mixed", public("ecdsa").as_bytes());
        write(directory, "mixed.pub", rsa.as_bytes());
        keygen(&["-q", "-t", "ecdsa", "-N", "", "-C", "", "-f", "silent"]);
        write(directory, "alone", public("silent").as_bytes());
        write(directory, "cut.pub", &rsa.as_bytes()[..rsa.len() / 2]);
        write(
            directory,
            "signers",
            format!("me@here,you@* namespaces=\"file,git\" {ed25519}# none\n*@ca cert-authority {ecdsa}\nold valid-before=\"20200101\" {rsa}")
                .as_bytes(),
        );
        write(
            directory,
            "specification",
            format!("serial: 5-9\nid: id\nkey: {rsa}sha256: {ed25519}").as_bytes(),
        );
        write(directory, "empty", b"");
        write(directory, "garbage", b"\x00\x01\xffnothing\n");
        let key = public("ed25519");
        write(directory, "cut", &key.as_bytes()[..key.len() / 2]);
        write(directory, "crlf", key.replace('\n', "\r\n").as_bytes());
        fs::create_dir(directory.join("directory")).expect("a directory");
        kit
    }

    pub(crate) fn copy(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir().expect("a directory");
        for entry in fs::read_dir(self.0.path()).expect("the kit") {
            let (from, to) =
                entry.map(|entry| (entry.path(), copy.path().join(entry.file_name()))).expect("an entry");
            if from.is_dir() {
                fs::create_dir(to).expect("a directory");
            } else {
                fs::copy(from, to).expect("a copy");
            }
        }
        copy
    }
}

fn write(directory: &Path, name: &str, bytes: &[u8]) {
    private_file(&directory.join(name), bytes);
}
