//! Help, version and wrong usage.

use crate::support::Test;
use crate::support::oracle::ssh_keygen;

#[test]
fn help_fits_a_terminal_and_names_every_option() {
    let done = Test::new("--help").stdout_has(&["rkeygen -t rsa --fips -f id_rsa"]).run();
    let long = done.stdout().lines().find(|line| line.len() > 79).map(str::to_owned);
    assert_eq!(long, None, "a line too long for 80 columns");
}

#[test]
fn version() {
    Test::new("--version").stdout(concat!("rkeygen ", env!("CARGO_PKG_VERSION"), "\n")).run();
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
        let done = Test::new(arguments).status(1).stderr_has(&[message, "hint: see rkeygen --help"]).run();
        assert!(done.names().is_empty(), "{arguments}");
    }
}

#[test]
fn bad_values_are_status_255_with_ssh_keygens_words() {
    for (arguments, message) in [
        ("-t rsa1", "unknown key type rsa1"),
        ("-t SSH-ED25519", "unknown key type SSH-ED25519"),
        ("-t ssh-dss", "keys of the type ssh-dss are read, not made"),
        ("-t ed25519-sk -O application=foo", "FIDO application string must begin with \"ssh:\""),
        (
            "-t ecdsa-sk -O touch-required",
            "Option \"touch-required\" is unsupported for FIDO authenticator enrollment",
        ),
        ("-K -O resident", "Option \"resident\" is unsupported for FIDO authenticator download"),
        ("-p -O resident", "Option \"resident\" is unsupported for key passphrase change"),
        ("-qD provider.so", "-D is for keys in tokens"),
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
fn letters_are_read_as_getopt_reads_them() {
    // `=` belongs to the value, the next word is a value whatever it looks like, the last wins.
    let done = Test::new("-qted25519 -fother -N -N=x -f=key -C -C").run();
    assert_eq!(done.names(), ["=key", "=key.pub"]);
    assert!(done.read("=key.pub").ends_with(" -C\n"));
    let reopen = ["-y", "-P", "-N=x", "-f"];
    let output = ssh_keygen().args(reopen).arg(done.path("=key")).output();
    assert!(output.expect("ssh-keygen").status.success());
}
