//! What stands where a private key should be, and keys in forms that few programs write: one row per report.

use base64ct::{Base64, Encoding as _};

use super::{Keys, Named, Refused, Repaired, Row, Sound, der, pem};

/// What is no key, and what it is called.
pub(super) fn no_keys(_: &Keys) -> Vec<Row> {
    let row = |report, text: &str, message| {
        (report, "", text.as_bytes().to_vec(), Refused(message, "truncated or corrupt"))
    };
    // Nothing in it begins like DER, whatever the passphrase was.
    let encrypted: Vec<u8> = (0..=255).cycle().skip(0xf2).take(608).collect();
    vec![
        row(
            "ansible/ansible#15604: the login page of a site",
            "<!DOCTYPE html>\n<html><head></head></html>\n",
            "web server",
        ),
        row("curl of a raw file that moved", "404: Not Found", "web server"),
        row("an API that asks for a token", "{\"message\":\"401 Unauthorized\"}\n", "web server"),
        row("ansible/ansible#5444: the path in place of the file", "files/user1.pub\n", "the name of a file"),
        row("docker: the path of a secret", "/run/secrets/deploy_key\n", "the name of a file"),
        row("a path with a tilde in a CI variable", "~/.ssh/id_ed25519", "the name of a file"),
        row(
            "Jenkins on Windows: a path with a drive",
            "C:\\Users\\me\\.ssh\\deploy.ppk\r\n",
            "the name of a file",
        ),
        row(
            "GitLab CI: a file variable, printed",
            "/builds/group/project.tmp/SSH_PRIVATE_KEY",
            "the name of a file",
        ),
        row("a masked CI variable", "[MASKED]\n", "a placeholder"),
        row("terraform output without -raw", "<sensitive>\n", "a placeholder"),
        row("terraform show", "(sensitive value)\n", "a placeholder"),
        row("a secret reference that was not resolved", "op://infra/deploy/private key\n", "a placeholder"),
        row("AWS: the name of a secret", "arn:aws:secretsmanager:eu-west-1:1:secret:k\n", "a placeholder"),
        row(
            "Azure: a reference to a key vault",
            "@Microsoft.KeyVault(SecretUri=https://v/k)",
            "a placeholder",
        ),
        row("cmd.exe: a variable that is not set", "%DEPLOY_KEY%\r\n", "a placeholder"),
        row("a template that was not filled in", "__SSH_PRIVATE_KEY__", "a placeholder"),
        row("JavaScript: a missing member", "undefined", "a placeholder"),
        row("JavaScript: an object as text", "[object Object]", "a placeholder"),
        row("Python: a missing value", "None\n", "a placeholder"),
        row("jq: a missing member", "null\n", "a placeholder"),
        row(
            "documentation, copied",
            "-----BEGIN OPENSSH PRIVATE KEY-----\n...\n-----END OPENSSH PRIVATE KEY-----\n",
            "a placeholder",
        ),
        row(
            "documentation, copied with words",
            "-----BEGIN RSA PRIVATE KEY-----\nYOUR_PRIVATE_KEY_HERE\n-----END RSA PRIVATE KEY-----\n",
            "a placeholder",
        ),
        row(
            "documentation, with asterisks",
            "-----BEGIN PRIVATE KEY-----\n*****\n-----END PRIVATE KEY-----\n",
            "a placeholder",
        ),
        row(
            "Git LFS: files were not fetched",
            "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 411\n",
            "Git LFS",
        ),
        row("git-crypt: the repository is locked", "\0GITCRYPT\0\x01\x02", "git-crypt"),
        row("SOPS: not decrypted", "ssh_key: ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]\n", "SOPS"),
        row("an artifact that is still a zip", "PK\x03\x04\x14\0\0\0", "an archive"),
        row(
            "what ssh-keygen printed, in place of the key",
            "Generating public/private ed25519 key pair.\nYour identification has been saved in k\n",
            "fingerprint",
        ),
        row("the fingerprint in place of the key", "256 SHA256:2TWqM5Y me@host (ED25519)\n", "fingerprint"),
        row(
            "awx#1930: ssh.com's encrypted key, with other dashes",
            "----- BEGIN SSH2 ENCRYPTED PRIVATE KEY------\nP2/56wAAAAA=\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n",
            "ssh.com",
        ),
        row(
            "jcabi/jcabi-ssh#33: the headers of an encrypted key are lost",
            &pem("RSA PRIVATE KEY", &encrypted),
            "Proc-Type and DEK-Info",
        ),
    ]
}

/// Keys in rare forms, all of which OpenSSH loads or `--fix` repairs.
pub(super) fn forms(keys: &Keys) -> Vec<Row> {
    let (ed, p1) = (keys.read("ed"), keys.read("p1"));
    let (sec1, rsa) = (der(&keys.read("pem")), der(&p1));
    let algorithm = [&[0x30, 0x06, 0x06, 0x04, 0x55, 0x08, 0x01, 0x01][..]].concat();
    let octets = [&[0x04, 0x82][..], &length(&rsa), &rsa].concat();
    let info = [&[0x02, 0x01, 0x00][..], &algorithm, &octets].concat();
    let x500 = [&[0x30, 0x82][..], &length(&info), &info].concat();
    let repaired = |report, of, text: String, cause| (report, of, text.into_bytes(), Repaired(cause));
    vec![
        (
            "a private key under RSA PUBLIC KEY, which OpenSSL loads",
            "p1",
            pem("RSA PUBLIC KEY", &rsa).into(),
            Named("RSA of 1024 bits"),
        ),
        (
            "a private key under EC PARAMETERS, which OpenSSL loads",
            "pem",
            pem("EC PARAMETERS", &sec1).into(),
            Sound,
        ),
        (
            "RSA with the object identifier of X.500",
            "p1",
            pem("PRIVATE KEY", &x500).into(),
            Named("RSA of 1024 bits"),
        ),
        ("Ed25519 whose second copy of the public key is not one", "ed", with_other_tail(&ed).into(), Sound),
        repaired(
            "shimataro/ssh-key-action#205: a backslash at the end",
            "ed",
            format!("{}\\", ed.trim_end()),
            "",
        ),
        repaired(
            "weareinteractive/ansible-users#33: a comment of the template",
            "ed",
            format!("# Ansible managed\n{ed}"),
            "text before the BEGIN line",
        ),
        repaired(
            "HuJK/bitwarden_gcloud#3: NAME= and escaped newlines",
            "ed",
            format!("GIT_SSH_KEY={}", ed.replace('\n', "\\n")),
            "escaped as \\n",
        ),
        repaired("END in the first line", "ed", ed.replacen("BEGIN", "END", 1), "misspelled"),
        repaired("BEGIN in the last line", "pem", keys.read("pem").replacen("END", "BEGIN", 1), ""),
        repaired("xxd", "ed", dump(&ed, 16, |at| format!("{at:08x}:"), 2, "", "  "), "dump of bytes"),
        repaired(
            "hexdump -C",
            "ed",
            dump(&ed, 16, |at| format!("{at:08x} "), 1, " ", "  |"),
            "dump of bytes",
        ),
        repaired("od -t x1", "ed", dump(&ed, 16, |at| format!("{at:07o}"), 1, "", ""), "dump of bytes"),
        repaired("od -An -t x1", "ed", dump(&ed, 16, |_| String::new(), 1, "", ""), ""),
        repaired("xxd -i", "ed", list(&ed, "unsigned char key[] = {", "0x", "};\n"), "dump of bytes"),
        repaired(
            "a Buffer of Node.js as JSON",
            "ed",
            list(&ed, "{\"type\":\"Buffer\",\"data\":[", "", "]}"),
            "dump of bytes",
        ),
    ]
}

fn length(bytes: &[u8]) -> [u8; 2] {
    u16::try_from(bytes.len()).expect("a short length").to_be_bytes()
}

/// The key with other bytes in place of the second copy of its public key in the private part.
fn with_other_tail(key: &str) -> String {
    let mut bytes = der(key);
    // The container has it before the private part, which has it after the type and after the seed.
    let start = bytes.windows(4).position(|four| four == [0, 0, 0, 32]).expect("a public key") + 4;
    let public = bytes[start..start + 32].to_vec();
    let last = bytes.windows(32).rposition(|window| window == public).expect("another copy");
    bytes[last..last + 32].fill(7);
    let lines: Vec<String> = Base64::encode_string(&bytes)
        .as_bytes()
        .chunks(70)
        .map(|line| String::from_utf8(line.to_vec()).expect("text"))
        .collect();
    format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----\n", lines.join("\n"))
}

/// A dump in lines of `width` bytes, in numbers of `size` bytes each, and the characters after `mark`.
fn dump(text: &str, width: usize, offset: fn(usize) -> String, size: usize, gap: &str, mark: &str) -> String {
    let line = |(at, bytes): (usize, &[u8])| {
        let numbers: String = bytes
            .chunks(size)
            .map(|number| format!(" {}", number.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
            .collect();
        let shown: String = bytes.iter().map(|&byte| if byte < b' ' { '.' } else { byte.into() }).collect();
        let shown = if mark.is_empty() { String::new() } else { shown };
        format!("{}{gap}{numbers}{mark}{shown}\n", offset(at * width))
    };
    text.as_bytes().chunks(width).enumerate().map(line).collect()
}

/// The bytes as numbers with commas.
fn list(text: &str, start: &str, prefix: &str, end: &str) -> String {
    let number = |byte: u8| if prefix.is_empty() { byte.to_string() } else { format!("{prefix}{byte:02x}") };
    format!("{start}{}{end}", text.bytes().map(number).collect::<Vec<_>>().join(", "))
}
