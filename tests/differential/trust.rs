//! Files of trust made up by chance, through the newest ssh-keygen and rkeygen: allowed_signers files, revocation lists,
//! certificates, signatures, and files of keys and comments. Standard output, exit status and written lists are the same, and never does rkeygen say
//! yes where ssh-keygen says no.
//!
//! `RKEYGEN_CASES` is the number of rows of each kind (300), `RKEYGEN_SEED` repeats a run, and `RKEYGEN_PROGRAM` names the
//! rkeygen to compare.

mod bytes;
mod certificates;
mod files;
mod kit;
mod krls;
mod signatures;
mod signers;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::support::dice::Dice;
use crate::support::feed;
use crate::support::missing::needs;
use kit::Kit;

/// One command line, with what it finds.
#[derive(Debug)]
struct Row {
    words: Vec<String>,
    input: Vec<u8>,
    /// Files that only this row has, by the name in `words`.
    files: Vec<(&'static str, Vec<u8>)>,
    /// A file that is written; what chance and the clock have put there is not compared.
    list: Option<&'static str>,
    /// The umask, if it is another than that of the test.
    umask: Option<&'static str>,
    /// `LC_ALL`.
    locale: &'static str,
}

impl Row {
    fn new(words: &[&str]) -> Self {
        let words = words.iter().map(|&word| word.to_owned()).collect();
        Self { words, input: Vec::new(), files: Vec::new(), list: None, umask: None, locale: "C.UTF-8" }
    }

    fn arg(mut self, word: impl Into<String>) -> Self {
        self.words.push(word.into());
        self
    }

    fn args(mut self, words: &[&str]) -> Self {
        self.words.extend(words.iter().map(|&word| word.to_owned()));
        self
    }

    fn file(mut self, name: &'static str, bytes: Vec<u8>) -> Self {
        self.files.push((name, bytes));
        self
    }

    fn input(mut self, bytes: &[u8]) -> Self {
        self.input = bytes.to_vec();
        self
    }

    /// Runs the row in both programs; `Err` tells what differs.
    fn compare(&self, kit: &Kit, place: &Path) -> Result<(), String> {
        let theirs = self.run(&oracle(), kit, place);
        let ours = self.run(&ours(), kit, place);
        let status = |ran: &Ran| ran.output.status.code();
        let mut differences = Vec::new();
        if status(&ours) != status(&theirs) {
            let trusts = if status(&ours) == Some(0) { "TRUSTS MORE: " } else { "" };
            differences.push(format!("{trusts}status {:?}, not {:?}", status(&ours), status(&theirs)));
        }
        // What ssh-keygen has not printed yet when it fails is lost.
        let lost = status(&theirs) == Some(255) && theirs.output.stdout.is_empty();
        let same = ours.output.stdout == theirs.output.stdout
            || self.words[0] == "-Q" && ours.output.stdout == visible(&theirs.output.stdout);
        if !same && !lost {
            let [our, their] = [&ours, &theirs].map(|ran| shown(&ran.output.stdout));
            differences.push(format!("stdout {our}\nnot {their}"));
        }
        if ours.list != theirs.list {
            let [our, their] = [&ours, &theirs]
                .map(|ran| ran.list.as_ref().map(|(mode, bytes)| (format!("{mode:o}"), shown(bytes))));
            differences.push(format!("list {our:?}\nnot {their:?}"));
        }
        if differences.is_empty() {
            return Ok(());
        }
        let [our, their] = [&ours, &theirs].map(|ran| shown(&ran.output.stderr));
        let files: String =
            self.files.iter().map(|(name, bytes)| format!("{name}: {}\n", shown(bytes))).collect();
        Err(format!(
            "{:?} ({}) <<< {}\n{files}{}\nours said: {our}\ntheirs said: {their}",
            self.words,
            self.locale,
            shown(&self.input),
            differences.join("\n")
        ))
    }

    fn run(&self, program: &Path, kit: &Kit, place: &Path) -> Ran {
        for (name, bytes) in &self.files {
            fs::write(place.join(name), bytes).expect("a file of the row");
        }
        let mut command = Command::new(if self.umask.is_some() { Path::new("sh") } else { program });
        if let Some(umask) = self.umask {
            command.args(["-c", &format!("umask {umask}; exec \"$0\" \"$@\"")]).arg(program);
        }
        let word = |word: &String| word.replace("KIT/", &format!("{}/", kit.path().display()));
        command.current_dir(place).args(self.words.iter().map(word)).env_clear();
        command
            .env("TZ", "UTC")
            .env("LC_ALL", self.locale)
            .env("HOME", place)
            .env("SSH_ASKPASS_REQUIRE", "never");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let output = feed(command, &self.input);
        let list = self.list.and_then(|name| written(&place.join(name)));
        for (name, _) in &self.files {
            let _ = fs::remove_file(place.join(name));
        }
        if let Some(name) = self.list {
            let _ = fs::remove_file(place.join(name));
        }
        Ran { output, list }
    }
}

struct Ran {
    output: Output,
    /// The mode and the bytes of the file that was written.
    list: Option<(u32, Vec<u8>)>,
}

/// A file without the time when a list was made, and without the bytes of a new certificate.
fn written(path: &Path) -> Option<(u32, Vec<u8>)> {
    let mut bytes = fs::read(path).ok()?;
    if bytes.starts_with(b"SSHKRL") && bytes.len() >= 28 {
        bytes.drain(20..28);
    }
    if path.to_string_lossy().ends_with("-cert.pub") {
        let mut words: Vec<Vec<u8>> = bytes.splitn(3, |&byte| byte == b' ').map(<[u8]>::to_vec).collect();
        if let Some(base64) = words.get_mut(1) {
            *base64 = format!("{} characters", base64.len()).into_bytes();
        }
        bytes = words.join(&b' ');
    }
    Some((fs::metadata(path).ok()?.permissions().mode(), bytes))
}

/// The text with octal numbers for control characters, as a row of docs/differences.md says of `-Q`.
fn visible(text: &[u8]) -> Vec<u8> {
    let char = |&byte: &u8| {
        let plain = !byte.is_ascii_control() || matches!(byte, b'\n' | b'\t');
        if plain { vec![byte] } else { format!("\\{byte:03o}").into_bytes() }
    };
    text.iter().flat_map(char).collect()
}

fn shown(bytes: &[u8]) -> String {
    let text: String = bytes.escape_ascii().to_string().replace("\\n", "\n    ");
    let short: String = text.chars().take(4000).collect();
    if short.len() < text.len() { format!("{short}... ({} bytes)", bytes.len()) } else { short }
}

/// The newest ssh-keygen at hand.
fn oracle() -> PathBuf {
    crate::support::oracle::path("ssh-keygen")
}

/// The rkeygen to compare: `RKEYGEN_PROGRAM`, such as an optimized one for a long run, or the one that was built.
fn ours() -> PathBuf {
    std::env::var_os("RKEYGEN_PROGRAM").map_or_else(|| crate::support::program().into(), PathBuf::from)
}

/// Whether the oracle is OpenSSH 10 at least: it no longer knows DSA.
fn is_new(kit: &Kit) -> bool {
    let dsa = kit.path().join("dsa.pub");
    let output = Command::new(oracle()).arg("-lf").arg(dsa).output().expect("ssh-keygen");
    !output.status.success()
}

/// Compares so many rows, on all cores.
#[allow(clippy::print_stdout, reason = "a test that compared nothing says so")]
fn compare(make: impl Fn(&mut Dice, &Kit) -> Row + Sync) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (seed, cases) =
        (number("RKEYGEN_SEED").unwrap_or(20_261_127), number("RKEYGEN_CASES").unwrap_or(300));
    let kit = Kit::make(&oracle());
    if !is_new(&kit) {
        println!("not run: ssh-keygen is older than OpenSSH 10; RKEYGEN_ORACLE names a newer one");
        return;
    }
    let next = AtomicU64::new(0);
    let work = || {
        let place = tempfile::tempdir().expect("a directory");
        let mut differences = Vec::new();
        loop {
            let case = next.fetch_add(1, Ordering::Relaxed);
            if case >= cases {
                return differences;
            }
            let seed = seed.wrapping_add(case);
            let row = make(&mut Dice::new(seed), &kit);
            let same = row.compare(&kit, place.path());
            differences.extend(same.err().map(|text| format!("RKEYGEN_SEED={seed} RKEYGEN_CASES=1: {text}")));
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let differences: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a worker")).collect()
    });
    let count = differences.len();
    assert!(differences.is_empty(), "{count} of {cases} rows differ:\n\n{}", differences.join("\n\n"));
}

#[test]
fn allowed_signers_files_do_the_same() {
    needs!("ssh-keygen");
    compare(signers::row);
}

#[test]
fn revocation_lists_do_the_same() {
    needs!("ssh-keygen");
    compare(krls::row);
}

#[test]
fn certificates_do_the_same() {
    needs!("ssh-keygen");
    compare(certificates::row);
}

#[test]
fn signatures_do_the_same() {
    needs!("ssh-keygen");
    compare(signatures::row);
}

#[test]
fn files_of_keys_and_comments_do_the_same() {
    needs!("ssh-keygen");
    compare(files::row);
}
