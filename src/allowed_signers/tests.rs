use jiff::tz::TimeZone;

use super::*;
use crate::key::Comment;

const KEY: &str = include_str!("../../tests/vectors/openssh-ed25519.pub");
const CERTIFICATE: &str = include_str!("../../tests/vectors/certificate-ed25519.pub");
/// Keys that OpenSSH 10 no longer reads.
const DSA: &str = "AAAAB3NzaC1kc3MAAAAJAP//////////AAAACQD//////////wAAAAECAAAAAQM=";
const RSA_512: &str = "AAAAB3NzaC1yc2EAAAADAQABAAAACQD//////////w==";
/// 2026-06-01, within the certificate's ten years.
const NOW: u64 = 1_780_272_000;

fn published(line: &str) -> KeyOrCertificate {
    let mut words = line.split_ascii_whitespace().map(str::as_bytes);
    KeyOrCertificate::from_words(words.next().expect("a name"), words.next().expect("base64")).expect("a key")
}

fn clock() -> Clock {
    Clock { now: NOW, zone: TimeZone::UTC }
}

/// One row per rule: (the line in front of the key, does it let `me` sign for `git`?).
#[test]
fn truth_table_of_keys() {
    let (key, clock) = (published(KEY), clock());
    let question = Question { key: &key, time: NOW, clock: &clock };
    let options = |why| Err(Refusal::Line(LineError::Options(why)));
    let rows: [(&str, Result<bool, Refusal>); 40] = [
        ("me", Ok(true)),
        ("  me\t ", Ok(true)),
        ("you", Ok(false)),
        ("*", Ok(true)),
        ("you,m?", Ok(true)),
        ("*,!me", Ok(false)),
        ("\"me\"", Ok(true)),
        ("\"you and,me\"", Ok(true)),
        ("*,!\"me\"", Ok(false)),
        ("*,\"!me\"", Ok(false)),
        ("*,!m\"e\"", Ok(false)),
        ("m\"e\"", Ok(true)),
        ("\"you,\"me namespaces=\"git\"", Ok(false)),
        ("\"me\"namespaces=\"git\"", Ok(true)),
        ("\"me\"me", options("unknown key option")),
        ("\u{c}me", Ok(false)),
        ("me\u{c}", Ok(false)),
        ("*\u{c}", Ok(false)),
        ("*\0", Err(Refusal::Line(LineError::Invalid))),
        ("\"me", Err(Refusal::Line(LineError::Invalid))),
        ("#me", Ok(false)),
        ("me cert-authority", Ok(false)),
        ("me namespaces=\"git\"", Ok(true)),
        ("me namespaces=\"file,g*\"", Ok(true)),
        ("me namespaces=\"file\"", Err(Refusal::Namespace("git".into()))),
        ("me NAMESPACES=\"git\",valid-after=\"20260101\"", Ok(true)),
        ("me valid-before=\"20270101Z\"", Ok(true)),
        ("me valid-after=\"20260601Z\",valid-before=\"20260601000001Z\"", Ok(true)),
        (
            "me valid-before=\"20260101\"",
            Err(Refusal::Expired("2026-06-01T00:00:00".into(), "2026-01-01T00:00:00".into())),
        ),
        (
            "me valid-after=\"20270101\"",
            Err(Refusal::NotYet("2026-06-01T00:00:00".into(), "2027-01-01T00:00:00".into())),
        ),
        ("me valid-after=\"soon\"", options("invalid \"valid-after\" time")),
        ("me valid-after=20260101", options("missing start quote")),
        ("me valid-after=\"20260101\",valid-after=\"20260101\"", options("multiple \"valid-after\" clauses")),
        (
            "me valid-after=\"20270101\",valid-before=\"20260101\"",
            options("\"valid-before\" time is before \"valid-after\""),
        ),
        ("me namespaces=\"a\",namespaces=\"b\"", options("multiple \"namespaces\" clauses")),
        ("me cert-authority,", options("unexpected end-of-options")),
        ("me bogus", options("unknown key option")),
        ("me ,namespaces=\"git\",,valid-after=\"20260101\"", Ok(true)),
        ("me namespaces=\"git\",,", options("unexpected end-of-options")),
        ("me namespaces=\"git", Err(Refusal::Line(LineError::OpenQuote))),
    ];
    for (start, expected) in rows {
        let line = format!("{start} {}", KEY.trim_end());
        assert_eq!(question.permits(line.as_bytes(), b"me", b"git"), expected, "{start}");
    }
    for (line, error) in [
        ("me", LineError::Invalid),
        ("me\n", LineError::NoKey),
        ("me ssh-ed25519 AAAA", LineError::Key),
        (&format!("me ssh-dss {DSA}"), LineError::Key),
        (&format!("me namespaces=\"git\" ssh-rsa {RSA_512}"), LineError::Key),
        ("me cert-authority", LineError::NoKey),
    ] {
        let seen = question.permits(line.as_bytes(), b"me", b"git");
        assert_eq!(seen, Err(Refusal::Line(error)), "{line}");
    }
}

/// The certificate names `me` and `you`: (principals of the line, time, who asks, permitted?).
#[test]
fn truth_table_of_certificates() {
    let key = published(CERTIFICATE);
    let KeyOrCertificate::Certificate(certificate) = &key else { panic!("a key") };
    let ca = String::from_utf8(certificate.ca().to_line(&Comment::default())).expect("text");
    let validity = certificate.statement().validity;
    let clock = clock();
    let rows: [(&str, u64, &str, Result<bool, Refusal>); 8] = [
        ("*", NOW, "me", Ok(true)),
        ("*", NOW, "you", Ok(true)),
        ("*", NOW, "they", Err(Refusal::NotListed)),
        ("you", NOW, "me", Ok(false)),
        ("*", validity.after, "me", Ok(true)),
        ("*", validity.after - 1, "me", Err(Refusal::CertificateNotYet)),
        ("*", validity.before - 1, "me", Ok(true)),
        ("*", validity.before, "me", Err(Refusal::CertificateExpired)),
    ];
    for (principals, time, who, expected) in rows {
        let question = Question { key: &key, time, clock: &clock };
        let line = format!("{principals} cert-authority {ca}");
        assert_eq!(question.permits(line.as_bytes(), who.as_bytes(), b"git"), expected, "{principals} {who}");
    }
    let question = Question { key: &key, time: NOW, clock: &clock };
    let principals = |start: &str| question.principals(format!("{start} {ca}").as_bytes());
    let names = |names: &[&str]| Ok(Some(names.iter().map(|name| name.as_bytes().to_vec()).collect()));
    assert_eq!(principals("m*,they cert-authority"), names(&["me"]));
    assert_eq!(principals("*,m*,they cert-authority"), names(&["me", "you", "me"]));
    assert_eq!(principals("*,!me cert-authority"), names(&["me", "you"]));
    assert_eq!(principals("you,,me cert-authority"), names(&["you"]));
    assert_eq!(principals("!me cert-authority"), Err(Refusal::NoValidPrincipals));
    assert_eq!(principals(",me cert-authority"), Err(Refusal::NoValidPrincipals));
    assert_eq!(principals("they cert-authority"), Err(Refusal::NoValidPrincipals));
    assert_eq!(principals("me"), Ok(None));
}

/// For each pattern of the line, the names of the certificate that match it.
#[test]
fn names_that_match_are_listed_as_openssh_lists_them() {
    let names = |names: &[&str]| names.iter().map(|name| name.as_bytes().to_vec()).collect::<Vec<_>>();
    for (certificate, patterns, expected) in [
        (names(&["a", "b"]), "*", Some("a,b")),
        (names(&["", "b"]), "*", Some("b")),
        (names(&["a", "", "b"]), "*", Some("a,,b")),
        (names(&["a,b"]), "a*", Some("a,b")),
        (names(&["a\nroot", "b\r"]), "*", None),
        (names(&[]), "*", None),
        (names(&[""]), "*", None),
    ] {
        let seen = matching(&certificate, patterns.as_bytes());
        assert_eq!(seen.as_deref(), expected.map(str::as_bytes), "{certificate:?} {patterns}");
    }
    assert_eq!(elements(b"a,,b").collect::<Vec<_>>(), [b"a"]);
    assert_eq!(elements(b"").count(), 0);
}

#[test]
fn changed_bytes_and_truncations_do_not_panic() {
    let (key, clock) = (published(KEY), clock());
    let question = Question { key: &key, time: NOW, clock: &clock };
    let line = format!("\"a b,me\" namespaces=\"g*\",valid-after=\"20260101\",cert-authority {KEY}");
    for end in 0..line.len() {
        let _ = question.permits(&line.as_bytes()[..end], b"me", b"git");
    }
    for place in 0..line.len() {
        for byte in [0, b'"', b'\\', b' ', b',', 0xff] {
            let mut changed = line.clone().into_bytes();
            changed[place] = byte;
            let _ = question.permits(&changed, b"me", b"git");
            let _ = question.principals(&changed);
        }
    }
}
