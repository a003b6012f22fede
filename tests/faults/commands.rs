//! Every command that writes, and what it may make.

pub(crate) const OLD: &str = "old horse";
pub(crate) const NEW: &str = "new horse";

/// A command that writes, by its words, and the files that it may make.
pub(crate) type Writing = (&'static [&'static str], &'static [&'static str]);

/// `key` has a passphrase, `plain` has none.
pub(crate) const COMMANDS: [Writing; 39] = [
    (&["-q", "-t", "ed25519", "-N", NEW, "-a", "1", "-f", "fresh"], &["fresh", "fresh.pub"]),
    (&["-q", "-t", "ed25519", "-N", NEW, "-a", "1", "-f", "key", "--if-exists", "replace"], &[]),
    (&["-q", "-t", "ed25519", "-N", "", "-f", "new/directory/key"], &[]),
    (&["-p", "-P", OLD, "-N", NEW, "-a", "1", "-f", "key"], &[]),
    (
        &["new", "-q", "-a", "1", "fresh", "--generate-passphrase", "--passphrase-to", "file:words"],
        &["fresh", "fresh.pub", "words"],
    ),
    (
        &["-p", "-P", OLD, "-a", "1", "-f", "key", "--generate-passphrase", "--passphrase-to", "file:words"],
        &["words"],
    ),
    (&["-c", "-P", OLD, "-C", "someone else", "-a", "1", "-f", "key"], &[]),
    (&["convert", "key", "--to", "pkcs8", "-P", OLD, "-N", NEW, "--in-place"], &[]),
    (&["convert", "plain", "--to", "pem", "-o", "out", "--no-passphrase"], &["out"]),
    (
        &["convert", "key", "--to", "pkcs8", "-P", OLD, "-N", NEW, "-o", "out", "--write-public"],
        &["out", "out.pub"],
    ),
    (
        &[
            "convert",
            "plain",
            "--to",
            "openssh",
            "-a",
            "1",
            "-o",
            "out",
            "--generate-passphrase",
            "--passphrase-to",
            "file:words",
        ],
        &["out", "words"],
    ),
    (&["-A", "-f", ".", "--host-key-types", "ed25519"], &["etc"]),
    (&["-q", "-s", "plain", "-I", "me", "-n", "me", "key.pub"], &["key-cert.pub"]),
    (&["-q", "-s", "plain", "--from", "staff", "-n", "me"], &["key-cert.pub", "plain-cert.pub"]),
    (
        &["-q", "-s", "plain", "-I", "me", "-n", "me", "--ledger", "book", "key.pub"],
        &["key-cert.pub", "book"],
    ),
    (&["-q", "-s", "plain", "-I", "two", "-n", "me", "--ledger", "ledger", "key.pub"], &["key-cert.pub"]),
    (
        &[
            "-q",
            "-s",
            "plain",
            "--from",
            "staff",
            "-n",
            "me",
            "--ledger",
            "book",
            "--if-exists",
            "keep",
            "--renew-before",
            "1d",
        ],
        &["key-cert.pub", "plain-cert.pub", "book"],
    ),
    (&["-q", "-k", "-u", "-f", "list", "--ledger", "ledger", "id:one"], &[]),
    (&["-q", "-k", "-f", "list", "key.pub"], &[]),
    (&["-q", "-k", "-u", "-f", "list", "key.pub"], &[]),
    (&["-Y", "sign", "-q", "-n", "file", "-f", "plain", "hosts"], &["hosts.sig"]),
    (&["-R", "one", "-f", "hosts"], &["hosts.old"]),
    (&["-H", "-f", "hosts"], &["hosts.old"]),
    (&["known-hosts", "dedupe", "-f", "hosts"], &["hosts.old"]),
    (&["known-hosts", "add", "three", "--key", "key.pub", "-f", "hosts"], &[]),
    (&["known-hosts", "add", "three", "--key", "key.pub", "-f", "fresh"], &["fresh"]),
    (&["known-hosts", "replace", "one", "--key", "key.pub", "-f", "hosts"], &["hosts.old"]),
    (&["authorized-keys", "add", "key.pub", "-f", "logins"], &[]),
    (&["authorized-keys", "add", "key.pub", "-f", "fresh"], &["fresh"]),
    (&["authorized-keys", "replace", "plain.pub", "-f", "logins"], &["logins.old"]),
    (&["authorized-keys", "remove", "plain.pub", "-f", "logins"], &["logins.old"]),
    (&["authorized-keys", "dedupe", "-f", "logins"], &["logins.old"]),
    (&["allowed-signers", "add", "me@x", "key.pub", "-f", "fresh", "--namespace", "git"], &["fresh"]),
    (&["allowed-signers", "remove", "two", "-f", "hosts"], &["hosts.old"]),
    (&["allowed-signers", "add", "me@x", "key.pub", "-f", "signers"], &[]),
    (&["allowed-signers", "replace", "me@x", "plain.pub", "-f", "signers"], &["signers.old"]),
    (&["allowed-signers", "dedupe", "-f", "signers"], &["signers.old"]),
    (&["doctor", "--fix", "damaged"], &["damaged.repaired"]),
    (&["-M", "screen", "-f", "candidates", "-O", "prime-tests=4", "moduli"], &["moduli"]),
];
