//! allowed_signers files, and signatures that they let through or not.

use super::Row;
use super::bytes::{any, damaged, date};
use super::kit::{Kit, MESSAGE};
use super::signatures;
use crate::support::dice::Dice;

pub(super) fn row(dice: &mut Dice, kit: &Kit) -> Row {
    let mut file = Vec::new();
    for _ in 0..=dice.below(3) {
        file.extend(line(dice, kit));
    }
    let file = damaged(dice, file);
    let principal = dice.pick(&["me", "me", "me", "me", "you", "me@x", "", "*", "!me", "host", "a b", "ME"]);
    let row = match dice.below(5) {
        0 => Row::new(&["-Y", "match-principals", "-I", principal, "-f", "signers"]),
        1 => {
            let row = Row::new(&["-Y", "find-principals", "-s", "sig", "-f", "signers"]);
            row.file("sig", signature(dice, kit))
        }
        _ => {
            let namespace = dice.pick(&["file", "file", "file", "git", "f\"ile", "x y"]);
            let row =
                Row::new(&["-Y", "verify", "-I", principal, "-n", namespace, "-s", "sig", "-f", "signers"]);
            let signature = signatures::sound(kit, dice.pick(&KEYS), namespace.as_bytes());
            row.file("sig", signature).input(MESSAGE)
        }
    };
    let matches = row.words[1] == "match-principals";
    let row = if dice.one_in(6) && !matches {
        let time = format!("verify-time={}", date(dice));
        row.args(&["-O"]).arg(time)
    } else {
        row
    };
    row.file("signers", file)
}

/// Those that sign; a certificate stands for the key that it certifies.
const KEYS: [&str; 9] = ["ed", "ed", "rsa", "ec", "ed-cert", "ed-cert", "ec-cert", "ecsk-cert", "rsa-cert"];

fn signature(dice: &mut Dice, kit: &Kit) -> Vec<u8> {
    signatures::sound(kit, dice.pick(&KEYS), b"file")
}

fn line(dice: &mut Dice, kit: &Kit) -> Vec<u8> {
    let mut out = any(dice, &[&b""[..], b"", b"", b"", b" ", b"\t", b"\x0c", b"\r", b"#"]).to_vec();
    out.extend(principals(dice));
    out.extend_from_slice(space(dice));
    if dice.one_in(2) {
        out.extend(options(dice));
        out.extend_from_slice(space(dice));
    }
    out.extend(key(dice, kit));
    out.extend_from_slice(any(dice, &[&b""[..], b" comment", b" # x", b"\t\"", b"\0 x"]));
    out.extend_from_slice(any(dice, &[&b"\n"[..], b"\n", b"\n", b"\n", b"\r\n", b"", b" \n", b"\n\n"]));
    out
}

fn space(dice: &mut Dice) -> &'static [u8] {
    any(
        dice,
        &[&b" "[..], b" ", b" ", b" ", b" ", b" ", b"\t", b"  ", b" \t", b"\r", b"\x0c", b"", b"\0", b"\n"],
    )
}

fn principals(dice: &mut Dice) -> Vec<u8> {
    let mut list = Vec::new();
    for number in 0..=dice.below(3) {
        if number > 0 {
            list.extend_from_slice(any(dice, &[&b","[..], b",", b",", b",,", b", "]));
        }
        let plain = ["me", "me", "you", "*", "m?", "*@x", "me*", "?*", "me@x", "host", "a*", "ME", "**"];
        let odd = [
            "!me", "!you", "!*", "!m*", "", "!", "!!me", "\"me\"", "\"me", "me\"", "!\"me\"", "\"a b\"",
            "m\"e\"", "#me", "\\me", "a b",
        ];
        let element = if dice.one_in(4) { dice.pick(&odd) } else { dice.pick(&plain) };
        list.extend_from_slice(element.as_bytes());
        if dice.one_in(40) {
            list.extend(vec![b'x'; 1015 + dice.below(16)]);
        }
    }
    if dice.one_in(8) {
        list = [&b"\""[..], &list, b"\""].concat();
    }
    list
}

fn options(dice: &mut Dice) -> Vec<u8> {
    let mut out = Vec::new();
    for number in 0..=dice.below(3) {
        if number > 0 {
            out.push(b',');
        }
        let option = match dice.below(7) {
            0 | 1 => dice
                .pick(&[
                    "cert-authority",
                    "cert-authority",
                    "cert-authority",
                    "CERT-Authority",
                    "cert-authority=",
                    "cert-authorityx",
                ])
                .to_owned(),
            2 => format!("valid-after=\"{}\"", date(dice)),
            3 => format!("valid-before=\"{}\"", date(dice)),
            4 => dice
                .pick(&[
                    "",
                    "bogus",
                    "no-pty",
                    "namespaces",
                    "valid-after",
                    "valid-before=20400101",
                    "=",
                    "\"x y\"",
                ])
                .to_owned(),
            _ => {
                let list = dice.pick(&[
                    "file", "*", "git,fi*", "!file,*", "file, x", "", "f\\\"ile", "f*e", "git", "x y",
                    "file,", "!", "file\\",
                ]);
                format!("{}=\"{list}\"", dice.pick(&["namespaces", "namespaces", "namespaces", "NameSpaces"]))
            }
        };
        out.extend(option.into_bytes());
    }
    out
}

fn key(dice: &mut Dice, kit: &Kit) -> Vec<u8> {
    let name = [
        "ed", "ed", "ed", "ca", "ca", "ca", "rsa", "ec", "ed-cert", "ec-cert", "dsa", "short", "edsk", "ecsk",
    ];
    let mut line = kit.lines[dice.pick(&name)].clone().into_bytes();
    match dice.below(24) {
        0 => {
            line = String::from_utf8_lossy(&line)
                .replace("ssh-rsa", dice.pick(&["rsa-sha2-512", "rsa-sha2-256", "ssh-dss"]))
                .into_bytes()
        }
        1 => line.insert(
            line.len() - dice.below(20),
            any(dice, &[&b"\r"[..], b"\x0b", b"\x0c", b"\n", b"=", b"\0", b"-"])[0],
        ),
        2 => line.truncate(line.len() - dice.below(8)),
        3 => line = [b"ssh-ed25519  ", line.split(|&byte| byte == b' ').nth(1).unwrap_or_default()].concat(),
        4 => {
            line =
                any(dice, &[&b""[..], b"ssh-ed25519", b"ssh-ed25519 ", b"x y", b"ssh-ed25519 AAAA"]).to_vec()
        }
        _ => {}
    }
    line
}
