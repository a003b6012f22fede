//! What is typed.

use crate::asked;
use crate::kit::PASSPHRASE;
use crate::order::mixed;
use crate::support::dice::Dice;

/// A command line, what comes on standard input, and what askpass answers in turn, when there is one.
pub(crate) struct Line {
    pub(crate) words: Vec<String>,
    pub(crate) input: String,
    pub(crate) answers: Option<Vec<String>>,
}

impl Line {
    /// Words with spaces between them; `~` in a word stands for a space, `''` for an empty word. Behind
    /// ` <<< ` stands what comes on standard input, behind that and ` ??? ` what askpass answers, `|` between.
    pub(crate) fn of_text(text: &str) -> Self {
        let (text, answers) = text.split_once(" ??? ").map_or((text, None), |(text, all)| (text, Some(all)));
        let (words, input) = text.split_once(" <<< ").unwrap_or((text, "y"));
        let word = |word: &str| if word == "''" { String::new() } else { word.replace('~', " ") };
        Self {
            words: words.split(' ').map(word).collect(),
            input: format!("{input}\n"),
            answers: answers.map(|all| all.split('|').map(str::to_owned).collect()),
        }
    }
}

const PRIVATE: [&str; 18] = [
    "mixed",
    "silent",
    "alone",
    "ed25519",
    "ed25519_locked",
    "ecdsa",
    "ecdsa_locked",
    "ecdsa_pem",
    "ecdsa_pem_locked",
    "rsa",
    "rsa_locked",
    "rsa_pem",
    "rsa_pem_locked",
    "cut",
    "empty",
    "garbage",
    "missing",
    "message",
];
const PUBLIC: [&str; 15] = [
    "bare.pub",
    "silent.pub",
    "spaces.pub",
    "blank.pub",
    "comment.pub",
    "cut.pub",
    "ed25519.pub",
    "ecdsa.pub",
    "rsa.pub",
    "rsa-cert.pub",
    "ecdsa-cert.pub",
    "crlf.pub",
    "empty",
    "missing",
    "authorized",
];
const HOSTS: [&str; 7] = ["host1", "HOST1", "[host1]:2222", "10.0.0.1", "a.example", "b.example", "host3"];
const FORMATS: [&str; 5] = ["RFC4716", "PKCS8", "PEM", "pem", "nonsense"];

/// A command line.
pub(crate) fn line(dice: &mut Dice) -> Line {
    if dice.one_in(6) {
        return asked::line(dice);
    }
    let mut words = mode(dice);
    // Which of two faults is told is not compared.
    let faulty = ["nonsense", "x", "0", "99999", "1000", "20300101:20200101", "missing", ""];
    let faulty = words.iter().any(|word| faulty.contains(&word.as_str()));
    if dice.one_in(12) && !faulty {
        let place = usize::try_from(dice.next() % 8).expect("small").min(words.len());
        words.insert(place, dice.pick(&["-q", "-v", "-E", "-", "--", "extra", "-f", "empty"]).to_owned());
    }
    if dice.one_in(15) && !faulty {
        words.pop();
    }
    if dice.one_in(2) && !faulty {
        words = mixed(words, dice);
    }
    let input = if words.iter().any(|word| word.ends_with("verify")) {
        dice.pick(&["hello\n", "hello\n", "other\n"])
    } else {
        dice.pick(&["y\n", "y\n", "n\n"])
    };
    Line { words, input: input.to_owned(), answers: None }
}

fn mode(dice: &mut Dice) -> Vec<String> {
    let private = dice.pick(&PRIVATE);
    let public = dice.pick(&PUBLIC);
    let any = if dice.one_in(2) { private } else { public };
    let passphrase = dice.pick(&[PASSPHRASE, PASSPHRASE, "", "wrong"]);
    let new = dice.pick(&["", "new one", "five5", "abc"]);
    let hash = dice.pick(&["sha256", "md5", "sha1", "sha512", "SHA256", "nonsense"]);
    let format = dice.pick(&FORMATS);
    let host = dice.pick(&HOSTS);
    let hosts = dice.pick(&["hosts", "hosts", "odd_hosts", "empty", "missing"]);
    let words: Vec<&str> = match dice.next() % 20 {
        0 => vec!["-l", "-E", hash, "-f", any],
        1 => vec![dice.pick(&["-lv", "-B", "-lf", "-vl"]), "-f", any],
        2 => vec!["-y", "-P", passphrase, "-f", private],
        3 => vec!["-p", "-a", "1", "-P", passphrase, "-N", new, "-f", private],
        // OpenSSH 10.3 writes Ed25519 keys as PKCS8, and refuses to write them as PEM, as rkeygen does.
        4 if private.contains("ed25519") => vec!["-y", "-P", passphrase, "-f", private],
        4 => vec!["-p", "-a", "1", "-P", passphrase, "-N", new, "-m", format, "-f", private],
        5 => {
            vec!["-c", "-a", "1", "-P", passphrase, "-C", dice.pick(&["new comment", "", "x"]), "-f", private]
        }
        // rkeygen writes Ed25519 keys as PKCS8 too.
        6 if any.contains("ed25519") || ["crlf.pub", "spaces.pub"].contains(&any) => {
            vec!["-e", "-m", "RFC4716", "-f", any]
        }
        6 => vec!["-e", "-m", format, "-f", any],
        7 => {
            // rkeygen sees which format a file has, and reads it in any case.
            let pair = dice.pick(&["RFC4716 rsa.rfc4716", "PKCS8 rsa.pkcs8", "PEM rsa.pem"]);
            let (format, file) = pair.split_once(' ').expect("two words");
            vec!["-i", "-m", format, "-f", dice.pick(&[file, file, "empty", "garbage", "missing"])]
        }
        8 => vec!["-F", host, "-f", hosts],
        9 => vec![dice.pick(&["-lF", "-vlF", "-HF"]), host, "-f", hosts],
        10 => vec![dice.pick(&["-R", "-qR"]), host, "-f", hosts],
        11 => vec!["-H", "-f", hosts],
        12 => vec!["-r", dice.pick(&["host1.example.", "h"]), dice.pick(&["-g", "-q"]), "-f", any],
        13 => vec!["-L", "-f", any],
        14 => vec![
            dice.pick(&["-Q", "-Ql"]),
            "-f",
            dice.pick(&["krl", "krl", "empty", "missing"]),
            public,
            "rsa.pub",
        ],
        15 => vec![
            "-k",
            "-f",
            dice.pick(&["new_krl", "krl"]),
            "-z",
            dice.pick(&["5", "x"]),
            dice.pick(&["specification", "rsa.pub"]),
            public,
        ],
        16 => certificate(dice),
        17 => signature(dice),
        _ => generate(dice),
    };
    words.into_iter().map(str::to_owned).collect()
}

fn certificate<'a>(dice: &mut Dice) -> Vec<&'a str> {
    let mut words = vec![
        "-s",
        dice.pick(&["ed25519", "rsa", "ecdsa_pem", "missing"]),
        "-I",
        dice.pick(&["id", "an id", ""]),
    ];
    words.extend(["-n", dice.pick(&["me", "me,you", "a b"])]);
    words.extend([
        "-V",
        dice.pick(&[
            "20200101:20300101",
            "always:forever",
            "-1d:+1w",
            "+1w",
            "nonsense",
            "20300101:20200101",
        ]),
    ]);
    if dice.one_in(2) {
        words.extend(["-z", dice.pick(&["1", "18446744073709551615", "-1", "x"])]);
    }
    if dice.one_in(2) {
        let option = [
            "clear",
            "no-pty",
            "permit-pty",
            "force-command=ls -l",
            "source-address=10.0.0.0/8",
            "source-address=x",
            "nonsense",
            "critical:a=b",
            "extension:a",
            "verify-required",
        ];
        words.extend(["-O", dice.pick(&option)]);
    }
    if dice.one_in(3) {
        words.push("-h");
    }
    let subjects = ["ed25519.pub", "rsa.pub", "ecdsa.pub", "missing.pub", "rsa-cert.pub"];
    let odd = ["bare.pub", "silent", "alone", "mixed", "rsa_locked", "ecdsa_pem"];
    words.push(if dice.one_in(2) { dice.pick(&odd) } else { dice.pick(&subjects) });
    words
}

fn signature<'a>(dice: &mut Dice) -> Vec<&'a str> {
    let signers = dice.pick(&["signers", "signers", "empty", "missing"]);
    let signature = dice.pick(&["message.sig", "message.sig", "empty", "missing"]);
    let who = dice.pick(&["me@here", "you@there", "nobody", "x@ca", "old", ""]);
    let mut words = match dice.next() % 6 {
        4 | 5 => {
            vec![
                "-Y",
                "verify",
                "-n",
                dice.pick(&["file", "file", "git"]),
                "-s",
                signature,
                "-f",
                signers,
                "-I",
                who,
            ]
        }
        0 => vec!["-Y", "find-principals", "-s", signature, "-f", signers],
        1 => vec![
            "-Y",
            "match-principals",
            "-I",
            who,
            "-f",
            if signers == "missing" { "empty" } else { signers },
        ],
        2 => vec!["-Y", "check-novalidate", "-n", "file", "-s", signature],
        _ => {
            let key = dice.pick(&[
                "ed25519",
                "rsa",
                "missing",
                "mixed",
                "mixed.pub",
                "silent",
                "alone",
                "bare.pub",
            ]);
            vec!["-Y", "sign", "-n", "file", "-f", key, "message"]
        }
    };
    // What the operation does not allow is only named, and ends with another status where principals are matched.
    if words[1] == "sign" && dice.one_in(3) {
        let option = ["hashalg=sha256", "hashalg=sha512", "print-pubkey", "verify-time=20260101", "nonsense"];
        words.extend(["-O", dice.pick(&option)]);
    }
    if ["verify", "check-novalidate"].contains(&words[1]) && dice.one_in(3) {
        words.extend(["-O", dice.pick(&["print-pubkey", "verify-time=20260101", "verify-time=20190101"])]);
    }
    words
}

fn generate<'a>(dice: &mut Dice) -> Vec<&'a str> {
    let kind = dice.pick(&["ed25519", "ecdsa", "rsa", "ED25519", "ssh-ed25519", "nonsense"]);
    let mut words = vec!["-t", kind];
    words.extend(["-b", dice.pick(&["1024", "256", "384", "521", "1000", "0", "x", "99999"])]);
    words.extend([
        "-a",
        "1",
        "-N",
        dice.pick(&["", "pass phrase", "abcd", "12345"]),
        "-C",
        dice.pick(&["me", "", "a b"]),
    ]);
    if dice.one_in(3) && !kind.to_lowercase().contains("ed25519") {
        words.extend(["-m", dice.pick(&FORMATS)]);
    }
    if dice.one_in(3) {
        words.extend(["-Z", dice.pick(&["aes128-cbc", "aes256-gcm@openssh.com", "nonsense"])]);
    }
    words.extend(["-f", dice.pick(&["fresh", "fresh", "ed25519", "directory/new", "no/directory/new"])]);
    words
}
