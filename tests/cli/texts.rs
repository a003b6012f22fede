//! Parts of error messages that scripts match on, in ssh-keygen's words, and what ssh-keygen reads of odd lines and values.

use std::fs;
use std::path::Path;

use crate::oracle::{keys, run, same};
use crate::support::missing::needs;
use crate::support::{feed, forget_surroundings, rkeygen, set_mode, without_terminal};

const LOCKED: &str = "incorrect passphrase supplied to decrypt private key";

/// The arguments, the exit status, and the line that the message starts with.
const TEXTS: &[(&[&str], i32, &str)] = &[
    (&["-y", "-P", "", "-f", "ed25519-locked"], 255, "Load key \"ed25519-locked\": LOCKED\n"),
    (&["-y", "-P", "", "-f", "rsa-pem-locked"], 255, "Load key \"rsa-pem-locked\": LOCKED\n"),
    (&["-y", "-P", "", "-f", "ecdsa-pkcs8-locked"], 255, "Load key \"ecdsa-pkcs8-locked\": LOCKED\n"),
    (&["-y", "-P", "wrong", "-f", "rsa-pem-locked"], 255, "Load key \"rsa-pem-locked\": LOCKED\n"),
    (&["-y", "-f", "ed25519-locked"], 255, "Load key \"ed25519-locked\": LOCKED: end of input at prompt"),
    (&["-p", "-P", "", "-N", "", "-f", "rsa-pem-locked"], 255, "Failed to load key rsa-pem-locked: LOCKED\n"),
    (&["-y", "-f", "missing"], 255, "Load key \"missing\": No such file or directory\n"),
    (
        &["-s", "missing", "-I", "i", "-n", "n", "-V", "+1d", "rsa.pub"],
        255,
        "Load key \"missing\": No such file or directory\n",
    ),
    (&["-p", "-N", "", "-f", "missing"], 255, "Failed to load key missing: No such file or directory\n"),
    (&["-l", "-f", "missing"], 255, "missing: No such file or directory\n"),
    (&["-Q", "-f", "missing", "rsa.pub"], 255, "Unable to load KRL missing: No such file or directory\n"),
    (&["-R", "host", "-f", "missing"], 255, "Cannot stat missing: No such file or directory\n"),
    (
        &["-Y", "check-novalidate", "-n", "file", "-s", "sig"],
        255,
        "Signature verification failed: incorrect signature\n",
    ),
    (
        &["-q", "-t", "ed25519", "--no-passphrase", "-f", "my.pub"],
        0,
        "Warning: my.pub will hold the private key",
    ),
];

#[test]
fn messages_keep_the_words_that_scripts_match_on() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    fs::write(directory.join("message"), "hello").expect("a message");
    run(
        crate::oracle::ssh_keygen(),
        directory,
        &["-q", "-Y", "sign", "-n", "file", "-f", "ed25519", "message"],
    );
    fs::rename(directory.join("message.sig"), directory.join("sig")).expect("a signature");
    for (arguments, status, start) in TEXTS {
        let output = run(rkeygen(), directory, arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let shown = errors.trim_start_matches("Enter passphrase for \"ed25519-locked\": ").trim_start();
        assert!(shown.starts_with(&start.replace("LOCKED", LOCKED)), "{arguments:?}: {errors}");
        assert_eq!(output.status.code(), Some(*status), "{arguments:?}: {errors}");
        assert!(!errors.contains("os error"), "{arguments:?}: {errors}");
    }
    let path = "n".repeat(253);
    let output = run(rkeygen(), directory, &["-q", "-t", "ed25519", "--no-passphrase", "-f", &path]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(255), "{errors}");
    assert!(
        errors.starts_with("Unable to save public key to nnn") && errors.contains(": File name too long\n"),
        "{errors}"
    );
    assert!(!directory.join(&path).exists());
}

/// As ssh-keygen reads them: NUL ends a line, a comment may start with `#`, and long comments are cut at 2048 bytes.
#[test]
fn odd_comments_are_those_of_ssh_keygen() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let line = fs::read_to_string(directory.join("ed25519.pub")).expect("a line");
    let bare = line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    run(crate::oracle::ssh_keygen(), directory, &["-q", "-k", "-f", "krl", "rsa.pub"]);
    for (name, comment) in
        [("hash", " #not a comment\n"), ("nul", " one\0two\n"), ("tab", "\t # x\n"), ("none", "\n")]
    {
        let name = format!("{name}.pub");
        fs::write(directory.join(&name), format!("{bare}{comment}")).expect("a key");
        for arguments in [
            &["-l", "-f", &name][..],
            &["-B", "-f", &name],
            &["-e", "-f", &name],
            &["-Q", "-f", "krl", &name],
        ] {
            same(directory, arguments);
        }
        let certificate = name.replace(".pub", "-cert.pub");
        let comments = [crate::oracle::ssh_keygen(), rkeygen()].map(|program| {
            run(
                program,
                directory,
                &["-q", "-s", "ed25519", "-I", "i", "-n", "n", "-V", "20200101:20400101", &name],
            );
            let line = fs::read_to_string(directory.join(&certificate)).expect("a certificate");
            line.splitn(3, ' ').nth(2).map(str::to_owned)
        });
        assert_eq!(comments[0], comments[1], "{name}");
    }
    for length in [1023, 1024, 2047, 2048, 2049, 5000] {
        let comment = "x".repeat(length);
        let lengths = [crate::oracle::ssh_keygen(), rkeygen()].map(|program| {
            run(program, directory, &["-q", "-c", "-C", &comment, "-f", "ecdsa"]);
            fs::read(directory.join("ecdsa.pub")).expect("a key").len()
        });
        assert_eq!(lengths[0], lengths[1], "{length}");
    }
}

/// The first error counts, in the order of the options; a mode's options are read after its operands are counted.
#[test]
fn of_two_errors_the_same_is_reported() {
    needs!("ssh-keygen");
    for arguments in [
        &["-F", "host", "-f", "."][..],
        &["-Z", "x", "-?"],
        &["-a", "1e3", "-R", "h", "-?"],
        &["-?", "-a", "1e3"],
        &["-m", "x", "-f"],
        &["-l", "-V", "20300101:20200101", "-f", "rsa"],
        &["-V", "20300101:20200101", "operand"],
        &["-Y", "sign", "-f", "rsa", "-O", "x", "file"],
        &["-c", "-m", "PKCS8", "-C", "x", "-f", "rsa"],
        &["-c", "-m", "PKCS8", "-C", "x", "-f", "ed25519"],
        &["-c", "-m", "PEM", "-C", "x", "-f", "ed25519-locked", "-P", "horse"],
    ] {
        let (theirs, ours) = (keys(), keys());
        let output = [(crate::oracle::ssh_keygen(), theirs.path()), (rkeygen(), ours.path())]
            .map(|(program, directory)| run(program, directory, arguments));
        assert_eq!(output[0].status, output[1].status, "{arguments:?}");
        let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        assert_eq!(text[0], text[1], "{arguments:?}");
    }
}

/// A key without `-a` has as many rounds as ssh-keygen's, also where `-m` is ignored.
#[test]
fn rounds_are_those_of_ssh_keygen() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    for (name, arguments) in [("new", "-q -t ed25519 -N horse -f new"), ("ecdsa", "-q -p -N horse -f ecdsa")]
    {
        let rounds = [crate::oracle::ssh_keygen(), rkeygen()].map(|program| {
            let _ = fs::remove_file(directory.join("new"));
            let arguments: Vec<&str> = arguments.split(' ').collect();
            run(program, directory, &arguments);
            let rounds = rounds(&directory.join(name));
            run(rkeygen(), directory, &["-q", "-p", "-P", "horse", "-N", "", "-f", name]);
            rounds
        });
        assert_eq!(rounds[0], rounds[1], "{name}");
    }
}

/// The rounds in the header of an encrypted key: behind a salt of 16 bytes.
fn rounds(key: &Path) -> u8 {
    use base64ct::{Base64, Encoding};
    let text = fs::read_to_string(key).expect("a key");
    let base64: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    let bytes = Base64::decode_vec(&base64).expect("base64");
    let place = bytes.windows(6).position(|window| window == b"bcrypt").expect("an encrypted key");
    bytes[place + 6 + 4 + 4 + 16 + 3]
}

/// A name with an escape sequence and a newline, whose second part reads like a message.
const NAME: &str = "a\u{1b}[31m\nSigned user key\u{7}";

#[test]
fn file_names_do_not_reach_the_terminal_raw() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    fs::copy(directory.join("ed25519-locked"), directory.join(NAME)).expect("a key");
    fs::create_dir(directory.join("directory")).expect("a directory");
    let inside = directory.join("directory").join(NAME);
    fs::copy(directory.join("ed25519"), &inside).expect("a key");
    set_mode(&inside, 0o644);
    let missing = format!("missing{NAME}");
    for (arguments, input) in [
        (&["doctor", "directory"][..], ""),
        (&["doctor", NAME], ""),
        (&["doctor", "--ask-passphrase", NAME], "wrong\n"),
        (&["doctor", &missing], ""),
        (&["-y", "-f", NAME], "wrong\n"),
        (&["-y", "-f", &missing], ""),
        (&["-p", "-P", "wrong", "-N", "", "-f", NAME], ""),
        (&["-l", "-f", &missing], ""),
        (&["-q", "-t", "ed25519", "-f", NAME], "n\n"),
        (&["-q", "-t", "ed25519", "-f", NAME, "--if-exists", "fail"], ""),
        (&["-q", "-t", "ed25519", "-f", &missing], "x\ny\n"),
        (&["-s", NAME, "-I", "i", "-n", "n", "-V", "+1d", "rsa.pub"], "wrong\n"),
        (&["-Q", "-f", &missing, "rsa.pub"], ""),
        (&["-R", "host", "-f", &missing], ""),
        (&["convert", NAME, "--to", "pkcs8", "-o", "out"], "wrong\n"),
        (&["convert", &missing, "--to", "pkcs8", "-o", "out"], ""),
        (&["-Y", "sign", "-n", "file", "-f", NAME, "rsa.pub"], "wrong\n"),
        (&["-Y", "sign", "-n", "file", "-f", "ed25519", NAME], ""),
        (&["-Y", "verify", "-n", "file", "-I", "me", "-f", NAME, "-s", &missing], ""),
    ] {
        let mut command = rkeygen();
        command.args(arguments).current_dir(directory);
        forget_surroundings(&mut command);
        without_terminal(&mut command);
        let output = feed(command, input.as_bytes());
        let shown = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{7}'), "{arguments:?}: {shown:?}");
        assert!(!shown.lines().any(|line| line.starts_with("Signed user key")), "{arguments:?}: {shown:?}");
    }
}

/// As the C library, which takes offsets of more than 24 hours for 24 hours.
#[test]
fn time_zones_far_from_utc_are_those_of_the_c_library() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let made = run(
        crate::oracle::ssh_keygen(),
        directory,
        &["-q", "-s", "ed25519", "-I", "i", "-n", "n", "-V", "20200101Z:20400101Z", "ecdsa.pub"],
    );
    assert!(made.status.success());
    let zones = [
        "XXX-25",
        "XXX25",
        "XXX-24",
        "XXX-167",
        ":XXX-25",
        "<+25>-25",
        "UTC+26",
        "XXX-25:30",
        "XXX-25YYY-26,M3.5.0,M10.5.0",
        "XXX-2",
        "X25",
    ];
    for zone in zones {
        let shown = [crate::oracle::ssh_keygen(), rkeygen()].map(|mut program| {
            forget_surroundings(&mut program);
            program.env("TZ", zone).args(["-L", "-f", "ecdsa-cert.pub"]).current_dir(directory);
            String::from_utf8_lossy(&program.output().expect("a program").stdout).into_owned()
        });
        assert_eq!(shown[0], shown[1], "{zone}");
    }
}
