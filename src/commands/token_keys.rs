//! `-D`: the keys that the tokens of a PKCS#11 library show.

use std::path::PathBuf;

use serde_json::Value;

use super::failure::Failure;
use super::json::{Members, TOKEN_KEYS, file, key_members};
use super::passphrase::OldPassphrase;
use super::{Context, Outcome, token_library};
use crate::certificate::KeyOrCertificate;
use crate::device::pkcs11::Key;
use crate::host::ui::{List, Report};
use crate::key::{Comment, HashAlgorithm, bubblebabble};

/// Which library, and how its keys are shown.
#[derive(Debug)]
pub struct Args {
    /// `-D`.
    pub library: PathBuf,
    /// Where the PIN comes from, which only tokens need that show no key without it.
    pub pin: OldPassphrase,
    /// How keys are shown.
    pub show: Show,
    /// `-E`.
    pub hash: HashAlgorithm,
}

/// How keys are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// As lines of `authorized_keys`, with their labels.
    Lines,
    /// `-l`: fingerprints.
    Fingerprints {
        /// `-B`: in words.
        bubblebabble: bool,
        /// `-v`: randomart below.
        picture: bool,
    },
}

/// Shows the keys, in the order of the library.
///
/// # Errors
/// Those of the library.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (_tokens, keys) = token_library::open(&args.library, &args.pin, ctx)?;
    ctx.ui.begin(List::new(TOKEN_KEYS, "keys").with("library", file(&args.library)))?;
    for key in keys {
        let Key { public, label, .. } = key;
        ctx.ui.item(&Shown { key: KeyOrCertificate::Key(public), label, args: &args })?;
    }
    ctx.ui.end(Members::new())?;
    Ok(Outcome::Done)
}

/// A key as it is shown.
struct Shown<'a> {
    key: KeyOrCertificate,
    label: Comment,
    args: &'a Args,
}

impl Report for Shown<'_> {
    fn text(&self) -> Vec<u8> {
        let key = self.key.key();
        let Show::Fingerprints { bubblebabble: in_words, picture } = self.args.show else {
            let mut line = key.to_line(&self.label);
            line.push(b'\n');
            return line;
        };
        let fingerprint = key.fingerprint(self.args.hash);
        let shown = if in_words { bubblebabble(key.blob()) } else { fingerprint.to_string() };
        let mut text = format!("{} {shown} {} (PKCS11 key)\n", key.bits(), self.key.display_name());
        if picture {
            text.push_str(&self.key.randomart(&fingerprint));
            text.push('\n');
        }
        text.into_bytes()
    }

    fn json(&self) -> Value {
        key_members(&self.key, &self.label, self.args.hash).into()
    }
}
