//! `rkeygen doctor -D`: which PKCS#11 tokens a library reaches, their keys, and what they can do.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::failure::{Failure, While as _};
use super::json::{TOKENS, file, key_members, members, object};
use super::{Context, Outcome};
use crate::certificate::KeyOrCertificate;
use crate::device::pkcs11::{self, KeyReport, PinState, TokenReport};
use crate::host::ui;
use crate::key::HashAlgorithm;
use crate::text::{hex, visible};

/// Which library.
#[derive(Debug)]
pub struct Args {
    /// `-D`.
    pub library: PathBuf,
}

/// Reports on the tokens of the library; asks for no PIN.
///
/// # Errors
/// Those of the library.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let library = &args.library;
    let tokens = pkcs11::open(library).and_then(|mut tokens| tokens.report());
    let report = Report { library: library.to_owned(), tokens: tokens.at(library)? };
    ctx.ui.print(&report)?;
    let sound = |token: &TokenReport| {
        !matches!(token.pin, PinState::Locked | PinState::NotSet) && token.keys.iter().all(|key| key.signs)
    };
    let fine = !report.tokens.is_empty() && report.tokens.iter().all(sound);
    Ok(if fine { Outcome::Done } else { Outcome::No })
}

struct Report {
    library: PathBuf,
    tokens: Vec<TokenReport>,
}

impl ui::Report for Report {
    fn text(&self) -> Vec<u8> {
        if self.tokens.is_empty() {
            return format!("{}: no token\n", self.library.display()).into_bytes();
        }
        let texts: Vec<_> = self.tokens.iter().map(|token| text(&self.library, token)).collect();
        visible(&texts.join("\n")).into_bytes()
    }

    fn json(&self) -> Value {
        let tokens: Vec<_> = self.tokens.iter().map(item).collect();
        object(TOKENS, members(json!({ "library": file(&self.library), "tokens": tokens })))
    }
}

fn text(library: &Path, token: &TokenReport) -> String {
    let mut out = format!("{}: token {:?}\n", library.display(), token.label);
    let mut row = |name: &str, value: &str| {
        out.push_str(&format!("  {name:<12} {}\n", value.replace('\n', " ")));
    };
    row("model", token.model.trim());
    row("serial", &token.serial);
    row("PIN", pin(token.pin));
    for KeyReport { key, id, signs } in &token.keys {
        let public = &key.public;
        let name = public.algorithm().short_name();
        row(
            "key",
            &format!("{name}, {} bits, {}", public.bits(), public.fingerprint(HashAlgorithm::default())),
        );
        if !key.label.is_empty() {
            row("  label", &key.label.to_text());
        }
        if !id.is_empty() {
            row("  ID", &hex(id));
        }
        row("  signs", if *signs { "yes" } else { "no: the token has no mechanism for it" });
    }
    if token.keys.is_empty() {
        row("key", "none is shown without the PIN");
    }
    out
}

fn pin(state: PinState) -> &'static str {
    match state {
        PinState::NotNeeded => "not needed",
        PinState::NotSet => "not set: nothing can sign; set it with pkcs11-tool --init-pin",
        PinState::Needed => "needed to sign",
        PinState::FewTries => "needed to sign; it was wrong lately",
        PinState::LastTry => "needed to sign; one more wrong one locks the token",
        PinState::Locked => "locked after too many wrong ones",
    }
}

fn item(token: &TokenReport) -> Value {
    let keys = token.keys.iter().map(|report| {
        let key = KeyOrCertificate::Key(report.key.public.clone());
        let mut members = key_members(&key, &report.key.label, HashAlgorithm::default());
        members.insert("id".to_owned(), hex(&report.id).into());
        members.insert("signs".to_owned(), report.signs.into());
        Value::Object(members)
    });
    let state = match token.pin {
        PinState::NotNeeded => "not-needed",
        PinState::NotSet => "not-set",
        PinState::Needed => "needed",
        PinState::FewTries => "few-tries",
        PinState::LastTry => "last-try",
        PinState::Locked => "locked",
    };
    json!({
        "label": token.label,
        "model": token.model.trim(),
        "serial": token.serial,
        "pin": state,
        "keys": keys.collect::<Vec<_>>(),
    })
}
