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

/// Whether some pattern of a comma-separated list matches, and no pattern with a `!` in front. As in OpenSSH, what follows
/// the last comma does not count if it is empty, and a list with a pattern of 1023 bytes or more matches nothing.
#[must_use]
pub fn list_matches(text: &[u8], list: &[u8]) -> bool {
    if list.is_empty() {
        return false;
    }
    let list = list.strip_suffix(b",").unwrap_or(list);
    let mut found = false;
    for pattern in list.split(|&byte| byte == b',') {
        let (negated, pattern) = match pattern.strip_prefix(b"!") {
            Some(excluded) => (true, excluded),
            None => (false, pattern),
        };
        if pattern.len() > LONGEST || (negated && matches(text, pattern)) {
            return false;
        }
        found |= !negated && matches(text, pattern);
    }
    found
}

/// The longest pattern that OpenSSH matches, in bytes.
const LONGEST: usize = 1022;

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
            ("", "", false),
            ("", ",", true),
            ("", "a,", false),
            ("", ",a", true),
            ("", "a,,", true),
            ("", "*,!", false),
            ("a", "*,!", true),
            ("!a", "!!a,*", false),
        ] {
            assert_eq!(list_matches(text.as_bytes(), list.as_bytes()), expected, "{text} {list}");
        }
        let long = |length: usize| [&b"*,"[..], &vec![b'x'; length]].concat();
        assert!(list_matches(b"a", &long(1022)));
        assert!(!list_matches(b"a", &long(1023)));
        assert!(!list_matches(b"a", &[&long(1023)[..], b",a"].concat()));
    }
}
