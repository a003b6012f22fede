use super::*;
use crate::text::Charset;

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

/// As strtoull(3) with base 0 in a C library of 2023 or later, and as ssh-keygen's other checks have it.
#[test]
fn serial_numbers_are_read_as_in_c() {
    for (text, first, last) in [
        ("7", 7, 7),
        (" \t\x0b7", 7, 7),
        ("+7", 7, 7),
        ("0b101", 5, 5),
        ("0X1f-0x20", 31, 32),
        ("010", 8, 8),
        ("-1", u64::MAX, u64::MAX),
        ("1--1", 1, u64::MAX),
        ("5- 7", 5, 7),
        ("18446744073709551615", u64::MAX, u64::MAX),
    ] {
        let read = read_line(format!("serial:{text}").as_bytes());
        assert_eq!(read, Ok(Some(Revocation::Serials(first, last))), "{text}");
    }
    for text in ["5 - 7", "5 -7", "5-7-9", "0b2", "-", "--5", "-0", "+", "1x", "5\r", "-5-6"] {
        assert!(read_line(format!("serial: {text}").as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn lines_end_as_in_c() {
    let id = |text: &str| Ok(Some(Revocation::KeyId(text.as_bytes().to_vec())));
    assert_eq!(read_line(b"id: a b \t # c"), id("a b"));
    assert_eq!(read_line(b"id: a\r"), id("a\r"));
    assert_eq!(read_line(b"id: a\0b"), id("a"));
    assert_eq!(read_line(b" \t"), Ok(None));
    assert!(read_line(b"\r").is_err());
    let hash = "hash: SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
    assert!(read_line(format!("{hash}=").as_bytes()).is_ok());
    assert_eq!(read_line(format!("{hash}==").as_bytes()), Err(SpecificationError::Base64));
    let key = include_str!("../../tests/vectors/openssh-ed25519.pub").trim_end();
    assert!(matches!(read_key_line(format!("\t{key}\r").as_bytes()), Ok(Some(_))));
    assert_eq!(read_key_line(b"\0nonsense"), Ok(None));
    assert_eq!(read_key_line(b"\r"), Err(SpecificationError::Key));
    // 512 bits: a key that signs nothing. DSA keys are no keys at all.
    assert_eq!(read_key_line(b"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAACQD//////////w=="), Ok(None));
    let dsa = b"ssh-dss AAAAB3NzaC1kc3MAAAAJAP//////////AAAACQD//////////wAAAAECAAAAAQM=";
    assert_eq!(read_key_line(dsa), Err(SpecificationError::Key));
    assert_eq!(read_line(dsa), Err(SpecificationError::Key));
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
    serials.insert(2, u64::MAX);
    assert_eq!(serials.runs().collect::<Vec<_>>(), [(1, u64::MAX)]);
}

/// Numbers around the borders of blocks, by whatever way they came, are the same set.
#[test]
fn a_set_does_not_depend_on_the_order() {
    let mut state = 1_u64;
    let mut below = |end: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % end
    };
    for round in 0..300 {
        let mut expected = [false; 700];
        let (mut serials, mut single) = (Serials::default(), Serials::default());
        for _ in 0..below(12) + 1 {
            let (first, length, word) = (below(500), below(200), below(1 << 31) << below(32));
            if below(2) == 0 {
                serials.insert(first, first + length);
                expected[index(first)..=index(first + length)].fill(true);
            } else {
                serials.insert_bits(first, word);
                (0..64)
                    .filter(|bit| word >> bit & 1 == 1)
                    .for_each(|bit| expected[index(first + bit)] = true);
            }
        }
        let numbers = || (0..700).filter(|&number| expected[index(number)]);
        numbers().rev().for_each(|number| single.insert(number, number));
        assert_eq!(serials, single, "round {round}");
        let listed: Vec<_> = serials.runs().flat_map(|(first, last)| first..=last).collect();
        assert_eq!(listed, numbers().collect::<Vec<_>>(), "round {round}");
        assert!((0..700).all(|number| serials.contains(number) == expected[index(number)]), "round {round}");
        let gaps: Vec<_> = serials.runs().collect();
        assert!(gaps.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0), "round {round}: {gaps:?}");
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("a small number")
}

/// A list with one section.
fn with_section(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = Krl { comment: b"c".to_vec(), ..Krl::default() }.to_bytes();
    bytes.push(kind);
    crate::wire::put_string(&mut bytes, body);
    bytes
}

/// A section of certificates of every CA with one section inside.
fn with_certificates(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut section = vec![0; 8];
    section.push(kind);
    crate::wire::put_string(&mut section, body);
    with_section(1, &section)
}

fn strings(strings: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    strings.iter().for_each(|string| crate::wire::put_string(&mut out, string));
    out
}

#[test]
fn key_ids_and_comments_are_c_strings() {
    let read = |bytes: &[u8]| Krl::from_bytes(bytes);
    let ids = |krl: Krl| krl.certificates[0].key_ids.iter().cloned().collect::<Vec<_>>();
    let krl =
        read(&with_certificates(0x23, &strings(&[b"bob-laptop\0", b"bob-laptop", b"x"]))).expect("a list");
    assert_eq!(ids(krl), [b"bob-laptop".to_vec(), b"x".to_vec()]);
    assert_eq!(read(&with_certificates(0x23, &strings(&[b"a\0b"]))), Err(Error::Invalid));
    assert_eq!(read(&Krl { comment: b"a\0b".to_vec(), ..Krl::default() }.to_bytes()), Err(Error::Invalid));
    assert_eq!(
        read(&Krl { comment: b"a\0".to_vec(), ..Krl::default() }.to_bytes()).map(|krl| krl.comment),
        Ok(b"a".to_vec())
    );
    for (name, expected) in [(&b"x"[..], true), (b"x\0", true), (b"x\0y", false)] {
        let extension = [&strings(&[name])[..], &[0], &strings(&[b"any\0thing"])].concat();
        assert_eq!(read(&with_section(255, &extension)).is_ok(), expected, "{name:?}");
        assert_eq!(read(&with_certificates(0x39, &extension)).is_ok(), expected, "{name:?}");
    }
}

#[test]
fn sections_are_read_as_openssh_reads_them() {
    // A signature, which is not checked, has a string more.
    let signed = [&with_section(4, b"key")[..], &strings(&[b"signature"])].concat();
    assert_eq!(Krl::from_bytes(&signed).map(|krl| krl.comment), Ok(b"c".to_vec()));
    assert!(Krl::from_bytes(&with_section(4, b"key")).is_err());
    assert!(Krl::from_bytes(&with_section(6, b"")).is_err());
    // A section that revokes nothing is none.
    assert_eq!(Krl::from_bytes(&with_section(1, &[0; 8])).map(|krl| krl.certificates.len()), Ok(0));
    assert_eq!(Krl::from_bytes(&with_certificates(0x20, b"")).map(|krl| krl.certificates.len()), Ok(0));
    assert!(Krl::from_bytes(&with_section(1, &[0; 7])).is_err());
}

#[test]
fn bitmaps_are_bounded() {
    let bitmap = |start: u64, number: &[u8]| {
        let body = [&start.to_be_bytes()[..], &strings(&[number])].concat();
        let runs = |krl: Krl| krl.certificates[0].serials.runs().collect::<Vec<_>>();
        Krl::from_bytes(&with_certificates(0x22, &body)).map(runs)
    };
    let long = |first: &[u8], length: usize| [first, &vec![0; length - 1], &[1]].concat();
    assert_eq!(bitmap(5, &[0x05]), Ok(vec![(5, 5), (7, 7)]));
    assert_eq!(bitmap(60, &[0x01, 0xff]), Ok(vec![(60, 68)]));
    assert_eq!(bitmap(1, &long(&[0x40], 2047)), Ok(vec![(1, 1), (16383, 16383)]));
    assert_eq!(bitmap(1, &long(&[0, 0x80], 2047)), Ok(vec![(1, 1), (16384, 16384)]));
    assert_eq!(bitmap(1, &long(&[0, 0], 2047)), Ok(vec![(1, 1)]));
    for (start, number) in [
        (1, long(&[0x01], 2048)),
        (1, long(&[0, 0], 2048)),
        (1, vec![0x80]),
        (0, vec![0x01]),
        (u64::MAX, vec![0x02]),
        (u64::MAX - 63, [&[1], &[0; 8][..]].concat()),
    ] {
        assert_eq!(bitmap(start, &number), Err(Error::Invalid), "{start} {} bytes", number.len());
    }
    assert_eq!(bitmap(0, &[0x02]), Ok(vec![(1, 1)]));
    assert_eq!(bitmap(u64::MAX - 1, &[0x03]), Ok(vec![(u64::MAX - 1, u64::MAX)]));
}

/// The escapes are those of ssh-keygen 10.6.
#[test]
fn every_line_of_the_listing_is_one_line() {
    let mut krl = Krl { comment: "a\tb\u{1b}[31m\\\u{e9}".into(), ..Krl::default() };
    for id in [&b"x\nserial: 9"[..], b"y\r\x7f", "\u{e9}\u{2028}".as_bytes(), b"\xff"] {
        krl.revoke(Revocation::KeyId(id.to_vec()), Some(&Ca::Any)).expect("a revocation");
    }
    let listed = |charset| {
        let mut out = Vec::new();
        Listing { krl: &krl, zone: &jiff::tz::TimeZone::UTC, charset }.write(&mut out).expect("a vector");
        String::from_utf8(out).expect("text")
    };
    let start = "# KRL version 0\n# Generated at 19700101T000000\n# Comment: a\\011b\\033[31m\\";
    let ids = "\n\n\n# Wildcard CA\nid: x\\012serial: 9\nid: y\\015\\177\nid: ";
    assert_eq!(
        listed(Charset::Ascii),
        format!("{start}\\303\\251{ids}\\303\\251\\342\\200\\250\nid: \\377\n")
    );
    assert_eq!(listed(Charset::Utf8), format!("{start}\u{e9}{ids}\u{e9}\\342\\200\\250\nid: \\377\n"));
}

/// One row per way to be revoked: (lines, whose serials and ids, revokes the key, the certificate).
#[test]
fn truth_table() {
    let line = |text: &str| {
        let text = text.to_owned();
        let mut words = text.split_ascii_whitespace();
        let (name, base64) = (words.next().expect("a name"), words.next().expect("base64"));
        KeyOrCertificate::from_words(name.as_bytes(), base64.as_bytes()).expect("a key")
    };
    // Serial 7, id "user ed25519".
    let text = include_str!("../../tests/vectors/certificate-ed25519.pub");
    let KeyOrCertificate::Certificate(certificate) = line(text) else { panic!("not a certificate") };
    let ca = Ca::Key(KeyOrCertificate::Key(certificate.ca().clone()));
    let other = Ca::Key(line(include_str!("../../tests/vectors/openssh-ed25519.pub")));
    let key = KeyOrCertificate::Key(certificate.subject().clone());
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
        let seen = (krl.revokes(&key), krl.revokes(&KeyOrCertificate::Certificate(certificate.clone())));
        assert_eq!(seen, (of_key, of_certificate), "{line}");
    }
}

/// The sections that OpenSSH writes, measured; but for bitmaps that it could not read.
#[test]
fn sections_are_those_of_openssh() {
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
