//! Keys in text that something happened to.

use super::*;

const KEY: &str = include_str!("../../../tests/vectors/openssh-ed25519.key");
const PEM: &str = include_str!("../../../tests/vectors/pem-rsa-encrypted.key");

fn causes(text: &str) -> Option<Vec<Damage>> {
    let mut found = recover(text.as_bytes());
    let first = (!found.is_empty()).then(|| found.remove(0))?;
    assert!(found.is_empty(), "{text}");
    let flat: String = text.split_whitespace().collect();
    let is_openssh = flat.contains("OPENSSH") || flat.contains("b3BlbnNzaC1rZXktdjE");
    let expected = if is_openssh { KEY } else { PEM };
    assert!(
        first.text.expose() == expected.as_bytes() || first.causes.contains(&Damage::EncodedTwice),
        "{text}"
    );
    Some(first.causes)
}

#[test]
fn keys_are_found_in_text_and_the_cause_is_named() {
    let body = KEY.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().join("\n");
    for (text, cause) in [
        (KEY.to_owned(), vec![]),
        (PEM.to_owned(), vec![]),
        (KEY.replace('\n', "\r\n"), vec![]),
        (format!("```\n{KEY}```\n"), vec![]),
        (format!("{{\"key\": \"{}\"}}", KEY.replace('\n', "\\n")), vec![Damage::EscapedNewlines]),
        (format!("\"{}\"", KEY.replace('\n', "\\\\n")), vec![Damage::EscapedNewlines]),
        (KEY.lines().map(|line| format!("> {line}\n")).collect(), vec![Damage::TextAround]),
        (KEY.replace('\n', " "), vec![Damage::OneLine]),
        (PEM.replace('\n', " "), vec![Damage::OneLine]),
        (KEY.lines().map(|line| format!("  - {line}\n")).collect(), vec![Damage::TextAround]),
        (
            KEY.replace('\n', "").chars().map(|c| format!("{c}\n")).collect(),
            vec![Damage::OneCharacterALine, Damage::OneLine],
        ),
        (KEY.replace("-----", "----"), vec![Damage::Dashes]),
        (KEY.replace("-----", "\u{2014}-"), vec![Damage::Dashes]),
        (KEY[1..].to_owned(), vec![Damage::Dashes]),
        (KEY.replace('\n', "%0A").replace(' ', "%20"), vec![Damage::UrlEncoded]),
        (format!("\u{feff}{KEY}"), vec![Damage::ByteOrderMark]),
        (KEY.replace("KEY-----\n", "KEY-----\u{200b}\n"), vec![Damage::Invisible]),
        (KEY.replace("-----END OPENSSH PRIVATE KEY-----\n", ""), vec![Damage::NoEnd]),
        (body, vec![Damage::NoFrame]),
        (Base64::encode_string(KEY.as_bytes()), vec![Damage::EncodedTwice]),
        (format!("KEY={}\n", Base64::encode_string(KEY.as_bytes())), vec![Damage::EncodedTwice]),
        (
            Base64::encode_string(Base64::encode_string(KEY.as_bytes()).as_bytes()),
            vec![Damage::EncodedTwice, Damage::EncodedTwice],
        ),
    ] {
        assert_eq!(causes(&text), Some(cause), "{text}");
    }
    for text in [&KEY[..150], "", "-----BEGIN OPENSSH PRIVATE KEY-----", "BEGIN PRIVATE KEY END PRIVATE KEY"]
    {
        assert!(recover(text.as_bytes()).is_empty(), "{text}");
    }
}

#[test]
fn every_key_of_a_text_is_found_and_hostile_text_costs_little() {
    assert_eq!(recover(format!("{}{KEY}", KEY.trim_end()).as_bytes()).len(), 2);
    assert_eq!(recover(format!("{KEY}{KEY}{PEM}").as_bytes()).len(), 3);
    for part in [
        "BEGIN ",
        "-----BEGIN RSA PRIVATE KEY-----",
        "%0A",
        "\\n PRIVATE KEY",
        "QUFB",
        "-----",
        "&#10;",
        "\\x0a",
        "{\\rtf",
        "a b ",
        "| -----BEGIN RSA PRIVATE KEY-----|\n",
    ] {
        let _ = recover(part.repeat(LONGEST / part.len()).as_bytes());
    }
}

#[test]
fn marks_markup_and_misspelled_lines_are_undone_and_named() {
    let every = |front: fn(usize) -> String, line_end: &str| -> String {
        KEY.lines()
            .enumerate()
            .map(|(number, line)| format!("{}{line}{line_end}\n", front(number + 1)))
            .collect()
    };
    let utf32: Vec<u8> = KEY.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    let hex: String = KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
    for (text, cause) in [
        (every(|number| format!("{number:4}  "), ""), Damage::TextAround),
        (every(|_| "+".to_owned(), ""), Damage::TextAround),
        (every(|_| "-".to_owned(), ""), Damage::TextAround),
        (every(|_| "// ".to_owned(), ""), Damage::TextAround),
        (every(|_| "  - \"".to_owned(), "\""), Damage::TextAround),
        (every(|_| "\u{1b}[1m".to_owned(), "\u{1b}[0m"), Damage::Invisible),
        (every(|_| String::new(), "=20"), Damage::QuotedPrintable),
        (KEY.replace('=', "=3D"), Damage::QuotedPrintable),
        (every(|_| String::new(), "<br/>"), Damage::Markup),
        (KEY.replace('\n', "&#10;"), Damage::Markup),
        (KEY.replace('\n', "\u{2028}"), Damage::Invisible),
        (KEY.replace('\n', "\0\n"), Damage::Invisible),
        (KEY.replace("BEGIN OPENSSH PRIVATE KEY", "Begin Openssh Private Key"), Damage::Label),
        (KEY.replace("PRIVATE KEY", "PRIVATEKEY"), Damage::Label),
        (KEY.replace("BEGIN OPENSSH", "BEGIN  OPENSSH"), Damage::Label),
        (KEY.replace("OPENSSH", "ED25519"), Damage::Label),
        (KEY.replace("END OPENSSH", "END RSA"), Damage::EndLabel),
        (format!("KEY='{KEY}'\n"), Damage::MarkLine),
        (format!("\u{201c}{}\u{201d}", KEY.trim_end()), Damage::MarkLine),
        (KEY.replace("\n-----END", "-----END"), Damage::MarkLine),
        (KEY.replace("=\n", "\n"), Damage::Padding),
    ] {
        assert_eq!(causes(&text), Some(vec![cause]), "{text}");
    }
    let wide = recover(&utf32);
    assert_eq!((wide.len(), &wide[0].causes[..]), (1, &[Damage::Utf32][..]));
    let dashes: Vec<u8> =
        KEY.bytes().flat_map(|byte| if byte == b'-' { vec![0x97] } else { vec![byte] }).collect();
    assert_eq!(recover(&dashes).first().map(|key| key.causes.clone()), Some(vec![Damage::Dashes]));
    assert_eq!(
        recover(hex.as_bytes()).first().map(|key| key.causes.clone()),
        Some(vec![Damage::Hexadecimal])
    );
    let joined = PEM.replace('\n', "");
    assert_eq!(recover(joined.as_bytes()).len(), 1, "headers that ran together");
}

#[test]
fn layers_around_a_key_are_undone_and_named() {
    let every = |front: &dyn Fn(usize) -> String, back: &str| -> String {
        let line = |(number, line): (usize, &str)| format!("{}{line}{back}\n", front(number));
        KEY.lines().enumerate().map(line).collect()
    };
    let base64 = |text: &str| Base64::encode_string(text.as_bytes());
    let folded = |text: &str| -> String {
        let digits = base64(text);
        digits.as_bytes().chunks(60).map(|line| format!("    {}\n", String::from_utf8_lossy(line))).collect()
    };
    let utf16: Vec<u8> = KEY.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let percent = KEY.replace('\n', "%0A").replace(' ', "%20").replace('+', "%2B");
    for (text, cause) in [
        (KEY.replace('\n', "\\x0a"), Damage::EscapedNewlines),
        (KEY.replace('\n', "\\012"), Damage::EscapedNewlines),
        (KEY.replace('\n', "\\u000a"), Damage::EscapedNewlines),
        (KEY.replace('\n', "\\\\\\\\n"), Damage::EscapedNewlines),
        (KEY.replace('-', "\\-"), Damage::EscapedNewlines),
        (KEY.replace('\n', "/n"), Damage::Joined),
        (KEY.replace('\n', "n"), Damage::Joined),
        (KEY.replace('\n', ", "), Damage::TextAround),
        (KEY.replace('\n', "|"), Damage::Joined),
        (KEY.replace('\n', ";"), Damage::Joined),
        (PEM.replace('\n', "|"), Damage::Joined),
        (KEY.replace('+', " "), Damage::LostPlus),
        (KEY.replace(['+', '\n'], " "), Damage::Joined),
        (percent.replace('%', "%25"), Damage::UrlEncoded),
        (KEY.replace('\n', "%0D%0A").replace(' ', "+").replace('+', "%2B"), Damage::UrlEncoded),
        (every(&|_| String::new(), "^M"), Damage::TextAround),
        (every(&|_| String::new(), "$"), Damage::TextAround),
        (every(&|_| String::new(), "^M$"), Damage::TextAround),
        (every(&|number| format!("2024-05-01T10:00:{number:02}.123Z "), ""), Damage::TextAround),
        (every(&|number| format!("[{number}/9] web-1  | "), ""), Damage::TextAround),
        (every(&|_| "echo \"".to_owned(), "\" >> key"), Damage::TextAround),
        (every(&|_| "| ".to_owned(), " |"), Damage::TextAround),
        (every(&|_| "\u{2502}".to_owned(), "\u{2502}"), Damage::TextAround),
        (every(&|_| "id_rsa:".to_owned(), ""), Damage::TextAround),
        (KEY.replace(' ', "&nbsp;"), Damage::Markup),
        (KEY.replace('\n', "&#x0A;").replace('=', "&#x3d;"), Damage::Markup),
        (format!("{{\\rtf1\\ansi\\f0\\fs20 {}}}", KEY.replace('\n', "\\par\n")), Damage::RichText),
        (KEY.replace("-----", "\u{ff0d}\u{ff0d}\u{ff0d}\u{ff0d}\u{ff0d}"), Damage::Dashes),
        (KEY.replace("-----", "====="), Damage::Dashes),
        (format!("data:\n  key: |\n{}type: Opaque\n", folded(KEY)), Damage::EncodedTwice),
        (format!("key: {}\ntype: Opaque\n", folded(KEY).trim()), Damage::EncodedTwice),
        (
            format!("-----BEGIN CERTIFICATE-----\n{}-----END CERTIFICATE-----\n", folded(KEY)),
            Damage::EncodedTwice,
        ),
        (Base64::encode_string(&utf16), Damage::EncodedTwice),
        (base64(&KEY.replace('\n', "\\n")), Damage::EncodedTwice),
        (PEM.split_once('\n').expect("a line").1.to_owned(), Damage::NoFrame),
        (PEM.replace("RSA PRIVATE", "SSH PRIVATE"), Damage::Label),
    ] {
        let found = recover(text.as_bytes());
        let expected = if text.contains("DEK") { PEM } else { KEY };
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(String::from_utf8_lossy(found[0].text.expose()), expected, "{text}");
        assert_eq!(found[0].causes.first(), Some(&cause), "{text}");
    }
}

#[test]
fn plus_signs_come_back_in_lines_of_every_length() {
    for length in 1..=70 {
        let (first, last) = ("A+".repeat(35), "+A".repeat(35));
        let text = format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{first}\n{}\n", &last[..length]);
        let found = joined::plus_signs(&text.replace('+', " "));
        let is_blank = length == 1;
        assert_eq!(found.as_deref().map(String::as_str) == Some(&text), !is_blank, "{length}");
    }
}

#[test]
fn an_encrypted_pem_key_that_lost_something_is_not_offered() {
    let lines: Vec<&str> = PEM.lines().collect();
    for lost in 5..lines.len() - 2 {
        let short = [&lines[..lost], &[&lines[lost][16..]], &lines[lost + 1..]].concat().join("\n");
        assert!(recover(format!("> {}", short.replace('\n', "\n> ")).as_bytes()).is_empty(), "{short}");
    }
}

/// A key that puttygen 0.78 wrote, without a passphrase.
const PPK: &str = include_str!("../../../tests/vectors/putty-ed25519.ppk");

#[test]
fn keys_of_putty_are_found_in_text() {
    assert!(recover(PPK.as_bytes()).is_empty(), "the file itself");
    let crlf = PPK.replace('\n', "\r\n");
    assert!(recover(crlf.as_bytes()).is_empty(), "puttygen's own line endings on Windows");
    let utf16: Vec<u8> = PPK.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (text, cause) in [
        (utf16, Damage::Utf16),
        (Base64::encode_string(PPK.as_bytes()).into_bytes(), Damage::EncodedTwice),
        (format!("{{\"key\": \"{}\"}}", PPK.replace('\n', "\\n")).into_bytes(), Damage::EscapedNewlines),
        (PPK.replace('\n', "%0A").replace(' ', "%20").into_bytes(), Damage::UrlEncoded),
        (PPK.replace('\n', " ").into_bytes(), Damage::OneLine),
        (PPK.replace('\n', "").into_bytes(), Damage::OneLine),
        (PPK.lines().map(|line| format!("> {line}\n")).collect::<String>().into_bytes(), Damage::TextAround),
        (
            PPK.lines().map(|line| format!("  {line}  \n")).collect::<String>().into_bytes(),
            Damage::TextAround,
        ),
        (format!("```\n{PPK}```\n").into_bytes(), Damage::TextAround),
        (format!("KEY='{PPK}'\n").into_bytes(), Damage::TextAround),
        (format!("ssh-ed25519 AAAA me\n{PPK}").into_bytes(), Damage::TextAround),
        (PPK.chars().map(|c| format!("{c}\n")).collect::<String>().into_bytes(), Damage::OneCharacterALine),
        (PPK.replace(": ", ":\u{a0}").into_bytes(), Damage::Invisible),
        (PPK.replace('\n', "n").into_bytes(), Damage::Joined),
        (PPK.replace('\n', "|").into_bytes(), Damage::Joined),
        (PPK.replace('+', " ").into_bytes(), Damage::LostPlus),
        (PPK.lines().map(|line| format!("{line}  \n")).collect::<String>().into_bytes(), Damage::TextAround),
        (format!("{}.\n", PPK.trim_end()).into_bytes(), Damage::TextAround),
        (
            PPK.lines().map(|line| format!("| {line} |\n")).collect::<String>().into_bytes(),
            Damage::TextAround,
        ),
    ] {
        let found = recover(&text);
        let shown = String::from_utf8_lossy(&text);
        assert_eq!(found.len(), 1, "{shown}");
        assert_eq!(String::from_utf8_lossy(found[0].text.expose()), PPK, "{shown}");
        assert_eq!(found[0].causes.first(), Some(&cause), "{shown}");
    }
    for text in
        [PPK.replace("Private-MAC", "Private"), PPK.replacen("AAAA", "AAAB", 1), PPK[..300].to_owned()]
    {
        assert!(recover(format!("> {text}").as_bytes()).is_empty(), "{text}");
    }
}

mod rare;
