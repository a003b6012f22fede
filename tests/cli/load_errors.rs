//! Private keys that cannot be used, and why.

use std::fs;
use std::path::Path;

use crate::oracle::{keys, run, same, ssh_keygen};
use crate::support::missing::needs;
use crate::support::{rkeygen, set_mode};

#[test]
fn a_load_error_says_which_of_the_causes_it_is() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let key = fs::read_to_string(directory.join("ed25519")).expect("a key");
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(key.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("empty", Vec::new(), "the file is empty"),
        ("public", fs::read(directory.join("ed25519.pub")).expect("it"), "a public key, not a private key"),
        ("text", b"hello".to_vec(), "not a private key file"),
        ("cut", key.as_bytes()[..200].to_vec(), "the END line is missing"),
        ("base64", key.replacen("b3Bl", "b!Bl", 1).into_bytes(), "is truncated or corrupt"),
        ("utf16", utf16, "the file is UTF-16 text"),
        ("escaped", key.replace('\n', "\\n").into_bytes(), "newlines are escaped as \\n"),
        ("one-line", key.replace('\n', " ").into_bytes(), "the whole key is on one line"),
    ];
    for (name, bytes, message) in cases {
        fs::write(directory.join(name), bytes).expect("a file");
        set_mode(directory.join(name), 0o600);
        let output = run(rkeygen(), directory, &["-y", "-f", name]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(error.contains(message) && error.contains("hint: "), "{name}: {error}");
        assert_eq!(output.status.code(), Some(255), "{name}");
    }
}

#[test]
fn keys_in_tokens_are_read_but_do_not_sign() {
    needs!("ssh-keygen");
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let key = fs::read(vectors.join("token-ed25519")).expect("a key");
    crate::support::private_file(&directory.join("token"), &key);
    fs::copy(vectors.join("token-ed25519.pub"), directory.join("token.pub")).expect("a key");
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
        same(directory, words);
    }
    for words in [&["-Y", "sign", "-n", "file", "-f", "token"][..], &["-s", "token", "-I", "id", "token.pub"]]
    {
        let output = run(rkeygen(), directory, words);
        assert_eq!(output.status.code(), Some(255), "{words:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            said.contains("device not found") && said.contains("hint: plug the token in"),
            "{words:?}: {said}"
        );
    }
    assert_eq!(crate::support::names(directory), ["token", "token.pub"]);
}

/// Private numbers of P-256, in the traditional PEM format as OpenSSL writes it: 2^128 - 1 and n - 1, which OpenSSH
/// refuses, and 2^129 + 5 and n - 2, which it takes. `convert` and `doctor` read all of them.
#[test]
fn unsafe_private_numbers_are_refused_as_by_ssh_keygen() {
    needs!("ssh-keygen");
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    for (number, (body, is_safe)) in [
        (
            "MHcCAQEEIAAAAAAAAAAAAAAAAAAAAAD/////////////////////oAoGCCqGSM49\n\
             AwEHoUQDQgAE+qMegk+BQ8rrKw5o3u5wvUXcW5p4+gdB7iKmp7nQsi/mB4taWY34\n\
             tluj0ojnDbYEol2QJ51YbREoLXBPi9GPLQ==\n",
            false,
        ),
        (
            "MHcCAQEEIP////8AAAAA//////////+85vqtpxeehPO5ysL8YyVQoAoGCCqGSM49\n\
             AwEHoUQDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpawHL0cAeWA\n\
             ZXEYFLWD8GHp1DHMqZTOoTE0Sb+XyECuCg==\n",
            false,
        ),
        (
            "MHcCAQEEIAAAAAAAAAAAAAAAAAAAAAIAAAAAAAAAAAAAAAAAAAAFoAoGCCqGSM49\n\
             AwEHoUQDQgAEReVPNbtBM0xRwuuaZBpQOLe2qk++M51mcaI8OG2aCrlkKCTBxx/4\n\
             PMXyIzcDHIdjylOsm3/SVCCciSzfj5Nf4A==\n",
            true,
        ),
        (
            "MHcCAQEEIP////8AAAAA//////////+85vqtpxeehPO5ysL8YyVPoAoGCCqGSM49\n\
             AwEHoUQDQgAEfPJ7GI0DT36KUjgDBLUaw8CJaeJ38hs1pgtI/EdmmXj4iKruJHEv\n\
             wNbCZTlgi88kRYJSGsMWfdZh+0hi3YeMLg==\n",
            true,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let name = &*format!("key{number}");
        let pem = format!("-----BEGIN EC PRIVATE KEY-----\n{body}-----END EC PRIVATE KEY-----\n");
        crate::support::private_file(&directory.join(name), pem.as_bytes());
        for words in [["-y", "-f", name], ["-e", "-f", name]] {
            let output = run(rkeygen(), directory, &words);
            assert_eq!(output.status.success(), is_safe, "{words:?}");
            assert_eq!(run(ssh_keygen(), directory, &words).status.code(), output.status.code(), "{words:?}");
        }
        let output = run(rkeygen(), directory, &["-p", "-P", "", "-N", "horse", "-a", "1", "-f", name]);
        assert_eq!(output.status.success(), is_safe, "{name}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            is_safe || said.contains(": invalid format\nhint: ") && said.contains("generate a new key"),
            "{said}"
        );
        let after = fs::read_to_string(directory.join(name)).expect("the key");
        assert!(is_safe != (after == pem), "{name}");
    }
}
