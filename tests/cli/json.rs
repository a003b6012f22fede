//! Every command with `--json`, on real input: each result, and each error on standard error, is an object that
//! `docs/schemas` describes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::missing::needs;
use crate::support::{feed, forget_surroundings, private_file, rkeygen, set_mode, without_terminal};

const TOKEN: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBTMJOSpEmO0tVTuWGLVKAFpYqbqe64zCM/WxMvfFl93";

/// A command line, its status, and the schemas of what it prints, standard output first.
type Row = (&'static str, i32, &'static str);

/// In order: what one row makes, later rows read.
const ROWS: &[Row] = &[
    // Keys.
    ("-q -t ed25519 -f key -C me@host --no-passphrase", 0, "key/2"),
    ("new -q key --no-passphrase --if-exists keep", 0, "key/2"),
    ("new -q key --no-passphrase --if-exists fail", 1, "error/1"),
    ("-t ecdsa -f ecdsa --no-passphrase", 0, "key/2"),
    ("-t ed25519 -f locked -N secret -a 1", 0, "key/2"),
    ("-t ed25519 -f ca --no-passphrase", 0, "key/2"),
    ("-t ed25519 -f - --no-passphrase", 0, "key/2"),
    ("-t ed25519 -f missing/key --no-passphrase --no-input", 1, "error/1"),
    ("-t none -f never", 255, "error/1"),
    ("-p -f locked -P secret -N secret -a 2", 0, "key/2"),
    ("new made -a 1 --generate-passphrase --passphrase-to file:words", 0, "key/2"),
    ("new never -a 1 --generate-passphrase --passphrase-to file:words", 1, "error/1"),
    ("new never -a 1 --generate-passphrase", 1, "error/1"),
    ("-p -f locked -P wrong -N secret", 255, "error/1"),
    ("passphrase locked --no-input", 255, "error/1"),
    ("-c -f key -C you@host", 0, "key/2"),
    ("-y -f key", 0, "key/2"),
    ("-y -f missing", 255, "error/1"),
    ("-y -f locked -P wrong", 255, "error/1"),
    ("-l -f key", 0, "keys/1"),
    ("-l -f locked", 0, "keys/1"),
    ("-l -f lines", 0, "keys/1"),
    ("fingerprint -E md5 key.pub", 0, "keys/1"),
    ("-lv -f key.pub", 0, "keys/1"),
    ("-B -f key.pub", 0, "keys/1"),
    ("-l -f noise", 255, "keys/1 error/1"),
    ("-e -f key.pub", 0, "key/2"),
    ("-e -m PKCS8 -f ecdsa", 0, "key/2"),
    ("-e -f noise", 255, "error/1"),
    ("-i -f rfc4716", 0, "key/2"),
    ("-i -f noise", 255, "error/1"),
    ("convert key --to ppk -o key.ppk", 0, "key/2"),
    ("convert key --to ppk -o key.ppk --if-exists keep", 0, "key/2"),
    ("convert key --to ppk -o key.ppk --if-exists fail", 1, "error/1"),
    ("convert key.ppk --to openssh -o -", 0, "key/2"),
    ("convert ecdsa --to spki -o ecdsa.spki", 0, "key/2"),
    ("-i -m PKCS8 -f ecdsa.spki", 0, "key/2"),
    ("convert ecdsa.pub --to rfc4716 -o -", 0, "key/2"),
    ("convert ecdsa --in-place --to pkcs8", 0, "key/2"),
    ("convert noise --to ppk -o never", 255, "error/1"),
    ("doctor key key.pub locked noise lines open", 1, "doctor/2"),
    ("doctor --fix open", 0, "doctor/2"),
    ("doctor missing", 255, "doctor/2"),
    // Certificates and lists of what is revoked.
    ("-s ca -I id -n me,you -V 20260101Z:20360101Z -z 7 key.pub", 0, "certificates/1"),
    ("certificate sign --ca ca --key-id host --host ecdsa.pub", 0, "certificates/1"),
    (
        "-s ca -I id -O force-command=x -O source-address=10.0.0.0/8 -O extension:a@b=c locked.pub",
        0,
        "certificates/1",
    ),
    ("-s ca -I id -n me --ledger book locked.pub", 0, "certificates/1"),
    ("-s ca -I id -n me --ledger book locked.pub", 255, "error/1"),
    ("-k -f book.krl --ledger book id:id", 0, "krl/1"),
    ("-k -f book.krl --ledger book id:no", 255, "error/1"),
    ("-s ca --from staff -n me", 1, "certificates/1 error/1"),
    ("-s ca --from noise -n me", 255, "error/1"),
    ("-s missing -I id key.pub", 255, "error/1"),
    ("-s ca key.pub", 255, "error/1"),
    ("doctor --expires-within 7d key-cert.pub", 0, "doctor/2"),
    ("doctor --expires-within 999w key-cert.pub", 1, "doctor/2"),
    ("-L -f key-cert.pub", 0, "certificates/1"),
    ("certificate show locked-cert.pub", 0, "certificates/1"),
    ("-L -f noise", 1, "certificates/1"),
    ("-l -f key-cert.pub", 0, "keys/1"),
    ("-k -f list -s ca.pub -z 3 specification locked.pub", 0, "krl/1"),
    ("-k -u -f list ecdsa.pub", 0, "krl/1"),
    ("-k -f list missing", 255, "error/1"),
    ("-Q -f list key.pub", 0, "krl-query/1"),
    ("-Q -f list key.pub ecdsa.pub key-cert.pub", 1, "krl-query/1"),
    ("-Q -l -f list", 0, "krl-query/1"),
    ("krl show list", 0, "krl-query/1"),
    ("-Q -f noise key.pub", 255, "error/1"),
    // Signatures.
    ("-Y sign -n file -f known message", 0, "signatures/1"),
    ("--if-exists replace -Y sign -n file -f known message other", 0, "signatures/1"),
    ("--no-input -Y sign -n file -f known message", 1, "signatures/1 error/1"),
    ("-Y sign -n file -f known", 0, "signatures/1"),
    ("-Y sign -n file -f noise message", 255, "error/1"),
    ("-Y verify -n file -I me -f signers -s message.sig", 0, "verdict/2"),
    ("-Y verify -n git -I me -f signers -s message.sig", 255, "verdict/2 error/1"),
    ("-Y verify -n file -I eve -f signers -s message.sig", 255, "verdict/2 error/1"),
    ("-Y verify -n file -I me -f signers -s noise", 255, "verdict/2 error/1"),
    ("-Y check-novalidate -n file -s message.sig", 0, "verdict/2"),
    ("-Y check-novalidate -n git -s message.sig", 255, "verdict/2 error/1"),
    ("-Y find-principals -f signers -s message.sig", 0, "principals/1"),
    ("-Y find-principals -f noise -s message.sig", 255, "principals/1"),
    ("-Y find-principals -f missing -s message.sig", 255, "error/1"),
    ("-Y match-principals -f signers -I me", 0, "principals/1"),
    ("-Y match-principals -f signers -I eve", 210, "principals/1"),
    ("-Y match-principals -f missing -I me", 232, "error/1"),
    ("-Y no-such-operation", 1, "error/1"),
    // Hosts.
    ("-F host -f hosts", 0, "known-hosts-find/2"),
    ("-l -F host -f hosts", 0, "known-hosts-find/2"),
    ("-F nowhere -f hosts", 1, "known-hosts-find/2"),
    ("-F host -f missing", 255, "error/1"),
    ("known-hosts lint -f hosts", 1, "known-hosts-lint/2"),
    ("known-hosts lint -f clean", 0, "known-hosts-lint/2"),
    ("known-hosts dedupe --dry-run -f hosts", 0, "known-hosts-dedupe/2"),
    ("known-hosts dedupe -f hosts", 0, "known-hosts-dedupe/2"),
    ("known-hosts add host:2222 --key key.pub -f clean", 0, "list-add/1"),
    ("known-hosts add new.host --key key.pub -f fresh-hosts --hash", 0, "list-add/1"),
    ("known-hosts add new.host --key key.pub -f fresh-hosts", 0, "list-add/1"),
    ("known-hosts add host --key key.pub -f hosts", 1, "error/1"),
    ("known-hosts add host --key key -f clean", 255, "error/1"),
    ("known-hosts replace host --key key.pub -f hosts", 0, "list-add/1"),
    ("known-hosts list -f hosts", 0, "list-entries/1"),
    ("known-hosts list -f missing", 255, "error/1"),
    ("authorized-keys add key.pub -f logins", 0, "list-add/1"),
    ("authorized-keys add key.pub -f logins", 0, "list-add/1"),
    ("authorized-keys add ecdsa.pub -f logins --option from=10.0.0.1", 0, "list-add/1"),
    ("authorized-keys add key.pub -f logins --option restrict", 1, "error/1"),
    ("authorized-keys add key.pub -f logins --option nonsense", 1, "error/1"),
    ("authorized-keys list -f logins", 0, "list-entries/1"),
    ("authorized-keys lint -f logins", 0, "list-lint/1"),
    ("authorized-keys lint -f lines", 1, "list-lint/1"),
    ("authorized-keys dedupe -f lines", 0, "list-dedupe/1"),
    ("authorized-keys dedupe -f lines --dry-run", 0, "list-dedupe/1"),
    ("authorized-keys remove key.pub -f logins", 0, "list-remove/1"),
    ("authorized-keys remove key.pub -f logins", 1, "list-remove/1"),
    ("authorized-keys remove key.pub -f missing", 255, "error/1"),
    (
        "allowed-signers add you@x key.pub -f signers --namespace git --valid-before 20300101Z",
        0,
        "list-add/1",
    ),
    ("allowed-signers add you@x key.pub -f signers --namespace file", 1, "error/1"),
    ("allowed-signers replace you@x key.pub -f signers --namespace file", 0, "list-add/1"),
    ("allowed-signers list -f signers", 0, "list-entries/1"),
    ("allowed-signers lint -f signers", 0, "list-lint/1"),
    ("allowed-signers dedupe -f signers", 0, "list-dedupe/1"),
    ("allowed-signers remove you@x -f signers", 0, "list-remove/1"),
    ("-R other -f hosts", 1, "error/1"),
    ("-R other --keep-invalid -f hosts", 0, "known-hosts-remove/2"),
    ("-R nowhere -f clean", 0, "known-hosts-remove/2"),
    ("-R host -f missing", 255, "error/1"),
    ("-H -f clean", 0, "known-hosts-hash/2"),
    ("-H -f missing", 255, "error/1"),
    ("-A -f . --host-key-types ed25519", 0, "host-keys/2"),
    ("-A -f . --host-key-types ed25519", 0, "host-keys/2"),
    ("-A -f missing", 1, "host-keys/2 error/1"),
    ("-r host -f key.pub", 0, "sshfp/2"),
    ("sshfp host key.pub", 0, "sshfp/2"),
    ("-r host -f noise", 255, "error/1"),
    // A search that succeeds takes too long here; its answer is that of the screening.
    ("-M generate -O bits=511 never", 255, "error/1"),
    ("-M screen -f groups safe", 0, "moduli/1"),
    ("-M screen -f missing never", 255, "error/1"),
    ("--no-such-option", 1, "error/1"),
];

#[test]
fn every_answer_is_of_its_schema() {
    let directory = tempfile::tempdir().expect("a directory");
    let answers = tempfile::tempdir().expect("a directory");
    make_files(directory.path());
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for (number, (line, status, schemas)) in ROWS.iter().enumerate() {
        let objects = match answers_to(directory.path(), line, *status) {
            Ok(objects) => objects,
            Err(why) => {
                wrong.push(format!("{line}: {why}"));
                continue;
            }
        };
        let names: Vec<_> = objects.iter().map(|it| it["schema"].as_str().unwrap_or_default()).collect();
        let expected: Vec<_> = schemas.split(' ').map(|schema| format!("rkeygen/{schema}")).collect();
        if names != expected {
            wrong.push(format!("{line}: {objects:?}"));
        }
        for (part, object) in objects.iter().enumerate() {
            fs::write(answers.path().join(format!("{number:03}-{part}.json")), object.to_string())
                .expect("an answer");
        }
        seen.extend(schemas.split(' ').filter_map(|schema| schema.split('/').next()).map(str::to_owned));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let without_input = ["common", "ledger", "resident-keys", "token-keys", "tokens"].map(str::to_owned);
    let described: BTreeSet<String> =
        schemas().into_iter().filter(|it| !without_input.contains(it)).collect();
    assert_eq!(seen, described, "the schemas that a row answers with, and those of docs/schemas");
    validate(answers.path());
}

/// What one command line prints: an object or nothing on standard output, and the same on standard error, where notices
/// may come first.
fn answers_to(directory: &Path, line: &str, status: i32) -> Result<Vec<Value>, String> {
    let mut command = rkeygen();
    command.current_dir(directory).arg("--json").args(line.split_whitespace());
    forget_surroundings(&mut command);
    without_terminal(&mut command);
    let output = feed(command, b"hello\n");
    let [stdout, stderr] =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    if output.status.code() != Some(status) {
        return Err(format!("status {:?}: {stdout}{stderr}", output.status.code()));
    }
    let error = if stderr.starts_with('{') { Some(0) } else { stderr.find("\n{").map(|at| at + 1) };
    let texts = [Some(&stdout[..]).filter(|text| !text.is_empty()), error.map(|at| &stderr[at..])];
    let parse = |text| serde_json::from_str(text).map_err(|error| format!("{error}: {text:?}"));
    texts.into_iter().flatten().map(parse).collect()
}

fn make_files(directory: &Path) {
    let ssh2 = &TOKEN["ssh-ed25519 ".len()..];
    let vector = |name: &str| fs::read(vectors().join(name)).expect("a vector");
    let signers = format!("me {}", String::from_utf8_lossy(&vector("openssh-ed25519.pub")));
    for (name, text) in [
        ("noise", "nothing that anyone reads\n".to_owned()),
        ("message", "hello\n".to_owned()),
        ("other", "other\n".to_owned()),
        ("lines", format!("command=\"echo hi\",no-pty {TOKEN} one\n# no\n{TOKEN} two\n")),
        ("staff", "public_key,id,output\necdsa.pub,one,one-cert.pub\nkey.pub,two,missing/two\n".to_owned()),
        ("specification", "serial: 1-4\nserial: 9\nid: bob\n".to_owned()),
        ("signers", signers),
        ("hosts", format!("host {TOKEN}\nhost {TOKEN}\nother,10.0.0.1 {TOKEN}\nnonsense\n")),
        ("clean", format!("host {TOKEN}\n@revoked * {TOKEN}\n")),
        ("groups", "20160301052556 2 6 100 31 5 DCB44E7B\n20160301052556 2 4 0 31 0 DCB44E7B\n".to_owned()),
        ("rfc4716", format!("---- BEGIN SSH2 PUBLIC KEY ----\n{ssh2}\n---- END SSH2 PUBLIC KEY ----\n")),
    ] {
        private_file(&directory.join(name), text.as_bytes());
    }
    for name in ["known", "open"] {
        private_file(&directory.join(name), &vector("openssh-ed25519.key"));
    }
    set_mode(directory.join("open"), 0o644);
    fs::write(directory.join("known.pub"), vector("openssh-ed25519.pub")).expect("a file");
    let server = if cfg!(windows) { "ProgramData/ssh" } else { "etc/ssh" };
    fs::create_dir_all(directory.join(server)).expect("a directory");
}

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn schemas() -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas");
    let names = crate::support::names(&directory);
    names.iter().filter_map(|name| name.strip_suffix(".json")).map(str::to_owned).collect()
}

/// Validates each file of a directory against the schema that it names.
fn validate(answers: &Path) {
    needs!("python3 jsonschema");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut python = Command::new("/usr/bin/python3");
    python.arg(root.join("tests/cli/schemas.py")).arg(root.join("docs/schemas")).arg(answers);
    let output = crate::support::peer(&mut python);
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
