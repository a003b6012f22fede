//! What OpenSSL, Dropbear and Python write, read by rkeygen; and back again.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::missing::needs;
use crate::support::oracle::{openssh, ssh_keygen};
use crate::support::{peer, rkeygen};

const PASSPHRASE: &str = "correct horse";

fn openssl(directory: &Path, words: &str) -> Output {
    let mut command = Command::new("openssl");
    command.current_dir(directory).args(words.split(' '));
    let output = peer(&mut command);
    assert!(output.status.success(), "openssl {words}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// The public key of a key file by rkeygen, as SubjectPublicKeyInfo.
fn spki(directory: &Path, name: &str) -> String {
    fs::set_permissions(directory.join(name), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .expect("a mode");
    let mut command = rkeygen();
    command.current_dir(directory).args(["convert", name, "--to", "spki", "-P", PASSPHRASE]);
    let output = peer(&mut command);
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// The same by OpenSSL.
fn spki_by_openssl(directory: &Path, name: &str) -> String {
    fs::write(directory.join("passphrase"), PASSPHRASE).expect("a file");
    let output = openssl(directory, &format!("pkey -pubout -in {name} -passin file:passphrase"));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn every_encryption_of_openssl_is_read() {
    needs!("openssl");
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    fs::write(directory.join("passphrase"), PASSPHRASE).expect("a file");
    for (kind, parameters) in [
        ("rsa", "-algorithm rsa -pkeyopt rsa_keygen_bits:2049"),
        ("p521", "-algorithm ec -pkeyopt ec_paramgen_curve:P-521"),
        ("ed25519", "-algorithm ed25519"),
    ] {
        openssl(directory, &format!("genpkey {parameters} -out {kind}"));
        assert_eq!(spki(directory, kind), spki_by_openssl(directory, kind), "{kind}");
        for scheme in [
            "-v2 aes-128-cbc",
            "-v2 aes-192-cbc",
            "-v2 aes-256-cbc -iter 5000",
            "-v2 des3",
            "-v2 aes-256-cbc -v2prf hmacWithSHA1",
            "-v2 aes-256-cbc -v2prf hmacWithSHA512",
            "-v2 aes-256-cbc -v2prf hmacWithMD5",
            "-v2 aes-256-cbc -v2prf hmacWithSHA512-224",
            "-scrypt",
        ] {
            let words = format!("pkcs8 -topk8 {scheme} -in {kind} -out locked -passout file:passphrase");
            openssl(directory, &words);
            assert_eq!(spki(directory, "locked"), spki_by_openssl(directory, "locked"), "{kind} {scheme}");
        }
        if kind == "ed25519" {
            continue;
        }
        let command = if kind == "rsa" { "rsa -traditional" } else { "ec" };
        for cipher in ["", "-aes128", "-aes192", "-aes256", "-des3"] {
            let words =
                format!("{command} {cipher} -in {kind} -out old -passout file:passphrase").replace("  ", " ");
            openssl(directory, &words);
            assert!(fs::read_to_string(directory.join("old")).expect("text").contains("PRIVATE KEY"));
            assert_eq!(spki(directory, "old"), spki_by_openssl(directory, "old"), "{kind} {cipher}");
        }
    }
}

/// Ciphers of OpenSSL's default provider that programs do not choose by themselves.
#[test]
fn rare_ciphers_of_openssl_are_read() {
    needs!("openssl");
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    fs::write(directory.join("passphrase"), PASSPHRASE).expect("a file");
    openssl(directory, "ecparam -name prime256v1 -genkey -noout -out key");
    let sizes = |name: &str| ["128", "192", "256"].map(|size| format!("{name}-{size}"));
    let blocks = [sizes("aes"), sizes("aria"), sizes("camellia")].concat();
    let of_pem = blocks.iter().flat_map(|block| {
        ["cbc", "cfb", "cfb1", "cfb8", "ofb", "ctr"].map(|mode| format!("ec -{block}-{mode}"))
    });
    let of_pkcs8 = blocks.iter().flat_map(|block| {
        ["cbc", "cfb", "ofb", "ecb"].map(|mode| format!("pkcs8 -topk8 -v2 {block}-{mode}"))
    });
    let others = [
        "ec -sm4-cbc",
        "ec -sm4-cfb",
        "ec -sm4-ofb",
        "ec -sm4-ctr",
        "ec -des-ede-cbc",
        "ec -des-ede-cfb",
        "ec -des-ede-ofb",
        "ec -des-ede3-cfb",
        "ec -des-ede3-cfb1",
        "ec -des-ede3-cfb8",
        "ec -des-ede3-ofb",
        "pkcs8 -topk8 -v2 sm4-cbc",
        "pkcs8 -topk8 -v2 sm4-ctr",
        "pkcs8 -topk8 -v2 aria-192-ctr",
        "pkcs8 -topk8 -v2 camellia-192-ctr",
        "pkcs8 -topk8 -v2 des-ede",
    ];
    let expected = spki_by_openssl(directory, "key");
    for words in of_pem.chain(of_pkcs8).chain(others.map(str::to_owned)) {
        openssl(directory, &format!("{words} -in key -out locked -passout file:passphrase"));
        let text = fs::read_to_string(directory.join("locked")).expect("text");
        assert!(text.contains("ENCRYPTED"), "{words}");
        assert_eq!(spki(directory, "locked"), expected, "{words}");
        fs::write(directory.join("locked"), text.replace("DEK-Info: A", "DEK-Info: a")).expect("a file");
        assert_eq!(spki(directory, "locked"), expected, "{words}");
    }
}

#[test]
fn odd_sizes_and_leading_zeros_survive_every_conversion() {
    needs!("ssh-keygen", "openssl", "python3 cryptography");
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    openssl(directory, "genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2049 -out rsa-2049");
    openssl(directory, "genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:7680 -out rsa-7680");
    // Scalars of P-521 that begin with up to eight zero bytes.
    let python = "from cryptography.hazmat.primitives.asymmetric import ec\n\
                  from cryptography.hazmat.primitives import serialization as s\n\
                  for zeros in range(1, 9):\n    \
                      key = ec.derive_private_key((1 << 8 * (66 - zeros)) // 3, ec.SECP521R1())\n    \
                      data = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())\n    \
                      open(f'p521-{zeros}', 'wb').write(data)\n";
    let output = peer(Command::new("/usr/bin/python3").current_dir(directory).args(["-c", python]));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for name in crate::support::names(directory) {
        let expected = spki_by_openssl(directory, &name);
        let mut from = name.clone();
        for to in ["openssh", "pem", "ppk", "pkcs8", "openssh"] {
            let result = format!("{name}.{to}");
            let mut command = rkeygen();
            command.current_dir(directory).args([
                "convert",
                &from,
                "--to",
                to,
                "-o",
                &result,
                "--if-exists",
                "replace",
            ]);
            let output = peer(&mut command);
            assert!(output.status.success(), "{from} to {to}: {}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(spki(directory, &result), expected, "{from} to {to}");
            from = result;
        }
        let mut command = ssh_keygen();
        command.current_dir(directory).args(["-e", "-m", "PKCS8", "-f", &from]);
        assert_eq!(String::from_utf8_lossy(&peer(&mut command).stdout), expected, "{name} by ssh-keygen");
    }
}

#[test]
fn dropbear_reads_plain_keys_and_what_it_writes_is_read() {
    needs!("dropbearconvert");
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    for (kind, bits) in
        [("ed25519", "256"), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521"), ("rsa", "2048")]
    {
        for format in ["RFC4716", "PEM"] {
            if kind == "ed25519" && format == "PEM" {
                continue;
            }
            let name = format!("{kind}-{bits}-{format}");
            let mut command = rkeygen();
            command.current_dir(directory).args([
                "-q",
                "-t",
                kind,
                "-b",
                bits,
                "-m",
                format,
                "--no-passphrase",
            ]);
            assert!(peer(command.args(["-f", &name])).status.success(), "{name}");
            for (from, to, result) in [("openssh", "dropbear", "its-own"), ("dropbear", "openssh", "back")] {
                let input = if from == "openssh" { name.as_str() } else { "its-own" };
                let mut command = Command::new("dropbearconvert");
                let output = peer(command.current_dir(directory).args([from, to, input, result]));
                assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
            }
            assert_eq!(spki(directory, "back"), spki(directory, &name), "{name}");
        }
    }
}

#[test]
fn what_python_writes_is_read() {
    needs!("openssl", "python3 cryptography", "python3 paramiko");
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let python = "import paramiko\n\
                  from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa\n\
                  from cryptography.hazmat.primitives import serialization as s\n\
                  secret = b'correct horse'\n\
                  paramiko.RSAKey.generate(2048).write_private_key_file('paramiko-rsa', password=secret.decode())\n\
                  paramiko.ECDSAKey.generate(bits=384).write_private_key_file('paramiko-ecdsa', password=secret.decode())\n\
                  paramiko.RSAKey.generate(2048).write_private_key_file('paramiko-plain')\n\
                  keys = dict(rsa=rsa.generate_private_key(65537, 2048), ecdsa=ec.generate_private_key(ec.SECP256R1()),\n\
                  ed25519=ed25519.Ed25519PrivateKey.generate())\n\
                  for name, key in keys.items():\n    \
                      for form in ('OpenSSH', 'PKCS8'):\n        \
                          for word, lock in (('locked', s.BestAvailableEncryption(secret)), ('plain', s.NoEncryption())):\n            \
                              data = key.private_bytes(s.Encoding.PEM, getattr(s.PrivateFormat, form), lock)\n            \
                              open(f'{name}-{form}-{word}', 'wb').write(data)\n            \
                              public = key.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)\n            \
                              open(f'{name}-{form}-{word}.spki', 'wb').write(public)\n";
    let output = peer(Command::new("/usr/bin/python3").current_dir(directory).args(["-c", python]));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let names = crate::support::names(directory);
    let keys: Vec<_> = names.iter().filter(|name| !name.ends_with(".spki")).collect();
    assert_eq!(keys.len(), 15);
    for name in keys {
        let public = fs::read_to_string(directory.join(format!("{name}.spki")));
        let expected = public.unwrap_or_else(|_| spki_by_openssl(directory, name));
        assert_eq!(spki(directory, name), expected, "{name}");
    }
}

#[test]
fn every_cipher_of_ssh_keygen_is_read_and_puttygen_reads_ours() {
    needs!("ssh-keygen");
    needs!("puttygen");
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    fs::write(directory.join("passphrase"), PASSPHRASE).expect("a file");
    let run = |command: &mut Command| {
        let output = peer(command.current_dir(directory));
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let ciphers = run(openssh("ssh").args(["-Q", "cipher"]));
    assert!(ciphers.lines().count() >= 10);
    for kind in ["ed25519", "ecdsa", "rsa"] {
        for cipher in ciphers.lines() {
            let name = format!("{kind}-{cipher}");
            let words = ["-q", "-t", kind, "-a", "1", "-Z", cipher, "-N", PASSPHRASE, "-f", &name];
            run(ssh_keygen().args(words));
            let ours = run(rkeygen().args(["-y", "-P", PASSPHRASE, "-f", &name]));
            assert_eq!(
                ours,
                fs::read_to_string(directory.join(format!("{name}.pub"))).expect("it"),
                "{name}"
            );
        }
        for format in ["RFC4716", "PEM"] {
            if (kind, format) == ("ed25519", "PEM") {
                continue;
            }
            for passphrase in ["", PASSPHRASE] {
                let words = ["-q", "-t", kind, "-a", "1", "-m", format, "-N", passphrase, "-f", "ours"];
                run(rkeygen().args(words).args(["--if-exists", "replace"]));
                let theirs =
                    run(Command::new("puttygen").args(["ours", "-L", "--old-passphrase", "passphrase"]));
                let public = fs::read_to_string(directory.join("ours.pub")).expect("it");
                let blob = |line: &str| line.split(' ').nth(1).map(str::trim).map(str::to_owned);
                assert_eq!(blob(&theirs), blob(&public), "{kind} {format} {passphrase}");
            }
        }
    }
}
