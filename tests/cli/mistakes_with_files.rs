//! Mistakes that people make with files: for each the message, the hint and the exit status.

use std::path::Path;

use crate::mistakes::check_in;
use crate::support::{Test, set_mode};

/// Mistakes with files: `k` and `r` are key pairs (ed25519 and ecdsa), `e` an encrypted one, `k.ppk` is PuTTY's form of `k`,
/// and `hosts` a known_hosts file.
const FILES: &[(&str, &str, &str, i32)] = &[
    ("-l -f nosuch", "nosuch: No such file or directory\n", "check the file name", 255),
    ("-y -f nosuch", "nosuch\": No such file or directory\n", "check the file name", 255),
    ("-y -f ~/nosuch", "No such file or directory\n", "only a shell expands ~", 255),
    ("sign --key ~/nosuch k", "No such file or directory\n", "only a shell expands ~", 255),
    ("public .", "Is a directory\n", "name a file in the directory", 255),
    ("public k.pub", "a public key, not a private key", "the same name without .pub", 255),
    ("-p -f k.pub -N x", "a public key, not a private key", "the same name without .pub", 255),
    ("-L -f k", "k: a private key, not a certificate\n", "the certificate of KEY is KEY-cert.pub", 1),
    ("certificate show k", "k: a private key, not a certificate\n", "KEY-cert.pub", 1),
    (
        "-i -f k.ppk",
        "k.ppk: parse key: a private key, not a public key\n",
        "rkeygen convert FILE --to openssh",
        255,
    ),
    ("convert k --to pem -o o", "", "traditional PEM holds rsa and ecdsa keys", 1),
    ("convert k --fips -o o -N abcdefgh", "excludes Ed25519", "rkeygen new -t rsa --fips FILE", 255),
    ("convert r --fips -o o", "Enter new passphrase (8 bytes or more)", "use --new-passphrase-from file:", 1),
    (
        "convert r --fips -o o -N short",
        "requires a passphrase of at least 8 bytes",
        "use --new-passphrase-from",
        255,
    ),
    ("convert k --to ppk", "the result is a private key", "use -o FILE", 1),
    ("new -q k -N x --no-input", "k already exists", "use --if-exists fail, keep or replace", 1),
    ("new -q k -N x --if-exists fail", "k already exists", "--if-exists keep", 1),
    ("new -q k -t rsa --no-passphrase --if-exists keep", "not the requested", "write another file", 1),
    ("-Y sign -f e -n git k.pub --no-input", "", "run ssh-add on the key first", 255),
    (
        "-y -f e --no-input",
        "incorrect passphrase supplied to decrypt private key",
        "use --passphrase-from file:PATH",
        255,
    ),
    (
        "new -q x/y --no-passphrase",
        "x: No such file or directory\n",
        "create the directory first: mkdir -p x",
        1,
    ),
    ("-R h:2222 -f hosts", "Host h:2222 not found in hosts\n", "written '[h]:2222'", 0),
    ("-R me@h -f hosts", "Host me@h not found in hosts\n", "without user names: h", 0),
    ("-R h:22 -f hosts", "Host h:22 not found in hosts\n", "port 22 is not part of the name: h", 0),
    ("known-hosts remove h:2222 -f hosts", "Host h:2222 not found", "written '[h]:2222'", 0),
    ("-F h:2222 -f hosts", "", "written '[h]:2222'", 1),
    ("known-hosts find me@h -f hosts", "", "without user names: h", 1),
    ("authorized-keys add k -f ak", "k: a private key, not a public key\n", "give the public key k.pub", 255),
    ("authorized-keys add nosuch.pub -f ak", "nosuch.pub: No such file", "check the file name", 255),
    ("authorized-keys add k.pub -f ak --option form=1.2.3.4", "sshd does not know", "see sshd(8)", 1),
    (
        "authorized-keys add k.pub -f ak --option no-pty,from=::1",
        "sshd does not know",
        "each option by itself",
        1,
    ),
    ("authorized-keys add k.pub -f ak --option from", "needs a value", "see sshd(8)", 1),
    (
        "authorized-keys remove k.pub -f nosuch",
        "nosuch: No such file or directory\n",
        "check the file name",
        255,
    ),
    ("authorized-keys dedupe -f nosuch", "nosuch: No such file or directory\n", "check the file name", 255),
    (
        "known-hosts lint -f nosuch",
        "Cannot stat nosuch: No such file or directory\n",
        "check the file name",
        255,
    ),
    ("known-hosts lint nosuch", "Too many arguments.", "omit \"nosuch\", or name the file with -f", 1),
    ("known-hosts add h", "--key is missing", "--key FILE.pub", 1),
    ("known-hosts add h --key k", "k: a private key, not a public key\n", "give the public key k.pub", 255),
    ("known-hosts add me@h --key k.pub -f kh", "without user names", "write HOST, HOST:PORT", 1),
    ("known-hosts add h:99999 --key k.pub -f kh", "the port is not a number from 1 to 65535", "HOST:PORT", 1),
    ("allowed-signers add k.pub", "FILE.pub is missing", "usage: rkeygen allowed-signers add WHO", 1),
    ("allowed-signers add me@x k -f as", "k: a private key, not a public key\n", "the public key k.pub", 255),
    ("allowed-signers add me@x k.pub -f as --valid-before soon", "not a date", "ALLOWED SIGNERS", 1),
    ("certificate sign k.pub", "certificate sign: --ca is missing", "--ca FILE", 1),
    ("certificate sign --ca r k.pub", "Must specify key id (-I)", "set a key ID with -I", 255),
    ("certificate sign --ca r --id x k.pub", "unknown option --id", "did you mean --key-id?", 1),
    ("certificate sign --ca r --from hosts", "hosts:1: unknown column", "Lists of certificates", 255),
    ("certificate sign --ca r -I x -z + k.pub", "", "--ledger", 255),
    ("krl make krl --ledger nosuch", "nothing to look up", "name what to revoke", 1),
    (
        "new -q z --passphrase-from env:X",
        "unknown option --passphrase-from",
        "did you mean --new-passphrase-from?",
        1,
    ),
    ("new -q z --new-passphrase-from env:RKEYGEN_NOT_SET", "is not set", "set and export it", 255),
    ("convert k k.ppk --to ppk", "Too many arguments.", "or name the file with --output", 1),
    ("comment k new words", "Too many arguments.", "put a text with blanks in quotation marks", 1),
    ("exit-status", "Too many arguments.", "did you mean rkeygen help exit-status?", 1),
    ("host-keys --types foo", "unknown key type foo", "types are ed25519", 255),
    ("krl check k.pub hosts", "KRL file has invalid magic number", "it comes before the keys", 255),
    ("krl make krl --ca k.pub serial:2", "serial:2", "write it into a file, as serial: N", 255),
    ("krl update krl k.pub", "KRL \"krl\" does not exist", "rkeygen krl make", 255),
    ("verify k.sig", "Too many arguments.", "name the file with --signature", 1),
    ("sshfp h nosuch", "nosuch: No such file or directory\n", "check the file name", 255),
    ("new z --passphrase-to file:p", "--generate-passphrase is missing", "add --generate-passphrase", 1),
    ("new -q z --generate-passphrase", "no terminal", "--passphrase-to file:PATH", 1),
    ("-c -C x -f k.pub", "a public key, not a private key", "the same name without .pub", 255),
];

/// Writes a file that only its owner may read.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).expect("a file");
    set_mode(path, 0o600);
}

#[test]
fn mistakes_with_files_get_a_hint() {
    let keys = Test::new("new -q k --no-passphrase").run();
    let ecdsa = Test::new("new -q r -t ecdsa --no-passphrase").run();
    let encrypted = Test::new("new -q e -N secret -a 1").run();
    let putty = Test::new("convert k --to ppk -o k.ppk").file("k", keys.read("k")).run();
    let hosts = format!("[h]:2222,x {}", keys.read("k.pub"));
    check_in(
        FILES,
        &[
            ("k", keys.read("k").into()),
            ("k.pub", keys.read("k.pub").into()),
            ("r", ecdsa.read("r").into()),
            ("e", encrypted.read("e").into()),
            ("e.pub", encrypted.read("e.pub").into()),
            ("k.ppk", putty.read("k.ppk").into()),
            ("hosts", hosts.into()),
        ],
    );
}
