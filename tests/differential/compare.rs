//! What came of it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::kit::Kit;
use crate::lines::Line;
use crate::support::oracle::{self, ssh_keygen};
use crate::support::{feed, forget_surroundings, rkeygen, without_terminal};

/// What a program printed, said and left behind.
pub(crate) struct Outcome {
    stdout: String,
    stderr: String,
    status: Option<i32>,
    files: BTreeMap<String, String>,
}

impl Outcome {
    /// Runs both programs; `Err` tells what differs.
    pub(crate) fn same(kit: &Kit, line: &Line) -> Result<(), String> {
        // ssh-keygen loses what it has not yet printed when it fails, unless it prints line by line.
        let mut theirs = Command::new("stdbuf");
        theirs.arg("-oL").arg(oracle::path("ssh-keygen"));
        let theirs = Self::of(theirs, kit, line);
        let ours = Self::of(rkeygen(), kit, line);
        // Where the input ends at the passphrase, ssh-keygen leaves the key without one.
        if ours.stderr.contains("end of input at prompt") {
            return Ok(());
        }
        // Without -t, OpenSSH 9.2 makes an RSA key.
        if theirs.stdout.starts_with("Generating")
            && !line.words.iter().any(|word| word.starts_with('-') && word.contains('t'))
        {
            return Ok(());
        }
        let mut differences = Vec::new();
        if ours.status != theirs.status {
            differences.push(format!("status {:?}, not {:?}", ours.status, theirs.status));
        }
        if ours.stdout != theirs.stdout {
            differences.push(format!("stdout\n{}not\n{}", ours.stdout, theirs.stdout));
        }
        for name in ours.files.keys().chain(theirs.files.keys()) {
            let (our, their) = (ours.files.get(name), theirs.files.get(name));
            if our != their {
                differences.push(format!(
                    "file {name}\n{}\nnot\n{}",
                    our.map_or("-", |it| it),
                    their.map_or("-", |it| it)
                ));
            }
        }
        if differences.is_empty() {
            return Ok(());
        }
        let [our, their] = [&ours.stderr, &theirs.stderr];
        let answers = line.answers.iter().flatten().collect::<Vec<_>>();
        Err(format!(
            "{:?} <<< {:?} ??? {answers:?}\n{}\nours said: {our}theirs said: {their}",
            line.words,
            line.input,
            differences.join("\n")
        ))
    }

    fn of(mut command: Command, kit: &Kit, line: &Line) -> Self {
        let copy = kit.copy();
        let directory = copy.path();
        let before = contents(directory);
        forget_surroundings(&mut command);
        command.current_dir(directory).args(&line.words).env("TZ", "UTC").env("HOME", directory);
        let askpass = line.answers.as_deref().map(Askpass::new);
        if let Some(askpass) = &askpass {
            command.env("SSH_ASKPASS", askpass.0.path().join("ask")).env("SSH_ASKPASS_REQUIRE", "force");
        }
        without_terminal(&mut command);
        let output = feed(command, line.input.as_bytes());
        let text =
            |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&*directory.to_string_lossy(), "DIRECTORY");
        let after = contents(directory);
        let files = after
            .iter()
            .filter(|(name, bytes)| before.get(*name) != Some(bytes))
            .map(|(name, bytes)| (name.clone(), shape(directory, name, bytes)))
            .chain(askpass.map(|askpass| ("askpass".to_owned(), askpass.asked(directory))))
            .chain(
                before
                    .keys()
                    .filter(|name| !after.contains_key(*name))
                    .map(|name| (name.clone(), "gone".to_owned())),
            )
            .collect();
        Self {
            stdout: without_chance(&text(&output.stdout), &before),
            stderr: text(&output.stderr),
            status: output.status.code(),
            files,
        }
    }
}

/// A program that answers one line after the other, in a directory of its own.
struct Askpass(tempfile::TempDir);

impl Askpass {
    fn new(answers: &[String]) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let lines: String = answers.iter().map(|answer| format!("{answer}\n")).collect();
        fs::write(directory.path().join("answers"), lines).expect("a file");
        let script = "#!/bin/sh\ncd \"${0%/*}\"\nsed -n 1p answers\nsed -i 1d answers\nprintf \"%s\\n\" \"$1\" >>questions\n";
        fs::write(directory.path().join("ask"), script).expect("a file");
        let mode = fs::Permissions::from_mode(0o700);
        fs::set_permissions(directory.path().join("ask"), mode).expect("a mode");
        Self(directory)
    }

    /// What it was asked.
    fn asked(&self, directory: &Path) -> String {
        let questions = fs::read_to_string(self.0.path().join("questions")).unwrap_or_default();
        let questions = questions.replace(&*directory.to_string_lossy(), "DIRECTORY");
        // OpenSSH 10 asks for the passphrase for "FILE", 9.2 for the passphrase.
        let unnamed = |line: &str| match line
            .split_once(" for \"")
            .and_then(|(a, b)| Some((a, b.split_once('"')?.1)))
        {
            Some((before, behind)) => format!("{before}{behind}\n"),
            None => format!("{line}\n"),
        };
        questions.lines().map(unnamed).collect()
    }
}

/// Stands behind the name of a file where its mode is told.
const MODE: &str = " (mode)";

fn contents(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            found
                .extend(contents(&path).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            let mode = fs::metadata(&path).expect("a file").permissions().mode();
            found.insert(format!("{name}{MODE}"), format!("{mode:o}").into_bytes());
            found.insert(name, fs::read(&path).expect("a file"));
        }
    }
    found
}

/// What chance has no part in: of a private key its format, its protection, and the key if it is an old one.
fn shape(directory: &Path, name: &str, bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).into_owned();
    if name.ends_with(MODE) {
        return text;
    }
    let keygen = |words: &[&str]| {
        let output = ssh_keygen().args(words).current_dir(directory).output().expect("ssh-keygen");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    if text.contains("PRIVATE KEY-----") {
        let first = text.lines().next().unwrap_or_default();
        let opens = keygen(&["-y", "-P", "", "-f", name]).split(' ').next().unwrap_or_default().to_owned();
        // The salt of an encrypted PKCS8 key is 8 or 16 bytes long.
        let lines = if first.contains("ENCRYPTED") { 0 } else { text.lines().count() };
        return format!("{first} {lines} lines, opens without a passphrase: {opens}");
    }
    if name.ends_with("-cert.pub") {
        let shown = keygen(&["-L", "-f", name]);
        let kept =
            shown.lines().filter(|line| !line.contains("Valid: from") && !line.contains("Serial: 1844"));
        return format!("{}\n{}", kept.collect::<Vec<_>>().join("\n"), type_and_comment(&text));
    }
    if name.ends_with(".pub") {
        return type_and_comment(&text);
    }
    if text.starts_with("SSHKRL") {
        return format!("{} bytes", bytes.len());
    }
    if text.starts_with("-----BEGIN SSH SIGNATURE") {
        // The numbers of an ECDSA signature are now and then a byte shorter.
        return "a signature".to_owned();
    }
    let hidden = |line: &str| {
        if line.starts_with("|1|") {
            line.split_once(' ').map(|(_, key)| format!("HIDDEN {key}"))
        } else {
            None
        }
    };
    text.lines().map(|line| hidden(line).unwrap_or_else(|| line.to_owned())).collect::<Vec<_>>().join("\n")
}

/// What chance has no part in of a line with a key, with the blank before an empty comment.
fn type_and_comment(line: &str) -> String {
    let words: Vec<_> = line.split(' ').collect();
    // Where there is no public key, ssh-keygen gives a certificate this comment.
    let comment = words.get(2..).map(|words| words.join(" ").replace("(null)\n", "\n"));
    format!("{} {comment:?}", words[0])
}

/// Fingerprints and pictures of new keys, and new hidden names, look alike.
fn without_chance(text: &str, before: &BTreeMap<String, Vec<u8>>) -> String {
    let mut out = String::new();
    let makes_key = text.contains("Generating public/private");
    // rkeygen leaves out the line endings of Windows behind comments.
    for line in text.replace('\r', "").lines() {
        let hidden = line.starts_with("|1|")
            && !before.values().any(|bytes| {
                String::from_utf8_lossy(bytes).contains(line.split(' ').next().unwrap_or_default())
            });
        match line {
            // Without -t, OpenSSH 9.2 makes an RSA key.
            _ if line.starts_with("Generating public/private") => out.push_str("Generating"),
            _ if makes_key && line.starts_with('|') => out.push_str("|picture|"),
            _ if makes_key && line.starts_with("SHA256:") => {
                out.push_str("SHA256 ");
                out.push_str(line.split_once(' ').map_or("", |(_, rest)| rest));
            }
            _ if hidden => out.push_str(line.split_once(' ').map_or("", |(_, rest)| rest)),
            _ => out.push_str(line),
        }
        out.push('\n');
    }
    out
}
