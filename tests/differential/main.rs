//! Command lines, files and answers made up by chance, through ssh-keygen and rkeygen in two directories that
//! are alike: the same standard output, exit status and files, where chance has no part in them.
//!
//! `RKEYGEN_SEED` repeats a run, `RKEYGEN_CASES` makes it longer. What differs on purpose is kept out here, each
//! with a row in docs/differences.md.
#![cfg(target_os = "linux")]

#[path = "../support/run.rs"]
mod support;

mod asked;
mod compare;
mod kit;
mod lines;
mod order;
mod trust;

use compare::Outcome;
use kit::Kit;
use support::dice::Dice;
use support::missing::needs;

#[test]
fn made_up_command_lines_do_the_same() {
    needs!("ssh-keygen");
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = number("RKEYGEN_SEED").unwrap_or(20_261_123);
    let kit = Kit::make();
    let mut differences = Vec::new();
    for case in 0..number("RKEYGEN_CASES").unwrap_or(300) {
        let mut dice = Dice::new(seed.wrapping_add(case));
        let line = lines::line(&mut dice);
        if let Err(difference) = Outcome::same(&kit, &line) {
            differences
                .push(format!("RKEYGEN_SEED={} RKEYGEN_CASES=1: {difference}", seed.wrapping_add(case)));
        }
    }
    assert!(differences.is_empty(), "{} differences:\n\n{}", differences.len(), differences.join("\n\n"));
}

#[test]
fn fixed_command_lines_do_the_same() {
    needs!("ssh-keygen");
    let kit = Kit::make();
    let fixed = include_str!("fixed.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut count = 0;
    let mut differences = Vec::new();
    for text in fixed {
        count += 1;
        differences.extend(Outcome::same(&kit, &lines::Line::of_text(text)).err());
    }
    assert!(count > 100, "only {count} lines");
    assert!(differences.is_empty(), "{} differences:\n\n{}", differences.len(), differences.join("\n\n"));
}
