//! Which command reads which hostile file.

use crate::measure::Run;
use crate::place::Place;
use crate::private_keys::{self, Protection};
use crate::{hosts, public_keys, trust};

pub(crate) fn runs(place: &Place) -> Vec<Run> {
    let mut runs = private_keys(place);
    runs.extend(public_keys(place));
    runs.extend(certificates_and_lists(place));
    runs.extend(signatures(place));
    runs.extend(known_hosts(place));
    runs.extend(without_end());
    for (name, text) in hosts::moduli() {
        let file = place.write(format!("moduli-{name}"), text);
        runs.push(Run::new(format!("screen of {name}"), &["-M", "screen", "-f", &file, "safe"]));
    }
    runs
}

fn private_keys(place: &Place) -> Vec<Run> {
    let mut runs = Vec::new();
    for key in private_keys::all() {
        let file = place.write(format!("key-{}", key.name), key.text);
        let file = file.as_str();
        let mut calls = vec![
            vec!["-y", "-P", "pass", "-f", file],
            vec!["doctor", file],
            vec!["-p", "-P", "pass", "-N", "other", "-f", file],
        ];
        if key.is == Protection::Plain {
            calls.extend([
                vec!["-l", "-f", file],
                vec!["-e", "-f", file],
                vec!["-i", "-f", file],
                vec!["-i", "-m", "PKCS8", "-f", file],
                vec!["convert", file, "--to", "pkcs8", "-o", "-"],
                vec!["-Y", "sign", "-n", "n", "-f", file, "message"],
            ]);
        }
        for words in calls {
            let run = Run::new(format!("{} of private key {}", words[0], key.name), &words);
            runs.push(if key.name.starts_with("ppk") { run.more_memory(64) } else { run });
        }
    }
    runs
}

fn public_keys(place: &Place) -> Vec<Run> {
    let mut runs = Vec::new();
    for (name, text) in public_keys::all() {
        let file = place.write(format!("public-{name}.pub"), text);
        let file = file.as_str();
        for option in ["-l", "-lv", "-B", "-e", "-i", "-L", "-y"] {
            runs.push(Run::new(format!("{option} of public key {name}"), &[option, "-f", file]));
        }
        for words in [
            &["-r", "host", "-f", file][..],
            &["-s", "ca", "-I", "id", file],
            &["-Q", "-f", "list", file],
            &["doctor", file],
        ] {
            runs.push(Run::new(format!("{} of public key {name}", words[0]), words));
        }
    }
    runs
}

fn certificates_and_lists(place: &Place) -> Vec<Run> {
    let mut runs = Vec::new();
    for (name, text) in trust::certificates() {
        let file = place.write(format!("{name}-cert.pub"), text);
        for words in [&["-L", "-f", &file][..], &["-l", "-f", &file], &["-Q", "-f", "list", &file]] {
            runs.push(Run::new(format!("{} of certificate {name}", words[0]), words));
        }
    }
    for (name, bytes) in trust::revocation_lists() {
        let file = place.write(format!("list-{name}"), bytes);
        runs.push(Run::new(format!("-Q with {name}"), &["-Q", "-f", &file, "ed.pub"]));
        runs.push(Run::new(format!("-Q -l with {name}"), &["-Q", "-l", "-f", &file]));
        let words = ["-k", "-u", "-f", &file, "-s", "ed.pub", "serial"];
        runs.push(Run::new(format!("-k -u of {name}"), &words));
    }
    for (name, text) in trust::signing_lists() {
        let file = place.write(format!("signing-{name}"), text);
        let words = ["-s", "ca", "-n", "me", "-I", "id", "--if-exists", "fail", "--from", &file];
        runs.push(Run::new(format!("-s --from {name}"), &words));
    }
    for (name, text) in trust::ledgers() {
        let file = place.write(format!("ledger-{name}"), text);
        let words = ["-s", "ca", "-I", "new", "-n", "me", "--ledger", &file, "ed.pub"];
        runs.push(Run::new(format!("-s --ledger {name}"), &words));
        let words = ["-k", "-f", "new-list", "--ledger", &file, "id:1", "serial:1-18446744073709551615"];
        runs.push(Run::new(format!("-k --ledger {name}"), &words).more_memory(32));
    }
    for (name, text) in trust::specifications() {
        let file = place.write(format!("specification-{name}"), text);
        runs.push(Run::new(format!("-k of {name}"), &["-k", "-f", "new-list", "-s", "ed.pub", &file]));
    }
    runs
}

fn signatures(place: &Place) -> Vec<Run> {
    let mut runs = Vec::new();
    for (name, text) in trust::signatures() {
        let file = place.write(format!("signature-{name}"), text);
        let words = ["-Y", "check-novalidate", "-n", "file", "-s", &file];
        runs.push(Run::new(format!("check-novalidate of {name}"), &words).input("message"));
    }
    let long = "a".repeat(200);
    for (name, text) in trust::signers() {
        let file = place.write(format!("signers-{name}"), text);
        let words = ["-Y", "find-principals", "-s", "signature-plain", "-f", &file];
        runs.push(Run::new(format!("find-principals in {name}"), &words));
        let words = ["-Y", "match-principals", "-I", &long, "-f", &file];
        runs.push(Run::new(format!("match-principals in {name}"), &words));
        for (who, namespace) in [(long.as_str(), "file"), ("me", long.as_str())] {
            let words = ["-Y", "verify", "-n", namespace, "-I", who, "-s", "signature-plain", "-f", &file];
            runs.push(Run::new(format!("verify with {name}"), &words).input("message"));
        }
    }
    runs
}

fn known_hosts(place: &Place) -> Vec<Run> {
    let mut runs = Vec::new();
    let long = "a".repeat(200);
    for (name, text) in hosts::known_hosts() {
        let file = place.write(format!("hosts-{name}"), &text);
        for words in [&["-F", &long][..], &["-l", "-F", "h5"], &["-H", "-F", "h5"], &["-F", "h5", "--json"]] {
            runs.push(Run::new(format!("{} in {name}", words[0]), &[words, &["-f", &file]].concat()));
        }
        for words in [&["lint"][..], &["lint", "--json"], &["dedupe", "--dry-run"]] {
            let all = [&["known-hosts"], words, &["-f", &file]].concat();
            runs.push(Run::new(format!("{} of {name}", words.join(" ")), &all));
        }
        let file = place.write(format!("hosts-{name}-r"), &text);
        runs.push(Run::new(format!("-R in {name}"), &["-R", &long, "-f", &file]));
        let file = place.write(format!("hosts-{name}-h"), &text);
        runs.push(Run::new(format!("-H of {name}"), &["-H", "--keep-invalid", "-f", &file]));
    }
    runs
}

/// Files and answers without an end.
fn without_end() -> Vec<Run> {
    let mut runs = vec![
        Run::new("-l of a line without end", &["-l", "-f", "/dev/zero"]),
        Run::new("-l of it on standard input", &["-l", "-f", "-"]).input("/dev/zero"),
        Run::new("-s --from a line without end", &["-s", "ca", "--from", "-"]).input("/dev/zero"),
    ];
    for words in [
        &["-t", "ed25519"][..],
        &["-t", "ed25519", "-f", "new"],
        &["-l"],
        &["-p", "-f", "spare"],
        &["-y", "-f", "locked"],
    ] {
        runs.push(
            Run::new(format!("{} and an answer without end", words.join(" ")), words).input("/dev/zero"),
        );
    }
    for words in ["-y", "-i", "-e", "-L", "-r host", "-Q", "-F host", "-p -P a -N b", "-s"] {
        let all: Vec<&str> = words.split(' ').chain(["-f", "/dev/zero", "ed.pub"]).collect();
        runs.push(Run::new(format!("{words} of a file without end"), &all));
    }
    for words in ["doctor", "known-hosts lint -f", "-k -f new-list", "-s ca -I id"] {
        let all: Vec<&str> = words.split(' ').chain(["/dev/zero"]).collect();
        runs.push(Run::new(format!("{words} of a file without end"), &all));
    }
    runs.into_iter().map(|run| run.more_memory(256)).collect()
}
