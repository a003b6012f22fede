//! The directory that all runs work in: keys that have to survive, and what commands need besides hostile files.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::bytes::{MIB, line};
use crate::support::private_file;

pub(crate) struct Place(PathBuf);

impl Place {
    pub(crate) fn new(directory: &Path, program: &Path) -> Self {
        let place = Self(directory.to_owned());
        let run = |words: &[&str]| {
            let mut command = Command::new(program);
            let status = command.current_dir(directory).args(words).stderr(Stdio::null()).status();
            assert!(status.expect("the program starts").success(), "{words:?}");
        };
        for name in ["ca", "spare", "kept"] {
            run(&["-q", "-t", "ed25519", "-f", name, "--no-passphrase"]);
        }
        run(&["-q", "-t", "ed25519", "-f", "locked", "-N", "horse staple", "-a", "1"]);
        let line = line();
        for name in ["ed.pub", "signed.pub"] {
            place.write(name, format!("{line}\n"));
        }
        place.write("serial", "serial: 5\n");
        place.write("message", "hello\n");
        place.write("hosts", format!("host {line}\nother {line}\n"));
        place.write("groups", format!("20160301052556 2 6 100 1023 5 {}\n", "F".repeat(256)));
        run(&["-q", "-s", "ca", "-I", "id", "signed.pub"]);
        run(&["-q", "-k", "-f", "list", "-s", "ed.pub", "serial"]);
        let signed = Command::new(program)
            .current_dir(directory)
            .args(["-Y", "sign", "-q", "-n", "file", "-f", "ca"])
            .stdin(File::open(directory.join("message")).expect("a message"))
            .stdout(File::create(directory.join("message-sig")).expect("a file"))
            .status();
        assert!(signed.expect("the program starts").success());
        let ca = fs::read_to_string(directory.join("ca.pub")).expect("a key");
        place.write("signers", format!("me {ca}"));
        for (name, mode) in [(".ssh", 0o700), ("etc", 0o755), ("etc/ssh", 0o755)] {
            fs::create_dir(directory.join(name)).expect("a directory");
            fs::set_permissions(directory.join(name), std::os::unix::fs::PermissionsExt::from_mode(mode))
                .expect("a mode");
        }
        fs::copy(directory.join("kept"), directory.join(".ssh/known_hosts")).expect("a copy");
        for name in KEPT {
            fs::copy(directory.join("kept"), directory.join(name)).expect("a copy");
        }
        place
    }

    /// Writes a file, and gives its name back.
    pub(crate) fn write(&self, name: impl Into<String>, text: impl AsRef<[u8]>) -> String {
        let name = name.into();
        assert!(text.as_ref().len() <= MIB, "{name}: {}", text.as_ref().len());
        private_file(&self.0.join(&name), text.as_ref());
        name
    }
}

/// A program that sees an empty `~/.ssh` of its own, which goes with it, where root may hide the user's: like ssh-keygen,
/// rkeygen finds it by the account and not by `HOME`, and with zeros as its answers it makes a key there.
pub(crate) fn without_ssh_directory(program: &Path) -> Command {
    let home = nix::unistd::User::from_uid(nix::unistd::geteuid()).ok().flatten().map(|user| user.dir);
    let mut hidden = Command::new("unshare");
    hidden.args(["--mount", "sh", "-c", HIDE]);
    match home.map(|home| home.join(".ssh")).filter(|_| nix::unistd::geteuid().is_root()) {
        Some(directory) => {
            hidden.arg(directory).arg(program);
            hidden
        }
        None => Command::new(program),
    }
}

/// A directory that was not there before is not there after.
const HIDE: &str = "made=; [ -d \"$0\" ] || { mkdir -m 700 \"$0\" && made=$0; }
mount -t tmpfs -o mode=700 none \"$0\" || exit
status=0; \"$@\" || status=$?
umount \"$0\"; [ -z \"$made\" ] || rmdir \"$made\"; exit $status";

/// The keys in the working directory that are gone or different.
pub(crate) fn changed() -> Vec<&'static str> {
    let whole = fs::read("kept").unwrap_or_default();
    KEPT.into_iter().filter(|name| fs::read(name).map_or(true, |bytes| bytes != whole)).collect()
}

const KEPT: [&str; 6] = [
    ".ssh/id_ed25519",
    ".ssh/id_rsa",
    "etc/ssh/ssh_host_rsa_key",
    "etc/ssh/ssh_host_ecdsa_key",
    "etc/ssh/ssh_host_ed25519_key",
    "etc/ssh/ssh_host_mldsa44_ed25519_key",
];
