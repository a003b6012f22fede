use super::*;
use crate::known_hosts::hash;

const ONE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
const TWO: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

fn lint(text: &str) -> Vec<String> {
    let mut lint = Lint::default();
    let mut found = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let problems = match Statement::read(text.as_bytes()) {
            Ok(None) => Vec::new(),
            Ok(Some(statement)) => lint.add(line, statement),
            Err(problem) => vec![problem],
        };
        found.extend(problems.into_iter().map(|problem| (line, problem)));
    }
    found.extend(lint.hashed_beside_plain());
    found
        .iter()
        .map(|(line, problem)| {
            let other = problem.other_line().map(|line| format!(" {line}")).unwrap_or_default();
            format!("{line} {}{other}", problem.id())
        })
        .collect()
}

#[test]
fn truth_table() {
    let hashed = hash(b"a", &[1; 20]);
    for (text, expected) in [
        (format!("a {ONE}\nb {ONE}\n[a]:22 {TWO}\n# a\n\n"), vec![]),
        (format!("a {ONE}\nA {ONE} comment\n"), vec!["2 duplicate 1"]),
        (format!("a {ONE}\nb {ONE}\nb,a {ONE}\n"), vec!["3 duplicate 1"]),
        (format!("a {ONE}\na,b {ONE}\n"), vec![]),
        (format!("a {ONE}\na {TWO}\n"), vec!["2 conflict 1"]),
        (format!("a {ONE}\n@cert-authority a {TWO}\n"), vec![]),
        (format!("a {ONE}\n@cert-authority a {ONE}\n"), vec![]),
        (format!("a {ONE}\n@revoked a {ONE}\n"), vec!["2 revoked 1"]),
        (format!("a {ONE}\n@revoked a {TWO}\n"), vec![]),
        (format!("*.a,!b.a {ONE}\n!b.a,*.a {ONE}\n*.a,!b.a {ONE}\n"), vec!["3 duplicate 1"]),
        (format!("{hashed} {ONE}\n{hashed} {ONE}\n"), vec!["2 duplicate 1"]),
        (format!("{hashed} {ONE}\nb,a {ONE}\n"), vec!["1 hashed-duplicate 2"]),
        (format!("{hashed} {ONE}\na {TWO}\n"), vec!["1 conflict 2"]),
        (format!("{hashed} {ONE}\n@revoked a {ONE}\n"), vec!["1 revoked 2"]),
        (
            "a\na ssh-dss AAAA\na 1024 35 123\na ssh-ed25519 AAAA\n|1|x|y ssh-rsa AAAA\n".to_owned(),
            vec!["1 invalid", "2 weak-key", "3 invalid", "4 invalid", "5 invalid"],
        ),
    ] {
        assert_eq!(lint(&text), expected, "{text}");
    }
}

#[test]
fn beyond_a_number_of_names_hashed_lines_are_not_compared() {
    let mut lint = Lint::default();
    let mut add = |line, text: String| match Statement::read(text.as_bytes()) {
        Ok(Some(statement)) => lint.add(line, statement),
        other => panic!("{other:?}"),
    };
    for line in 1..=10_000 {
        assert_eq!(add(line, format!("{line}.{} {ONE}", "x".repeat(900))), []);
    }
    assert_eq!(add(10_001, format!("1.{} {ONE}", "x".repeat(900))), [Problem::Duplicate { of: 1 }]);
    assert_eq!(add(10_002, format!("{} {ONE}", hash(b"a", &[1; 20]))), []);
    assert_eq!(lint.comparisons(), u64::MAX);
    assert_eq!(lint.hashed_beside_plain(), []);
}
