//! `-K`: the keys that a token stores, as files in the current directory.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::failure::{Cause, Failure, While as _};
use super::json::{Members, RESIDENT_KEYS, Silent, file, key_members};
use super::overwrite::{self, IfExists, Permission};
use super::passphrase::{NewPassphrase, check_passphrase};
use super::token::Error;
use super::{Context, Outcome, public};
use crate::certificate::KeyOrCertificate;
use crate::device::fido::{self, Provider, ResidentKey};
use crate::format::Layout;
use crate::host::files::{self, Access, Pair, SeenPair};
use crate::host::question::Question;
use crate::host::ui::{self, List};
use crate::key::{Comment, HashAlgorithm, PrivateKey, TokenAlgorithm};
use crate::secret::Passphrase;
use crate::text::hex;

/// From which token, and how the files are written.
#[derive(Debug)]
pub struct Args {
    /// `-w`.
    pub provider: Provider,
    /// `-O device`: which token.
    pub device: Option<String>,
    /// Where the passphrase of the files comes from.
    pub passphrase: NewPassphrase,
    /// How the files are written.
    pub layout: Layout,
    /// How a key is written that only OpenSSH's own format holds.
    pub own_layout: Layout,
    /// The hash of fingerprints in JSON.
    pub hash: HashAlgorithm,
    /// What to do about files that exist.
    pub if_exists: IfExists,
}

/// Saves the keys. Stops at the first file that the user wants to keep, as ssh-keygen does.
///
/// # Errors
/// Those of the token and of saving; files written before stay.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    const LOADING: &str = "Unable to load resident keys";
    let pin = pin(ctx)?;
    ctx.ui.say(b"You may need to touch your authenticator to authorize key download.\n")?;
    let keys = fido::open(&args.provider).and_then(|mut authenticator| {
        authenticator.resident_keys(args.device.as_deref(), (!pin.is_empty()).then_some(&pin))
    });
    let keys = keys.during(LOADING)?;
    if keys.is_empty() {
        ctx.ui.warn("No keys to download");
    }
    ctx.ui.begin(List::new(RESIDENT_KEYS, "keys"))?;
    let mut passphrase = None;
    for resident in &keys {
        let comment = Comment::from_file(resident.key.application.as_bytes());
        let key = PrivateKey::of_token(&resident.key, comment).map_err(|_| fido::Error::Failed);
        let key = key.during(LOADING)?;
        if let Some(saved) = save(resident, &key, &args, &mut passphrase, ctx)? {
            ctx.ui.item(&Silent(saved))?;
        }
    }
    ctx.ui.end(Members::new())?;
    Ok(Outcome::Done)
}

/// The PIN. As in ssh-keygen, no answer is an empty one: a token without a PIN needs none.
fn pin(ctx: &mut Context<'_>) -> Result<Passphrase, Failure> {
    match ctx.ui.ask_secret(&Question::TokenPin) {
        Err(ui::Error::EndOfInput(_)) => Ok(Passphrase::empty()),
        answer => Ok(answer.map_err(Cause::unanswered)?),
    }
}

/// Saves one key, and gives what it was and where it went as JSON; `None` if it was kept.
fn save(
    resident: &ResidentKey,
    key: &PrivateKey,
    args: &Args,
    passphrase: &mut Option<Passphrase>,
    ctx: &mut Context<'_>,
) -> Result<Option<Value>, Failure> {
    let path = file_name(resident);
    let public_path = public::with_suffix(&path, ".pub");
    let seen = SeenPair::look(&path, &public_path)?;
    seen.check()?;
    if !may_write(&path, &public_path, &seen, (key, args.if_exists), ctx)? {
        return Ok(None);
    }
    let passphrase = match passphrase {
        Some(known) => known,
        none => none.insert(new_passphrase(&path, key, args, ctx)?),
    };
    let layout = args.layout.for_type(key.public().algorithm(), args.own_layout);
    let sealed = layout.seal(key, passphrase, &mut ctx.rng).saving(&path)?;
    let line = key.public().to_file(key.comment());
    let pair = Pair {
        private_path: &path,
        private: sealed.expose(),
        public_path: &public_path,
        public: &line,
        public_access: Access::Public,
    };
    if public::beside(&path).is_none_or(|found| found.key.key() != key.public()) {
        overwrite::retain_public((&path, &public_path), &seen, ctx)?;
    }
    ctx.tell(&files::write_pair(&pair, &seen).saving(&path)?);
    let name = key.public().algorithm().display_name();
    let named = !extension(&resident.key.application).is_empty() || !resident.user_id().is_empty();
    let application = if named { format!(" {}", resident.key.application) } else { String::new() };
    ctx.ui.say(format!("Saved {name} key{application} to {}\n", path.display()).as_bytes())?;
    let mut members = key_members(&KeyOrCertificate::Key(key.public().clone()), key.comment(), args.hash);
    members.insert("file".to_owned(), file(&path));
    members.insert("public_key_file".to_owned(), file(&public_path));
    Ok(Some(Value::Object(members)))
}

/// Whether the files may be written: a `.pub` without its private key is in no one's way unless `--if-exists` says so, as
/// for a new key. If not, the existing key is this one.
fn may_write(
    path: &Path,
    public_path: &Path,
    seen: &SeenPair,
    (key, policy): (&PrivateKey, IfExists),
    ctx: &mut Context<'_>,
) -> Result<bool, Failure> {
    let (found, state) =
        if seen.private.is_free() { (public_path, &seen.public) } else { (path, &seen.private) };
    if found == public_path && policy == IfExists::Ask {
        return Ok(true);
    }
    match overwrite::decide(found, state, policy, ctx.ui).map_err(Failure::unanswered)? {
        Permission::Write => Ok(true),
        Permission::Declined => Err(Error::Declined(found.to_owned()).into()),
        Permission::Keep => {
            let same = public::beside(path).is_some_and(|found| found.key.key() == key.public());
            let same = same && found == path;
            if same { Ok(false) } else { Err(overwrite::different(found, "key", "it is a different key")) }
        }
    }
}

fn new_passphrase(
    path: &Path,
    key: &PrivateKey,
    args: &Args,
    ctx: &mut Context<'_>,
) -> Result<Passphrase, Failure> {
    let question = Question::PassphraseOfNewKey(path.to_owned());
    let algorithm = key.public().algorithm();
    let layout = args.layout.for_type(algorithm, args.own_layout);
    args.passphrase.check(layout, algorithm, path)?;
    let passphrase = args.passphrase.obtain(&question, ctx)?;
    check_passphrase(layout, algorithm, &passphrase, path)?;
    Ok(passphrase)
}

/// `id_ed25519_sk_rk`, the application without its scheme, and the user ID. A name that could lead into another
/// directory is written in hexadecimal digits: ssh-keygen does so for the user ID alone.
fn file_name(resident: &ResidentKey) -> PathBuf {
    let kind = match resident.key.algorithm {
        TokenAlgorithm::Ecdsa => "ecdsa",
        TokenAlgorithm::Ed25519 => "ed25519",
    };
    let parts = [extension(&resident.key.application).as_bytes(), resident.user_id()];
    let mut name = format!("id_{kind}_sk_rk");
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        name.push('_');
        name.push_str(&harmless(part));
    }
    PathBuf::from(name)
}

fn extension(application: &str) -> &str {
    let rest = application.strip_prefix("ssh:").unwrap_or(application);
    rest.strip_prefix("//").unwrap_or(rest)
}

fn harmless(part: &[u8]) -> String {
    match std::str::from_utf8(part) {
        Ok(text)
            if !text.contains(['/', '\\']) && !text.contains("..") && !text.contains(char::is_control) =>
        {
            text.to_owned()
        }
        _ => hex(part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{TokenFlags, TokenKey};

    #[test]
    fn file_names_are_those_of_ssh_keygen_and_stay_in_the_directory() {
        for (application, user, expected) in [
            ("ssh:", "", "id_ed25519_sk_rk"),
            ("ssh:app", "bob", "id_ed25519_sk_rk_app_bob"),
            ("ssh:", "x y", "id_ed25519_sk_rk_x y"),
            ("ssh:", "..", "id_ed25519_sk_rk_2e2e"),
            ("ssh:", "a/b", "id_ed25519_sk_rk_612f62"),
            ("ssh:", "\u{e9}", "id_ed25519_sk_rk_\u{e9}"),
            ("ssh://host", "", "id_ed25519_sk_rk_host"),
            ("ssh://host/path", "", "id_ed25519_sk_rk_686f73742f70617468"),
            ("ssh:a\nb", "", "id_ed25519_sk_rk_610a62"),
        ] {
            let mut id = user.as_bytes().to_vec();
            id.resize(32, 0);
            let key = TokenKey {
                algorithm: TokenAlgorithm::Ed25519,
                public: vec![0; 32],
                application: application.to_owned(),
                flags: TokenFlags::TOUCH,
                handle: Vec::new(),
                reserved: Vec::new(),
            };
            assert_eq!(file_name(&ResidentKey { key, user: id }), Path::new(expected));
        }
    }
}
