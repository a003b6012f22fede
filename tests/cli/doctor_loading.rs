//! What `rkeygen doctor` says of files that ssh loads, and of those that it does not.

use std::fs;

use base64ct::{Base64, Encoding as _};

use crate::doctor::{findings, private_directory, write};
use crate::oracle::{run, ssh_keygen};
use crate::support::missing::needs;
use crate::support::{assert_mode, private_file, rkeygen, set_mode};

/// RustCrypto/formats#1205: OpenSSL takes 32 MiB for scrypt, and ssh calls the passphrase incorrect.
#[test]
fn scrypt_that_openssl_refuses_is_named() {
    needs!("openssl");
    let directory = tempfile::tempdir().expect("a directory");
    let openssl = |arguments: &str| {
        let mut command = std::process::Command::new("openssl");
        command.args(arguments.split(' ')).current_dir(directory.path());
        assert!(command.output().expect("openssl").status.success(), "{arguments}");
    };
    openssl("genpkey -algorithm ed25519 -out plain");
    openssl("pkcs8 -topk8 -scrypt -outform DER -passout pass:horse -in plain -out locked");
    let der = fs::read(directory.path().join("locked")).expect("a key");
    // N is 16384, and r is 8: with 16 it is 32 MiB and some bytes.
    let at = der.windows(7).position(|seven| seven == [2, 2, 0x40, 0, 2, 1, 8]).expect("N and r");
    for (r, is_found) in [(8, false), (15, false), (16, true)] {
        let mut der = der.clone();
        der[at + 6] = r;
        let base64 = Base64::encode_string(&der);
        let lines: Vec<&str> =
            base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("text")).collect();
        let label = "ENCRYPTED PRIVATE KEY";
        let text = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"));
        fs::write(directory.path().join("key"), text).expect("a file");
        set_mode(directory.path().join("key"), 0o600);
        let output = run(rkeygen(), directory.path(), &["doctor", "key"]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(said.contains("OpenSSL refuses the memory"), is_found, "{r}: {said}");
    }
}

/// `doctor` says that ssh does not load a file exactly when ssh-keygen does not.
#[test]
fn what_ssh_loads_is_judged_as_ssh_keygen_judges_it() {
    needs!("ssh-keygen");
    let directory = private_directory();
    let directory = directory.path();
    let (own, pem, pkcs8, locked) = (
        fs::read_to_string(directory.join("ecdsa")).expect("a key"),
        include_str!("../vectors/pem-rsa.key"),
        include_str!("../vectors/pkcs8-rsa.key"),
        fs::read_to_string(directory.join("ecdsa-pem-locked")).expect("a key"),
    );
    let after = |text: &str, line: &str| text.replacen("-----\n", &format!("-----\n{line}\n"), 1);
    let flat = |text: &str| {
        let lines: Vec<&str> = text.trim_end().lines().collect();
        format!("{}\n\n{}\n{}\n", lines[0], lines[1..lines.len() - 1].concat(), lines[lines.len() - 1])
    };
    for (name, text) in [
        ("comment", after(&own, "Comment: me")),
        ("blank-in-own", after(&own, "")),
        ("blank-in-pem", after(pem, "")),
        ("blank-in-pkcs8", after(pkcs8, "")),
        ("flat", flat(pem)),
        ("header", after(pem, "X: y")),
        ("lower", locked.replace("4,ENCRYPTED", "4,encrypted")),
        ("info", locked.replace("CBC,", "CBC, ")),
        ("third", locked.replacen("DEK-Info", "X: y\nDEK-Info", 1)),
        ("more", locked.replacen("\n\n", "\nX: y\n\n", 1)),
        ("digits", locked.replacen("\n\n", "00\n\n", 1)),
        ("label", pkcs8.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")),
        ("largest", LARGEST.to_owned()),
        ("sealed", include_str!("../vectors/pkcs8-rsa-3des-encrypted.key").replace("ENCRYPTED ", "")),
    ] {
        write(directory, name, text);
        let loads = ["horse", "correct horse", ""]
            .into_iter()
            .any(|word| run(ssh_keygen(), directory, &["-y", "-P", word, "-f", name]).status.success());
        let (ids, _) = findings(directory, &[name]);
        let is_refused = ids.iter().any(|id| id == "not-loaded" || id == "damaged");
        assert_eq!(!is_refused, loads, "{name}: {ids:?}");
    }
}

/// The order of P-256 less one, as python3-cryptography writes it.
const LARGEST: &str = "-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIP////8AAAAA//////////+85vqtpxeehPO5ysL8YyVQoAoGCCqGSM49
AwEHoUQDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpawHL0cAeWA
ZXEYFLWD8GHp1DHMqZTOoTE0Sb+XyECuCg==
-----END EC PRIVATE KEY-----
";

/// An encrypted key proves to be whole only when it is opened.
#[test]
fn a_repair_of_an_encrypted_key_says_what_is_known_of_it() {
    needs!("ssh-keygen");
    let directory = private_directory();
    let directory = directory.path();
    let locked = fs::read_to_string(directory.join("ecdsa-pem-locked")).expect("a key");
    let text: String = locked.lines().map(|line| format!("> {line}\n")).collect();
    private_file(&directory.join("k"), text.as_bytes());
    for (arguments, proof) in [
        (&["doctor", "k"][..], "writes a repaired copy; only its passphrase shows whether the key is whole"),
        (&["doctor", "-P", "horse", "k"], "writes a repaired copy, which the passphrase opens"),
        (
            &["doctor", "-P", "wrong horse", "k"],
            "writes a repaired copy, which this passphrase does not open",
        ),
        (&["doctor", "--fix", "-P", "horse", "k"], ": k.repaired, which the passphrase opens"),
    ] {
        let shown = String::from_utf8_lossy(&run(rkeygen(), directory, arguments).stdout).into_owned();
        assert!(shown.contains(proof), "{shown}");
    }
    assert_eq!(fs::read_to_string(directory.join("k.repaired")).expect("a copy"), locked);
}

#[test]
fn a_key_of_putty_in_other_text_is_repaired() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let whole = include_str!("../vectors/putty-ed25519.ppk");
    let public = include_str!("../vectors/openssh-ed25519.pub");
    for (text, cause) in [
        (format!("{{\"key\": \"{}\"}}\n", whole.replace('\n', "\\n")), "newlines are escaped"),
        (format!("{public}{whole}"), "there are other characters around the lines of the key"),
    ] {
        private_file(&directory.join("k"), text.as_bytes());
        let output = run(rkeygen(), directory, &["doctor", "--fix", "k"]);
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{shown}");
        assert!(shown.contains(cause), "{shown}");
        let copy = fs::read_to_string(directory.join("k.repaired")).expect("a repaired copy");
        assert_eq!(copy, whole);
        fs::remove_file(directory.join("k.repaired")).expect("the copy");
    }
    private_file(&directory.join("k.ppk"), whole.as_bytes());
    let output = run(rkeygen(), directory, &["doctor", "k.ppk"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}

/// A second `--fix` finds its own copy; what else has that name stays, and is named as what is in the way.
#[test]
fn a_copy_that_is_there_is_no_other_programs() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let key = include_str!("../vectors/openssh-ed25519.key");
    private_file(&directory.join("k"), key.replace('\n', "\\n").as_bytes());
    for (there, said) in [
        (None, "a repaired copy is next to it"),
        (Some(key), "a repaired copy is next to it"),
        (Some("mine"), "not fixed: k.repaired already exists and is not the repaired key; move it away"),
        (Some(""), "not fixed: k.repaired already exists"),
    ] {
        if let Some(there) = there {
            private_file(&directory.join("k.repaired"), there.as_bytes());
        }
        let shown = String::from_utf8_lossy(&run(rkeygen(), directory, &["doctor", "--fix", "k"]).stdout)
            .into_owned();
        assert!(shown.contains(said), "{shown}");
        let copy = fs::read_to_string(directory.join("k.repaired")).expect("a copy");
        assert_eq!(copy, there.unwrap_or(key));
    }
}

/// What others can read of a damaged key may be enough for the whole one.
#[cfg(unix)]
#[test]
fn a_damaged_key_that_others_can_read_is_named_and_closed() {
    let directory = private_directory();
    let directory = directory.path();
    let key = fs::read_to_string(directory.join("ed25519")).expect("a key");
    fs::write(directory.join("cut"), key.replace("-----END OPENSSH PRIVATE KEY-----\n", "")).expect("a file");
    set_mode(directory.join("cut"), 0o644);
    let shown = String::from_utf8_lossy(&run(rkeygen(), directory, &["doctor", "cut"]).stdout).into_owned();
    assert!(
        shown.contains("the END line is missing") && shown.contains("others can read it (mode 0644)"),
        "{shown}"
    );
    run(rkeygen(), directory, &["doctor", "--fix", "cut"]);
    assert_mode(directory.join("cut"), 0o600);
    // That of a public key is for everyone.
    fs::write(directory.join("cut.pub"), "").expect("a file");
    set_mode(directory.join("cut.pub"), 0o644);
    let shown = run(rkeygen(), directory, &["doctor", "cut.pub"]).stdout;
    let shown = String::from_utf8_lossy(&shown);
    assert!(shown.contains("public key, damaged") && !shown.contains("others can read it"), "{shown}");
}
