//! `rkeygen doctor`: the kit of damaged files, weak keys, permissions.

use std::fs;
use std::path::Path;

use base64ct::{Base64, Encoding as _};

use crate::oracle::{add_dsa, keys, run, ssh_keygen};
use crate::support::missing::needs;
use crate::support::{assert_mode, names, rkeygen, set_mode};

/// The findings of one file, by their words for programs, and the exit status.
pub(crate) fn findings(directory: &Path, arguments: &[&str]) -> (Vec<String>, i32) {
    let mut all = vec!["doctor", "--json"];
    all.extend(arguments);
    let output = run(rkeygen(), directory, &all);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["schema"], "rkeygen/doctor/2");
    let files = report["files"].as_array().expect("files");
    let ids = files.iter().flat_map(|file| file["findings"].as_array().expect("findings").clone());
    let ids = ids.map(|finding| finding["id"].as_str().expect("an id").to_owned()).collect();
    (ids, output.status.code().expect("a status"))
}

pub(crate) fn write(directory: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    fs::write(directory.join(name), bytes).expect("a file");
    set_mode(directory.join(name), 0o600);
}

pub(crate) fn private_directory() -> tempfile::TempDir {
    let directory = keys();
    set_mode(directory.path(), 0o700);
    directory
}

#[test]
fn sound_keys_have_no_findings() {
    needs!("ssh-keygen");
    let directory = private_directory();
    let directory = directory.path();
    // 24 rounds, as OpenSSH makes them today; the test keys have one.
    let made = run(ssh_keygen(), directory, &["-q", "-t", "ecdsa", "-a", "24", "-N", "horse", "-f", "good"]);
    assert!(made.status.success());
    for name in ["ed25519", "ecdsa", "ed25519.pub", "good", "ecdsa-pem", "ecdsa-pkcs8"] {
        assert_eq!(findings(directory, &[name]), (vec![], 0), "{name}");
    }
    let text = run(rkeygen(), directory, &["doctor", "-P", "horse", "good"]).stdout;
    let text = String::from_utf8(text).expect("text");
    for part in [
        "good: private key, OpenSSH format",
        "ecdsa, 256 bits",
        "SHA256:",
        "encrypted; this passphrase is right (aes256-ctr, bcrypt x 24)",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let wrong = run(rkeygen(), directory, &["doctor", "-P", "wrong", "good"]);
    assert!(String::from_utf8_lossy(&wrong.stdout).contains("encrypted; this passphrase is wrong"));
    assert_eq!(wrong.status.code(), Some(1));
}

#[test]
fn each_damage_is_named_and_mended_where_there_is_no_doubt() {
    needs!("ssh-keygen");
    let directory = private_directory();
    let directory = directory.path();
    let key = fs::read_to_string(directory.join("ed25519")).expect("a key");
    let utf16 = |order: fn(u16) -> [u8; 2], mark: [u8; 2]| -> Vec<u8> {
        mark.into_iter().chain(key.encode_utf16().flat_map(order)).collect()
    };
    write(directory, "plain", &key);
    let encoded = Base64::encode_string(key.as_bytes()).into_bytes();
    let cases: [(&str, Vec<u8>, &str, bool); 10] = [
        ("utf16-le", utf16(u16::to_le_bytes, [0xff, 0xfe]), "UTF-16", true),
        ("utf16-be", utf16(u16::to_be_bytes, [0xfe, 0xff]), "UTF-16", true),
        ("escaped", key.replace('\n', "\\n").into_bytes(), "escaped as \\n", true),
        ("quoted", format!("\"{}\"", key.replace('\n', "\\n")).into_bytes(), "escaped as \\n", true),
        ("one-line", key.replace('\n', " ").into_bytes(), "on one line", true),
        ("encoded", encoded, "base64-encoded", true),
        ("cut", key.as_bytes()[..key.len() / 2].to_vec(), "END line is missing", false),
        ("changed", key.replacen("AAAA", "A*AA", 1).into_bytes(), "truncated or corrupt", false),
        (
            "fields",
            key.replacen("b3BlbnNzaC1rZXktdjEAAAAA", "b3BlbnNzaC1rZXktdjEAAAAB", 1).into_bytes(),
            "the outer structure is truncated or corrupt",
            false,
        ),
        ("empty", Vec::new(), "the file is empty", false),
    ];
    for (name, bytes, message, mendable) in cases {
        write(directory, name, &bytes);
        assert_eq!(findings(directory, &[name]), (vec!["damaged".to_owned()], 1), "{name}");
        let text = run(rkeygen(), directory, &["doctor", "--fix", name]).stdout;
        assert!(
            String::from_utf8_lossy(&text).contains(message),
            "{name}: {}",
            String::from_utf8_lossy(&text)
        );
        assert_eq!(fs::read(directory.join(name)).expect("it"), bytes, "{name} itself stays");
        let copy = format!("{name}.repaired");
        assert_eq!(directory.join(&copy).exists(), mendable, "{name}");
        if mendable {
            let ours = run(ssh_keygen(), directory, &["-y", "-f", &copy]).stdout;
            assert_eq!(ours, fs::read(directory.join("ed25519.pub")).expect("it"), "{name}");
            let again = run(rkeygen(), directory, &["doctor", "--fix", name]).stdout;
            assert!(String::from_utf8_lossy(&again).contains("a repaired copy is next to it"), "{name}");
        }
    }
}

#[test]
fn what_ssh_does_not_load_is_a_finding_and_the_repaired_copy_loads() {
    needs!("ssh-keygen");
    let directory = private_directory();
    let directory = directory.path();
    let key = fs::read_to_string(directory.join("ecdsa")).expect("a key");
    for (name, text) in [
        ("crlf", key.replace('\n', "\r\n")),
        ("no-end", key.trim_end().to_owned()),
        ("indented", key.lines().map(|line| format!("    {line}\n")).collect()),
        ("mark", format!("\u{feff}{key}")),
        ("text", format!("my key:\n{key}")),
    ] {
        write(directory, name, text);
        assert_ne!(run(ssh_keygen(), directory, &["-y", "-f", name]).status.code(), Some(0), "{name}");
        assert_eq!(findings(directory, &[name]), (vec!["not-loaded".to_owned()], 1), "{name}");
        run(rkeygen(), directory, &["doctor", "--fix", name]);
        let loaded = run(ssh_keygen(), directory, &["-y", "-f", &format!("{name}.repaired")]);
        assert_eq!(loaded.stdout, fs::read(directory.join("ecdsa.pub")).expect("it"), "{name}");
    }
}

#[test]
fn keys_in_other_text_are_found_and_repaired() {
    needs!("ssh-keygen");
    let directory = private_directory();
    let directory = directory.path();
    let key = fs::read_to_string(directory.join("ed25519")).expect("a key");
    let body = key.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().join("\n");
    for (name, text, message) in [
        ("env", format!("KEY=\"{}\"\n", key.replace('\n', "\\n")), "escaped"),
        ("json", format!("{{\"a\": {{\"key\": \"{}\"}}}}", key.replace('\n', "\\n")), "escaped"),
        ("dashes", key.replace("-----", "----"), "five dashes"),
        ("word", key.replace("-----", "\u{2014}\u{2014}-"), "five dashes"),
        ("url", key.replace('\n', "%0A").replace(' ', "%20"), "URL-encoded"),
        ("body", body, "BEGIN and END lines are missing"),
        ("mail", key.lines().map(|line| format!("> {line}\n")).collect(), "around the lines"),
        ("space", key.replace("-----\nb3", "-----\u{200b}\nb3"), "invisible"),
    ] {
        write(directory, name, text);
        assert_eq!(findings(directory, &[name]), (vec!["damaged".to_owned()], 1), "{name}");
        let text = run(rkeygen(), directory, &["doctor", "--fix", name]).stdout;
        assert!(
            String::from_utf8_lossy(&text).contains(message),
            "{name}: {}",
            String::from_utf8_lossy(&text)
        );
        let loaded = run(ssh_keygen(), directory, &["-y", "-f", &format!("{name}.repaired")]);
        assert_eq!(loaded.stdout, fs::read(directory.join("ed25519.pub")).expect("it"), "{name}");
    }
    write(directory, "two", format!("{}{key}", key.trim_end()));
    let text = run(rkeygen(), directory, &["doctor", "two"]).stdout;
    assert!(
        String::from_utf8_lossy(&text).contains("it contains 2 keys"),
        "{}",
        String::from_utf8_lossy(&text)
    );
}

#[test]
fn files_of_other_programs_and_ordinary_files_are_no_broken_keys() {
    needs!("ssh-keygen");
    let directory = private_directory();
    let directory = directory.path();
    for name in ["known_hosts", "authorized_keys", "rc", "config", "environment", ".DS_Store"] {
        write(directory, name, "");
        assert_eq!(findings(directory, &[name]), (vec![], 0), "{name}");
    }
    for (name, text) in [
        ("tls", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
        ("pgp", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ==\n-----END PGP PRIVATE KEY BLOCK-----\n"),
        ("jwk", "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"AA\"}"),
        ("secret", "${{ secrets.SSH_KEY }}\n"),
    ] {
        write(directory, name, text);
        assert_eq!(findings(directory, &[name]), (vec!["other-format".to_owned()], 1), "{name}");
    }
}

#[test]
fn public_keys_that_ssh_does_not_read_are_named() {
    needs!("ssh-keygen");
    let directory = private_directory();
    let directory = directory.path();
    let key = fs::read_to_string(directory.join("ed25519.pub")).expect("a key");
    for (name, text, message) in [
        ("bom.pub", format!("\u{feff}{key}"), "BOM"),
        (
            "type.pub",
            key.replacen("ssh-ed25519", "ssh-rsa", 1),
            "the line says ssh-rsa, and the key is ssh-ed25519",
        ),
        ("folded.pub", format!("{}\n{}", &key[..40], &key[40..]), "folded"),
        ("cut.pub", key[..50].to_owned(), "truncated"),
    ] {
        write(directory, name, text);
        let output = run(rkeygen(), directory, &["doctor", name]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!((output.status.code(), text.contains(message)), (Some(1), true), "{name}: {text}");
    }
}

#[test]
fn permissions_are_found_and_mended() {
    needs!("ssh-keygen");
    let directory = private_directory();
    let directory = directory.path();
    set_mode(directory.join("ed25519"), 0o644);
    set_mode(directory, 0o777);
    let both = vec!["permissions".to_owned(), "directory-permissions".to_owned()];
    assert_eq!(findings(directory, &["ed25519"]), (both.clone(), 1));
    assert_eq!(findings(directory, &["--fix", "ed25519"]), (both, 0));
    assert_eq!(findings(directory, &["ed25519"]), (vec![], 0));
    assert_mode(directory.join("ed25519"), 0o600);
    assert_mode(directory, 0o755);
}

#[test]
fn halves_that_do_not_belong_together() {
    needs!("ssh-keygen");
    let directory = private_directory();
    let directory = directory.path();
    fs::copy(directory.join("ecdsa.pub"), directory.join("ed25519.pub")).expect("a copy");
    assert_eq!(findings(directory, &["ed25519"]), (vec!["other-public-key".to_owned()], 1));
}

#[test]
fn weak_protection_is_found() {
    needs!("ssh-keygen");
    let directory = private_directory();
    let directory = directory.path();
    assert_eq!(findings(directory, &["ecdsa-locked"]).0, ["low-rounds"], "bcrypt with one round");
    assert_eq!(findings(directory, &["ecdsa-pem-locked"]).0, ["old-kdf"], "MD5");
    assert_eq!(findings(directory, &["ecdsa-pkcs8-locked"]).0, ["low-rounds"], "PBKDF2 with 2048 iterations");
    let old = ["convert", "ecdsa", "--to", "ppk", "--ppk-version", "2", "-N", "horse", "-o", "old.ppk"];
    assert_eq!(run(rkeygen(), directory, &old).status.code(), Some(0));
    assert_eq!(findings(directory, &["old.ppk"]).0, ["old-kdf"], "SHA-1");
}

/// A public RSA key as a line, from the numbers, by Python.
pub(crate) fn rsa_line(expression: &str) -> String {
    let program = format!(
        "import base64, struct, random\n\
         def prime(bits, start=None):\n    \
             n = start or random.getrandbits(bits) | 1 | 3 << bits - 2\n    \
             while any(pow(a, n - 1, n) != 1 for a in (2, 3, 5, 7)): n += 2\n    \
             return n\n\
         def mpint(n):\n    \
             b = n.to_bytes(n.bit_length() // 8 + 1, 'big')\n    \
             return struct.pack('>I', len(b)) + b\n\
         def line(n, e=65537):\n    \
             return 'ssh-rsa ' + base64.b64encode(struct.pack('>I', 7) + b'ssh-rsa' + mpint(e) + mpint(n)).decode()\n\
         random.seed(1)\n{expression}\n"
    );
    let output = crate::support::peer(std::process::Command::new("python3").arg("-c").arg(program));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn weak_keys_are_found() {
    needs!("ssh-keygen");
    let directory = private_directory();
    let directory = directory.path();
    for (name, expression, message) in [
        ("short", "print(line(prime(512) * prime(512)))", "RSA of 1024 bits is too short"),
        ("even", "print(line(prime(1024) * prime(1024) * 2))", "the modulus is even"),
        ("small", "print(line(prime(1024) * prime(1010) * 65521))", "divisible by 65521"),
        ("one", "print(line(prime(1024) * prime(1024), 1))", "the public exponent is 1 or even"),
        ("exponent", "print(line(prime(1024) * prime(1024), 65536))", "the public exponent is 1 or even"),
        (
            "fermat",
            "p = prime(1024); print(line(p * prime(1024, p + 2)))",
            "the factors of the modulus are close",
        ),
        ("square", "p = prime(1024); print(line(p * p))", "the factors of the modulus are close"),
        ("roca", ROCA, "the mark of the ROCA fault"),
    ] {
        write(directory, name, rsa_line(expression));
        assert_eq!(findings(directory, &[name]), (vec!["weak-key".to_owned()], 1), "{name}");
        let text = run(rkeygen(), directory, &["doctor", name]).stdout;
        assert!(
            String::from_utf8_lossy(&text).contains(message),
            "{name}: {}",
            String::from_utf8_lossy(&text)
        );
    }
    add_dsa(directory);
    assert_eq!(findings(directory, &["dsa.pub"]).0, ["weak-key"]);
    let sound = "print(line(prime(1024) * prime(1024)))";
    write(directory, "sound", rsa_line(sound));
    assert_eq!(findings(directory, &["sound"]), (vec![], 0));
}

/// Primes of the form k M + (65537^a mod M), as the faulty generator made them.
const ROCA: &str = "M = 1\n\
    for p in (2,3,5,7,11,13,17,19,23,29,31,37,41,43,47,53,59,61,67,71,73,79,83,89,97,101,103,107,109,113,127,131,137,\
139,149,151,157,163,167): M *= p\n\
    def weak():\n    \
        while True:\n        \
            n = random.getrandbits(1040 - M.bit_length()) * M + pow(65537, random.getrandbits(60), M)\n        \
            if n.bit_length() == 1040 and n % 2 and all(pow(a, n - 1, n) == 1 for a in (2, 3, 5, 7)): return n\n\
    p, q = weak(), weak()\n\
    print(line(p * q))";

#[test]
fn a_prime_in_common_is_found_between_files() {
    needs!("ssh-keygen");
    let directory = private_directory();
    let directory = directory.path();
    let lines = rsa_line("p = prime(1024)\nprint(line(p * prime(1024)))\nprint(line(p * prime(1024)))");
    let (first, second) = lines.trim_end().split_once('\n').expect("two lines");
    write(directory, "first", first);
    write(directory, "second", second);
    assert_eq!(findings(directory, &["first"]), (vec![], 0));
    assert_eq!(findings(directory, &["first", "second"]).0, ["shared-prime", "shared-prime"]);
    assert_eq!(findings(directory, &["first", "first"]), (vec![], 0), "the same key is no finding");
}

#[test]
fn directories_standard_input_and_what_cannot_be_read() {
    needs!("ssh-keygen");
    let directory = private_directory();
    let directory = directory.path();
    fs::create_dir(directory.join("ssh")).expect("a directory");
    set_mode(directory.join("ssh"), 0o700);
    for name in ["ed25519", "ed25519.pub"] {
        fs::copy(directory.join(name), directory.join("ssh").join(name)).expect("a copy");
    }
    write(directory, "ssh/config", "Host *\n");
    assert_eq!(findings(directory, &["ssh"]), (vec![], 0));
    assert_eq!(names(&directory.join("ssh")).len(), 3);
    let text = run(rkeygen(), directory, &["doctor", "ssh"]).stdout;
    assert!(String::from_utf8_lossy(&text).contains("ssh/config: ssh configuration\n"));
    assert_eq!(findings(directory, &["missing"]).1, 255);
    let empty = run(rkeygen(), directory, &["doctor", "-"]);
    assert!(String::from_utf8_lossy(&empty.stdout).contains("the file is empty"));
    assert_eq!(empty.status.code(), Some(1));
}

#[test]
fn what_is_not_read_is_told_from_damage() {
    needs!("ssh-keygen");
    needs!("openssl");
    let directory = private_directory();
    let directory = directory.path();
    write(directory, "plain", include_bytes!("../vectors/pkcs8-ecdsa.key"));
    write(directory, "sec1", include_bytes!("../vectors/pem-ecdsa.key"));
    for (name, command, message) in [
        ("x25519", "genpkey -algorithm X25519", "X25519, which cannot sign"),
        ("ed448", "genpkey -algorithm ED448", "Ed448"),
        ("pss", "genpkey -algorithm RSA-PSS", "RSA for PSS signatures only"),
        ("primes", "genrsa -primes 3 2048", "RSA of more than two primes"),
        ("curve", "ecparam -name secp256k1 -genkey -noout", "unsupported curve"),
        (
            "old",
            "pkcs8 -topk8 -v2 id-aes256-wrap-pad -passout pass:secret99 -in plain",
            "unsupported cipher: AES-256 key wrap with padding",
        ),
        ("chacha", "ec -chacha20 -passout pass:secret99 -in sec1", "unsupported cipher: ChaCha20"),
    ] {
        let mut openssl = std::process::Command::new("openssl");
        let (command, options) = command.split_once(' ').expect("options");
        openssl.args([command, "-out", name]).args(options.split(' ')).current_dir(directory);
        assert!(openssl.output().expect("openssl").status.success(), "{command}");
        set_mode(directory.join(name), 0o600);
        assert_eq!(findings(directory, &[name]), (vec!["unsupported".to_owned()], 1), "{name}");
        let output = run(rkeygen(), directory, &["-y", "-P", "secret99", "-f", name]);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), errors.contains(message)), (Some(255), true), "{name}: {errors}");
    }
}
