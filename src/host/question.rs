//! The questions that rkeygen asks, in ssh-keygen's words.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::text::{Charset, visible};

/// One question to the user. Errors carry it, and hints match on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// The file of an existing key; an empty answer means this one.
    KeyFile(PathBuf),
    /// The file for a new key; an empty answer means this one.
    NewKeyFile(PathBuf),
    /// Whether to overwrite this file.
    Overwrite(PathBuf),
    /// The new comment of a key.
    NewComment,
    /// The passphrase of a new key in this file.
    PassphraseOfNewKey(PathBuf),
    /// The new passphrase of an existing key.
    NewPassphrase,
    /// The new passphrase of a key for clients in FIPS mode, which has to have one.
    NewFipsPassphrase,
    /// A new passphrase once more.
    SamePassphrase,
    /// The old passphrase of a key that gets a new one.
    OldPassphrase,
    /// The passphrase of a key whose comment changes.
    Passphrase,
    /// The passphrase of the key in this file.
    PassphraseOf(PathBuf),
    /// The passphrase of the key in this file, which signs files.
    PassphraseToSign(PathBuf),
    /// The PIN of a token.
    TokenPin,
    /// The PIN of the token that has a key of this type.
    KeyPin(&'static str),
    /// The PIN of the token that has the key of a CA.
    CaKeyPin,
    /// The PIN of the PKCS#11 token of this label. Standard input never answers it.
    LibraryPin(String),
    /// Whether to overwrite a key in a token.
    OverwriteInToken {
        /// What the key is for.
        application: String,
        /// Tells keys of one application apart.
        user: Option<String>,
    },
    /// Whether to overwrite a key that a token may have: without a PIN it does not tell.
    OverwriteUnseen {
        /// What the key is for.
        application: String,
        /// Tells keys of one application apart.
        user: Option<String>,
    },
}

impl Question {
    /// Whether only a terminal or an askpass program may answer, and standard input never.
    #[must_use]
    pub fn spares_stdin(&self) -> bool {
        matches!(self, Self::LibraryPin(_))
    }

    /// The prompt, byte for byte, but for control characters of file names, which become octal numbers.
    #[must_use]
    pub fn prompt(&self) -> Vec<u8> {
        let with = |before: &str, path: &Path, after: &str| {
            [
                before.as_bytes(),
                &Charset::Bytes.escape(path.as_os_str().as_encoded_bytes(), &[]),
                after.as_bytes(),
            ]
            .concat()
        };
        match self {
            Self::KeyFile(default) => with("Enter file in which the key is (", default, "): "),
            Self::NewKeyFile(default) => with("Enter file in which to save the key (", default, "): "),
            Self::Overwrite(path) => with("", path, " already exists.\nOverwrite (y/n)? "),
            Self::NewComment => b"New comment: ".to_vec(),
            Self::PassphraseOfNewKey(path) => {
                with("Enter passphrase for \"", path, "\" (empty for no passphrase): ")
            }
            Self::NewPassphrase => b"Enter new passphrase (empty for no passphrase): ".to_vec(),
            Self::NewFipsPassphrase => b"Enter new passphrase (8 bytes or more): ".to_vec(),
            Self::SamePassphrase => b"Enter same passphrase again: ".to_vec(),
            Self::OldPassphrase => b"Enter old passphrase: ".to_vec(),
            Self::Passphrase => b"Enter passphrase: ".to_vec(),
            Self::PassphraseOf(path) | Self::PassphraseToSign(path) => {
                with("Enter passphrase for \"", path, "\": ")
            }
            Self::TokenPin => b"Enter PIN for authenticator: ".to_vec(),
            Self::KeyPin(name) => format!("Enter PIN for {name} key: ").into_bytes(),
            Self::CaKeyPin => b"Enter PIN for CA key: ".to_vec(),
            Self::LibraryPin(label) => format!("Enter PIN for '{}': ", visible(label)).into_bytes(),
            Self::OverwriteInToken { application, user } => {
                let key = resident_key(application, user.as_deref());
                format!("A {key} already exists.\nOverwrite key in token (y/n)? ").into_bytes()
            }
            Self::OverwriteUnseen { application, user } => {
                let key = resident_key(application, user.as_deref());
                let unseen = format!("The token has no PIN, so it does not tell whether a {key} exists.");
                format!("{unseen}\nOverwrite such a key in token (y/n)? ").into_bytes()
            }
        }
    }
}

fn resident_key(application: &str, user: Option<&str>) -> String {
    visible(&format!("resident key scoped to '{application}' with user id '{}'", user.unwrap_or("null")))
}

/// The prompt on one line, for an error message.
impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prompt = self.prompt();
        let text = String::from_utf8_lossy(&prompt);
        f.write_str(&text.trim().trim_end_matches(':').replace('\n', " "))
    }
}
