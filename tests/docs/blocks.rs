//! Each page with commands is a script: its blocks of `sh` and `console` run in order, in an empty home directory.
//!
//! `<!-- not run: REASON -->` before a block leaves it out, and `not_run.txt` lists such blocks; blocks in other languages
//! have to have one. `<!-- run:` starts commands that a page does not show. In the output, `...` stands for anything.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::missing::needs;
use crate::support::program;

/// A block of a page.
struct Block {
    language: String,
    /// Why it is not run.
    not_run: Option<String>,
    lines: Vec<String>,
}

impl Block {
    /// Whether it is a part of the script; `text` is for what is shown only.
    fn runs(&self) -> bool {
        self.not_run.is_none() && matches!(self.language.as_str(), "sh" | "console")
    }
}

/// The pages with their names: the README and all below `docs`.
pub(crate) fn pages() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found: Vec<PathBuf> =
        ["README.md", "SECURITY.md", "CONTRIBUTING.md"].map(|name| root.join(name)).into();
    for directory in ["docs", "docs/tasks", "docs/reference"] {
        for entry in fs::read_dir(root.join(directory)).expect("a directory of pages") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    let name = |path: &Path| path.strip_prefix(root).expect("a page below").display().to_string();
    found.iter().map(|path| (name(path), fs::read_to_string(path).expect("a page"))).collect()
}

/// The blocks of a page, with the hidden ones.
fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let (mut not_run, mut open, mut hidden) = (None, None::<(usize, Block)>, None::<Block>);
    for line in page.lines() {
        let (text, indent) = (line.trim_start(), line.len() - line.trim_start().len());
        if let Some(block) = &mut hidden {
            match text {
                "-->" => blocks.extend(hidden.take()),
                _ => block.lines.push(line.to_owned()),
            }
        } else if let Some((indent, block)) = &mut open {
            match text {
                "```" => blocks.extend(open.take().map(|(_, block)| block)),
                _ => block.lines.push(line.get(*indent..).unwrap_or_default().to_owned()),
            }
        } else if let Some(language) = text.strip_prefix("```") {
            let block = Block { language: language.to_owned(), not_run: not_run.take(), lines: Vec::new() };
            open = Some((indent, block));
        } else if let Some(reason) = text.strip_prefix("<!-- not run: ") {
            not_run = Some(reason.trim_end_matches(" -->").to_owned());
        } else if text == "<!-- run:" {
            hidden = Some(Block { language: "sh".to_owned(), not_run: None, lines: Vec::new() });
        }
    }
    assert!(open.is_none() && hidden.is_none(), "a block does not end");
    blocks
}

/// The script of a page, and what it should print.
fn script(blocks: &[Block]) -> (String, Vec<String>) {
    let (mut script, mut wanted) = (String::new(), Vec::new());
    for block in blocks.iter().filter(|block| block.runs()) {
        if block.language != "console" {
            script += &format!("set -e\n{}\n", block.lines.join("\n"));
            continue;
        }
        script += "set +e\n";
        for line in &block.lines {
            match line.strip_prefix("$ ") {
                Some(command) => {
                    script += &format!("echo '@@@'\n{{\n{command}\n}} 2>&1\necho '@@@ end'\n");
                    wanted.push(String::new());
                }
                None => *wanted.last_mut().expect("a command before its output") += &format!("{line}\n"),
            }
        }
    }
    (script + "true\n", wanted)
}

/// What differs between two runs is made the same.
fn plain(line: &str) -> String {
    let mut out = Vec::new();
    for word in line.trim_end().split(' ') {
        out.push(match word {
            word if word.starts_with("SHA256:") => "SHA256:...".to_owned(),
            word if word.starts_with("AAAA") => "AAAA...".to_owned(),
            word => word.to_owned(),
        });
    }
    out.join(" ")
}

fn fits(wanted: &str, seen: &str) -> bool {
    let (wanted, seen) = (wanted.replace("SHA256:...", "SHA256:*"), seen.replace("SHA256:...", "SHA256:*"));
    match wanted.split_once("...") {
        Some((start, end)) => seen.starts_with(start) && seen.ends_with(end),
        None => wanted == seen,
    }
}

/// Runs a script in an empty home directory, which a mount puts in place of the real one.
fn run(script: &str) -> (String, bool) {
    let home = tempfile::tempdir().expect("a directory");
    let tools = tempfile::tempdir().expect("a directory");
    std::os::unix::fs::symlink(program(), tools.path().join("rkeygen")).expect("a link to the program");
    let path = format!("{}:{}", tools.path().display(), std::env::var("PATH").unwrap_or_default());
    let entry = "home=$(getent passwd 0 | cut -d: -f6); mount --bind \"$1\" \"$home\"; cd \"$home\"; \
                 HOME=$home; export HOME; exec sh -c \"$2\"";
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-eu", "-c", entry, "sh"]).arg(home.path()).arg(script);
    command.env("PATH", path).env_remove("SSH_AUTH_SOCK").env("LC_ALL", "C.UTF-8");
    let output = command.stdin(std::process::Stdio::null()).output().expect("unshare runs");
    let text = [&output.stdout[..], &output.stderr].concat();
    (String::from_utf8_lossy(&text).into_owned(), output.status.success())
}

/// Whether a mount can hide the home directory.
fn can_mount() -> bool {
    let here = run("true").1;
    if !here {
        crate::support::missing::skipped("mounts in a namespace of its own");
    }
    here
}

#[test]
fn blocks_run_and_print_what_the_pages_say() {
    needs!("unshare", "getent", "git", "python3");
    if !can_mount() {
        return;
    }
    for (name, page) in pages() {
        let (script, wanted) = script(&blocks(&page));
        let (seen, done) = run(&script);
        assert!(done, "{name}:\n{seen}");
        let outputs =
            seen.split("@@@\n").skip(1).map(|part| part.split("@@@ end\n").next().unwrap_or_default());
        let outputs: Vec<&str> = outputs.collect();
        assert_eq!(outputs.len(), wanted.len(), "{name}:\n{seen}");
        for (wanted, seen) in wanted.iter().zip(outputs) {
            let (wanted, lines): (Vec<_>, Vec<_>) =
                (wanted.lines().map(plain).collect(), seen.lines().map(plain).collect());
            let same = wanted.len() == lines.len()
                && wanted.iter().zip(&lines).all(|(wanted, seen)| fits(wanted, seen));
            assert!(same, "{name}: wanted\n{}\nseen\n{seen}", wanted.join("\n"));
        }
    }
}

/// Blocks that need a server, a network or another program are known, and each says why it is not run.
#[test]
fn blocks_that_are_not_run_are_listed() {
    let mut found = String::new();
    for (name, page) in pages() {
        for block in blocks(&page) {
            let shown = block.lines.first().map(String::as_str).unwrap_or_default();
            match block.not_run {
                Some(reason) => found += &format!("{name}: {reason}: {shown}\n"),
                None => {
                    assert!(block.runs() || block.language == "text", "{name}: why is this not run? {shown}")
                }
            }
        }
    }
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/docs/not_run.txt");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(&list, &found).expect("a file that can be written");
    }
    let listed = fs::read_to_string(&list).unwrap_or_default();
    assert_eq!(listed, found, "UPDATE_GENERATED=1 cargo test --test docs writes tests/docs/not_run.txt");
}

/// Commands of blocks that are not run have options and operands that exist: `--help` after them shows a page.
#[test]
fn commands_in_all_blocks_exist() {
    let mut checked = 0;
    for (name, page) in pages() {
        let blocks = blocks(&page);
        let lines = blocks.iter().filter(|block| block.not_run.is_some()).flat_map(|block| &block.lines);
        for line in lines {
            let Some((_, command)) = line.split_once("rkeygen ") else { continue };
            let end = command.find([';', '|', '>', '<', '&', '#', '"', '\'']).unwrap_or(command.len());
            let words: Vec<&str> = command[..end].split_whitespace().collect();
            let output = Command::new(program()).args(&words).arg("--help").output().expect("the program");
            assert!(
                output.status.success(),
                "{name}: rkeygen {words:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            checked += 1;
        }
    }
    assert!(checked > 10, "only {checked} commands found");
}
