//! Revocation lists: their specifications, and their bytes.

use super::Row;
use super::bytes::{Fields, any, c_text, damaged};
use super::kit::Kit;
use super::signatures::rekeyed;
use crate::support::dice::Dice;

pub(super) fn row(dice: &mut Dice, kit: &Kit) -> Row {
    let mut row = if dice.one_in(2) { specified(dice, kit) } else { queried(dice, kit) };
    row.locale = dice.pick(&["C.UTF-8", "C"]);
    row
}

/// A list from a specification.
fn specified(dice: &mut Dice, kit: &Kit) -> Row {
    let mut text = Vec::new();
    for _ in 0..=dice.below(5) {
        text.extend(directive(dice, kit));
        text.extend_from_slice(any(
            dice,
            &[&b"\n"[..], b"\n", b"\n", b"\n", b" # x\n", b"\r\n", b" \n", b"\0x\n", b""],
        ));
    }
    let text = damaged(dice, text);
    let mut row = Row::new(&["-k", "-q", "-f", "list"]);
    row.list = Some("list");
    if !dice.one_in(4) {
        row = row.args(&["-s"]).arg(dice.pick(&[
            "KIT/ca.pub",
            "KIT/ca.pub",
            "none",
            "NONE",
            "KIT/ed.pub",
            "KIT/dsa.pub",
        ]));
    }
    if dice.one_in(4) {
        row = row.args(&["-z"]).arg(dice.pick(&["0", "1", "7", "18446744073709551615", "+5", "007"]));
    }
    if dice.one_in(4) {
        row = row.args(&["-C", dice.pick(&["", "a", "a b", "\u{e9}", "x#"])]);
    }
    if dice.one_in(4) {
        row = row.args(&["-u"]).file("list", binary(dice, kit));
    }
    row.arg("-").input(&text)
}

fn directive(dice: &mut Dice, kit: &Kit) -> Vec<u8> {
    let space = dice.pick(&[" ", " ", " ", "", "\t", "  ", "\x0b"]);
    let name = dice.pick(&["ed", "ec", "rsa", "ca", "ed-cert", "ec-cert", "dsa", "short", "edsk", "ecsk"]);
    let key = &kit.lines[name];
    match dice.below(8) {
        0..=2 => {
            format!("{}{space}{}", dice.pick(&["serial:", "serial:", "SERIAL:", "serial :"]), serial(dice))
                .into_bytes()
        }
        3 => format!(
            "{}{space}{}",
            dice.pick(&["id:", "Id:"]),
            dice.pick(&["id", "a b", "", "x\u{e9}", "x\ty", "\x1b[31m", "id:id", " id"])
        )
        .into_bytes(),
        4 => format!("{}{space}{key}", dice.pick(&["key:", "KEY:", "sha1:", "sha256:", "SHA256:", "hash:"]))
            .into_bytes(),
        5 => {
            let hash = dice.pick(&[
                "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
                "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU==",
                "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV",
                "SHA256:47DEQpj8HBSa+/TImW+5 JCeuQeRkm5NMpJWZG3hSuFU",
                "SHA256:47DEQpj8HBSa",
                "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
                "SHA1:2jmj7l5rSw0yVb/vlWAYkK/YBwk",
                "",
            ]);
            format!("hash:{space}{hash}").into_bytes()
        }
        6 => format!("{}{key}{}", dice.pick(&["", " ", "\t"]), dice.pick(&["", " comment", "\tx"]))
            .into_bytes(),
        _ => dice.pick(&["", "# x", "bogus", "ssh-ed25519", "ssh-ed25519 AAAA", "\x0c"]).as_bytes().to_vec(),
    }
}

fn serial(dice: &mut Dice) -> String {
    let odd = dice.pick(&[
        "0",
        "00",
        "-1",
        "-0",
        "+5",
        "0x10",
        "0X1f",
        "0x",
        "010",
        "08",
        "0b101",
        "0b2",
        " 7",
        "5 ",
        "5-",
        "-",
        "5--3",
        "1--1",
        "5 -7",
        "5- 7",
        "5-7-9",
        "18446744073709551615",
        "18446744073709551616",
        "99999999999999999999",
        "7-7",
        "9-7",
        "x",
        "5x",
        "1-18446744073709551615",
        "18446744073709551615-1",
        "",
    ]);
    match dice.below(4) {
        0 => odd.to_owned(),
        1 => format!("{}", dice.below(40)),
        2 => {
            let first = dice.below(3000);
            format!("{first}-{}", first + dice.below(300))
        }
        _ => format!("{}", 1_u64 << dice.below(64)),
    }
}

/// Questions to a list.
fn queried(dice: &mut Dice, kit: &Kit) -> Row {
    let bytes = binary(dice, kit);
    let bytes = damaged(dice, bytes);
    let row =
        if dice.one_in(4) { Row::new(&["-Q", "-f", "krl"]) } else { Row::new(&["-Q", "-l", "-f", "krl"]) };
    let row = (0..dice.below(4)).fold(row, |row, _| {
        row.arg(dice.pick(&[
            "KIT/ed.pub",
            "KIT/ec.pub",
            "KIT/rsa.pub",
            "KIT/ed-cert.pub",
            "KIT/ec-cert.pub",
            "KIT/rsa-cert.pub",
            "KIT/ec3-cert.pub",
        ]))
    });
    let row = if dice.one_in(30) {
        row.arg(dice.pick(&["KIT/dsa.pub", "KIT/short.pub", "KIT/none.pub"]))
    } else {
        row
    };
    row.file("krl", bytes)
}

/// The bytes of a list: one of the kit, or one put together.
fn binary(dice: &mut Dice, kit: &Kit) -> Vec<u8> {
    let mut list = if dice.one_in(2) { kit.lists[dice.below(kit.lists.len())].clone() } else { header(dice) };
    for _ in 0..dice.below(4) {
        list.extend(section(dice, kit));
    }
    list
}

fn header(dice: &mut Dice) -> Vec<u8> {
    let version = if dice.one_in(12) { 2 } else { 1 };
    let time = [1_600_000_000, 0, u64::MAX, 253_402_300_800, 1 << 62, 67_768_036_191_676_800][dice.below(6)];
    let comment = dice.pick(&["", "a comment", "a\nb", "a\tb", "\x1b[31m", "\u{e9}", "\\"]);
    let fields = Fields::default().raw("SSHKRL\n\0").u32(version).u64(dice.next() % 5).u64(time).u64(0);
    fields.string(dice.pick(&["", "", "x"])).string(c_text(dice, comment)).0
}

fn section(dice: &mut Dice, kit: &Kit) -> Vec<u8> {
    let blob = |name: &str| kit.pairs[name].blob.clone();
    let hash = |length: usize| vec![7; length];
    let (kind, body) = match dice.below(12) {
        0..=5 => (1, certificates(dice, kit)),
        6 => {
            let raw = Fields::default().string(blob("ed")).string(rekeyed(dice, blob("rsa")));
            let other = any(dice, &[&b""[..], b"garbage", b"\0\0\0\x07ssh-dss"]);
            (2, if dice.one_in(2) { raw.string(other).0 } else { raw.0 })
        }
        7 => (3, Fields::default().string(hash(20)).string(hash(if dice.one_in(4) { 19 } else { 20 })).0),
        8 => (5, Fields::default().string(hash(if dice.one_in(4) { 33 } else { 32 })).0),
        9 => (255, extension(dice)),
        10 => {
            let signature = Fields::default().u8(4).string(blob("ca"));
            return if dice.one_in(3) { signature.0 } else { signature.string("signature").0 };
        }
        _ => (u8::try_from(dice.below(256)).expect("a byte"), b"x".to_vec()),
    };
    Fields::default().u8(kind).string(body).0
}

fn extension(dice: &mut Dice) -> Vec<u8> {
    let critical = if dice.one_in(3) { 1 } else { 0 };
    let fields = Fields::default().string(c_text(dice, "name@example.org")).u8(critical).string("contents");
    if dice.one_in(8) { fields.u8(0).0 } else { fields.0 }
}

fn certificates(dice: &mut Dice, kit: &Kit) -> Vec<u8> {
    let ca = match dice.below(10) {
        0..=3 => kit.pairs["ca"].blob.clone(),
        4 | 5 => Vec::new(),
        6 => rekeyed(dice, kit.pairs["rsa"].blob.clone()),
        7 => unlined(&kit.lines["ed-cert"]),
        8 => unlined(&kit.lines[dice.pick(&["dsa", "short"])]),
        _ => b"garbage".to_vec(),
    };
    let mut fields = Fields::default().string(ca).string(dice.pick(&["", "", "x"]));
    for _ in 0..dice.below(4) {
        let (kind, body) = part(dice);
        fields = fields.u8(kind).string(body);
    }
    fields.0
}

fn unlined(line: &str) -> Vec<u8> {
    use base64ct::{Base64, Encoding};
    Base64::decode_vec(line.split(' ').nth(1).unwrap_or_default()).expect("base64")
}

/// Serial numbers or key ids of a CA.
fn part(dice: &mut Dice) -> (u8, Vec<u8>) {
    let start = [1, 5, 7, 60, 1000, u64::MAX - 3, u64::MAX, 0][dice.below(8)];
    match dice.below(9) {
        0 => {
            let count = dice.below(4);
            (0x20, (0..count).fold(Fields::default(), |fields, _| fields.u64(dice.next() % 70)).0)
        }
        1 => (0x21, Fields::default().u64(start).u64(start.wrapping_add(dice.next() % 200)).0),
        2..=4 => {
            let length = if dice.one_in(6) { 2045 + dice.below(6) } else { dice.below(12) };
            let mut number: Vec<u8> =
                (0..length).map(|_| dice.next().to_le_bytes()[0] & dice.next().to_le_bytes()[0]).collect();
            if let Some(first) = number.first_mut() {
                *first = if dice.one_in(2) { 0 } else { *first & 0x7f };
            }
            (0x22, Fields::default().u64(start).string(number).0)
        }
        5 | 6 => {
            let ids = [
                "id",
                "zero",
                "a\nserial: 9",
                "\x1b[31m",
                "x\ty",
                "\u{e9}",
                "\u{2028}",
                "",
                "\\",
                "\u{200b}",
            ];
            let count = dice.below(4);
            (
                0x23,
                (0..count)
                    .fold(Fields::default(), |fields, _| {
                        let id = dice.pick(&ids);
                        fields.string(c_text(dice, id))
                    })
                    .0,
            )
        }
        7 => (0x39, extension(dice)),
        _ => (u8::try_from(dice.below(64)).expect("a byte"), b"".to_vec()),
    }
}
