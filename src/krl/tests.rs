use super::*;

fn revoke(krl: &mut Krl, line: &str, ca: Option<&Ca>) {
    let what = read_line(line.as_bytes()).expect(line).expect("a line with something on it");
    krl.revoke(what, ca).expect(line);
}

fn krl() -> Krl {
    let mut krl = Krl { version: 7, generated: 1_767_225_600, comment: b"test".to_vec(), ..Krl::default() };
    for line in ["serial: 1", "serial: 5-10", "serial: 0x20", "serial: 0400", "id: me", "ID:  you # no"] {
        revoke(&mut krl, line, Some(&Ca::Any));
    }
    revoke(&mut krl, "hash: SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", None);
    let key = include_str!("../../tests/vectors/openssh-ed25519.pub");
    for directive in ["", "sha1: ", "SHA256:"] {
        revoke(&mut krl, &format!("{directive}{key}"), None);
    }
    let certificate = include_str!("../../tests/vectors/certificate-ed25519.pub");
    revoke(&mut krl, certificate, None);
    krl
}

#[test]
fn what_is_written_is_read_again() {
    let krl = krl();
    assert_eq!(Krl::from_bytes(&krl.to_bytes()), Ok(krl));
    assert_eq!(Krl::from_bytes(&Krl::default().to_bytes()), Ok(Krl::default()));
}

#[test]
fn changed_bytes_and_truncations_do_not_panic() {
    let bytes = krl().to_bytes();
    for end in 0..bytes.len() {
        let _ = Krl::from_bytes(&bytes[..end]);
    }
    for place in 0..bytes.len() {
        for mask in [0x01, 0x10, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[place] ^= mask;
            if let Ok(read) = Krl::from_bytes(&changed) {
                assert_eq!(Krl::from_bytes(&read.to_bytes()), Ok(read), "byte {place}");
            }
        }
    }
}

#[test]
fn lines_that_are_wrong_say_why() {
    use SpecificationError as E;
    for (line, error) in [
        ("bogus", E::Key),
        ("key: ssh-ed25519", E::Key),
        ("serial: x", E::Serial("x".into())),
        ("serial:", E::Serial(String::new())),
        ("serial: 5-", E::Serial(String::new())),
        ("serial: 0x", E::Serial("0x".into())),
        ("serial: 08", E::Serial("08".into())),
        ("serial: 18446744073709551616", E::OutOfRange),
        ("serial: 5-3", E::Range(5, 3)),
        ("serial: 5-5", E::Range(5, 5)),
        ("serial: 0", E::Zero),
        ("hash: MD5:00", E::Hash),
        ("hash: SHA256:abc", E::Base64),
    ] {
        assert_eq!(read_line(line.as_bytes()), Err(error), "{line}");
    }
    assert_eq!(read_line(b"  # nothing"), Ok(None));
    assert_eq!(Krl::default().revoke(Revocation::Serials(1, 1), None), Err(NoCa::Serial));
    assert_eq!(Krl::default().revoke(Revocation::KeyId(vec![1]), None), Err(NoCa::KeyId));
}

#[test]
fn runs_join_and_never_overlap() {
    let mut serials = Serials::default();
    for (first, last) in [(10, 20), (30, 40), (21, 22), (1, 1), (5, 35), (u64::MAX, u64::MAX), (3, 3)] {
        serials.insert(first, last);
    }
    let runs: Vec<_> = serials.runs().collect();
    assert_eq!(runs, [(1, 1), (3, 3), (5, 40), (u64::MAX, u64::MAX)]);
    assert!(serials.contains(40) && !serials.contains(41) && serials.contains(u64::MAX));
    assert!(!serials.contains(2) && !serials.contains(0));
}

/// One row per way to be revoked: (lines, whose serials and ids, revokes the key, the certificate).
#[test]
fn truth_table() {
    let line = |text: &str| {
        let text = text.to_owned();
        let mut words = text.split_ascii_whitespace();
        let (name, base64) = (words.next().expect("a name"), words.next().expect("base64"));
        Published::from_words(name.as_bytes(), base64.as_bytes()).expect("a key")
    };
    // Serial 7, id "user ed25519".
    let text = include_str!("../../tests/vectors/certificate-ed25519.pub");
    let Published::Certificate(certificate) = line(text) else { panic!("not a certificate") };
    let ca = Ca::Key(certificate.ca().clone());
    let other = Ca::Key(line(include_str!("../../tests/vectors/openssh-ed25519.pub")).key().clone());
    let key = Published::Key(certificate.subject().clone());
    let plain = |key: &PublicKey| String::from_utf8(key.to_line(&Default::default())).expect("text");
    let (subject, ca_line) = (plain(certificate.subject()), plain(certificate.ca()));
    let rows: [(String, &Ca, bool, bool); 20] = [
        ("# nothing".into(), &ca, false, false),
        (subject.clone(), &ca, true, true),
        (format!("key: {subject}"), &ca, true, true),
        (format!("key: {text}"), &ca, true, true),
        (format!("sha1: {subject}"), &ca, true, true),
        (format!("sha256: {subject}"), &ca, true, true),
        (text.into(), &ca, false, true),
        (ca_line.clone(), &ca, false, true),
        (format!("sha1: {ca_line}"), &ca, false, true),
        (format!("sha256: {ca_line}"), &ca, false, true),
        ("serial: 7".into(), &ca, false, true),
        ("serial: 7".into(), &Ca::Any, false, true),
        ("serial: 7".into(), &other, false, false),
        ("serial: 6-8".into(), &ca, false, true),
        ("serial: 8-9".into(), &ca, false, false),
        ("serial: 1-6".into(), &ca, false, false),
        ("id: user ed25519".into(), &ca, false, true),
        ("id: user ed25519".into(), &Ca::Any, false, true),
        ("id: user ed25519".into(), &other, false, false),
        ("id: user".into(), &ca, false, false),
    ];
    for (line, whose, of_key, of_certificate) in rows {
        let mut krl = Krl::default();
        if let Some(what) = read_line(line.as_bytes()).expect("a line") {
            krl.revoke(what, Some(whose)).expect("a revocation");
        }
        let krl = Krl::from_bytes(&krl.to_bytes()).expect("a list");
        let seen = (krl.revokes(&key), krl.revokes(&Published::Certificate(certificate.clone())));
        assert_eq!(seen, (of_key, of_certificate), "{line}");
    }
}

/// The sizes of OpenSSH's own encoding, measured: ours is never longer.
#[test]
fn sections_are_as_short_as_can_be() {
    let sections = |serials: &[(u64, u64)]| {
        let mut set = Serials::default();
        serials.iter().for_each(|&(first, last)| set.insert(first, last));
        let mut out = Vec::new();
        super::sections::encode(&set, &mut out);
        out
    };
    assert!(sections(&[]).is_empty());
    assert_eq!(sections(&[(1, 3)]).len(), 18);
    assert_eq!(sections(&[(1, 1), (100, 100), (10_000, 10_000)]).len(), 29);
    assert_eq!(sections(&[(1, 100_000)]).len(), 21);
    assert_eq!(sections(&[(0x20, u64::MAX)]).len(), 21);
    let odd: Vec<_> = (0..50_000).map(|n| (2 * n + 1, 2 * n + 1)).collect();
    assert!(sections(&odd).len() < 100_000 / 8 + 200);
}
