//! What is between the `BEGIN` and `END` lines of a key: headers and base64, and marks around them.

use zeroize::Zeroizing;

/// The headers of encrypted keys (RFC 1421).
const HEADERS: [&str; 2] = ["Proc-Type", "DEK-Info"];

/// What is between two marks.
#[derive(Default)]
pub(super) struct Body {
    pub(super) headers: String,
    pub(super) base64: Zeroizing<String>,
    /// How long the first piece of base64 is.
    pub(super) width: Option<usize>,
    /// Whether pieces of another length than the first one come before the last.
    pub(super) ragged: bool,
    /// Whether lines have marks of mail, YAML or a programming language.
    pub(super) decorated: bool,
}

impl Body {
    /// The headers as OpenSSL wants them: those of an encrypted key, `Proc-Type` first.
    pub(super) fn openssl_headers(&self) -> String {
        let info = self.headers.lines().find(|line| line.starts_with(HEADERS[1]));
        info.map_or_else(|| self.headers.clone(), |info| format!("{}: 4,ENCRYPTED\n{info}\n", HEADERS[0]))
    }

    /// Adds a line. `None` at a word that cannot belong to a key.
    pub(super) fn add(&mut self, line: &str) -> Option<()> {
        let clean = undecorated(line);
        self.decorated |= clean != line.trim();
        let mut words = clean.split_whitespace();
        while let Some(word) = words.next() {
            let whole = word;
            let word = word.trim_matches(['"', '\'', ',', ';']);
            self.decorated |= word.len() < whole.len();
            if let Some((name, value)) = word.split_once(':') {
                // OpenSSL takes no other header.
                let Some(known) = HEADERS.iter().find(|known| known.eq_ignore_ascii_case(name)) else {
                    self.decorated = true;
                    return Some(());
                };
                let value = if value.is_empty() { words.next()? } else { value };
                let (value, base64) = header_value(value);
                self.headers.push_str(&format!("{known}: {value}\n"));
                self.base64.push_str(base64);
            } else if is_mark_of_pieces(word) {
                self.decorated = true;
            } else if is_base64(word) || is_url_base64(word) {
                self.ragged |= self.width.is_some_and(|width| !self.base64.len().is_multiple_of(width));
                self.width = self.width.or(Some(word.len()));
                self.base64.push_str(word);
            } else {
                return None;
            }
        }
        Some(())
    }
}

/// Without what mail, YAML and programming languages put around words and lines.
pub(super) fn undecorated(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || "\"'`,>|*#;\\".contains(c))
}

/// Whether a word is what a list of YAML or a text in pieces has before or after a line.
pub(super) fn is_mark_of_pieces(word: &str) -> bool {
    word.bytes().all(|byte| byte == b'-' || byte == b'+')
}

pub(super) fn is_base64(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
}

/// Base64 of the alphabet of addresses (RFC 4648 section 5).
fn is_url_base64(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte))
}

/// The value of a header, and the base64 that ran into it: an initialization vector has as many digits as its cipher
/// needs.
fn header_value(value: &str) -> (&str, &str) {
    let Some((cipher, iv)) = value.split_once(',') else { return (value, "") };
    let digits = match cipher.split('-').next() {
        Some("AES") => 32,
        Some("DES") => 16,
        _ => iv.len(),
    };
    let is_whole = iv.as_bytes().iter().take(digits).all(u8::is_ascii_hexdigit) && digits < iv.len();
    if is_whole { value.split_at(cipher.len() + 1 + digits) } else { (value, "") }
}
