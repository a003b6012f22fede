//! Every option, in front of every command, with values that no manual has.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::measure::{HUGE, Run};
use crate::support::peer;

/// ssh-keygen's modes, whose options may come anywhere.
const MODES: [(&str, &str); 21] = [
    ("new key", "-q -t ed25519 -f new -N ''"),
    ("nothing", ""),
    ("-l", "-l -f ed.pub"),
    ("-y", "-y -f ca"),
    ("-p", "-p -P '' -N '' -f spare"),
    ("-c", "-c -C c -f spare"),
    ("-e", "-e -f ed.pub"),
    ("-i", "-i -f ed.pub"),
    ("-s", "-s ca -I id ed.pub"),
    ("-L", "-L -f signed-cert.pub"),
    ("-k", "-k -f new-list -s ed.pub serial"),
    ("-Q", "-Q -f list ed.pub"),
    ("-Y sign", "-Y sign -n file -f ca message"),
    ("-Y verify", "-Y verify -n file -I me -f signers -s message-sig"),
    ("-F", "-F host -f hosts"),
    ("-R", "-R host -f hosts"),
    ("-H", "-H -f hosts"),
    ("-r", "-r host -f ed.pub"),
    ("-A", "-A -f ."),
    ("-M screen", "-M screen -f groups safe"),
    ("-M generate", "-M generate -O bits=512 -O start=ff groups-new"),
];
/// rkeygen's own subcommands.
const SUBCOMMANDS: [(&str, &str); 10] = [
    ("convert", "convert spare -o - --to openssh"),
    ("doctor", "doctor ed.pub"),
    ("lint", "known-hosts lint -f hosts"),
    ("dedupe", "known-hosts dedupe --dry-run -f hosts"),
    ("add host", "known-hosts add host:2222 --key ed.pub -f new-hosts"),
    ("replace host", "known-hosts replace host --key ed.pub -f new-hosts"),
    ("add login", "authorized-keys add ed.pub -f new-logins"),
    ("remove login", "authorized-keys remove ed.pub -f new-logins"),
    ("add signer", "allowed-signers add me ed.pub -f new-signers"),
    ("lint signers", "allowed-signers lint -f signers"),
];
/// All that one of them takes.
const OPTIONS_OF_SUBCOMMANDS: &str = "--to --output --in-place --fips --cipher --rounds --comment --passphrase \
    --passphrase-from --new-passphrase --new-passphrase-from --no-passphrase --if-exists --ppk-version --argon2-memory \
    --argon2-passes --argon2-parallelism --json --no-input --fix --ask-passphrase --file --dry-run --key --hash --option \
    --namespace --valid-after --valid-before --cert-authority --help";
const VALUES: [(&str, &[&[u8]]); 8] = [
    ("empty", &[b""]),
    ("huge", &[HUGE]),
    ("not UTF-8", &[b"\xff\xfe\x80"]),
    ("negative", &[b"-1"]),
    ("long number", &[b"18446744073709551616"]),
    ("format", &[b"%s%n%p=\n\x1b[2J"]),
    ("repeated", &[b"a", b"b"]),
    ("words", &[b"sha512", b"+1w", b"clear"]),
];

pub(crate) fn runs(program: &Path) -> Vec<Run> {
    let mut runs = Vec::new();
    let options = options(program);
    assert!(options.len() > 70, "{options:?}");
    for (command, line) in MODES {
        let words = words(line);
        for option in &options {
            let (first, rest) = words.split_at(words.len().min(1));
            runs.extend(with_values(command, option, first, rest));
        }
    }
    for (command, line) in SUBCOMMANDS {
        for option in OPTIONS_OF_SUBCOMMANDS.split_whitespace() {
            runs.extend(with_values(command, option, &words(line), &[]));
        }
    }
    runs
}

fn words(line: &str) -> Vec<Vec<u8>> {
    line.split_whitespace().map(|word| word.replace("''", "").into_bytes()).collect()
}

/// The option with each of the values, between the words before and after it.
fn with_values(command: &str, option: &str, before: &[Vec<u8>], after: &[Vec<u8>]) -> Vec<Run> {
    let run = |(name, values): (&str, &[&[u8]])| {
        let given = values.iter().flat_map(|value| [option.as_bytes().to_vec(), value.to_vec()]);
        let words = before.iter().cloned().chain(given).chain(after.iter().cloned()).collect();
        Run::of_bytes(format!("{command} and {option} {name}"), words)
    };
    VALUES.map(run).into()
}

/// The options that the help page of all options lists.
fn options(program: &Path) -> BTreeSet<String> {
    let page = peer(Command::new(program).args(["help", "options"])).stdout;
    let page = String::from_utf8(page).expect("text");
    let listed = page.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let words = listed.flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c)));
    let is_option = |word: &&str| word.trim_start_matches('-').starts_with(|c: char| c.is_ascii_alphabetic());
    words.filter(|word| word.starts_with('-')).filter(is_option).map(str::to_owned).collect()
}
