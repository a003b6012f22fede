//! Every command that writes, with each system call that could lose something failing in turn: what
//! was there is there, or the whole of what was asked for, and nothing else is left behind.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::commands::{COMMANDS, NEW, OLD};
use crate::support::missing::{needs, skipped};
use crate::support::oracle::ssh_keygen;
use crate::support::{peer, program};
use crate::traced::{Trace, injecting};

/// The calls, and how each of them fails: a full disk, a broken one, no more descriptors, no right,
/// no random numbers. `unlink` is left alone: without it nothing can be cleaned up.
const FAULTS: [(&str, &str); 15] = [
    ("write", "ENOSPC"),
    ("fsync", "EIO"),
    ("close", "EIO"),
    ("rename", "EIO"),
    ("link", "ENOSPC"),
    ("linkat", "ENOSPC"),
    ("openat", "EMFILE"),
    ("fchmod", "EPERM"),
    ("fchown", "EPERM"),
    ("flock", "ENOLCK"),
    ("getrandom", "ENOSYS"),
    // Calls that a file system may lack.
    ("openat", "EOPNOTSUPP"),
    ("linkat", "EPERM"),
    ("renameat2", "EOPNOTSUPP"),
    ("rename", "EBUSY"),
];

/// From `openssl prime -generate -safe -bits 512`.
const SAFE_PRIME: &str = "F956D8D3FCF950B08769534B005A73E8CA635F95C54F5F7839817212ED60C49D\
    3165F955C0AA355B3A4F1F62B625B7BE47D50AA3B373B961F02BD65036F33AAB";

type Files = BTreeMap<String, Vec<u8>>;

/// What every run starts with.
struct Kit(tempfile::TempDir);

impl Kit {
    fn make() -> Self {
        let kit = Self(tempfile::tempdir().expect("a directory"));
        let run = |words: &[&str]| {
            let output = peer(Command::new(program()).current_dir(kit.0.path()).args(words));
            assert!(output.status.success(), "{words:?}: {output:?}");
        };
        run(&["-q", "-t", "ecdsa", "-N", OLD, "-a", "1", "-f", "key"]);
        run(&["-q", "-t", "ecdsa", "-N", "", "-f", "plain"]);
        run(&["-q", "-k", "-f", "list", "plain.pub"]);
        run(&["-q", "-s", "plain", "-I", "one", "-n", "me", "--ledger", "ledger", "plain.pub"]);
        let read = |name: &str| fs::read_to_string(kit.0.path().join(name)).expect("a file");
        let write = |name: &str, text: String| {
            crate::support::private_file(&kit.0.path().join(name), text.as_bytes());
        };
        let (one, two) = (read("plain.pub"), read("key.pub"));
        write("hosts", format!("one {one}two {two}two {two}"));
        write("signers", format!("me@x namespaces=\"git\" {one}you@x {two}you@x {two}"));
        write("logins", format!("no-pty {one}no-pty {one}pty {two}"));
        write("staff", "public_key,id\nkey.pub,one\nplain.pub,two\n".to_owned());
        write("damaged", read("plain").replace('\n', "\\n"));
        write("candidates", format!("20160301052556 2 6 100 511 2 {SAFE_PRIME}\n"));
        kit
    }

    fn copy(&self) -> tempfile::TempDir {
        let directory = tempfile::tempdir().expect("a directory");
        for entry in fs::read_dir(self.0.path()).expect("the kit") {
            let entry = entry.expect("an entry");
            fs::copy(entry.path(), directory.path().join(entry.file_name())).expect("a copy");
        }
        directory
    }
}

fn files(directory: &Path) -> Files {
    fs::read_dir(directory)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read(path).unwrap_or_default())
        })
        .collect()
}

/// Whether a changed file is whole: what reads it says so.
fn is_whole(directory: &Path, name: &str) -> bool {
    let succeeds = |words: &[&str]| peer(ssh_keygen().current_dir(directory).args(words)).status.success();
    match name {
        "key" => {
            let words = fs::read_to_string(directory.join("words")).unwrap_or_default();
            [OLD, NEW, words.trim_end()].iter().any(|it| succeeds(&["-y", "-P", it, "-f", name]))
        }
        "list" => succeeds(&["-Q", "-l", "-f", name]),
        "logins" => {
            let text = fs::read_to_string(directory.join(name)).expect("text");
            (text.is_empty() || text.ends_with('\n')) && text.lines().all(|line| line.split(' ').count() >= 3)
        }
        "ledger" => {
            let text = fs::read_to_string(directory.join(name)).expect("text");
            let is_object =
                |line| serde_json::from_str(line).is_ok_and(|value: serde_json::Value| value.is_object());
            text.ends_with('\n') && text.lines().all(is_object)
        }
        "hosts" | "signers" => {
            let text = fs::read_to_string(directory.join(name)).expect("text");
            text.ends_with('\n') && text.lines().all(|line| line.split(' ').count() >= 3)
        }
        _ => name.ends_with(".pub") && succeeds(&["-l", "-f", name]),
    }
}

/// Checks that a certificate of a CA with a ledger is never without a line there.
fn certificates_are_in_the_ledger(before: &Files, after: &Files, note: &dyn Fn() -> String) {
    let lines = |files: &Files, name: &str| {
        let text = files.get(name).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        text.map(|text| text.matches("\"serial\":").count())
    };
    let made = after.keys().filter(|name| name.ends_with("-cert.pub") && !before.contains_key(*name)).count();
    let noted = ["ledger", "book"].iter().filter_map(|name| lines(after, name)).sum::<usize>();
    let old = lines(before, "ledger").unwrap_or_default();
    assert!(
        !note().contains("--ledger") || noted >= old + made,
        "a certificate is not in the ledger: {}",
        note()
    );
}

/// Checks that what was there is whole, that nothing is there that no one asked for, and that nothing panicked.
fn check(directory: &Path, before: &Files, words: &[&str], output: &Output, what: &str) {
    let errors = String::from_utf8_lossy(&output.stderr);
    let note = || format!("{words:?}: {what}: {}: {errors}", output.status);
    // The standard library panics where a directory that was read cannot be closed, which Linux never says.
    let in_library = errors.contains("closedir");
    assert!(output.status.code().is_some_and(|code| code != 101) || in_library, "{}", note());
    let after = files(directory);
    for (name, bytes) in before {
        let now = after.get(name).unwrap_or_else(|| panic!("{name} is gone: {}", note()));
        assert!(now == bytes || is_whole(directory, name), "{name} is damaged: {}", note());
    }
    let (_, made) = COMMANDS.iter().find(|(command, _)| *command == words).expect("it");
    for name in after.keys().filter(|name| !before.contains_key(*name)) {
        assert!(made.contains(&name.as_str()) || name == "new", "{name} is left: {}", note());
    }
    certificates_are_in_the_ledger(before, &after, &note);
    let words = fs::read_to_string(directory.join("words")).unwrap_or_default();
    for name in ["fresh", "out"] {
        let open = ["-y", "-P", words.trim_end(), "-f", name];
        let locked = made.contains(&"words") && after.contains_key(name);
        assert!(
            !locked || peer(ssh_keygen().current_dir(directory).args(open)).status.success(),
            "{}",
            note()
        );
    }
    if made.contains(&"fresh.pub") && after.contains_key("fresh") != after.contains_key("fresh.pub") {
        // The private key is there first, and can give the public one.
        assert!(after.contains_key("fresh"), "a public half without its key: {}", note());
    }
}

/// Runs with the call failing for the `number`th time; `None` when there are not that many.
fn fails(kit: &Kit, words: &[&str], fault: (&str, &str), number: u32) -> Option<()> {
    let directory = kit.copy();
    let directory = directory.path();
    let before = files(directory);
    let (trace, mut command) = Trace::failing(fault, number);
    let output = peer(command.current_dir(directory).args(words));
    if !trace.has_failed() {
        return None;
    }
    check(directory, &before, words, &output, &format!("{} {number}", fault.0));
    Some(())
}

fn all(part: usize) {
    let kit = Kit::make();
    let mut runs = 0;
    for (words, _) in COMMANDS.iter().skip(part).step_by(PARTS) {
        for fault in FAULTS {
            let failed = (1..200).map_while(|number| fails(&kit, words, fault, number)).count();
            assert!(failed < 199, "{words:?}: {fault:?} never ends");
            runs += failed;
        }
    }
    assert!(runs > 100, "only {runs} calls failed");
}

/// They run side by side.
const PARTS: usize = 3;

#[test]
fn the_first_third_of_the_commands() {
    needs!("ssh-keygen", "strace");
    all(0);
}

#[test]
fn the_second_third_of_the_commands() {
    needs!("ssh-keygen", "strace");
    all(1);
}

#[test]
fn the_last_third_of_the_commands() {
    needs!("ssh-keygen", "strace");
    all(2);
}

/// Runs with a shell around the program, which is `"$@"` there, perhaps under strace.
fn in_surroundings(kit: &Kit, run: &Command, words: &[&str], shell: &str) -> (Output, bool) {
    let directory = kit.copy();
    let directory = directory.path();
    let before = files(directory);
    let mut command = Command::new("sh");
    command
        .current_dir(directory)
        .args(["-c", shell, "sh"])
        .arg(run.get_program())
        .args(run.get_args())
        .args(words);
    let output = peer(&mut command);
    check(directory, &before, words, &output, shell);
    let unchanged = files(directory) == before;
    (output, unchanged)
}

#[test]
fn no_command_minds_closed_streams() {
    needs!("ssh-keygen");
    let kit = Kit::make();
    for (words, _) in COMMANDS {
        for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", "</dev/full >/dev/full 2>/dev/full"] {
            let (output, _) =
                in_surroundings(&kit, &Command::new(program()), words, &format!(r#"exec "$@" {closed}"#));
            assert!(matches!(output.status.code(), Some(0 | 1 | 255)), "{words:?} {closed}");
        }
    }
}

#[test]
fn every_command_ends_well_without_descriptors() {
    needs!("ssh-keygen");
    let kit = Kit::make();
    for (words, _) in COMMANDS {
        let mut refused = 0;
        for limit in 3..12 {
            let (output, unchanged) = in_surroundings(
                &kit,
                &Command::new(program()),
                words,
                &format!(r#"ulimit -n {limit}; exec "$@""#),
            );
            if !output.status.success() {
                refused += 1;
                // The status of doctor tells what it found too; others write something before the last file.
                const MADE: [&str; 6] = ["doctor", "-A", "-M", "--from", "--ledger", "--passphrase-to"];
                let made = MADE.iter().any(|word| words.contains(word));
                assert!(unchanged || made, "{words:?} with {limit}");
            }
        }
        assert!(refused > 0, "{words:?} needs no descriptor");
    }
}

#[test]
fn every_command_says_that_there_are_no_random_numbers() {
    needs!("ssh-keygen", "strace", "unshare");
    // In a mount namespace /dev can be emptied, and getrandom(2) fails for the program alone.
    const SHELL: &str = "exec unshare --map-root-user --mount sh -c 'mount -t tmpfs none /dev || exit 77
        exec \"$@\"' sh \"$@\"";
    let (kit, run) = (Kit::make(), injecting(Path::new("."), &["getrandom:error=ENOSYS"]));
    for (words, _) in COMMANDS {
        let (output, unchanged) = in_surroundings(&kit, &run, words, SHELL);
        let errors = String::from_utf8_lossy(&output.stderr);
        if output.status.code() == Some(77) || errors.contains("unshare:") {
            return skipped(&format!("nothing may be mounted here: {errors}"));
        }
        assert_eq!(output.status.code(), Some(255), "{words:?}: {errors}");
        assert!(errors.starts_with("cannot get random numbers from the system: "), "{words:?}: {errors}");
        assert!(unchanged, "{words:?}");
    }
}
