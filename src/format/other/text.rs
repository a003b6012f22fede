//! Text that is no key and has no armor: placeholders, names of files, answers of servers, other programs' files.

use super::Other;

/// How files without armor begin.
const STARTS: [(&str, Other); 12] = [
    ("AGE-SECRET-KEY-", Other::Age),
    ("# created: ", Other::Age),
    ("untrusted comment: ", Other::Signify),
    ("$ANSIBLE_VAULT;", Other::Vault),
    ("U2FsdGVkX1", Other::Vault),
    ("Salted__", Other::Vault),
    ("version https://git-lfs.", Other::LfsPointer),
    ("404: Not Found", Other::WebPage),
    ("{\"message\":", Other::WebPage),
    ("Generating public/private ", Other::Fingerprint),
    ("SHA256:", Other::Fingerprint),
    ("MD5:", Other::Fingerprint),
];

/// What a text without armor is.
pub(super) fn identify(text: &str) -> Other {
    if text.starts_with('{') && text.contains("\"kty\"") {
        return Other::Jwk;
    }
    for (start, other) in STARTS {
        if text.starts_with(start) {
            return other;
        }
    }
    if text.contains("ENC[AES256_GCM,") {
        return Other::Vault;
    }
    let start: String = text.chars().take(15).map(|c| c.to_ascii_lowercase()).collect();
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        return Other::WebPage;
    }
    if is_placeholder(text) {
        return Other::Placeholder;
    }
    if is_fingerprint(text) {
        return Other::Fingerprint;
    }
    if is_file_name(text) { Other::FileName } else { Other::Unknown }
}

/// What templates, CI systems and programs leave where a value should be.
fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 13] = [
        "null",
        "undefined",
        "none",
        "nil",
        "true",
        "false",
        "changeme",
        "[masked]",
        "[redacted]",
        "redacted",
        "[object object]",
        "(sensitive value)",
        "(known after apply)",
    ];
    const REFERENCES: [&str; 6] =
        ["op://", "arn:aws:", "vault:", "@Microsoft.KeyVault(", "secret://", "ssm:"];
    let one_word = !text.contains(char::is_whitespace);
    let braces = text.starts_with("${") || text.starts_with("{{") || text.starts_with("$(");
    let brackets = text.starts_with('<') && text.ends_with('>');
    let variable = one_word && text.strip_prefix('$').is_some_and(|name| !name.is_empty());
    let between = |mark: &str| {
        one_word && text.len() > 2 * mark.len() && text.starts_with(mark) && text.ends_with(mark)
    };
    let stars = text.len() >= 3 && text.chars().all(|c| c == '*');
    let is_word = WORDS.contains(&text.to_ascii_lowercase().as_str());
    let is_reference = text.lines().count() == 1 && REFERENCES.iter().any(|start| text.starts_with(start));
    let is_mark = between("%") || between("__") || between("@@");
    (text.len() < 200 && (braces || brackets)) || variable || stars || is_word || is_reference || is_mark
}

/// The line that `ssh-keygen -l` prints.
fn is_fingerprint(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let bits =
        words.next().is_some_and(|word| word.len() < 6 && word.bytes().all(|byte| byte.is_ascii_digit()));
    bits && words.next().is_some_and(|word| word.starts_with("SHA256:") || word.starts_with("MD5:"))
}

/// One line that is a path, as a variable or a secret holds it by mistake.
fn is_file_name(text: &str) -> bool {
    let ends = [".pem", ".pub", ".key", ".ppk", "id_rsa", "id_ecdsa", "id_ed25519"];
    let is_rooted = ["/", "~/", "./", "../", "file://"].iter().any(|start| text.starts_with(start));
    let is_drive = matches!(text.as_bytes(), [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    let is_short = text.len() < 256 && !text.contains(['\n', '\r', '\0']);
    is_short && (((is_rooted || is_drive) && text.len() > 2) || ends.iter().any(|end| text.ends_with(end)))
}

/// Whether what is between the marks of a key is a placeholder, and no base64 that was cut.
pub(in crate::format) fn has_placeholder_body(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("PRIVATE KEY-----") else { return false };
    let body = rest.split("-----END").next().unwrap_or_default().trim();
    let dots = ["...", "\u{2026}", "***", "[...]", "xxxx", "XXXX"].iter().any(|mark| body.contains(mark));
    let is_words = body.contains(['_', '<', '{', '[', ' ']) && !body.contains(':') && !body.contains('\n');
    !body.is_empty() && body.len() < 200 && (dots || is_words)
}
