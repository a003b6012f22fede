//! Keys that lost their first or last line or have another alphabet, public keys in long texts, and text that only looks like keys.

use super::*;
use crate::format::recover_public;

#[test]
fn putty_keys_without_their_first_or_last_line_are_completed() {
    let without = |start: &str| {
        PPK.lines()
            .filter(|line| !line.starts_with(start))
            .map(|line| format!("{line}\n"))
            .collect::<String>()
    };
    let plain = PPK.replace("\r\n", "\n");
    for (text, cause) in
        [(without("PuTTY-User-Key-File"), Damage::NoStart), (without("Private-MAC"), Damage::Cut)]
    {
        let found = recover(text.as_bytes());
        assert_eq!(found[0].causes, [cause]);
        assert_eq!(String::from_utf8_lossy(found[0].text.expose()), plain);
    }
    // Lines that are missing are missed.
    let cut: String = PPK
        .lines()
        .enumerate()
        .filter(|(number, _)| *number != 5)
        .map(|(_, line)| format!("{line}\n"))
        .collect();
    assert!(recover(cut.as_bytes()).is_empty());
}

#[test]
fn encrypted_keys_in_the_other_alphabet_are_found() {
    assert!(PEM.contains('+') && PEM.contains('/'));
    let (head, body) = PEM.split_once("\n\n").expect("headers");
    let (body, end) = body.split_once("-----END").expect("an end");
    let text = format!("{head}\n\n{}-----END{end}", body.replace('+', "-").replace('/', "_"));
    assert_eq!(causes(&text), Some(vec![Damage::UrlAlphabet]));
}

#[test]
fn public_keys_are_found_once_in_long_texts() {
    for text in ["AAAA ".repeat(50_000), "AAAAC3Nz ".repeat(20_000), "ssh-rsa AAAAB3NzaC1yc2E ".repeat(9_000)]
    {
        assert!(recover_public(text.as_bytes()).is_none());
    }
}

/// Marks that share their dashes, and every other order of them.
#[test]
fn marks_in_any_order_do_no_harm() {
    let pieces = [
        "-----",
        "---",
        "\u{2014}",
        "BEGIN PRIVATE KEY",
        "END PRIVATE KEY",
        "BEGIN PUBLIC KEY",
        "END PUBLIC KEY",
        "QUFB",
        "\n",
    ];
    let count = pieces.len();
    for order in 0..count.pow(4) {
        let end: String = (0..4).map(|place| pieces[order / count.pow(place) % count]).collect();
        let text = format!("-----BEGIN PRIVATE KEY-{end}");
        let _ = recover(text.as_bytes());
        let _ = recover(end.as_bytes());
        let _ = recover_public(text.replace("PRIVATE", "PUBLIC").as_bytes());
        let _ = recover_public(end.as_bytes());
    }
}

#[test]
fn any_value_of_a_field_of_putty_does_no_harm() {
    for value in ["", "\u{e9}", "\u{fffd}AAAA", "x", "9999999999999999999999", "3", "3\u{a0}AAAA", "-", "\n"]
    {
        for name in
            ["PuTTY-User-Key-File-", "Encryption", "Comment", "Public-Lines", "Private-Lines", "Private-MAC"]
        {
            let (before, after) = PPK.split_once(name).expect("the field");
            let rest = after.split_once('\n').map_or("", |(_, rest)| rest);
            for text in [format!("{before}{name}: {value}\n{rest}"), format!("{before}{name}:{value}")] {
                let _ = recover(text.as_bytes());
                let _ = recover(text.replace('\n', " ").as_bytes());
            }
        }
    }
}
