//! Every command whose answer is trusted, asked for what deserves a no, with each call that looks at a file failing in turn:
//! it never says yes.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::missing::needs;
use crate::support::{peer, program};
use crate::traced::Trace;

/// The calls, and how each of them fails.
const FAULTS: [(&str, &str); 4] =
    [("openat", "EACCES"), ("openat", "ENOENT"), ("read", "EIO"), ("statx", "EACCES")];

/// Each is answered with a no, which is a status that is not 0, and the reason.
const REFUSED: [(&str, &str); 17] = [
    ("-Y verify -n file -I me -f signers -s message.sig -r list <message", "Key is revoked"),
    ("-Y verify -n file -I me -f signers -s message.sig -r key.pub <message", "Key is revoked"),
    ("-Y verify -n file -I me -f signers -s message.sig <other", "incorrect signature"),
    ("-Y verify -n file -I you -f signers -s message.sig <message", "may not sign as you"),
    ("-Y verify -n other -I me -f signers -s message.sig <message", "namespace does not match"),
    ("-Y verify -n file -I over -f signers -s message.sig <message", "key has expired"),
    ("-Y verify -n file -I me -f revoked -s message.sig <message", "may not sign as me"),
    ("-Y check-novalidate -n file -s message.sig <other", "incorrect signature"),
    ("-Y check-novalidate -n file -s message.sig -r list <other", "incorrect signature"),
    ("-Y find-principals -f revoked -s message.sig", "No principal matched"),
    ("-Y match-principals -f signers -I stranger", "No principal matched"),
    ("-Q -f list key.pub", "key.pub ("),
    ("-Q -f list second.pub key.pub", "key.pub ("),
    ("known-hosts lint -f hosts", "never matches"),
    ("authorized-keys lint -f logins", "sshd ignores it"),
    ("allowed-signers lint -f odd", "never matches"),
    ("doctor damaged", "PROBLEM"),
];

fn kit() -> tempfile::TempDir {
    let kit = tempfile::tempdir().expect("a directory");
    let run = |words: &str| {
        let output = peer(Command::new(program()).current_dir(kit.path()).args(words.split(' ')));
        assert!(output.status.success(), "{words}: {output:?}");
    };
    for name in ["key", "second"] {
        run(&format!("-q -t ed25519 --no-passphrase -f {name}"));
    }
    let at = |name: &str| kit.path().join(name);
    let write = |name: &str, text: &str| fs::write(at(name), text).expect("a file");
    let read = |name: &str| fs::read_to_string(at(name)).expect("a file");
    write("message", "this\n");
    write("other", "that\n");
    run("-Y sign -q -n file -f key message");
    run("-q -k -f list key.pub");
    let (key, other) = (read("key.pub"), read("second.pub"));
    write("signers", &format!("me {key}over valid-before=\"20200101\" {key}you {other}"));
    write("revoked", &format!("you {other}him {other}"));
    write("odd", &format!("!me {key}"));
    write("hosts", &format!("http://host/ {key}"));
    write("logins", &format!("no-such-option {key}"));
    write("damaged", &read("key").replace('\n', "\\n"));
    kit
}

/// Whether the answer is yes, and what is said.
fn answer(kit: &Path, line: &str, mut command: Command) -> (bool, String) {
    let (words, input) = line.split_once(" <").unwrap_or((line, "message"));
    command
        .current_dir(kit)
        .args(words.split(' '))
        .stdin(fs::File::open(kit.join(input)).expect("the input"));
    let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("it runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// Whether the answer is yes, with the call failing for the `number`th time; `None` when there are not that many.
fn says_yes(kit: &Path, line: &str, fault: (&str, &str), number: u32) -> Option<bool> {
    let (trace, command) = Trace::failing(fault, number);
    let (yes, said) = answer(kit, line, command);
    assert!(!said.contains("panicked"), "{line}: {fault:?} {number}: {said}");
    trace.has_failed().then_some(yes)
}

/// How often any run makes a call: most of it is the work of the system's loader.
fn calls_to_start(call: &str) -> u32 {
    let (trace, mut command) = Trace::of(call);
    assert!(peer(command.arg("--version")).status.success());
    u32::try_from(trace.calls().lines().count()).expect("a few").max(1)
}

#[test]
fn no_failing_call_turns_a_no_into_a_yes() {
    needs!("strace");
    let kit = kit();
    let started: HashMap<_, _> = FAULTS.iter().map(|(call, _)| (*call, calls_to_start(call))).collect();
    let mut runs = 0;
    for (line, reason) in REFUSED {
        let (yes, said) = answer(kit.path(), line, Command::new(program()));
        assert!(!yes && said.contains(reason), "{line}: {said}");
        for fault in FAULTS {
            let numbers = started[fault.0]..200;
            let answers = numbers.clone().map_while(|number| says_yes(kit.path(), line, fault, number));
            for (number, yes) in numbers.clone().zip(answers) {
                assert!(!yes, "{line}: yes, with {fault:?} at call {number}");
                runs += 1;
            }
        }
    }
    assert!(runs > 150, "only {runs} calls failed");
}
