//! The closing line of a run of all tests: which were skipped, and why. Cargo runs this file after those that skip.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;

#[test]
fn what_was_skipped() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("skipped");
    let mut rows = BTreeSet::new();
    for entry in fs::read_dir(&directory).into_iter().flatten().flatten() {
        let text = fs::read_to_string(entry.path()).expect("a list of skipped tests");
        rows.extend(text.lines().map(str::to_owned));
        fs::remove_file(entry.path()).expect("a list of skipped tests");
    }
    if rows.is_empty() {
        return;
    }
    let rows: Vec<_> = rows.into_iter().collect();
    // Not by `println!`, which is shown only if a test fails.
    let line = format!("\n{} tests were skipped (tests/all.sh runs all): {}\n", rows.len(), rows.join("; "));
    std::io::stderr().write_all(line.as_bytes()).expect("standard error");
}
