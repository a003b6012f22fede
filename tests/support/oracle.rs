//! OpenSSH, as what rkeygen is compared with: the newest, where `tests/scripts/newest-openssh.sh` has unpacked it in
//! `target/oracle`, or else the system's. `RKEYGEN_ORACLE=/usr` takes another one.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A command for one of OpenSSH's programs: `ssh-keygen`, `ssh`, `sshd`, `ssh-agent`, ...
pub(crate) fn openssh(program: &str) -> Command {
    Command::new(path(program))
}

pub(crate) fn ssh_keygen() -> Command {
    openssh("ssh-keygen")
}

/// The path of a program, which is its bare name if there is none.
pub(crate) fn path(program: &str) -> PathBuf {
    let places = ["bin", "sbin", "lib/openssh"].map(|place| root().join(place).join(program));
    places.into_iter().find(|place| place.exists()).unwrap_or_else(|| PathBuf::from(program))
}

fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        if let Some(given) = std::env::var_os("RKEYGEN_ORACLE") {
            return PathBuf::from(given);
        }
        let newest = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/oracle");
        if newest.join("done").exists() { newest } else { PathBuf::from("/usr") }
    })
}

/// The version, such as `(10, 6)`. Rows of tests that depend on it ask this.
pub(crate) fn version() -> (u32, u32) {
    static VERSION: OnceLock<(u32, u32)> = OnceLock::new();
    *VERSION.get_or_init(|| {
        let text = super::peer(openssh("ssh").arg("-V")).stderr;
        let text = String::from_utf8_lossy(&text).into_owned();
        let numbers = text.split_once("OpenSSH_").map(|(_, rest)| rest).expect("the version of OpenSSH");
        let mut numbers = numbers.split(|c: char| !c.is_ascii_digit()).map(|number| number.parse().ok());
        let mut next = || numbers.next().flatten().expect("a number in the version of OpenSSH");
        (next(), next())
    })
}

/// Whether it has keys of this type, by its name in key lines, such as `ssh-dss`.
pub(crate) fn has_type(name: &str) -> bool {
    static TYPES: OnceLock<String> = OnceLock::new();
    let types = TYPES.get_or_init(|| {
        let listing = super::peer(openssh("ssh").args(["-Q", "key-plain"])).stdout;
        String::from_utf8_lossy(&listing).into_owned()
    });
    types.lines().any(|line| line == name)
}

/// Lines of `sshd_config` for this version: where the parts of sshd are, and no waiting after failed logins.
pub(crate) fn sshd_configuration() -> String {
    if version() < (9, 8) {
        return String::new();
    }
    let parts = [("SshdSessionPath", "sshd-session"), ("SshdAuthPath", "sshd-auth")];
    let parts = parts.map(|(option, program)| (option, path(program)));
    let lines = parts.iter().filter(|(_, path)| path.is_absolute());
    let lines: String = lines.map(|(option, path)| format!("{option} {}\n", path.display())).collect();
    lines + "PerSourcePenalties no\n"
}

/// A file of OpenSSH's own tests.
pub(crate) fn regress(name: &str) -> Option<PathBuf> {
    let places = ["root/usr/lib/openssh/regress", "lib/openssh/regress"];
    places.into_iter().map(|place| root().join(place).join(name)).find(|path| path.exists())
}
