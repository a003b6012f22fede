use super::super::hash;
use super::*;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBTMJOSpEmO0tVTuWGLVKAFpYqbqe64zCM/WxMvfFl93";

fn file() -> String {
    format!("# comment\nA,b {KEY} me\r\n*.c {KEY}\n@revoked a {KEY}\nnonsense\n\n,, {KEY}\na {KEY}")
}

#[test]
fn removal_keeps_markers_and_bytes() {
    let (left, events) = remove(file().as_bytes(), 1, &HostName::new(b"a"));
    let expected = format!("# comment\n*.c {KEY}\n@revoked a {KEY}\nnonsense\n\n,, {KEY}\n");
    assert_eq!(String::from_utf8_lossy(&left), expected);
    let gone = Removal::Removed;
    assert_eq!(events, [(2, gone), (5, Removal::Invalid(Flaw::Truncated)), (8, gone)]);
}

#[test]
fn every_name_gets_a_line_and_the_rest_stays() {
    let done = hash_names(file().as_bytes(), 11, || [1; 20]);
    let [a, b] = [b"a", b"b"].map(|name| hash(name, &[1; 20]));
    let expected = format!(
        "# comment\n{a} {KEY} me\r\n{b} {KEY} me\r\n*.c {KEY}\n@revoked a {KEY}\nnonsense\n\n,, {KEY}\n{a} {KEY}\n"
    );
    assert_eq!(String::from_utf8_lossy(&done.to_bytes()), expected);
    assert_eq!(done.kept, [(13, Kept::Wildcard(b"*.c".to_vec())), (15, Kept::Invalid(Flaw::Truncated))]);
    assert_eq!(done.hashed, 2);
    let again = hash_names(&done.to_bytes(), 1, || [2; 20]);
    assert_eq!((again.to_bytes(), again.hashed), (done.to_bytes(), 0));
}

#[test]
fn hashed_names_are_found_in_their_own_case() {
    let out = hash_names(file().as_bytes(), 1, || [1; 20]).to_bytes();
    let lines = |host: &[u8]| find(&out, 1, &HostName::new(host)).map(|(line, ..)| line).collect::<Vec<_>>();
    assert_eq!(lines(b"a"), [2, 5, 9]);
    assert_eq!(lines(b"A"), [5]);
    assert_eq!(lines(b"x.c"), [4]);
}

#[test]
fn an_entry_of_many_names_grows_within_bounds() {
    let hidden = hash(b"a", &[1; 20]);
    for (names, fits) in [(1, true), (40, true), (100, true), (1_000, false)] {
        let behind = format!("{KEY} {}", "c".repeat(3_000));
        let file = format!("b {KEY}\n{} {behind}\nb {KEY}\n", vec!["a"; names].join(","));
        let done = hash_names(file.as_bytes(), 1, || [1; 20]);
        let b = format!("{} {KEY}\n", hash(b"b", &[1; 20]));
        let middle = if fits {
            format!("{hidden} {behind}\n").repeat(names)
        } else {
            file.lines().nth(1).expect("a line").to_owned() + "\n"
        };
        assert!(done.to_bytes() == format!("{b}{middle}{b}").into_bytes(), "{names}");
        let refused = if fits { Vec::new() } else { vec![(2, Kept::Invalid(Flaw::TooManyNames))] };
        assert_eq!(done.kept, refused, "{names}");
    }
}
