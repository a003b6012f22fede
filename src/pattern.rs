//! Patterns with `*` and `?`, and lists of them (ssh_config(5), PATTERNS).

/// Whether the whole text matches: `*` stands for any bytes, `?` for one.
#[must_use]
pub fn matches(text: &[u8], pattern: &[u8]) -> bool {
    let (mut at, mut place) = (0, 0);
    // Where to go on after the last `*` when what follows it does not fit.
    let mut retry = None;
    while at < text.len() {
        match pattern.get(place) {
            Some(b'*') => {
                place += 1;
                retry = Some((at, place));
            }
            Some(&byte) if byte == b'?' || byte == text[at] => {
                at += 1;
                place += 1;
            }
            _ => {
                let Some((start, behind)) = retry else { return false };
                retry = Some((start + 1, behind));
                (at, place) = (start + 1, behind);
            }
        }
    }
    pattern[place..].iter().all(|&byte| byte == b'*')
}

/// Whether some pattern of a comma-separated list matches, and no pattern with a `!` in front.
#[must_use]
pub fn list_matches(text: &[u8], list: &[u8]) -> bool {
    let mut found = false;
    for pattern in list.split(|&byte| byte == b',') {
        match pattern.strip_prefix(b"!") {
            Some(excluded) if matches(text, excluded) => return false,
            Some(_) => {}
            None => found |= matches(text, pattern),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_table() {
        for (text, pattern, expected) in [
            ("", "", true),
            ("", "*", true),
            ("", "?", false),
            ("abc", "abc", true),
            ("abc", "ab", false),
            ("abc", "a?c", true),
            ("abc", "*c", true),
            ("abcabc", "*abc", true),
            ("abc", "a*b", false),
            ("aXbXc", "a*b*c", true),
            ("abc", "***", true),
            ("ABC", "abc", false),
        ] {
            assert_eq!(matches(text.as_bytes(), pattern.as_bytes()), expected, "{text} {pattern}");
        }
        for (text, list, expected) in [
            ("a", "b,a", true),
            ("a", "", false),
            ("a", "*,!a", false),
            ("a", "!a,*", false),
            ("a", "!b", false),
            ("a", "!b,*", true),
        ] {
            assert_eq!(list_matches(text.as_bytes(), list.as_bytes()), expected, "{text} {list}");
        }
    }
}
