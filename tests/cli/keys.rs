//! Looking at keys and changing them: the same calls through ssh-keygen and rkeygen.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::oracle::{files, keys, run, same, ssh_keygen};
use crate::support::missing::needs;
use crate::support::rkeygen;

#[test]
fn fingerprints_of_every_file_with_every_hash() {
    needs!("ssh-keygen");
    let folder = keys();
    let folder = folder.path();
    for name in crate::support::names(folder) {
        for hash in ["md5", "sha1", "sha256", "SHA384", "sha512"] {
            same(folder, &["-l", "-E", hash, "-f", &name]);
        }
        same(folder, &["-lvf", &name]);
        same(folder, &["-Bf", &name]);
    }
    // Without `.pub`, the file must do; with an empty comment there, its name is shown.
    for name in files(folder) {
        let public = folder.join(format!("{name}.pub"));
        let line = fs::read_to_string(&public).expect("a line");
        let short: Vec<&str> = line.split(' ').take(2).collect();
        fs::write(&public, short.join(" ")).expect("a file");
        same(folder, &["-lf", &name]);
        fs::remove_file(&public).expect("a file");
        same(folder, &["-lf", &name]);
    }
    same(folder, &["-l", "-f", "missing"]);
    same(folder, &["-l", "-E", "md4", "-f", "rsa"]);
}

#[test]
fn fingerprints_of_lines_wherever_the_key_stands() {
    needs!("ssh-keygen");
    let folder = keys();
    let folder = folder.path();
    let key = fs::read_to_string(folder.join("ecdsa.pub")).expect("a key");
    let (key, bare) = (key.trim_end(), key.split(' ').take(2).collect::<Vec<_>>().join(" "));
    let lines = [
        format!("{key}\n"),
        format!("# a comment\n\n   \t{key}\n"),
        format!("command=\"echo \\\"a b\\\"\",no-pty {key}\n"),
        format!("host1,host2 {bare}\n"),
        format!("{bare}\n"),
        format!("{bare} # x"),
        format!("{bare}\tcaf\u{e9} \u{1b}[31m\u{7f}"),
        format!("@cert-authority * {key}\n{key}\n"),
        format!("17 {key}\n"),
        "\u{feff}ssh-rsa AAAA\n".to_owned(),
        String::new(),
        format!("{}\n", bare.replace("ecdsa-sha2-nistp256", "ssh-rsa")),
        format!("{}=\n", bare),
    ];
    for (number, text) in lines.iter().enumerate() {
        let name = format!("lines-{number}");
        fs::write(folder.join(&name), text).expect("a file");
        same(folder, &["-lf", &name]);
    }
}

#[test]
fn public_halves_of_every_private_key() {
    needs!("ssh-keygen");
    let folder = keys();
    let folder = folder.path();
    for name in files(folder) {
        for passphrase in ["horse", "", "wrong"] {
            // ssh-keygen before 10.3 neither writes nor reads Ed25519 in PKCS8 and PEM.
            same(folder, &["-y", "-P", passphrase, "-f", &name]);
        }
    }
    same(folder, &["-y", "-f", "missing"]);
    same(folder, &["-y", "-f", "rsa.pub"]);
}

#[test]
fn keys_that_others_can_read_are_not_used() {
    needs!("ssh-keygen");
    use std::os::unix::fs::PermissionsExt;
    let folder = keys();
    let folder = folder.path();
    for name in ["rsa", "rsa-pem", "ed25519-locked"] {
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o644)).expect("a mode");
        same(folder, &["-y", "-f", name]);
        same(folder, &["-p", "-P", "", "-N", "other", "-f", name]);
        same(folder, &["-l", "-f", name]);
        fs::remove_file(folder.join(format!("{name}.pub"))).expect("a file");
        same(folder, &["-l", "-f", name]);
        let output = run(rkeygen(), folder, &["-y", "-f", name]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            error.contains("UNPROTECTED PRIVATE KEY FILE") && error.contains("bad permissions"),
            "{error}"
        );
    }
}

/// What `-y` says of a key afterwards, by ssh-keygen.
fn public(folder: &Path, name: &str, passphrase: &str) -> String {
    let output = run(ssh_keygen(), folder, &["-y", "-P", passphrase, "-f", name]);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn passphrases_change_in_every_format_and_ssh_keygen_reads_the_result() {
    needs!("ssh-keygen");
    for format in ["RFC4716", "PEM", "PKCS8"] {
        for (old, new) in [("", "cart-horse"), ("horse", "cart-horse"), ("horse", "")] {
            let (theirs, ours) = (keys(), keys());
            for name in files(ours.path()) {
                if name.contains("-locked") == old.is_empty()
                    || name.starts_with("ed25519") && format != "RFC4716"
                {
                    continue;
                }
                if name.starts_with("dsa") && format != "RFC4716" {
                    continue;
                }
                let arguments = ["-p", "-a", "1", "-m", format, "-P", old, "-N", new, "-f", &name];
                let theirs = run(ssh_keygen(), theirs.path(), &arguments);
                let before = public(ours.path(), &name, old);
                let output = run(rkeygen(), ours.path(), &arguments);
                assert_eq!(output.stdout, theirs.stdout, "{arguments:?}");
                assert_eq!(output.status.code(), theirs.status.code(), "{arguments:?}");
                let (after, kept) = (public(ours.path(), &name, new), format == "RFC4716");
                let blob = |line: &str| {
                    line.split(' ').take(2).map(|word| word.trim().to_owned()).collect::<Vec<_>>()
                };
                assert_eq!(blob(&after), blob(&before), "{arguments:?}");
                assert_eq!(
                    after.contains("me and you"),
                    kept && before.contains("me and you"),
                    "{arguments:?}"
                );
                if !new.is_empty() {
                    assert_eq!(public(ours.path(), &name, ""), "", "{arguments:?}: not encrypted");
                }
            }
        }
    }
}

#[test]
fn a_wrong_passphrase_changes_nothing() {
    needs!("ssh-keygen");
    let folder = keys();
    let folder = folder.path();
    for name in files(folder).into_iter().filter(|name| name.ends_with("-locked")) {
        let before = fs::read(folder.join(&name)).expect("a key");
        same(folder, &["-p", "-P", "wrong", "-N", "other", "-f", &name]);
        same(folder, &["-c", "-P", "wrong", "-C", "other", "-f", &name]);
        assert_eq!(fs::read(folder.join(&name)).expect("a key"), before, "{name}");
    }
    let output = run(rkeygen(), folder, &["-p", "-P", "", "-N", "1234", "-m", "PKCS8", "-f", "rsa"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("passphrase is too short"));
}

#[test]
fn comments_change_in_both_files() {
    needs!("ssh-keygen");
    for (name, old) in
        [("ed25519", ""), ("rsa-locked", "horse"), ("ecdsa-pem", ""), ("rsa-pkcs8-locked", "horse")]
    {
        for comment in ["someone else", "", "me and you"] {
            let (other, ours) = (keys(), keys());
            let arguments = ["-c", "-a", "1", "-P", old, "-C", comment, "-f", name];
            let theirs = run(ssh_keygen(), other.path(), &arguments);
            let output = run(rkeygen(), ours.path(), &arguments);
            let text = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(text(&output), text(&theirs), "{arguments:?}");
            assert_eq!(output.status.code(), theirs.status.code(), "{arguments:?}");
            let line =
                |folder: &Path| fs::read_to_string(folder.join(format!("{name}.pub"))).expect("a line");
            assert_eq!(line(ours.path()), line(other.path()), "{arguments:?}");
            assert_eq!(
                line(ours.path()).trim_end(),
                public(ours.path(), name, old).trim_end(),
                "{arguments:?}"
            );
        }
    }
    let folder = keys();
    same(folder.path(), &["-c", "-m", "PEM", "-C", "x", "-f", "rsa"]);
    same(folder.path(), &["-p", "-c", "-f", "rsa"]);
}

#[test]
fn a_link_is_kept_and_its_target_replaced() {
    needs!("ssh-keygen");
    use std::os::unix::fs::{MetadataExt, symlink};
    let folder = keys();
    let folder = folder.path();
    fs::create_dir(folder.join("elsewhere")).expect("a folder");
    fs::rename(folder.join("ed25519"), folder.join("elsewhere/key")).expect("a move");
    symlink("elsewhere/key", folder.join("ed25519")).expect("a link");
    let output = run(rkeygen(), folder, &["-p", "-a", "1", "-P", "", "-N", "horse", "-f", "ed25519"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(fs::symlink_metadata(folder.join("ed25519")).expect("it").is_symlink());
    let target = fs::metadata(folder.join("elsewhere/key")).expect("the target");
    assert_eq!(target.mode() & 0o777, 0o600);
    assert!(public(folder, "elsewhere/key", "horse").starts_with("ssh-ed25519 "));
    assert_eq!(crate::support::names(&folder.join("elsewhere")), ["key"]);
}

#[test]
fn json_shows_keys_in_the_schema_of_generation() {
    needs!("ssh-keygen");
    let folder = keys();
    let output = run(rkeygen(), folder.path(), &["-l", "--json", "-f", "rsa"]);
    let keys: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(keys["schema"], "rkeygen/keys/1");
    let key = &keys["keys"][0];
    assert_eq!((key["type"].as_str(), key["bits"].as_u64()), (Some("rsa"), Some(1024)));
    assert_eq!(key["encrypted"], false);
    let output = run(rkeygen(), folder.path(), &["-y", "--json", "-P", "horse", "-f", "ecdsa-locked"]);
    let key: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let line = public(folder.path(), "ecdsa-locked", "horse");
    assert_eq!(
        (key["public_key"].as_str(), key["comment"].as_str()),
        (Some(line.trim_end()), Some("me and you"))
    );
}

#[test]
fn json_shows_the_options_of_an_authorized_keys_line() {
    let folder = keys();
    let line = fs::read_to_string(folder.path().join("ed25519.pub")).expect("a key");
    fs::write(folder.path().join("listed"), format!("# keys\nfrom=\"10.0.0.0/8\",no-pty {line}host {line}"))
        .expect("a file");
    let output = run(rkeygen(), folder.path(), &["-l", "--json", "-f", "listed"]);
    let keys: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let shown = [0, 1].map(|at| (keys["keys"][at]["line"].as_u64(), keys["keys"][at]["options"].as_str()));
    assert_eq!(shown, [(Some(2), Some("from=\"10.0.0.0/8\",no-pty")), (Some(3), None)]);
}

#[test]
fn a_load_error_says_which_of_the_causes_it_is() {
    needs!("ssh-keygen");
    let folder = keys();
    let folder = folder.path();
    let key = fs::read_to_string(folder.join("ed25519")).expect("a key");
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(key.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("empty", Vec::new(), "the file is empty"),
        ("public", fs::read(folder.join("ed25519.pub")).expect("it"), "a public key, not a private key"),
        ("text", b"hello".to_vec(), "not a private key file"),
        ("cut", key.as_bytes()[..200].to_vec(), "the END line is missing"),
        ("base64", key.replacen("b3Bl", "b!Bl", 1).into_bytes(), "is truncated or corrupt"),
        ("utf16", utf16, "the file is UTF-16 text"),
        ("escaped", key.replace('\n', "\\n").into_bytes(), "newlines are escaped as \\n"),
        ("one-line", key.replace('\n', " ").into_bytes(), "the whole key is on one line"),
    ];
    for (name, bytes, message) in cases {
        use std::os::unix::fs::PermissionsExt;
        fs::write(folder.join(name), bytes).expect("a file");
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o600)).expect("a mode");
        let output = run(rkeygen(), folder, &["-y", "-f", name]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(error.contains(message) && error.contains("hint: "), "{name}: {error}");
        assert_eq!(output.status.code(), Some(255), "{name}");
    }
}

#[test]
fn keys_in_tokens_are_read_but_do_not_sign() {
    needs!("ssh-keygen");
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let key = fs::read(vectors.join("token-ed25519")).expect("a key");
    crate::support::private_file(&folder.join("token"), &key);
    fs::copy(vectors.join("token-ed25519.pub"), folder.join("token.pub")).expect("a key");
    for words in [
        &["-lf", "token"][..],
        &["-y", "-f", "token"],
        &["-e", "-f", "token"],
        &["-p", "-P", "horse", "-N", "horse", "-a", "1", "-f", "token"],
        &["-y", "-P", "horse", "-f", "token"],
        &["-p", "-P", "horse", "-N", "", "-f", "token"],
        &["-c", "-C", "token", "-f", "token"],
        &["-lf", "token.pub"],
    ] {
        same(folder, words);
    }
    for words in [&["-Y", "sign", "-n", "file", "-f", "token"][..], &["-s", "token", "-I", "id", "token.pub"]]
    {
        let output = run(rkeygen(), folder, words);
        assert_eq!(output.status.code(), Some(255), "{words:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            said.contains("device not found") && said.contains("hint: plug the token in"),
            "{words:?}: {said}"
        );
    }
    assert_eq!(crate::support::names(folder), ["token", "token.pub"]);
}
