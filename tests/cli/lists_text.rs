//! What happens to the text of a public key, in each of the three lists: `lint` and `doctor` call a line bad where OpenSSH
//! does not read it, name what is wrong with it, and `add` refuses a file with such text.

use std::fs;
use std::path::Path;

use crate::oracle::{run, same, ssh_keygen};
use crate::support::missing::needs;
use crate::support::{rkeygen, set_mode};

/// What happens to a line, as a function of what is before its key, its type, its base64 and its comment.
type Happens = fn(&str, &str, &str, &str) -> String;

/// What happens, its name, and what `lint` reports of it in every list.
const KINDS: [(&str, Happens, &str); 36] = [
    ("blanks before it", |p, t, b, c| format!("  {p}\t{t}  {b}\t{c}"), ""),
    ("CRLF", |p, t, b, c| format!("{p}{t} {b} {c}\r"), ""),
    ("CRLF without a comment", |p, t, b, _| format!("{p}{t} {b}\r"), ""),
    ("a comment with a no-break space", |p, t, b, c| format!("{p}{t} {b} {c}\u{a0}"), ""),
    ("a no-break space before the type", |p, t, b, c| format!("{p}\u{a0}{t} {b} {c}"), "invisible"),
    ("a no-break space after the base64", |p, t, b, _| format!("{p}{t} {b}\u{a0}"), "invisible"),
    ("no-break spaces", |p, t, b, c| format!("{p}{t} {b} {c}").replace(' ', "\u{a0}"), "invisible"),
    ("a zero-width space", |p, t, b, c| format!("{p}{t} {}\u{200b}{} {c}", &b[..9], &b[9..]), "invisible"),
    ("a soft hyphen", |p, t, b, c| format!("{p}{t} {}\u{ad}{} {c}", &b[..9], &b[9..]), "invisible"),
    ("a form feed", |p, t, b, c| format!("{p}{t}\u{c}{b} {c}"), "invisible"),
    ("a second key after a carriage return", |p, t, b, c| format!("{p}{t} {b} {c}\r{p}{t} {b}"), "together"),
    ("two keys on a line", |p, t, b, c| format!("{p}{t} {b} {c} {p}{t} {b} {c}"), "together"),
    ("a folded key", |p, t, b, c| format!("{p}{t} {}\n{} {c}", &b[..40], &b[40..]), "a part of a key"),
    (
        "a key folded before a slash",
        |p, t, b, c| {
            let (start, rest) = b.split_at(b.find('/').expect("a slash"));
            format!("{p}{t} {start}\n{rest} {c}")
        },
        "a part of a key",
    ),
    ("a key folded by a blank", |p, t, b, c| format!("{p}{t} {} {} {c}", &b[..40], &b[40..]), "blank inside"),
    ("lost plus signs", |p, t, b, c| format!("{p}{t} {} {c}", b.replace('+', " ")), "blank"),
    ("quotation marks", |p, t, b, c| format!("{p}\"{t} {b} {c}\""), "other text"),
    ("marks of a word processor", |p, t, b, c| format!("{p}\u{201c}{t} {b} {c}\u{201d}"), "other text"),
    ("quoted base64", |p, t, b, c| format!("{p}{t} \"{b}\" {c}"), "other text"),
    ("long dashes", |p, t, b, c| format!("{p}{} {b} {c}", t.replace('-', "\u{2013}")), "the key type"),
    ("capital letters", |p, t, b, c| format!("{p}{} {b} {c}", t.to_uppercase()), "the key type"),
    ("no type", |p, _, b, c| format!("{p}{b} {c}"), "the key type"),
    ("another type's word", |p, _, b, c| format!("{p}ssh-rsa {b} {c}"), "the line says ssh-rsa"),
    ("no blank", |p, t, b, c| format!("{p}{t}{b} {c}"), "no blank between"),
    ("commas", |p, t, b, c| format!("{p}{t},{b},{c}"), "no blank between"),
    (
        "the other alphabet",
        |p, t, b, c| {
            let base64 = b.replace('+', "-").replace('/', "_");
            format!("{p}{t} {base64} {c}")
        },
        "- and _",
    ),
    ("surplus padding", |p, t, b, c| format!("{p}{t} {b}= {c}"), "too few or too many ="),
    ("URL encoding", |p, t, b, c| format!("{p}{t} {} {c}", b.replace('+', "%2B")), "URL-encoded"),
    ("escapes of JSON", |p, t, b, c| format!("{p}{t} {} {c}", b.replace('+', "\\u002b")), "escaped"),
    ("HTML", |p, t, b, c| format!("{p}{t}&nbsp;{b} {c}"), "HTML"),
    ("a cut key", |p, t, b, _| format!("{p}{t} {}", &b[..50]), "truncated or corrupt"),
    ("dots in place of the key", |p, t, b, c| format!("{p}{t} {}... {c}", &b[..12]), "placeholder"),
    ("a path", |p, _, _, _| format!("{p}/home/me/.ssh/id_ed25519.pub"), "the name of a file"),
    (
        "a path of base64's characters",
        |p, _, _, _| format!("{p}/Users/Me/Documents/Keys2026/Main"),
        "the name of a file",
    ),
    (
        "a fingerprint",
        |p, t, _, c| format!("{p}{t} SHA256:8N1Uxl9N9dkLXOyjVfZx2cSx1jGwkn5jCzAqDSdaQ1E {c}"),
        "a fingerprint",
    ),
    (
        "an unknown type",
        |p, _, _, c| {
            let base64 = format!("AAAACXNzaC1lZDQ0OAAAADl4{}", "eHh4".repeat(18));
            format!("{p}ssh-ed448 {base64} {c}")
        },
        "unsupported key type: ssh-ed448",
    ),
];

/// A key whose base64 has a plus sign, and a slash with 20 characters and more after it, of which some are capital letters.
fn key(directory: &Path) -> (String, String) {
    loop {
        for name in ["k", "k.pub"] {
            let _ = fs::remove_file(directory.join(name));
        }
        let made = run(ssh_keygen(), directory, &["-q", "-t", "ed25519", "-N", "", "-C", "me", "-f", "k"]);
        assert!(made.status.success());
        let line = fs::read_to_string(directory.join("k.pub")).expect("text");
        let (name, rest) = line.split_once(' ').expect("two words");
        let base64 = rest.split(' ').next().expect("base64").to_owned();
        let is_fit = |slash: usize| {
            let capitals = base64[slash..].bytes().filter(u8::is_ascii_uppercase).count();
            (25..=48).contains(&slash) && capitals >= 8
        };
        if base64[..40].contains('+') && base64.find('/').is_some_and(is_fit) {
            return (name.to_owned(), base64);
        }
    }
}

/// What `lint` and `doctor` print of a list, which is the same but for the name of the file and its line.
fn reported(directory: &Path, list: &str) -> String {
    let words = list.replace('_', "-");
    let lint = run(rkeygen(), directory, &[&words, "lint", "-f", list]);
    let text = String::from_utf8_lossy(&lint.stdout).into_owned();
    let doctor = run(rkeygen(), directory, &["doctor", list]);
    assert_eq!(lint.status.code(), doctor.status.code(), "{text}{}", String::from_utf8_lossy(&doctor.stdout));
    text
}

#[test]
fn each_list_names_what_happened_to_a_key() {
    needs!("ssh-keygen");
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let (name, base64) = key(directory);
    fs::write(directory.join("data"), "hello\n").expect("a file");
    assert!(
        run(ssh_keygen(), directory, &["-q", "-Y", "sign", "-f", "k", "-n", "file", "data"]).status.success()
    );
    let mut wrong = Vec::new();
    for (what, happens, message) in KINDS {
        let put = |file: &str, before: &str| {
            fs::write(directory.join(file), happens(before, &name, &base64, "me") + "\n").expect("a file");
            set_mode(directory.join(file), 0o600);
        };
        put("authorized_keys", "");
        put("known_hosts", "h ");
        put("allowed_signers", "me@x ");
        put("given", "");
        same(directory, &["-l", "-f", "authorized_keys"]);
        same(directory, &["-F", "h", "-f", "known_hosts"]);
        same(directory, &["-l", "-F", "h", "-f", "known_hosts"]);
        same(directory, &["-Y", "find-principals", "-f", "allowed_signers", "-s", "data.sig"]);
        for list in ["authorized_keys", "known_hosts", "allowed_signers"] {
            let text = reported(directory, list);
            if !text.contains(message) || text.is_empty() != message.is_empty() {
                wrong.push(format!("{what}, {list}: {text}"));
            }
        }
        let _ = fs::remove_file(directory.join("list"));
        let added = run(rkeygen(), directory, &["allowed-signers", "add", "me@x", "given", "-f", "list"]);
        if added.status.success() != message.is_empty() {
            wrong.push(format!("{what}, add: {}", String::from_utf8_lossy(&added.stderr)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is before a key: the names of hosts and of signers.
#[test]
fn names_that_no_one_looks_for_are_named() {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBTMJOSpEmO0tVTuWGLVKAFpYqbqe64zCM/WxMvfFl93";
    let directory = tempfile::tempdir().expect("a directory");
    for (name, hosts, signers) in [
        ("\u{a0}a", "write a instead", "invisible"),
        ("\u{201c}a", "write a instead", "quotation mark"),
        ("`a", "write a instead", "quotation mark"),
        ("<li>a", "never matches", "< and >"),
        ("!a", "only excludes hosts", "never matches"),
    ] {
        for (list, message) in [("known_hosts", hosts), ("allowed_signers", signers)] {
            fs::write(directory.path().join(list), format!("{name} {key}\n")).expect("a file");
            let text = reported(directory.path(), list);
            assert!(text.contains(message), "{name}, {list}: {text}");
        }
    }
    // Files that were put together.
    for (list, before) in [("authorized_keys", ""), ("known_hosts", "h "), ("allowed_signers", "me ")] {
        let text = format!("{before}{key}\n\u{feff}{before}{key} again\n");
        fs::write(directory.path().join(list), text).expect("a file");
        let text = reported(directory.path(), list);
        assert!(text.contains("BOM") && text.contains(":2:"), "{list}: {text}");
    }
}

/// A private key under the name of a list is neither a list nor sound.
#[test]
fn a_private_key_in_place_of_a_list_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    assert!(run(rkeygen(), directory, &["-q", "-t", "ed25519", "-N", "", "-f", "k"]).status.success());
    for list in ["authorized_keys", "known_hosts", "allowed_signers"] {
        fs::copy(directory.join("k"), directory.join(list)).expect("a file");
        let text = reported(directory, list);
        assert!(text.contains("a line of a private key"), "{list}: {text}");
        let doctor = run(rkeygen(), directory, &["doctor", list]).stdout;
        assert!(String::from_utf8_lossy(&doctor).contains(&format!("a private key in place of {list}")));
    }
}
