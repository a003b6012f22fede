//! `-A`: the host keys that a machine does not have yet.

use std::path::{Component, Path, PathBuf};

use serde_json::{Value, json};
use thiserror::Error;

use super::failure::Failure;
use super::json::{HOST_KEYS, Members, Silent, file, key_members, members};
use super::overwrite::{self, IfExists, Permission};
use super::{Context, Outcome, generate, public};
use crate::certificate::KeyOrCertificate;
use crate::format::Layout;
use crate::host::account;
use crate::host::files::{self, Access, Found, Pair, SeenPair};
use crate::host::ui::List;
use crate::key::{Curve, HashAlgorithm};
use crate::keygen::{RsaBits, Spec};
use crate::secret::Passphrase;
use crate::text::shown;

/// Which keys, and where.
#[derive(Debug)]
pub struct Args {
    /// What stands in front of the directory of the SSH server's settings; nothing when empty.
    pub prefix: PathBuf,
    /// The types.
    pub specs: Vec<Spec>,
    /// How the private keys are written. They have no passphrase.
    pub layout: Layout,
    /// How a key is written that only OpenSSH's own format holds.
    pub own_layout: Layout,
    /// The hash of the fingerprints in JSON.
    pub hash: HashAlgorithm,
    /// What to do about keys that exist.
    pub if_exists: IfExists,
}

/// Some keys could not be made; those that could are there.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("could not generate {failed} of {missing} host keys")]
pub struct Error {
    missing: usize,
    failed: usize,
    /// The directory, if that is what is missing.
    pub(super) directory: Option<PathBuf>,
}

/// Makes the keys that are missing or empty, each on disk before the next is begun.
///
/// # Errors
/// [`struct@Error`], when all have been tried.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let all = args.specs.iter().map(|&spec| (spec, path_of(&args.prefix, spec)));
    let (mut existing, mut missing) = (Vec::new(), Vec::new());
    for (spec, path) in all {
        if !is_there(&path) || overwrite::existing(&path, args.if_exists, ctx.ui)? == Permission::Write {
            missing.push((spec, path));
        } else {
            existing.push((spec, path));
        }
    }
    if !missing.is_empty() {
        let names: String =
            missing.iter().map(|(spec, _)| format!("{} ", spec.algorithm().display_name())).collect();
        ctx.ui.print_text(format!("ssh-keygen: generating new host keys: {names}\n").as_bytes())?;
    }
    ctx.ui.begin(List::new(HOST_KEYS, "keys"))?;
    for (_, path) in &existing {
        ctx.ui.item(&Silent(kept(path, &args)))?;
    }
    let (mut made, mut failed) = (0, 0);
    for (spec, path) in &missing {
        match make(*spec, path, &args, ctx) {
            Ok(key) => {
                ctx.ui.item(&Silent(key))?;
                made += 1;
            }
            // Another process may have made it in the meantime.
            Err(_) if args.if_exists == IfExists::Keep && is_there(path) => {
                ctx.ui.item(&Silent(kept(path, &args)))?
            }
            Err(error) => {
                ctx.ui.warn(&format!("Could not save your private key in {}: {error}", shown(path)));
                failed += 1;
            }
        }
    }
    ctx.ui.end(members(json!({ "changed": made > 0 })))?;
    if failed == 0 { Ok(Outcome::Done) } else { Err(Error::new(&missing, failed).into()) }
}

impl Error {
    fn new(missing: &[(Spec, PathBuf)], failed: usize) -> Self {
        let directory = missing.first().map(|(_, path)| files::directory_of(path).to_owned());
        let directory = directory.filter(|directory| files::stat(directory).is_err());
        Self { missing: missing.len(), failed, directory }
    }
}

/// A key that existed, as far as its `.pub` file tells.
fn kept(path: &Path, args: &Args) -> Value {
    let mut members = match public::load(path) {
        Ok((key, comment)) => key_members(&key, &comment, args.hash),
        Err(_) => Members::new(),
    };
    members.insert("file".to_owned(), file(path));
    members.insert("changed".to_owned(), false.into());
    members.into()
}

/// Makes one pair. What it was and where it went, as JSON.
fn make(spec: Spec, path: &Path, args: &Args, ctx: &mut Context<'_>) -> Result<Value, Failure> {
    files::check_writable(path)?;
    let public_path = super::public::with_suffix(path, ".pub");
    let seen = SeenPair::look(path, &public_path)?;
    seen.check()?;
    let empty = matches!(seen.private.found(), Found::Nothing | Found::Empty);
    if !empty && args.if_exists == IfExists::Keep {
        return Err(files::Error::Taken { path: path.to_owned() }.into());
    }
    let key = generate::make(spec, None, ctx)?;
    let sealed = args.layout.for_type(spec.algorithm(), args.own_layout).seal(
        &key,
        &Passphrase::empty(),
        &mut ctx.rng,
    )?;
    let line = key.public().to_file(key.comment());
    let pair = Pair {
        private_path: path,
        private: sealed.expose(),
        public_path: &public_path,
        public: &line,
        public_access: Access::Shared,
    };
    ctx.tell(&files::write_pair(&pair, &seen)?);
    let mut members = key_members(&KeyOrCertificate::Key(key.public().clone()), key.comment(), args.hash);
    members.insert("file".to_owned(), file(path));
    members.insert("public_key_file".to_owned(), file(&public_path));
    members.insert("changed".to_owned(), true.into());
    Ok(Value::Object(members))
}

/// The host keys that a server of this machine reads when its settings name none.
pub(super) fn default_paths() -> impl Iterator<Item = PathBuf> {
    default_specs().into_iter().map(|spec| path_of(Path::new(""), spec))
}

/// What every machine is given: RSA of 3072 bits, ECDSA of 256 bits, Ed25519, ML-DSA-44 with Ed25519.
#[must_use]
pub fn default_specs() -> [Spec; 4] {
    [Spec::Rsa(RsaBits::default()), Spec::Ecdsa(Curve::P256), Spec::Ed25519, Spec::Mldsa44Ed25519]
}

/// As ssh-keygen, the prefix is put in front of the path letter by letter.
fn path_of(prefix: &Path, spec: Spec) -> PathBuf {
    let name = format!("ssh_host_{}_key", spec.algorithm().file_name());
    let mut path = prefix.as_os_str().to_owned();
    // A drive cannot stand in the middle of a path.
    let directory = account::server_directory();
    let inner = |part: &Component<'_>| path.is_empty() || !matches!(part, Component::Prefix(_));
    let directory: PathBuf = directory.components().filter(inner).collect();
    path.push(directory);
    PathBuf::from(path).join(name)
}

/// Whether something with content stands there.
fn is_there(path: &Path) -> bool {
    files::stat(path).is_ok_and(|length| length > 0)
}
