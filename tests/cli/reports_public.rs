//! Small inputs made after public reports of other projects: public keys. Doctor names what is wrong with each, and
//! `--fix` writes the line that ssh reads.

use std::fs;

use crate::oracle::{run, ssh_keygen};
use crate::support::missing::needs;
use crate::support::rkeygen;

/// A key whose base64 has a plus sign, a slash and no padding.
const LINE: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPv/+Pv/+Pv/+Pv/+Pv/+Pv/+Pv/+Pv/+Pv/+Pv/+Pv/ me@host\n";

fn folded(width: usize, between: &str) -> String {
    let lines: Vec<&str> = LINE
        .trim_end()
        .as_bytes()
        .chunks(width)
        .map(|line| std::str::from_utf8(line).expect("text"))
        .collect();
    format!("{}\n", lines.join(between))
}

/// What happened to the line, and what doctor says of it.
fn lines() -> Vec<(&'static str, String, &'static str)> {
    let base64 = LINE.split(' ').nth(1).expect("base64");
    vec![
        (
            "weareinteractive/ansible-users#32: each character on a line",
            LINE.chars().map(|c| format!("{c}\n")).collect(),
            "line of its own",
        ),
        ("mail folded the line", folded(64, "\n"), "folded"),
        ("an editor folded and indented the line", folded(60, "\n  "), "folded"),
        ("a shell script continues the line", folded(64, "\\\n"), "folded"),
        ("the type on a line of its own", LINE.replacen(' ', "\n", 1), "folded"),
        ("a form lost the plus signs", LINE.replace('+', " "), "plus signs"),
        ("base64 of the other alphabet", LINE.replace('+', "-").replace('/', "_"), "- and _"),
        ("base64 without its type", format!("{base64}\n"), "key type"),
        ("the type in capital letters", LINE.replace("ssh-", "SSH-"), "key type"),
        ("the type with a dash of a word processor", LINE.replace("ssh-", "ssh\u{2013}"), "key type"),
        ("another type's word", LINE.replace("ssh-ed25519", "ssh-rsa"), "the line says ssh-rsa"),
        ("no blank after the type", LINE.replacen(' ', "", 1), "no blank"),
        ("blanks of a web page", LINE.replace(' ', "\u{a0}"), "invisible"),
        ("a zero-width space", LINE.replacen("AAAAC3", "AAAA\u{200b}C3", 1), "invisible"),
        (
            "quotation marks of a word processor",
            format!("\u{201c}{}\u{201d}\n", LINE.trim_end()),
            "other characters",
        ),
        ("quotation marks of a shell", format!("'{}'\n", LINE.trim_end()), "other characters"),
        ("an assignment of a shell", format!("PUBLIC_KEY=\"{}\"\n", LINE.trim_end()), "other characters"),
        ("a member of JSON", format!("{{\"key\": \"{}\\n\"}}\n", LINE.trim_end()), ""),
        ("commented out", format!("#{LINE}"), "other characters"),
        (
            "URL-encoded",
            LINE.replace('+', "%2B").replace('/', "%2F").replace(' ', "%20").replace('\n', "%0A"),
            "URL-encoded",
        ),
        ("an item of a list in HTML", format!("<li>{}</li>\n", LINE.trim_end()), ""),
        (
            "a form lost the plus signs before a comment of letters",
            LINE.replace('+', " ").replace("me@", "mexxme@"),
            "plus signs",
        ),
        ("a sign of equality too many", LINE.replace(" me@", "= me@"), "too few or too many ="),
        (
            "PuTTYgen's \"Save public key\" as the .pub file",
            format!(
                "---- BEGIN SSH2 PUBLIC KEY ----\nComment: \"me@host\"\n{base64}\n---- END SSH2 PUBLIC KEY ----\n"
            ),
            "only as one line",
        ),
        ("a line of known_hosts", format!("github.com {LINE}"), "other text before the key"),
        ("a line of authorized_keys", format!("no-pty {LINE}"), "other text before the key"),
        ("the type twice", format!("ssh-ed25519 {LINE}"), "other text before the key"),
        ("a member of YAML", format!("key: {LINE}"), "other text before the key"),
        ("a BOM of Notepad", format!("\u{feff}{LINE}"), "BOM"),
    ]
}

#[test]
fn damaged_public_keys_of_reports_are_named_and_repaired() {
    needs!("ssh-keygen");
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path();
    let mut wrong = Vec::new();
    let wide: Vec<u8> = LINE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let rows = lines().into_iter().map(|(what, text, message)| (what, text.into_bytes(), message));
    for (what, file, message) in rows.chain([("UTF-16 without a BOM", wide, "UTF-16")]) {
        let _ = fs::remove_file(path.join("k.pub.repaired"));
        fs::write(path.join("k.pub"), &file).expect("a file");
        let output = run(rkeygen(), path, &["doctor", "--fix", "k.pub"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let repaired = fs::read_to_string(path.join("k.pub.repaired")).unwrap_or_default();
        let words =
            |line: &str| line.split(' ').take(2).map(|word| word.trim().to_owned()).collect::<Vec<_>>();
        let loads = run(ssh_keygen(), path, &["-l", "-f", "k.pub.repaired"]).status.success();
        if !said.contains(message)
            || output.status.code() != Some(1)
            || words(&repaired) != words(LINE)
            || !loads
        {
            wrong.push(format!("{what}: {said}{repaired}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Public keys in other formats: `ssh-keygen -i` does not read these, and what doctor writes is read.
#[test]
fn damaged_public_keys_in_other_formats_are_named_and_repaired() {
    needs!("ssh-keygen");
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path();
    assert!(
        run(ssh_keygen(), path, &["-q", "-t", "ecdsa", "-N", "", "-C", "me", "-f", "k"]).status.success()
    );
    let line = fs::read_to_string(path.join("k.pub")).expect("text");
    let exported = |format| {
        String::from_utf8(run(ssh_keygen(), path, &["-e", "-m", format, "-f", "k.pub"]).stdout).expect("text")
    };
    let (ssh2, spki) = (exported("RFC4716"), exported("PKCS8"));
    let indented = |text: &str| text.lines().map(|line| format!("  {line}\n")).collect::<String>();
    let without_end = |text: &str| {
        text.lines().filter(|line| !line.contains("END")).map(|line| format!("{line}\n")).collect::<String>()
    };
    let body: String =
        spki.lines().filter(|line| !line.starts_with('-')).map(|line| format!("{line}\n")).collect();
    let mut wrong = Vec::new();
    for (what, text, message) in [
        ("an indented block of RFC 4716", indented(&ssh2), "indented"),
        ("an indented PEM", indented(&spki), "indented"),
        ("RFC 4716 with long dashes", ssh2.replace("----", "\u{2014}\u{2014}"), "dashes"),
        ("RFC 4716 on one line", ssh2.replace('\n', " "), "on one line"),
        ("RFC 4716 with escaped newlines", ssh2.replace('\n', "\\n"), "escaped as \\n"),
        ("PEM with escaped newlines", spki.replace('\n', "\\n"), "escaped as \\n"),
        ("PEM on one line", spki.replace('\n', " "), "on one line"),
        ("PEM without its END line", without_end(&spki), "END line is missing"),
        ("PEM with four dashes", spki.replace("-----", "----"), "dashes"),
        ("PEM with a label of its own", spki.replace("PUBLIC KEY", "EC PUBLIC KEY"), "misspelled"),
        (
            "PEM of an EC key with the label of RSA",
            spki.replace("PUBLIC KEY", "RSA PUBLIC KEY"),
            "another kind of key",
        ),
        ("PEM without its marks", body, "BEGIN and END lines are missing"),
    ] {
        let _ = fs::remove_file(path.join("o.pub.repaired"));
        fs::write(path.join("o.pub"), &text).expect("a file");
        let read = ["RFC4716", "PKCS8", "PEM"]
            .iter()
            .any(|format| run(ssh_keygen(), path, &["-i", "-m", format, "-f", "o.pub"]).status.success());
        let output = run(rkeygen(), path, &["doctor", "--fix", "o.pub"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let repaired = fs::read_to_string(path.join("o.pub.repaired")).unwrap_or_default();
        let same = repaired.split(' ').take(2).eq(line.split(' ').take(2).map(str::trim_end));
        let same = same || repaired.trim_end() == line.split(' ').take(2).collect::<Vec<_>>().join(" ");
        if read || !said.contains(message) || output.status.code() != Some(1) || !same {
            wrong.push(format!("{what}: read by -i: {read}, {said}{repaired}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What no copy can repair is named for what it is.
#[test]
fn public_keys_that_cannot_be_repaired_are_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path();
    for (text, message) in [
        (
            "ssh-ed448 AAAACXNzaC1lZDQ0OAAAADl4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg= me",
            "unsupported key type: ssh-ed448",
        ),
        ("ssh-rsa AAAAB3NzaC1yc2E...Xw== me", "only a placeholder"),
        (
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPv/+Pv/+Pv/+Pv/+Pv/+Pv/+Pv/+Pv/+Pv/+Pv/+Pv/ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBTMJOSpEmO0tVTuWGLVKAFpYqbqe64zCM/WxMvfFl93 me",
            "truncated or corrupt",
        ),
        ("ssh-ed25519 SHA256:8N1Uxl9N9dkLXOyjVfZx2cSx1jGwkn5jCzAqDSdaQ1E me", "a fingerprint"),
        (
            "1024 65537 135066410865995223349603216278805969938881475605667027524485143851526510604859533833940287150571909441798207282164471551373680419703964191743046496589274256239341020864383202110372958725762358509643110564073501508187510676594629205563685529475213500852879416377328533906109750544334999811150056977236890927563 me",
            "protocol 1",
        ),
        ("-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n", "END line is missing"),
        (
            "---- BEGIN SSH2 PUBLIC KEY ----\nAAAAC3NzaC1lZDI1\n---- END SSH2 PUBLIC KEY ----\n",
            "truncated or corrupt",
        ),
        ("", "the file is empty"),
    ] {
        fs::write(path.join("k.pub"), text).expect("a file");
        let output = run(rkeygen(), path, &["doctor", "--fix", "k.pub"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains(message) && output.status.code() == Some(1), "{text}: {said}");
        assert!(!path.join("k.pub.repaired").exists(), "{text}");
    }
}

/// Two blanks for two plus signs, and one before the comment.
#[test]
fn lost_plus_signs_in_a_row_and_before_a_comment_come_back() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path();
    for end in ["Pv/", "P++/", "Pv+", "P+++"] {
        for comment in ["me@host", "", "me", "1+1"] {
            let base64 = LINE.split(' ').nth(1).expect("base64");
            let base64 = format!("{}{end}", &base64[..base64.len() - end.len()]);
            let line = format!("ssh-ed25519 {base64} {comment}\n");
            let lost = line.replace(&base64, &base64.replace('+', " "));
            fs::write(path.join("k.pub"), lost).expect("a file");
            let output = run(rkeygen(), path, &["doctor", "--fix", "k.pub"]);
            let said = String::from_utf8_lossy(&output.stdout);
            let repaired = fs::read_to_string(path.join("k.pub.repaired")).unwrap_or(said.into_owned());
            assert_eq!(repaired.trim_end(), line.trim_end());
            fs::remove_file(path.join("k.pub.repaired")).expect("a file");
        }
    }
}
