//! The numbers in the keys, computed again by Python from the private ones.

use std::path::PathBuf;
use std::process::Command;

use crate::keys::{Key, all};
use crate::support::missing::needs;
use crate::support::oracle::ssh_keygen;
use crate::support::{Test, feed, peer, rkeygen, without_terminal};

fn python(script: &str) -> Command {
    let mut command = Command::new("/usr/bin/python3");
    command.args(["-W", "ignore", "-c", script]);
    command
}

/// Has Python check the files.
fn check(paths: &[PathBuf]) {
    let output = peer(python(include_str!("numbers_check.py")).args(paths));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{} keys are right\n", paths.len()));
}

#[test]
fn the_halves_of_every_key_belong_together() {
    let plain = all().iter().filter(|key| !key.encrypted);
    check(&plain.map(Key::path).collect::<Vec<_>>());
}

#[test]
fn lengths_that_are_no_power_of_two_are_exact() {
    needs!("ssh-keygen");
    let runs: Vec<_> = ["1024", "1025", "1031", "2049", "2050"]
        .iter()
        .flat_map(|bits| ["", "-m PEM"].map(|format| (bits, format)))
        .map(|(bits, format)| Test::new("-q -t rsa --no-passphrase -f key -b").arg(bits).args(format).run())
        .collect();
    check(&runs.iter().map(|done| done.path("key")).collect::<Vec<_>>());
    for (done, bits) in runs.iter().step_by(2).zip(["1024", "1025", "1031", "2049", "2050"]) {
        let listing = peer(ssh_keygen().arg("-lf").arg(done.path("key"))).stdout;
        assert!(listing.starts_with(format!("{bits} ").as_bytes()));
    }
}

#[test]
fn no_two_of_a_thousand_runs_are_alike() {
    let one = || {
        let mut command = rkeygen();
        command.args(["-q", "--no-passphrase", "-C", "", "-f", "-"]);
        let output = command.output().expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let keys: Vec<u8> = std::thread::scope(|scope| {
        let work = || (0..250).flat_map(|_| one()).collect::<Vec<u8>>();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("250 runs")).collect()
    });
    let mut command = python(include_str!("numbers_distinct.py"));
    without_terminal(&mut command);
    let output = feed(command, &keys);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "1000 private, 1000 public, 1000 check numbers\n",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
