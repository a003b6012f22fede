//! Did you mean: the nearest of the known words.

use crate::text::{DASHES, visible};

/// The known word that is nearest to `typed`, if any is near.
pub(super) fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = plain(typed);
    let mut best = None;
    for word in known {
        let candidate = plain(word);
        let is_end =
            || word.strip_suffix(typed).is_some_and(|start| !typed.is_empty() && start.ends_with('-'));
        let starts = || candidate.starts_with(&wanted) || wanted.starts_with(&candidate);
        let distance = if wanted == candidate {
            0
        } else if is_end() || wanted.len() >= 2 && starts() {
            1
        } else {
            distance(&wanted, &candidate)
        };
        let limit = (wanted.len().max(candidate.len()) / 3).clamp(1, 3);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, word));
        }
    }
    best.map(|(_, word)| word)
}

/// Small letters, without what joins words.
fn plain(word: &str) -> Vec<char> {
    let letters = word.chars().filter(|letter| !matches!(letter, '-' | '_' | ' ' | '=' | ':'));
    letters.take(LONGEST).flat_map(char::to_lowercase).collect()
}

/// No known word is longer; what is typed may be.
const LONGEST: usize = 64;

/// How many letters are to be inserted, left out, replaced or swapped with their neighbor.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (i, &letter) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &other) in to.iter().enumerate() {
            let mut least = (last[j + 1] + 1).min(row[j] + 1).min(last[j] + usize::from(letter != other));
            if i > 0 && j > 0 && letter == to[j - 1] && from[i - 1] == other {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[to.len()]
}

/// What to do about a word that starts with a dash that is not a hyphen, as word processors and web pages have it.
pub(super) fn other_dash(word: &str) -> Option<String> {
    let word = visible(word);
    word.starts_with(DASHES)
        .then(|| format!("\"{word}\" starts with a dash that is not a hyphen; type it again with -"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_found_and_other_words_are_not() {
        let known = ["convert", "doctor", "known-hosts", "certificate sign", "fingerprint", "new"];
        for (typed, meant) in [
            ("conver", Some("convert")),
            ("doktor", Some("doctor")),
            ("dcotor", Some("doctor")),
            ("known_hosts", Some("known-hosts")),
            ("Fingerprint", Some("fingerprint")),
            ("certificate-sign", Some("certificate sign")),
            ("frobnicate", None),
            ("key", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, known), meant, "{typed}");
        }
        assert_eq!(nearest("sha-256", ["sha256", "sha1", "md5"]), Some("sha256"));
        assert_eq!(nearest("aes256", ["aes256-ctr", "aes128-ctr"]), Some("aes256-ctr"));
        assert_eq!(nearest(&"x".repeat(1 << 20), known), None);
    }
}
