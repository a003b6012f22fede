//! Help, version and wrong usage.

use crate::support::Test;
use crate::support::missing::needs;
use crate::support::oracle::ssh_keygen;

#[test]
fn help_fits_a_terminal() {
    let page = |arguments: &str| Test::new(arguments).stdout_has(&[]).run().stdout();
    let overview = page("--help");
    assert!(overview.lines().count() <= 32, "{overview}");
    for same in ["help", "help --help", "-q --help"] {
        assert_eq!(page(same), overview, "{same}");
    }
    for other in
        ["help options", "help passphrases", "help exit-status", "krl --help", "help krl", "convert --help"]
    {
        let long = page(other).lines().find(|line| line.len() > 79).map(str::to_owned);
        assert_eq!(long, None, "{other}: a line too long for 80 columns");
    }
    let long = overview.lines().find(|line| line.len() > 79);
    assert_eq!(long, None, "a line too long for 80 columns");
}

#[test]
fn each_mode_and_command_has_a_page_of_its_own() {
    for (arguments, page) in [
        ("convert --help", "rkeygen convert: convert a key"),
        ("help convert", "rkeygen convert: convert a key"),
        ("convert x --to pem --help", "rkeygen convert: convert a key"),
        ("help certificate sign", "rkeygen certificate sign: sign public keys"),
        ("help -s", "rkeygen certificate sign: sign public keys"),
        ("-l --help", "rkeygen fingerprint: show fingerprints"),
        ("-Y verify --help", "rkeygen verify: verify"),
        ("help -l", "rkeygen fingerprint: show fingerprints"),
        ("help -Y", "sign"),
        ("help --if-exists", "--if-exists ACTION"),
        ("help JWK", "jwk       a JSON Web Key"),
        ("help certificates", "certificate show"),
        ("completions --help", "Usage: rkeygen completions [OPTION]... SHELL"),
        ("man --help", "Usage: rkeygen man"),
    ] {
        Test::new(arguments).stdout_has(&[page]).run();
    }
}

/// Scripts look there for what ssh-keygen can do.
#[test]
fn a_question_mark_shows_ssh_keygens_usage() {
    let wanted =
        ["unknown option -- ?\nusage: ssh-keygen [-q] [-a rounds]", "[-E fingerprint_hash]", "-Y verify"];
    Test::new("-?").status(1).stderr_has(&wanted).run();
    Test::new("-q?").status(1).stderr_has(&wanted).run();
}

#[test]
fn version() {
    let done = Test::new("--version").any_output().run();
    let line = String::from_utf8(done.output.stdout).expect("text");
    let rest = line.strip_prefix(concat!("rkeygen ", env!("CARGO_PKG_VERSION"))).expect("name and version");
    let commit = rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(")\n"));
    let is_commit = |text: &str| text.len() == 12 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    assert!(rest == "\n" || commit.is_some_and(is_commit), "{line:?}");
    Test::new("version").stdout(&line).run();
}

#[test]
fn wrong_usage_is_status_1_and_touches_nothing() {
    for (arguments, message) in [
        ("-W", "unknown option -- W"),
        ("-qW", "unknown option -- W"),
        ("--frobnicate", "unknown option --frobnicate"),
        ("-f", "option requires an argument -- f"),
        ("key", "Too many arguments."),
        ("-f key operand", "Too many arguments."),
        ("-f key -N x --no-passphrase", "exclude each other"),
        ("-f key --if-exists perhaps", "is not one of: ask, fail, keep, replace"),
        ("--fips -m PEM", "--fips means the format PKCS8"),
        ("--quiet=yes", "takes no value"),
    ] {
        let done = Test::new(arguments).status(1).stderr_has(&[message, "\nhint: "]).run();
        assert!(done.names().is_empty(), "{arguments}");
    }
}

/// As OpenSSH 10.6 does each of them.
#[test]
fn small_print_of_ssh_keygen() {
    let key = Test::new("-q -t ed25519 -N x -f key -a").arg(" 3").run();
    assert_eq!(key.names(), ["key", "key.pub"]);
    for (status, length, message) in
        [(0, 251, ""), (1, 256, "Saving key "), (255, 4096, "Identity filename too long")]
    {
        Test::new("-q -t ed25519 -N x -a 1 -f")
            .arg("n".repeat(length))
            .status(status)
            .stderr_has(&[message])
            .run();
    }
    let mut test = Test::new("-p -P x -N y -O verify-required -f key").status(255);
    test = test
        .file("key", key.read("key"))
        .stdout("")
        .stderr_has(&["FIDO-specific option requested for non-FIDO key key"]);
    test.run();
    let public = key.read("key.pub");
    let upper = Test::new("-r h -O HASHALG=sha1 -f key.pub")
        .file("key.pub", &public)
        .stdout_has(&["h IN SSHFP 4 1 "])
        .run();
    assert_eq!(upper.stdout().lines().count(), 1);
    for arguments in
        ["-s ~no-such-user/ca -I i key.pub", "-k -f r ~no-such-user/x", "-k -f r -s ~no-such-user/ca key.pub"]
    {
        let test = Test::new(arguments).file("key.pub", &public).status(255);
        test.stderr_has(&["tilde_expand: No such user no-such-user"]).run();
    }
}

#[test]
fn bad_values_are_status_255_with_ssh_keygens_words() {
    for (arguments, message) in [
        ("-t rsa1", "unknown key type rsa1"),
        ("-t SSH-ED25519", "unknown key type SSH-ED25519"),
        ("-t ssh-dss", "unknown key type ssh-dss"),
        ("-t ed25519-sk -O application=foo", "FIDO application string must begin with \"ssh:\""),
        (
            "-t ecdsa-sk -O touch-required",
            "Option \"touch-required\" is unsupported for FIDO authenticator enrollment",
        ),
        ("-K -O resident", "Option \"resident\" is unsupported for FIDO authenticator download"),
        (
            "-qD provider.so",
            if cfg!(unix) {
                "cannot read public key from pkcs11: provider provider.so is not a PKCS11 library"
            } else {
                "cannot read public key from pkcs11: this build loads no libraries"
            },
        ),
        ("-t rsa -b 1023", "Invalid RSA key length: minimum is 1024 bits"),
        ("-t rsa -b 16385", "Invalid RSA key length: maximum is 16384 bits"),
        ("-t ecdsa -b 300", "Invalid ECDSA key length: valid lengths are 256, 384 or 521 bits"),
        ("-b 0", "Bits has bad value 0 (too small)"),
        ("-b -1", "Bits has bad value -1 (too small)"),
        ("-b x", "Bits has bad value x (invalid)"),
        ("-b 99999999999", "Bits has bad value 99999999999 (too large)"),
        ("-b 99999999999999999999999", "Bits has bad value 99999999999999999999999 (too large)"),
        ("-a 0", "Invalid number: 0 (too small)"),
        ("-a 2147483648", "Invalid number: 2147483648 (too large)"),
        ("-Z rot13", "Invalid OpenSSH-format cipher 'rot13'"),
        ("-m DER", "Unsupported conversion format \"DER\""),
        ("-E crc32", "Invalid hash algorithm \"crc32\""),
        ("--new-passphrase-from pw", "not a passphrase source"),
        ("--fips -t ed25519", "excludes Ed25519"),
        ("--fips -t rsa -b 1024", "excludes RSA keys under 2048 bits"),
    ] {
        let done = Test::new(arguments).arg("-fkey").status(255).stderr_has(&[message]).run();
        assert!(done.names().is_empty(), "{arguments}");
    }
}

#[test]
fn options_parse_like_getopt() {
    needs!("ssh-keygen");
    // `=` belongs to the value, the next word is a value whatever it looks like, the last wins.
    let done = Test::new("-qted25519 -fother -N -N=x -f=key -C -C").run();
    assert_eq!(done.names(), ["=key", "=key.pub"]);
    assert!(done.read("=key.pub").ends_with(" -C\n"));
    let reopen = ["-y", "-P", "-N=x", "-f"];
    let output = ssh_keygen().args(reopen).arg(done.path("=key")).output();
    assert!(output.expect("ssh-keygen").status.success());
}

/// ssh-keygen shows one file; the command shows all that are given, and the exit status is that of any that failed.
#[test]
fn fingerprint_takes_several_files() {
    let a = Test::new("new -q a --no-passphrase -C first").run();
    let b = Test::new("new -q b --no-passphrase -C second").run();
    let (a, b) = (a.read("a.pub"), b.read("b.pub"));
    let single =
        |key: &str| Test::new("fingerprint k").file("k", key).stdout_has(&["SHA256:"]).run().stdout();
    let both = single(&a) + &single(&b);
    let test = |arguments: &str| Test::new(arguments).file("a", &a).file("b", &b);
    test("fingerprint a b").stdout(&both).run();
    let found = test("fingerprint a nosuch b").stdout(&both).status(255);
    found.stderr_has(&["nosuch: No such file or directory\n"]).run();
    let json = test("--json fingerprint a b").stdout_has(&["\"file\":\"a\"", "\"file\":\"b\""]).run();
    let json: serde_json::Value = serde_json::from_str(&json.stdout()).expect("JSON");
    assert_eq!((json["file"].as_str(), json["keys"][1]["comment"].as_str()), (None, Some("second")));
}

/// A key in a secret store need not touch the disk.
#[test]
fn private_and_public_keys_are_read_from_standard_input() {
    let pair = Test::new("new -q k --no-passphrase -C me").run();
    let (private, public) = (pair.read("k"), pair.read("k.pub"));
    for arguments in ["-y -f -", "public -"] {
        Test::new(arguments).input(&private).stdout(&public).run();
    }
    let exported =
        Test::new("-e -m PKCS8 -f -").input(&private).stdout_has(&["BEGIN PUBLIC KEY"]).run().stdout();
    Test::new("-e -m PKCS8 -f -").input(&public).stdout(&exported).run();
    let bare = public.rsplit_once(' ').expect("a comment").0.to_owned() + "\n";
    Test::new("-i -m PKCS8 -f -").input(&exported).stdout(&bare).run();
    let locked = Test::new("new -q k -N secret -a 1 -C me").run();
    let opened = Test::new("public - -P secret").input(locked.read("k")).stdout(&locked.read("k.pub"));
    opened.run();
}

/// A name with blanks or a validity that is over is seldom meant.
#[test]
fn certificates_that_seem_wrong_are_warned_of() {
    let pair = Test::new("new -q k --no-passphrase").run();
    let test =
        |arguments: &str| Test::new(arguments).file("k", pair.read("k")).file("k.pub", pair.read("k.pub"));
    let padded = test("-s k -I i -V +1d -n").arg("a, b").arg("k.pub");
    padded.stderr_has(&["Warning: principal \" b\" has a blank at its start or end (-n)\n"]).run();
    let over = test("-s k -I i -n a -V 20200101:20210101 k.pub");
    over.stderr_has(&["Warning: certificate has already expired (-V)\n"]).run();
}
