//! Files of keys among comments, as `-Q`, `-s`, `-k`, `-l` and `-r` read them, and signature files as `-Y sign` leaves them.

use super::Row;
use super::bytes::{any, damaged};
use super::kit::{Kit, MESSAGE};
use super::signatures;
use crate::support::dice::Dice;

pub(super) fn row(dice: &mut Dice, kit: &Kit) -> Row {
    if dice.one_in(4) {
        return signed(dice);
    }
    let keys = keys(dice, kit);
    let row = match dice.below(6) {
        0 | 1 => Row::new(&["-Q", "-f"]).arg(format!("KIT/list{}", dice.below(5))).arg("keys.pub"),
        2 | 3 => {
            let mut row = Row::new(&[
                "-q",
                "-s",
                "KIT/ca",
                "-I",
                "id",
                "-n",
                "me",
                "-V",
                "20200101:20400101",
                "keys.pub",
            ]);
            row.list = Some("keys-cert.pub");
            row
        }
        4 => {
            let mut row = Row::new(&["-k", "-q", "-f", "list", "keys.pub"]);
            row.list = Some("list");
            row
        }
        _ => {
            let words =
                ["-Y", "verify", "-n", "file", "-I", "me", "-s", "sig", "-f", "signers", "-r", "keys.pub"];
            let name = dice.pick(&["ed", "rsa", "ec", "ed-cert"]);
            let signers = format!(
                "me {}\nme cert-authority {}\n",
                kit.lines[name.trim_end_matches("-cert")],
                kit.lines["ca"]
            );
            let row = Row::new(&words).file("sig", signatures::sound(kit, name, b"file"));
            row.file("signers", signers.into_bytes()).input(MESSAGE)
        }
    };
    row.file("keys.pub", damaged(dice, keys))
}

/// Lines of keys, comments and nothing.
fn keys(dice: &mut Dice, kit: &Kit) -> Vec<u8> {
    let mut out = Vec::new();
    for _ in 0..=dice.below(4) {
        match dice.below(6) {
            0 | 1 => out.extend_from_slice(any(
                dice,
                &[
                    &b"# c"[..],
                    b"#",
                    b"  # c",
                    b"\t#c",
                    b"#ssh-ed25519 AAAA",
                    b"\x0c# x",
                    b"#\r",
                    b"\0# x",
                    b"//",
                ],
            )),
            2 => out.extend_from_slice(any(dice, &[&b""[..], b" ", b"\t", b"\r", b"\x0c"])),
            _ => {
                let name = dice
                    .pick(&["ed", "ec", "rsa", "ca", "ed-cert", "ec-cert", "edsk", "ecsk", "dsa", "short"]);
                out.extend_from_slice(any(dice, &[&b""[..], b"", b"", b" ", b"\t", b"#", b"no-pty "]));
                out.extend_from_slice(kit.lines[name].as_bytes());
                out.extend_from_slice(any(
                    dice,
                    &[
                        &b""[..],
                        b" comment",
                        b" # c",
                        b" #c d",
                        b"\t#",
                        b"  two  words ",
                        b" \"q\"",
                        b"#",
                        b" \0x",
                    ],
                ));
            }
        }
        out.extend_from_slice(any(dice, &[&b"\n"[..], b"\n", b"\n", b"\r\n", b"\n\n", b""]));
    }
    out
}

/// A signature file under an umask, where there may be one already. ECDSA signatures are others each time.
fn signed(dice: &mut Dice) -> Row {
    let key = dice.pick(&["KIT/ed", "KIT/rsa", "KIT/ed.pub", "KIT/ed-cert.pub", "KIT/none"]);
    let mut row = Row::new(&["-Y", "sign", "-f", key, "-n", dice.pick(&["file", "git", "a b", ""])]);
    row.umask = Some(dice.pick(&["022", "002", "0", "077", "0177", "0277"]));
    row.list = Some("message.sig");
    if dice.one_in(3) {
        row = row.args(&[
            "-O",
            dice.pick(&["hashalg=sha256", "hashalg=sha512", "hashalg=sha1", "HASHALG=sha256", "x"]),
        ]);
    }
    if dice.one_in(4) {
        let answer = dice.pick(&["y\n", "n\n", "Y\n", "yes\n", "no\n", "\n", "x\n"]);
        row = row.file("message.sig", b"old\n".to_vec()).input(answer.as_bytes());
    }
    row.arg("message").file("message", MESSAGE.to_vec())
}
