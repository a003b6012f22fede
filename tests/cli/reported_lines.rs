//! Small inputs made after public reports of other projects: what is wrong with a line, a certificate, a revocation list or a
//! signature, and what to do about it. Each row names its report.

use std::fs;
use std::path::Path;

use crate::oracle::{keys, run, same};
use crate::support::missing::needs;
use crate::support::rkeygen;

fn key(directory: &Path) -> String {
    let text = fs::read_to_string(directory.join("ed25519.pub")).expect("a public key");
    text.split(' ').take(2).collect::<Vec<_>>().join(" ").trim_end().to_owned()
}

/// What lint of a list prints for each line, and whether it finds something.
fn lint(list: &str, rows: &[(&str, &str, &str, &str)]) {
    let directory = keys();
    let directory = directory.path();
    let key = key(directory);
    let mut wrong = Vec::new();
    for (report, line, message, fix) in rows {
        fs::write(directory.join(list), line.replace("KEY", &key) + "\n").expect("a file");
        let words = list.replace('_', "-");
        let output = run(rkeygen(), directory, &[&words, "lint", "-f", list]);
        let said = String::from_utf8_lossy(&output.stdout);
        if !said.contains(message) || !said.contains(fix) || output.status.success() != message.is_empty() {
            wrong.push(format!("{report}: {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn known_hosts_lines_of_reports() {
    lint(
        "known_hosts",
        &[
            ("a clone address", "ssh://git@github.com:22 KEY", "never matches", "write github.com instead"),
            ("what git prints", "git@github.com:22 KEY", "never matches", "write github.com instead"),
            ("a marker with an underscore", "@cert_authority *.x KEY", "unknown marker", "@cert-authority"),
            ("a marker in capital letters", "@CERT-AUTHORITY *.x KEY", "unknown marker", "lower case"),
            ("a marker without its sign", "cert-authority *.x KEY", "a blank in the list", "@cert-authority"),
            ("a blank after the comma", "h.x, 10.0.0.1 KEY", "a blank in the list", "commas and no blanks"),
            ("a line of a diff", "+h KEY", "never matches", "write h instead"),
            ("an assignment of a shell", "KNOWN_HOSTS=h KEY", "never matches", "write h instead"),
            ("no colon before the port", "[h]2222 KEY", "never matches", "write [h]:2222 instead"),
            ("semicolons", "h;g KEY", "never matches", "write commas"),
            ("a network", "10.0.0.0/8 KEY", "never matches", "pattern for a network"),
            (
                "a hashed name in a list",
                "h,|1|Jsx4/c+VDq8Wqa2DozImyg7z7cA=|ifGAYAs/xYfcVHc7rNPo73oeLZ4= KEY",
                "never matches",
                "a line of its own",
            ),
            ("an alias with a sign of equality", "a=b KEY", "", ""),
        ],
    );
}

#[test]
fn authorized_keys_lines_of_reports() {
    let blank = "there is a blank in the options, outside double quotation marks";
    lint(
        "authorized_keys",
        &[
            (
                "ansible/ansible#4487: a blank after a comma",
                "no-pty, no-X11-forwarding KEY",
                blank,
                "no blanks",
            ),
            (
                "ansible/ansible#4487: blanks in place of commas",
                "no-pty no-X11-forwarding KEY",
                blank,
                "commas",
            ),
            ("single quotation marks", "command='ls -l' KEY", blank, "VALUE"),
            ("blanks around the sign of equality", "command = \"ls\" KEY", blank, "VALUE"),
            ("a colon", "command: \"ls\" KEY", blank, "VALUE"),
            (
                "options after the key",
                "KEY command=\"ls\"",
                "the option command is in the comment",
                "before the key",
            ),
            (
                "options after the comment",
                "KEY me no-pty",
                "the option no-pty is in the comment",
                "before the key",
            ),
            ("semicolons", "from=\"10.0.0.1;10.0.0.2\" KEY", "never matches", "commas"),
            ("ansible/ansible#5032: a list of addresses", "from=\"1.*,2.*\" KEY user@host", "", ""),
            (
                "ansible/ansible#4596: a comma in the comment",
                "KEY Andrew Steele, Engineer - Quantifind",
                "",
                "",
            ),
            ("ansible/ansible#5021: a quotation mark in the comment", "KEY jtate\"laputa", "", ""),
            (
                "google-guest-agent",
                "KEY google-ssh {\"userName\":\"a@x\",\"expireOn\":\"2020-12-04\"}",
                "",
                "",
            ),
            ("a key that is commented out", "#KEY me", "", ""),
        ],
    );
}

#[test]
fn allowed_signers_lines_of_reports() {
    let blank = "there is a blank in the options, outside double quotation marks";
    let order = "the options are before the principals";
    let apart = "there is a blank in the list of principals";
    lint(
        "allowed_signers",
        &[
            ("the author of a commit", "John Doe <me@x> KEY", apart, "without < and >"),
            ("a blank after the comma", "a@x, me@x KEY", apart, "no blanks"),
            (
                "options first, as in authorized_keys",
                "namespaces=\"git\" me@x KEY",
                order,
                "principals first",
            ),
            ("a marker, as in known_hosts", "@cert-authority *@x KEY", order, "principals first"),
            ("two options apart", "me@x cert-authority namespaces=\"git\" KEY", blank, "commas"),
            ("a blank after a comma", "me@x cert-authority, namespaces=\"git\" KEY", blank, "commas"),
            ("options after the key", "me@x KEY namespaces=\"git\"", "in the comment", "before the key"),
            (
                "a blank in a list",
                "me@x namespaces=\"git, file\" KEY",
                "\" file\" never matches",
                "no blanks",
            ),
            ("as ssh-keygen reads it", "me@x namespaces=\"git,file\" KEY a comment", "", ""),
            ("an address that begins with a sign", "+me@x KEY", "", ""),
        ],
    );
}

/// What doctor finds, with its message.
fn doctor(directory: &Path, name: &str) -> (String, Option<i32>) {
    let output = run(rkeygen(), directory, &["doctor", name]);
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code())
}

/// A certificate that sshd or ssh refuses is signed and listed all the same.
#[test]
fn certificates_that_openssh_refuses_are_named() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    for (report, options, message) in [
        (
            "golang/crypto#367: source-address of a host",
            &["-h", "-O", "critical:source-address=10.0.0.0/8"][..],
            "ssh refuses",
        ),
        (
            "gravitational/teleport#1083: an unknown critical option",
            &["-O", "critical:a@x=b"],
            "unknown critical option a@x",
        ),
        (
            "an extension among the critical options",
            &["-O", "critical:permit-pty"],
            "unknown critical option permit-pty",
        ),
        (
            "a flag of Vault with a value",
            &["-O", "clear", "-O", "extension:permit-pty=true"],
            "the value of permit-pty",
        ),
        (
            "hashicorp/vault: blanks in a list",
            &["-O", "critical:source-address=10.0.0.0/8, 11.0.0.0/8"],
            "source-address",
        ),
        ("bits set after the mask", &["-O", "critical:source-address=10.0.0.1/8"], "source-address"),
        ("a command without its string", &["-O", "critical:force-command"], "the value of force-command"),
        ("an extension of another program", &["-O", "extension:login@github.com=me"], ""),
        ("a command and addresses", &["-O", "force-command=ls", "-O", "source-address=10.0.0.1,::1/128"], ""),
    ] {
        let sign = [&["-q", "-s", "ed25519", "-I", "x", "-n", "me"], options, &["ecdsa.pub"]].concat();
        assert!(run(rkeygen(), directory, &sign).status.success(), "{report}");
        let (said, status) = doctor(directory, "ecdsa-cert.pub");
        assert!(said.contains(message) && status == Some(i32::from(!message.is_empty())), "{report}: {said}");
    }
}

#[test]
fn damaged_certificates_are_no_unknown_type() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let sign = ["-q", "-s", "ed25519", "-I", "x", "-n", "me", "ecdsa.pub"];
    assert!(run(rkeygen(), directory, &sign).status.success());
    let line = fs::read_to_string(directory.join("ecdsa-cert.pub")).expect("a certificate");
    let old = line.replace("-v01@", "-v00@");
    let old = old.replace(
        &line[line.find(" AAAA").expect("base64")..],
        " AAAAKGVjZHNhLXNoYTItbmlzdHAyNTYtY2VydC12MDBAb3BlbnNzaC5jb20=\n",
    );
    for (what, text, message, fix) in [
        ("cut", &line[..line.len() / 2], "truncated or corrupt", "copy the whole certificate again"),
        ("of another version", &old, "unsupported key type", "signed again"),
    ] {
        fs::write(directory.join("c-cert.pub"), text).expect("a file");
        let (said, _) = doctor(directory, "c-cert.pub");
        assert!(said.contains(message) && said.contains(fix), "{what}: {said}");
    }
}

/// While sshd cannot read its list, no one logs in.
#[test]
fn damaged_revocation_lists_are_named() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    assert!(run(rkeygen(), directory, &["-k", "-q", "-f", "krl", "ed25519.pub"]).status.success());
    let whole = fs::read(directory.join("krl")).expect("a list");
    let section = [&whole[..], &[0x63, 0, 0, 0, 1, 0]].concat();
    let lines: Vec<u8> =
        whole.iter().flat_map(|&byte| if byte == b'\n' { vec![b'\r', b'\n'] } else { vec![byte] }).collect();
    let text: String = whole.iter().map(|&byte| char::from(byte)).collect();
    for (what, bytes, message) in [
        ("as it was made", whole.clone(), ""),
        ("cut", whole[..whole.len() - 1].to_vec(), "truncated or corrupt"),
        ("with a byte too many", [&whole[..], b"\0"].concat(), "truncated or corrupt"),
        ("with the line endings of git on Windows", lines, "truncated or corrupt"),
        ("read as Latin-1 and written as UTF-8", text.into_bytes(), "truncated or corrupt"),
        ("with a section of another program", section, "OpenSSH does not know"),
    ] {
        fs::write(directory.join("krl"), bytes).expect("a file");
        let (said, status) = doctor(directory, "krl");
        let is_right = said.contains(message) && said.contains("key revocation list");
        assert!(is_right && status == Some(i32::from(!message.is_empty())), "{what}: {said}");
    }
}

/// ssh-keygen says of these that a header is missing, or nothing.
#[test]
fn signatures_that_are_not_read_have_a_hint() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    fs::write(directory.join("m"), "").expect("a file");
    fs::write(directory.join("signers"), format!("me@x {}\n", key(directory))).expect("a file");
    assert!(
        run(rkeygen(), directory, &["-Y", "sign", "-q", "-f", "ed25519", "-n", "git", "m"]).status.success()
    );
    let whole = fs::read_to_string(directory.join("m.sig")).expect("a signature");
    let indented: String = whole.lines().map(|line| format!(" {line}\n")).collect();
    for (report, text, signer, namespace, hint) in [
        ("a BOM of Notepad", format!("\u{feff}{whole}"), "me@x", "git", "without a BOM"),
        ("git cat-file: the header of a commit", format!("gpgsig{indented}"), "me@x", "git", "begins with"),
        ("an OpenPGP signature", "-----BEGIN PGP SIGNATURE-----\n".to_owned(), "me@x", "git", "begins with"),
        ("another namespace", whole.clone(), "me@x", "file", "another purpose"),
        ("maxgoedjen/secretive#741: another principal", whole.clone(), "you@x", "git", "find-principals"),
    ] {
        fs::write(directory.join("m.sig"), text).expect("a file");
        let verify = ["-Y", "verify", "-f", "signers", "-I", signer, "-n", namespace, "-s", "m.sig"];
        let output = run(rkeygen(), directory, &verify);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(hint) && output.status.code() == Some(255), "{report}: {said}");
    }
}

/// OpenSSH lists an RSA key whose exponent is 0.
#[test]
fn rsa_of_exponent_zero_is_weak_and_not_damaged() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let line = fs::read_to_string(directory.join("rsa.pub")).expect("a key");
    let zero = line.replacen("AAAAB3NzaC1yc2EAAAADAQAB", "AAAAB3NzaC1yc2EAAAADAAAA", 1);
    assert_ne!(zero, line);
    fs::write(directory.join("zero.pub"), zero).expect("a file");
    same(directory, &["-l", "-f", "zero.pub"]);
    let (said, status) = doctor(directory, "zero.pub");
    assert!(said.contains("the public exponent is 1 or even") && status == Some(1), "{said}");
}

/// A file that the user names is meant to be a key, whatever its name; in a directory it may be anything.
#[test]
fn a_named_file_that_is_no_key_is_a_problem() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    fs::write(directory.join("secret"), "4f3c2b1a00112233445566778899aabb\n").expect("a file");
    let (said, status) = doctor(directory, "secret");
    assert!(said.contains("in no format of a key") && status == Some(1), "{said}");
    assert_eq!(doctor(directory, ".").1, Some(0));
}
