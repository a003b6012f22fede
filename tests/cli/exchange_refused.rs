//! What `rkeygen convert` refuses of DER, JSON Web Keys and keys of age, and by which name.

use std::fs;

use crate::exchange::{ours, works};
use crate::oracle::keys;
use crate::support::missing::needs;

#[test]
fn what_does_not_fit_together_is_refused_by_name() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    for (line, message) in [
        ("convert ecdsa --to pkcs1 -o x", "PKCS1 does not hold ECDSA keys"),
        ("convert rsa --to sec1 -o x", "SEC1 does not hold RSA keys"),
        ("convert rsa.pub --to sec1", "SEC1 does not hold RSA keys"),
        ("convert rsa --to ppk --der -o x", "--der is for"),
        ("convert rsa --to jwk --der -o x", "--der is for"),
        ("convert rsa --to der", "say where it goes"),
        ("convert rsa --to der -o - --write-public", "--write-public needs a file"),
        ("convert rsa.pub --to der -o x --write-public", "--write-public is for private keys"),
        ("convert rsa --to jwk --fips -o x", "--fips means --to pkcs8"),
    ] {
        let output = ours(directory, line);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && error.contains(message), "{line}: {error}");
        assert!(!directory.join("x").exists(), "{line}");
    }
}

#[test]
fn damaged_and_foreign_json_web_keys_are_told_apart() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    // The key of RFC 8037 appendix A, as a whole and changed.
    let ed = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#;
    for (text, message) in [
        (ed.to_owned(), ""),
        (format!("{{\"keys\":[{ed}]}}"), ""),
        (format!("\u{feff}  {ed}\r\n"), ""),
        (format!("{{\"keys\":[{ed},{ed}]}}"), "a JWK set that does not hold exactly one key"),
        (ed.replace("nWG", "nWH"), "do not match"),
        (ed.replace("nWG", ""), "invalid format"),
        (ed.replace("nWG", "!!!"), "invalid format"),
        (ed.replace("Ed25519", "X25519"), "X25519, which cannot sign"),
        (ed.replace("Ed25519", "Ed448"), "Ed448, which OpenSSH does not use"),
        (ed.replace("OKP", "EC"), "unsupported curve: Ed25519"),
        (ed.replace("OKP", "RSA"), "invalid format"),
        (r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"}"#.to_owned(), "a symmetric key"),
        (
            r#"{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA","d":"AA"}"#.to_owned(),
            "unsupported curve: secp256k1",
        ),
        (r#"{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}"#.to_owned(), "invalid format"),
        (r#"{"kty":7}"#.to_owned(), "invalid format"),
        ("[".repeat(100_000), "invalid format"),
    ] {
        fs::write(directory.join("k.json"), &text).expect("a file");
        let output = ours(directory, "convert k.json --to openssh -o - --no-passphrase");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        let shown = &text[..text.len().min(200)];
        if message.is_empty() {
            assert_eq!(output.status.code(), Some(0), "{shown}: {error}");
        } else {
            assert_eq!(output.status.code(), Some(255), "{shown}: {error}");
            assert!(error.contains(message), "{shown}: {error}");
        }
    }
    // Its public key, in hexadecimal digits in RFC 8032 section 7.1, test 1.
    fs::write(directory.join("k.json"), ed).expect("a file");
    let line = works(directory, "convert k.json --to spki").stdout;
    assert!(
        String::from_utf8_lossy(&line)
            .contains("MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
    );
}
