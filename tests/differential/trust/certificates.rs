//! Certificates, with every field changed before they are signed.

use rkeygen::signature::Scheme;

use super::Row;
use super::bytes::{Fields, any, c_text, damaged};
use super::kit::{Kit, line};
use super::signatures::rekeyed;
use crate::support::dice::Dice;

pub(super) fn row(dice: &mut Dice, kit: &Kit) -> Row {
    let blob = certificate(dice, kit);
    let blob = damaged(dice, blob);
    let mut file = line(&blob).into_bytes();
    if dice.one_in(4) {
        let front = any(dice, &[&b"\n"[..], b"# x\n", b" ", b"\t", b"\r", b"\x0c", b"x y\n", b"\0\n"]);
        file = [front, &file, any(dice, &[&b""[..], b" comment", b"\r", b" a\tb"])].concat();
    }
    if dice.one_in(6) {
        file.push(b'\n');
        file.extend_from_slice(kit.lines[dice.pick(&["ed", "ed-cert", "rsa-cert", "ec-cert"])].as_bytes());
    }
    file.push(b'\n');
    let row = match dice.below(8) {
        0 => Row::new(&["-l", "-f", "cert.pub"]),
        1 => Row::new(&["-Q", "-f"]).arg(format!("KIT/list{}", dice.below(5))).arg("cert.pub"),
        2 => {
            let mut row = Row::new(&["-k", "-q", "-f", "list", "-s", "none", "cert.pub"]);
            row.list = Some("list");
            row
        }
        3 => Row::new(&["-L", "-f", "-"]).input(&file),
        _ => Row::new(&["-L", "-f", "cert.pub"]),
    };
    row.file("cert.pub", file)
}

fn certificate(dice: &mut Dice, kit: &Kit) -> Vec<u8> {
    let subject = dice.pick(&["ed", "ed", "ec", "ec3", "rsa", "edsk", "ecsk"]);
    let key = &kit.pairs[subject].blob;
    let length =
        usize::try_from(u32::from_be_bytes(key[..4].try_into().expect("a length"))).expect("a length");
    let plain = String::from_utf8_lossy(&key[4..4 + length]).into_owned();
    let name = match plain.strip_suffix("@openssh.com") {
        Some(short) => format!("{short}-cert-v01@openssh.com"),
        None => format!("{plain}-cert-v01@openssh.com"),
    };
    let name = match dice.below(20) {
        0 => c_text(dice, &name),
        1 if plain == "ssh-rsa" => b"rsa-sha2-512-cert-v01@openssh.com".to_vec(),
        1 if subject == "ecsk" => b"webauthn-sk-ecdsa-sha2-nistp256-cert-v01@openssh.com".to_vec(),
        2 => b"ssh-dss-cert-v01@openssh.com".to_vec(),
        _ => name.into_bytes(),
    };
    let nonce = if dice.one_in(8) { vec![1; dice.below(40)] } else { vec![1; 32] };
    let serial = [0, 1, 7, u64::MAX, 1 << 32][dice.below(5)];
    let role = if dice.one_in(16) {
        u32::try_from(dice.below(5)).expect("small")
    } else {
        1 + u32::from(dice.one_in(4))
    };
    let id = dice.pick(&["id", "id", "zero", "", "a\"b", "\u{e9}", "x y"]);
    let times = [
        0,
        1,
        1_577_836_800,
        2_208_988_800,
        253_402_300_800,
        i64::MAX.cast_unsigned(),
        1 << 63,
        u64::MAX,
        67_768_036_191_676_800,
    ];
    let (after, before) = (times[dice.below(times.len())], times[dice.below(times.len())]);
    let fields = Fields::default().string(name).string(nonce).raw(&key[4 + length..]).u64(serial).u32(role);
    let fields = fields.string(c_text(dice, id)).string(principals(dice)).u64(after).u64(before);
    let fields = fields.string(options(dice, &CRITICAL)).string(options(dice, &EXTENSIONS));
    let ca = dice.pick(&["ca", "ca", "ca", "rsa", "ec", "ec5", "edsk", "ecsk"]);
    let ca_blob = match dice.below(24) {
        0 => ca_of(&kit.lines["ed-cert"]),
        1 => ca_of(&kit.lines[dice.pick(&["dsa", "short"])]),
        _ => rekeyed(dice, kit.pairs[ca].blob.clone()),
    };
    let fields = fields.string(dice.pick(&["", "", "", "x"])).string(ca_blob);
    let rsa = [Scheme::RsaSha512, Scheme::RsaSha256, Scheme::RsaSha1];
    let signature = kit.pairs[ca].sign_with(rsa[dice.below(3)], &fields.0);
    let signed = fields.string(signature);
    if dice.one_in(24) { signed.u8(0).0 } else { signed.0 }
}

fn ca_of(line: &str) -> Vec<u8> {
    use base64ct::{Base64, Encoding};
    Base64::decode_vec(line.split(' ').nth(1).unwrap_or_default()).expect("base64")
}

fn principals(dice: &mut Dice) -> Vec<u8> {
    let count = if dice.one_in(40) { 255 + dice.below(3) } else { dice.below(4) };
    let fields = (0..count).fold(Fields::default(), |fields, _| {
        let name = dice.pick(&["me", "you", "*", "", "a,b", "!me", "\u{e9}"]);
        fields.string(c_text(dice, name))
    });
    if dice.one_in(30) { fields.u8(0).0 } else { fields.0 }
}

const CRITICAL: [&str; 6] =
    ["force-command", "source-address", "verify-required", "permit-pty", "x@example.org", ""];
const EXTENSIONS: [&str; 9] = [
    "permit-X11-forwarding",
    "permit-agent-forwarding",
    "permit-port-forwarding",
    "permit-pty",
    "permit-user-rc",
    "no-touch-required",
    "force-command",
    "x@example.org",
    "verify-required",
];

fn options(dice: &mut Dice, names: &[&str]) -> Vec<u8> {
    let fields = (0..dice.below(4)).fold(Fields::default(), |fields, _| {
        let name = dice.pick(names);
        let valued = matches!(name, "force-command" | "source-address");
        let value = dice.pick(&["10.0.0.0/8", "echo hi", ""]);
        let data = match dice.below(12) {
            0 => Fields::default().string(value).u8(1).0,
            1 if !valued => b"raw".to_vec(),
            2 => Fields::default().string(c_text(dice, value)).0,
            _ if valued => Fields::default().string(value).0,
            _ => Vec::new(),
        };
        fields.string(c_text(dice, name)).string(data)
    });
    if dice.one_in(30) { fields.u8(0).0 } else { fields.0 }
}
