use super::*;
use crate::key_list::Request as _;

const ONE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
const TWO: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

fn key(line: &str) -> PublicKey {
    let (name, base64) = line.split_once(' ').expect("two words");
    KeyOrCertificate::from_words(name.as_bytes(), base64.as_bytes()).expect("a key").key().clone()
}

fn request(names: &[&str], marker: Option<Marker>) -> Request {
    let names = names.iter().map(|name| name.parse().expect("a name")).collect();
    Request::new(names, marker, [(key(ONE), ())].into_iter().collect(), Form::Plain)
}

#[test]
fn a_line_is_the_same_or_against_or_neither() {
    use Conflict::{OtherKey, Revoked};
    use Relation::{Against, Same};
    let request = request(&["a", "b:2222"], None);
    let hashed = hash(b"a", &[7; 20]);
    for (line, expected) in [
        (format!("a {ONE} me\r\n"), vec![(0, Same)]),
        (format!("x,A,[b]:2222 {ONE}\n"), vec![(0, Same), (1, Same)]),
        (format!("{hashed} {ONE}"), vec![(0, Same)]),
        (format!("b {ONE}"), vec![]),
        (format!("? {ONE}"), vec![]),
        (format!("a {TWO}"), vec![(0, Against(OtherKey))]),
        (format!("{hashed} {TWO}"), vec![(0, Against(OtherKey))]),
        (format!("?,[b]:* {TWO}"), vec![(0, Against(OtherKey)), (1, Against(OtherKey))]),
        (format!("?,!a {TWO}"), vec![]),
        (format!("@revoked * {ONE}"), vec![(0, Against(Revoked)), (1, Against(Revoked))]),
        (format!("@revoked a {TWO}"), vec![]),
        (format!("@cert-authority a {ONE}"), vec![]),
        ("a ecdsa-sha2-nistp256 AAAA".to_owned(), vec![]),
    ] {
        let beside = request.beside(line.as_bytes());
        if line.starts_with("a ecdsa") {
            assert_eq!(beside, Beside::Invalid, "{line}");
        } else {
            assert_eq!(beside, Beside::Entry(expected), "{line}");
        }
    }
    for line in ["", "\r\n", "# x", "  \t"] {
        assert_eq!(request.beside(line.as_bytes()), Beside::Nothing, "{line:?}");
    }
    for line in ["a", "@other a b c", "|1|x a b", "a 1024 35 123", "\u{feff}"] {
        assert_eq!(request.beside(line.as_bytes()), Beside::Invalid, "{line:?}");
    }
}

#[test]
fn markers_are_entries_of_their_own() {
    let revoked = request(&["a"], Some(Marker::Revoked));
    assert_eq!(revoked.beside(format!("a {ONE}").as_bytes()), Beside::Entry(Vec::new()));
    assert_eq!(
        revoked.beside(format!("@revoked a {ONE}").as_bytes()),
        Beside::Entry(vec![(0, Relation::Same)])
    );
    let lines = revoked.lines(&[0]);
    assert_eq!(lines, [format!("@revoked a {ONE}").into_bytes()]);
}

#[test]
fn names_are_taken_out_of_lines_that_have_others() {
    let request = request(&["a", "b"], None);
    let hashed = hash(b"a", &[7; 20]);
    for (line, left) in [
        (format!("a {TWO}\n"), Some(String::new())),
        (format!("{hashed} {TWO}\n"), Some(String::new())),
        (format!("\tx,A,b,y  {TWO} me\r\n"), Some(format!("\tx,y  {TWO} me\r\n"))),
        (format!("a,!x {TWO}\n"), Some(String::new())),
        (format!("a,? {TWO}\n"), None),
        (format!("@revoked a {TWO}\n"), None),
    ] {
        let found = request.without(line.as_bytes()).map(|left| String::from_utf8(left).expect("text"));
        assert_eq!(found, left, "{line}");
    }
}

#[test]
fn missing_entries_share_a_line_unless_hashed() {
    let request = request(&["a", "b"], None);
    assert_eq!(request.count(), 2);
    assert_eq!(request.lines(&[0, 1]), [format!("a,b {ONE}").into_bytes()]);
    assert_eq!(request.lines(&[1]), [format!("b {ONE}").into_bytes()]);
    assert!(request.lines(&[]).is_empty());
    let names = vec!["a".parse().expect("a name"), "b".parse().expect("a name")];
    let hashed = Request::new(
        names,
        None,
        [(key(ONE), ())].into_iter().collect(),
        Form::Hashed(vec![[1; 20], [2; 20]]),
    );
    let lines = hashed.lines(&[0, 1]);
    assert_eq!(lines.len(), 2);
    for (place, line) in lines.iter().enumerate() {
        assert_eq!(hashed.beside(line), Beside::Entry(vec![(place, Relation::Same)]));
    }
}

#[test]
fn hostile_lines_are_read_to_their_end() {
    let request = request(&["a", "[::1]:2222"], None);
    let line = format!("@revoked a,|1|x,b {ONE} comment\r\n").into_bytes();
    for end in 0..line.len() {
        let _ = (request.beside(&line[..end]), request.without(&line[..end]));
        for byte in [0, b',', b' ', b'|', b'@', b'\n', 0xff] {
            let mut changed = line.clone();
            changed[end] = byte;
            let _ = (request.beside(&changed), request.without(&changed));
        }
    }
    let many = format!("{} {TWO}\n", "a,".repeat(100_000));
    assert!(matches!(request.beside(many.as_bytes()), Beside::Entry(_)));
    assert_eq!(request.without(many.as_bytes()), Some(Vec::new()));
}
