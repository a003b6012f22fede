//! A run that signs by a ledger, with each system call failing or killing it in turn: every certificate that is there has
//! its serial number in the ledger, and no number is given twice.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::missing::needs;
use crate::support::oracle::ssh_keygen;
use crate::support::{peer, program};
use crate::traced::Trace;

/// The calls, and what becomes of each.
const FAULTS: [(&str, &str); 9] = [
    ("write", "signal=KILL"),
    ("fsync", "signal=KILL"),
    ("linkat", "signal=KILL"),
    ("openat", "signal=KILL"),
    ("ftruncate", "signal=KILL"),
    ("write", "error=ENOSPC"),
    ("fsync", "error=EIO"),
    ("linkat", "error=ENOSPC"),
    ("flock", "error=ENOLCK"),
];

const SIGN: [&str; 7] = ["-q", "-s", "ca", "--ledger", "ledger", "-n", "me"];

fn run(directory: &Path, words: &[&str]) -> Output {
    peer(Command::new(program()).current_dir(directory).args(words))
}

/// The serial numbers of the whole lines of the ledger.
fn ledger(directory: &Path) -> Vec<u64> {
    let text = fs::read_to_string(directory.join("ledger")).unwrap_or_default();
    let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    let lines = whole.map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a whole line"));
    lines.filter_map(|line| line["serial"].as_u64()).collect()
}

/// The serial number of a certificate, if it is there.
fn serial(directory: &Path, name: &str) -> Option<u64> {
    directory.join(name).exists().then(|| {
        let shown = peer(ssh_keygen().current_dir(directory).args(["-L", "-f", name])).stdout;
        let text = String::from_utf8_lossy(&shown).into_owned();
        let (_, rest) = text.split_once("Serial: ").expect("a whole certificate");
        rest.lines().next().and_then(|number| number.parse().ok()).expect("a number")
    })
}

/// Runs with a fault at the `number`th call; whether there was one.
fn fails(keys: &Path, (call, fault): (&str, &str), number: u32) -> bool {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    for name in ["ca", "a.pub", "b.pub", "list"] {
        fs::copy(keys.join(name), directory.join(name)).expect("a copy");
    }
    let (trace, mut sign) = Trace::injecting((call, fault), number);
    peer(sign.current_dir(directory).args(SIGN).args(["--from", "list"]));
    let what = format!("{call} {fault} {number}: {}", trace.calls());
    let signed: Vec<u64> =
        ["a-cert.pub", "b-cert.pub"].iter().filter_map(|it| serial(directory, it)).collect();
    let before = ledger(directory);
    assert!(signed.iter().all(|serial| before.contains(serial)), "{what}: {signed:?} {before:?}");
    // The next run gives a number that is free, or names what is wrong.
    let next = run(directory, &[&SIGN[..], &["-I", "next", "a.pub"]].concat());
    let errors = String::from_utf8_lossy(&next.stderr);
    if next.status.success() {
        let number = serial(directory, "a-cert.pub").expect("a certificate");
        assert!(!before.contains(&number) && ledger(directory).contains(&number), "{what}");
    } else {
        assert!(errors.contains("damaged ledger: the line is incomplete"), "{what}: {errors}");
    }
    trace.has_failed()
}

#[test]
fn each_certificate_is_in_the_ledger_whatever_fails() {
    needs!("strace", "ssh-keygen");
    let keys = tempfile::tempdir().expect("a directory");
    for name in ["ca", "a", "b"] {
        let made = run(keys.path(), &["-q", "-t", "ed25519", "-N", "", "-f", name]);
        assert!(made.status.success(), "{name}");
    }
    fs::write(keys.path().join("list"), "public_key,id\na.pub,a\nb.pub,b\n").expect("a list");
    let mut runs = 0;
    for fault in FAULTS {
        runs += (1..200).take_while(|number| fails(keys.path(), fault, *number)).count();
    }
    assert!(runs > 30, "only {runs} calls failed");
}
