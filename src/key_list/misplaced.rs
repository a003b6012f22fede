//! Options of lines of authorized_keys and allowed_signers that are not where they count.

use super::Problem;
use crate::certificate::AUTHORIZED_KEYS_OPTIONS;
use crate::finding::FindingId;

/// The options of ssh-keygen(1), ALLOWED SIGNERS.
const SIGNERS_OPTIONS: [&str; 4] = ["cert-authority", "namespaces", "valid-after", "valid-before"];

/// Whether a word, up to its sign of equality, names an option.
fn is_option(word: &str) -> bool {
    let end = word.find(['=', ':', ',']).unwrap_or(word.len());
    let name = word[..end].to_ascii_lowercase();
    let switch = name.strip_prefix("no-").unwrap_or(&name);
    SIGNERS_OPTIONS.contains(&name.as_str())
        || AUTHORIZED_KEYS_OPTIONS.iter().any(|(option, _)| [name.as_str(), switch].contains(option))
}

/// Whether the text begins with an option, up to its first blank.
pub(crate) fn begins_with_option(text: &str) -> bool {
    text.split_whitespace().next().is_some_and(is_option)
}

/// What is wrong with a blank in options, and what to do about it.
pub(crate) const BLANK_IN_OPTIONS: (&str, &str) = (
    "there is a blank in the options, outside double quotation marks",
    "write the options with commas and no blanks between, and each value as NAME=\"VALUE\"",
);

/// Options in the comment of a key: a word with a value in quotation marks, or a name with a dash.
pub(crate) fn in_comment(comment: &[u8]) -> Option<Problem> {
    let text = String::from_utf8_lossy(comment);
    let words = text.split([' ', '\t', ',']);
    let mut options = words.filter(|word| is_option(word)).filter(|word| {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        if word.contains('=') { value.starts_with('"') } else { name.contains('-') }
    });
    let name = options.next()?.split('=').next().unwrap_or_default().to_owned();
    let message = format!("the option {name} is in the comment, where it does not count");
    let fix = "write the options before the key, with commas and no blanks between";
    Some(Problem::new(FindingId::MisplacedOptions, message, fix))
}

#[cfg(test)]
mod tests {
    use super::in_comment;

    #[test]
    fn comments_with_options_are_found() {
        for (comment, is_found) in [
            ("command=\"ls\"", true),
            ("me from=\"10.0.0.1\",no-pty", true),
            ("me no-pty", true),
            ("namespaces=\"git\" me", true),
            ("cert-authority", true),
            ("me@host", false),
            ("restrict", false),
            ("command center", false),
            ("from=home", false),
            ("the principals", false),
            ("no-reply@example.org", false),
        ] {
            assert_eq!(in_comment(comment.as_bytes()).is_some(), is_found, "{comment}");
        }
    }
}
