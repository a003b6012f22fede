//! `BEGIN` and `END` lines as people spell them: in small letters, without blanks, or with too many, with other dashes.

use zeroize::Zeroizing;

use crate::text::DASHES;

/// The labels of private keys without their blanks, and as they should be.
const LABELS: [(&str, &str); 6] = [
    ("OPENSSHPRIVATEKEY", "OPENSSH PRIVATE KEY"),
    ("RSAPRIVATEKEY", "RSA PRIVATE KEY"),
    ("ECPRIVATEKEY", "EC PRIVATE KEY"),
    ("DSAPRIVATEKEY", "DSA PRIVATE KEY"),
    ("ENCRYPTEDPRIVATEKEY", "ENCRYPTED PRIVATE KEY"),
    ("PRIVATEKEY", "PRIVATE KEY"),
];

/// The text with its marks spelled as they should be; `None` if they are.
pub(super) fn spelled(text: &str) -> Option<Zeroizing<String>> {
    let mut out = Zeroizing::new(String::with_capacity(text.len() + 64));
    let mut rest = text;
    while let Some(at) = rest.find('-') {
        let dashes = rest[at..].len() - rest[at..].trim_start_matches('-').len();
        let (before, after) = rest.split_at(at + dashes);
        out.push_str(before);
        rest = after;
        if let Some((mark, next)) = mark(after) {
            out.push_str(&mark);
            rest = next;
        }
    }
    out.push_str(rest);
    (*out != text).then_some(out)
}

/// The text whose first mark says `END`, or whose last one says `BEGIN`, with the word that belongs there.
pub(super) fn exchanged(text: &str) -> Option<Zeroizing<String>> {
    let two = |word| {
        let first = super::mark(text, 0, word)?;
        let second = super::mark(text, first.end, word)?;
        (first.label == second.label && super::mark(text, second.end, word).is_none())
            .then_some((first, second))
    };
    let replaced = |mark: super::Mark<'_>, from: &str, to: &str| {
        let (before, rest) = text.split_at(mark.start);
        Zeroizing::new([before, &rest.replacen(from, to, 1)].concat())
    };
    match (super::mark(text, 0, "BEGIN "), super::mark(text, 0, "END ")) {
        (None, Some(_)) => two("END ").map(|(first, _)| replaced(first, "END ", "BEGIN ")),
        (Some(_), None) => two("BEGIN ").map(|(_, second)| replaced(second, "BEGIN ", "END ")),
        _ => None,
    }
}

/// The text with dashes for what looks like them: signs of other alphabets, UTF-8 read as Windows-1252, and rulers.
pub(super) fn with_dashes(text: &str) -> Option<Zeroizing<String>> {
    const MISREAD: [&str; 2] = ["\u{e2}\u{20ac}\u{201c}", "\u{e2}\u{20ac}\u{201d}"];
    const OTHERS: [char; 5] = ['\u{2015}', '\u{2500}', '\u{2501}', '\u{fe63}', '\u{ff0d}'];
    // Each step has a copy of its own, so that all are wiped.
    let mut out = Zeroizing::new(text.to_owned());
    for misread in MISREAD {
        out = Zeroizing::new(out.replace(misread, "-"));
    }
    out = Zeroizing::new(out.replace(|c| DASHES.contains(&c) || OTHERS.contains(&c), "-"));
    for ruler in ["=====", "~~~~~", "*****", "_____", "#####"] {
        if out.contains(&format!("{ruler}BEGIN ")) {
            out = Zeroizing::new(out.replace(ruler, "-----"));
        }
    }
    (*out != text).then_some(out)
}

/// A mark after its dashes, spelled as it should be, and what follows it.
fn mark(after: &str) -> Option<(String, &str)> {
    let end = after.find(|c: char| !c.is_ascii_alphabetic() && !matches!(c, ' ' | '\t' | '_'))?;
    let found = &after[..end.min(60)];
    let letters: String =
        found.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_uppercase()).collect();
    ["BEGIN", "END"].into_iter().find_map(|word| {
        let label = letters.strip_prefix(word)?;
        let (_, label) = LABELS.iter().find(|(known, _)| *known == label)?;
        Some((format!("{word} {label}"), &after[end..]))
    })
}
