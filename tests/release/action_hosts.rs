//! The Action pins hosts, as ssh then finds them.

use std::process::Command;

use crate::action::{Job, key};
use crate::kit::{said, succeed};
use crate::support::missing::needs;
use crate::support::oracle;

#[test]
fn hosts_are_pinned_once_and_never_changed() {
    needs!("python3", "bash", "ssh-keygen");
    let job = Job::new();
    let (public, other) = (key("").1, key("").1);
    let file = job.machine.path("home/ssh/known_hosts");
    std::fs::create_dir(file.parent().expect("a parent")).expect("a directory");
    let file_input = ("KNOWN_HOSTS_FILE", file.to_str().expect("UTF-8"));
    let lines = format!(
        "# of the inventory\n\ngit.example.org:2222 {public}\r\nserver.example.org,192.0.2.7 {public} a comment\n[old.example.org]:22 {public}"
    );
    job.done(&[("KNOWN_HOSTS", &lines), file_input]);
    for host in ["[git.example.org]:2222", "server.example.org", "192.0.2.7", "old.example.org"] {
        let found = succeed(Command::new(oracle::path("ssh-keygen")).args(["-F", host, "-f"]).arg(&file));
        assert!(found.contains(&public), "{host}: {found}");
    }
    let before = job.machine.read("home/ssh/known_hosts");
    let text = job.done(&[("KNOWN_HOSTS", &lines), file_input]);
    assert!(text.contains("already there"), "{text}");
    assert_eq!(job.machine.read("home/ssh/known_hosts"), before);

    let changed = format!("git.example.org:2222 {other}");
    job.refused(&[("KNOWN_HOSTS", &changed), file_input], "a host was not pinned");
    assert_eq!(job.machine.read("home/ssh/known_hosts"), before);
}

#[test]
fn lines_that_are_no_hosts_are_refused() {
    needs!("python3", "bash");
    let job = Job::new();
    let file = job.machine.path("home/known_hosts");
    let file_input = ("KNOWN_HOSTS_FILE", file.to_str().expect("UTF-8"));
    let public = key("").1;
    for (line, why) in [
        ("git.example.org".to_owned(), "is not HOST[:PORT] KEYTYPE KEY"),
        (format!("--revoked {public}"), "starts with -"),
        (format!("-fother {public}"), "starts with -"),
        (format!("host,-fother {public}"), "starts with -"),
        ("git.example.org ssh-ed25519 AAAA".to_owned(), "a host was not pinned"),
        ("git.example.org not a key".to_owned(), "a host was not pinned"),
    ] {
        let text = job.refused(&[("KNOWN_HOSTS", &line), file_input], why);
        assert!(!file.exists(), "{line}: {text}");
    }
    // A name with a star is that name, and no list of files.
    let output = job.step(&[("KNOWN_HOSTS", &format!("*.example.org {public}")), file_input]);
    assert!(!job.machine.read("home/known_hosts").contains("known_hosts"), "{}", said(&output));
}
