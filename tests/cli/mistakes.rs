//! Mistakes that people make: for each the message, the hint and the exit status.

use crate::mistakes_with_files;
use crate::support::{feed, names, rkeygen, without_terminal};

/// Words that are no command, and commands that lack something.
const COMMANDS: &[(&str, &str, &str, i32)] = &[
    ("conver x", "Too many arguments.", "did you mean rkeygen convert?", 1),
    ("doktor x", "Too many arguments.", "did you mean rkeygen doctor?", 1),
    ("known_hosts lint", "Too many arguments.", "did you mean rkeygen known-hosts lint?", 1),
    ("known-host lint", "Too many arguments.", "did you mean rkeygen known-hosts?", 1),
    ("generate", "Too many arguments.", "did you mean rkeygen new?", 1),
    ("gen key", "Too many arguments.", "did you mean rkeygen new?", 1),
    ("create", "Too many arguments.", "did you mean rkeygen new?", 1),
    ("New k", "Too many arguments.", "did you mean rkeygen new?", 1),
    ("fingerprints k.pub", "Too many arguments.", "did you mean rkeygen fingerprint?", 1),
    ("fingeprint k.pub", "Too many arguments.", "did you mean rkeygen fingerprint?", 1),
    ("list k.pub", "Too many arguments.", "did you mean rkeygen fingerprint FILE?", 1),
    ("pasphrase k", "Too many arguments.", "did you mean rkeygen passphrase?", 1),
    ("password k", "Too many arguments.", "did you mean rkeygen passphrase FILE?", 1),
    ("passwd k", "Too many arguments.", "did you mean rkeygen passphrase FILE?", 1),
    ("export k", "Too many arguments.", "did you mean rkeygen convert FILE --to rfc4716?", 1),
    ("import k", "Too many arguments.", "did you mean rkeygen convert FILE --to openssh?", 1),
    ("puttygen k", "Too many arguments.", "did you mean rkeygen convert FILE --to ppk", 1),
    ("certificates", "Too many arguments.", "did you mean rkeygen certificate?", 1),
    ("certify k.pub", "Too many arguments.", "did you mean rkeygen certificate sign?", 1),
    ("revoke k.pub", "Too many arguments.", "did you mean rkeygen krl make", 1),
    ("remove-host h", "Too many arguments.", "did you mean rkeygen known-hosts remove HOST?", 1),
    ("hostkeys", "Too many arguments.", "did you mean rkeygen host-keys?", 1),
    ("completion bash", "Too many arguments.", "did you mean rkeygen completions SHELL?", 1),
    ("hlep", "Too many arguments.", "did you mean rkeygen help?", 1),
    ("manual", "Too many arguments.", "did you mean rkeygen man?", 1),
    ("id_ed25519", "Too many arguments.", "a new key's file is named with -f", 1),
    ("\u{2013}t rsa", "Too many arguments.", "starts with a dash that is not a hyphen", 1),
    ("-q \u{2013}t rsa", "Too many arguments.", "starts with a dash that is not a hyphen", 1),
    ("\u{2014}help", "Too many arguments.", "starts with a dash that is not a hyphen", 1),
    (
        "known-hosts",
        "known-hosts: one of find, list, add, replace, remove, hash, lint, dedupe is missing",
        "see rkeygen known-hosts --help",
        1,
    ),
    (
        "known-hosts lnt",
        "known-hosts: \"lnt\" is not one of find,",
        "did you mean rkeygen known-hosts lint?",
        1,
    ),
    ("known-hosts tidy", "known-hosts: \"tidy\" is not one of find,", "see rkeygen known-hosts --help", 1),
    ("krl", "krl: one of make, update, show, check is missing", "see rkeygen krl --help", 1),
    ("krl mkae r", "krl: \"mkae\" is not one of", "did you mean rkeygen krl make?", 1),
    ("certificate", "certificate: one of sign, show is missing", "see rkeygen certificate --help", 1),
    (
        "certificate sing k.pub",
        "\"sing\" is not one of sign, show",
        "did you mean rkeygen certificate sign?",
        1,
    ),
    ("moduli", "moduli: one of generate, screen is missing", "see rkeygen moduli --help", 1),
    ("convert", "convert: FILE is missing", "usage: rkeygen convert FILE", 1),
    ("convert k", "convert: --to is missing", "use --to openssh, pkcs8, pem, ppk, rfc4716, spki", 1),
    ("convert k --to", "--to: a value is missing", "see rkeygen convert --help", 1),
    ("convert k --to pkc8", "--to: \"pkc8\" is not one of", "did you mean --to pkcs8?", 1),
    ("convert k --to putty", "--to: \"putty\" is not one of", "--to ppk", 1),
    ("convert k --to pem --fips", "--fips means --to pkcs8", "omit --to", 1),
    ("convert k --to pem -o x --in-place", "exclude each other", "omit -o or --in-place", 1),
    ("convert k l --to pem", "Too many arguments.", "or name the file with --output", 1),
    ("convert k --to ppk -o o --ppk-version 4", "4 is not in 2..=3", "did you mean", 255),
    ("convert -f k --to pem", "unknown option -- f", "give the file without -f: rkeygen convert FILE", 1),
    ("doctor --fx k", "unknown option --fx", "did you mean --fix?", 1),
    ("doctor k --ask-passphrase -P x", "exclude each other", "omit", 1),
    (
        "fingerprint -f k.pub",
        "unknown option -- f",
        "give the file without -f: rkeygen fingerprint [FILE]",
        1,
    ),
    ("fingerprint --cipher x", "unknown option --cipher", "see rkeygen fingerprint --help", 1),
    ("certificate sign", "certificate sign: FILE is missing", "usage: rkeygen certificate sign FILE...", 1),
    ("certificate sign k.pub --ca ca", "Must specify key id (-I) when certifying", "log", 255),
    ("krl make", "krl make: KRL is missing", "usage: rkeygen krl make KRL [SPEC]...", 1),
    ("krl check r", "krl check: FILE is missing", "usage: rkeygen krl check KRL FILE...", 1),
    ("sign x", "sign: --key is missing", "name the private key: --key FILE", 1),
    (
        "verify --signature x",
        "verify: --allowed-signers is missing",
        "--allowed-signers FILE --signer NAME",
        1,
    ),
    ("verify x", "Too many arguments.", "name the file with --signature", 1),
    ("verify", "verify: --signature is missing", "--signature FILE.sig", 1),
    ("sshfp", "sshfp: HOST is missing", "usage: rkeygen sshfp HOST [FILE]", 1),
    ("moduli screen x", "moduli screen: OUT is missing", "usage: rkeygen moduli screen IN OUT", 1),
    ("completions", "completions: SHELL is missing", "usage: rkeygen completions SHELL", 1),
    ("completions tcsh", "\"tcsh\" is not one of: bash, zsh, fish, powershell", "shell", 1),
    ("completions bsh", "\"bsh\" is not one of", "did you mean bash?", 1),
    ("help convrt", "there is no help on \"convrt\"", "did you mean rkeygen help convert?", 1),
    ("help qwertyuiop", "there is no help on", "rkeygen help shows the commands and topics", 1),
    ("man page", "there is no manual page on \"page\"", "use rkeygen man, or rkeygen man COMMAND", 1),
    ("man docter", "there is no manual page on \"docter\"", "did you mean rkeygen man doctor?", 1),
];

/// Options and their values.
const OPTIONS: &[(&str, &str, &str, i32)] = &[
    ("--typ rsa", "unknown option --typ", "did you mean --type?", 1),
    ("--no-pasphrase", "unknown option --no-pasphrase", "did you mean --no-passphrase?", 1),
    ("--nopassphrase", "unknown option --nopassphrase", "did you mean --no-passphrase?", 1),
    ("--if-exist keep", "unknown option --if-exist", "did you mean --if-exists?", 1),
    ("--overwrite", "unknown option --overwrite", "see rkeygen --help", 1),
    ("--Help", "unknown option --Help", "did you mean --help?", 1),
    ("--to ppk", "unknown option --to", "--to is an option of rkeygen convert", 1),
    ("doctor --fix --if-exists keep k", "unknown option --if-exists", "rkeygen doctor has no --if-exists", 1),
    ("known-hosts lint --if-exists keep", "unknown option --if-exists", "rkeygen known-hosts lint has no", 1),
    ("host-keys --host-key-types ed25519 x", "unknown option --host-key-types", "did you mean --types?", 1),
    ("convert -m PEM k", "unknown option -- m", "rkeygen convert has no -m; see rkeygen convert --help", 1),
    ("doctor --frobnicate k", "unknown option --frobnicate", "see rkeygen doctor --help", 1),
    ("-W", "unknown option -- W", "see rkeygen --help", 1),
    ("-h", "-h signs host certificates, and nothing is given to sign", "see rkeygen --help", 1),
    ("-s ca -I i k.pub -V +1w", "-V: an option after the files is not read", "before the first file", 255),
    ("-?", "unknown option -- ?", "see rkeygen --help", 1),
    ("-l k.pub", "Too many arguments.", "name the file with -f: -f k.pub", 1),
    ("-y k", "Too many arguments.", "name the file with -f: -f k", 1),
    ("-t rsa k", "Too many arguments.", "name the file with -f: -f k", 1),
    ("-f k l", "Too many arguments.", "-f names the file already; omit \"l\"", 1),
    ("-t ed25519 -N -f k", "Too many arguments.", "PowerShell drops \"\": use --no-passphrase", 1),
    ("-f k -N", "option requires an argument -- N", "PowerShell drops \"\"", 1),
    ("-f", "option requires an argument -- f", "see rkeygen help -f", 1),
    ("--bits", "--bits: a value is missing", "see rkeygen --help", 1),
    (
        "-f k --if-exists perhaps",
        "--if-exists: \"perhaps\" is not one of: ask, fail, keep, replace",
        "--if-exists takes",
        1,
    ),
    ("-f k --if-exists kep", "is not one of: ask, fail, keep, replace", "did you mean --if-exists keep?", 1),
    ("-p -f k --if-exists keep", "--if-exists does not apply to this mode", "omit --if-exists", 1),
    ("-c -f k --if-exists replace", "--if-exists does not apply to this mode", "omit --if-exists", 1),
    ("-M generate --if-exists fail out", "--if-exists does not apply to this mode", "omit --if-exists", 1),
    ("-f k -N x --no-passphrase", "exclude each other", "omit", 1),
    ("-f - --add-to-agent", "-f - and --add-to-agent exclude each other", "use -f FILE", 1),
    ("-f k --lifetime 1h", "--add-to-agent is missing", "add --add-to-agent", 1),
    ("--fips -m PEM", "--fips means the format PKCS8", "omit -m", 1),
    ("--quiet=yes", "--quiet takes no value", "see rkeygen --help", 1),
    ("-p -c -f k", "Can only have one of -p and -c.", "run rkeygen twice", 1),
    ("-l -H -f k", "Cannot use -l with -H or -R.", "-l goes with -F HOST", 1),
    ("-F h -R h", "-F and -R exclude each other", "use one of them", 1),
    ("-s ca -I i", "Too few arguments.", "name the public keys to sign", 1),
    ("-t dsa -f k", "unknown key type dsa", "DSA is broken; use ed25519", 255),
    ("-t ed2519 -f k", "unknown key type ed2519", "did you mean ed25519?", 255),
    ("-t rsa4096 -f k", "unknown key type rsa4096", "did you mean rsa?", 255),
    ("-t rsa -b 4k -f k", "Bits has bad value 4k (invalid)", "write the number in full: -b 4096", 255),
    ("-t rsa -b 512 -f k", "Invalid RSA key length: minimum is 1024 bits", "-b takes 1024 to 16384", 255),
    ("-t ecdsa -b 2048 -f k", "Invalid ECDSA key length", "-b takes 256, 384 or 521", 255),
    ("-a lots -f k", "Invalid number: lots (invalid)", "-a takes a number from 1", 255),
    ("-E sha-256 -l -f k", "Invalid hash algorithm \"sha-256\"", "did you mean -E sha256?", 255),
    ("-E crc32 -l -f k", "Invalid hash algorithm \"crc32\"", "-E takes sha256, md5", 255),
    ("-Z aes256 -f k", "Invalid OpenSSH-format cipher 'aes256'", "did you mean -Z aes256-ctr?", 255),
    ("-Z blowfish -f k", "Invalid OpenSSH-format cipher 'blowfish'", "-Z takes aes256-ctr,", 255),
    ("-m pkcs1 -f k", "Unsupported conversion format \"pkcs1\"", "use -m PEM", 255),
    ("-m openssh -f k", "Unsupported conversion format \"openssh\"", "omit -m", 255),
    ("-m ppk -f k", "Unsupported conversion format \"ppk\"", "rkeygen convert FILE --to ppk", 255),
    ("-m pkcs-8 -f k", "Unsupported conversion format \"pkcs-8\"", "did you mean -m PKCS8?", 255),
    ("-M gen o", "Unsupported moduli option gen", "did you mean -M generate?", 255),
    ("-Y sing -f k", "Unsupported operation for -Y: \"sing\"", "did you mean -Y sign?", 1),
    ("-Y x -f k", "Unsupported operation for -Y: \"x\"", "-Y takes sign, verify", 1),
    ("-Y sign -f k x", "Too few arguments for sign: missing namespace", "see rkeygen help -Y", 1),
    (
        "-s ca -I i -O no-ptyy x.pub",
        "Unsupported certificate option \"no-ptyy\"",
        "did you mean -O no-pty?",
        255,
    ),
    ("-s ca -I i -O x11 x.pub", "Unsupported certificate option \"x11\"", "-O takes clear,", 255),
    (
        "-s ca -I i -V 1y x.pub",
        "Invalid certificate life specification 1y",
        "write weeks, such as -V +52w",
        255,
    ),
    ("-s ca -I i -V 52w x.pub", "Invalid certificate life specification 52w", "-V +52w", 255),
    ("-s ca -I i -V 2027-01-01:2028-01-01 x.pub", "Invalid from time", "-V 20270101:20280101", 255),
    (
        "-s ca -I i -V soon x.pub",
        "Invalid certificate life specification soon",
        "-V takes an end or FROM:TO",
        255,
    ),
    ("-s ca -I i -z one x.pub", "Invalid serial number \"one\"", "-z takes a number", 255),
    ("-s ca x.pub", "Must specify key id (-I) when certifying", "servers log", 255),
    ("-s ca -I i --max-validity soon x.pub", "soon: not a time", "such as 90s, 30m, 12h, 7d or 52w", 255),
    ("-k x.pub", "KRL generation requires an output file", "-f", 255),
    ("-Q x.pub", "KRL checking requires an input file", "-f", 255),
    ("-f k --new-passphrase-from secret", "not a passphrase source", "write file:PATH, env:NAME", 255),
    (
        "-D lib.so",
        if cfg!(unix) {
            "cannot read public key from pkcs11: provider lib.so is not a PKCS11 library: "
        } else {
            "cannot read public key from pkcs11: this build loads no libraries"
        },
        if cfg!(unix) { "-D takes the path of the token's" } else { "ssh-add -s LIBRARY" },
        255,
    ),
    ("-r h -O hash=sha1 -f k", "Invalid option \"hash=sha1\"", "hashalg=sha1 or hashalg=sha256", 255),
    ("-M generate", "No output file specified", "name the file to write", 255),
    ("-A --host-key-types rsa,dsa", "unknown key type dsa", "DSA is broken; use ed25519", 255),
];

fn check(table: &[(&str, &str, &str, i32)]) {
    check_in(table, &[]);
}

/// Checks each line in a directory with these files, which stays as it is.
pub(crate) fn check_in(table: &[(&str, &str, &str, i32)], files: &[(&str, Vec<u8>)]) {
    let mut wrong = Vec::new();
    for (line, message, hint, status) in table {
        let directory = tempfile::tempdir().expect("a directory");
        for (name, bytes) in files {
            mistakes_with_files::write_private(&directory.path().join(name), bytes);
        }
        let before = names(directory.path());
        let mut command = rkeygen();
        command.args(line.split_whitespace()).current_dir(directory.path());
        without_terminal(&mut command);
        let output = feed(command, b"");
        let seen = String::from_utf8_lossy(&output.stderr);
        let hints: Vec<&str> = seen.lines().filter_map(|line| line.strip_prefix("hint: ")).collect();
        let leaks = ["(os error", "<", "Some(", "usage: ssh-keygen"];
        let fits = seen.contains(message)
            && matches!(hints.as_slice(), [only] if only.contains(hint) && seen.trim_end().ends_with(only))
            && output.status.code() == Some(*status)
            && output.stdout.is_empty()
            && (*line == "-?" || !leaks.iter().any(|leak| seen.contains(leak)))
            && names(directory.path()) == before;
        if !fits {
            let code = output.status.code();
            wrong.push(format!("{line}\n  wanted {status}: {message} | {hint}\n  seen {code:?}: {seen}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

#[test]
fn mistyped_commands_are_named_and_the_nearest_is_suggested() {
    check(COMMANDS);
}

#[test]
fn mistyped_options_and_values_get_a_hint() {
    check(OPTIONS);
}
