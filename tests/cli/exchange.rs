//! `rkeygen convert` to and from what other programs exchange: DER (read and written by openssl), JSON Web Keys (by
//! jwcrypto), and keys of age (by age itself).

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::oracle::{files, keys, run, ssh_keygen};
use crate::support::missing::needs;
use crate::support::{assert_mode, peer, private_file, rkeygen};

const PASSPHRASE: &str = "horse";

pub(crate) fn ours(directory: &Path, line: &str) -> Output {
    run(rkeygen(), directory, &line.split(' ').collect::<Vec<_>>())
}

pub(crate) fn works(directory: &Path, line: &str) -> Output {
    let output = ours(directory, line);
    assert_eq!(output.status.code(), Some(0), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn refused(directory: &Path, line: &str, message: &str) {
    let output = ours(directory, line);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{line}");
    assert!(error.contains(message), "{line}: {error}");
}

/// Type and base64, without the comment.
fn key(line: &[u8]) -> String {
    String::from_utf8_lossy(line).split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

fn public(directory: &Path, name: &str) -> String {
    key(&fs::read(directory.join(format!("{name}.pub"))).expect("a public key"))
}

/// The public key that ssh-keygen reads from PEM text.
fn by_ssh_keygen(directory: &Path, pem: &[u8]) -> String {
    private_file(&directory.join("theirs"), pem);
    key(&run(ssh_keygen(), directory, &["-y", "-P", "", "-f", "theirs"]).stdout)
}

fn openssl(directory: &Path, line: &str) -> Vec<u8> {
    let output = peer(Command::new("openssl").current_dir(directory).args(line.split(' ')));
    assert!(output.status.success(), "openssl {line}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn jwcrypto(directory: &Path, program: &str) -> Vec<u8> {
    let mut command = Command::new("/usr/bin/python3");
    let output = peer(command.current_dir(directory).args(["-W", "ignore", "-c", program]));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The options that open each of the keys and leave the result in the clear.
fn opened(name: &str) -> String {
    if name.ends_with("-locked") {
        format!("{name} -P {PASSPHRASE} --no-passphrase")
    } else {
        name.to_owned()
    }
}

/// All keys of OpenSSH's making: each type, format and cipher that it writes by default.
fn names(directory: &Path) -> Vec<String> {
    files(directory).into_iter().filter(|name| !name.starts_with("dsa")).collect()
}

#[test]
fn openssl_reads_the_der_and_writes_what_is_read() {
    needs!("ssh-keygen", "openssl");
    let directory = keys();
    let directory = directory.path();
    for name in names(directory) {
        let expected = public(directory, &name);
        let of_type = if name.starts_with("rsa") { "pkcs1" } else { "sec1" };
        for to in ["pkcs8 --der", "DER", of_type] {
            if to == of_type && name.starts_with("ed25519") {
                continue;
            }
            let der = if to == of_type { " --der" } else { "" };
            works(
                directory,
                &format!("convert {} --to {to}{der} -o o.der --if-exists replace", opened(&name)),
            );
            assert_mode(directory.join("o.der"), 0o600);
            if name.starts_with("ed25519") {
                let spki = openssl(directory, "pkey -inform DER -in o.der -pubout");
                fs::write(directory.join("spki"), spki).expect("a file");
                assert_eq!(
                    key(&works(directory, "convert spki --to openssh").stdout),
                    expected,
                    "{name} {to}"
                );
            } else {
                let pem = openssl(directory, "pkey -inform DER -in o.der");
                assert_eq!(by_ssh_keygen(directory, &pem), expected, "{name} {to}");
            }
            let back = works(directory, "convert o.der --to openssh -o -").stdout;
            assert_eq!(by_ssh_keygen(directory, &back), expected, "{name} {to}");
            let public =
                works(directory, "convert o.der --to openssh -o back --write-public --if-exists replace");
            assert!(public.stdout.is_empty());
            assert_eq!(key(&fs::read(directory.join("back.pub")).expect("a line")), expected);
        }
        works(directory, &format!("convert {name}.pub --to spki --der -o p.der --if-exists replace"));
        openssl(directory, "pkey -pubin -inform DER -in p.der -noout");
        assert_eq!(key(&works(directory, "convert p.der --to openssh").stdout), expected, "{name}");
    }
    let theirs = openssl(directory, "rsa -in rsa-pem -RSAPublicKey_out -outform DER");
    fs::write(directory.join("their-rsa.der"), &theirs).expect("a file");
    assert_eq!(
        key(&works(directory, "convert their-rsa.der --to openssh").stdout),
        public(directory, "rsa-pem")
    );
    works(directory, "convert rsa-pem.pub --to pkcs1 --der -o our-rsa.der");
    assert_eq!(fs::read(directory.join("our-rsa.der")).expect("a file"), theirs);
}

#[test]
fn encrypted_der_opens_with_the_same_passphrase() {
    needs!("ssh-keygen", "openssl");
    let directory = keys();
    let directory = directory.path();
    works(directory, &format!("convert rsa-locked -P {PASSPHRASE} --to der -o o.der"));
    openssl(directory, &format!("pkey -inform DER -in o.der -passin pass:{PASSPHRASE} -check -noout"));
    let back =
        works(directory, &format!("convert o.der -P {PASSPHRASE} --to openssh --no-passphrase -o -")).stdout;
    assert_eq!(by_ssh_keygen(directory, &back), public(directory, "rsa-locked"));
    refused(directory, "convert o.der -P wrong --to openssh -o x", "incorrect passphrase");
    for cipher in ["-v2 aes-256-cbc", "-v2 des3", "-v1 PBE-SHA1-3DES", "-scrypt"] {
        openssl(
            directory,
            &format!("pkcs8 -topk8 -in ecdsa-pem -outform DER -out c.der -passout pass:horse {cipher}"),
        );
        let back = works(directory, "convert c.der -P horse --to jwk --no-passphrase -o -").stdout;
        fs::write(directory.join("c.json"), back).expect("a file");
        let line = key(&works(directory, "convert c.json --to rfc4716 -o c.pub --if-exists replace").stdout);
        assert!(line.is_empty());
        let line = key(&works(directory, "convert c.pub --to openssh").stdout);
        assert_eq!(line, public(directory, "ecdsa-pem"), "{cipher}");
    }
    for to in ["jwk", "sec1 --der", "pem --der"] {
        refused(
            directory,
            &format!("convert ecdsa-locked -P {PASSPHRASE} --to {to} -o x"),
            "has no encryption",
        );
    }
    assert!(!directory.join("x").exists());
}

#[test]
fn jwcrypto_reads_the_json_web_keys_and_writes_what_is_read() {
    needs!("ssh-keygen", "python3 jwcrypto");
    let directory = keys();
    let directory = directory.path();
    for name in names(directory).into_iter().filter(|name| name.ends_with("-locked")) {
        let expected = public(directory, &name);
        works(directory, &format!("convert {} --to jwk -o o.json --if-exists replace", opened(&name)));
        let pem = jwcrypto(
            directory,
            "import sys; from jwcrypto.jwk import JWK; k = JWK.from_json(open('o.json').read()); \
             open('again.json', 'w').write(k.export_private()); open('p.json', 'w').write(k.export_public()); \
             sys.stdout.buffer.write(k.export_to_pem(False, None))",
        );
        fs::write(directory.join("theirs.pem"), pem).expect("a file");
        for file in ["theirs.pem", "p.json", "again.json"] {
            let line = works(directory, &format!("convert {file} --to openssh -o - --no-passphrase")).stdout;
            let line = if file == "again.json" { by_ssh_keygen(directory, &line) } else { key(&line) };
            assert_eq!(line, expected, "{name} {file}");
        }
        let kept = works(directory, &format!("convert again.json --to openssh -o - -C {name}"));
        assert!(kept.stdout.starts_with(b"-----BEGIN OPENSSH"));
    }
    // The comment is the member kid, both ways.
    works(directory, "convert ed25519 --to jwk -o o.json --if-exists replace");
    assert!(fs::read_to_string(directory.join("o.json")).expect("text").contains("\"kid\":\"me and you\""));
    let line = works(directory, "convert ed25519.pub --to JWK").stdout;
    fs::write(directory.join("p.json"), line).expect("a file");
    let line = works(directory, "convert p.json --to openssh").stdout;
    assert_eq!(line, fs::read(directory.join("ed25519.pub")).expect("a line"));
}

#[test]
fn age_decrypts_with_the_converted_key_what_it_encrypted_to_the_converted_recipient() {
    needs!("ssh-keygen", "age", "age-keygen");
    let directory = keys();
    let directory = directory.path();
    works(directory, &format!("convert ed25519-locked -P {PASSPHRASE} --no-passphrase --to age -o identity"));
    let recipient = works(directory, "convert ed25519-locked.pub --to age").stdout;
    let theirs = peer(Command::new("age-keygen").current_dir(directory).args(["-y", "identity"]));
    assert_eq!(theirs.stdout, recipient);
    let recipient = String::from_utf8_lossy(&recipient).trim().to_owned();
    fs::write(directory.join("text"), "the text").expect("a file");
    let age = |line: &str| peer(Command::new("age").current_dir(directory).args(line.split(' ')));
    assert!(age(&format!("-r {recipient} -o sealed text")).status.success());
    assert_eq!(age("-d -i identity sealed").stdout, b"the text");
    refused(directory, "convert identity --to openssh -o back", "age");
    refused(directory, "convert rsa --to age -o x", "invalid format");
    // The seed does not follow from the secret number.
    let before = fs::read(directory.join("ed25519")).expect("a key");
    for output in ["--in-place", "-o ed25519 --if-exists replace"] {
        refused(directory, &format!("convert ed25519 --to age {output}"), "the key would be lost");
    }
    assert_eq!(fs::read(directory.join("ed25519")).expect("a key"), before);
}

#[test]
fn a_second_run_changes_nothing() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    for to in ["der", "pkcs1 --der", "jwk", "pkcs8", "openssh"] {
        let line = format!("convert rsa --to {to} -o o --write-public --if-exists keep --json");
        assert!(
            String::from_utf8_lossy(&works(directory, &line).stdout).contains("\"changed\": true"),
            "{to}"
        );
        let again = works(directory, &line).stdout;
        let again = String::from_utf8_lossy(&again);
        assert!(
            again.contains("\"changed\": false") && again.contains("\"public_key_file\""),
            "{to}: {again}"
        );
        refused(
            directory,
            &line.replace("convert rsa", "convert ecdsa").replace("pkcs1", "sec1"),
            "does not match",
        );
        for name in ["o", "o.pub"] {
            fs::remove_file(directory.join(name)).expect("a file");
        }
    }
    fs::write(directory.join("o.pub"), fs::read(directory.join("ecdsa")).expect("a key")).expect("a file");
    refused(directory, "convert rsa --to der -o o --write-public --if-exists replace", "private key");
    assert!(!directory.join("o").exists(), "nothing is written");
}

/// A public exponent of 0, which ssh-keygen writes with a byte in every format.
#[test]
fn a_number_that_is_zero_takes_a_byte() {
    needs!("ssh-keygen");
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let line = format!("ssh-rsa AAAAB3NzaC1yc2EAAAAAAAAAgQDF{}xQ==", "xcXF".repeat(42));
    fs::write(directory.join("k.pub"), format!("{line} me\n")).expect("a file");
    for format in ["PEM", "PKCS8", "RFC4716"] {
        let [written, expected] = [rkeygen(), ssh_keygen()]
            .map(|program| run(program, directory, &["-e", "-m", format, "-f", "k.pub"]).stdout);
        assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(&expected), "{format}");
        assert!(!written.is_empty(), "{format}");
    }
    let jwk = works(directory, "convert k.pub --to jwk");
    assert!(String::from_utf8_lossy(&jwk.stdout).contains(r#""e":"AA""#));
}
